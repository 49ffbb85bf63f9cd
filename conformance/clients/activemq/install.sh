#!/usr/bin/env bash
# Installs what ActiveMqAdapter.java and Broker.java need on Debian, unless it is there already:
# a JDK 17 or later, which runs a single source file, and the jars of ActiveMQ Classic. Takes the
# library package, not the "activemq" package around it, so that no service comes with it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

packages=()
command -v javac >/dev/null || packages+=(default-jdk-headless)
"$here/classpath.sh" >/dev/null 2>&1 || packages+=(libactivemq-java)
if ((${#packages[@]} == 0)); then
  exit 0
fi
if ! command -v apt-get >/dev/null; then
  echo "install.sh: no apt-get here; install by other means: ${packages[*]}" >&2
  exit 1
fi

run=(env DEBIAN_FRONTEND=noninteractive)
((EUID == 0)) || run=(sudo "${run[@]}")
"${run[@]}" apt-get update
"${run[@]}" apt-get install -y --no-install-recommends "${packages[@]}"
"$here/classpath.sh" >/dev/null
