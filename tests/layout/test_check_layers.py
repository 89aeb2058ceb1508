#!/usr/bin/env python3
"""Holds check_layers.py to its own rules, over small trees in which one thing is wrong."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import check_layers  # noqa: E402

GOOD = '/* What it is. */\n#include "vec/batch.h"\n#include <stdio.h>\n'


def problems_of(files):
    """What the check says about a tree of {name: text}."""
    with tempfile.TemporaryDirectory() as scratch:
        root = pathlib.Path(scratch)
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        n_files, problems = check_layers.check(root)
        assert n_files == len(files)
        status = check_layers.main([str(root)])
        assert status == (1 if problems or not files else 0)
        return problems


class CheckLayers(unittest.TestCase):
    def test_downwards_is_right(self):
        includes = {
            "cmd/main.c": ["ads/world.h", "run/job.h", "cmd/text.h"],
            "run/job.c": ["plan/plan.h", "ops/sink.h"],
            "plan/plan.c": ["sql/ast.h"],
            "ops/sink.c": ["func/expr.h", "io/connector.h", "format/json.h"],
            "vec/batch.h": ["vec/arena.h"],
        }
        tree = {
            name: "/* Fine. */\n" + "".join(f'#include "{header}"\n' for header in headers)
            for name, headers in includes.items()
        }
        self.assertEqual(problems_of(tree), [])

    def test_every_upward_include_is_found(self):
        order = list(check_layers.ALLOWED)
        for folder in order:
            for target in order:
                if target == folder:
                    continue
                found = problems_of({f"{folder}/x.c": f'/* X. */\n\n#include "{target}/y.h"\n'})
                if target in check_layers.ALLOWED[folder]:
                    self.assertEqual(found, [])
                else:
                    self.assertEqual(found, [f"{folder}/x.c:3: src/{folder} may not include {target}/y.h"])

    def test_no_two_folders_include_each_other(self):
        for folder, targets in check_layers.ALLOWED.items():
            for target in targets:
                self.assertNotIn(folder, check_layers.ALLOWED[target], f"{folder} and {target}")

    def test_odd_spellings_are_found(self):
        for line in ('  #  include "run/job.h"', '#include"run/job.h"', "#include <run/job.h>"):
            self.assertEqual(len(problems_of({"vec/x.c": f"/* X. */\n{line}\n"})), 1, line)
        for line in ('// #include "run/job.h"', '"run/job.h"', "#include <sys/types.h>"):
            self.assertEqual(problems_of({"vec/x.c": f"/* X. */\n{line}\n"}), [], line)

    def test_an_include_names_its_folder(self):
        self.assertEqual(
            problems_of({"vec/x.c": '/* X. */\n#include "batch.h"\n'}), ['vec/x.c:2: write the folder: "vec/batch.h"']
        )

    def test_a_file_says_what_it_is(self):
        self.assertEqual(len(problems_of({"vec/x.c": "#include <stdio.h>\n"})), 1)
        self.assertEqual(problems_of({"vec/x.c": "\n" + GOOD}), [])

    def test_a_file_is_not_too_long(self):
        lines = "/* X. */\n" + "int x;\n" * (check_layers.LINES_MAX - 1)
        self.assertEqual(problems_of({"vec/x.c": lines}), [])
        self.assertEqual(len(problems_of({"vec/x.c": lines + "int x;\n"})), 1)

    def test_unknown_folders_are_found(self):
        self.assertEqual(len(problems_of({"misc/x.c": GOOD})), 1)
        self.assertEqual(len(problems_of({"x.c": GOOD})), 1)

    def test_nothing_to_check_is_an_error(self):
        self.assertEqual(problems_of({}), [])


if __name__ == "__main__":
    unittest.main()
