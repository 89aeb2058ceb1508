"""weir by itself: decoding JSON, cost per event as the input grows, and the generator."""
import re
import shutil

import measure
from measure import Series, megabytes, quantity

DECODE_LINE = re.compile(r"^(?P<what>.*?)\s+(?P<gb_s>[0-9.]+) GB/s\s+(?P<records>[0-9.]+) M records/s")
DECODE_TARGET = "decode all 8 fields"
GENERATED = ("--seed", "1", "--duration", "10m", "--rate", "5250", "--late", "0")
SIZES = (1_000_000, 3_000_000, 10_000_000, 30_000_000)
RATE = 1000  # events a second: the ten minutes that the join keeps are full after 600,000 events
BYTES_PER_EVENT = 190  # at most, with what is kept aside and the results
SPARE_BYTES = 2_000_000_000


def measure_decode(report, program, lines_path, n_runs):
    """Bytes to columns in memory, by bench/json_decode.c, beside counting the lines of a file of such events."""
    report.title("Decoding JSON lines into columns, one thread, CPU time")
    found = {}
    counted = Series()
    for _ in range(n_runs):
        for line in measure.run([program], lines_path.parent).output.splitlines():
            if match := DECODE_LINE.match(line):
                found.setdefault(match["what"], []).append((float(match["gb_s"]), float(match["records"])))
        counted.add(measure.run(["wc", "-l", lines_path], lines_path.parent))
    if DECODE_TARGET not in found:
        raise measure.BenchError(f"{program} does not say how fast it can {DECODE_TARGET}")
    medians = {what: sorted(rounds)[len(rounds) // 2] for what, rounds in found.items()}
    n_bytes = lines_path.stat().st_size
    rows = [[what, f"{gb_s:.2f} GB/s", f"{max(rounds for rounds, _ in found[what]):.2f} GB/s", f"{records:.2f} M/s"]
            for what, (gb_s, records) in medians.items()]
    rows.append(["wc -l on a file of such lines", f"{n_bytes / counted.median('cpu_s') / 1e9:.2f} GB/s",
                 f"{n_bytes / counted.least('cpu_s') / 1e9:.2f} GB/s", ""])
    report.table(["", "median", "best", "records"], rows)
    gb_s = medians[DECODE_TARGET][0]
    report.target("2 GB/s of JSON, all eight fields", gb_s >= 2, f"{gb_s:.2f} GB/s")
    report.results["decode"] = {
        "gb_per_s": {what: gb_s for what, (gb_s, _) in medians.items()},
        "records_per_s": {what: records * 1e6 for what, (_, records) in medians.items()},
        "wc_l": {"bytes": n_bytes, **counted.as_json()},
    }


def sizes_that_fit(folder, sizes):
    """The sizes that the disk has room for, all at once."""
    room = shutil.disk_usage(folder).free - SPARE_BYTES
    fitting = []
    for size in sorted(sizes):
        room -= size * BYTES_PER_EVENT
        if room >= 0:
            fitting.append(size)
    return fitting


def measure_scale(report, cohort, folder, n_runs, sizes):
    """The cohort job over ever more events at one rate: what an event costs must not grow with their number."""
    report.title("Cost of an event as the input grows, one thread")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    fitting = sizes_that_fit(folder, sizes)
    for size in sorted(set(sizes) - set(fitting)):
        measure.say(f"  {size:,} events skipped: the disk of {folder} has no room for them")
    if not fitting:
        raise measure.BenchError(f"no room on the disk of {folder} for {min(sizes):,} events")
    for size in fitting:
        (folder / str(size)).mkdir()
        measure.run([cohort.weir, "generate", "--quiet", "--out", "data/topics", "--events", size, "--seed", "1",
                     "--rate", RATE, "--late", "0"], folder / str(size))

    def run_size(size):
        for name in ("results", "dead_letters"):
            shutil.rmtree(folder / str(size) / "data" / name, ignore_errors=True)
        return measure.run([cohort.weir, "run", "--quiet", "-i", cohort.tables, cohort.job], folder / str(size))

    names = {size: f"{size:,} events" for size in fitting}
    series = measure.interleave({names[size]: lambda size=size: run_size(size) for size in fitting},
                                dict.fromkeys(names.values(), n_runs))
    cost_ns = {size: series[names[size]].median("cpu_s") / size * 1e9 for size in fitting}
    least_ns = {size: series[names[size]].least("cpu_s") / size * 1e9 for size in fitting}
    report.table(["", "CPU ns/event", "best", "wall ns/event", "peak memory"],
                 [[names[size], f"{cost_ns[size]:.0f}", f"{least_ns[size]:.0f}",
                   f"{series[names[size]].median('wall_s') / size * 1e9:.0f}",
                   megabytes(series[names[size]].median("peak_bytes"))] for size in fitting])
    if len(fitting) > 1:
        spread = max(cost_ns.values()) / min(cost_ns.values()) - 1
        report.target(f"cost of an event flat within 15 % from {fitting[0]:,} to {fitting[-1]:,}, CPU", spread <= 0.15,
                      f"{spread * 100:.0f} % between the cheapest and the dearest")
    report.results["scale"] = {str(size): series[names[size]].as_json() for size in fitting}
    shutil.rmtree(folder)


def measure_generator(report, weir, folder, n_events, n_runs):
    """weir generate, files included, over its own earlier files."""
    report.title("Generating events, one thread, files written")
    folder.mkdir(parents=True, exist_ok=True)
    series = Series()
    for _ in range(n_runs):
        shutil.rmtree(folder / "topics", ignore_errors=True)
        series.add(measure.run([weir, "generate", "--quiet", "--out", "topics", *GENERATED], folder))
    shutil.rmtree(folder)
    wall, cpu = (n_events / series.median(name) for name in ("wall_s", "cpu_s"))
    report.table(["", "runs", "wall", "CPU", "events/s", "events/CPU s", "peak memory"],
                 [["weir generate", len(series.runs), f"{series.median('wall_s'):.2f} s",
                   f"{series.median('cpu_s'):.2f} s", quantity(wall), quantity(cpu),
                   megabytes(series.median("peak_bytes"))]])
    report.target("3 M generated events per CPU second", cpu >= 3e6, f"{quantity(cpu)} (by wall clock {quantity(wall)})")
    report.results["generator"] = {"events": n_events, **series.as_json()}
