/* URLs: encoding and decoding as java.net.URLEncoder and URLDecoder do, and parts as java.net.URL names them. */
#include <glib.h>
#include <string.h>

#include "func/kernel.h"
#include "func/text.h"

static const StringView empty_view;

static bool url_encode_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  static const char digits[] = "0123456789ABCDEF";
  const StringView *in = arguments[0]->values;
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    const char *bytes = string_view_bytes(&in[row]);
    uint64_t most = (uint64_t)in[row].length * 3;
    out[row] = empty_view;
    if (most > STRING_LENGTH_MAX) {
      if (kernel_is_active(call, row)) return kernel_fail(call, "a string of more than 2147483647 bytes");
      continue;
    }
    char *to = arena_alloc_text(call->arena, most + 1), *end = to;
    for (uint32_t i = 0; i < in[row].length; i++) {
      char c = bytes[i];
      if (g_ascii_isalnum(c) || (c != '\0' && strchr("-_.*", c) != NULL)) {
        *end++ = c;
      } else if (c == ' ') {
        *end++ = '+';
      } else {
        *end++ = '%';
        *end++ = digits[(unsigned char)c >> 4];
        *end++ = digits[c & 15];
      }
    }
    out[row] = string_view(to, (uint32_t)(end - to));
  }
  return true;
}

static bool url_decode_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values;
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    const char *bytes = string_view_bytes(&in[row]);
    uint32_t n = in[row].length, length = 0;
    char *to = arena_alloc_text(call->arena, n + 1);
    bool ok = true;
    for (uint32_t i = 0; i < n && ok; i++) {
      char c = bytes[i];
      if (c == '%') {
        int high = i + 2 < n ? g_ascii_xdigit_value(bytes[i + 1]) : -1;
        int low = high < 0 ? -1 : g_ascii_xdigit_value(bytes[i + 2]);
        ok = low >= 0;
        c = (char)(high * 16 + low);
        i += 2;
      } else if (c == '+') {
        c = ' ';
      }
      if (ok) to[length++] = c;
    }
    out[row] = ok ? text_from_bytes(to, length, call->arena) : empty_view;
    if (!ok) kernel_set_null(call, result, row);
  }
  return true;
}

/* --- PARSE_URL --- */

typedef struct Part {
  const char *bytes; /* NULL: not there */
  uint32_t n;
} Part;

typedef struct Url {
  Part protocol, authority, user_info, host, path, query, file, ref;
} Url;

static Part part(const char *from, const char *to) { return (Part){from, (uint32_t)(to - from)}; }

static const char *find_byte(const char *from, const char *to, char wanted) {
  const char *found = from == to ? NULL : memchr(from, wanted, (size_t)(to - from));
  return found;
}

/* The protocols that a Java runtime brings handlers for; others are a MalformedURLException. */
static bool is_known_protocol(Part protocol) {
  static const char *const known[] = {"http", "https", "ftp", "file", "jar", "mailto", "jmod", "jrt"};
  for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
    if (strlen(known[i]) == protocol.n && g_ascii_strncasecmp(known[i], protocol.bytes, protocol.n) == 0) return true;
  return false;
}

static bool split_authority(Url *url) {
  const char *from = url->authority.bytes, *to = from + url->authority.n, *at = NULL;
  for (const char *c = from; c < to; c++)
    if (*c == '@') {
      if (at != NULL) { /* two of them: no host */
        url->host = part(from, from);
        return true;
      }
      at = c;
    }
  if (at != NULL) {
    url->user_info = part(from, at);
    from = at + 1;
  }
  const char *host_end = to;
  const char *port = NULL;
  if (from < to && *from == '[') {
    const char *bracket = find_byte(from, to, ']');
    if (bracket == NULL || bracket == from + 1) return false;
    host_end = bracket + 1;
    if (host_end < to && *host_end != ':') return false;
    if (host_end < to) port = host_end + 1;
  } else {
    const char *colon = find_byte(from, to, ':');
    if (colon != NULL) {
      host_end = colon;
      port = colon + 1;
    }
  }
  if (port != NULL && port < to) {
    int64_t number = 0;
    bool negative = *port == '-';
    for (const char *c = port + negative; c < to; c++) {
      if (!g_ascii_isdigit(*c) || number > INT32_MAX) return false;
      number = number * 10 + (*c - '0');
    }
    if (number > INT32_MAX || (negative && number > 1)) return false;
  }
  url->host = part(from, host_end);
  return true;
}

