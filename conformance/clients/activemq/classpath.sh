#!/usr/bin/env bash
# Prints the class path on which ActiveMqAdapter.java and Broker.java run: Debian's ActiveMQ
# Classic and what it needs. Fails, naming the file, if a jar is missing. Installs nothing.
# JAVA_JARS names another directory that holds jars under the same names.
set -euo pipefail

jars=${JAVA_JARS:-/usr/share/java}
names=(
  activemq-client               # the producer under test, and OpenWire
  activemq-broker               # Broker.java only
  geronimo-jms_1.1_spec         # javax.jms
  geronimo-j2ee-management-1.1-spec # javax.management.j2ee, the client's statistics
  hawtbuf                       # buffers of the client
  slf4j-api slf4j-nop           # the client logs through slf4j; nop keeps it silent
  jackson-core jackson-databind jackson-annotations # JSON of the bridge protocol
)

path=
for name in "${names[@]}"; do
  if [[ ! -r $jars/$name.jar ]]; then
    echo "classpath.sh: $jars/$name.jar is missing; run install.sh beside this script" >&2
    exit 1
  fi
  path+=${path:+:}$jars/$name.jar
done
echo "$path"
