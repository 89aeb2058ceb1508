#!/bin/sh
# make lint: formatting, clang-tidy (.clang-tidy says which checks), shellcheck, include directions.
set -eu
cd "$(dirname "$0")/.."

sources=$(git ls-files --cached --others --exclude-standard '*.[ch]')
# shellcheck disable=SC2086
clang-format-14 --dry-run -Werror $sources
git ls-files --cached --others --exclude-standard '*.sh' .ci/run | xargs shellcheck
python3 tests/layout/check_layers.py
tools/build.sh tidy all
git ls-files --cached --others --exclude-standard 'src/*.c' | xargs -P "$(nproc)" -n 4 clang-tidy-14 -p build/tidy --quiet 2>/dev/null
