#!/usr/bin/env python3
"""What the weir binary answers on the command line: exit statuses, what goes where, signals, and a machine that fails.

    tests/cli/test_cli.py WEIR [--filter TEXT]

CASES is a table of command lines and what they must answer; what a table can't say (signals, full disks) is a function
below it. Each runs in an empty folder of its own. A test that the machine has no means for is skipped, with a notice.
"""

import argparse
import dataclasses
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

TIMEOUT_SECONDS = 60

EVENTS = "".join(f'{{"id":{n},"at":{1767225600000 + n * 20000}}}\n' for n in range(7))
SOURCE = (
    "CREATE TABLE t (id INT, `at` BIGINT, ts AS TO_TIMESTAMP_LTZ(`at`, 3), WATERMARK FOR ts AS ts)\n"
    "WITH ('connector' = 'filesystem', 'path' = 'in', 'format' = 'json'%s);\n"
)
SINK = "CREATE TABLE o (id INT, `at` BIGINT) WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'json');\n"
WINDOWS = (
    "CREATE TABLE w (window_start TIMESTAMP(3), n BIGINT)\n"
    "WITH ('connector' = 'filesystem', 'path' = 'windows', 'format' = 'json');\n"
)
FILES = {
    "in/a.json": EVENTS,
    "tables.sql": SOURCE % "" + SINK + WINDOWS,
    "follow.sql": SOURCE % ", 'source.monitor-interval' = '50 ms'" + SINK + WINDOWS,
    "copy.sql": "INSERT INTO o SELECT id, `at` FROM t;\n",
    "count.sql": "INSERT INTO w SELECT window_start, COUNT(*) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts),\n"
    "INTERVAL '1' MINUTE)) GROUP BY window_start, window_end;\n",
    "show.sql": "SELECT id, `at` FROM t;\n",
    "one.sql": "SELECT 1 AS n, 'a,b' AS s, CAST(NULL AS STRING) AS `none`;\n",
    "two.sql": "SELECT 2 AS m;\n",
    "none.sql": "SELECT id FROM t WHERE id < 0;\n",
    "typo.sql": "SELECT id\nFROM tt;\n",
    "fails.sql": "SELECT CAST(CAST(id AS STRING) || 'x' AS INT) FROM t;\n",
    "absent.sql": "CREATE TABLE x (a INT) WITH ('connector' = 'filesystem', 'path' = 'nowhere', 'format' = 'json');\n"
    "SELECT * FROM x;\n",
    "unknown_key.sql": "SET 'table.local-timezone' = 'UTC';\n",
    "explain.sql": "EXPLAIN SELECT 1 AS n;\n",
    "comment.sql": "-- nothing here\n",
    "malformed.sql": "CREATE TABLE t (id INT) WITH ('connector' = 'filesystem', 'path' = 'bad', 'format' = 'json',\n"
    "'json.ignore-parse-errors' = 'true');\nSELECT id FROM t;\n",
    "aside.sql": "SET 'weir.dead-letter.path' = 'aside';\n",
    "bad/b.json": '{"id":1}\nrubbish\n{"id":2}\n',
}


@dataclasses.dataclass
class Case:
    """A command line; stdout and stderr are regular expressions that must occur, or None for silence."""

    line: str
    status: int
    stdout: str = None
    stderr: str = None
    stdin: str = ""
    environment: dict = dataclasses.field(default_factory=dict)
    expected_files: dict = dataclasses.field(default_factory=dict)  # glob -> regular expression of its text


