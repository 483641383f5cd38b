#!/usr/bin/env bash
# Cancel jobs, also those that have just ended.
#   cancel.sh JOB_NUMBER...
scancel --quiet "${@%%;*}"
