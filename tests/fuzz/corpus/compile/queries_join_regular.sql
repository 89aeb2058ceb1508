SELECT a.id, c.id FROM t AS a JOIN t AS c ON a.k = c.k AND a.id < c.id;
