#!/bin/sh
# make fuzz: every libFuzzer target for a while, from its corpus and, from run to run, what it found in a scratch folder.
#   tests/fuzz/run.sh BUILD_DIR SECONDS [TARGET...]
#
# The corpus in the tree is only read. An input that breaks a target is kept under build/fuzz-findings/TARGET; running
# the target on that file alone shows the finding again.
set -eu
build=$(realpath "$1")
seconds=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
findings=$here/../../build/fuzz-findings

if [ $# -eq 0 ]; then
  for target in "$build"/tests/fuzz/fuzz_*; do
    if [ -f "$target" ] && [ -x "$target" ]; then set -- "$@" "${target##*/}"; fi
  done
fi
if [ $# -eq 0 ]; then
  echo "run.sh: no fuzz targets in $build/tests/fuzz: build the preset fuzz first" >&2
  exit 1
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1
ASAN_SYMBOLIZER_PATH=$(command -v llvm-symbolizer-14 || true)
export ASAN_SYMBOLIZER_PATH
export UBSAN_OPTIONS=print_stacktrace=1
status=0
for target in "$@"; do
  corpus=$here/corpus/${target#fuzz_}
  kept=$scratch/$target
  mkdir -p "$kept" "$findings/$target"
  if [ -d "$corpus" ]; then cp -R "$corpus/." "$kept"; fi
  n_given=$(find "$kept" -type f | wc -l)
  dictionary=
  if [ -f "$here/$target.dict" ]; then dictionary=-dict=$here/$target.dict; fi
  log=$scratch/$target.log
  # shellcheck disable=SC2086 # the dictionary may be absent
  if "$build/tests/fuzz/$target" -max_total_time="$seconds" -max_len=4096 -timeout=20 -rss_limit_mb=2048 \
    -print_final_stats=1 -artifact_prefix="$findings/$target/" $dictionary "$kept" >"$log" 2>&1; then
    n_runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    n_kept=$(find "$kept" -type f | wc -l)
    echo "$target: $n_runs runs in $seconds s, $n_given inputs grew to $n_kept, nothing found"
  else
    status=1
    echo "$target: FAILED; the input is in build/fuzz-findings/$target"
    tail -n 40 "$log"
  fi
done
exit $status
