#!/usr/bin/env bash
# Checks and measures Cambium on this machine's NVIDIA GPU, with nothing but its driver:
#   run.sh [--quick] [--only STAGE,...] [--budget SECONDS] [--one-by-one] [REPORT_DIR]
# Writes REPORT_DIR/report.md (gpu-report unless it is given), beside it what every stage printed, and all of that as report.tar.gz.
# All stages together take the budget at most, 540 s unless another is given; one that fails or takes too long does not stop the
# others. --only runs some of them, and the report has those of earlier calls with the same folder too:
#   tune, bench-float32, suite-libraries-off, suite-libraries-always, suite-default, suite-graphs-off, suite-opencl, floor-128,
#   floor-2048, bench-tf32, trace-convnet, trace-resnet20, bench-compile, bench-compile-graphs; suite, floor and trace are all
#   of those; report puts the report together anew and runs nothing.
# Suites run side by side where there are 8 processors, unless --one-by-one; --quick tries all stages out with next to no work,
# but tune only where --only names it.
# PYTHON chooses the Python whose PyTorch is measured beside it and whose cuBLAS and cuDNN are used; python3 by default.
# CUDA_VISIBLE_DEVICES chooses the GPU; the one with the most memory by default.
# Status: 0 when every stage went well, 1 when one did not, 2 when nothing could be run, 128 and more after a signal.
set -uo pipefail

bundle=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
budget=540
quick=""
only=""
together=""
[ "$(nproc)" -lt 8 ] || together=yes
out=""
suites=(suite-libraries-off suite-libraries-always suite-default suite-graphs-off suite-opencl)

wrong() {
  echo "run.sh: $*" >&2
  exit 2
}

while [ $# -gt 0 ]; do
  case "$1" in
    --quick) quick=yes ;;
    --one-by-one) together="" ;;
    --only)
      shift
      only="${1:-}"
      [ -n "$only" ] || wrong "--only must name stages, with ',' between them: the head of this file has those that there are"
      ;;
    --budget)
      shift
      budget="${1:-}"
      [[ "$budget" =~ ^[1-9][0-9]*$ ]] || wrong "--budget must be a number of seconds, got '$budget'"
      ;;
    -*) wrong "unknown option '$1': the head of this file has those that there are" ;;
    *)
      [ -z "$out" ] || wrong "expected one folder for the report, got '$out' and '$1'"
      out="$1"
      ;;
  esac
  shift
done

if [ -n "$quick" ]; then
  cases=Affine
  sequences='Sequence/inputs*'
  bench=(--model softmax --batch 2 --steps 1 --rounds 1 --products 16)
  torch=(--models convnet --batch 2 --steps 1 --warm-up 1 --trial 1)
  floors=(1)
  floor_rounds=1
  traced=(softmax)
  traced_batch=2
else
  cases='*'
  sequences=Sequence
  bench=(--model convnet,resnet20 --batch 128 --steps 200 --rounds 5)
  torch=(--batch 128 --steps 200)
  floors=(128 2048)
  floor_rounds=9
  traced=(convnet resnet20)
  traced_batch=128
fi
stages=(tune bench-float32 "${suites[@]}" "${floors[@]/#/floor-}" bench-tf32 "${traced[@]/#/trace-}" bench-compile bench-compile-graphs)

# named STAGE WORD: whether the word of --only means this stage.
named() {
  [ "$1" = "$2" ] || { [[ "$2" =~ ^(suite|floor|trace)$ ]] && [[ "$1" == "$2"-* ]]; }
}

