#!/usr/bin/env bash
# Compiles every program that GPU backends share as CUDA C, with all values of its macros. It needs nvcc, of any toolkit that knows
# sm_75, and no GPU. Exit status: 0 when all compile, 1 when one does not, 2 where there is no nvcc.
set -euo pipefail

root=$(cd -P "$(dirname "$0")/.." && pwd)
cd "$root/gpu-kernels/src/main/resources/dev/cambium/gpu"
if ! command -v nvcc >/dev/null; then
  echo "check-cuda-dialect: there is no nvcc on the path: nothing was checked" >&2
  exit 2
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

programs=0
failed=0
seen=" "

# compiles FILE MACRO...: as one program.
compiles() {
  local file="$1"
  shift
  programs=$((programs + 1))
  seen+="$file "
  if ! nvcc -ptx -arch=sm_75 -x cu "${@/#/-D}" -include prelude.cu -o "$work/program.ptx" "$file.cl" >"$work/log" 2>&1; then
    failed=$((failed + 1))
    echo "FAILED: $file $*"
    cat "$work/log"
  fi
}

# in_both FILE MACRO...: in FLOAT32 and FLOAT64.
in_both() {
  compiles "$@"
  compiles "$@" REAL_IS_DOUBLE=1
}

in_both affine
in_both average_pooling
in_both batchnorm
in_both batchnorm_gradient
in_both cast
in_both counts
in_both cross_entropy
in_both dropout
in_both elementwise
in_both max_pooling
in_both predictions
in_both reduce
in_both reduce MAXIMUM=1
in_both running_statistics
in_both softmax
in_both softmax LOGARITHM=1
in_both sum_of_squares
in_both tiled_depthwise
in_both tiled_finish
for rule in SGD MOMENTUM ADAM ADAGRAD RMSPROP RMSPROP_MOMENTUM; do
  in_both update RULE="$rule"
done
compiles binary ELEMENT=REAL
compiles binary ELEMENT=REAL REAL_IS_DOUBLE=1
compiles binary ELEMENT=int INTEGERS=1
compiles binary ELEMENT=LONG INTEGERS=1
compiles movement ELEMENT=UCHAR VALUE=UINT
compiles movement ELEMENT=UINT VALUE=UINT
compiles movement ELEMENT=ULONG VALUE=ULONG

# The tiles are those of the enumeration: NAME(rows, columns, depth, rows of an item, columns of an item).
tiles=$(sed -nE 's/^  [A-Z]+\(([0-9]+), ([0-9]+), ([0-9]+), ([0-9]+), ([0-9]+)\)[,;]$/\1 \2 \3 \4 \5/p' \
  "$root/gpu-kernels/src/main/java/dev/cambium/gpu/Tile.java")
[ -n "$tiles" ] || { echo "check-cuda-dialect: found no tile in Tile.java" >&2; exit 1; }
while read -r m n k item_m item_n; do
  double_k=$((k < 8 ? k : 8))
  for file in tiled_product tiled_convolution tiled_convolution_data tiled_convolution_weights; do
    compiles "$file" TILE_M="$m" TILE_N="$n" TILE_K="$k" ITEM_M="$item_m" ITEM_N="$item_n"
    compiles "$file" TILE_M="$m" TILE_N="$n" TILE_K="$double_k" ITEM_M="$item_m" ITEM_N="$item_n" REAL_IS_DOUBLE=1
  done
done <<<"$tiles"

# A program that nobody compiles above is one that nobody has checked.
for source in *.cl; do
  file=${source%.cl}
  case "$file" in wide_* | prelude) continue ;; esac
  if grep -q 'KERNEL GROUP_OF' "$source" && ! grep -qF "#include \"$source\"" *.cl && [[ "$seen" != *" $file "* ]]; then
    failed=$((failed + 1))
    echo "FAILED: $source is in none of the programs of this script"
  fi
done

echo "$programs programs, $failed failed"
[ "$failed" -eq 0 ]
