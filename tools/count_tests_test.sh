#!/bin/bash
# The XML below is what Catch2 3.7.1 and Bazel 4.2.3 wrote, shortened.
set -euo pipefail

count_tests=$PWD/tools/count_tests
cd "$(mktemp -d --tmpdir="${TEST_TMPDIR:-}")"
bad=0

# name, expected line, files
expect() {
  local name=$1 want=$2 got
  shift 2
  got=$("$count_tests" "$@" 2> err || true)
  if [[ $got == "$want" ]]; then
    echo "ok: $name"
  else
    echo "FAILED: $name: expected '$want', got '$got'; stderr: $(cat err)"
    bad=1
  fi
}

catch2() {
  echo '<?xml version="1.0" encoding="UTF-8"?>'
  echo '<testsuites><testsuite name="t" errors="1" failures="1" skipped="1" tests="6" time="0.000">'
  echo '    <properties><property name="random-seed" value="42"/></properties>'
  cat
  echo '<system-out/><system-err/></testsuite>'
  echo '</testsuites>'
}

catch2 > pass.xml <<'END'
    <testcase classname="t.global" name="a -> b &lt;x> &amp; &quot;q&quot;" time="0.0" status="run"/>
    <testcase classname="t.global" name="ends with a slash /" time="0.0" status="run"/>
END
catch2 > sections.xml <<'END'
    <testcase classname="t.global" name="sections" time="0.0" status="run"/>
    <testcase classname="t.global" name="sections/one" time="0.0" status="run"/>
    <testcase classname="t.global" name="sections/two" time="0.0" status="run">
      <failure message="2==1" type="CHECK">
FAILED:
  CHECK( 2==1 )
      </failure>
    </testcase>
END
catch2 > fail.xml <<'END'
    <testcase classname="t.global" name="fails twice" time="0.0" status="run">
      <failure message="2==1" type="CHECK">
FAILED: a &lt; b
      </failure>
      <failure message="3==1" type="CHECK"/>
    </testcase>
    <testcase classname="t.global" name="throws" time="0.0" status="run">
      <error type="TEST_CASE">
FAILED:
      </error>
    </testcase>
    <testcase classname="t.global" name="passes" time="0.0" status="run"/>
END
catch2 > skip.xml <<'END'
    <testcase classname="t.global" name="skips" time="0.0" status="run">
      <skipped type="SKIP">
SKIPPED
      </skipped>
    </testcase>
    <testcase classname="t.global" name="tolerated" time="0.0" status="run">
      <skipped message="TEST_CASE tagged with !mayfail"/>
      <failure message="1==2" type="CHECK"/>
    </testcase>
END
catch2 > none.xml < /dev/null

bazel() {
  cat <<END
<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="tools/x_test" tests="1" failures="0" errors="$1">
    <testcase name="tools/x_test" status="run" duration="0" time="0">$2</testcase>
      <system-out>
Generated test.log (if the file is not UTF-8, then this may be unreadable):
<![CDATA[a log may hold anything:
<testcase name="x"><failure message="y"/></testcase> </testsuite>
]]>]]&gt;<![CDATA[ and the end mark itself]]>
      </system-out>
    </testsuite>
</testsuites>
END
}
bazel 0 '' > shell_pass.xml
bazel 1 '<error message="exited with error code 1"></error>' > shell_fail.xml

: > empty.xml
head -n 5 pass.xml > cut_between.xml
head -n 5 fail.xml > cut_within.xml
printf '<testsuites><testsuite name="t"><error message="x"/></testsuite></testsuites>' > stray.xml

expect "passing" "2 passed, 0 failed, 0 skipped" pass.xml
expect "sections count, their test case does not" "1 passed, 1 failed, 0 skipped" sections.xml
expect "failure and error" "1 passed, 2 failed, 0 skipped" fail.xml
expect "skipped and tolerated" "0 passed, 0 failed, 2 skipped" skip.xml
expect "no test case" "0 passed, 0 failed, 0 skipped" none.xml
expect "shell test that passes" "1 passed, 0 failed, 0 skipped" shell_pass.xml
expect "shell test that fails" "0 passed, 1 failed, 0 skipped" shell_fail.xml
expect "empty file" "0 passed, 1 failed, 0 skipped" empty.xml
expect "cut off between test cases" "2 passed, 1 failed, 0 skipped" cut_between.xml
expect "cut off within a test case" "0 passed, 1 failed, 0 skipped" cut_within.xml
expect "error outside of a test case" "0 passed, 1 failed, 0 skipped" stray.xml
expect "sum over files" "5 passed, 6 failed, 2 skipped" \
  pass.xml sections.xml fail.xml skip.xml none.xml shell_pass.xml shell_fail.xml empty.xml stray.xml
expect "missing file" "" missing.xml

"$count_tests" pass.xml > out || { echo "FAILED: status of passing tests"; bad=1; }
! "$count_tests" fail.xml > out 2>&1 || { echo "FAILED: status of failing tests"; bad=1; }
exit "$bad"
