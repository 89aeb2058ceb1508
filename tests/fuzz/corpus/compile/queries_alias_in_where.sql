SELECT id + 1 AS n FROM t WHERE n > 2;
