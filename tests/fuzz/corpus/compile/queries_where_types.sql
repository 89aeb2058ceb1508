SELECT id, 'decimal' FROM t WHERE i = 1.0;
SELECT id, 'double' FROM t WHERE m > d;
SELECT id, 'bigint' FROM t WHERE b > i;
SELECT id, 'time' FROM t WHERE ts > '2026-01-01 00:01:00';
