#!/usr/bin/env bash
# Print whether a job is "running" (queued counts), ended with "success", or "failed".
#   status.sh JOB_NUMBER
job=$1

# The controller remembers a job for some minutes after its end; the accounting, where there is one, for ever.
state=$(scontrol show job -o "$job" 2>/dev/null | sed -n 's/.*JobState=\([A-Z_]*\).*/\1/p')
if [[ -z $state ]]; then
    if ! squeue --noheader >/dev/null 2>&1; then
        # The controller does not answer: that says nothing about the job.
        echo running
        exit
    fi
    state=$(timeout 20 sacct --allocations --noheader --parsable2 --format=State --jobs="$job" 2>/dev/null | head -n 1)
fi

case $state in
    COMPLETED) echo success ;;
    PENDING | CONFIGURING | RUNNING | SUSPENDED | COMPLETING | STAGE_OUT | STOPPED | RESIZING | SIGNALING) echo running ;;
    *) echo failed ;; # also a job that nobody remembers: it will be made again
esac
