#!/bin/bash
# Runs tools/setup on systems made of a few shell scripts that stand for apt and dpkg.
set -euo pipefail

setup=$PWD/tools/setup
cd "$(mktemp -d --tmpdir="${TEST_TMPDIR:-}")"
here=$PWD
bad=0

mkdir real fake
for tool in awk cat cut env grep head sh sort tr uname; do
  ln -s "$(command -v "$tool")" "real/$tool"
done
fake() {
  { echo '#!/bin/sh'; cat; } > "fake/$1"
  chmod +x "fake/$1"
}
# installed: "package version"; offered: "package version", newest first; log: calls that change.
fake dpkg-query <<END
for package in "\$@"; do :; done
line=\$(grep "^\$package " $here/installed) || exit 1
case \$3 in *Version*) echo "\${line#* }" ;; *) echo installed ;; esac
END
fake dpkg <<'END'
# compare-versions A ge B
[ "$(printf '%s\n%s\n' "$2" "$4" | sort -V | head -n 1)" = "$4" ]
END
fake apt-cache <<END
case \$1 in
  madison) awk -v p="\$2" '\$1 == p {print p " | " \$2 " | archive"}' $here/offered ;;
  policy) awk -v p="\$2" '\$1 == p {print "  Candidate: " \$2; exit}' $here/offered ;;
esac
END
fake apt-get <<END
case \$* in
  *indextargets*SITE*) echo http://archive.example/debian ;;
  *indextargets*) ;;
  *" update "*sourcelist*)
    echo "update backports" >> $here/log
    echo "catch2 3.7.1-0.4" >> $here/offered ;;
  *" update"*) echo update >> $here/log ;;
  *" install "*)
    echo "install \${*#*--no-install-recommends }" >> $here/log
    echo "catch2 3.7.1-0.4" >> $here/installed ;;
esac
END
fake tee <<END
echo "tee \$1" >> $here/log
END
fake id <<'END'
echo "${FAKE_UID:-0}"
END

system() {  # id, version, codename
  printf 'ID=%s\nVERSION_ID="%s"\nVERSION_CODENAME=%s\nPRETTY_NAME="%s %s"\n' \
    "$1" "$2" "$3" "$1" "$2" > os-release
  : > installed
  : > log
  printf '%s 1\n' bazel-bootstrap g++ librapidcheck-dev libcli11-dev libfmt-dev \
    nlohmann-json3-dev python3 git ca-certificates > offered
}
offer() { printf '%s\n' "$@" >> offered; }
install_all() {
  cp offered installed
  fake bazel < /dev/null
  fake git < /dev/null
  fake python3 < /dev/null
}

run() {
  status=0
  out=$(PATH=$here/fake:$here/real IPCSPEC_OS_RELEASE=$here/os-release "$setup" "$@" 2>&1 \
    < /dev/null) || status=$?
}

expect() {  # name, status, texts that the output or the log must hold; "!text" must not
  local name=$1 want=$2 text all
  shift 2
  all=$out$'\n'$(cat log)
  [[ $status -eq $want ]] || { echo "FAILED: $name: status $status, expected $want: $all"; bad=1; return; }
  for text in "$@"; do
    if [[ $text == !* && $all == *"${text#!}"* ]] || [[ $text != !* && $all != *"$text"* ]]; then
      echo "FAILED: $name: expected '$text' in: $all"
      bad=1
      return
    fi
  done
  echo "ok: $name"
}

system debian 12 bookworm
offer 'catch2 2.13.10-1' 'clang-19 1' 'libclang-rt-19-dev 1' 'clang-tidy-19 1'
run --dry-run
expect "Debian 12, dry run" 0 "bazel-bootstrap" "bookworm-backports" "http://archive.example/debian" \
  "nothing was changed" "!update"
run
expect "Debian 12" 0 "update" "tee /etc/apt/sources.list.d/ipcspec-backports.list" "update backports" \
  "catch2=3.7.1-0.4" "clang-19 libclang-rt-19-dev clang-tidy-19"

system debian 12 bookworm
offer 'catch2 3.7.1-0.4' 'clang-19 1' 'libclang-rt-19-dev 1'
run
expect "Debian 12 with backports" 0 "catch2=3.7.1-0.4" "!tee"

system debian 13 trixie
offer 'catch2 3.7.1-0.6' 'clang-19 1' 'libclang-rt-19-dev 1'
run
expect "Debian 13" 0 "catch2=3.7.1-0.6" "!tee" "!backports"

system debian '' forky
offer 'catch2 3.8.1-1' 'clang-21 1' 'libclang-rt-21-dev 1' 'clang-20 1' 'libclang-rt-20-dev 1'
run
expect "another clang" 0 "clang-21 libclang-rt-21-dev" "!clang-20" "!clang-tidy"

system ubuntu 24.04 noble
offer 'catch2 3.4.0-1' 'clang-19 1' 'libclang-rt-19-dev 1'
run
expect "Ubuntu 24.04" 0 "catch2=3.4.0-1" "!tee"

system ubuntu 24.04 noble
: > offered
run
expect "Ubuntu without universe" 1 "enable universe"

system debian 12 bookworm
offer 'catch2 2.13.10-1'
FAKE_UID=1000 run
expect "neither root nor sudo" 1 "there is no sudo" "!update"

system debian 12 bookworm
offer 'catch2 3.7.1-0.4' 'clang-19 1' 'libclang-rt-19-dev 1'
install_all
run
if [[ -e /etc/ssl/certs/ca-certificates.crt ]]; then
  FAKE_UID=1000 run
  expect "everything installed, no root" 0 "everything is installed" "!update"
fi

system debian 11 bullseye
run
expect "Debian 11" 1 "too old"
system ubuntu 22.04 jammy
run
expect "Ubuntu 22.04" 1 "too old"
for other in fedora arch alpine nixos plan9; do
  system "$other" 1 x
  run
  expect "$other" 1 "Bazelisk" "MODULE.bazel" "clang-19" "!update"
done

system debian 12 bookworm
offer 'catch2 3.7.1-0.4' 'clang-19 1' 'libclang-rt-19-dev 1'
install_all
offer 'crun 1' 'g++-s390x-linux-gnu 1'
run --platforms --dry-run
expect "platforms that the archive has" 0 "crun " "tools/cross_build s390x" "!podman" "!update"
run --containers
expect "the smallest platforms" 0 "install crun" "!s390x"
: > log
run --platforms
expect "platforms, installed" 0 "install crun g++-s390x-linux-gnu"

system debian 12 bookworm
offer 'catch2 3.7.1-0.4' 'clang-19 1' 'libclang-rt-19-dev 1'
install_all
offer 'runsc 0.0~2024' 'runsc 0.0~2022'
echo 'runsc 0.0~2022' >> installed
run --platforms
expect "a newer gVisor of the backports" 0 "install runsc=0.0~2024"
echo 'runsc 0.0~2024' > runsc
grep -v '^runsc ' installed >> runsc && mv runsc installed
run --platforms
expect "the newest gVisor stays" 0 "everything is installed"

system debian 12 bookworm
offer 'catch2 3.7.1-0.4' 'clang-19 1' 'libclang-rt-19-dev 1'
install_all
offer 'clang-tidy-19 1' 'clang-format-19 1'
run
expect "clang-tidy and clang-format alone" 0 "clang-format-19 clang-tidy-19" "!libclang-rt"

run --help
expect "help" 0 "Usage: tools/setup"
run --bogus
expect "unknown argument" 2 "unknown argument '--bogus'"
exit "$bad"
