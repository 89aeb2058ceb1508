/* Encodings and digests of strings: HEX, BIN, base 64, MD5 and the SHA family (GLib has no SHA-224). */
#include <glib.h>
#include <string.h>

#include "func/kernel.h"
#include "func/text.h"

static const StringView empty_view;

/* Room for a string in the arena; short ones are made in place. */
static char *room_for(KernelCall *call, uint64_t n_bytes, char inline_bytes[STRING_VIEW_INLINE_MAX]) {
  return n_bytes <= STRING_VIEW_INLINE_MAX ? inline_bytes : arena_alloc_text(call->arena, n_bytes);
}

/* --- HEX, BIN --- */

static bool hex_string_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  static const char digits[] = "0123456789ABCDEF";
  const StringView *in = arguments[0]->values;
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    char inline_bytes[STRING_VIEW_INLINE_MAX];
    out[row] = empty_view;
    uint64_t n = (uint64_t)in[row].length * 2;
    if (n > STRING_LENGTH_MAX) {
      if (kernel_is_active(call, row)) return kernel_fail(call, "a string of more than 2147483647 bytes");
      continue;
    }
    char *bytes = room_for(call, n, inline_bytes);
    const unsigned char *from = (const unsigned char *)string_view_bytes(&in[row]);
    for (uint32_t i = 0; i < in[row].length; i++) {
      bytes[2 * i] = digits[from[i] >> 4];
      bytes[2 * i + 1] = digits[from[i] & 15];
    }
    out[row] = string_view(bytes, (uint32_t)n);
  }
  return true;
}

/* A number's bits without leading zeros, `bits` of them to a digit. */
static bool number_digits(KernelCall *call, const Column *argument, Column *result, uint32_t bits) {
  const int64_t *in = argument->values;
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    char digits[64];
    uint32_t from = sizeof digits;
    uint64_t rest = (uint64_t)in[row];
    do {
      digits[--from] = "0123456789ABCDEF"[rest & ((UINT64_C(1) << bits) - 1)];
      rest >>= bits;
    } while (rest != 0);
    uint32_t n = (uint32_t)sizeof digits - from;
    const char *bytes = digits + from;
    if (n > STRING_VIEW_INLINE_MAX) bytes = memcpy(arena_alloc_text(call->arena, n), bytes, n);
    out[row] = string_view(bytes, n);
  }
  return true;
}

static bool hex_number_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  return number_digits(call, arguments[0], result, 4);
}
static bool bin_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  return number_digits(call, arguments[0], result, 1);
}

/* --- base 64 --- */

static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static bool to_base64_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values;
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    char inline_bytes[STRING_VIEW_INLINE_MAX];
    const unsigned char *from = (const unsigned char *)string_view_bytes(&in[row]);
    uint32_t n = in[row].length;
    uint64_t n_out = ((uint64_t)n + 2) / 3 * 4;
    out[row] = empty_view;
    if (n_out > STRING_LENGTH_MAX) {
      if (kernel_is_active(call, row)) return kernel_fail(call, "a string of more than 2147483647 bytes");
      continue;
    }
    char *to = room_for(call, n_out, inline_bytes), *end = to;
    for (uint32_t i = 0; i < n; i += 3) {
      uint32_t left = n - i;
      uint32_t three =
          (uint32_t)from[i] << 16 | (left > 1 ? (uint32_t)from[i + 1] << 8 : 0) | (left > 2 ? from[i + 2] : 0);
      *end++ = base64_digits[three >> 18];
      *end++ = base64_digits[three >> 12 & 63];
      *end++ = left > 1 ? base64_digits[three >> 6 & 63] : '=';
      *end++ = left > 2 ? base64_digits[three & 63] : '=';
    }
    out[row] = string_view(to, (uint32_t)n_out);
  }
  return true;
}

