VALUES 1, 2;
VALUES (1, 'a'), ROW(2, 'b'), (3, 'c');
(SELECT a FROM t);
((SELECT a FROM t)) LIMIT 3;
