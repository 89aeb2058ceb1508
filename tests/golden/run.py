#!/usr/bin/env python3
"""Runs the golden cases on weir: tests/golden/**/*.case and tests/golden/expressions/*.tsv.

    tests/golden/run.py WEIR [--batch-rows 1,7,2048] [--jobs N] [--filter TEXT] [--wrapper 'COMMAND'] [--update]

A case is one text file of sections (see tests/golden/README.md). Every case runs once for each batch size, and the
expected rows are the same for all: results may not depend on how rows were cut into batches. The same files run on the
real Flink by `make test-flink`, which is what makes them true.
"""

import argparse
import concurrent.futures
import difflib
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
UNSUPPORTED_EXPRESSIONS = HERE / "expressions" / "unsupported.txt"
TIMEOUT_SECONDS = 60
STATUS_USAGE = 2  # the SQL is wrong, or not supported


class Case:
    """The sections of one .case file, in order: (kind, argument, lines)."""

    def __init__(self, path):
        self.path = path
        self.name = str(path.relative_to(HERE))
        self.sections = []
        for line in path.read_text(encoding="utf-8").split("\n"):
            if line.startswith("--- "):
                words = line[4:].split(None, 1)
                self.sections.append([words[0], words[1].strip() if len(words) > 1 else "", []])
            elif self.sections:
                self.sections[-1][2].append(line)

    def all(self, kind):
        return [(argument, lines) for name, argument, lines in self.sections if name == kind]

    def has_refusal(self):
        return self.one("error") is not None or self.one("unsupported") is not None

    def one(self, kind):
        found = self.all(kind)
        return found[0] if found else None


def section_lines(lines):
    """Without the blank lines that separate sections."""
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines


def unescape(text):
    out = bytearray()
    position = 0
    data = text.encode("utf-8")
    simple = {ord("n"): 10, ord("t"): 9, ord("r"): 13, ord("\\"): 92, ord("0"): 0}
    while position < len(data):
        if data[position] != 92:
            out.append(data[position])
            position += 1
        elif data[position + 1] == ord("x"):
            out.append(int(data[position + 2 : position + 4], 16))
            position += 4
        else:
            out.append(simple[data[position + 1]])
            position += 2
    return bytes(out)


def write_inputs(case, scratch):
    for argument, lines in case.all("file"):
        words = argument.split()
        target = scratch / words[0]
        target.parent.mkdir(parents=True, exist_ok=True)
        lines = section_lines(lines)
        if len(words) > 1 and words[1] == "escaped":
            target.write_bytes(b"".join(unescape(line) for line in lines))
        else:
            target.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    for argument, _ in case.all("folder"):
        (scratch / argument).mkdir(parents=True, exist_ok=True)


def read_rows(folder):
    rows = []
    if folder.is_dir():
        for part in sorted(folder.rglob("*")):
            if part.is_file() and not part.name.startswith((".", "_")):
                rows += part.read_text(encoding="utf-8").splitlines()
    return rows


def run_weir(options, script, batch_rows, scratch):
    command = shlex.split(options.wrapper) + [options.weir, "run", "--quiet", "--rows", "flink"]
    environment = dict(os.environ, WEIR_BATCH_ROWS=str(batch_rows), TZ="UTC")
    return subprocess.run(
        command + [str(script)], cwd=scratch, env=environment, capture_output=True, timeout=TIMEOUT_SECONDS, check=False
    )


def differences(what, expected, actual):
    expected, actual = sorted(expected), sorted(actual)
    if expected == actual:
        return []
    lines = difflib.unified_diff(expected, actual, f"expected {what}", f"actual {what}", lineterm="", n=1)
    return list(lines)


def refusal_problems(options, lines, status, stderr):
    """Of a case that is right for Flink and that weir refuses today: the rows are kept for the day it does not."""
    if status == 0:
        return ["weir runs this now: it is not 'unsupported' any more, so that its result is compared"]
    if status != STATUS_USAGE:
        return [f"should have been refused (status {STATUS_USAGE}), but failed with status {status}", stderr]
    text = stderr.split("\n", 1)[0]
    expected = section_lines(lines)
    if options.update:
        lines[:] = [text, ""]
    elif expected and expected != [text]:
        return [f"expected refusal: {expected[0]}", f"actual refusal:   {text}"]
    return []


