/* Reading timestamps from text by java.time's rules.
 *
 * The default pattern is DateTimeFormatter "yyyy-[MM][M]-[dd][d]" with an optional " [HH][H]:[mm][m]:[ss][s]" and an
 * optional fraction of up to 9 digits. The resolver is SMART: a day up to 31 is taken and clipped to the month's
 * length; 24:00:00 is the next day's midnight. */
#include "func/time_parse.h"

#include <string.h>

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0); }

/* Howard Hinnant's days_from_civil. */
static int64_t days_from_civil(int64_t year, int month, int day) {
  year -= month <= 2;
  int64_t era = floor_div(year, 400);
  int64_t year_of_era = year - era * 400;
  int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

int64_t time_of_parts(int64_t year, int month, int day, int hour, int minute, int second, int microsecond) {
  int64_t seconds = days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
  return seconds * 1000000 + microsecond;
}

TimeParts time_parts_of(int64_t wall_us) {
  int64_t days = floor_div(wall_us, INT64_C(86400000000));
  int64_t us = wall_us - days * INT64_C(86400000000);
  int64_t shifted = days + 719468;
  int64_t era = floor_div(shifted, 146097);
  int64_t day_of_era = shifted - era * 146097;
  int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t month_index = (5 * day_of_year + 2) / 153;
  TimeParts parts;
  parts.day = (int)(day_of_year - (153 * month_index + 2) / 5 + 1);
  parts.month = (int)(month_index < 10 ? month_index + 3 : month_index - 9);
  parts.year = year_of_era + era * 400 + (parts.month <= 2);
  parts.hour = (int)(us / 3600000000);
  parts.minute = (int)(us / 60000000 % 60);
  parts.second = (int)(us / 1000000 % 60);
  parts.microsecond = (int)(us % 1000000);
  return parts;
}

typedef struct Reader {
  const char *text;
  uint32_t length;
  uint32_t at;
} Reader;

static bool read_char(Reader *reader, char wanted) {
  if (reader->at >= reader->length || reader->text[reader->at] != wanted) return false;
  reader->at++;
  return true;
}

/* Between `least` and `most` digits. */
static bool read_digits(Reader *reader, int least, int most, int *value) {
  int n = 0;
  *value = 0;
  while (n < most && reader->at < reader->length) {
    char c = reader->text[reader->at];
    if (c < '0' || c > '9') break;
    *value = *value * 10 + (c - '0');
    reader->at++;
    n++;
  }
  return n >= least;
}

static int month_length(int year, int month) {
  static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return lengths[month - 1] + (month == 2 && is_leap);
}

bool time_parse_default(const char *text, uint32_t length, int precision, int64_t *wall_us) {
  Reader reader = {text, length, 0};
  int year, month, day, hour = 0, minute = 0, second = 0, microsecond = 0;
  if (!read_digits(&reader, 4, 4, &year) || !read_char(&reader, '-') || !read_digits(&reader, 1, 2, &month) ||
      !read_char(&reader, '-') || !read_digits(&reader, 1, 2, &day))
    return false;
  if (read_char(&reader, ' ')) {
    if (!read_digits(&reader, 1, 2, &hour) || !read_char(&reader, ':') || !read_digits(&reader, 1, 2, &minute) ||
        !read_char(&reader, ':') || !read_digits(&reader, 1, 2, &second))
      return false;
    if (read_char(&reader, '.')) {
      int n = 0, value = 0;
      for (; reader.at < length && text[reader.at] >= '0' && text[reader.at] <= '9'; reader.at++, n++)
        if (n < 6) value = value * 10 + (text[reader.at] - '0');
      if (n > 9) return false;
      for (int i = n; i < 6; i++) value *= 10;
      microsecond = value;
    }
  }
  if (reader.at != length || month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 59)
    return false;
  if (hour == 24 && (minute != 0 || second != 0 || microsecond != 0)) return false;
  if (year == 0) return false; /* yyyy is the year of an era */
  if (day > month_length(year, month)) day = month_length(year, month);
  static const int units[] = {1000000, 100000, 10000, 1000, 100, 10, 1};
  microsecond = microsecond / units[precision] * units[precision];
  *wall_us = time_of_parts(year, month, day, hour, minute, second, microsecond);
  return true;
}

/* Integer.parseInt of text[from, to). */
static bool read_int(const char *text, uint32_t from, uint32_t to, int64_t *value) {
  bool negative = from < to && text[from] == '-';
  if (from < to && (text[from] == '-' || text[from] == '+')) from++;
  if (from >= to || to - from > 10) return false;
  *value = 0;
  for (; from < to; from++) {
    if (text[from] < '0' || text[from] > '9') return false;
    *value = *value * 10 + (text[from] - '0');
  }
  if (negative) *value = -*value;
  return *value >= INT32_MIN && *value <= INT32_MAX;
}

/* Where the character stands at or after `from`; -1 when it does not. */
static int64_t index_of(const char *text, uint32_t length, char wanted, int64_t from) {
  const char *found = from > length ? NULL : memchr(text + from, wanted, length - (size_t)from);
  return found == NULL ? -1 : found - text;
}

/* yyyy-[m]m-[d]d in text[0, length). */
static bool read_jdbc_date(const char *text, uint32_t length, int64_t *day_us) {
  int64_t first = index_of(text, length, '-', 0), second = first < 0 ? -1 : index_of(text, length, '-', first + 1);
  int64_t year, month, day;
  if (first != 4 || second < 0 || second - first < 2 || second - first > 3) return false;
  if (length - second < 2 || length - second > 3) return false;
  if (!read_int(text, 0, 4, &year) || !read_int(text, 5, (uint32_t)second, &month) ||
      !read_int(text, (uint32_t)second + 1, length, &day))
    return false;
  if (month < 1 || month > 12 || day < 1 || day > 31) return false;
  *day_us = time_of_parts(year, (int)month, (int)day, 0, 0, 0, 0);
  return true;
}

bool time_parse_jdbc(const char *text, uint32_t length, int64_t *wall_us) {
  while (length > 0 && (unsigned char)*text <= ' ') text++, length--;
  while (length > 0 && (unsigned char)text[length - 1] <= ' ') length--;
  int64_t space = index_of(text, length, ' ', 0);
  if (space < 0) return read_jdbc_date(text, length, wall_us);
  int64_t colon = index_of(text, length, ':', space + 1);
  int64_t second_colon = colon < 0 ? -1 : index_of(text, length, ':', colon + 1);
  if (second_colon < 0 || second_colon + 1 >= length) return false;
  int64_t period = index_of(text, length, '.', second_colon + 1);
  int64_t day_us, hour, minute, second, fraction = 0;
  uint32_t end = period < 0 ? length : (uint32_t)period;
  if (!read_jdbc_date(text, (uint32_t)space, &day_us) || !read_int(text, (uint32_t)space + 1, (uint32_t)colon, &hour) ||
      !read_int(text, (uint32_t)colon + 1, (uint32_t)second_colon, &minute) ||
      !read_int(text, (uint32_t)second_colon + 1, end, &second))
    return false;
  if (period >= 0) {
    uint32_t n = length - end - 1;
    if (n == 0 || n > 9 || text[end + 1] < '0' || text[end + 1] > '9') return false;
    if (!read_int(text, end + 1, length, &fraction)) return false;
    for (; n < 9; n++) fraction *= 10;
  }
  *wall_us = day_us + ((hour * 60 + minute) * 60 + second) * 1000000 + fraction / 1000;
  return true;
}
