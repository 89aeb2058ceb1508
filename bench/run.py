"""Measures weir against limit.c, DuckDB and Flink: run.py WEIR LIMIT JSON_DECODE DUCKDB_PYTHON (by bench/run.sh).

Prints tables and, in lines that begin with ok or MISS, whether the targets were met; build/bench/results.json holds
the same and every single run. Exit status 1 if an answer differs or something could not be run: a missed target is
a figure and not a failure. Environment: see bench/README.md.
"""
import json
import os
import pathlib
import sys

import callgrind
import cohort
import engine
import flink
import measure

ROOT = pathlib.Path(__file__).resolve().parent.parent


def number_from(name, default):
    text = os.environ.get(name, str(default))
    if not text.isdigit():
        sys.exit(f"{name}={text} is not a number")
    return int(text)


def main(weir, limit, json_decode, duckdb_python):
    n_runs = max(1, number_from("BENCH_RUNS", 5))
    n_flink_runs = number_from("BENCH_FLINK_RUNS", 5)
    parts = os.environ.get("BENCH_PARTS", "insert cohort decode generator instructions scale").split()
    sizes = [size for size in engine.SIZES if size <= number_from("BENCH_EVENTS_MAX", engine.SIZES[-1])]
    folder = ROOT / "build/bench"
    folder.mkdir(parents=True, exist_ok=True)
    report = measure.Report()
    report.results["machine"] = measure.machine()
    measure.say("Measured on {cores} cores of {cpu}, {memory_gb} GB, Linux {kernel}, {date}; load average {load_average}"
                .format(**report.results["machine"]))
    measure.say(f"Medians of {n_runs} runs (Flink: {n_flink_runs}), the programs in turn on the same files.")

    a_flink = None
    if n_flink_runs > 0:
        try:
            a_flink = flink.Flink(folder / "flink")
        except measure.BenchError as error:
            report.failed("Flink", error)
            n_flink_runs = 0
    flagship = cohort.Cohort(folder / "cohort", weir, limit, duckdb_python, ROOT, a_flink)
    flagship.prepare()
    flink_start = None

    def insert():
        nonlocal flink_start
        flink_start = cohort.measure_insert(report, flagship, n_flink_runs)

    measures = {
        "insert": insert,
        "cohort": lambda: cohort.measure_cohort(report, flagship, n_runs, n_flink_runs, flink_start),
        "decode": lambda: engine.measure_decode(report, json_decode, flagship.impressions(), n_runs),
        "generator": lambda: engine.measure_generator(report, weir, folder / "generated", flagship.n_events, n_runs),
        "instructions": lambda: callgrind.measure_instructions(report, flagship, folder / "callgrind"),
        "scale": lambda: engine.measure_scale(report, flagship, folder / "scale", n_runs, sizes),
    }
    for part in parts:
        if part not in measures:
            sys.exit(f"BENCH_PARTS: there is no {part}, only {' '.join(measures)}")
        try:
            measures[part]()
        except measure.BenchError as error:
            report.failed(part, error)
        document = {**report.results, "targets": report.targets, "failures": report.failures}
        (folder / "results.json").write_text(json.dumps(document, indent=2) + "\n")

    report.title("Targets")
    for target in report.targets:
        measure.say(f"  {'ok  ' if target['ok'] else 'MISS'} {target['what']}: {target['figure']}")
    for failure in report.failures:
        measure.say(f"  FAILED {failure}")
    measure.say("\nEvery run: build/bench/results.json")
    return 1 if report.failures else 0


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    sys.exit(main(*(pathlib.Path(argument).absolute() for argument in sys.argv[1:])))
