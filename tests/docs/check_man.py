#!/usr/bin/env python3
"""Holds docs/weir.1 to what the program says of itself.

    tests/docs/check_man.py WEIR

The page is well formed, every command of `weir --help` has its section in it, with the options of `weir COMMAND
--help`, their values' names and their defaults, and no others; and no line of a help text is wider than a terminal.
"""

import pathlib
import re
import shutil
import subprocess
import sys

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "weir.1"
TERMINAL_COLUMNS = 80
OPTION = re.compile(r"--?[a-zA-Z][a-z-]*")


def help_text(weir, *command):
    return subprocess.run([weir, *command, "--help"], check=True, capture_output=True, text=True).stdout


def commands_of(text):
    """The names in the table of `weir --help`."""
    return re.findall(r"^  ([a-z]+) {2,}\S", text, re.MULTILINE)


def options_of_help(text):
    """{option: default or None} of the lines that begin with options; a short one belongs to its long one."""
    options = {}
    entries = re.split(r"\n(?= {2,6}-)", "\n" + re.split(r"\n\S*examples?:\n", text)[0])[1:]
    for entry in entries:
        head = re.match(r"[^\n]*?(?= {2,}|\n|$)", entry.lstrip()).group()
        body = re.split(r"\n\n", entry)[0]
        default = re.search(r"\[([^\]]*)\]", body)
        for option in OPTION.findall(head):
            options[option] = default.group(1) if default else None
    return options


def options_of_page(source):
    """{option: default or None} of the .It lines of a section, which may say "The default is X."."""
    options = {}
    for item in re.split(r"\n(?=\.It )", source)[1:]:
        head = item.split("\n", 1)[0].replace("\\", "")
        if not head.startswith(".It Fl "):
            continue
        default = re.search(r"The default is\n?(?:\.Pa)? ?(\S+?) ?\.?$", item, re.MULTILINE)
        for option in re.findall(r"Fl ([a-zA-Z-]+)", head):
            options["-" + option] = default.group(1) if default else None
    return options


def sections(page):
    """{heading of a .Ss: its source}"""
    parts = re.split(r"^\.S[hs] (.*)$", page, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


def problems(weir):
    if shutil.which("mandoc"):
        lint = subprocess.run(["mandoc", "-T", "lint", str(PAGE)], capture_output=True, text=True)
        yield from lint.stdout.splitlines()
    else:
        print("note: mandoc is not here, so the page's form is not checked", file=sys.stderr)
    page = sections(PAGE.read_text())
    general = help_text(weir)
    commands = commands_of(general)
    if not commands:
        yield "weir --help lists no commands"
    for name in [(), *((command,) for command in commands)]:
        for line in help_text(weir, *name).splitlines():
            if len(line) > TERMINAL_COLUMNS:
                yield f"weir {' '.join(name)} --help has a line of {len(line)} columns: {line}"
    for heading in page:
        if heading.startswith("weir ") and heading.removeprefix("weir ") not in commands:
            yield f"{PAGE.name}: there is no command '{heading}'"
    for command in commands:
        if f".It Cm {command}\n" not in page["DESCRIPTION"]:
            yield f"{PAGE.name}: {command} is not in the list of commands: add .It Cm {command}"
        if f"weir {command}" not in page:
            yield f"{PAGE.name}: there is no section .Ss weir {command}"
            continue
        said = options_of_help(help_text(weir, command))
        written = options_of_page(page[f"weir {command}"])
        for option in sorted(said.keys() - written.keys()):
            macro = ".It Fl " + option[1:].replace("-", "\\-")
            yield f"{PAGE.name}: {option} of weir {command} is missing: add {macro}"
        for option in sorted(written.keys() - said.keys()):
            yield f"{PAGE.name}: weir {command} --help has no {option}"
        for option in sorted(said.keys() & written.keys()):
            if said[option] != written[option] and not is_told_in_words(page[f"weir {command}"], said[option]):
                yield f"{PAGE.name}: the default of {option} of weir {command} is {said[option]}, not {written[option]}"


def is_told_in_words(source, default):
    """A default that is one of several values is marked at that value."""
    if default is None:
        return False
    return re.search(rf"^\.It Cm {re.escape(default)}\n.*this is the default", source, re.MULTILINE) is not None


def main():
    found = list(problems(sys.argv[1]))
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
