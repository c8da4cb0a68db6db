#!/usr/bin/env bash
# Runs `mlcost-lint` over the inputs: annotations on standard output, SARIF in a file, a list in the job summary.
# The exit code goes to the step's output, so that the report is uploaded before the job fails.
# Runs under bash 3.2, which macOS has: no `mapfile`.
set -uo pipefail

# A folder for each run: a job may lint twice, and must not report an earlier run's findings.
reports=$(mktemp -d "${RUNNER_TEMP:?}/mlcost-lint-reports.XXXXXX") || exit 2
sarif="$reports/mlcost-lint.sarif"
list="$reports/mlcost-lint.txt"

args=(--color never --output github --output "sarif=$sarif" --output "concise=$list")
[[ -n "${INPUT_FAIL_ON:-}" ]] && args+=(--fail-on "$INPUT_FAIL_ON")
[[ -n "${INPUT_CONFIG:-}" ]] && args+=(--config "$INPUT_CONFIG")
while IFS= read -r arg; do
  [[ -n "$arg" ]] && args+=("$arg")
done <<<"${INPUT_ARGS:-}"

# Paths are separated by spaces on a single line, else by lines: there a path may contain spaces.
args+=(--)
if [[ "${INPUT_PATHS:-}" == *$'\n'* ]]; then
  while IFS= read -r path; do
    [[ "$path" == *[![:space:]]* ]] && args+=("$path")
  done <<<"$INPUT_PATHS"
else
  read -ra paths <<<"${INPUT_PATHS:-}"
  args+=(${paths[@]+"${paths[@]}"})
fi

mlcost-lint "${args[@]}"
code=$?

# GitHub drops a summary of over 1 MiB; a message may itself contain a fence of three.
{
  echo "### mlcost-lint"
  echo
  echo '`````text'
  if [[ -f "$list" ]]; then head -c 900000 "$list"; else echo "The run could not be started; see the log."; fi
  echo
  echo '`````'
} >>"${GITHUB_STEP_SUMMARY:-/dev/null}"

{
  echo "exit-code=$code"
  if [[ -s "$sarif" ]]; then echo "sarif=$sarif"; fi
} >>"${GITHUB_OUTPUT:?}"
