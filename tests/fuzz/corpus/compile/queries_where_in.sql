SELECT id FROM t WHERE k IN ('a', 'c');
SELECT id, 'not in' FROM t WHERE k NOT IN ('a', 'c');
SELECT id, 'or null' FROM t WHERE k IN ('b', CAST(NULL AS STRING));
SELECT id, 'neither' FROM t WHERE k NOT IN ('b', CAST(NULL AS STRING));
SELECT id, 'number' FROM t WHERE b IN (10, i, 20.0);
