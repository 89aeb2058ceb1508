SELECT id FROM t WHERE k LIKE 'a%';
SELECT id, 'not' FROM t WHERE k NOT LIKE '_';
SELECT id, 'escaped' FROM t WHERE CONCAT(k, '%') LIKE 'b!%' ESCAPE '!';
