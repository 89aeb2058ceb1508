#!/usr/bin/env python3
"""Did weir write what Flink wrote? compare_results.py FOLDER, where a % in FOLDER stands for weir and for flink.

Both are folders of files of lines; hidden files are passed over. Lines are compared byte for byte, as multisets. One
number is compared to nine digits only: a mean of doubles depends in its last digits on the order in which they were
added, which is not defined. Exit status 1, and the first differences, when the lines are not the same.
"""
import pathlib
import re
import sys
from collections import Counter

SHOWN = 5
MEAN = re.compile(r'("mean_seconds_to_click":)([0-9.eE+-]+)')


def lines(folder):
    counted = Counter()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith((".", "_")):
            for line in path.read_text(encoding="utf-8").splitlines():
                counted[MEAN.sub(lambda match: match[1] + format(float(match[2]), ".9g"), line)] += 1
    return counted


def main(pattern):
    weir, flink = (lines(pathlib.Path(pattern.replace("%", engine))) for engine in ("weir", "flink"))
    n_lines = flink.total()
    if weir == flink and n_lines > 0:
        print(f"{n_lines} rows, the same")
        return 0
    print(f"DIFFERENT: weir has {weir.total()} rows, Flink {n_lines}")
    for engine, difference in (("Flink", flink - weir), ("weir", weir - flink)):
        for line, count in sorted(difference.items())[:SHOWN]:
            print(f"  only {engine}, {count} times: {line}")
    return 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
