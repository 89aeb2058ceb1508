/* Rows as Flink's print connector shows them: +I[a, 1.50, null, 2026-01-01T00:00]. */
#ifndef WEIR_IO_ROW_TEXT_H
#define WEIR_IO_ROW_TEXT_H

#include "format/format.h"

/* Appends row `row` of the batch, whose first columns are those of `schema`, without a line end. Values are written as
 * Java's toString of the external classes: TIMESTAMP as LocalDateTime, TIMESTAMP_LTZ as Instant (in UTC), DECIMAL as
 * BigDecimal, intervals as Period and Duration; strings as they are. */
void row_text_append(ByteBuffer *out, const Schema *schema, const Batch *batch, uint32_t row);

#endif
