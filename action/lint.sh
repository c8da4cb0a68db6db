#!/usr/bin/env bash
# Runs `mlcost-lint` over the inputs: annotations on standard output, SARIF in a file, a table in the job summary.
# The exit code goes to the step's output, so that the report is uploaded before the job fails.
set -uo pipefail

sarif="${RUNNER_TEMP:?}/mlcost-lint.sarif"
summary="$RUNNER_TEMP/mlcost-lint.txt"

args=(--fail-on "${INPUT_FAIL_ON:-warning}" --color never)
args+=(--output github --output "sarif=$sarif" --output "concise=$summary")
[[ -n "${INPUT_CONFIG:-}" ]] && args+=(--config "$INPUT_CONFIG")
while IFS= read -r arg; do
  [[ -n "$arg" ]] && args+=("$arg")
done <<<"${INPUT_ARGS:-}"
# Paths may be separated by spaces or lines; a path with spaces stands on a line of its own between other lines.
if [[ "${INPUT_PATHS:-.}" == *$'\n'* ]]; then
  mapfile -t paths < <(grep -v '^[[:space:]]*$' <<<"$INPUT_PATHS")
else
  read -ra paths <<<"${INPUT_PATHS:-.}"
fi

mlcost-lint "${args[@]}" -- "${paths[@]}"
code=$?

{
  echo "### mlcost-lint"
  echo
  echo '```text'
  cat "$summary" 2>/dev/null || echo "The run could not be started; see the log."
  echo '```'
} >>"${GITHUB_STEP_SUMMARY:-/dev/null}"

{
  echo "exit-code=$code"
  [[ -s "$sarif" ]] && echo "sarif=$sarif"
} >>"${GITHUB_OUTPUT:?}"
exit 0
