"""Running programs and measuring what they cost: what every part of the benchmark uses.

Of a run: wall-clock seconds, CPU seconds (user and system, all threads and children) and peak resident memory. Memory
comes from GNU time, which starts the program: started from Python itself, a program would inherit Python's own peak.
"""
import dataclasses
import datetime
import os
import pathlib
import statistics
import subprocess
import tempfile
import time


class BenchError(Exception):
    """Something could not be run, or gave another answer."""


@dataclasses.dataclass
class Run:
    wall_s: float
    cpu_s: float
    peak_bytes: int
    output: str


class Series:
    """The runs of one program."""

    def __init__(self):
        self.runs = []

    def add(self, run):
        self.runs.append(run)

    def median(self, name):
        return statistics.median(getattr(run, name) for run in self.runs)

    def least(self, name):
        return min(getattr(run, name) for run in self.runs)

    def without(self, start):
        """The same runs less the median time of those of start."""
        series = Series()
        for one in self.runs:
            series.add(dataclasses.replace(one, wall_s=one.wall_s - start.median("wall_s"),
                                           cpu_s=one.cpu_s - start.median("cpu_s")))
        return series

    def as_json(self):
        return {
            name: {
                "median": self.median(name),
                "min": self.least(name),
                "runs": [getattr(run, name) for run in self.runs],
            }
            for name in ("wall_s", "cpu_s", "peak_bytes")
        }


def run(command, folder, environment=None, output_path=None):
    """Runs a command in a folder to its end; its standard output is kept, or written to a file."""
    command = [str(word) for word in command]
    with tempfile.TemporaryDirectory() as scratch:
        peak = pathlib.Path(scratch, "peak_kib")
        errors = pathlib.Path(scratch, "errors")
        output = output_path or pathlib.Path(scratch, "output")
        with open(output, "wb") as out, open(errors, "wb") as err:
            start = time.perf_counter()
            process = subprocess.Popen(
                ["/usr/bin/time", "--quiet", "-f", "%M", "-o", str(peak), *command],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env={**os.environ, **(environment or {})},
            )
            _, status, usage = os.wait4(process.pid, 0)
            wall_s = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            last = errors.read_text(errors="replace").strip().splitlines()[-3:]
            raise BenchError(f"{command[0]} failed ({process.returncode}): " + " / ".join(last))
        text = "" if output_path else output.read_text(errors="replace")
        return Run(wall_s, usage.ru_utime + usage.ru_stime, int(peak.read_text()) * 1024, text)


def interleave(programs, n_runs, quiet=()):
    """Runs {name: function} in turn, a round at a time, so that a slow spell of the machine meets them all.

    n_runs holds how often each runs; what runs less often takes part in the first rounds. Runs are told as they end,
    but for the quiet ones.
    """
    series = {name: Series() for name in programs if n_runs[name] > 0}
    for turn in range(max(n_runs.values())):
        for name, series_of_one in series.items():
            if turn < n_runs[name]:
                series_of_one.add(programs[name]())
                if name not in quiet:
                    say(f"  run {turn + 1}, {name}: {series_of_one.runs[-1].wall_s:.2f} s")
    return series


def say(text):
    print(text, flush=True)


def machine():
    """What the figures were measured on."""
    cpu = "unknown CPU"
    memory_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            cpu = line.split(":", 1)[1].strip()
            break
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "memory_gb": round(memory_bytes / 1e9, 1),
        "kernel": os.uname().release,
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "load_average": round(os.getloadavg()[0], 1),
    }


class Report:
    """Collects tables and verdicts, prints them as they come, and holds them for the JSON."""

    def __init__(self):
        self.results = {}
        self.targets = []
        self.failures = []

    def title(self, text):
        say(f"\n{text}\n{'-' * len(text)}")

    def table(self, header, rows):
        cells = [header] + [[str(cell) for cell in row] for row in rows]
        widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
        for row in cells:
            first, *others = (cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths)))
            say("  " + "  ".join([first, *others]).rstrip())

    def target(self, what, is_hit, figure):
        self.targets.append({"what": what, "figure": figure, "ok": bool(is_hit)})
        say(f"  {'ok  ' if is_hit else 'MISS'} {what}: {figure}")

    def failed(self, what, error):
        self.failures.append(f"{what}: {error}")
        say(f"  FAILED {what}: {error}")


def quantity(number):
    """4183221 -> 4.18 M"""
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if number >= size:
            return f"{number / size:.3g} {unit}" if number < 1000 * size else f"{number / size:.0f} {unit}"
    return f"{number:.3g}"


def megabytes(n_bytes):
    return f"{n_bytes / 1e6:.0f} MB"
