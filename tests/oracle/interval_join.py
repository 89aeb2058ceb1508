"""impressions LEFT JOIN clicks ON impression_id AND click.ts BETWEEN impression.ts AND impression.ts + 10 minutes,
then one-minute windows of the impression's time: what the cohort jobs have in common.

The rules are those of Flink's TimeIntervalJoin, with w the watermark (the smaller of the two tables') when a row comes:
- a row is paired with every kept row of the other side within the bounds;
- an impression is kept if w < ts + 10 min, and forgotten when the watermark reaches ts + 10 min + 1 ms; then it comes
  out alone, if it was never paired. One that comes too late to be kept comes out at once;
- a click is kept if w < ts, and forgotten when the watermark reaches ts + 1 ms;
- the watermark behind the join is 10 minutes and 1 ms behind the one before it.
A window drops a row whose last millisecond that watermark has reached: its result has been given already.
"""
from collections import defaultdict

from events import merge

ATTRIBUTION_MS = 600_000
WINDOW_MS = 60_000


def windows_of_pairs(impressions, clicks):
    """({window start: [(impression, click or None)]}, number of rows dropped as late)."""
    windows = defaultdict(list)
    n_late = 0
    kept_impressions = defaultdict(list)  # impression_id: [[row, has been paired]]
    kept_clicks = defaultdict(list)

    def emit(impression, click, watermark):
        nonlocal n_late
        start = impression.ts // WINDOW_MS * WINDOW_MS
        if start + WINDOW_MS - 1 <= watermark - ATTRIBUTION_MS - 1:
            n_late += 1
        else:
            windows[start].append((impression.event, click and click.event))

    for table, row in merge(impressions, clicks):
        key, watermark = row.event["impression_id"], row.stamp
        if key is None:
            continue
        if table == 0:
            partners = [
                click
                for click in kept_clicks[key]
                if watermark < click.ts + 1 and row.ts <= click.ts <= row.ts + ATTRIBUTION_MS
            ]
            for click in partners:
                emit(row, click, watermark)
            if watermark < row.ts + ATTRIBUTION_MS:
                kept_impressions[key].append([row, bool(partners)])
            elif not partners:
                emit(row, None, watermark)
        else:
            for entry in kept_impressions[key]:
                impression = entry[0]
                is_kept = watermark < impression.ts + ATTRIBUTION_MS + 1
                if is_kept and impression.ts <= row.ts <= impression.ts + ATTRIBUTION_MS:
                    entry[1] = True
                    emit(impression, row, watermark)
            if watermark < row.ts:
                kept_clicks[key].append(row)
    # An impression that was kept comes out alone no later than its window ends, so when does not matter.
    for entries in kept_impressions.values():
        for impression, was_paired in entries:
            if not was_paired:
                start = impression.ts // WINDOW_MS * WINDOW_MS
                windows[start].append((impression.event, None))
    return windows, n_late
