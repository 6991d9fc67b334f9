#!/usr/bin/env bash
# A run killed with SIGKILL in the middle of an epoch and resumed ends with the same weights as one that was left alone.
#   scripts/check-resume.sh [TRAIN-OPTION ...]     default: --data digits --model lenet --epochs 4 --seed 11
set -euo pipefail

root=$(cd -P "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
pid=""
cleanup() {
  if [ -n "$pid" ]; then kill -9 "$pid" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap cleanup EXIT
[ $# -gt 0 ] || set -- --data digits --model lenet --epochs 4 --seed 11

fail() {
  echo "check-resume: $*" >&2
  for log in "$work"/*.txt; do
    echo "--- $log" >&2
    tail -n 5 "$log" >&2
  done
  exit 1
}

lines() {
  if [ -f "$1" ]; then wc -l <"$1"; else echo 0; fi
}

weights() {
  sha256sum <"$work/$1/checkpoints/last.safetensors"
}

"$root/cambium" train "$@" --out "$work/whole" >"$work/whole.txt" 2>&1 || fail "the undisturbed run failed"

"$root/cambium" train "$@" --out "$work/killed" >"$work/killed.txt" 2>&1 &
pid=$!
checkpoint="$work/killed/checkpoints/last.safetensors"
until [ -f "$checkpoint" ]; do
  kill -0 "$pid" 2>/dev/null || fail "the run ended before its first checkpoint"
  sleep 0.05
done
# A little into the epoch after the checkpoint.
sleep 0.7
kill -9 "$pid" || fail "the run was over before it could be killed: give it more epochs"
status=0
wait "$pid" || status=$?
pid=""
[ "$status" -eq 137 ] || fail "the run should have been killed (status 137), its status is $status"
echo "killed after $(lines "$work/killed/metrics.jsonl") of $(lines "$work/whole/metrics.jsonl") lines of metrics"
[ "$(weights killed)" != "$(weights whole)" ] || fail "the run was already trained to the end when it was killed"

"$root/cambium" train --resume "$work/killed" >"$work/resumed.txt" 2>&1 || fail "the resumed run failed"
[ "$(weights killed)" = "$(weights whole)" ] || fail "the resumed run ends with other weights than the undisturbed one"
[ "$(tail -n 1 "$work/resumed.txt")" = "$(tail -n 1 "$work/whole.txt")" ] || fail "the last lines differ"
echo "the same weights: $(weights whole)"