# wanted STAGE: whether it is to run.
wanted() {
  local word
  [ -n "$only" ] || return 0
  for word in ${only//,/ }; do
    ! named "$1" "$word" || return 0
  done
  return 1
}

# Words of --only that mean nothing are not passed over.
for word in ${only//,/ }; do
  known=""
  for stage in report "${stages[@]}"; do
    ! named "$stage" "$word" || known=yes
  done
  [ -n "$known" ] || wrong "--only has no stage '$word': there are suite, floor, trace, report, ${stages[*]}"
done
out="${out:-gpu-report}"
{ mkdir -p "$out/logs" "$out/cache" && [ -w "$out/logs" ]; } 2>/dev/null || wrong "cannot write to $out: name another folder for the report"
out=$(cd -P "$out" && pwd)
[ -n "$only" ] || rm -rf "$out"/logs/* "$out"/report.md "$out"/report.tar.gz
# shellcheck source=scripts/gpu-bundle/report.sh
. "$bundle/report.sh"

say() {
  echo "[$SECONDS s] $*" >&2
}

# loadable NAME: whether the system's loader finds this library.
loadable() {
  local folder
  while IFS= read -r -d : folder; do
    [ -z "$folder" ] || [ ! -e "$folder/$1" ] || return 0
  done <<<"${LD_LIBRARY_PATH:-}:"
  { ldconfig -p || /sbin/ldconfig -p; } 2>/dev/null | grep "[[:space:]]$1 " >/dev/null
}

# reach NAME: puts the folder of a library on the loader's path where it is elsewhere: where drivers, containers and toolkits put it,
# or beside this script.
reach() {
  local folder
  ! loadable "$1" || return 0
  for folder in /usr/local/nvidia/lib64 /usr/local/nvidia/lib /usr/lib/x86_64-linux-gnu /usr/lib64 /usr/lib64/nvidia \
    /usr/lib/nvidia /usr/lib/wsl/lib /run/opengl-driver/lib /usr/local/cuda/lib64 /usr/local/cuda/targets/x86_64-linux/lib "$bundle/opencl"; do
    if [ -e "$folder/$1" ]; then
      export LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$folder"
      return 0
    fi
  done
  return 1
}

# library_folders: those with cuBLAS, cuDNN and what they load in Python's packages and in a toolkit, with ':' between them.
library_folders() {
  local folder
  {
    [ -z "$python" ] || timeout 60 "$python" - <<'PYTHON'
import importlib.util
import pathlib

spec = importlib.util.find_spec("nvidia")
for place in (spec.submodule_search_locations or []) if spec else []:
    for pattern in ("libcublas.so.*", "libcublasLt.so.*", "libcudnn.so.*", "libnvrtc.so.*"):
        for library in sorted(pathlib.Path(place).glob("*/lib/" + pattern)):
            print(library.parent)
PYTHON
    for folder in /usr/local/cuda/lib64 /usr/local/cuda/targets/x86_64-linux/lib; do
      ! ls "$folder"/libcublas.so.* >/dev/null 2>&1 || echo "$folder"
    done
  } 2>"$out/logs/libraries.txt" | awk '!seen[$0]++' | paste -sd: -
}

