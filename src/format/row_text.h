/* Rows as Flink's Row prints them: +I[1, abc, 2026-01-01T00:00:05, 2.50, null]. */
#ifndef WEIR_FORMAT_ROW_TEXT_H
#define WEIR_FORMAT_ROW_TEXT_H

#include "format/format.h"

/* Appends one row of the batch, without a line end. Values are written by the toString of Flink's classes for them:
 * LocalDateTime, Instant (TIMESTAMP_LTZ, always in UTC), BigDecimal, Double, Duration, Period. */
void row_text_append(ByteBuffer *out, const Batch *batch, uint32_t row);

#endif