def run_case(options, case, batch_rows):
    """The list of problems: empty when the case passes."""
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="weir-golden-"))
    try:
        write_inputs(case, scratch)
        sql = "\n".join(case.one("sql")[1]).replace("${dir}", str(scratch))
        script = scratch / "script.sql"
        script.write_text(sql + "\n", encoding="utf-8")
        try:
            result = run_weir(options, script, batch_rows, scratch)
        except subprocess.TimeoutExpired:
            return [f"did not end within {TIMEOUT_SECONDS} s"]
        stdout = result.stdout.decode("utf-8", "replace")
        stderr = result.stderr.decode("utf-8", "replace")
        problems = []
        wanted_error = case.one("error")
        unsupported = case.one("unsupported")
        if result.returncode not in (0, 1, 2):
            return [f"died with status {result.returncode}", stderr]
        if wanted_error:
            if result.returncode == 0:
                return ["should have failed, but did not"]
            text = stderr.replace(str(scratch), "${dir}").rstrip("\n").split("\n")
            expected = section_lines(wanted_error[1])
            if options.update:
                wanted_error[1][:] = text + [""]
            elif expected and expected != text:
                problems += difflib.unified_diff(expected, text, "expected error", "actual error", lineterm="")
            return problems
        if unsupported:
            return refusal_problems(options, unsupported[1], result.returncode, stderr.replace(str(scratch), "${dir}"))
        if result.returncode != 0:
            return [f"failed with status {result.returncode}", stderr]
        for argument, lines in case.all("rows"):
            actual = read_rows(scratch / argument)
            problems += differences(argument, section_lines(lines), actual)
        printed = case.one("print")
        if printed:
            problems += differences("print", section_lines(printed[1]), stdout.splitlines())
        return problems
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def expression_script(scratch, settings, expression):
    source = scratch / "v.json"
    if not source.exists():
        row = {
            "i": 7, "b": 9000000000, "d": 2.5, "s": "Grüße 12", "t": True, "ts": "2026-01-31 23:59:58.123",
            "ltz": "2026-01-31 23:59:58.123Z",
        }  # fmt: skip
        text = json.dumps(row, ensure_ascii=False)[:-1] + ', "dec": 12345.67, "dec38": 1234567890.0123456789}\n'
        source.write_text(text, encoding="utf-8")
    table = (
        "CREATE TEMPORARY TABLE v (i INT, b BIGINT, d DOUBLE, `dec` DECIMAL(10, 2), dec38 DECIMAL(38, 10), s STRING, "
        "t BOOLEAN, ts TIMESTAMP(3), ltz TIMESTAMP_LTZ(3), ni INT, ns STRING, nd DECIMAL(10, 2), nts TIMESTAMP(3)) "
        f"WITH ('connector' = 'filesystem', 'path' = '{source}', 'format' = 'json');\n"
    )
    lines = [line + (";" if not line.rstrip().endswith(";") else "") for line in settings]
    return "\n".join(lines) + "\n" + table + f"SELECT TYPEOF({expression}), CAST(({expression}) AS STRING) FROM v;\n"


def unsupported_expressions():
    """What weir refuses today, as (file, expression): expressions/unsupported.txt."""
    lines = UNSUPPORTED_EXPRESSIONS.read_text(encoding="utf-8").split("\n")
    return {tuple(line.split("\t", 1)) for line in lines if line and not line.startswith("#")}


def write_unsupported_expressions(found):
    lines = UNSUPPORTED_EXPRESSIONS.read_text(encoding="utf-8").split("\n")
    text = [line for line in lines if line.startswith("#")] + ["\t".join(entry) for entry in sorted(found)]
    UNSUPPORTED_EXPRESSIONS.write_text("\n".join(text) + "\n", encoding="utf-8")


