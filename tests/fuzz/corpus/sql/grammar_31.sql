ALTER TABLE t SET ('a' = 'b');
CREATE CATALOG c WITH ('a' = 'b');
USE c.d;
