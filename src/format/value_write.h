/* Values to text, as the Java classes write it that Flink's formats hand them to. Shared by json and csv. Each function
 * writes at `out`, which has the room stated below, and returns the place behind the last byte; no NUL is added. */
#ifndef WEIR_FORMAT_VALUE_WRITE_H
#define WEIR_FORMAT_VALUE_WRITE_H

#include "vec/double_text.h"
#include "vec/type.h"

enum { INTEGER_WRITE_BYTES = 24, DECIMAL_WRITE_BYTES = 64, TIMESTAMP_WRITE_BYTES = 40 };

/* How a DECIMAL is written. */
typedef enum DecimalStyle {
  DECIMAL_SHORTEST, /* BigDecimal.toString without trailing zeros: 29.79, 1E+2 */
  DECIMAL_JAVA,     /* BigDecimal.toString: 29.7900, 1E-10 */
  DECIMAL_PLAIN     /* BigDecimal.toPlainString: 29.7900, 0.0000000001 */
} DecimalStyle;

char *write_integer(char *out, int64_t value);
char *write_decimal(char *out, int128_t unscaled, int scale, DecimalStyle style);
/* yyyy-MM-dd HH:mm:ss[.fraction] with `separator` before the time of day; the fraction ends with its last digit that is
 * not zero. With `has_zone` a Z follows. */
char *write_timestamp(char *out, int64_t value_us, char separator, bool has_zone);

#endif
