SELECT id + 1, UPPER(k), i * 2, d / 2, m * 3, CONCAT(k, '-', s), NOT t, ts + INTERVAL '1' DAY
FROM t;
