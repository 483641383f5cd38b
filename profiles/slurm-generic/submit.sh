#!/usr/bin/env bash
# Submit one job script and print its number. Snakemake appends the script to the arguments of the profile.
#   submit.sh RULE THREADS MEGABYTES MINUTES GPUS PARTITION ACCOUNT SCRIPT
set -euo pipefail
rule=$1 threads=$2 megabytes=$3 minutes=$4 gpus=$5 partition=$6 account=$7 script=$8

options=(
    # By its beginning a restarted run knows what an earlier one left in the queue (src/aestudy_run/cluster_orphans.py).
    --job-name="aestudy-$rule"
    --cpus-per-task="$threads"
    --mem="$megabytes"
    --time="$minutes"
    --partition="$partition"
    # Snakemake submits again what a dead node took away; SLURM must not do it behind its back.
    --no-requeue
    --output=".snakemake/slurm_logs/%x-%j.log"
)
if [[ -n $account ]]; then options+=(--account="$account"); fi
if (( gpus > 0 )); then options+=(--gpus="$gpus"); fi

mkdir -p .snakemake/slurm_logs
# On a federation of clusters the answer is "number;cluster".
number=$(sbatch --parsable "${options[@]}" "$script")
echo "${number%%;*}"