ROWS_OF_T = r"\A id \| +at\n---\+-+\n"
CASES = [
    # The command itself.
    Case("", 2, None, r"usage: weir COMMAND"),
    Case("--help", 0, r"(?s)usage: weir COMMAND.*  run .*  explain .*  generate .*  report "),
    Case("-h", 0, r"usage: weir COMMAND"),
    Case("--version", 0, r"\Aweir \d+\.\d+\.\d+\n\Z"),
    Case("rum one.sql", 2, None, r"there is no command 'rum'; did you mean 'run'\?"),
    # Each command's help goes to standard output, wherever the flag stands.
    Case("run --help", 0, r"(?s)\Ausage: weir run .*--rows STYLE.*examples:"),
    Case("run -h", 0, r"\Ausage: weir run "),
    Case("run one.sql --help", 0, r"\Ausage: weir run "),
    Case("explain --help", 0, r"(?s)\Ausage: weir explain .*--analyze"),
    Case("generate --help", 0, r"(?s)\Ausage: weir generate .*--seed"),
    Case("report --help", 0, r"(?s)\Ausage: weir report .*--results"),
    # Wrong command lines: status 2, one sentence and where to look.
    Case("run", 2, None, r"\Aweir run: which SQL file is to be run\?\nweir run --help tells how it is used\.\n\Z"),
    Case("run --nope one.sql", 2, None, r"unknown option --nope"),
    Case("run -x one.sql", 2, None, r"unknown option -x"),
    Case("run one.sql --rows", 2, None, r"--rows needs a value"),
    Case("run one.sql --rows xml", 2, None, r"--rows xml: expected table, flink, json or csv"),
    Case("run one.sql -i", 2, None, r"-i needs a value"),
    Case("run one.sql --json=yes", 2, None, r"no value may follow --json=yes"),
    Case("run one.sql", 2, None, r"WEIR_BATCH_ROWS is '0'", environment={"WEIR_BATCH_ROWS": "0"}),
    Case("run one.sql", 2, None, r"WEIR_BATCH_ROWS is 'many'", environment={"WEIR_BATCH_ROWS": "many"}),
    Case("explain", 2, None, r"which SQL file is to be explained\?"),
    Case("explain --rows csv one.sql", 2, None, r"unknown option --rows"),
    Case("report extra", 2, None, r"unexpected argument 'extra'"),
    Case("report --campaigns x", 2, None, r"--campaigns x: expected a whole number"),
    Case("generate --duration 1m", 2, None, r"--out DIR is needed"),
    # Files that are not there, or no SQL.
    Case("run no_such_file.sql", 2, None, r"no_such_file\.sql: No such file or directory"),
    Case("run -i no_such_file.sql one.sql", 2, None, r"no_such_file\.sql: No such file or directory"),
    Case("run in", 2, None, r"in: Is a directory"),
    Case("run comment.sql", 0, None, r"nothing to run"),
    Case("run -q comment.sql", 0),
    # Wrong SQL: where, the line, a caret, a hint; and nothing has run.
    Case(
        "run -i tables.sql copy.sql typo.sql",
        2,
        None,
        r"\Atypo\.sql:2:6: error: .*'tt'.*\n +2 \| FROM tt;\n +\| +\^~\nhint: .*\n\Z",
        expected_files={"out/*": None},
    ),
    Case("run -", 2, None, r"\A<stdin>:1:8: error: .*\n +1 \| SELECT FROM t;\n +\| +\^~~~\n\Z", "SELECT FROM t;\n"),
    Case("run -i copy.sql one.sql", 2, None, r"copy\.sql:1:1: error: "),
    # Rows.
    Case("run -q one.sql", 0, r"\An \| s   \| none\n--\+-----\+-----\n1 \| a,b \| NULL\n\(1 row\)\n\Z"),
    Case("run -q --rows table one.sql", 0, r"\An \| s "),
    Case("run -q --rows flink one.sql", 0, r"\A\+I\[1, a,b, null\]\n\Z"),
    Case("run -q --rows=csv one.sql", 0, r'\An,s,none\n1,"a,b",\n\Z'),
    Case("run -q --rows json one.sql", 0, r'\A\{"n":1,"s":"a,b","none":null\}\n\Z'),
    Case("run -q -f one.sql --file two.sql", 0, r"(?s)\An \| s.*\(1 row\)\n\nm\n-\n2\n\(1 row\)\n\Z"),
    Case("run -q --rows flink two.sql one.sql", 0, r"\A\+I\[2\]\n\+I\[1, a,b, null\]\n\Z"),
    Case("run -q -", 0, r"\Ax\n-\n3\n\(1 row\)\n\Z", stdin="SELECT 1 + 2 AS x;\n"),
    Case("run -q -i tables.sql none.sql", 0, r"\Aid\n--\n\(0 rows\)\n\Z"),
    Case("run -q --rows csv -i tables.sql none.sql", 0, r"\Aid\n\Z"),
    Case("run -q --rows flink -i tables.sql none.sql", 0),
    Case("run -q --rows flink -i tables.sql show.sql", 0, r"\A\+I\[0, 1767225600000\]\n(\+I.*\n){6}\Z"),
    Case(
        "run -q --rows flink -i tables.sql show.sql",
        0,
        r"\A\+I\[0, 1767225600000\]\n(\+I.*\n){6}\Z",
        environment={"WEIR_BATCH_ROWS": "1"},
    ),
    # Summaries: for people on standard error, for machines the last line of standard output.
    Case(
        "run -i tables.sql copy.sql count.sql",
        0,
        None,
        r"(?s)\A7 events \(\d+ B\) in .*events/s\n.*  t +\| +1 \| +\d+ B \| +7 \| +0\n.*"
        r"  o +\| +7 \| +0 \| out\n  w +\| +3 \| +0 \| windows\n\Z",
        expected_files={"out/part-*": r'\A(\{"id":\d,"at":\d+\}\n){7}\Z', "windows/part-*": r'"n":3\}\n'},
    ),
    Case("run -q -i tables.sql copy.sql", 0, expected_files={"out/part-*": r'"id":6'}),
    Case("run --json -i tables.sql copy.sql", 0, r'\A\{"finished":true,"followed":false,"stopped_by":null,"events":7,'),
    Case("run --json one.sql", 0, r'\A\{"n":1,"s":"a,b","none":null\}\n\{"finished":true,.*\}\n\Z'),
    Case("run malformed.sql", 0, r"(?s)1\n.*2\n\(2 rows\)", r"1 malformed event skipped; SET 'weir.dead-letter.path'"),
    Case(
        "run -i aside.sql malformed.sql",
        0,
        r"\(2 rows\)",
        r"1 malformed event skipped; 1 kept aside in aside\.",
        expected_files={"aside/*": r'"line":2,.*"record":"rubbish"'},
    ),
    # Notes.
    Case("run -i unknown_key.sql two.sql", 0, r"2", r"note: SET 'table\.local-timezone' .*'table\.local-time-zone'\?"),
    Case("run -q -i unknown_key.sql two.sql", 0, r"2"),
    # Jobs that fail: status 1, and no results.
    Case("run -i tables.sql fails.sql", 1, None, r"error: |weir: "),
    Case("run absent.sql", 1, None, r"nowhere"),
    # Explaining.
    Case("run explain.sql", 0, r"Values"),
    Case("explain -i tables.sql copy.sql", 0, r"(?s)Sink o.*Scan t", expected_files={"out/*": None}),
    Case(
        "explain --analyze -i tables.sql count.sql",
        0,
        r"(?s)Sink w.*3 rows.*WindowAggregate.*7 -> 3 rows.*Scan t.*7 rows",
        r"7 events",
        expected_files={"windows/part-*": r'"n":3\}\n'},
    ),
    Case("explain -i tables.sql typo.sql", 2, None, r"typo\.sql:2:6: error: "),
    # Inventing events, and the report.
    Case("generate --out topics --events 100 --seed 3", 0, r"impressions and \d+ clicks", expected_files={"topics/ad_impressions/*": "."}),
    Case("report --results nowhere", 1, None, r"there are no results in nowhere"),
]


