#!/bin/sh
# Runs golden tests on the real Flink: see judge.sh without arguments for how.
# The judge is compiled once, next to the Flink that fetch.sh caches.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/flink/fetch.sh
. "$here/fetch.sh"

classes=$flink_cache/judge-classes
if [ ! -d "$classes" ] || [ -n "$(find "$here/judge" -name '*.java' -newer "$classes")" ]; then
  rm -rf "$classes.part"
  "$JAVA_HOME/bin/javac" -nowarn -Xlint:-options -proc:none -cp "$FLINK_HOME/lib/*" -d "$classes.part" "$here/judge/"*.java
  rm -rf "$classes"
  mv "$classes.part" "$classes"
fi

opens=
for package in java.lang java.lang.reflect java.io java.net java.nio java.text java.time java.util \
  java.util.concurrent java.util.concurrent.atomic java.util.concurrent.locks; do
  opens="$opens --add-opens=java.base/$package=ALL-UNNAMED"
done

# The JVM's zone is the session's default zone: fixed, so that results do not depend on the machine.
# shellcheck disable=SC2086 # the options are words
exec "$JAVA_HOME/bin/java" $opens -Xmx2g -XX:+UseParallelGC -XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m \
  -Duser.timezone=UTC \
  -Dlog4j.configurationFile="$here/log4j2.properties" \
  -cp "$classes:$FLINK_HOME/lib/*:$FLINK_JARS/*" FlinkJudge "$@"
