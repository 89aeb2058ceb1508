#!/usr/bin/env python3
"""The rows of jobs/ctr_by_campaign.sql, computed from the raw files: cohort_ctr.py IMPRESSIONS CLICKS > expected.jsonl

IMPRESSIONS and CLICKS are files or folders of JSON lines. Times are in UTC.
"""
import sys
from collections import defaultdict
from decimal import Decimal

from events import minimum, print_rows, read_table, rounded, timestamp
from interval_join import WINDOW_MS, windows_of_pairs


def main(impressions_path, clicks_path):
    impressions = [
        row
        for row in read_table(impressions_path)
        if row.event["event_timestamp"] is not None
        and row.event["impression_id"] is not None
        and row.event["campaign_id"] is not None
    ]
    windows, n_late = windows_of_pairs(impressions, read_table(clicks_path))
    for start in sorted(windows):
        distinct = {}  # impression_id: (campaign, cost, is clicked); delivered twice or clicked twice, it is one
        for impression, click in windows[start]:
            campaign, cost, is_clicked = distinct.get(impression["impression_id"], (None, None, False))
            distinct[impression["impression_id"]] = (
                minimum(campaign, impression["campaign_id"]),
                minimum(cost, impression["cost"]),
                is_clicked or (click is not None and click["click_id"] is not None),
            )
        campaigns = defaultdict(list)
        for campaign, cost, is_clicked in distinct.values():
            campaigns[campaign].append((cost, is_clicked))
        for campaign in sorted(campaigns):
            shown = campaigns[campaign]
            n_clicks = sum(is_clicked for _, is_clicked in shown)
            costs = [cost for cost, _ in shown if cost is not None]
            spend = sum(costs, Decimal(0)) if costs else None
            print_rows([{
                "window_start": timestamp(start),
                "window_end": timestamp(start + WINDOW_MS),
                "campaign_id": campaign,
                "impressions": len(shown),
                "clicks": n_clicks,
                "ctr": n_clicks / len(shown),
                "spend": spend,
                "ecpm": rounded(None if spend is None else spend * 1000, len(shown)),
                "cost_per_click": rounded(spend, n_clicks),
            }])
    print(f"{n_late} rows late", file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
