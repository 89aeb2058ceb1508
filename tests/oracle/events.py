"""Reads the ad topics for the oracles: slow, obvious, and without a line in common with the engine.

What it does is what Flink SQL says about jobs/tables/files.sql: a line that is not a JSON object is skipped, a field of
a wrong type is NULL, ts is event_timestamp (the epoch if NULL), and the watermark runs 5 seconds behind the greatest ts
so far. Each file (split) has its own; files are merged in the order of their watermarks, so that the order of the rows,
and with it what is late, is a function of the data alone.
"""
import json
import os
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import NamedTuple

WATERMARK_DELAY_MS = 5_000
NO_WATERMARK = float("-inf")


class Row(NamedTuple):
    stamp: float  # the table's watermark when the row arrives, in ms
    ts: int  # row time, in ms
    event: dict


def as_string(value):
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"))


def as_bigint(value):
    try:
        number = int(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else None
    except ValueError:
        return None
    return number if number is not None and -(2**63) <= number < 2**63 else None


def as_cost(value):
    """DECIMAL(12, 6)"""
    if value is None or isinstance(value, (bool, dict, list)):
        return None
    try:
        cost = Decimal(str(value).strip()).quantize(Decimal("0.000001"), ROUND_HALF_UP)
    except InvalidOperation:
        return None
    return cost if abs(cost) < 10**6 else None


COLUMNS = {
    "impression_id": as_string,
    "click_id": as_string,
    "user_id": as_string,
    "campaign_id": as_string,
    "ad_id": as_string,
    "device_type": as_string,
    "browser": as_string,
    "event_timestamp": as_bigint,
    "cost": as_cost,
}


def refuse_constant(name):
    raise ValueError(name + " is not JSON")


DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=refuse_constant, strict=False)


def decode(line):
    """A line's event, or None if it is to be skipped. Text after the object is ignored, as Flink's parser does."""
    try:
        value, _ = DECODER.raw_decode(line.decode("utf-8").strip(" \t\r"))
    except ValueError:
        return None
    if not isinstance(value, dict):
        return None
    return {name: convert(value.get(name)) for name, convert in COLUMNS.items()}


def files_of(path):
    if os.path.isfile(path):
        return [path]
    names = sorted(os.listdir(path))
    return [os.path.join(path, name) for name in names if not name.startswith((".", "_"))]


def read_table(path):
    """All rows of a topic (a file, or a folder of them), in order, each with the watermark that it meets."""
    keyed = []
    for number, name in enumerate(files_of(path)):
        watermark = NO_WATERMARK
        with open(name, "rb") as file:
            for line in file.read().split(b"\n"):
                event = decode(line)
                if event is None:
                    continue
                ts = event["event_timestamp"] or 0
                watermark = max(watermark, ts - WATERMARK_DELAY_MS)
                keyed.append((watermark, number, ts, event))
    keyed.sort(key=lambda row: row[:2])  # stable: within a file, lines stay in order
    rows, stamp = [], NO_WATERMARK
    for watermark, _, ts, event in keyed:
        rows.append(Row(stamp, ts, event))
        stamp = watermark
    return rows


def merge(*tables):
    """(number of the table, row), as an operator with several inputs sees them: by stamp, ties to the first table."""
    merged = [(row.stamp, table, row) for table, rows in enumerate(tables) for row in rows]
    merged.sort(key=lambda entry: entry[:2])
    return [(table, row) for _, table, row in merged]


def timestamp(ms):
    """TIMESTAMP(3) in UTC, as Flink's json format writes it."""
    from datetime import datetime, timedelta

    moment = datetime(1970, 1, 1) + timedelta(milliseconds=ms)
    text = moment.strftime("%Y-%m-%d %H:%M:%S")
    fraction = f"{moment.microsecond // 1000:03}".rstrip("0")
    return f"{text}.{fraction}" if fraction else text


def rounded(numerator, denominator):
    """numerator / denominator as DECIMAL(18, 6), rounded half away from zero; None if either is."""
    if numerator is None or not denominator:
        return None
    from fractions import Fraction

    micros = Fraction(numerator) * 10**6 / denominator
    whole = int(abs(micros) + Fraction(1, 2))
    return Decimal(whole if micros >= 0 else -whole).scaleb(-6)


def minimum(a, b):
    """SQL's MIN: NULLs do not count."""
    return b if a is None else a if b is None else min(a, b)


def plain(value):
    """For json.dumps: decimals as numbers without trailing zeros, via a marker that print_rows takes out again."""
    if isinstance(value, Decimal):
        text = format(value, "f")
        return "\x01" + (text.rstrip("0").rstrip(".") if "." in text else text) + "\x01"
    return value


def print_rows(rows):
    for row in rows:
        text = json.dumps({name: plain(value) for name, value in row.items()}, separators=(",", ":"))
        print(text.replace('"\\u0001', "").replace('\\u0001"', ""))
