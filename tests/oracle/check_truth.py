#!/usr/bin/env python3
"""Is the generator's truth the oracle's? check_truth.py TRUTH ROWS, with ROWS as cohort_ctr.py (or a run of
jobs/ctr_by_campaign.sql) gives them.

truth.jsonl counts as if nothing had been dropped as late. So a cell may differ, and only by less, where a late event is
listed; with no late events all must be equal.
"""
import json
import sys
from datetime import datetime, timezone
from decimal import Decimal


def read(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line, parse_float=Decimal) for line in file]


def epoch_ms(text):
    return int(datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=timezone.utc).timestamp()) * 1000


def main(truth_path, rows_path):
    truth, n_late = {}, 0
    for entry in read(truth_path):
        if entry["kind"] == "cohort":
            cell = entry["impressions"], entry["clicks"], entry["spend"]
            truth[entry["window_start"], entry["campaign_id"]] = cell
        n_late += entry["kind"] == "late"
    rows = {
        (epoch_ms(row["window_start"]), row["campaign_id"]): (row["impressions"], row["clicks"], row["spend"] or Decimal(0))
        for row in read(rows_path)
    }
    n_lost = 0
    for key in sorted(truth.keys() | rows.keys()):
        ideal, seen = truth.get(key, (0, 0, Decimal(0))), rows.get(key, (0, 0, Decimal(0)))
        if any(b > a for a, b in zip(ideal, seen)):
            sys.exit(f"{key}: more than the truth: {seen} of {ideal}")
        n_lost += ideal[0] - seen[0] + ideal[1] - seen[1]
    if n_lost > n_late:
        sys.exit(f"{n_lost} impressions and clicks are missing, but only {n_late} events were late")
    print(f"{len(truth)} cells agree with the truth; {n_lost} of {n_late} late events were lost")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
