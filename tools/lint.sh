#!/bin/sh
# make lint: formatting, shell scripts, the layout of src/, and clang-tidy (.clang-tidy says which checks). All of them
# are run and what they find is shown; the status is 1 when any found something.
#   tools/lint.sh [FILE.c...]   with files, clang-tidy looks at these only
set -eu
cd "$(dirname "$0")/.."

# Tracked files and new ones that git does not ignore, without those that are deleted but not yet committed. The folder
# may belong to somebody else, as it does when it is mounted into a container.
list() {
  git -c safe.directory="$(pwd)" ls-files --cached --others --exclude-standard "$@" | while read -r file; do
    if [ -f "$file" ]; then echo "$file"; fi
  done
}
if [ -z "$(list 'src/*.c')" ]; then
  echo "lint.sh: git lists no sources here: a clone of the repository is needed" >&2
  exit 1
fi

failed=""
check() { # NAME COMMAND...
  name=$1
  shift
  started=$(date +%s)
  if "$@"; then
    echo "$name: clean ($(($(date +%s) - started)) s)"
  else
    echo "$name: FAILED" >&2
    failed="$failed $name"
  fi
}

format() { list '*.[ch]' | xargs clang-format-14 --dry-run -Werror; }
scripts() { list '*.sh' .ci/run | xargs shellcheck -x; }
layout() { python3 tests/layout/check_layers.py; }

# clang-tidy reads how a file is compiled from the build's configuration, and reports clang's own warnings too, so
# nothing needs to be compiled. A file at a time: what it says is held back, and shown whole when it found something.
# The analyzer explores at most so many states of a function (by default 225,000): the long tail takes most of the time.
tidy() {
  if ! cmake --preset tidy >build/tidy.log 2>&1; then
    cat build/tidy.log >&2
    return 1
  fi
  if [ $# -eq 0 ]; then
    # shellcheck disable=SC2046 # file names have no spaces here
    set -- $(list 'src/*.c')
  fi
  # shellcheck disable=SC2016 # expanded by the inner shell
  printf '%s\n' "$@" | xargs -P "$(nproc)" -n 1 sh -c '
    found=$(clang-tidy-14 -p build/tidy --quiet --extra-arg=-Xclang --extra-arg=-analyzer-config \
      --extra-arg=-Xclang --extra-arg=max-nodes=50000 "$1" 2>&1) && exit 0
    printf "%s\n" "$found" | grep -v " warnings\? \(generated\|treated as errors\)\.\?$"
    exit 1' tidy
}

mkdir -p build
check format format
check shellcheck scripts
check layout layout
check clang-tidy tidy "$@"
if [ -n "$failed" ]; then
  echo "lint failed:$failed" >&2
  exit 1
fi
