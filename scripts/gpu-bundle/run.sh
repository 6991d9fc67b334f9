#!/usr/bin/env bash
# Checks and measures Cambium on this machine's NVIDIA GPU, with nothing but its driver:
#   run.sh [--quick] [--budget SECONDS] [--one-by-one] [REPORT_DIR]
# Writes REPORT_DIR/report.md (gpu-report unless it is given), and beside it what every stage printed. All stages together take
# the budget at most, 540 s unless another is given; one that fails or takes too long does not stop the others.
# Suites run side by side where there are 8 processors, unless --one-by-one; --quick tries all stages out with next to no work.
# PYTHON chooses the Python whose PyTorch is measured beside it and whose cuBLAS and cuDNN are used; python3 by default.
# Status: 0 when every stage went well, 1 when one did not, 2 when nothing could be run.
set -uo pipefail

bundle=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
budget=540
quick=""
together=""
[ "$(nproc)" -lt 8 ] || together=yes
out=""

wrong() {
  echo "run.sh: $*" >&2
  exit 2
}

while [ $# -gt 0 ]; do
  case "$1" in
    --quick) quick=yes ;;
    --one-by-one) together="" ;;
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
out="${out:-gpu-report}"
{ mkdir -p "$out/logs" && [ -w "$out" ]; } 2>/dev/null || wrong "cannot write to $out: name another folder for the report"
out=$(cd -P "$out" && pwd)
rm -rf "$out"/logs/* "$out"/report.md

if [ -n "$quick" ]; then
  cases=Affine
  sequences='Sequence/inputs*'
  bench=(--model softmax --batch 2 --steps 1 --rounds 1 --products 16)
  torch=(--models convnet --batch 2 --steps 1 --warm-up 1 --trial 1)
  compiled=("${torch[@]}")
  floors=(1)
  floor_rounds=1
  traced=(softmax)
  traced_batch=2
else
  cases='*'
  sequences=Sequence
  bench=(--model convnet,resnet20 --batch 128 --steps 50 --rounds 5)
  torch=(--batch 128 --steps 50)
  compiled=("${torch[@]}")
  floors=(128 2048)
  floor_rounds=9
  traced=(convnet resnet20)
  traced_batch=128
fi

say() {
  echo "[$SECONDS s] $*" >&2
}

# loadable NAME: whether the system's loader finds this library.
loadable() {
  local folder
  while IFS= read -r -d : folder; do
    [ -z "$folder" ] || [ ! -e "$folder/$1" ] || return 0
  done <<<"${LD_LIBRARY_PATH:-}:"
  { ldconfig -p || /sbin/ldconfig -p; } 2>/dev/null | grep -q "[[:space:]]$1 "
}

# reach NAME: puts the folder of a library on the loader's path where it is elsewhere: beside this script, or where drivers and
# containers put it.
reach() {
  local folder
  ! loadable "$1" || return 0
  for folder in "$bundle" /usr/local/nvidia/lib64 /usr/local/nvidia/lib /usr/lib/x86_64-linux-gnu /usr/lib64 /usr/lib64/nvidia \
    /usr/lib/nvidia /usr/lib/wsl/lib /run/opengl-driver/lib; do
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
    [ -z "$python" ] || "$python" - <<'PYTHON'
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
  python="${PYTHON:-$(command -v python3 || true)}"
  reach libcuda.so.1 || say "there is no libcuda.so.1 in any usual folder"
  reach libOpenCL.so.1 || say "there is no libOpenCL.so.1; one that lies beside run.sh is taken"
  libraries=$(library_folders)
  # NVIDIA's driver has OpenCL, but a container may lack the file that says so.
  if [ -z "${OCL_ICD_VENDORS:-}" ] && ! ls /etc/OpenCL/vendors/*nvidia* >/dev/null 2>&1 && reach libnvidia-opencl.so.1; then
    mkdir -p "$out/vendors"
    echo libnvidia-opencl.so.1 >"$out/vendors/nvidia.icd"
    export OCL_ICD_VENDORS="$out/vendors"
  fi
  echo "LD_LIBRARY_PATH=${LD_LIBRARY_PATH:-} cuda.libraries.path=$libraries OCL_ICD_VENDORS=${OCL_ICD_VENDORS:-}" >>"$out/logs/libraries.txt"
}

prepare_java() {
  local version
  "$bundle/runtime/bin/java" -version >"$out/logs/java.txt" 2>&1 ||
    wrong "the Java runtime beside this script does not start here: $(tail -n 1 "$out/logs/java.txt")"
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$bundle/runtime/release")
  java=("$bundle/runtime/bin/java" -XX:+UseParallelGC)
  if [ "$version" -ge 22 ]; then java+=(--enable-native-access=ALL-UNNAMED); fi
  if [ "$version" -ge 23 ] && [ "$version" -le 25 ]; then java+=(--sun-misc-unsafe-memory-access=allow); fi
  if [ -n "$libraries" ]; then java+=("-Dcambium.cuda.libraries.path=$libraries"); fi
}

# stage NAME SECONDS [-Doption ...] COMMAND...: a command of Cambium. NAME.txt and NAME.err get what it prints, NAME.status its
# exit status and its seconds.
stage() {
  local name="$1" limit="$2" begun=$SECONDS status=0 options=()
  shift 2
  while [[ "$1" == -D* ]]; do
    options+=("$1")
    shift
  done
  [ "$limit" -le $((budget - SECONDS)) ] || limit=$((budget - SECONDS))
  if [ "$limit" -lt 5 ]; then
    skip "$name" "no time was left of $budget s"
    echo "missed 0" >"$out/logs/$name.status"
    return
  fi
  say "$name, $limit s at most"
  # What the libraries of Python's packages need lies beside them.
  env LD_LIBRARY_PATH="${LD_LIBRARY_PATH:-}${libraries:+:$libraries}" XDG_CACHE_HOME="$out/cache" timeout -k 5 "$limit" \
    "${java[@]}" "${options[@]}" -cp "$bundle/lib/*" dev.cambium.examples.Launcher "$@" \
    </dev/null >"$out/logs/$name.txt" 2>"$out/logs/$name.err" || status=$?
  case "$status" in
    124 | 137) echo "stopped after $limit s" >>"$out/logs/$name.txt" ;;
  esac
  echo "$status $((SECONDS - begun))" >"$out/logs/$name.status"
  say "$name ends with status $status"
}

# skip NAME REASON: why a stage is not run.
skip() {
  say "$1 is not run: $2"
  echo "not run: $2" >"$out/logs/$1.txt"
}

# suites SECONDS NAME...: side by side where there is room for it.
suites() {
  local limit="$1" name
  shift
  for name in "$@"; do
    if [ -n "$together" ]; then suite "$name" "$limit" & else suite "$name" "$limit"; fi
  done
  wait
}

suite() {
  local options=() backend=cuda only="$cases"
  case "$1" in
    suite-libraries-off) options=(-Dcambium.cuda.libraries=off) ;;
    suite-libraries-always)
      if ! has_libraries; then
        skip "$1" "neither cuBLAS nor cuDNN was found"
        return
      fi
      options=(-Dcambium.cuda.libraries=always)
      ;;
    suite-default) ;;
    suite-graphs-off)
      options=(-Dcambium.cuda.graphs=off)
      only="$sequences"
      ;;
    suite-opencl)
      if ! grep -q '^opencl:[0-9]*: available: .*NVIDIA' "$out/logs/backends.txt"; then
        skip "$1" "no NVIDIA GPU under OpenCL: $(grep '^opencl' "$out/logs/backends.txt" | head -n 1)"
        return
      fi
      backend=opencl:NVIDIA
      ;;
  esac
  stage "$1" "$2" "${options[@]}" conformance --backend "$backend" --only "$only" --report "$out/logs/$1"
}

has_libraries() {
  ! grep -q '^cuda:.*own kernels' "$out/logs/backends.txt"
}

# contender OPTION...: PyTorch's command for bench, which says why where there is none.
contender() {
  if [ -z "$python" ]; then
    echo "echo 'NONE PyTorch $*: no PyTorch: there is no python3'"
  else
    printf '%q ' exec "$python" "$bundle/pytorch_bench.py" --turns "$@"
  fi
}

benchmark() {
  stage "bench-$1" "$2" "-Dcambium.cuda.precision=$1" bench --backend cuda "${bench[@]}" \
    --variant cuda.libraries=off --variant cuda.graphs=off --variant cuda.graphs=off,cuda.libraries=off \
    --program "$(contender --precision "$1" "${torch[@]}")"
}

benchmark_compiled() {
  stage bench-compiled "$1" bench --backend cuda "${bench[@]}" --program "$(contender --mode compile "${compiled[@]}")" \
    --program "$(contender --mode compile-graphs "${compiled[@]}")"
}

cell() {
  sed -n "s/^$1: *//p" "$out/logs/machine.txt" | head -n 1
}

