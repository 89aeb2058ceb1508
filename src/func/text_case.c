/* Upper and lower case of UTF-8 text.
 *
 * ASCII is a loop over bytes. Beyond it, utf8proc has Unicode's one-to-one mappings; Java also applies
 * SpecialCasing.txt (one character becomes several: "ß" is "SS" in upper case), which is here as a table, and the
 * rule of the final sigma. */
#include "func/text_case.h"

#include <stdbool.h>
#include <utf8proc.h>

#include "func/text.h"

/* SpecialCasing.txt: the unconditional upper-case mappings that are several characters. */
static const struct {
  int32_t from;
  int32_t to[3];
} special_upper[] = {
    {0x00DF, {0x53, 0x53}},          {0x0149, {0x2BC, 0x4E}},         {0x01F0, {0x4A, 0x30C}},
    {0x0390, {0x399, 0x308, 0x301}}, {0x03B0, {0x3A5, 0x308, 0x301}}, {0x0587, {0x535, 0x552}},
    {0x1E96, {0x48, 0x331}},         {0x1E97, {0x54, 0x308}},         {0x1E98, {0x57, 0x30A}},
    {0x1E99, {0x59, 0x30A}},         {0x1E9A, {0x41, 0x2BE}},         {0x1F50, {0x3A5, 0x313}},
    {0x1F52, {0x3A5, 0x313, 0x300}}, {0x1F54, {0x3A5, 0x313, 0x301}}, {0x1F56, {0x3A5, 0x313, 0x342}},
    {0x1FB2, {0x1FBA, 0x399}},       {0x1FB3, {0x391, 0x399}},        {0x1FB4, {0x386, 0x399}},
    {0x1FB6, {0x391, 0x342}},        {0x1FB7, {0x391, 0x342, 0x399}}, {0x1FBC, {0x391, 0x399}},
    {0x1FC2, {0x1FCA, 0x399}},       {0x1FC3, {0x397, 0x399}},        {0x1FC4, {0x389, 0x399}},
    {0x1FC6, {0x397, 0x342}},        {0x1FC7, {0x397, 0x342, 0x399}}, {0x1FCC, {0x397, 0x399}},
    {0x1FD2, {0x399, 0x308, 0x300}}, {0x1FD3, {0x399, 0x308, 0x301}}, {0x1FD6, {0x399, 0x342}},
    {0x1FD7, {0x399, 0x308, 0x342}}, {0x1FE2, {0x3A5, 0x308, 0x300}}, {0x1FE3, {0x3A5, 0x308, 0x301}},
    {0x1FE4, {0x3A1, 0x313}},        {0x1FE6, {0x3A5, 0x342}},        {0x1FE7, {0x3A5, 0x308, 0x342}},
    {0x1FF2, {0x1FFA, 0x399}},       {0x1FF3, {0x3A9, 0x399}},        {0x1FF4, {0x38F, 0x399}},
    {0x1FF6, {0x3A9, 0x342}},        {0x1FF7, {0x3A9, 0x342, 0x399}}, {0x1FFC, {0x3A9, 0x399}},
    {0xFB00, {0x46, 0x46}},          {0xFB01, {0x46, 0x49}},          {0xFB02, {0x46, 0x4C}},
    {0xFB03, {0x46, 0x46, 0x49}},    {0xFB04, {0x46, 0x46, 0x4C}},    {0xFB05, {0x53, 0x54}},
    {0xFB06, {0x53, 0x54}},          {0xFB13, {0x544, 0x546}},        {0xFB14, {0x544, 0x535}},
    {0xFB15, {0x544, 0x53B}},        {0xFB16, {0x54E, 0x546}},        {0xFB17, {0x544, 0x53D}},
};

/* 1F80-1FAF: Greek with a iota written below becomes the capital and a capital iota. */
static bool upper_with_iota(int32_t from, int32_t to[3]) {
  if (from < 0x1F80 || from > 0x1FAF) return false;
  static const int32_t bases[] = {0x1F08, 0x1F28, 0x1F68};
  to[0] = bases[(from - 0x1F80) / 16] + (from & 7);
  to[1] = 0x399;
  to[2] = 0;
  return true;
}

