/* An object or array that stands where a string is wanted: read into a tree and printed again, as Flink does with
 * readValueAsTree().toString(). */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "format/byte_buffer.h"
#include "format/json_reader.h"
#include "format/json_write.h"
#include "format/value_parse.h"
#include "format/value_write.h"
#include "vec/double_text.h"

typedef struct Node {
  JsonToken token;
  JsonText text;      /* of a scalar */
  struct Node *first; /* members or elements */
  struct Node *next;  /* sibling */
  JsonText name;      /* in an object; as compared: halves of surrogate pairs are kept */
  JsonText shown_name;
} Node;

/* Members of an object by name. A small object is searched from its first member on, a large one has a hash table. */
typedef struct Members {
  Node *last;
  uint32_t n_members;
  Node **slots;
  uint32_t n_slots; /* a power of two; 0: no table yet */
} Members;

enum { SEARCHED_MEMBERS_MAX = 8, FIRST_SLOTS = 64 };

static bool has_name(const Node *node, const JsonText *name) {
  return node->name.n_bytes == name->n_bytes && memcmp(node->name.bytes, name->bytes, name->n_bytes) == 0;
}

static Node **find_slot(Node **slots, uint32_t n_slots, const JsonText *name) {
  uint32_t i = (uint32_t)XXH3_64bits(name->bytes, name->n_bytes) & (n_slots - 1);
  while (slots[i] != NULL && !has_name(slots[i], name)) i = (i + 1) & (n_slots - 1);
  return &slots[i];
}

static Node *find_member(const Members *members, Node *first, const JsonText *name) {
  if (members->n_slots > 0) return *find_slot(members->slots, members->n_slots, name);
  for (Node *node = first; node != NULL; node = node->next) {
    if (has_name(node, name)) return node;
  }
  return NULL;
}

static void add_member(Members *members, Node *object, Node *member) {
  if (members->last == NULL) {
    object->first = member;
  } else {
    members->last->next = member;
  }
  members->last = member;
  members->n_members++;
  if (members->n_members <= SEARCHED_MEMBERS_MAX) return;
  if (2 * members->n_members > members->n_slots) {
    uint32_t n_slots = members->n_slots == 0 ? FIRST_SLOTS : 2 * members->n_slots;
    free(members->slots);
    members->slots = memory_alloc_zeroed(n_slots, sizeof *members->slots);
    members->n_slots = n_slots;
    for (Node *node = object->first; node != NULL; node = node->next) {
      *find_slot(members->slots, n_slots, &node->name) = node;
    }
  } else {
    *find_slot(members->slots, members->n_slots, &member->name) = member;
  }
}

static bool read_node(JsonReader *reader, Arena *arena, Node *node);

static bool read_members(JsonReader *reader, Arena *arena, Node *object, Members *members) {
  while (reader->token != JSON_OBJECT_END) {
    assert(reader->token == JSON_NAME);
    JsonText name;
    JsonText shown_name;
    if (!json_reader_text(reader, arena, true, &name) || !json_reader_text(reader, arena, false, &shown_name)) {
      return false;
    }
    if (!json_reader_next(reader)) return false;
    Node *member = find_member(members, object->first, &name);
    if (member == NULL) {
      member = arena_alloc_zeroed(arena, sizeof *member);
      member->name = name;
      member->shown_name = shown_name;
      add_member(members, object, member);
    }
    member->first = NULL;
    if (!read_node(reader, arena, member) || !json_reader_next(reader)) return false;
  }
  return true;
}

static bool read_elements(JsonReader *reader, Arena *arena, Node *array) {
  Node *last = NULL;
  while (reader->token != JSON_ARRAY_END) {
    Node *element = arena_alloc_zeroed(arena, sizeof *element);
    if (last == NULL) {
      array->first = element;
    } else {
      last->next = element;
    }
    last = element;
    if (!read_node(reader, arena, element) || !json_reader_next(reader)) return false;
  }
  return true;
}

/* Recursion ends at JSON_DEPTH_MAX, where the reader fails. */
static bool read_node(JsonReader *reader, Arena *arena, Node *node) {
  node->token = reader->token;
  if (node->token == JSON_OBJECT_START) {
    Members members = {0};
    bool done = json_reader_next(reader) && read_members(reader, arena, node, &members);
    free(members.slots);
    return done;
  }
  if (node->token == JSON_ARRAY_START) return json_reader_next(reader) && read_elements(reader, arena, node);
  return json_reader_text(reader, arena, false, &node->text);
}

/* A number with a fraction or an exponent as BigDecimal prints it without its trailing zeros. False when its exponent
 * is beyond Java's. */
