SELECT x, a.y FROM (SELECT id, k FROM t) AS a (x, y) WHERE x < 4;