machine() {
  {
    echo "date: $(date -u +%Y-%m-%d)"
    echo "cambium: $(paste -sd' ' "$bundle/cambium-gpu-bundle")"
    echo "system: $(uname -srm), $(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release 2>/dev/null)"
    echo "processors: $(nproc), $(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1)"
    echo "memory: $(awk '/^MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo)"
    if command -v nvidia-smi >/dev/null; then
      nvidia-smi --query-gpu=name --format=csv,noheader 2>&1 | sed 's/^/gpu: /'
      nvidia-smi --query-gpu=driver_version --format=csv,noheader 2>&1 | sed 's/^/driver: /'
      nvidia-smi --query-gpu=memory.total,compute_cap,clocks.max.sm,clocks.max.mem,power.limit --format=csv 2>&1 | sed 's/^/about: /'
    else
      echo "about: there is no nvidia-smi"
    fi
  } >"$out/logs/machine.txt"
}

# speed NETWORK WORK: images/s of the default settings in float32.
speed() {
  awk -F'|' -v work=" $1 $2, images/s " '$2 == work && $3 ~ /^ cuda:[0-9]+ $/ { gsub(/ /, "", $4); print $4 }' \
    "$out/logs/bench-float32.txt" 2>/dev/null
}

result() {
  tail -n 1 "$out/logs/$1.txt" 2>/dev/null
}

