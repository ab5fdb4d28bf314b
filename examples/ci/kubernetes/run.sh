#!/bin/sh
# Runs the tests in an image of this checkout, a pod for each shard, merges what they left, and exits as that says.
#   ./run.sh registry.example.com/shop:1234 build-1234
set -eu
image=$1
job=$2
here=$(dirname "$0")

ended() { # waits for a Job, which ends in one of two ways
  until kubectl get job "$1" -o 'jsonpath={.status.conditions[?(@.status=="True")].type}' | grep -Eq 'Complete|Failed'; do
    sleep "${POLL_SECONDS:-5}"
  done
}

npx runner matrix --target 8m --kubernetes --image "$image" --job "$job" | kubectl create -f -
ended "$job"
sed -e "s|JOB|$job|" -e "s|IMAGE|$image|" "$here/merge.yaml" | kubectl create -f -
ended "$job-merge"
kubectl logs "job/$job-merge"
exit "$(kubectl get pods -l "job-name=$job-merge" -o 'jsonpath={.items[0].status.containerStatuses[0].state.terminated.exitCode}')"
