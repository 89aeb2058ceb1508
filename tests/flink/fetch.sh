#!/bin/sh
# Fetches the real Flink that weir is judged by, once, into a cache, and prints
# where it is. Flink's own tarball is not on the package registries that a CI
# machine can reach, but its parts are: PyPI's apache-flink-libraries carries
# lib/, opt/ and plugins/; Maven has the SQL gateway and the Kafka connector.
#
# usage: fetch.sh          fetch what is missing, print the cache folder
#        . fetch.sh        the same, leaving FLINK_HOME, FLINK_JARS and JAVA_HOME set
set -eu

flink_version=2.2.1
kafka_connector_version=5.0.0-2.2 # the newest; released for Flink 2.2
flink_cache=${WEIR_CACHE:-$HOME/.cache/weir}/flink-$flink_version
FLINK_HOME=$flink_cache/home # lib/, opt/, plugins/ as in Flink's tarball
FLINK_JARS=$flink_cache/jars # what Flink does not ship with

flink_fail() {
  echo "fetch.sh: $*" >&2
  exit 1
}

flink_find_java() {
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/*17* /Library/Java/JavaVirtualMachines/*17*/Contents/Home; do
    if [ -x "$home/bin/javac" ] && "$home/bin/javac" -version 2>&1 | grep -q '^javac 17\.'; then
      JAVA_HOME=$home
      return
    fi
  done
  if command -v javac >/dev/null && javac -version 2>&1 | grep -q '^javac 17\.'; then
    JAVA_HOME=$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")
    return
  fi
  flink_fail "no JDK 17 found: install one (Debian: apt install openjdk-17-jdk-headless) or set JAVA_HOME to it"
}

flink_fetch_home() {
  [ -f "$FLINK_HOME/lib/flink-dist-$flink_version.jar" ] && return
  command -v python3 >/dev/null || flink_fail "python3 is needed to fetch Flink from PyPI: install python3 and python3-pip"
  mkdir -p "$flink_cache/wheel"
  python3 -m pip download --quiet --no-deps --dest "$flink_cache/wheel" "apache-flink-libraries==$flink_version" >&2 ||
    flink_fail "pip could not download apache-flink-libraries $flink_version: check the network and pip's index"
  # The source distribution holds the same tree one folder deeper; take whichever came.
  rm -rf "$flink_cache/unpacked"
  mkdir -p "$flink_cache/unpacked"
  case $(ls "$flink_cache/wheel") in
    *.whl) python3 -m zipfile -e "$flink_cache/wheel/"*.whl "$flink_cache/unpacked" ;;
    *.tar.gz) tar -xzf "$flink_cache/wheel/"*.tar.gz -C "$flink_cache/unpacked" ;;
    *) flink_fail "pip left something else than one archive in $flink_cache/wheel: remove that folder and try again" ;;
  esac
  dist=$(find "$flink_cache/unpacked" -name "flink-dist-$flink_version.jar" | head -n 1)
  [ -n "$dist" ] || flink_fail "apache-flink-libraries $flink_version holds no flink-dist-$flink_version.jar"
  rm -rf "$FLINK_HOME"
  mv "$(dirname "$(dirname "$dist")")" "$FLINK_HOME"
  rm -rf "$flink_cache/unpacked" "$flink_cache/wheel"
}

flink_fetch_jar() { # GROUP ARTIFACT VERSION
  jar=$FLINK_JARS/$2-$3.jar
  [ -f "$jar" ] && return
  command -v mvn >/dev/null || flink_fail "mvn is needed to fetch $2: install maven"
  mkdir -p "$FLINK_JARS"
  # Copied into a folder of its own first, so that an interrupted copy is not taken for a jar.
  mvn --quiet --batch-mode dependency:copy -Dartifact="$1:$2:$3" -DoutputDirectory="$FLINK_JARS/part" >&2 ||
    flink_fail "mvn could not fetch $1:$2:$3: check the network and mvn's settings"
  mv "$FLINK_JARS/part/$2-$3.jar" "$jar"
}

flink_find_java
flink_fetch_home
flink_fetch_jar org.apache.flink flink-sql-gateway $flink_version
flink_fetch_jar org.apache.flink flink-sql-connector-kafka $kafka_connector_version
export FLINK_HOME FLINK_JARS JAVA_HOME

case ${0##*/} in
  fetch.sh) echo "$flink_cache" ;;
esac
