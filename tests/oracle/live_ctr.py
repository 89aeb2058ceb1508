#!/usr/bin/env python3
"""The rows of jobs/ctr_by_campaign_live.sql, computed from the raw files: live_ctr.py IMPRESSIONS CLICKS > expected.jsonl

The rules are those of Flink's bounded RANGE window (RowTimeRangeBoundedPrecedingFunction), with w the watermark (the
smaller of the two tables') when a row comes:
- a row waits until the watermark passes its time; one that is behind the watermark already waits for its next advance;
- it is dropped when its impression_id has answered for its time or a later one, and for no other reason;
- it then takes the greatest campaign_id of its impression's rows in the 10 minutes up to its time, itself included;
- the window behind drops it when the watermark before that advance has reached the window's last millisecond.
"""
import heapq
import sys
from collections import defaultdict

from events import NO_WATERMARK, merge, print_rows, read_table, timestamp
from interval_join import ATTRIBUTION_MS, WINDOW_MS

IMPRESSION, CLICK = range(2)


class Attribution:
    """The OVER window, and the counts of the window behind it."""

    def __init__(self):
        self.watermark = NO_WATERMARK
        self.waiting = []  # heap of (ts, number of arrival, is click, impression, campaign)
        self.answered = defaultdict(int)  # impression: the latest time that has been answered for
        self.seen = defaultdict(list)  # impression: [(ts, campaign)]
        self.counts = defaultdict(lambda: (set(), set()))  # (window start, campaign): impressions, clicked ones
        self.n_late = 0

    def push(self, number, table, row):
        self.advance(row.stamp)
        impression = row.event["impression_id"]
        if row.ts > self.answered[impression]:
            campaign = row.event["campaign_id"] if table == IMPRESSION else None
            heapq.heappush(self.waiting, (row.ts, number, table == CLICK, impression, campaign))
        else:
            self.n_late += 1

    def advance(self, watermark):
        if watermark <= self.watermark:
            return
        while self.waiting and self.waiting[0][0] <= watermark:
            ts = self.waiting[0][0]
            rows = []  # all of one time see each other
            while self.waiting and self.waiting[0][0] == ts:
                rows.append(heapq.heappop(self.waiting))
            for _, _, _, impression, campaign in rows:
                self.seen[impression].append((ts, campaign))
                self.answered[impression] = ts
            for _, _, is_click, impression, _ in rows:
                self.emit(ts, is_click, impression)
        self.watermark = watermark

    def emit(self, ts, is_click, impression):
        start = ts // WINDOW_MS * WINDOW_MS
        if start + WINDOW_MS - 1 <= self.watermark:
            self.n_late += 1
            return
        campaigns = [c for seen, c in self.seen[impression] if ts - ATTRIBUTION_MS <= seen <= ts and c is not None]
        if campaigns:
            self.counts[start, max(campaigns)][is_click].add(impression)


def is_event(table, row):
    if row.event["event_timestamp"] is None or row.event["impression_id"] is None:
        return False
    return table == CLICK or row.event["campaign_id"] is not None


def main(impressions_path, clicks_path):
    attribution = Attribution()
    # Rows that the job's WHERE leaves out move the watermark too, but that is in the stamps of the others.
    for number, (table, row) in enumerate(merge(read_table(impressions_path), read_table(clicks_path))):
        if is_event(table, row):
            attribution.push(number, table, row)
    attribution.advance(float("inf"))
    for (start, campaign), (shown, clicked) in sorted(attribution.counts.items()):
        print_rows([{
            "window_start": timestamp(start),
            "window_end": timestamp(start + WINDOW_MS),
            "campaign_id": campaign,
            "impressions": len(shown),
            "clicks": len(clicked),
            "ctr": len(clicked) / len(shown) if shown else None,
        }])
    print(f"{attribution.n_late} rows late", file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
