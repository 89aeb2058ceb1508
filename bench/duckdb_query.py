"""Runs a SQL file with DuckDB on one thread: duckdb_query.py FILE. Prints what the query took, as JSON.

Run by the Python of bench/run.sh's venv. Only the query is timed: not Python, not loading DuckDB.
"""
import json
import pathlib
import sys
import time

import duckdb

connection = duckdb.connect(config={"threads": 1, "preserve_insertion_order": False})
query = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
wall_s, cpu_s = time.perf_counter(), time.process_time()
connection.execute(query)
print(json.dumps({"wall_s": time.perf_counter() - wall_s, "cpu_s": time.process_time() - cpu_s}))
