"""The real Flink as a program to measure: one JVM, parallelism 1, SQL files in, result files out.

tests/flink/fetch.sh fetches it. It runs as a user would run it on one machine: Flink's own SQL client with an embedded
cluster, both of the JVM's compilers, its default collector, default settings but for what has to be said. The heap is
4 GB: with 2 GB the cohort job of 3 million impressions spends most of its time collecting garbage.
"""
import pathlib
import subprocess

import measure

ROOT = pathlib.Path(__file__).resolve().parent.parent
VERSION = "2.2.1"
HEAP = "4g"
CONFIG = """\
execution.target: local
parallelism.default: 1
rest.port: 0
rest.bind-address: localhost
taskmanager.numberOfTaskSlots: 1
taskmanager.memory.managed.size: 512m
table.dml-sync: true
"""
OPENED = ("java.lang", "java.lang.reflect", "java.io", "java.net", "java.nio", "java.text", "java.time", "java.util",
          "java.util.concurrent", "java.util.concurrent.atomic", "java.util.concurrent.locks", "sun.net.util")
EXPORTED = ("java.rmi/sun.rmi.registry", "java.security.jgss/sun.security.krb5", "jdk.compiler/com.sun.tools.javac.api")


class Flink:
    def __init__(self, folder):
        """Takes Flink out of the cache, or fetches it; folder is for its settings and logs."""
        fetch = f'. "{ROOT}/tests/flink/fetch.sh" >&2 && printf "%s\\n" "$FLINK_HOME" "$FLINK_JARS" "$JAVA_HOME"'
        found = subprocess.run(["sh", "-c", fetch], capture_output=True, text=True, check=False)
        if found.returncode != 0:
            raise measure.BenchError("Flink cannot be had: " + found.stderr.strip().splitlines()[-1])
        home, jars, java_home = found.stdout.split("\n")[:3]  # the last may be empty: /bin/java
        self.folder = folder
        conf = folder / "conf"
        conf.mkdir(parents=True, exist_ok=True)
        (conf / "config.yaml").write_text(CONFIG)
        self.environment = {
            "FLINK_CONF_DIR": str(conf),
            "FLINK_LIB_DIR": f"{home}/lib",
            "FLINK_OPT_DIR": f"{home}/opt",
            "FLINK_PLUGINS_DIR": f"{home}/plugins",
        }
        class_path = [f"{home}/lib/*", f"{home}/opt/flink-sql-client-{VERSION}.jar",
                      f"{home}/opt/flink-python-{VERSION}.jar", f"{jars}/*"]
        self.command = [
            f"{java_home}/bin/java",
            *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED),
            *(f"--add-exports={package}=ALL-UNNAMED" for package in EXPORTED),
            f"-Xmx{HEAP}",
            "-Duser.timezone=UTC",
            f"-Dlog4j.configurationFile={ROOT}/tests/flink/log4j2.properties",
            "-cp",
            ":".join(class_path),
            "org.apache.flink.table.client.SqlClient",
            "embedded",
            "--history",
            str(folder / "history"),
        ]

    def run(self, sql_files, folder):
        """Runs SQL files, one after the other, with their tables' relative paths in a folder. Returns a measure.Run.

        The client exits 0 whatever happens, so what it printed must be looked through for errors.
        """
        script = self.folder / "script.sql"
        script.write_text("\n".join(in_folder(path.read_text(encoding="utf-8"), folder) for path in sql_files))
        log = self.folder / "flink.log"
        run = measure.run([*self.command, "-f", script], folder, self.environment, log)
        errors = [line for line in log.read_text(errors="replace").splitlines() if "[ERROR]" in line or "Exception" in line]
        if errors:
            raise measure.BenchError(f"Flink: {errors[0].strip()} (all of it: {log})")
        return run


def in_folder(sql, folder):
    """The same with the tables' relative paths, all under data/, made absolute."""
    return sql.replace("'path' = 'data/", f"'path' = 'file://{folder}/data/")
