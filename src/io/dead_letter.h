/* Keeps the records that a job skipped: one JSON line each, in a file that appears when it is committed.
 *
 *   {"table":"clicks","file":"data/topics/ad_clicks/7.json","line":12,"reason":"...","record":"..."}
 *
 * A record that is no UTF-8 is kept as "record_base64". Of a long one only the beginning is kept, and "record_bytes"
 * says how long it was. A job that skips nothing writes no file. */
#ifndef WEIR_IO_DEAD_LETTER_H
#define WEIR_IO_DEAD_LETTER_H

#include "format/format.h"

/* How much of a record is kept. */
enum { DEAD_LETTER_RECORD_BYTES_MAX = 64 << 10 };

typedef struct DeadLetter DeadLetter;

/* Makes the folder, or fails: better before the job than in the middle of it. */
DeadLetter *dead_letter_open(const char *folder, Error *error);
/* What to give to a decoder of that table. The context lives as long as the DeadLetter. */
BadRecordSink dead_letter_sink(DeadLetter *dead_letter, const char *table_name);
/* Makes everything kept since the last commit visible. A failure to write, whenever it was, is reported here. */
bool dead_letter_commit(DeadLetter *dead_letter, Error *error);
/* How many records have been kept. */
uint64_t dead_letter_kept(const DeadLetter *dead_letter);
/* What was not committed is discarded. NULL is allowed. */
void dead_letter_close(DeadLetter *dead_letter);

#endif
