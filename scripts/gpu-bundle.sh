#!/usr/bin/env bash
# Makes one folder that a machine with an NVIDIA GPU can run without Java, Maven or a network:
#   scripts/gpu-bundle.sh [DIR]
# DIR (target/gpu-bundle unless it is given) gets a trimmed Java runtime, the jars with the natives of linux-x86_64, run.sh
# and the script for PyTorch, at most 60 MB of it. There, DIR/run.sh runs the suite and the benchmarks and writes a report.
# JAVA_HOME chooses the JDK, whose runtime goes into the folder; it needs jlink. The last line says which glibc the folder needs: a
# distribution's JDK needs about that distribution's, one of Eclipse Temurin runs on far older systems. Status 1 where something fails.
set -euo pipefail

root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
bundle="${1:-$root/target/gpu-bundle}"
most_megabytes=60

fail() {
  echo "gpu-bundle: $*" >&2
  exit 1
}

# tool NAME: the JDK's program of that name.
tool() {
  local found="${JAVA_HOME:+$JAVA_HOME/bin/}$1"
  command -v "$found" || fail "no $1 in ${JAVA_HOME:-the JDK on the PATH}: set JAVA_HOME to a whole JDK of version 17 or newer, not a runtime alone (on Debian and Ubuntu: openjdk-17-jdk-headless)"
}

megabytes() {
  du -sk "$1" | awk '{ printf "%.1f", $1 / 1024 }'
}

[ "$#" -le 1 ] || fail "expected one folder at most, got $#: $*"
case "${1:-}" in -*) fail "expected a folder, got the option '$1'" ;; esac
[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || fail "the folder is for linux-x86_64 and is made on it, not on $(uname -s)-$(uname -m)"
jlink=$(tool jlink)
jdeps=$(tool jdeps)
jar=$(tool jar)

# A folder that this script has not made is left alone.
if [ -e "$bundle" ] && [ -n "$(ls -A "$bundle" 2>/dev/null)" ] && [ ! -e "$bundle/cambium-gpu-bundle" ]; then
  fail "$bundle is there and was not made by this script: name another folder, or delete it"
fi

# The launcher builds what is not there or out of date.
"$root/cambium" --version >/dev/null || fail "Cambium cannot be built: see above"
classpath="$root/examples/target/classes:$(cat "$root/examples/target/classpath.txt")"

rm -rf "$bundle"
mkdir -p "$bundle/lib"
bundle=$(cd -P "$bundle" && pwd)
touch "$bundle/cambium-gpu-bundle"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# note_glibc FOLDER: which versions of glibc the programs and libraries in it ask for.
note_glibc() {
  grep -raohE 'GLIBC_2\.[0-9]+' "$1" >>"$work/glibc" || true
}

# repack NAME: the files below $work/jar as a jar. The folder is on the class path, where a module's descriptor says nothing.
repack() {
  find "$work/jar" -name module-info.class -delete
  note_glibc "$work/jar"
  "$jar" --create --no-manifest --file "$bundle/lib/$1" -C "$work/jar" .
  rm -rf "$work/jar"
}

unpack() {
  mkdir "$work/jar"
  (cd "$work/jar" && "$jar" --extract --file "$1")
}

# The backend cpu stays out: oneDNN alone takes 85 MB, and the suite's oracle is in the API.
while IFS= read -r -d : entry; do
  name=$(basename "$entry")
  case "$entry" in
    "$root"/*/target/classes)
      module=$(basename "${entry%/target/classes}")
      [ "$module" != backend-cpu ] || continue
      cp -R "$entry" "$work/jar"
      repack "cambium-$module.jar"
      ;;
    */org/bytedeco/*) ;;
    *-linux-x86_64.jar)
      # JCuda's compiler of PTX, 24 MB, serves tests alone; the runtime API and nvrtc are not used at all.
      unpack "$entry"
      rm -f "$work/jar"/lib/libJNvPTXCompiler-* "$work/jar"/lib/libJNvrtc-* "$work/jar"/lib/libJCudaRuntime-*
      repack "$name"
      ;;
    */jna-[0-9]*.jar)
      unpack "$entry"
      find "$work/jar/com/sun/jna" -mindepth 1 -maxdepth 1 -type d -name '*-*' ! -name linux-x86-64 -exec rm -r {} +
      repack "$name"
      ;;
    */jocl-[0-9]*.jar)
      unpack "$entry"
      find "$work/jar/lib" -type f ! -name '*-linux-x86_64.so' -delete
      repack "$name"
      ;;
    *.jar) cp "$entry" "$bundle/lib/$name" ;;
  esac
