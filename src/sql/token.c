/* See token.h. One pass; columns are counted in code points as the text is walked. */
#include "sql/token.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <utf8proc.h>

#include "sql/script.h"
#include "vec/memory.h"

typedef struct Lexer {
  Arena *arena;
  const char *file;
  const char *position;
  const char *end;
  int line;
  int column;
  Token *tokens;
  size_t n_tokens;
  size_t capacity;
  SourcePlace after_last; /* right behind the last token: where something is missing at the end of a script */
  Error *error;
} Lexer;

/* The code points that begin and go on with an identifier in Calcite's grammar; further digits go on with one. */
static const struct {
  int32_t first;
  int32_t last;
} LETTERS[] = {{'$', '$'},       {'A', 'Z'},       {'_', '_'},       {'a', 'z'},
               {0xC0, 0xD6},     {0xD8, 0xF6},     {0xF8, 0x1FFF},   {0x3040, 0x318F},
               {0x3300, 0x337F}, {0x3400, 0x3D2D}, {0x4E00, 0x9FFF}, {0xF900, 0xFAFF}};

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static char peek(const Lexer *lexer, size_t ahead) {
  return (size_t)(lexer->end - lexer->position) > ahead ? lexer->position[ahead] : '\0';
}

static void advance(Lexer *lexer, size_t n_bytes) {
  for (size_t i = 0; i < n_bytes; i++) {
    char c = *lexer->position++;
    if (c == '\n') {
      lexer->line++;
      lexer->column = 1;
    } else if ((c & 0xC0) != 0x80) { /* not a continuation byte */
      lexer->column++;
    }
  }
}

/* Bytes of the code point at the position, and its value; a byte that is no UTF-8 counts as one with the value -1. */
static size_t code_point(const Lexer *lexer, int32_t *value) {
  utf8proc_ssize_t n_bytes = utf8proc_iterate((const utf8proc_uint8_t *)lexer->position,
                                              (utf8proc_ssize_t)(lexer->end - lexer->position), value);
  return n_bytes <= 0 ? 1 : (size_t)n_bytes;
}

/* Bytes of the letter at the position; 0 when there is none. */
static size_t letter_bytes(const Lexer *lexer) {
  if (lexer->position == lexer->end) return 0;
  int32_t value = -1;
  size_t n_bytes = code_point(lexer, &value);
  for (size_t l = 0; l < sizeof LETTERS / sizeof LETTERS[0]; l++) {
    if (value >= LETTERS[l].first && value <= LETTERS[l].last) return n_bytes;
  }
  return 0;
}

static SourcePlace here(const Lexer *lexer) {
  return (SourcePlace){.file = lexer->file, .line = lexer->line, .column = lexer->column, .length = 1};
}

static void add(Lexer *lexer, TokenKind kind, SourcePlace place, const char *text, size_t n_bytes) {
  lexer->tokens = memory_grow(lexer->tokens, &lexer->capacity, lexer->n_tokens + 1, sizeof *lexer->tokens);
  if (lexer->line == place.line) place.length = lexer->column - place.column;
  lexer->tokens[lexer->n_tokens++] = (Token){.kind = kind,
                                             .text = arena_copy_text(lexer->arena, text, n_bytes),
                                             .n_bytes = (uint32_t)n_bytes,
                                             .place = place,
                                             .end_line = lexer->line};
  lexer->after_last = here(lexer);
}

static bool skip_block_comment(Lexer *lexer) {
  SourcePlace place = here(lexer);
  advance(lexer, 2);
  while (lexer->position < lexer->end && !(peek(lexer, 0) == '*' && peek(lexer, 1) == '/')) advance(lexer, 1);
  if (lexer->position == lexer->end) {
    return error_at(lexer->error, ERROR_USAGE, place, "this comment is never closed");
  }
  advance(lexer, 2);
  return true;
}

static bool lex_hint(Lexer *lexer) {
  SourcePlace place = here(lexer);
  const char *start = lexer->position + 3;
  if (!skip_block_comment(lexer)) return false;
  add(lexer, TOKEN_HINT, place, start, (size_t)(lexer->position - 2 - start));
  return true;
}

