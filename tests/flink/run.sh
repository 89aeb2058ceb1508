#!/bin/sh
# make test-flink: holds the golden cases and the jobs to the real Flink, in one JVM.
#   tests/flink/run.sh WEIR
#
# - Every golden case and expression must still give on Flink what is recorded (tests/golden/run.py, in the test run,
#   holds weir to the same).
# - The three jobs run on both engines over generated events and over a real ad log, which is imported on both too:
#   what weir wrote must be what Flink wrote, line by line.
#
# The generated events have every fault but late ones: Flink reads two topics in whatever order the threads come in, so
# what it drops as late there differs from run to run. tests/golden/time has late rows, and tests/oracle both.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(realpath "$here/../..")
tables=$root/jobs/tables/files.sql
jobs="ctr_by_campaign ctr_by_campaign_live engagement_by_device"

fail() {
  echo "run.sh: $*" >&2
  exit 1
}

[ $# -eq 1 ] || fail "usage: run.sh WEIR"
[ -x "$1" ] || fail "there is no program $1: build it with make build"
weir=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Runs jobs with weir in a folder: run_weir FOLDER JOB...
run_weir() {
  folder=$1
  shift
  files=""
  for job in "$@"; do files="$files $root/jobs/$job.sql"; done
  # shellcheck disable=SC2086 # the files are words
  (cd "$folder" && "$weir" run --quiet -i "$tables" $files) || fail "weir could not run $*: see above"
}

# The same topics in another folder, for the other engine.
copy_topics() {
  mkdir -p "$2/data"
  cp -r "$1/data/topics" "$2/data/topics"
}

"$weir" generate --quiet --out "$work/sample/weir/data/topics" --seed 7 --duration 20m --rate 50 --late 0
copy_topics "$work/sample/weir" "$work/sample/flink"
# shellcheck disable=SC2086
run_weir "$work/sample/weir" $jobs

"$root/tools/open_bandit.sh" "$work/import/weir/data/open_bandit"
mkdir -p "$work/import/flink/data"
cp -r "$work/import/weir/data/open_bandit" "$work/import/flink/data/open_bandit"
run_weir "$work/import/weir" import_open_bandit
copy_topics "$work/import/weir" "$work/real/weir"
copy_topics "$work/import/weir" "$work/real/flink"
# shellcheck disable=SC2086
run_weir "$work/real/weir" $jobs

set -- --job "$work/import/flink" "$tables" "$root/jobs/import_open_bandit.sql"
for data in sample real; do
  for job in $jobs; do set -- "$@" --job "$work/$data/flink" "$tables" "$root/jobs/$job.sql"; done
done
echo "Running the golden cases and the jobs on Flink..."
cd "$root"
is_right=true
"$here/judge.sh" --timeout 300 "$@" tests/golden >"$work/judge.log" 2>&1 || is_right=false
grep -v '^passed' "$work/judge.log" | sed '$d' || true
golden=$(tail -n 1 "$work/judge.log")

echo
echo "On the real Flink 2.2.1, golden cases, expression tables and jobs: $golden"
compare() { # WHAT FOLDER
  printf '%-32s ' "$1"
  python3 "$here/compare_results.py" "$work/$2" || is_right=false
}
for topic in ad_impressions ad_clicks; do compare "imported ad log, $topic" "import/%/data/topics/$topic"; done
for job in $jobs; do compare "sample, $job" "sample/%/data/results/$job"; done
for job in $jobs; do compare "real, $job" "real/%/data/results/$job"; done
if [ $is_right = false ]; then
  echo "NOT the same as Flink: see above."
  exit 1
fi
echo "The same as Flink."