def run_expression(options, path, number, settings, expression, wanted_type, wanted_result):
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="weir-expression-"))
    try:
        script = scratch / "script.sql"
        script.write_text(expression_script(scratch, settings, expression), encoding="utf-8")
        result = run_weir(options, script, 2048, scratch)
        where = f"{path.name}:{number}: {expression}"
        stdout = result.stdout.decode("utf-8", "replace").rstrip("\n")
        stderr = result.stderr.decode("utf-8", "replace").strip()
        if result.returncode not in (0, 1, 2):
            return [f"{where}\n    died with status {result.returncode}: {stderr}"]
        if (path.name, expression) in options.unsupported:
            problems = refusal_problems(options, [], result.returncode, stderr)
            return [f"{where}\n    {problem}" for problem in problems]
        if wanted_result == "ERROR":
            return [] if result.returncode != 0 else [f"{where}\n    should be an error, is {stdout}"]
        if options.update and result.returncode == STATUS_USAGE and "not supported" in stderr.split("\n", 1)[0]:
            options.found_unsupported.add((path.name, expression))
            return []
        if result.returncode != 0:
            return [f"{where}\n    should be {wanted_type} {wanted_result}, failed: {stderr.splitlines()[0] if stderr else ''}"]
        shown = "null" if wanted_result == "NULL" else unescape(wanted_result).decode("utf-8")
        expected = f"+I[{wanted_type}, {shown}]"
        return [] if stdout == expected else [f"{where}\n    expected {expected}\n    actual   {stdout}"]
    except subprocess.TimeoutExpired:
        return [f"{path.name}:{number}: {expression}: did not end"]
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def expression_rows(path):
    settings = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line.startswith("#!"):
            statement = line[2:].strip()
            if statement.upper().startswith("RESET"):
                settings = []
            else:
                key = statement.split("=")[0].strip()
                settings = [kept for kept in settings if kept.split("=")[0].strip() != key] + [statement]
        elif line.strip() and not line.startswith("#"):
            cells = line.split("\t")
            if cells[0] == "expression":
                continue
            yield number, list(settings), cells[0], cells[1], cells[2]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("weir")
    parser.add_argument("--batch-rows", default="1,7,2048")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--filter", default="")
    parser.add_argument("--wrapper", default="")
    parser.add_argument("--only", choices=["cases", "expressions"])
    parser.add_argument("--update", action="store_true", help="write down what weir says: errors and refusals")
    options = parser.parse_args()
    options.weir = os.path.abspath(options.weir)
    options.found_unsupported = set()
    options.unsupported = set() if options.update else unsupported_expressions()
    sizes = [int(size) for size in options.batch_rows.split(",")]

    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        pending = []
        if options.only != "expressions":
            for path in sorted(HERE.rglob("*.case")):
                if options.filter and options.filter not in str(path.relative_to(HERE)):
                    continue
                case = Case(path)
                for size in sizes:
                    pending.append((f"{case.name} (batches of {size})", pool.submit(run_case, options, case, size), case))
        if options.only != "cases":
            for path in sorted(HERE.glob("expressions/*.tsv")):
                for number, settings, expression, wanted_type, wanted in expression_rows(path):
                    if options.filter and options.filter not in f"expressions/{path.name} {expression}":
                        continue
                    work = pool.submit(run_expression, options, path, number, settings, expression, wanted_type, wanted)
                    pending.append((f"{path.name}:{number}", work, None))
        for name, work, case in pending:
            problems = work.result()
            if problems:
                failed += 1
                print(f"FAIL {name}")
                for line in problems:
                    print(f"  {line}")
            else:
                passed += 1
        if options.update:
            if options.only != "cases" and not options.filter:
                write_unsupported_expressions(options.found_unsupported)
            for case in {id(case): case for _, _, case in pending if case and case.has_refusal()}.values():
                text = []
                for kind, argument, lines in case.sections:
                    text.append(f"--- {kind} {argument}".rstrip())
                    text += section_lines(lines) + [""]
                case.path.write_text("\n".join(text).rstrip("\n") + "\n", encoding="utf-8")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