/* 'text' or `name`: a doubled quote stands for one. */
static bool lex_quoted(Lexer *lexer, char quote, TokenKind kind) {
  SourcePlace place = here(lexer);
  char *text = memory_alloc((size_t)(lexer->end - lexer->position));
  size_t n_bytes = 0;
  advance(lexer, 1);
  for (;;) {
    if (lexer->position == lexer->end) {
      free(text);
      return error_at(lexer->error, ERROR_USAGE, place,
                      kind == TOKEN_STRING ? "this string is never closed" : "this quoted name is never closed");
    }
    char c = *lexer->position;
    if (c == quote) {
      if (peek(lexer, 1) != quote) break;
      advance(lexer, 1);
    }
    text[n_bytes++] = c;
    advance(lexer, 1);
  }
  advance(lexer, 1);
  if (kind == TOKEN_QUOTED && n_bytes == 0) {
    free(text);
    return error_at(lexer->error, ERROR_USAGE, place, "a quoted name can't be empty");
  }
  add(lexer, kind, place, text, n_bytes);
  free(text);
  return true;
}

static int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

static size_t append_code_point(char *out, uint32_t code) {
  if (code < 0x80) {
    out[0] = (char)code;
    return 1;
  }
  if (code < 0x800) {
    out[0] = (char)(0xC0 | code >> 6);
    out[1] = (char)(0x80 | (code & 0x3F));
    return 2;
  }
  out[0] = (char)(0xE0 | code >> 12);
  out[1] = (char)(0x80 | (code >> 6 & 0x3F));
  out[2] = (char)(0x80 | (code & 0x3F));
  return 3;
}

/* U&'gr\00FC\00DFe': four hexadecimal digits, as Calcite has it; a doubled backslash is one. */
static bool lex_unicode_string(Lexer *lexer) {
  advance(lexer, 2);
  if (!lex_quoted(lexer, '\'', TOKEN_STRING)) return false;
  assert(lexer->tokens != NULL);
  Token *token = &lexer->tokens[lexer->n_tokens - 1];
  char *out = arena_alloc_text(lexer->arena, token->n_bytes + 1);
  size_t n_bytes = 0;
  for (uint32_t i = 0; i < token->n_bytes; i++) {
    if (token->text[i] != '\\') {
      out[n_bytes++] = token->text[i];
    } else if (i + 1 < token->n_bytes && token->text[i + 1] == '\\') {
      out[n_bytes++] = '\\';
      i++;
    } else {
      uint32_t code = 0;
      for (uint32_t digit = 1; digit <= 4; digit++) {
        int value = i + digit < token->n_bytes ? hex_value(token->text[i + digit]) : -1;
        if (value < 0) {
          return error_at(lexer->error, ERROR_USAGE, token->place,
                          "in U&'...', four hexadecimal digits must follow a backslash");
        }
        code = code * 16 + (uint32_t)value;
      }
      if (code == 0) {
        return error_at(lexer->error, ERROR_UNSUPPORTED, token->place, "a NUL character in U&'...' is not supported");
      }
      if (code >= 0xD800 && code <= 0xDFFF) {
        return error_at(lexer->error, ERROR_UNSUPPORTED, token->place,
                        "surrogates in U&'...' are not supported: write the character itself");
      }
      n_bytes += append_code_point(out + n_bytes, code);
      i += 4;
    }
  }
  out[n_bytes] = '\0';
  token->text = out;
  token->n_bytes = (uint32_t)n_bytes;
  return true;
}

static bool lex_number(Lexer *lexer) {
  SourcePlace place = here(lexer);
  const char *start = lexer->position;
  while (is_digit(peek(lexer, 0))) advance(lexer, 1);
  if (peek(lexer, 0) == '.') {
    advance(lexer, 1);
    while (is_digit(peek(lexer, 0))) advance(lexer, 1);
  }
  char e = peek(lexer, 0), sign = peek(lexer, 1);
  if ((e == 'e' || e == 'E') && (is_digit(sign) || ((sign == '+' || sign == '-') && is_digit(peek(lexer, 2))))) {
    advance(lexer, 2);
    while (is_digit(peek(lexer, 0))) advance(lexer, 1);
  }
  add(lexer, TOKEN_NUMBER, place, start, (size_t)(lexer->position - start));
  return true;
}

