/* LIKE.
 *
 * A pattern is cut at its % into pieces of fixed length in code points; the first and the last are tied to the ends of
 * the text, those between are looked for from left to right, each as early as it can be: with pieces of fixed length
 * that finds a match whenever there is one. In Flink _ is a "." of a regular expression, which takes any code point
 * but a line terminator, while % takes everything. */
#include "func/like.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "func/text.h"
#include "vec/memory.h"

/* Stands for _ in a piece; no byte of UTF-8. */
#define ANY '\xFF'

typedef struct Piece {
  uint32_t from, n_bytes; /* of LikePattern.bytes */
  uint32_t n_points;
  bool has_any;
} Piece;

struct LikePattern {
  char *bytes;
  Piece *pieces;
  uint32_t n_pieces; /* one more than there are % (in a row counting once) */
  uint32_t least_bytes;
};

static bool is_wildcard(char c) { return c == '%' || c == '_'; }

static bool bad_escape(const StringView *pattern, uint32_t at, char message[LIKE_MESSAGE_MAX]) {
  snprintf(message, LIKE_MESSAGE_MAX, "Invalid escape sequence '%.*s', %u",
           (int)(pattern->length < 80 ? pattern->length : 80), string_view_bytes(pattern), at);
  return false;
}

static void end_piece(LikePattern *like, uint32_t at) {
  Piece *piece = &like->pieces[like->n_pieces];
  piece->n_bytes = at - piece->from;
  piece->has_any = memchr(like->bytes + piece->from, ANY, piece->n_bytes) != NULL;
  piece->n_points = 0;
  for (uint32_t i = piece->from; i < at; i++) piece->n_points += ((unsigned char)like->bytes[i] & 0xC0) != 0x80;
  like->least_bytes += piece->n_bytes;
  like->n_pieces++;
}

/* Fills in bytes and pieces. */
static bool cut(LikePattern *like, const StringView *pattern, const StringView *escape,
                char message[LIKE_MESSAGE_MAX]) {
  const char *in = string_view_bytes(pattern);
  uint32_t n_escape = escape == NULL ? 0 : escape->length;
  const char *escape_bytes = n_escape == 0 ? NULL : string_view_bytes(escape);
  uint32_t at = 0;
  like->pieces[0].from = 0;
  for (uint32_t i = 0; i < pattern->length;) {
    uint32_t step = text_step(in + i, pattern->length - i);
    bool is_escape = n_escape != 0 && step == n_escape && memcmp(in + i, escape_bytes, n_escape) == 0;
    if (is_escape) {
      uint32_t next = i + step;
      if (next == pattern->length) return bad_escape(pattern, i, message);
      step = text_step(in + next, pattern->length - next);
      bool escapes_itself = step == n_escape && memcmp(in + next, escape_bytes, n_escape) == 0;
      if (!escapes_itself && !is_wildcard(in[next])) return bad_escape(pattern, i, message);
      i = next;
    } else if (in[i] == '%') {
      bool follows_another = like->n_pieces > 0 && like->pieces[like->n_pieces].from == at;
      if (!follows_another) {
        end_piece(like, at);
        like->pieces[like->n_pieces].from = at;
      }
      i++;
      continue;
    } else if (in[i] == '_') {
      like->bytes[at++] = ANY;
      i++;
      continue;
    }
    memcpy(like->bytes + at, in + i, step);
    at += step;
    i += step;
  }
  end_piece(like, at);
  return true;
}

LikePattern *like_compile(const StringView *pattern, const StringView *escape, char message[LIKE_MESSAGE_MAX]) {
  if (escape != NULL && text_length(string_view_bytes(escape), escape->length) > 1) {
    snprintf(message, LIKE_MESSAGE_MAX, "Invalid escape character '%.*s'",
             (int)(escape->length < 80 ? escape->length : 80), string_view_bytes(escape));
    return NULL;
  }
  LikePattern *like = memory_alloc_zeroed(1, sizeof *like);
  like->bytes = memory_alloc(pattern->length + 1);
  like->pieces = memory_alloc_zeroed(pattern->length + 2, sizeof *like->pieces);
  if (cut(like, pattern, escape, message)) return like;
  like_free(like);
  return NULL;
}

void like_free(LikePattern *like) {
  if (like == NULL) return;
  free(like->bytes);
  free(like->pieces);
  free(like);
}

static bool is_line_terminator(const char *bytes, uint32_t n) {
  if (n == 1) return bytes[0] == '\n' || bytes[0] == '\r';
  if (n == 2) return memcmp(bytes, "\xC2\x85", 2) == 0;
  return n == 3 && (memcmp(bytes, "\xE2\x80\xA8", 3) == 0 || memcmp(bytes, "\xE2\x80\xA9", 3) == 0);
}

/* The piece at the start of bytes[0, n): how many bytes it takes, or -1. */
static int64_t match_here(const LikePattern *like, const Piece *piece, const char *bytes, uint32_t n) {
  const char *wanted = like->bytes + piece->from;
  if (!piece->has_any)
    return n >= piece->n_bytes && memcmp(bytes, wanted, piece->n_bytes) == 0 ? (int64_t)piece->n_bytes : -1;
  uint32_t at = 0;
  for (uint32_t i = 0; i < piece->n_bytes; i++) {
    if (at >= n) return -1;
    if (wanted[i] != ANY) {
      if (bytes[at++] != wanted[i]) return -1;
      continue;
    }
    uint32_t step = text_step(bytes + at, n - at);
    if (is_line_terminator(bytes + at, step)) return -1;
    at += step;
  }
  return at;
}

/* The piece at the very end of bytes[0, n): where it starts, or -1. */
static int64_t match_end(const LikePattern *like, const Piece *piece, const char *bytes, uint32_t n) {
  uint32_t start = n;
  if (piece->has_any) {
    for (uint32_t k = 0; k < piece->n_points; k++) {
      if (start == 0) return -1;
      start--;
      while (start > 0 && ((unsigned char)bytes[start] & 0xC0) == 0x80) start--;
    }
  } else {
    if (n < piece->n_bytes) return -1;
    start = n - piece->n_bytes;
  }
  return match_here(like, piece, bytes + start, n - start) == (int64_t)(n - start) ? (int64_t)start : -1;
}

bool like_matches(const LikePattern *like, const StringView *text) {
  if (text->length < like->least_bytes) return false;
  const char *bytes = string_view_bytes(text);
  uint32_t from = 0, to = text->length;
  int64_t taken = match_here(like, &like->pieces[0], bytes, to);
  if (like->n_pieces == 1) return taken == (int64_t)to;
  if (taken < 0) return false;
  from = (uint32_t)taken;
  int64_t end = match_end(like, &like->pieces[like->n_pieces - 1], bytes + from, to - from);
  if (end < 0) return false;
  to = from + (uint32_t)end;
  for (uint32_t p = 1; p + 1 < like->n_pieces; p++) {
    const Piece *piece = &like->pieces[p];
    if (!piece->has_any) {
      int64_t at = text_find(bytes, to, like->bytes + piece->from, piece->n_bytes, from);
      if (at < 0) return false;
      from = (uint32_t)at + piece->n_bytes;
      continue;
    }
    for (taken = -1; from < to; from += text_step(bytes + from, to - from)) {
      taken = match_here(like, piece, bytes + from, to - from);
      if (taken >= 0) break;
    }
    if (taken < 0) return false;
    from += (uint32_t)taken;
  }
  return true;
}
