#!/usr/bin/env bash
# Installs what pages and examples are tried with, unless it is there: a browser, and Python.
set -euo pipefail
packages=()
[[ -n ${CHROMIUM:-} ]] || command -v chromium >/dev/null || packages+=(chromium)
command -v python3 >/dev/null || packages+=(python3)
if ((${#packages[@]} == 0)); then
  exit 0
fi
run=(env DEBIAN_FRONTEND=noninteractive)
((EUID == 0)) || run=(sudo "${run[@]}")
"${run[@]}" apt-get update
"${run[@]}" apt-get install -y --no-install-recommends "${packages[@]}"
