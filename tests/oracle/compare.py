#!/usr/bin/env python3
"""Compares result files as multisets of rows: compare.py [--close COLUMN]... EXPECTED ACTUAL

Each is a file or folder of JSON lines (hidden files are passed over). Numbers are equal when their values are, so 29.790
equals 29.79 and 1.0E-2 equals 0.01; those of more than 15 digits are compared as the doubles that they stand for. Columns named by --close may differ by one part in 10^9. Exit status 1, and the
first differences, when the rows are not the same.
"""
import json
import os
import sys
from collections import Counter
from decimal import Decimal

SHOWN = 10


def read_rows(path):
    names = [path]
    if os.path.isdir(path):
        names = [os.path.join(path, n) for n in sorted(os.listdir(path)) if not n.startswith((".", "_"))]
    for name in names:
        with open(name, encoding="utf-8") as file:
            for line in file:
                if line.strip():
                    yield json.loads(line, parse_float=Decimal, parse_int=Decimal)


def canonical(value):
    if not isinstance(value, Decimal):
        return value
    if len(value.as_tuple().digits) > 15:
        value = Decimal(repr(float(value)))
    return value.normalize()


def split(row, close):
    exact = tuple((key, canonical(value))
                  for key, value in row.items() if key not in close)
    return exact, tuple(row.get(key) for key in close)


def are_close(a, b):
    for x, y in zip(a, b):
        if (x is None) != (y is None):
            return False
        if x is not None and abs(x - y) > max(abs(x), abs(y)) * Decimal("1e-9"):
            return False
    return True


def main(arguments):
    close = []
    while arguments[:1] == ["--close"]:
        close.append(arguments[1])
        arguments = arguments[2:]
    if len(arguments) != 2:
        sys.exit(__doc__)
    expected, actual = ([split(row, close) for row in read_rows(path)] for path in arguments)
    missing = Counter(exact for exact, _ in expected)
    extra = Counter(exact for exact, _ in actual)
    missing, extra = missing - extra, extra - missing
    differing = []
    if not missing and not extra and close:
        key = lambda row: (repr(row[0]), repr(row[1]))
        differing = [pair for pair in zip(sorted(expected, key=key), sorted(actual, key=key))
                     if not are_close(pair[0][1], pair[1][1])]
    for name, rows in (("missing", missing), ("extra", extra)):
        for row, count in sorted(rows.items(), key=repr)[:SHOWN]:
            print(f"{name} x{count}: {json.dumps(dict(row), default=str)}")
    for (exact, a), (_, b) in differing[:SHOWN]:
        print(f"differs: {json.dumps(dict(exact), default=str)}: {list(map(str, a))} and {list(map(str, b))}")
    n_expected, n_actual = len(expected), len(actual)
    if missing or extra or differing:
        print(f"not equal: {n_expected} rows expected, {n_actual} found, "
              f"{sum(missing.values())} missing, {sum(extra.values())} extra, {len(differing)} with other values")
        return 1
    print(f"equal: {n_actual} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
