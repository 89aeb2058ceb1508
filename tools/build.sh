#!/bin/sh
# Configures (once) and builds a preset, quietly: what a compiler has to say is shown only when it fails.
#   tools/build.sh PRESET TARGET
set -eu
preset=$1
target=$2
cd "$(dirname "$0")/.."

log=build/$preset.log
if ! mkdir -p build 2>/dev/null || ! : >"$log" 2>/dev/null; then
  echo "Cannot write to $(pwd)/build: check the permissions and the free disk space." >&2
  exit 1
fi
if [ ! -f "build/$preset/build.ninja" ] && ! cmake --preset "$preset" >"$log" 2>&1; then
  cat "$log" >&2
  echo "Configuring the build failed; the output above says why." >&2
  exit 1
fi
[ -x build/release/weir ] || echo "Building weir ($preset)..."
if ! cmake --build --preset "$preset" --target "$target" >"$log" 2>&1; then
  cat "$log" >&2
  echo "The build failed; the compiler's output is above." >&2
  exit 1
fi
