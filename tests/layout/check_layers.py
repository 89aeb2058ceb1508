#!/usr/bin/env python3
"""Includes go downwards only: fails when a file of src/ includes a header that its folder may not use.

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


def main() -> int:
    root = pathlib.Path(__file__).resolve().parents[2] / "src"
    problems = []
    n_files = 0
    for path in sorted(root.rglob("*.[ch]")):
        n_files += 1
        name = path.relative_to(root)
        folder = name.parts[0]
        text = path.read_text(encoding="utf-8")
        if folder not in ALLOWED:
            problems.append(f"{name}: src/{folder} is not a folder of the design")
            continue
        if not text.lstrip().startswith("/*"):
            problems.append(f"{name}: does not open with a comment that says what it is")
        n_lines = text.count("\n")
        if n_lines > LINES_MAX:
            problems.append(f"{name}: {n_lines} lines, more than a person reads in one sitting ({LINES_MAX})")
        for number, line in enumerate(text.split("\n"), 1):
            match = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
            if not match:
                continue
            target = match.group(1).split("/")[0]
            if "/" not in match.group(1):
                problems.append(f"{name}:{number}: write the folder: \"{folder}/{match.group(1)}\"")
            elif target != folder and target not in ALLOWED[folder]:
                problems.append(f"{name}:{number}: src/{folder} may not include {match.group(1)}")
    for problem in problems:
        print(problem)
    print(f"{n_files} files, {len(problems)} problems")
    return 1 if problems or n_files == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