# gpu: what it is called.
gpu() {
  local name
  name=$(cell gpu)
  [ -n "$name" ] || name=$(sed -n 's/^cuda:[0-9]*: available: \([^,]*\).*/\1/p' "$out/logs/backends.txt" 2>/dev/null | head -n 1)
  echo "${name:-a machine without a usable GPU}"
}

# The line for docs/verified-devices.md.
row() {
  if ! grep -q '^cuda:[0-9]*: available' "$out/logs/backends.txt" 2>/dev/null; then
    echo "The backend \`cuda\` is not available here, so nothing was checked and nothing measured."
    return
  fi
  echo "| device | driver | libraries | Cambium | date | suite: libraries off; always; default | convnet training / inference, images/s | resnet20 |"
  echo "|---|---|---|---|---|---|---|---|"
  echo "| $(gpu) | $(cell driver) | $(sed -n 's/^cuda:[0-9]*: available: .*\(cuBLAS.*\)/\1/p' "$out/logs/backends.txt" | sed 's/ ([^)]*)//g' | head -n 1) | $(cell cambium) | $(cell date) | $(result suite-libraries-off); $(result suite-libraries-always); $(result suite-default) | $(speed convnet training) / $(speed convnet forward) | $(speed resnet20 training) / $(speed resnet20 forward) |"
}

block() {
  echo '```'
  cat "$@"
  echo '```'
}

# table NAME: what a stage printed, its title as lines of a list.
table() {
  [ -e "$out/logs/$1.txt" ] || return 0
  awk '/^\|/ { if (!table++) print ""; print; next } { print "- " $0 }' "$out/logs/$1.txt"
  echo
}

