#!/bin/sh
# Every rule's test is able to fail: for each, some lie of a worker turns its verdict to `fail`.
# The table says which. A rule that no lie turns red fails this test.
set -eu
"$(dirname "$0")/ipcspec" lies
