#!/bin/bash
# Drives every control of the HTML page in a browser without a screen. A script is added to the
# page that uses it as a person would and writes what it saw into the document.
set -u

program=$PWD/tools/ipcspec
steps=$PWD/tools/page_test.js
browser=$(command -v chromium || command -v google-chrome || command -v chromium-browser)
if [ -z "$browser" ]; then
  echo "skipped: no Chromium here; apt-get install chromium"
  exit 0
fi
work=$(mktemp -d -t page.XXXXXX)
trap 'rm -rf "$work"' EXIT
export HOME=$work
failures=0

IPCSPEC_FAULT=exit@pipe.eof.repeats "$program" run pipe fifo --on native -j 1 -f json \
  -o "$work/one.json" 2>/dev/null
"$program" run pipe fifo --on 'cmd:exec {}' --on uml:/no/such -f json -o "$work/two.json" 2>/dev/null
"$program" show "$work/one.json" "$work/two.json" -f html -o "$work/page.html"
grep -q '</html>' "$work/page.html" || { echo "FAIL: no page"; exit 1; }
{
  sed '/<\/body>/,$d' "$work/page.html"
  printf '<script>\n'
  cat "$steps"
  printf '</script>\n</body>\n</html>\n'
} >"$work/driven.html"

for width in 360 1600; do
  # Whatever the page would load from elsewhere fails.
  seen=$("$browser" --headless --no-sandbox --disable-gpu --window-size=$width,900 \
    --host-resolver-rules='MAP * ~NOTFOUND' --virtual-time-budget=5000 \
    --dump-dom "file://$work/driven.html" 2>/dev/null | sed -n 's/.*<pre id="seen">\(.*\)/\1/p')
  if [ "$seen" != "all as expected</pre>" ]; then
    echo "FAIL: $width px wide: ${seen:-the browser says nothing}"
    failures=1
  fi
done
[ $failures = 0 ] && echo "all as expected"
exit $failures
