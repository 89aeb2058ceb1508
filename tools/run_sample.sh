#!/bin/sh
# make run: ten minutes of sample ad events through the jobs in one process, then the report.
#   tools/run_sample.sh WEIR SEED JOB.sql...
set -eu
weir=$1
seed=$2
shift 2
cd "$(dirname "$0")/.."

rm -rf data/topics data/results data/dead_letters
"$weir" generate --quiet --out data/topics --seed "$seed" --duration 10m --rate 1000
"$weir" run -i jobs/tables/files.sql "$@"
echo
"$weir" report --results data/results
