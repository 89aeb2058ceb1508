#!/usr/bin/env python3
"""Includes go downwards only: fails when a file of src/ includes a header that its folder may not use.

    tests/layout/check_layers.py [SRC]

Also holds each file to a length that a person reads in one sitting, and asks that it opens with a comment saying
what it is."""

import pathlib
import re
import sys

# Each folder and the folders whose headers it may include, itself aside.
ALLOWED = {
    "vec": [],
    "format": ["vec"],
    "io": ["format", "vec"],
    "func": ["vec"],
    "ops": ["func", "io", "format", "vec"],
    "sql": ["func", "io", "format", "vec"],
    "plan": ["sql", "func", "io", "format", "vec"],
    "run": ["plan", "ops", "sql", "func", "io", "format", "vec"],
    "ads": ["vec"],
    "cmd": ["ads", "run", "plan", "sql", "func", "io", "format", "vec"],
}
LINES_MAX = 800
INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^">]+)[">]')


def include_problem(folder, quote, header):
    """What is wrong with an #include in a file of a folder; None when nothing is."""
    target = header.split("/")[0]
    if quote == "<":
        return f"a header of weir in <>: {header}" if "/" in header and target in ALLOWED else None
    if "/" not in header:
        return f'write the folder: "{folder}/{header}"'
    if target != folder and target not in ALLOWED[folder]:
        return f"src/{folder} may not include {header}"
    return None


def file_problems(path, name):
    folder = name.parts[0]
    if folder not in ALLOWED or len(name.parts) < 2:
        return [f"{name}: src/{folder} is not a folder of the design"]
    problems = []
    text = path.read_text(encoding="utf-8")
    if not text.lstrip().startswith("/*"):
        problems.append(f"{name}: does not open with a comment that says what it is")
    n_lines = text.count("\n")
    if n_lines > LINES_MAX:
        problems.append(f"{name}: {n_lines} lines, more than a person reads in one sitting ({LINES_MAX})")
    for number, line in enumerate(text.split("\n"), 1):
        match = INCLUDE.match(line)
        problem = include_problem(folder, *match.groups()) if match else None
        if problem:
            problems.append(f"{name}:{number}: {problem}")
    return problems


def check(root):
    """The number of files under a src folder, and what is wrong with them."""
    files = sorted(root.rglob("*.[ch]"))
    problems = []
    for path in files:
        problems += file_problems(path, path.relative_to(root))
    return len(files), problems


def main(arguments):
    root = pathlib.Path(arguments[0]) if arguments else pathlib.Path(__file__).resolve().parents[2] / "src"
    n_files, problems = check(root)
    for problem in problems:
        print(problem)
    print(f"{n_files} files, {len(problems)} problems")
    return 1 if problems or n_files == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
