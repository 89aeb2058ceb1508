"""The flagship question on every engine: jobs/ctr_by_campaign.sql over three million impressions.

weir, limit.c, DuckDB (ctr_by_campaign.duckdb.sql) and Flink read the same files, in turn, and every answer of every run
is compared. Also here, since Flink's start is subtracted from its job's time: an INSERT of one row, start to end.
"""
import json
import shutil
from decimal import Decimal

import measure
from measure import BenchError, Run, megabytes, quantity

GENERATE = ("--seed", "1", "--duration", "10m", "--rate", "5250", "--late", "0", "--segment-bytes", "8000000000")
ONE_ROW = """\
CREATE TABLE one_row (id INT, name STRING) WITH ('connector' = 'filesystem', 'path' = 'data/one_row', 'format' = 'json');
INSERT INTO one_row VALUES (1, 'one');
"""
INSERT_RUNS = 25


def read_answer(paths):
    """{(window, campaign): row} of files of JSON lines, in types that compare exactly."""
    rows = {}
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line, parse_float=Decimal)
            row["ctr"] = float(row["ctr"])
            key = row["window_start"], row["campaign_id"]
            if key in rows:
                raise BenchError(f"two rows of {key} in {path}")
            rows[key] = row
    return rows


class Cohort:
    def __init__(self, folder, weir, limit, duckdb_python, root, flink):
        self.folder, self.weir, self.limit, self.duckdb_python = folder, weir, limit, duckdb_python
        self.root, self.flink = root, flink
        self.tables = root / "jobs/tables/files.sql"
        self.job = root / "jobs/ctr_by_campaign.sql"
        self.results = folder / "data/results"
        self.answer = None
        self.n_events = 0

    def prepare(self):
        """Writes the events, each topic as one segment: of several, Flink's source keeps no order."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        measure.run([self.weir, "generate", "--quiet", "--out", "data/topics", *GENERATE], self.folder)
        for topic in ("ad_impressions", "ad_clicks"):
            for path in (self.folder / "data/topics" / topic).glob("*.jsonl"):
                with open(path, "rb") as file:
                    while block := file.read(1 << 20):
                        self.n_events += block.count(b"\n")

    def impressions(self):
        return next((self.folder / "data/topics/ad_impressions").glob("*.jsonl"))

    def n_bytes(self):
        return sum(path.stat().st_size for path in (self.folder / "data/topics").rglob("*.jsonl")
                   if path.parent.name != "topics")

    def check(self, engine, paths):
        rows = read_answer(paths)
        if self.answer is None:
            self.answer = rows
        if not rows or rows != self.answer:
            differing = [key for key in rows.keys() | self.answer.keys() if rows.get(key) != self.answer.get(key)]
            first = min(differing, default=None)
            raise BenchError(f"{engine} answers differently in {len(differing)} of {len(self.answer)} rows, such as "
                             f"{first}: {rows.get(first)} and not {self.answer.get(first)}")

    def check_results(self, engine):
        self.check(engine, [path for path in self.results.rglob("*") if path.is_file() and path.name[0] not in "._"])

    def clear(self):
        for name in ("results", "dead_letters"):
            shutil.rmtree(self.folder / "data" / name, ignore_errors=True)

    def run_limit(self):
        answer = self.folder / "limit.jsonl"
        run = measure.run([self.limit, "data/topics/ad_impressions", "data/topics/ad_clicks"], self.folder,
                          output_path=answer)
        self.check("limit.c", [answer])
        return run

    def run_weir(self):
        self.clear()
        run = measure.run([self.weir, "run", "--quiet", "-i", self.tables, self.job], self.folder)
        self.check_results("weir")
        return run

    def run_duckdb(self):
        sql = self.root / "bench/ctr_by_campaign.duckdb.sql"
        whole = measure.run([self.duckdb_python, self.root / "bench/duckdb_query.py", sql], self.folder)
        self.check("DuckDB", [self.folder / "duckdb.jsonl"])
        query = json.loads(whole.output)
        return Run(query["wall_s"], query["cpu_s"], whole.peak_bytes, "")

    def run_flink(self):
        self.clear()
        run = self.flink.run([self.tables, self.job], self.folder)
        self.check_results("Flink")
        return run


def measure_insert(report, cohort, n_flink_runs):
    """INSERT INTO ... VALUES of one row, from the program's start to its end. Returns Flink's series, or None."""
    report.title("One-row INSERT into a JSON file, start to end")
    folder = cohort.folder / "insert"
    folder.mkdir()
    script = folder / "one_row.sql"
    script.write_text(ONE_ROW)

    def check(engine):
        lines = [path.read_text() for path in (folder / "data/one_row").rglob("part-*")]
        if lines != ['{"id":1,"name":"one"}\n']:
            raise BenchError(f"{engine} wrote {lines}")
        shutil.rmtree(folder / "data")

    def run_weir():
        run = measure.run([cohort.weir, "run", "--quiet", script], folder)
        check("weir")
        return run

    def run_flink():
        run = cohort.flink.run([script], folder)
        check("Flink")
        return run

    series = measure.interleave({"weir": run_weir, "Flink": run_flink}, {"weir": INSERT_RUNS, "Flink": n_flink_runs},
                                quiet={"weir"})
    report.table(["", "runs", "median", "best", "CPU", "peak memory"],
                 [[name, len(one.runs), f"{one.median('wall_s') * 1e3:.1f} ms", f"{one.least('wall_s') * 1e3:.1f} ms",
                   f"{one.median('cpu_s') * 1e3:.1f} ms", megabytes(one.median("peak_bytes"))]
                  for name, one in series.items()])
    median_ms = series["weir"].median("wall_s") * 1e3
    report.target("one-row INSERT in 20 ms, wall clock", median_ms <= 20, f"{median_ms:.1f} ms")
    report.results["insert"] = {name: one.as_json() for name, one in series.items()}
    return series.get("Flink")


def measure_cohort(report, cohort, n_runs, n_flink_runs, flink_start):
    """All engines; flink_start is what Flink needs for a job of one row: subtracted, it is not the job's."""
    report.title("Cohort CTR by campaign and minute, one thread")
    measure.say(f"  {cohort.n_events:,} events, {cohort.n_bytes() / 1e6:.1f} MB of JSON lines, in the page cache")
    programs = {"limit.c": cohort.run_limit, "weir": cohort.run_weir, "DuckDB": cohort.run_duckdb,
                "Flink": cohort.run_flink}
    series = measure.interleave(programs, {name: n_flink_runs if name == "Flink" else n_runs for name in programs})
    if flink_start is not None and "Flink" in series:
        series["Flink"] = series["Flink"].without(flink_start)
    wall, cpu, peak = ({name: one.median(field) for name, one in series.items()}
                       for field in ("wall_s", "cpu_s", "peak_bytes"))
    report.table(["", "runs", "wall", "best wall", "CPU", "best CPU", "events/s", "events/CPU s", "peak memory"],
                 [[name, len(one.runs), f"{wall[name]:.2f} s", f"{one.least('wall_s'):.2f} s", f"{cpu[name]:.2f} s",
                   f"{one.least('cpu_s'):.2f} s", quantity(cohort.n_events / wall[name]),
                   quantity(cohort.n_events / cpu[name]), megabytes(peak[name])] for name, one in series.items()])
    measure.say(f"  the same {len(cohort.answer)} rows from each of them, in every run")
    to_limit = cpu["limit.c"] / cpu["weir"]
    to_duckdb = cpu["DuckDB"] / cpu["weir"]
    speed = cohort.n_events / cpu["weir"]
    report.target("2 M events per CPU second", speed >= 2e6, quantity(speed))
    report.target("at least 0.6 of limit.c, events per CPU second", to_limit >= 0.6, f"{to_limit:.2f}")
    report.target("ahead of DuckDB, events per CPU second", to_duckdb > 1, f"{to_duckdb:.2f} times its speed")
    if "Flink" in series:
        to_flink = wall["Flink"] / wall["weir"]
        memory = peak["weir"] / peak["Flink"]
        start = "its start counted" if flink_start is None else "its start not counted"
        report.target(f"40 times Flink, events/s by wall clock, {start}", to_flink >= 40,
                      f"{to_flink:.0f} times (by CPU seconds {cpu['Flink'] / cpu['weir']:.0f})")
        report.target("a tenth of Flink's peak memory", memory <= 0.1, f"{memory:.3f}")
    report.results["cohort"] = {"events": cohort.n_events, "bytes": cohort.n_bytes(), "rows": len(cohort.answer),
                                "engines": {name: one.as_json() for name, one in series.items()}}
