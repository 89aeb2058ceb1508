SELECT window_start, COUNT(*)
FROM TABLE(TUMBLE(DATA => TABLE t, TIMECOL => DESCRIPTOR(ts), SIZE => INTERVAL '30' SECOND))
GROUP BY window_start, window_end;
