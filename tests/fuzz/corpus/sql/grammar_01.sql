select `select`, `a b`, `a``b`, größe, $x, a$1 from `from`;
SELECT a -- a comment
, b // another
, /* and
 a third */ c FROM t;
SELECT default_catalog.default_database.t.i FROM t;
SELECT 1 a, 2 AS b, 3 `c d`;
