# The report of run.sh, which reads this file: put together from what lies in $out/logs, whichever call has left it there.
# shellcheck shell=bash disable=SC2154

cell() {
  sed -n "s/^$1: *//p" "$out/logs/machine.txt" 2>/dev/null | head -n 1
}

# speed NETWORK WORK: images/s of the default settings in float32, after the last round that was measured.
speed() {
  awk -F'|' -v work=" $1 $2, images/s " '$2 == work && $3 ~ /^ cuda:[0-9]+ $/ { gsub(/ /, "", $4); speed = $4 } END { print speed }' \
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

# driver: its version, or where nothing says that, the version of CUDA that it supports.
driver() {
  local version
  version=$(cell driver)
  [ -n "$version" ] || version=$(sed -n 's/^NVRM version: .*Kernel Module[^0-9]*\([0-9.]*\).*/\1/p' /proc/driver/nvidia/version 2>/dev/null)
  [ -n "$version" ] || version=$(sed -n 's/^cuda:[0-9]*: available: .*driver \(for CUDA [0-9.]*\).*/\1/p' "$out/logs/backends.txt" | head -n 1)
  echo "$version"
}

# The line for docs/verified-devices.md.
row() {
  if ! grep '^cuda:[0-9]*: available' "$out/logs/backends.txt" >/dev/null 2>&1; then
    echo "The backend \`cuda\` is not available here, so nothing was checked and nothing measured."
    return
  fi
  if [ -n "$quick" ] || [[ "$(gpu)" == *emulator* ]]; then
    echo "No line for the page of verified devices comes of this: it was no whole run on a GPU."
    return
  fi
  echo "| device | driver | libraries | Cambium | date | suite: libraries off; always; default | convnet training / inference, images/s | resnet20 |"
  echo "|---|---|---|---|---|---|---|---|"
  echo "| $(gpu) | $(driver) | $(sed -n 's/^cuda:[0-9]*: available: .*\(cuBLAS.*\)/\1/p' "$out/logs/backends.txt" | sed 's/ ([^)]*)//g' | head -n 1) | $(cell cambium) | $(cell date) | $(result suite-libraries-off); $(result suite-libraries-always); $(result suite-default) | $(speed convnet training) / $(speed convnet forward) | $(speed resnet20 training) / $(speed resnet20 forward) |"
}

block() {
  echo '```'
  cat "$@" 2>/dev/null
  echo '```'
}

# table NAME: what a stage printed: its title as lines of a list, and the last of its tables.
table() {
  [ -e "$out/logs/$1.txt" ] || return 0
  awk '/^\|/ { if (!inside) { inside = 1; rows = ""; of = round; round = "" } rows = rows $0 "\n"; next }
    { inside = 0 }
    /^after round / { round = $0; next }
    { print "- " $0 }
    END { if (of) print "- the table is of what was measured " of; print ""; printf "%s", rows }' "$out/logs/$1.txt"
  echo
}

# In the table of TF32 our own kernels are in float32 all the same, and say so.
table_of_tf32() {
  table bench-tf32 | awk -F'|' '/^\|/ && $3 ~ /libraries=off/ { sub(/ $/, " (in float32) ", $3); line = $1; for (i = 2; i <= NF; i++) line = line "|" $i; print line; next } { print }'
}

stage_table() {
  local file name
  echo "| stage | status | s |"
  echo "|---|---:|---:|"
  for file in "$out"/logs/*.status; do
    [ -e "$file" ] || continue
    name=$(basename "$file" .status)
    echo "| $name | $(sed 's/ / | /' "$file") |"
  done
}

failures() {
  local name
  if [ -e "$out/logs/backends-libraries.txt" ]; then
    echo "### With cuBLAS and cuDNN the backends cannot be listed; everything here is without them"
    echo
    tail -n 15 "$out/logs/backends-libraries.txt" "$out/logs/backends-libraries.err" | cut -c1-600 | block -
    echo
  fi
  [ -n "$(failed)" ] || echo "Nothing."
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
  for name in "${suites[@]}"; do
    [ ! -e "$out/logs/$name.txt" ] || echo "| ${name#suite-} | $(result "$name") |"
  done
}

# Written anew after every group of stages, so that it is there whatever ends run.sh.
write_report() {
  local net size
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
    table_of_tf32
    printf '## Beside compiled PyTorch, float32\n\n'
    table bench-compile
    table bench-compile-graphs
    printf '## Times the floor of the memory'"'"'s bandwidth\n\n'
    for size in "${floors[@]}"; do table "floor-$size"; done
    printf '## Tile sizes of our own kernels\n\n'
    [ ! -e "$out/logs/tune.txt" ] || block "$out/logs/tune.txt"
    printf '\n## Where the time of a training step goes\n\n'
    for net in "${traced[@]}"; do [ ! -e "$out/logs/trace-$net.txt" ] || block "$out/logs/trace-$net.txt"; done
    printf '\n## Stages\n\n'
    stage_table
    printf '\n## What failed\n\n'
    failures
  } >"$out/report.md.new" 2>/dev/null
  mv "$out/report.md.new" "$out/report.md"
  # One file to take away; what the suites' cases said and what was measured are in it.
  (cd "$out" && tar -czf report.tar.gz.new report.md logs $(ls -d cache/*/cambium 2>/dev/null) && mv report.tar.gz.new report.tar.gz) 2>/dev/null || rm -f "$out/report.tar.gz.new"
}
