/* JSON lines from templates: constant pieces are copied in sizes that the compiler knows, shared pieces as whole
 * 64-byte fragments of which the length counts, numbers two digits at a time. No printf, no length is computed twice.
 */
#include "ads/event.h"

#include <assert.h>
#include <string.h>

const char *const event_fault_names[FAULT_COUNT] = {
    [FAULT_LATE] = "late",
    [FAULT_DUPLICATE] = "duplicate",
    [FAULT_SECOND_CLICK] = "second_click",
    [FAULT_ORPHAN_CLICK] = "orphan_click",
    [FAULT_FOREIGN_CLICK] = "foreign_click",
    [FAULT_INSTANT_CLICK] = "instant_click",
    [FAULT_EXPIRED_CLICK] = "expired_click",
    [FAULT_EARLY_CLICK] = "early_click",
    [FAULT_BOT] = "bot",
    [FAULT_WRONG_TYPE] = "wrong_type",
    [FAULT_CUT_LINE] = "cut_line",
    [FAULT_GARBAGE] = "garbage",
    [FAULT_INVALID_UTF8] = "invalid_utf8",
    [FAULT_NOT_AN_OBJECT] = "not_an_object",
    [FAULT_EMPTY_LINE] = "empty_line",
};

static const char DIGIT_PAIRS[201] =
    "000102030405060708091011121314151617181920212223242526272829303132333435363738394041424344454647484950515253545556"
    "57"
    "585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

/* Crockford's base 32 in small letters: no i, l, o, u. */
static const char LETTERS[33] = "0123456789abcdefghjkmnpqrstvwxyz";

/* A literal, without its NUL. */
#define PUT(at, literal) (memcpy((at), (literal), sizeof(literal) - 1), (at) + sizeof(literal) - 1)

static char *put_pair(char *at, uint32_t number) {
  memcpy(at, DIGIT_PAIRS + 2 * number, 2);
  return at + 2;
}

