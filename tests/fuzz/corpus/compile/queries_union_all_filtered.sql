SELECT name, n + 1 FROM (
  SELECT k AS name, i AS n FROM t
  UNION ALL
  SELECT s, CHAR_LENGTH(s) FROM t
) WHERE n > 0 AND name <> 'y';