/* java.util.Base64's decoder: padding may be missing, anything else may not. -1: malformed. */
static int64_t decode_base64(const char *bytes, uint32_t n, char *to) {
  if (n > 0 && bytes[n - 1] == '=') {
    if (n % 4 != 0) return -1;
    n -= n > 1 && bytes[n - 2] == '=' ? 2 : 1;
  }
  if (n % 4 == 1) return -1;
  uint32_t bits = 0, n_bits = 0;
  int64_t length = 0;
  for (uint32_t i = 0; i < n; i++) {
    const char *digit = bytes[i] == '\0' ? NULL : strchr(base64_digits, bytes[i]);
    if (digit == NULL) return -1;
    bits = (bits << 6 | (uint32_t)(digit - base64_digits)) & 0xFFFF;
    n_bits += 6;
    if (n_bits < 8) continue;
    n_bits -= 8;
    to[length++] = (char)(bits >> n_bits);
  }
  return length;
}

static bool from_base64_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values;
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    char inline_bytes[STRING_VIEW_INLINE_MAX];
    char *to = room_for(call, in[row].length, inline_bytes);
    int64_t n = decode_base64(string_view_bytes(&in[row]), in[row].length, to);
    out[row] = empty_view;
    if (n >= 0)
      out[row] = text_from_bytes(to, (uint32_t)n, call->arena);
    else if (kernel_is_active(call, row))
      return kernel_fail(call, "FROM_BASE64: '%.*s' is not base 64", (int)in[row].length, string_view_bytes(&in[row]));
  }
  return true;
}

/* --- digests --- */

static void checksum_free(void *state) { g_checksum_free(state); }

static StringView digest(KernelCall *call, GChecksum *checksum, const StringView *text) {
  g_checksum_reset(checksum);
  g_checksum_update(checksum, (const guchar *)string_view_bytes(text), text->length);
  const char *hex = g_checksum_get_string(checksum);
  uint32_t n = (uint32_t)strlen(hex);
  return string_view(memcpy(arena_alloc_text(call->arena, n), hex, n), n);
}

static bool digest_column(KernelCall *call, const Column *argument, Column *result, GChecksumType type) {
  if (*call->state == NULL) *call->state = g_checksum_new(type);
  const StringView *in = argument->values;
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++)
    out[row] = column_is_valid(result, row) ? digest(call, *call->state, &in[row]) : empty_view;
  return true;
}

#define DIGEST_KERNEL(name, type)                                                      \
  static bool name(KernelCall *call, const Column *const *arguments, Column *result) { \
    return digest_column(call, arguments[0], result, type);                            \
  }
DIGEST_KERNEL(md5_kernel, G_CHECKSUM_MD5)
DIGEST_KERNEL(sha1_kernel, G_CHECKSUM_SHA1)
DIGEST_KERNEL(sha256_kernel, G_CHECKSUM_SHA256)
DIGEST_KERNEL(sha384_kernel, G_CHECKSUM_SHA384)
DIGEST_KERNEL(sha512_kernel, G_CHECKSUM_SHA512)
#undef DIGEST_KERNEL

/* SHA2(text, bits): the state is one checksum for each length. */
typedef struct Sha2State {
  GChecksum *checksums[3];
} Sha2State;

static void sha2_free(void *state_of_kernel) {
  Sha2State *state = state_of_kernel;
  for (int i = 0; i < 3; i++)
    if (state->checksums[i] != NULL) g_checksum_free(state->checksums[i]);
  g_free(state);
}

static bool sha2_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  static const struct {
    int32_t bits;
    GChecksumType type;
  } kinds[3] = {{256, G_CHECKSUM_SHA256}, {384, G_CHECKSUM_SHA384}, {512, G_CHECKSUM_SHA512}};
  if (*call->state == NULL) *call->state = g_new0(Sha2State, 1);
  Sha2State *state = *call->state;
  const StringView *in = arguments[0]->values;
  const int32_t *bits = arguments[1]->values;
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    int kind = 0;
    while (kind < 3 && kinds[kind].bits != bits[row]) kind++;
    out[row] = empty_view;
    if (kind == 3) {
      if (!kernel_is_active(call, row)) continue;
      return kernel_fail(call, bits[row] == 224 ? "SHA2(..., 224) is not supported" : "Unsupported algorithm.");
    }
    if (state->checksums[kind] == NULL) state->checksums[kind] = g_checksum_new(kinds[kind].type);
    out[row] = digest(call, state->checksums[kind], &in[row]);
  }
  return true;
}