stages() {
  local file name
  echo "| stage | status | s |"
  echo "|---|---:|---:|"
  for file in "$out"/logs/*.status; do
    name=$(basename "$file" .status)
    echo "| $name | $(sed 's/ / | /' "$file") |"
  done
}

failures() {
  local name
  for name in $(failed); do
    echo "### $name"
    echo
    { grep -A 4 -i -e FAILED "$out/logs/$name.txt" | head -n 40; tail -n 15 "$out/logs/$name.txt"; tail -n 15 "$out/logs/$name.err"; } 2>/dev/null |
      awk '!seen[$0]++' | cut -c1-600 | block -
    echo
  done
}

# failed: the stages that did not go well.
failed() {
  grep -Lx '0 [0-9]*' "$out"/logs/*.status 2>/dev/null | sed 's|.*/||; s|\.status$||'
}

suite_lines() {
  local name
  echo "| suite | result |"
  echo "|---|---|"
  for name in suite-libraries-off suite-libraries-always suite-default suite-graphs-off suite-opencl; do
    [ ! -e "$out/logs/$name.txt" ] || echo "| ${name#suite-} | $(result "$name") |"
  done
}

# Written anew after every group of stages, so that it is there whatever ends this script.
write_report() {
  {
    echo "# Cambium on $(gpu)"
    echo
    [ -z "$quick" ] || printf 'Tried out with --quick: next to nothing was run, and no figure means anything.\n\n'
    row
    printf '\n## Machine\n\n'
    block "$out/logs/machine.txt" "$out/logs/libraries.txt"
    printf '\n## Backends\n\n'
    block "$out/logs/backends.txt" "$out/logs/backends.err"
    printf '\n## Conformance\n\n'
    suite_lines
    printf '\n## Images a second beside PyTorch, float32\n\n'
    table bench-float32
    printf '## Images a second beside PyTorch, TF32\n\n'
    table bench-tf32
    printf '## Beside compiled PyTorch, float32\n\n'
    table bench-compiled
    printf '## Times the floor of the memory'"'"'s bandwidth\n\n'
    for size in "${floors[@]}"; do table "floor-$size"; done
    printf '## Where the time of a training step goes\n\n'
    for net in "${traced[@]}"; do [ ! -e "$out/logs/trace-$net.txt" ] || block "$out/logs/trace-$net.txt"; done
    printf '\n## Stages\n\n'
    stages
    printf '\n## What failed\n\n'
    failures
  } >"$out/report.md.new" 2>/dev/null
  mv "$out/report.md.new" "$out/report.md"
}

find_libraries
prepare_java
machine
stage backends 60 backends --backend cuda
write_report
if [ "$(cut -d' ' -f1 "$out/logs/backends.status")" = 0 ]; then
  first=(suite-libraries-off suite-libraries-always)
  last=(suite-default suite-opencl suite-graphs-off)
  if [ -n "$together" ]; then
    first+=("${last[@]}")
    last=()
  fi
  suites $((budget * 6 / 10)) "${first[@]}"
  write_report
  benchmark float32 150
  write_report
  for size in "${floors[@]}"; do
    stage "floor-$size" 60 -Dcambium.cuda.libraries=off bench --floor --backend cuda --batch "$size" --rounds "$floor_rounds"
  done
  benchmark tf32 120
  write_report
  suites $((budget * 6 / 10)) "${last[@]}"
  write_report
  for net in "${traced[@]}"; do
    stage "trace-$net" 30 bench --backend cuda --model "$net" --batch "$traced_batch" --steps 5 --rounds 1 --trace
  done
  benchmark_compiled 200
else
  say "cuda is not available: $(grep '^cuda' "$out/logs/backends.txt")"
  suites $((budget * 6 / 10)) suite-opencl
fi
write_report
say "$out/report.md"
if [ -n "$(failed)" ]; then
  say "these stages did not go well: $(failed | paste -sd' ' -)"
  exit 1
fi