done <<<"$classpath:"

# Jackson's descriptor names modules that are not there, so it is not asked; our own classes name what they use of it.
modules=$("$jdeps" --multi-release 17 --ignore-missing-deps --print-module-deps --class-path "$bundle/lib/*" \
  "$bundle"/lib/cambium-*.jar 2>"$work/jdeps.log" | tail -n 1)
[ -n "$modules" ] || fail "jdeps does not say which modules are needed: $(head -n 3 "$work/jdeps.log")"

compress=2
feature=$("$jlink" --version | cut -d. -f1)
[ "$feature" -lt 21 ] || compress=zip-9
# Reading picture files needs java.desktop, and Jackson has types of java.sql and java.xml: nothing that runs there uses them.
modules=$(tr , '\n' <<<"$modules" | grep -vx -e java.desktop -e java.sql -e java.xml -e java.compiler | paste -sd, -)
"$jlink" --add-modules "$modules,java.logging,java.management,jdk.unsupported" --compress="$compress" --vm=server \
  --strip-debug --no-header-files --no-man-pages --output "$bundle/runtime" \
  >"$work/jlink.log" 2>&1 || fail "jlink fails: $(tail -n 3 "$work/jlink.log")"
rm -f "$bundle"/runtime/lib/{libawt_xawt,libjawt,libsplashscreen,libjsound,libfontmanager,libfreetype}.so
# Some distributions' runtimes take zlib from the system; a machine for GPUs need not have it.
if ldd "$bundle/runtime/lib/libzip.so" | grep -q 'libz\.so\.1 => /'; then
  cp -L "$(ldd "$bundle/runtime/lib/libzip.so" | sed -n 's/.*libz\.so\.1 => \(.*\) (.*/\1/p')" "$bundle/runtime/lib/"
fi

note_glibc "$bundle/runtime"

# The loader of OpenCL, for machines whose driver has OpenCL but which have no loader.
for folder in /usr/lib/x86_64-linux-gnu /usr/lib64; do
  if [ -e "$folder/libOpenCL.so.1" ]; then
    mkdir -p "$bundle/opencl"
    cp -L "$folder/libOpenCL.so.1" "$bundle/opencl/"
    break
  fi
done

cp "$root"/scripts/gpu-bundle/{run.sh,report.sh,pytorch_bench.py} "$bundle/"
chmod +x "$bundle/run.sh"
(cd "$root" && git log -1 --format='%h of %cs' 2>/dev/null) >"$bundle/cambium-gpu-bundle" || true
if [ -n "$(cd "$root" && git status --porcelain --untracked-files=no 2>/dev/null)" ]; then
  echo "with changes that are not committed" >>"$bundle/cambium-gpu-bundle"
fi

"$bundle/runtime/bin/java" -cp "$bundle/lib/*" dev.cambium.examples.Launcher --version >/dev/null ||
  fail "the runtime in $bundle cannot start Cambium: see above"

echo "$bundle: $(megabytes "$bundle") MB, $most_megabytes MB at most"
echo "  runtime: $(megabytes "$bundle/runtime") MB, Java $feature with $modules"
echo "  lib: $(megabytes "$bundle/lib") MB, of it the largest:"
find "$bundle/lib" -type f -printf '%s %f\n' | sort -rn | head -n 5 | awk '{ printf "    %s: %.1f MB\n", $2, $1 / 1048576 }'
[ "$(du -sk "$bundle" | cut -f1)" -le $((most_megabytes * 1024)) ] ||
  fail "the folder has $(megabytes "$bundle") MB, more than $most_megabytes MB: the parts stand above; another JDK may have a smaller runtime"
echo "  on linux-x86_64 with glibc $(sed 's/^GLIBC_//' "$work/glibc" | sort -uV | tail -n 1) or newer"
