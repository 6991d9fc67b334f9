#!/usr/bin/env bash
# Trains and infers the reference net with Cambium and with its peers, in turn within one run:
#   scripts/bench-peers.sh [--peers NAME,...] [--threads N,...] [--rounds N] [--warm-up N] [--seconds S]
# The peers are downloaded when it first runs (about 120 MB). JAVA_HOME chooses the JDK.
set -euo pipefail

root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
log="$root/benchmarks/target/build.log"
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"

mkdir -p "$root/benchmarks/target"
if ! (cd "$root" && mvn -B -Pbenchmarks -pl benchmarks -am process-classes </dev/null >"$log" 2>&1); then
  grep '^\[ERROR\] .' "$log" | head -n 5 >&2
  echo "bench-peers: the build failed: see $log" >&2
  exit 1
fi
exec "$java" -cp "$root/benchmarks/target/classes:$(cat "$root/benchmarks/target/classpath.txt")" \
  dev.cambium.benchmarks.PeerComparison "$@"
