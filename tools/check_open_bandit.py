#!/usr/bin/env python3
"""Do the jobs' results hold as many impressions and clicks as the Open Bandit Dataset? check_open_bandit.py DATA

DATA is the folder with open_bandit/, topics/ and results/. Every log is counted from its csv file, by campaign in the
topics and in the results of jobs/ctr_by_campaign.sql and jobs/ctr_by_campaign_live.sql, and as a whole in those of
jobs/engagement_by_device.sql. Results of jobs that did not run are passed over. Exit status 1 when a count is wrong.
"""
import json
import pathlib
import sys
from collections import Counter

CLICK_COLUMN = 4


def logs(folder):
    impressions, clicks = Counter(), Counter()
    for path in sorted(folder.glob("*.csv")):
        campaign = path.stem.replace("_", "-")
        for line in path.read_text(encoding="utf-8").splitlines():
            impressions[campaign] += 1
            clicks[campaign] += int(line.split(",")[CLICK_COLUMN])
    return impressions, clicks


def rows(folder):
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith((".", "_")):
            for line in path.read_text(encoding="utf-8").splitlines():
                yield json.loads(line)


def topics(folder):
    impressions = Counter(row["campaign_id"] for row in rows(folder / "ad_impressions"))
    clicks = Counter(row["impression_id"].rpartition("-")[0] for row in rows(folder / "ad_clicks"))
    return impressions, clicks


def results(folder):
    impressions, clicks = Counter(), Counter()
    for row in rows(folder):
        campaign = row.get("campaign_id", "all campaigns")
        impressions[campaign] += row["impressions"]
        clicks[campaign] += row["clicks"]
    return impressions, clicks


def main(data):
    data = pathlib.Path(data)
    impressions, clicks = logs(data / "open_bandit")
    if not impressions:
        sys.exit(f"there are no csv files in {data / 'open_bandit'}")
    total = Counter({"all campaigns": sum(impressions.values())}), Counter({"all campaigns": sum(clicks.values())})
    expected = {
        "topics": (impressions, clicks),
        "results/ctr_by_campaign": (impressions, clicks),
        "results/ctr_by_campaign_live": (impressions, clicks),
        "results/engagement_by_device": total,
    }
    if not any((data / name).is_dir() for name in expected if name != "topics"):
        sys.exit(f"there are no results in {data / 'results'}")
    n_wrong = 0
    for name, wanted in expected.items():
        folder = data / name
        if name != "topics" and not folder.is_dir():
            continue
        found = topics(folder) if name == "topics" else results(folder)
        for what, wanted_counts, found_counts in zip(("impressions", "clicks"), wanted, found):
            for campaign in sorted(wanted_counts.keys() | found_counts.keys()):
                if wanted_counts[campaign] != found_counts[campaign]:
                    n_wrong += 1
                    print(f"{folder}: {found_counts[campaign]} {what} of {campaign}, the data set has {wanted_counts[campaign]}")
    if n_wrong:
        return 1
    shown = ", ".join(f"{campaign} {clicks[campaign]}" for campaign in sorted(impressions))
    print(f"Open Bandit Dataset (ZOZO, Inc., CC BY 4.0): all {sum(impressions.values())} impressions and "
          f"{sum(clicks.values())} clicks are counted ({shown}).")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
