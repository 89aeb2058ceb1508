#!/bin/sh
# The small Open Bandit Dataset (ZOZO, Inc.; CC BY 4.0), as the tables open_bandit_* of
# jobs/tables/files.sql want it: a csv file per log, without header, its first ten columns.
#   tools/open_bandit.sh FOLDER            fetches the data set into the cache (once) and unpacks it
#   tools/open_bandit.sh --cached FOLDER   the same without a network; exit status 3 if it is not in the cache
#
# It comes with the Python package obp, which is downloaded and not installed. The cache is
# $WEIR_CACHE, by default ~/.cache/weir.
set -eu

version=0.4.0
checksum=fa89aee1194a77bc68faf74daa08d70b7c71d9b5ee6a6434be66d288616402d6
cache=${WEIR_CACHE:-$HOME/.cache/weir}/open_bandit
wheel=$cache/obp-$version-py3-none-any.whl

fail() {
  echo "open_bandit.sh: $*" >&2
  exit 1
}

is_cached_only=false
if [ "${1:-}" = --cached ]; then
  is_cached_only=true
  shift
fi
[ $# -eq 1 ] || fail "the folder to unpack into is needed"
folder=$1

if [ ! -f "$wheel" ]; then
  [ $is_cached_only = false ] || exit 3
  command -v python3 >/dev/null || fail "python3 is needed to fetch the Open Bandit Dataset: install python3 and python3-pip"
  mkdir -p "$cache" || fail "cannot write to the cache folder $cache: set WEIR_CACHE to another"
  # Downloaded into a folder of its own first, so that an interrupted download is not taken for the wheel.
  rm -rf "$cache/part"
  log=$cache/download.log
  if ! python3 -m pip download --quiet --no-deps --dest "$cache/part" "obp==$version" >"$log" 2>&1; then
    grep -i error "$log" | tail -n 1 >&2 || true
    fail "could not download obp $version, which the Open Bandit Dataset comes with: check the network (pip's log: $log)"
  fi
  mv "$cache/part/${wheel##*/}" "$wheel" || fail "pip did not download ${wheel##*/}: see $cache/part"
  rm -rf "$cache/part" "$log"
fi
if ! echo "$checksum  $wheel" | sha256sum --check --status; then
  fail "$wheel is not the file that was published: remove it and try again"
fi

mkdir -p "$folder" || fail "cannot write to $folder"
python3 - "$wheel" "$folder" <<'UNPACK' || fail "could not unpack $wheel into $folder: is the disk full?"
import os
import sys
import zipfile

wheel, folder = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for policy in "bts", "random":
        for campaign in "all", "men", "women":
            lines = archive.read(f"obp/dataset/obd/{policy}/{campaign}/{campaign}.csv").decode("utf-8").splitlines()
            name = os.path.join(folder, f"{policy}_{campaign}.csv")
            with open(name + ".part", "w", encoding="utf-8") as out:
                for line in lines[1:]:
                    out.write(",".join(line.split(",")[:10]) + "\n")
            os.replace(name + ".part", name)
UNPACK