find_libraries() {
  reach libcuda.so.1 || say "there is no libcuda.so.1 in any usual folder"
  reach libOpenCL.so.1 || say "there is no libOpenCL.so.1, so the suite does not run on opencl"
  libraries=$(library_folders)
  # NVIDIA's driver has OpenCL, but a container may lack the file that says so.
  if [ -z "${OCL_ICD_VENDORS:-}" ] && ! ls /etc/OpenCL/vendors/*nvidia* >/dev/null 2>&1 && reach libnvidia-opencl.so.1; then
    mkdir -p "$out/vendors"
    echo libnvidia-opencl.so.1 >"$out/vendors/nvidia.icd"
    export OCL_ICD_VENDORS="$out/vendors"
  fi
  echo "LD_LIBRARY_PATH=${LD_LIBRARY_PATH:-} cuda.libraries.path=$libraries OCL_ICD_VENDORS=${OCL_ICD_VENDORS:-}" >>"$out/logs/libraries.txt"
}

# about FIELD,...: what nvidia-smi says of the chosen GPU, or of all where it does not know that one.
about() {
  local format="csv,noheader,nounits"
  command -v nvidia-smi >/dev/null || return 0
  timeout 60 nvidia-smi ${smi:+-i "$smi"} --query-gpu="$1" --format="$format" 2>/dev/null ||
    timeout 60 nvidia-smi --query-gpu="$1" --format="$format" 2>&1
}

# One GPU, the same for Cambium, PyTorch and nvidia-smi, which by themselves count in different ways.
choose_gpu() {
  local index
  smi=""
  if [ -n "${CUDA_VISIBLE_DEVICES+set}" ]; then
    export CUDA_VISIBLE_DEVICES="${CUDA_VISIBLE_DEVICES%%,*}"
    if [ "${CUDA_DEVICE_ORDER:-}" = PCI_BUS_ID ] || [[ "$CUDA_VISIBLE_DEVICES" == GPU-* ]]; then smi="$CUDA_VISIBLE_DEVICES"; fi
  else
    index=$(about index,memory.total | sort -t, -k2,2nr -k1,1n | head -n 1 | cut -d, -f1)
    [[ "$index" =~ ^[0-9]+$ ]] || index=0
    export CUDA_DEVICE_ORDER=PCI_BUS_ID CUDA_VISIBLE_DEVICES="$index"
    smi="$index"
  fi
  exclusive=""
  if about compute_mode | grep -i exclusive >/dev/null; then
    exclusive=yes
    together=""
    say "the GPU takes one process at a time: suites run one by one, and PyTorch does not take turns"
  fi
}

prepare_java() {
  local version
  "$bundle/runtime/bin/java" -version >"$out/logs/java.txt" 2>&1 ||
    wrong "the Java runtime beside this script does not start here: $(tail -n 1 "$out/logs/java.txt")"
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$bundle/runtime/release")
  java=("$bundle/runtime/bin/java" -XX:+UseParallelGC "-XX:ErrorFile=$out/logs/hs_err_%p.log")
  if [ "$version" -ge 22 ]; then java+=(--enable-native-access=ALL-UNNAMED); fi
  if [ "$version" -ge 23 ] && [ "$version" -le 25 ]; then java+=(--sun-misc-unsafe-memory-access=allow); fi
  if [ -n "$libraries" ]; then java+=("-Dcambium.cuda.libraries.path=$libraries"); fi
}

# What compilers keep is with the report: a home may not be there, or not be writable.
prepare_caches() {
  export CUDA_CACHE_PATH="${CUDA_CACHE_PATH:-$out/cache/nv}" CUDA_CACHE_MAXSIZE="${CUDA_CACHE_MAXSIZE:-2147483648}"
  export TRITON_CACHE_DIR="${TRITON_CACHE_DIR:-$out/cache/triton}" TORCHINDUCTOR_CACHE_DIR="${TORCHINDUCTOR_CACHE_DIR:-$out/cache/inductor}"
}

# stage NAME SECONDS [-Doption ...] COMMAND...: a command of Cambium. NAME.txt and NAME.err get what it prints, NAME.status its
# exit status and its seconds. It keeps what it measures in the folder "common", or in the one of its name if there is one.
stage() {
  local name="$1" limit="$2" begun=$SECONDS status=0 options=() cache="$out/cache/common"
  shift 2
  while [[ "$1" == -D* ]]; do
    options+=("$1")
    shift
  done
  [ ! -d "$out/cache/$name" ] || cache="$out/cache/$name"
  [ "$limit" -le $((budget - SECONDS)) ] || limit=$((budget - SECONDS))
  if [ "$limit" -lt 5 ]; then
    skip "$name" "no time was left of $budget s"
    echo "missed 0" >"$out/logs/$name.status"
    return
  fi
  say "$name, $limit s at most"
  # What the libraries of Python's packages need lies beside them. In the background, as a shell that waits hears signals.
  LD_LIBRARY_PATH="${LD_LIBRARY_PATH:-}${libraries:+:$libraries}" XDG_CACHE_HOME="$cache" timeout -k 5 "$limit" \
    "${java[@]}" "${options[@]}" -cp "$bundle/lib/*" dev.cambium.examples.Launcher "$@" \
    </dev/null >"$out/logs/$name.txt" 2>"$out/logs/$name.err" &
  echo "$!" >"$out/logs/$name.running"
  wait "$!" || status=$?
  rm -f "$out/logs/$name.running"
  case "$status" in
    124 | 137) echo "stopped after $limit s" >>"$out/logs/$name.txt" ;;
  esac
  echo "$status $((SECONDS - begun))" >"$out/logs/$name.status"
  say "$name ends with status $status"
}

# skip NAME REASON: why a stage is not run.
skip() {
  say "$1 is not run: $2"
  rm -f "$out/logs/$1".{err,status}
  echo "not run: $2" >"$out/logs/$1.txt"
}

# stop SIGNAL NUMBER: ends what runs, each with all that it has started, and says what is known so far.
stop() {
  local file group groups=()
  trap '' TERM INT HUP
  say "stopped by SIG$1"
  # shellcheck disable=SC2046 # a word for each job
  kill $(jobs -p) 2>/dev/null
  for file in "$out"/logs/*.running; do
    [ -e "$file" ] || continue
    groups+=("-$(cat "$file")")
    echo "stopped by SIG$1" >>"${file%.running}.txt"
    echo "stopped $SECONDS" >"${file%.running}.status"
    rm -f "$file"
  done
  for group in "${groups[@]}"; do
    kill -TERM -- "$group" 2>/dev/null
    for _ in {1..50}; do
      kill -0 -- "$group" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL -- "$group" 2>/dev/null
  done
  write_report
  exit $((128 + $2))
}

# side_by_side SECONDS: the suites that are wanted, at once where there is room for it.
side_by_side() {
  local name
  for name in "${suites[@]}"; do
    wanted "$name" || continue
    if [ -n "$together" ]; then suite "$name" "$1" & else suite "$name" "$1"; fi
  done
  wait
}

# Each suite keeps what it measures apart: beside others it measures them, too.
suite() {
  local options=() backend=cuda chosen="$cases"
  rm -rf "$out/cache/$1"
  mkdir -p "$out/cache/$1"
  case "$1" in
    suite-libraries-off) options=(-Dcambium.cuda.libraries=off) ;;
    suite-libraries-always)
      if ! has_libraries; then
        skip "$1" "neither cuBLAS nor cuDNN is used"
        return
      fi
      options=(-Dcambium.cuda.libraries=always)
      ;;
    # With the tiles and the choices that the benchmarks had.
    suite-default) [ ! -d "$out/cache/common" ] || cp -R "$out/cache/common/." "$out/cache/$1/" ;;
    suite-graphs-off)
      options=(-Dcambium.cuda.graphs=off)
      chosen="$sequences"
      ;;
    suite-opencl)
      if ! grep '^opencl:[0-9]*: available: .*NVIDIA' "$out/logs/backends.txt" >/dev/null; then
        skip "$1" "no NVIDIA GPU under OpenCL: $(grep '^opencl' "$out/logs/backends.txt" | head -n 1)"
        return
      fi
      backend=opencl:NVIDIA
      ;;
  esac
  stage "$1" "$2" "${options[@]}" conformance --backend "$backend" --only "$chosen" --report "$out/logs/$1"
}

has_libraries() {
  ! grep -e '^cuda:.*own kernels' "$out/logs/backends.txt" >/dev/null && [ ! -e "$out/logs/backends-libraries.txt" ]
}

# contender OPTION...: PyTorch's command for bench, which says why where there is none.
contender() {
  if [ -n "$exclusive" ]; then
    echo "echo 'NONE PyTorch: the GPU takes one process at a time'"
  elif [ -z "$python" ]; then
    echo "echo 'NONE PyTorch: no PyTorch: there is no python3'"
  else
    printf '%q ' exec "$python" "$bundle/pytorch_bench.py" --turns "$@"
  fi
}

# measure PRECISION SECONDS: all settings and PyTorch in turn.
measure() {
  ! wanted "bench-$1" || stage "bench-$1" "$2" "-Dcambium.cuda.precision=$1" bench --backend cuda --each-round "${bench[@]}" \
    --variant cuda.libraries=off --variant cuda.graphs=off --variant cuda.graphs=off,cuda.libraries=off \
    --program "$(contender --precision "$1" "${torch[@]}")"
}

# measure_compiled MODE SECONDS: a stage for each mode of the compiler, which may take all of its time.
measure_compiled() {
  ! wanted "bench-$1" || stage "bench-$1" "$2" bench --backend cuda --each-round "${bench[@]}" --program "$(contender --mode "$1" "${torch[@]}")"
}

machine() {
  {
    echo "date: $(date -u +%Y-%m-%d)"
    echo "cambium: $(paste -sd' ' "$bundle/cambium-gpu-bundle")"
    echo "system: $(uname -srm), $(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release 2>/dev/null)"
    echo "processors: $(nproc), $(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1)"
    echo "memory: $(awk '/^MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo)"
    echo "chosen: CUDA_VISIBLE_DEVICES=$CUDA_VISIBLE_DEVICES CUDA_DEVICE_ORDER=${CUDA_DEVICE_ORDER:-}"
    if command -v nvidia-smi >/dev/null; then
      about name | sed 's/^/gpu: /'
      about driver_version | sed 's/^/driver: /'
      echo "about: MiB, compute capability, most MHz, of the memory, W, compute mode: $(about memory.total,compute_cap,clocks.max.sm,clocks.max.mem,power.limit,compute_mode | paste -sd';' -)"
    else
      echo "about: there is no nvidia-smi"
    fi
  } >"$out/logs/machine.txt"
}

# A library that ends the process is found here, and then left out of everything.
find_backends() {
  rm -f "$out"/logs/backends-libraries.*
  stage backends 120 backends --backend cuda
  [ "$(cut -d' ' -f1 "$out/logs/backends.status")" != 0 ] || return 0
  mv "$out/logs/backends.txt" "$out/logs/backends-libraries.txt"
  mv "$out/logs/backends.err" "$out/logs/backends-libraries.err"
  say "once more without cuBLAS and cuDNN"
  java+=(-Dcambium.cuda.libraries=off)
  stage backends 120 -Dcambium.cuda.libraries=off backends --backend cuda
  [ "$(cut -d' ' -f1 "$out/logs/backends.status")" != 0 ] || return 0
  # Then it was not the libraries.
  rm -f "$out"/logs/backends-libraries.*
  return 1
}

run_stages() {
  local size net limit=$((budget * 6 / 10))
  # Whoever asks for suites alone has given them all the time.
  [ -z "$only" ] || limit="$budget"
  # There is no short way to tune, so that a try does it only when it is named.
  if [ -z "$quick" ] || [ -n "$only" ]; then ! wanted tune || stage tune 150 tune --backend cuda; fi
  measure float32 200
  write_report
  side_by_side "$limit"
  write_report
  for size in "${floors[@]}"; do
    ! wanted "floor-$size" || stage "floor-$size" 60 -Dcambium.cuda.libraries=off bench --floor --backend cuda --batch "$size" --rounds "$floor_rounds"
  done
  measure tf32 200
  write_report
  for net in "${traced[@]}"; do
    ! wanted "trace-$net" || stage "trace-$net" 45 bench --backend cuda --model "$net" --batch "$traced_batch" --steps 5 --rounds 1 --trace
  done
  measure_compiled compile 300
  write_report
  measure_compiled compile-graphs 300
}

if [ "$only" != report ]; then
  python="${PYTHON:-$(command -v python3 || true)}"
  trap 'stop TERM 15' TERM
  trap 'stop INT 2' INT
  trap 'stop HUP 1' HUP
  prepare_caches
  choose_gpu
  find_libraries
  prepare_java
  machine
  if find_backends; then
    write_report
    run_stages
  else
    say "cuda is not available: $(grep '^cuda' "$out/logs/backends.txt")"
    ! wanted suite-opencl || suite suite-opencl "$budget"
  fi
fi
write_report
say "$out/report.md"
late=$(grep -lx 'missed 0' "$out"/logs/*.status 2>/dev/null | sed 's|.*/||; s|\.status$||' | paste -sd, -)
[ -z "$late" ] || say "no time was left for these: run.sh --only $late $out"
status=0
for name in $(failed); do
  if [ "$name" = backends ] || wanted "$name"; then
    say "this stage did not go well: $name"
    status=1
  fi
done
# Neither was a suite run nor anything measured.
[ "$(ls "$out/logs" | grep -c '\.status$')" -gt 1 ] || [ "$status" -eq 0 ] || status=2
exit "$status"
