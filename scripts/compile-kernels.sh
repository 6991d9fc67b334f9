#!/usr/bin/env bash
# Compiles the kernels that GPU backends share to PTX, the resources of backend-cuda, with nvcc. It needs no GPU.
#   scripts/compile-kernels.sh            writes them, and deletes those that no program has any more
#   scripts/compile-kernels.sh --check    compiles into a temporary folder and says what is missing, stale or different
# Exit status: 0 when all is done or right, 1 when a program does not compile or a resource is not as it should be,
# 2 where there is no nvcc, or the arguments are wrong.
set -euo pipefail

root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
resources="$root/backend-cuda/src/main/resources/dev/cambium/cuda/ptx"
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"

fail() {
  echo "compile-kernels: $2" >&2
  exit "$1"
}

check=""
case "$#:${1:-}" in
  0:) ;;
  1:--check) check=yes ;;
  *) fail 2 "expected no argument or --check, got $*" ;;
esac
command -v nvcc >/dev/null || fail 2 "there is no nvcc on the path: install a CUDA toolkit of version 12 or newer"
version=$(nvcc --version | sed -n 's/.*, V\([0-9.]*\)$/\1/p')
[ -n "$version" ] || fail 2 "nvcc --version names no version: $(nvcc --version 2>&1 | tail -n 1)"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/sources" "$work/ptx"
if ! (cd "$root" && mvn -B -pl backend-cuda -am test-compile </dev/null >"$work/build.log" 2>&1); then
  grep '^\[ERROR\] .' "$work/build.log" | head -n 5 >&2
  fail 1 "the build that lists the programs failed: run mvn -pl backend-cuda -am test-compile"
fi
"$java" -cp "$root/backend-cuda/target/test-classes:$root/backend-cuda/target/classes:$root/gpu-kernels/target/test-classes:$root/gpu-kernels/target/classes:$root/api/target/classes" \
  dev.cambium.cuda.KernelSource "$work/sources"

# compiles NAME: WORK/sources/NAME.cu to WORK/ptx/NAME.ptx. The PTX is of a version that drivers from 525 on read; comments
# go, as they hold the compiler's build.
compiles() {
  local source="$work/sources/$1.cu" raw="$work/ptx/$1.raw" log="$work/ptx/$1.log" options
  options=$(sed -n '1s,^// nvcc ,,p' "$source")
  # shellcheck disable=SC2086
  if ! nvcc $options -o "$raw" "$source" >"$log" 2>&1; then
    printf 'FAILED: %s\n%s\n' "$1" "$(cat "$log")" >&2
    return 1
  fi
  {
    echo "// $1, written by scripts/compile-kernels.sh"
    echo "// source sha256 $(sha256sum <"$source" | cut -d ' ' -f 1)"
    echo "// nvcc $options, V$version"
    sed -E -e 's,[[:blank:]]*//.*$,,' -e '/^[[:blank:]]*$/d' -e 's/^\.version .*/.version 7.8/' "$raw"
  } >"$work/ptx/$1.ptx"
}
export -f compiles
export work version
find "$work/sources" -name '*.cu' -printf '%f\0' | sed -z 's/\.cu$//' | sort -z \
  | xargs -0 -n 1 -P "$(nproc)" bash -c 'set -euo pipefail; compiles "$1"' compiles \
  || fail 1 "a program does not compile: see above"
programs=$(find "$work/ptx" -name '*.ptx' | wc -l)

if [ -z "$check" ]; then
  mkdir -p "$resources"
  find "$resources" -name '*.ptx' -delete
  cp "$work"/ptx/*.ptx "$resources/"
  echo "$programs programs compiled by nvcc $version, $(du -ch "$resources"/*.ptx | tail -n 1 | cut -f 1)"
  exit 0
fi

# same NAME PATTERN: whether both texts have the same first line of it.
same() {
  [ "$(grep -m 1 "$2" "$resources/$1")" = "$(grep -m 1 "$2" "$work/ptx/$1")" ]
}

wrong=0
uncompared=0
says() {
  wrong=$((wrong + 1))
  echo "$1: $2"
}
for compiled in "$work"/ptx/*.ptx; do
  name=${compiled##*/}
  if [ ! -f "$resources/$name" ]; then
    says missing "$name"
  elif ! same "$name" '^// source sha256 '; then
    says stale "$name was compiled from another source"
  elif ! same "$name" '^// nvcc '; then
    uncompared=$((uncompared + 1))
  elif ! cmp -s "$resources/$name" "$compiled"; then
    says different "$name is not what this nvcc makes of its source"
  fi
done
for there in "$resources"/*.ptx; do
  name=${there##*/}
  if [ ! -f "$work/ptx/$name" ] && [ -f "$there" ]; then
    says "of no program" "$name"
  fi
done
[ "$uncompared" -eq 0 ] || echo "$uncompared of another nvcc than $version: compiled, sources compared, PTX not"
[ "$wrong" -eq 0 ] || fail 1 "$wrong of $programs resources are wrong: scripts/compile-kernels.sh writes them again"
echo "$programs programs, all as their sources"