static void upper_points(int32_t from, int32_t to[3]) {
  if (upper_with_iota(from, to)) return;
  for (size_t i = 0; i < sizeof special_upper / sizeof special_upper[0]; i++) {
    if (special_upper[i].from != from) continue;
    memcpy(to, special_upper[i].to, sizeof special_upper[i].to);
    return;
  }
  to[0] = utf8proc_toupper(from);
  to[1] = to[2] = 0;
}

static bool is_cased(int32_t point) {
  utf8proc_category_t category = utf8proc_category(point);
  return category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LL || category == UTF8PROC_CATEGORY_LT;
}

static bool is_case_ignorable(int32_t point) {
  utf8proc_category_t category = utf8proc_category(point);
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME || category == UTF8PROC_CATEGORY_CF ||
         category == UTF8PROC_CATEGORY_LM || category == UTF8PROC_CATEGORY_SK || point == '\'' || point == '.' ||
         point == ':' || point == 0xB7 || point == 0x2019;
}

/* A capital sigma ends a word when a cased letter comes before it and none after. */
static bool is_final_sigma(const char *bytes, uint32_t n_bytes, uint32_t at, uint32_t n_sigma) {
  bool letter_before = false;
  for (uint32_t i = 0; i < at;) {
    int32_t point;
    utf8proc_ssize_t n = utf8proc_iterate((const uint8_t *)bytes + i, at - i, &point);
    if (n <= 0) return false;
    if (!is_case_ignorable(point)) letter_before = is_cased(point);
    i += (uint32_t)n;
  }
  for (uint32_t i = at + n_sigma; letter_before && i < n_bytes;) {
    int32_t point;
    utf8proc_ssize_t n = utf8proc_iterate((const uint8_t *)bytes + i, n_bytes - i, &point);
    if (n <= 0) return true;
    if (!is_case_ignorable(point)) return !is_cased(point);
    i += (uint32_t)n;
  }
  return letter_before;
}

static void lower_points(const char *bytes, uint32_t n_bytes, uint32_t at, uint32_t step, int32_t from, int32_t to[3]) {
  to[1] = to[2] = 0;
  if (from == 0x130) {
    to[0] = 'i';
    to[1] = 0x307;
  } else if (from == 0x3A3) {
    to[0] = is_final_sigma(bytes, n_bytes, at, step) ? 0x3C2 : 0x3C3;
  } else {
    to[0] = utf8proc_tolower(from);
  }
}

static StringView convert_ascii(const StringView *text, Arena *arena, char first, char last) {
  const char *bytes = string_view_bytes(text);
  char inline_bytes[STRING_VIEW_INLINE_MAX];
  char *out = text->length <= STRING_VIEW_INLINE_MAX ? inline_bytes : arena_alloc_text(arena, text->length);
  for (uint32_t i = 0; i < text->length; i++) out[i] = (char)(bytes[i] ^ (bytes[i] >= first && bytes[i] <= last) << 5);
  return string_view(out, text->length);
}

static StringView convert(const StringView *text, Arena *arena, bool to_upper) {
  const char *bytes = string_view_bytes(text);
  uint32_t n_bytes = text->length;
  if (text_is_ascii(bytes, n_bytes))
    return to_upper ? convert_ascii(text, arena, 'a', 'z') : convert_ascii(text, arena, 'A', 'Z');
  char *out = arena_alloc_text(arena, (size_t)n_bytes * 3 + 12); /* no mapping more than triples the bytes */
  uint32_t n_out = 0;
  for (uint32_t i = 0; i < n_bytes;) {
    int32_t from, to[3] = {0, 0, 0};
    utf8proc_ssize_t step = utf8proc_iterate((const uint8_t *)bytes + i, n_bytes - i, &from);
    if (step <= 0) {
      out[n_out++] = bytes[i++];
      continue;
    }
    if (to_upper)
      upper_points(from, to);
    else
      lower_points(bytes, n_bytes, i, (uint32_t)step, from, to);
    for (int k = 0; k < 3 && (k == 0 || to[k] != 0); k++)
      n_out += (uint32_t)utf8proc_encode_char(to[k], (uint8_t *)out + n_out);
    i += (uint32_t)step;
  }
  return string_view(out, n_out);
}

StringView text_to_upper(const StringView *text, Arena *arena) { return convert(text, arena, true); }
StringView text_to_lower(const StringView *text, Arena *arena) { return convert(text, arena, false); }
