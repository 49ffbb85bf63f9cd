#!/usr/bin/env bash
# Installs the browser in which pages are tried, unless there is one already.
set -euo pipefail
if [[ -n ${CHROMIUM:-} ]] || command -v chromium >/dev/null; then
  exit 0
fi
run=(env DEBIAN_FRONTEND=noninteractive)
((EUID == 0)) || run=(sudo "${run[@]}")
"${run[@]}" apt-get update
"${run[@]}" apt-get install -y --no-install-recommends chromium
