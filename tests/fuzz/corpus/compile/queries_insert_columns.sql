INSERT INTO o (b, a) SELECT k, id FROM t WHERE id < 3;
