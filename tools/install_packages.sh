#!/bin/sh
# Installs the Debian packages of the named groups, only those that are missing,
# so that a machine which has them all needs neither root nor a network.
#   tools/install_packages.sh build test lint fuzz flink bench real
#
# cmocka belongs to build, since one configuration of CMake serves the binary and its tests.
set -eu

packages=""
for group in "$@"; do
  case "$group" in
    build) packages="$packages gcc libc6-dev make cmake ninja-build pkg-config libglib2.0-dev libpcre2-dev libutf8proc-dev libxxhash-dev libcmocka-dev tzdata" ;;
    test) packages="$packages python3 mandoc" ;;
    lint) packages="$packages clang-14 clang-format-14 clang-tidy-14 git python3 shellcheck" ;;
    fuzz) packages="$packages clang-14 libclang-rt-14-dev llvm-14" ;;
    flink) packages="$packages python3 python3-pip maven" ;;
    bench) packages="$packages python3 python3-venv valgrind time" ;;
    real) packages="$packages python3 python3-pip" ;;
    *) echo "install_packages.sh: no such group: $group" >&2; exit 2 ;;
  esac
  if [ "$group" = flink ] && ! command -v javac >/dev/null 2>&1; then
    packages="$packages openjdk-17-jdk-headless"
  fi
done

missing=""
for package in $packages; do
  state=$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true)
  [ "$state" = "install ok installed" ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null 2>&1; then
    as_root=sudo
  else
    echo "weir needs these packages, and there is neither root nor sudo to install them:$missing" >&2
    exit 1
  fi
fi
if ! command -v apt-get >/dev/null 2>&1; then
  echo "weir needs these packages, and this system has no apt-get to install them:$missing" >&2
  exit 1
fi
echo "Installing:$missing"
log=$(mktemp)
# shellcheck disable=SC2086
if ! { $as_root apt-get update && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
  tail -n 5 "$log" >&2
  echo "Could not install:$missing (the whole log: $log)" >&2
  exit 1
fi
rm -f "$log"