/* A character that begins no token. */
static bool refuse_character(Lexer *lexer) {
  static const struct {
    int32_t first;
    int32_t last;
    const char *hint;
  } HINTS[] = {{'"', '"', "a string is written 'so', a quoted name `so`"},
               {0x2018, 0x201F, "a string is written 'so', with straight apostrophes; a quoted name `so`"},
               {0xA0, 0xA0, "this is a no-break space: write a plain one"},
               {0x2000, 0x200F, "this is an unusual or invisible space: write a plain one"},
               {0x2010, 0x2015, "a minus sign is written -"},
               {'&', '&', "conditions are joined by AND; there are no operators on bits"},
               {0x2260, 0x2260, "write <>"}};
  int32_t value = -1;
  size_t n_bytes = code_point(lexer, &value);
  if (value < 0x20 || (value >= 0x7F && value < 0xA0)) {
    return error_at(lexer->error, ERROR_USAGE, here(lexer), "unexpected control character 0x%02x",
                    (unsigned char)*lexer->position);
  }
  error_at(lexer->error, ERROR_USAGE, here(lexer), "unexpected character '%.*s'", (int)n_bytes, lexer->position);
  for (size_t h = 0; h < sizeof HINTS / sizeof HINTS[0]; h++) {
    if (value >= HINTS[h].first && value <= HINTS[h].last) error_hint(lexer->error, "%s", HINTS[h].hint);
  }
  return false;
}

static bool lex_symbol(Lexer *lexer) {
  static const char *const SYMBOLS[] = {"<>", "<=", ">=", "!=", "||", "=>", "(", ")", "[", "]", "{", "}", ",", ";",
                                        ".",  "=",  "<",  ">",  "+",  "-",  "*", "/", "%", ":", "?", "|", "^"};
  for (size_t s = 0; s < sizeof SYMBOLS / sizeof SYMBOLS[0]; s++) {
    size_t length = strlen(SYMBOLS[s]);
    if ((size_t)(lexer->end - lexer->position) >= length && memcmp(lexer->position, SYMBOLS[s], length) == 0) {
      SourcePlace place = here(lexer);
      advance(lexer, length);
      add(lexer, TOKEN_SYMBOL, place, SYMBOLS[s], length);
      return true;
    }
  }
  return refuse_character(lexer);
}

static bool lex_one(Lexer *lexer) {
  char c = peek(lexer, 0), next = peek(lexer, 1);
  if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
    advance(lexer, 1);
    return true;
  }
  if ((c == '-' && next == '-') || (c == '/' && next == '/')) {
    while (lexer->position < lexer->end && *lexer->position != '\n') advance(lexer, 1);
    return true;
  }
  if (c == '/' && next == '*') return peek(lexer, 2) == '+' ? lex_hint(lexer) : skip_block_comment(lexer);
  if (c == '\'') return lex_quoted(lexer, '\'', TOKEN_STRING);
  if (c == '`') return lex_quoted(lexer, '`', TOKEN_QUOTED);
  if ((c == 'U' || c == 'u') && next == '&' && peek(lexer, 2) == '\'') return lex_unicode_string(lexer);
  if (is_digit(c) || (c == '.' && is_digit(next))) return lex_number(lexer);
  if (letter_bytes(lexer) > 0) {
    SourcePlace place = here(lexer);
    const char *start = lexer->position;
    for (size_t n_bytes; (n_bytes = is_digit(peek(lexer, 0)) ? 1 : letter_bytes(lexer)) > 0;) advance(lexer, n_bytes);
    add(lexer, TOKEN_WORD, place, start, (size_t)(lexer->position - start));
    return true;
  }
  return lex_symbol(lexer);
}

bool token_split(Arena *arena, const char *file, const char *text, size_t n_bytes, TokenList *list, Error *error) {
  Lexer lexer = {
      .arena = arena, .file = file, .position = text, .end = text + n_bytes, .line = 1, .column = 1, .error = error};
  *list = (TokenList){0};
  if (n_bytes > SCRIPT_BYTES_MAX) {
    return error_at(error, ERROR_USAGE, here(&lexer), "a script of %zu bytes is longer than the %d allowed", n_bytes,
                    SCRIPT_BYTES_MAX);
  }
  if (n_bytes >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) lexer.position += 3; /* a byte order mark */
  bool ok = true;
  while (ok && lexer.position < lexer.end) ok = lex_one(&lexer);
  if (ok) {
    SourcePlace end = lexer.n_tokens > 0 ? lexer.after_last : here(&lexer);
    add(&lexer, TOKEN_END, end, "", 0);
    lexer.tokens[lexer.n_tokens - 1].place.length = 1;
    list->n_tokens = (uint32_t)lexer.n_tokens;
    list->tokens = arena_alloc(arena, lexer.n_tokens * sizeof *list->tokens);
    memcpy(list->tokens, lexer.tokens, lexer.n_tokens * sizeof *list->tokens);
  }
  free(lexer.tokens);
  return ok;
}
