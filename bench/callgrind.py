"""Instructions per event by operator, which no neighbour on the machine can disturb.

callgrind counts each function's own instructions and whom it calls. A function of an operator's own file belongs to
that operator; one that everybody uses (hashing, hash tables, expressions, memory) is charged to its callers, in
proportion to what each caller's calls cost, up to the operators. So the rows of the table add up to the whole.
"""
import collections
import pathlib
import re

import measure

N_EVENTS = 200_000
ROUNDS = 60  # of charging callers; a shared function is rarely ten calls away from an operator

# Which part of weir a source file is; the first that matches.
PARTS = (
    ("decode JSON", r"src/format/json_(decode|predict|convert|reader|tree)\.c"),
    ("encode JSON", r"src/format/json(_encode|_write)?\.c"),
    ("interval join", r"src/ops/(interval_join|join_side)\.c"),
    ("window aggregates", r"src/ops/(window_agg|slice|window)\.c"),
    ("window TVF", r"src/ops/window_tvf\.c"),
    ("calc (filter, project)", r"src/ops/calc\.c"),
    ("over aggregates", r"src/ops/over_\w+\.c"),
    ("merge, union", r"src/ops/(merge|union_all)\.c"),
    ("sink", r"src/ops/sink\.c"),
    ("read files", r"src/io/(filesystem_source|file_list)\.c"),
    ("write files", r"src/io/(filesystem_sink|output_file|dead_letter)\.c"),
    ("scan (batches, watermarks)", r"src/run/(scan|job|collect|values)\.c"),
    ("parse, bind, plan, start", r"src/(sql|plan|cmd)/|src/run/build\.c|ld-linux|\(below main\)"),
)
LINE = re.compile(r"^(fl|fi|fe|fn|cfi|cfl|cfn|ob|cob)=(?:\((\d+)\))?\s*(.*)$")
CYCLE = re.compile(r"'[0-9]+$")
COST = re.compile(r"^[+*\-0-9]\S*\s+(\d+)")


def part_of(function):
    for name, pattern in PARTS:
        if re.search(pattern, function):
            return name
    return None


class Profile:
    """The call graph of one callgrind file; functions are named "file:function", cycles' copies ('2) are one."""

    def __init__(self, path):
        self.own = collections.Counter()
        self.calls = collections.Counter()  # (caller, callee): instructions within the calls
        names = {"file": {}, "function": {}, "object": {}}

        def resolve(kind, number, name):
            if number is None:
                return name
            if name:
                names[kind][number] = name
            return names[kind].get(number, "?")

        file = called_file = function = called = ""
        is_call = False
        for line in path.read_text(errors="replace").splitlines():
            if match := LINE.match(line):
                key, number, name = match.groups()
                if key in ("ob", "cob"):
                    resolve("object", number, name)
                elif key == "fn":
                    function = self.name(file, resolve("function", number, name))
                elif key == "cfn":
                    called = self.name(called_file or file, resolve("function", number, name))
                    called_file = ""
                elif key in ("cfi", "cfl"):
                    called_file = resolve("file", number, name)
                else:
                    resolved = resolve("file", number, name)
                    if key == "fl":
                        file = resolved
            elif line.startswith("calls="):
                is_call = True
            elif match := COST.match(line):
                if is_call:
                    self.calls[function, called] += int(match[1])
                else:
                    self.own[function] += int(match[1])
                is_call = False
        self.total = self.own.total()

    @staticmethod
    def name(file, function):
        return f"{file}:{CYCLE.sub('', function)}"

    def by_part(self):
        """Instructions of each part, shared functions' charged to their callers."""
        incoming = collections.defaultdict(collections.Counter)
        for (caller, callee), cost in self.calls.items():
            if caller != callee:
                incoming[callee][caller] += cost
        functions = set(self.own) | set(incoming)
        shares = {function: {part_of(function): 1.0} for function in functions if part_of(function)}
        shared = [function for function in functions if function not in shares]
        for _ in range(ROUNDS):
            for function in shared:
                callers = incoming[function]
                total = sum(callers.values())
                mixed = collections.Counter()
                for caller, cost in callers.items():
                    for part, share in shares.get(caller, {}).items():
                        mixed[part] += share * cost / total
                shares[function] = mixed
        parts = collections.Counter()
        for function, own in self.own.items():
            known = shares.get(function, {})
            for part, share in known.items():
                parts[part] += own * share
            parts["else"] += own * (1 - sum(known.values()))
        return parts


def collect(command, folder, name):
    """Runs a command under callgrind."""
    path = folder / f"{name}.callgrind"
    measure.run(["valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={path}", *command], folder,
                output_path=folder / f"{name}.out")
    return Profile(pathlib.Path(path))


def measure_instructions(report, cohort, folder):
    report.title(f"Instructions per event, cohort CTR over {N_EVENTS:,} events, by callgrind")
    folder.mkdir(parents=True, exist_ok=True)
    measure.run([cohort.weir, "generate", "--quiet", "--overwrite", "--out", "data/topics", "--events", N_EVENTS,
                 "--seed", "1", "--rate", "5250", "--late", "0"], folder)
    weir = collect([cohort.weir, "run", "--quiet", "-i", cohort.tables, cohort.job], folder, "weir")
    limit = collect([cohort.limit, "data/topics/ad_impressions", "data/topics/ad_clicks"], folder, "limit")
    parts = weir.by_part()
    report.table(["", "instructions/event", "share"],
                 [[part, f"{count / N_EVENTS:.0f}", f"{count / weir.total * 100:.1f} %"]
                  for part, count in parts.most_common() if count >= weir.total / 1000]
                 + [["weir", f"{weir.total / N_EVENTS:.0f}", "100 %"],
                    ["limit.c", f"{limit.total / N_EVENTS:.0f}", f"{limit.total / weir.total * 100:.1f} %"]])
    report.results["instructions"] = {
        "events": N_EVENTS,
        "weir_per_event": weir.total / N_EVENTS,
        "limit_per_event": limit.total / N_EVENTS,
        "weir_parts_per_event": {part: count / N_EVENTS for part, count in parts.most_common()},
    }
