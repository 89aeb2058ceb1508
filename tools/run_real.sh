#!/bin/sh
# make run-real: the jobs on the small Open Bandit Dataset (ZOZOTOWN; CC BY 4.0).
#   tools/run_real.sh WEIR JOB.sql...
#
# The table declarations name relative paths, so the same files serve another data set from another folder.
set -eu
weir=$(realpath "$1")
shift
root=$(realpath "$(dirname "$0")/..")
cd "$root"

tools/open_bandit/fetch.sh data/open_bandit
cd data/open_bandit
rm -rf data
"$weir" run -i "$root/jobs/tables/files.sql" "$root/jobs/import_open_bandit.sql"
jobs=""
for job in "$@"; do jobs="$jobs $root/$job"; done
# shellcheck disable=SC2086
"$weir" run -i "$root/jobs/tables/files.sql" $jobs
echo
"$weir" report --results data/results