static bool write_exact(ByteBuffer *buffer, const JsonText *text) {
  enum { PLAIN_EXPONENT_MIN = -6, EXPONENT_BYTES = 16 };
  const char *p = text->bytes;
  const char *end = p + text->n_bytes;
  bool is_negative = *p == '-';
  p += is_negative;
  const char *e = p;
  while (e < end && *e != 'e' && *e != 'E') e++;
  int64_t written = 0;
  if (e < end &&
      (!parse_int64(e + 1, (size_t)(end - e - 1), &written) || written > INT32_MAX || written < -INT32_MAX)) {
    return false;
  }
  char *digits = byte_buffer_reserve(buffer, 2 * text->n_bytes + EXPONENT_BYTES + 8) + text->n_bytes + EXPONENT_BYTES;
  size_t n_digits = 0;
  int64_t scale = -written;
  bool is_fraction = false;
  for (; p < e; p++) {
    if (*p == '.') {
      is_fraction = true;
      continue;
    }
    scale += is_fraction;
    if (n_digits > 0 || *p != '0') digits[n_digits++] = *p;
  }
  if (scale > INT32_MAX || scale < INT32_MIN) return false;
  for (; n_digits > 0 && digits[n_digits - 1] == '0'; scale--) n_digits--;
  if (n_digits == 0) {
    byte_buffer_append_byte(buffer, '0');
    return true;
  }
  char *out = buffer->bytes + buffer->n_bytes;
  int64_t exponent = (int64_t)n_digits - 1 - scale;
  if (is_negative) *out++ = '-';
  if (scale >= 0 && exponent >= PLAIN_EXPONENT_MIN) {
    int64_t n_whole = (int64_t)n_digits - scale;
    if (n_whole <= 0) {
      *out++ = '0';
      *out++ = '.';
      for (; n_whole < 0; n_whole++) *out++ = '0';
      memmove(out, digits, n_digits);
      byte_buffer_advance(buffer, out + n_digits);
      return true;
    }
    memmove(out, digits, (size_t)n_whole);
    out += n_whole;
    if (scale > 0) *out++ = '.';
    memmove(out, digits + n_whole, (size_t)scale);
    byte_buffer_advance(buffer, out + scale);
    return true;
  }
  *out++ = digits[0];
  if (n_digits > 1) {
    *out++ = '.';
    memmove(out, digits + 1, n_digits - 1);
    out += n_digits - 1;
  }
  *out++ = 'E';
  *out++ = exponent < 0 ? '-' : '+';
  byte_buffer_advance(buffer, write_integer(out, exponent < 0 ? -exponent : exponent));
  return true;
}

static void write_double(ByteBuffer *buffer, const JsonText *text) {
  double value = 0;
  bool is_number = parse_double(text->bytes, text->n_bytes, &value);
  assert(is_number);
  (void)is_number;
  char shown[DOUBLE_TEXT_BYTES_MAX];
  uint32_t n_bytes = double_text(value, shown);
  if (isinf(value)) byte_buffer_append_byte(buffer, '"');
  byte_buffer_append(buffer, shown, n_bytes);
  if (isinf(value)) byte_buffer_append_byte(buffer, '"');
}

static bool write_node(ByteBuffer *buffer, const Node *node, bool exact_numbers) {
  switch (node->token) {
    case JSON_OBJECT_START:
    case JSON_ARRAY_START: {
      bool is_object = node->token == JSON_OBJECT_START;
      byte_buffer_append_byte(buffer, is_object ? '{' : '[');
      for (const Node *child = node->first; child != NULL; child = child->next) {
        if (child != node->first) byte_buffer_append_byte(buffer, ',');
        if (is_object) {
          json_write_string(buffer, child->shown_name.bytes, child->shown_name.n_bytes, JSON_ASTRAL_PLAIN);
          byte_buffer_append_byte(buffer, ':');
        }
        if (!write_node(buffer, child, exact_numbers)) return false;
      }
      byte_buffer_append_byte(buffer, is_object ? '}' : ']');
      return true;
    }
    case JSON_STRING:
      json_write_string(buffer, node->text.bytes, node->text.n_bytes, JSON_ASTRAL_PLAIN);
      return true;
    case JSON_FLOAT:
      if (exact_numbers) return write_exact(buffer, &node->text);
      write_double(buffer, &node->text);
      return true;
    case JSON_INTEGER:
      if (node->text.n_bytes == 2 && memcmp(node->text.bytes, "-0", 2) == 0) {
        byte_buffer_append_byte(buffer, '0');
        return true;
      }
      break;
    default:
      break;
  }
  byte_buffer_append(buffer, node->text.bytes, node->text.n_bytes);
  return true;
}

bool json_reader_tree_text(JsonReader *reader, Arena *arena, bool exact_numbers, JsonText *text) {
  assert(reader->token == JSON_OBJECT_START || reader->token == JSON_ARRAY_START);
  Node root = {0};
  if (!read_node(reader, arena, &root)) return false;
  ByteBuffer buffer = {0};
  bool done = write_node(&buffer, &root, exact_numbers);
  if (done) {
    text->n_bytes = buffer.n_bytes;
    text->bytes = arena_copy_text(arena, buffer.bytes, buffer.n_bytes);
  } else {
    reader->reason = "a number with an exponent that is too large";
  }
  free(buffer.bytes);
  return done;
}