/* java.net.URL(text) and its parser of "//authority/path?query#ref". False: malformed. */
static bool parse_url(const char *from, const char *to, Url *url) {
  while (from < to && (unsigned char)*from <= ' ') from++;
  while (to > from && (unsigned char)to[-1] <= ' ') to--;
  if (to - from >= 4 && g_ascii_strncasecmp(from, "url:", 4) == 0) from += 4;
  const char *colon = from;
  while (colon < to && *colon != ':' && *colon != '/') colon++;
  if (colon == to || *colon != ':' || !g_ascii_isalpha(*from)) return false;
  url->protocol = part(from, colon);
  if (!is_known_protocol(url->protocol)) return false;
  from = colon + 1;
  const char *hash = find_byte(from, to, '#');
  if (hash != NULL) {
    url->ref = part(hash + 1, to);
    to = hash;
  }
  const char *question = find_byte(from, to, '?');
  const char *path_end = question == NULL ? to : question;
  if (question != NULL) url->query = part(question + 1, to);
  if (path_end - from >= 2 && from[0] == '/' && from[1] == '/') {
    const char *slash = find_byte(from + 2, path_end, '/');
    const char *end = slash == NULL ? path_end : slash;
    url->authority = part(from + 2, end);
    if (!split_authority(url)) return false;
    from = end;
  } else {
    url->host = part(from, from);
  }
  url->path = part(from, path_end);
  url->file = part(from, to);
  return true;
}

/* The value of `key` in a query: what follows "key=" at the start or behind an "&", up to the next "&". */
static Part query_value(Part query, const StringView *key) {
  const char *end = query.bytes + query.n;
  for (const char *from = query.bytes; from != NULL && from < end;) {
    const char *next = find_byte(from, end, '&');
    const char *to = next == NULL ? end : next;
    if ((size_t)(to - from) > key->length && memcmp(from, string_view_bytes(key), key->length) == 0 &&
        from[key->length] == '=')
      return part(from + key->length + 1, to);
    from = next == NULL ? NULL : next + 1;
  }
  return (Part){NULL, 0};
}

static Part part_named(const Url *url, const StringView *name) {
  const struct {
    const char *name;
    Part part;
  } parts[] = {
      {"HOST", url->host},         {"PATH", url->path}, {"QUERY", url->query},         {"REF", url->ref},
      {"PROTOCOL", url->protocol}, {"FILE", url->file}, {"AUTHORITY", url->authority}, {"USERINFO", url->user_info}};
  for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
    if (strlen(parts[i].name) == name->length && memcmp(parts[i].name, string_view_bytes(name), name->length) == 0)
      return parts[i].part;
  return (Part){NULL, 0};
}

static bool parse_url_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values, *names = arguments[1]->values;
  const StringView *keys = call->expr->call.n_arguments > 2 ? arguments[2]->values : NULL;
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    const char *bytes = string_view_bytes(&in[row]);
    Url url = {.protocol = {NULL, 0}};
    Part found = {NULL, 0};
    if (parse_url(bytes, bytes + in[row].length, &url)) found = part_named(&url, &names[row]);
    bool is_query = names[row].length == 5 && memcmp(string_view_bytes(&names[row]), "QUERY", 5) == 0;
    if (keys != NULL) found = is_query && found.bytes != NULL ? query_value(found, &keys[row]) : (Part){NULL, 0};
    out[row] = empty_view;
    if (found.bytes == NULL) {
      kernel_set_null(call, result, row);
      continue;
    }
    out[row] = text_slice(&in[row], (uint32_t)(found.bytes - bytes), found.n);
    bool is_protocol = found.bytes == url.protocol.bytes && found.n == url.protocol.n && keys == NULL;
    if (is_protocol && found.n <= STRING_VIEW_INLINE_MAX)
      for (uint32_t i = 0; i < found.n; i++)
        ((char *)string_view_bytes(&out[row]))[i] = g_ascii_tolower(found.bytes[i]);
  }
  return true;
}

static bool resolve_url(Resolution *r) {
  for (uint32_t i = 0; i < r->n_arguments; i++)
    if (!type_is_string(resolution_type(r, i).kind)) return resolution_refuse(r);
  resolution_result(r, type_string(true), r->function->parameter);
  r->type.nullable = true;
  return true;
}

static const Overload url_encode = {url_encode_kernel, OVERLOAD_CAN_FAIL, LAZY_NONE, NULL},
                      url_decode = {url_decode_kernel, 0, LAZY_NONE, NULL},
                      parse = {parse_url_kernel, 0, LAZY_NONE, NULL};

static const Function functions[] = {
    {"URL_ENCODE", "URL_ENCODE(string)", resolve_url, 1, 1, &url_encode},
    {"URL_DECODE", "URL_DECODE(string)", resolve_url, 1, 1, &url_decode},
    {"PARSE_URL",
     "PARSE_URL(url, 'HOST' | 'PATH' | 'QUERY' | 'REF' | 'PROTOCOL' | 'FILE' | 'AUTHORITY' | 'USERINFO' [, key])",
     resolve_url, 2, 3, &parse},
};
const FunctionArea url_area = {functions, sizeof functions / sizeof functions[0], false};
