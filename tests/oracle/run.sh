#!/bin/sh
# Holds the three jobs to slow and obvious programs over generated events with every fault, late ones too, and over a
# real ad log if it is in the cache (tools/open_bandit.sh fetches it).
#   tests/oracle/run.sh WEIR [SEED...]
#
# Each seed cuts its topics into segments of another size, since every segment has a watermark of its own.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(realpath "$here/../..")
tables=$root/jobs/tables/files.sql

fail() {
  echo "run.sh: $*" >&2
  exit 1
}

[ $# -ge 1 ] || fail "usage: run.sh WEIR [SEED...]"
[ -x "$1" ] || fail "there is no program $1: build it with make build"
weir=$(realpath "$1")
shift
[ $# -gt 0 ] || set -- 1 2 3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
is_right=true

compare() { # FOLDER ORACLE JOB
  topics=$1/data/topics
  if ! python3 "$here/$2.py" "$topics/ad_impressions" "$topics/ad_clicks" >"$1/$2.jsonl" 2>"$1/$2.log"; then
    cat "$1/$2.log" >&2
    fail "the oracle $2.py failed"
  fi
  printf '%s: %s (%s) ' "${1##*/}" "$3" "$(tail -n 1 "$1/$2.log")"
  python3 "$here/compare.py" --close mean_seconds_to_click "$1/$2.jsonl" "$1/data/results/$3" || is_right=false
}

run_and_compare() { # FOLDER
  (cd "$1" && "$weir" run --quiet -i "$tables" "$root/jobs/ctr_by_campaign.sql" "$root/jobs/ctr_by_campaign_live.sql" \
    "$root/jobs/engagement_by_device.sql") || fail "weir could not run the jobs: see above"
  compare "$1" cohort_ctr ctr_by_campaign
  compare "$1" live_ctr ctr_by_campaign_live
  compare "$1" engagement engagement_by_device
}

segment_bytes=64000000
for seed in "$@"; do
  folder=$work/seed-$seed
  "$weir" generate --quiet --out "$folder/data/topics" --seed "$seed" --duration 30m --rate 30 \
    --segment-bytes $segment_bytes --late 2% --late-max 15m --duplicate-impressions 2% --duplicate-clicks 5% \
    --second-clicks 5% --orphan-clicks 5% --foreign-clicks 2% --instant-clicks 2% --expired-clicks 5% \
    --early-clicks 2% --malformed 1% --bots 0.5% --anomalies 20
  segment_bytes=$((segment_bytes / 50))
  run_and_compare "$folder"
  python3 "$here/check_truth.py" "$folder/data/topics/truth.jsonl" "$folder/cohort_ctr.jsonl" || is_right=false
done

real=$work/open_bandit
status=0
"$root/tools/open_bandit.sh" --cached "$real/data/open_bandit" || status=$?
if [ $status = 0 ]; then
  (cd "$real" && "$weir" run --quiet -i "$tables" "$root/jobs/import_open_bandit.sql") || fail "weir could not import the real log"
  run_and_compare "$real"
  python3 "$root/tools/check_open_bandit.py" "$real/data" || is_right=false
elif [ $status = 3 ]; then
  echo "open_bandit: passed over, it is not in the cache (tools/open_bandit.sh FOLDER fetches it)"
else
  is_right=false
fi
[ $is_right = true ] || fail "weir and the slow programs do not agree: see above"
