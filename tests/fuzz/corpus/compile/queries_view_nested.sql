CREATE VIEW known AS SELECT id, k, i FROM t WHERE i IS NOT NULL;
CREATE VIEW doubled (id, k, twice) AS SELECT id, k, i * 2 FROM known;
CREATE TEMPORARY VIEW many AS SELECT k, twice FROM doubled WHERE twice > 2;
SELECT * FROM many;
