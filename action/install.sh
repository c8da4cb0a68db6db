#!/usr/bin/env bash
# Puts `mlcost-lint` on the PATH of the following steps: the release binary of the action's own version where there
# is one for this runner, else a build from the action's own source. Runs under bash 3.2, which macOS has.
set -euo pipefail

root="${RUNNER_TEMP:?}/mlcost-lint"
mkdir -p "$root/bin"

release_binary() {
  [[ "${ACTION_REF:-}" == v* && -n "${ACTION_REPOSITORY:-}" ]] || return 1
  local target
  case "${RUNNER_OS:-}-${RUNNER_ARCH:-}" in
    Linux-X64) target=x86_64-unknown-linux-musl ;;
    Linux-ARM64) target=aarch64-unknown-linux-musl ;;
    macOS-X64) target=x86_64-apple-darwin ;;
    macOS-ARM64) target=aarch64-apple-darwin ;;
    Windows-X64) target=x86_64-pc-windows-msvc ;;
    *) return 1 ;;
  esac
  local url="${GITHUB_SERVER_URL:-https://github.com}/$ACTION_REPOSITORY/releases/download/$ACTION_REF"
  curl --fail --silent --show-error --location --retry 2 "$url/mlcost-lint-$target.tar.gz" |
    tar -xz -C "$root/bin" || return 1
  # A binary that does not run here is worse than the minutes of a build.
  "$root/bin/mlcost-lint" --version
}

if ! release_binary; then
  echo "No release binary for this runner and version: building from source."
  cargo install --locked --quiet --force --path "${GITHUB_ACTION_PATH:?}" --root "$root"
fi

echo "$root/bin" >>"${GITHUB_PATH:?}"
