#!/usr/bin/env bash
# Builds the emulator of NVIDIA's driver, and of cuBLAS and cuDNN on it, with which the CUDA backend is tested where there is no GPU:
#   scripts/build-cuda-emulator.sh DIR && LD_LIBRARY_PATH=DIR ./cambium conformance --backend cuda
# DIR/emulator-checks checks the emulator itself.
# It needs g++, here and when it runs. Exit status: 0 when DIR has the libraries, 1 when one does not compile, 2 where there is no g++.
set -euo pipefail

if [ $# -ne 1 ]; then
  echo "usage: scripts/build-cuda-emulator.sh DIR" >&2
  exit 1
fi
root=$(cd -P "$(dirname "$0")/.." && pwd)
sources="$root/backend-cuda/src/test/emulator"
if ! command -v g++ >/dev/null; then
  echo "build-cuda-emulator: there is no g++ on the path" >&2
  exit 2
fi
mkdir -p "$1"
target=$(cd -P "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
options=(-std=c++17 -O2 -g1 -fPIC -ffp-contract=off -fvisibility=hidden -Wall -Wextra -Werror
  "-DEMULATOR_SOURCES=\"$sources\"")

# library NAME SOURCE... [-- OPTION...]: into the target, at once, so that a process that uses the old one is not disturbed.
library() {
  local name="$1" files=()
  shift
  while [ $# -gt 0 ] && [ "$1" != -- ]; do
    files+=("$1")
    shift
  done
  [ $# -eq 0 ] || shift
  g++ "${options[@]}" -shared -Wl,-soname,"$name" -Wl,--no-undefined -o "$work/$name" "${files[@]}" "$@"
  mv "$work/$name" "$target/$name"
}

driver=()
for file in "$sources"/*.cpp; do
  case "$(basename "$file")" in cublas*.cpp | cudnn*.cpp) ;; *) driver+=("$file") ;; esac
done

# Each source on its own, two at a time: the compiler is the slow part.
printf '%s\n' "${driver[@]}" | xargs -P 2 -I{} bash -c 'g++ "${@:3}" -c "$1" -o "$2/$(basename "$1").o"' _ {} "$work" "${options[@]}"
library libcuda.so.1 "$work"/*.o -- -pthread -ldl
for pair in cublas:libcublas.so.13 cudnn:libcudnn.so.9; do
  if [ -f "$sources/${pair%%:*}.cpp" ]; then
    library "${pair#*:}" "$sources/${pair%%:*}"*.cpp -- "$target/libcuda.so.1" '-Wl,-rpath,$ORIGIN' -pthread
  fi
done
# cuDNN's parts, which are needed beside it: the emulated one has nothing in them.
for part in graph ops engines_precompiled engines_runtime_compiled heuristic cnn; do
  library "libcudnn_$part.so.9" -- -x c++ /dev/null
done
# cuBLAS of CUDA 12 has the same functions: which of the two names is taken depends on the driver's version.
ln -sfn libcublas.so.13 "$target/libcublas.so.12"
# The checks compute in other rounding modes of the processor than nearest.
g++ -std=c++17 -O1 -frounding-math -Wall -Wextra -Werror -o "$work/emulator-checks" "$sources"/checks/*.cpp "$target/libcuda.so.1" '-Wl,-rpath,$ORIGIN'
mv "$work/emulator-checks" "$target/emulator-checks"
ls "$target"
