#!/bin/bash
# run_tests.sh NAME...: unittest's modules or classes below nightly/.
set -euo pipefail
export PYTHONDONTWRITEBYTECODE=1
python3 -m unittest "${@/#/nightly.}"
