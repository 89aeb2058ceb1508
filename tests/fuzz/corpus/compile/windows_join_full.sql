SELECT a.window_start, a.k, a.id, c.x
FROM (SELECT * FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE))) AS a
FULL JOIN (SELECT * FROM TABLE(TUMBLE(TABLE u, DESCRIPTOR(ts), INTERVAL '1' MINUTE))) AS c
  ON a.k = c.k AND a.window_start = c.window_start AND a.window_end = c.window_end;