static char *put_number(char *at, uint64_t number) {
  char digits[20];
  int n = 20;
  do {
    digits[--n] = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  memcpy(at, digits + n, (size_t)(20 - n));
  return at + (20 - n);
}

/* Epoch milliseconds have 13 digits from 2001-09-09 until the year 2286. */
static char *put_timestamp(char *at, int64_t time_ms) {
  if (time_ms < INT64_C(1000000000000) || time_ms > INT64_C(9999999999999)) {
    if (time_ms < 0) *at++ = '-';
    return put_number(at, time_ms < 0 ? -(uint64_t)time_ms : (uint64_t)time_ms);
  }
  uint64_t upper = (uint64_t)time_ms / 100000000;
  uint32_t high = (uint32_t)upper, low = (uint32_t)((uint64_t)time_ms - upper * 100000000); /* 5 and 8 digits */
  *at++ = (char)('0' + high / 10000);
  at = put_pair(at, high % 10000 / 100);
  at = put_pair(at, high % 100);
  at = put_pair(at, low / 1000000);
  at = put_pair(at, low / 10000 % 100);
  at = put_pair(at, low / 100 % 100);
  return put_pair(at, low % 100);
}

/* Millionths as a decimal number without trailing zeros. */
static char *put_micros(char *at, uint32_t micros) {
  at = put_number(at, micros / 1000000);
  uint32_t fraction = micros % 1000000;
  if (fraction == 0) return at;
  *at++ = '.';
  at = put_pair(at, fraction / 10000);
  at = put_pair(at, fraction / 100 % 100);
  at = put_pair(at, fraction % 100);
  while (at[-1] == '0') at--;
  return at;
}

/* 90 bits: all 64 of a bijection of the number, so identifiers are unique, and 26 that only make it longer. */
static void put_identifier(char *id, uint64_t number, uint64_t salt) {
  uint64_t first = random_mix(number + salt);
  uint64_t second = first >> 60 | random_mix(first ^ salt) << 4;
  for (int i = 0; i < 12; i++) id[i] = LETTERS[first >> (5 * i) & 31];
  for (int i = 0; i < 6; i++) id[12 + i] = LETTERS[second >> (5 * i) & 31];
}

void event_impression_id(const World *world, uint64_t impression, char id[IDENTIFIER_BYTES]) {
  put_identifier(id, impression, world->impression_salt);
}
void event_click_id(const World *world, uint64_t click, char id[IDENTIFIER_BYTES]) {
  put_identifier(id, click, world->click_salt);
}

static char *put_fragment(char *at, const Fragment *fragment) {
  memcpy(at, fragment->text, FRAGMENT_BYTES);
  return at + fragment->n_bytes;
}

static char *put_impression(const World *world, const Event *event, char *at) {
  at = PUT(at, "{\"impression_id\":\"");
  event_impression_id(world, event->impression, at);
  at += IDENTIFIER_BYTES;
  at = PUT(at, "\",\"user_id\":\"u");
  at = put_number(at, event->user + 1);
  at = put_fragment(at, &world->ads[event->ad].fragment);
  at = put_fragment(at, &world->device_fragments[event->device][event->browser]);
  at = put_timestamp(at, event->event_ms);
  if (event_has(event, FAULT_WRONG_TYPE)) return PUT(at, ",\"cost\":\"n/a\"}");
  at = PUT(at, ",\"cost\":");
  at = put_micros(at, event->cost_micros);
  return PUT(at, "}");
}

static char *put_click(const World *world, const Event *event, char *at) {
  at = PUT(at, "{\"click_id\":\"");
  event_click_id(world, event->click, at);
  at += IDENTIFIER_BYTES;
  at = PUT(at, "\",\"impression_id\":\"");
  event_impression_id(world, event->impression, at);
  at += IDENTIFIER_BYTES;
  at = PUT(at, "\",\"user_id\":\"u");
  at = put_number(at, event->user + 1);
  at = PUT(at, "\",\"event_timestamp\":");
  at = put_timestamp(at, event->event_ms);
  return PUT(at, "}");
}

/* What is found in logs where events should be. None of it is an event to any reader. */
static const char *const GARBAGE[] = {
    "<html><head><title>502 Bad Gateway</title></head></html>",
    "java.net.SocketTimeoutException: Read timed out",
    "{impression_id: 17, 'cost': free}",
    "}{",
    "{\"impression_id\":\"x\",\"event_timestamp\":17672256000OO}",
    "\x01\x02\x7f\x1b[31m",
};
static const char *const OTHER_JSON[] = {"\"impression\"", "42", "null", "true", "-0.5e3"};
enum { GARBAGE_COUNT = sizeof GARBAGE / sizeof *GARBAGE, OTHER_JSON_COUNT = sizeof OTHER_JSON / sizeof *OTHER_JSON };

static char *put_malformed(const World *world, const Event *event, char *line) {
  if (event_has(event, FAULT_EMPTY_LINE)) return line;
  if (event_has(event, FAULT_GARBAGE)) return stpcpy(line, GARBAGE[event->detail % GARBAGE_COUNT]);
  if (event_has(event, FAULT_NOT_AN_OBJECT)) return stpcpy(line, OTHER_JSON[event->detail % OTHER_JSON_COUNT]);
  char *end = event->kind == EVENT_MALFORMED_CLICK ? put_click(world, event, line) : put_impression(world, event, line);
  uint32_t n_bytes = (uint32_t)(end - line);
  if (event_has(event, FAULT_CUT_LINE)) return line + 1 + event->detail % (n_bytes - 1);
  assert(event_has(event, FAULT_INVALID_UTF8));
  /* A byte that no character starts with, within the first identifier. */
  char *value = strchr(line, ':') + 2;
  value[event->detail % IDENTIFIER_BYTES] = (char)(event->detail & 64 ? 0xff : 0x80);
  return end;
}

size_t event_format(const World *world, const Event *event, char *line) {
  char *end;
  switch ((EventKind)event->kind) {
    case EVENT_IMPRESSION:
      end = put_impression(world, event, line);
      break;
    case EVENT_CLICK:
      end = put_click(world, event, line);
      break;
    default:
      end = put_malformed(world, event, line);
      break;
  }
  *end++ = '\n';
  assert(end - line <= EVENT_LINE_MAX);
  return (size_t)(end - line);
}