class Failure(Exception):
    pass


class Skip(Exception):
    pass


def check(condition, message):
    if not condition:
        raise Failure(message)


def shown(data):
    return "\n".join("      " + line for line in data.splitlines()[:12]) or "      (nothing)"


def write_files(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def environment_of(extra):
    return {**{key: value for key, value in os.environ.items() if key != "WEIR_BATCH_ROWS"}, "TZ": "UTC", **extra}


def check_text(what, pattern, text):
    if pattern is None:
        check(text == "", f"{what} should be empty, is\n{shown(text)}")
    else:
        check(re.search(pattern, text, re.M) is not None, f"{what} lacks {pattern!r}, is\n{shown(text)}")


def check_files(folder, expected):
    for glob, pattern in expected.items():
        found = sorted(folder.glob(glob))
        if pattern is None:
            check(not found, f"there should be no {glob}, but there is {found[0].name if found else ''}")
        else:
            check(found, f"there is no {glob}")
            check_text(glob, pattern, "".join(path.read_text(encoding="utf-8") for path in found))


def run(weir, folder, line, status=None, stdin="", environment=None, **options):
    result = subprocess.run(
        [weir] + line.split(),
        cwd=folder,
        env=environment_of(environment or {}),
        input=stdin.encode(),
        stdout=options.pop("stdout", subprocess.PIPE),
        stderr=subprocess.PIPE,
        timeout=TIMEOUT_SECONDS,
        check=False,
        **options,
    )
    result.out = (result.stdout or b"").decode("utf-8", "replace")
    result.err = result.stderr.decode("utf-8", "replace")
    if status is not None:
        check(result.returncode == status, f"status is {result.returncode}, not {status}; it says\n{shown(result.err)}")
    return result


def check_case(weir, folder, case):
    result = run(weir, folder, case.line, case.status, case.stdin, case.environment)
    check_text("standard output", case.stdout, result.out)
    check_text("standard error", case.stderr, result.err)
    check_files(folder, case.expected_files)


# --- what a table can't say ---


def start(weir, folder, line):
    """Unbuffered: what communicate() reads must not miss what a read() before it took in."""
    return subprocess.Popen(
        [weir] + line.split(),
        cwd=folder,
        env=environment_of({}),
        bufsize=0,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def finish(process, status):
    try:
        out, err = process.communicate(timeout=TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        raise Failure("did not end") from None
    out, err = (out or b"").decode(), err.decode()
    check(process.returncode == status, f"status is {process.returncode}, not {status}; it says\n{shown(err)}")
    return out, err


def wait_for(what, condition, process):
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not condition():
        if process.poll() is not None:
            raise Failure(f"ended before {what}: {process.stderr.read().decode()}")
        if time.monotonic() > deadline:
            process.kill()
            raise Failure(f"waited in vain for {what}")
        time.sleep(0.02)


def visible_text(folder):
    if not folder.is_dir():
        return ""
    return "".join(p.read_text(encoding="utf-8") for p in sorted(folder.iterdir()) if not p.name.startswith("."))


def hidden_files(folder):
    return [p.name for p in folder.iterdir() if p.name.startswith(".")] if folder.is_dir() else []


def write_many_events(folder, n_events):
    lines = (f'{{"id":{n},"at":{1767225600000 + n * 10}}}\n' for n in range(n_events))
    (folder / "in/a.json").write_text("".join(lines), encoding="utf-8")


def stops_a_followed_run(weir, folder, number, name):
    process = start(weir, folder, "run -i follow.sql copy.sql count.sql")
    wait_for("rows to be visible", lambda: '"id":6' in visible_text(folder / "out"), process)
    (folder / "in/.late.json").write_text('{"id":7,"at":1767226000000}\n', encoding="utf-8")
    (folder / "in/.late.json").rename(folder / "in/b.json")
    wait_for("rows of a new file", lambda: '"id":7' in visible_text(folder / "out"), process)
    process.send_signal(number)
    out, err = finish(process, 0)
    check_text("standard output", None, out)
    check_text("standard error", rf"(?s)\AStopped by {name} when event time was 2026-01-01 00:06:40.*8 events", err)
    check(visible_text(folder / "windows").count("window_start") == 3, "only the three complete windows may be there")
    check(not hidden_files(folder / "out") + hidden_files(folder / "windows"), "unfinished files are left")


def test_sigint_on_a_followed_folder(weir, folder):
    stops_a_followed_run(weir, folder, signal.SIGINT, "SIGINT")


def test_sigterm_on_a_followed_folder(weir, folder):
    stops_a_followed_run(weir, folder, signal.SIGTERM, "SIGTERM")


def test_json_summary_of_a_stopped_run(weir, folder):
    process = start(weir, folder, "run --json -i follow.sql copy.sql")
    wait_for("rows to be visible", lambda: '"id":6' in visible_text(folder / "out"), process)
    process.send_signal(signal.SIGINT)
    out, err = finish(process, 0)
    check_text("standard error", None, err)
    summary = json.loads(out)
    check(summary["stopped_by"] == "SIGINT" and summary["followed"] and not summary["finished"], f"it says {summary}")
    check(summary["jobs"][0]["rows"] == 7 and summary["jobs"][0]["results"] == "out", f"it says {summary}")


def test_followed_rows_appear_as_they_come(weir, folder):
    process = start(weir, folder, "run -q --rows flink -i follow.sql show.sql")
    line = process.stdout.readline().decode()
    process.send_signal(signal.SIGINT)
    finish(process, 0)
    check(line == "+I[0, 1767225600000]\n", f"the first line is {line!r}")


def test_sigint_on_a_bounded_run(weir, folder):
    """The pipe is full and nobody reads it, so the run can't have ended when the signal comes."""
    write_many_events(folder, 100000)
    process = start(weir, folder, "run --rows flink -i tables.sql show.sql copy.sql")
    first = process.stdout.read(1)
    process.send_signal(signal.SIGINT)
    out, err = finish(process, 1)
    check_text("standard error", r"\AStopped by SIGINT", err)
    lines = (first.decode() + out).splitlines()
    check(0 < len(lines) < 100000, f"{len(lines)} rows were printed")
    check(all(re.fullmatch(r"\+I\[\d+, \d+\]", line) for line in lines), "a line was cut")


def test_second_signal_ends_at_once(weir, folder):
    write_many_events(folder, 100000)
    process = start(weir, folder, "run --rows flink -i tables.sql show.sql")
    process.stdout.read(1)
    process.send_signal(signal.SIGINT)
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    process.wait(TIMEOUT_SECONDS)
    check(process.returncode == -signal.SIGINT, f"status is {process.returncode}")


def test_reader_that_goes_away(weir, folder):
    write_many_events(folder, 100000)
    process = start(weir, folder, "run -q --rows flink -i tables.sql show.sql copy.sql")
    process.stdout.read(1)
    process.stdout.close()
    process.wait(TIMEOUT_SECONDS)
    err = process.stderr.read().decode()
    check(process.returncode == -signal.SIGPIPE and err == "", f"status is {process.returncode}, it says {err!r}")
    check(visible_text(folder / "out") == "" and not hidden_files(folder / "out"), "results are left behind")


def test_full_standard_output(weir, folder):
    if not os.path.exists("/dev/full"):
        raise Skip("there is no /dev/full")
    for line in ("run -q one.sql", "run --json -i tables.sql copy.sql", "run -q -i tables.sql --rows csv show.sql"):
        with open("/dev/full", "wb") as full:
            result = run(weir, folder, line, 1, stdout=full)
        check_text(line, r"\Aweir: cannot write to standard output: No space left on device\n\Z", result.err)


def test_results_folder_is_a_file(weir, folder):
    (folder / "out").write_text("in the way")
    result = run(weir, folder, "run -i tables.sql copy.sql", 1)
    check_text("standard error", r"\Aweir: .*out.*: Not a directory\n\Z", result.err)


def test_results_folder_not_writable(weir, folder):
    options = {}
    (folder / "out").mkdir()
    (folder / "out").chmod(0o555)
    if os.geteuid() == 0:  # who may write anywhere: be somebody else
        options = {"user": 65534, "group": 65534, "extra_groups": []}
        folder.chmod(0o755)
        weir = shutil.copy(weir, folder / "weir")
    try:
        result = run(str(weir), folder, "run -i tables.sql copy.sql", **options)
    except (PermissionError, subprocess.SubprocessError) as error:
        raise Skip(f"can't become another user: {error}") from None
    check(result.returncode == 1, f"status is {result.returncode}; it says\n{shown(result.err)}")
    check_text("standard error", r"\Aweir: .*out.*: Permission denied\n\Z", result.err)


def test_full_disk(weir, folder):
    write_many_events(folder, 20000)
    (folder / "out").mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(folder / "out")], capture_output=True)
    if mounted.returncode != 0:
        raise Skip(f"can't mount a small disk: {mounted.stderr.decode().strip()}")
    try:
        result = run(weir, folder, "run -i tables.sql copy.sql", 1)
        check_text("standard error", r"\Aweir: .*out.*: No space left on device\n\Z", result.err)
        check(not list((folder / "out").iterdir()), "something is left on the full disk")
    finally:
        subprocess.run(["umount", str(folder / "out")], check=True)


def test_file_size_limit(weir, folder):
    write_many_events(folder, 20000)
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
    result = run(weir, folder, "run -i tables.sql copy.sql", 1, preexec_fn=limit)
    check_text("standard error", r"\Aweir: .*out.*: File too large\n\Z", result.err)
    check(visible_text(folder / "out") == "" and not hidden_files(folder / "out"), "results are left behind")


def test_followed_folder_that_vanishes(weir, folder):
    """As in Flink, a listing that fails is not the end: the folder may come back."""
    process = start(weir, folder, "run -i follow.sql copy.sql")
    wait_for("rows to be visible", lambda: '"id":6' in visible_text(folder / "out"), process)
    shutil.rmtree(folder / "in")
    time.sleep(0.3)
    write_files(folder, {"in/c.json": '{"id":9,"at":1767227000000}\n'})
    wait_for("rows of the new folder", lambda: '"id":9' in visible_text(folder / "out"), process)
    process.send_signal(signal.SIGINT)
    finish(process, 0)


def test_several_selects_do_not_mix(weir, folder):
    write_many_events(folder, 5000)
    (folder / "neg.sql").write_text("SELECT -id AS n FROM t;\n")
    result = run(weir, folder, "run -q --rows csv -i tables.sql show.sql neg.sql", 0)
    first, second = result.out.split("n\n") if result.out.count("\nn\n") == 1 else ("", "")
    check(first.count("\n") == 5001 and second.count("\n") == 5000, "the rows of two SELECTs are mixed")


def test_no_progress_without_a_terminal(weir, folder):
    result = run(weir, folder, "run -i tables.sql copy.sql", 0)
    check("\r" not in result.err and "\033" not in result.err, "there are control characters in a pipe")


def test_sample_is_reported(weir, folder):
    """Through the real jobs: what a person runs first."""
    jobs = pathlib.Path(__file__).resolve().parents[2] / "jobs"
    run(weir, folder, "generate --quiet --out data/topics --seed 1 --duration 3m --rate 200", 0)
    names = ("ctr_by_campaign", "ctr_by_campaign_live", "engagement_by_device")
    files = " ".join(str(jobs / f"{name}.sql") for name in names)
    result = run(weir, folder, f"run -i {jobs / 'tables/files.sql'} {files}", 0)
    for name in names:
        check_text("summary", rf"  {name} +\| +[\d,]+ \| +[\d,]+ \| data/results/{name}$", result.err)
    report = run(weir, folder, "report", 0)
    check_text("report", r"(?s)The latest windows.*live CTR.*By campaign.*c-001 .*By device.*mobile.*data/results/", report.out)
    check_text("standard error", None, report.err)


def tests(options):
    for case in CASES:
        yield f"weir {case.line}".rstrip(), lambda weir, folder, case=case: check_case(weir, folder, case)
    for name, function in sorted(globals().items()):
        if name.startswith("test_"):
            yield name, function


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("weir")
    parser.add_argument("--filter", default="")
    options = parser.parse_args()
    weir = os.path.abspath(options.weir)
    passed = failed = skipped = 0
    for name, function in tests(options):
        if options.filter not in name:
            continue
        folder = pathlib.Path(tempfile.mkdtemp(prefix="weir-cli-"))
        try:
            write_files(folder, FILES)
            function(weir, folder)
            passed += 1
        except Skip as reason:
            skipped += 1
            print(f"skipped {name}: {reason}")
        except Failure as failure:
            failed += 1
            print(f"FAIL {name}\n    {failure}")
        except Exception:  # a bug of the test, or a process that can't be started
            failed += 1
            print(f"FAIL {name}")
            traceback.print_exc(file=sys.stdout)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
