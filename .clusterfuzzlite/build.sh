#!/bin/bash -eu
exec "$SRC/ipcspec/fuzz/oss-fuzz/build.sh"
