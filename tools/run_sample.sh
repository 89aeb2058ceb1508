#!/bin/sh
# make run: ten minutes of sample ad events through the jobs in one process, then the report.
#   tools/run_sample.sh WEIR SEED JOB.sql...
set -eu
weir=$1
seed=$2
shift 2
cd "$(dirname "$0")/.."

if ! mkdir -p data 2>/dev/null || ! rm -rf data/topics data/results data/dead_letters 2>/dev/null; then
  echo "Cannot replace the sample data in $(pwd)/data: check the permissions and the free disk space." >&2
  exit 1
fi

echo "Ten minutes of sample ad events (another world: make run SEED=2)"
"$weir" generate --out data/topics --seed "$seed" --duration 10m --rate 1000
echo
echo "Through $# jobs in one process"
"$weir" run -i jobs/tables/files.sql "$@"
echo
"$weir" report --results data/results
