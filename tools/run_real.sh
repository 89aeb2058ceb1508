#!/bin/sh
# make run-real: the jobs on a real ad log, the small Open Bandit Dataset (ZOZO, Inc.; CC BY 4.0).
#   tools/run_real.sh WEIR JOB.sql...
#
# Everything happens in data/real, so that the sample events of `make run` stay: the tables name relative paths, and
# the same files serve another data set from another folder.
set -eu

fail() {
  echo "run_real.sh: $*" >&2
  exit 1
}

[ $# -ge 2 ] || fail "usage: run_real.sh WEIR JOB.sql..."
[ -x "$1" ] || fail "there is no program $1: build it with make build"
weir=$(realpath "$1")
shift
root=$(realpath "$(dirname "$0")/..")
for job in "$@"; do # which become absolute paths
  [ -f "$job" ] || fail "there is no job file $job"
  shift
  set -- "$@" "$(realpath "$job")"
done

cd "$root"
mkdir -p data/real || fail "cannot write to $root/data/real"
cd data/real
rm -rf data
"$root/tools/open_bandit.sh" data/open_bandit
"$weir" run -i "$root/jobs/tables/files.sql" "$root/jobs/import_open_bandit.sql" || fail "the import failed: see above"
"$weir" run -i "$root/jobs/tables/files.sql" "$@" || fail "the jobs failed: see above"
echo
python3 "$root/tools/check_open_bandit.py" data || fail "the results are not those of the data set: see above"
echo
"$weir" report --results data/results
printf '\nAll of this is in data/real: these folders are below it.\n'
