SELECT i, i, id AS i2, k AS s FROM t;