/* --- types --- */

typedef struct Digest {
  Overload overload;
  int hex_digits;
} Digest;

static bool takes_string(Resolution *r) { return type_is_string(resolution_type(r, 0).kind) || resolution_refuse(r); }
static bool is_integer(TypeKind kind) { return kind == TYPE_INT || kind == TYPE_BIGINT; }

static bool resolve_digest(Resolution *r) {
  const Digest *function = r->function->parameter;
  return takes_string(r) && resolution_result(r, type_char(function->hex_digits, true), &function->overload);
}

static bool resolve_sha2(Resolution *r) {
  static const Overload overload = {sha2_kernel, OVERLOAD_CAN_FAIL, LAZY_NONE, sha2_free};
  if (!takes_string(r)) return false;
  if (!is_integer(resolution_type(r, 1).kind)) return resolution_refuse(r);
  if (!resolution_cast(r, 1, type_make(TYPE_INT, true))) return false;
  const Expr *bits = r->arguments[1];
  if (bits->kind == EXPR_LITERAL && !bits->literal.is_null && bits->literal.value.int32 == 224)
    return error_at(r->error, ERROR_UNSUPPORTED, bits->place, "SHA2 of 224 bits is not supported yet");
  return resolution_result(r, type_varchar(128, true), &overload);
}

static bool resolve_text(Resolution *r) {
  return takes_string(r) && resolution_result(r, type_string(true), r->function->parameter);
}

static bool resolve_number_digits(Resolution *r) {
  if (!is_integer(resolution_type(r, 0).kind)) return resolution_refuse(r);
  return resolution_cast(r, 0, type_make(TYPE_BIGINT, true)) &&
         resolution_result(r, type_string(true), r->function->parameter);
}

static const Overload hex_string = {hex_string_kernel, OVERLOAD_CAN_FAIL, LAZY_NONE, NULL},
                      hex_number = {hex_number_kernel, 0, LAZY_NONE, NULL}, bin = {bin_kernel, 0, LAZY_NONE, NULL},
                      to_base64 = {to_base64_kernel, OVERLOAD_CAN_FAIL, LAZY_NONE, NULL},
                      from_base64 = {from_base64_kernel, OVERLOAD_CAN_FAIL, LAZY_NONE, NULL};

static bool resolve_hex(Resolution *r) {
  if (is_integer(resolution_type(r, 0).kind)) return resolve_number_digits(r);
  return takes_string(r) && resolution_result(r, type_string(true), &hex_string);
}

#define DIGEST(name, kernel, hex_digits) static const Digest name = {{kernel, 0, LAZY_NONE, checksum_free}, hex_digits};
DIGEST(md5, md5_kernel, 32)
DIGEST(sha1, sha1_kernel, 40)
DIGEST(sha256, sha256_kernel, 64)
DIGEST(sha384, sha384_kernel, 96)
DIGEST(sha512, sha512_kernel, 128)

static const Function functions[] = {
    {"MD5", "MD5(string)", resolve_digest, 1, 1, &md5},
    {"SHA1", "SHA1(string)", resolve_digest, 1, 1, &sha1},
    {"SHA256", "SHA256(string)", resolve_digest, 1, 1, &sha256},
    {"SHA384", "SHA384(string)", resolve_digest, 1, 1, &sha384},
    {"SHA512", "SHA512(string)", resolve_digest, 1, 1, &sha512},
    {"SHA2", "SHA2(string, 256 | 384 | 512)", resolve_sha2, 2, 2, NULL},
    {"HEX", "HEX(integer), HEX(string)", resolve_hex, 1, 1, &hex_number},
    {"BIN", "BIN(integer)", resolve_number_digits, 1, 1, &bin},
    {"TO_BASE64", "TO_BASE64(string)", resolve_text, 1, 1, &to_base64},
    {"FROM_BASE64", "FROM_BASE64(string)", resolve_text, 1, 1, &from_base64},
};
const FunctionArea encode_area = {functions, sizeof functions / sizeof functions[0], false};
