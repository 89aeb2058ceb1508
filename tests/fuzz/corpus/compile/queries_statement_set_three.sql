CREATE VIEW known AS SELECT * FROM t WHERE i IS NOT NULL;
EXECUTE STATEMENT SET
BEGIN
  -- one row per key and minute
  INSERT INTO keys SELECT k, COUNT(*) FROM TABLE(TUMBLE(TABLE known, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end, k;
INSERT INTO many SELECT id, 'i' FROM known WHERE i > 1;
INSERT INTO many (id, note) SELECT id, 'b; or not' FROM known WHERE b > 10;
END;
