#!/usr/bin/env bash
# Puts `mlcost-lint` on the PATH of the following steps: the release binary of the action's own version where there
# is one for this runner, else a build from the action's own source.
set -euo pipefail

bin="${RUNNER_TEMP:?}/mlcost-lint-bin"
mkdir -p "$bin"

release_binary() {
  [[ "${ACTION_REF:-}" == v* ]] || return 1
  local target
  case "${RUNNER_OS:-}-${RUNNER_ARCH:-}" in
    Linux-X64) target=x86_64-unknown-linux-musl ;;
    Linux-ARM64) target=aarch64-unknown-linux-musl ;;
    macOS-X64) target=x86_64-apple-darwin ;;
    macOS-ARM64) target=aarch64-apple-darwin ;;
    Windows-X64) target=x86_64-pc-windows-msvc ;;
    *) return 1 ;;
  esac
  local url="${GITHUB_SERVER_URL:-https://github.com}/${GITHUB_ACTION_REPOSITORY:?}/releases/download/$ACTION_REF"
  curl --fail --silent --show-error --location "$url/mlcost-lint-$target.tar.gz" | tar -xz -C "$bin"
}

if ! release_binary; then
  echo "No release binary for this runner and version: building from source."
  cargo install --locked --quiet --path "${GITHUB_ACTION_PATH:?}" --root "$bin/root"
  mv "$bin/root/bin/"mlcost-lint* "$bin/"
fi

echo "$bin" >>"${GITHUB_PATH:?}"
