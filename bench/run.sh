#!/bin/sh
# make bench: builds what weir is measured against, fetches the rest, and measures.
#   bench/run.sh WEIR
set -eu

fail() {
  echo "run.sh: $*" >&2
  exit 1
}

[ $# -eq 1 ] || fail "usage: run.sh WEIR"
[ -x "$1" ] || fail "there is no program $1: build it with make build"
weir=$(realpath "$1")
cd "$(dirname "$0")/.."

work=build/bench
mkdir -p "$work"
gcc -O3 -o "$work/limit" bench/limit.c || fail "bench/limit.c does not compile"
# From weir's own build, so that it measures the same decoder.
cmake --build "$(dirname "$weir")" --target json_decode_bench >"$work/build.log" 2>&1 ||
  fail "json_decode_bench could not be built: see $work/build.log"

venv=${WEIR_CACHE:-$HOME/.cache/weir}/bench-venv
if ! "$venv/bin/python" -c 'import duckdb' 2>/dev/null; then
  rm -rf "$venv"
  mkdir -p "$(dirname "$venv")"
  python3 -m venv "$venv" || fail "python3 -m venv failed: install python3-venv"
  "$venv/bin/python" -m pip install --quiet 'duckdb==2.0.1' ||
    fail "pip could not install duckdb: check the network and pip's index"
fi

exec python3 -B bench/run.py "$weir" "$work/limit" "$(dirname "$weir")/bench/json_decode_bench" "$venv/bin/python"
