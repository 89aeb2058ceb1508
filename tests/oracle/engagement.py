#!/usr/bin/env python3
"""The rows of jobs/engagement_by_device.sql, computed from the raw files: engagement.py IMPRESSIONS CLICKS

mean_seconds_to_click depends in its last digits on the order of summation: compare it with `compare.py --close`.
"""
import sys
from collections import defaultdict
from decimal import Decimal
from math import fsum

from events import minimum, print_rows, read_table, timestamp
from interval_join import WINDOW_MS, windows_of_pairs


def main(impressions_path, clicks_path):
    impressions = [
        row
        for row in read_table(impressions_path)
        if row.event["event_timestamp"] is not None
        and row.event["impression_id"] is not None
        and row.event["device_type"] is not None
    ]
    windows, n_late = windows_of_pairs(impressions, read_table(clicks_path))
    for start in sorted(windows):
        distinct = {}
        for impression, click in windows[start]:
            device, user, cost, is_clicked, wait = distinct.get(
                impression["impression_id"], (None, None, None, False, None)
            )
            ms_to_click = None if click is None else click["event_timestamp"] - impression["event_timestamp"]
            distinct[impression["impression_id"]] = (
                minimum(device, impression["device_type"]),
                minimum(user, impression["user_id"]),
                minimum(cost, impression["cost"]),
                is_clicked or (click is not None and click["click_id"] is not None),
                minimum(wait, ms_to_click),
            )
        devices = defaultdict(list)
        for device, *rest in distinct.values():
            devices[device].append(rest)
        for device in sorted(devices):
            shown = devices[device]
            n_clicks = sum(is_clicked for _, _, is_clicked, _ in shown)
            users = {user for user, *_ in shown if user is not None}
            clickers = {user for user, _, is_clicked, _ in shown if is_clicked and user is not None}
            waits = [wait / 1000 for *_, wait in shown if wait is not None]
            costs = [cost for _, cost, _, _ in shown if cost is not None]
            print_rows([{
                "window_start": timestamp(start),
                "window_end": timestamp(start + WINDOW_MS),
                "device_type": device,
                "impressions": len(shown),
                "clicks": n_clicks,
                "unique_users": len(users),
                "unique_clickers": len(clickers),
                "clicks_per_clicker": n_clicks / len(clickers) if clickers else None,
                "ctr": n_clicks / len(shown),
                "mean_seconds_to_click": fsum(waits) / len(waits) if waits else None,
                "max_seconds_to_click": max(waits) if waits else None,
                "spend": sum(costs, Decimal(0)) if costs else None,
            }])
    print(f"{n_late} rows late", file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
