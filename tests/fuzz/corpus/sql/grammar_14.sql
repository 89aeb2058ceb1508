SELECT COUNT(*) FROM t GROUP BY ();
SELECT a FROM t GROUP BY (a, b), c;
SELECT a FROM t GROUP BY GROUPING SETS ((a, b), a, ()), ROLLUP (a, (b, c)), CUBE (a);
TABLE t;
