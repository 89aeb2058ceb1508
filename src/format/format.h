/* Formats: bytes to columns and back. One entry per format in format.c; each lives in its own files.
 *
 * A decoder reads records from a block of bytes and appends them to a batch; an encoder turns the rows of a
 * batch into bytes. Both are made once per split or per sink file and know the columns by then.
 */
#ifndef WEIR_FORMAT_FORMAT_H
#define WEIR_FORMAT_FORMAT_H

#include "vec/batch.h"
#include "vec/error.h"
#include "vec/schema.h"

/* One option of a connector or format, for validation, defaults and docs/flink-sql.md. */
typedef enum OptionType {
  OPTION_STRING,
  OPTION_BOOLEAN, /* true or false, any case */
  OPTION_INT,
  OPTION_DURATION,     /* "5 s", "1min", "500" (milliseconds) */
  OPTION_MEMORY,       /* "128 mb", "1024" (bytes); powers of 1024 */
  OPTION_CHARACTER,    /* exactly one character of the Basic Multilingual Plane */
  OPTION_ENUM,         /* one of `choices`, exactly as written there */
  OPTION_ENUM_ANY_CASE /* one of `choices`, upper or lower case */
} OptionType;
typedef struct OptionSpec {
  const char *name; /* "json.ignore-parse-errors" */
  OptionType type;
  bool is_required;
  const char *default_value;  /* text; NULL: none */
  const char *const *choices; /* OPTION_ENUM*: NULL-terminated */
  const char *help;           /* one line */
  const char *refused;        /* not NULL: known to Flink, refused by weir for this reason */
} OptionSpec;

/* The WITH clause as written. */
typedef struct Option {
  const char *key;
  const char *value;
  SourcePlace place;
} Option;
typedef struct Options {
  const Option *items;
  uint32_t n_items;
} Options;

/* Value of a key, its spec's default, or NULL. */
const char *options_get(const Options *options, const OptionSpec *specs, const char *key);
bool options_get_boolean(const Options *options, const OptionSpec *specs, const char *key);
/* Milliseconds, and bytes; the text has been validated. -1 when the key is absent and has no default. */
int64_t options_get_duration_ms(const Options *options, const OptionSpec *specs, const char *key);
int64_t options_get_memory_bytes(const Options *options, const OptionSpec *specs, const char *key);
/* The option as written, or NULL. */
const Option *options_find(const Options *options, const char *key);
const OptionSpec *option_spec_find(const OptionSpec *specs, const char *key);
/* Checks one value against its spec: refused options, Flink's grammar of durations, memory sizes and enums. */
bool option_check_value(const OptionSpec *spec, const Option *option, Error *error);

/* Bytes that hold records. `owner` keeps the bytes alive: a batch whose strings point into them holds it. */
typedef struct RecordBlock {
  Arena *owner;
  const char *bytes;
  size_t n_bytes;
  /* NULL: records end with '\n' (the last one may lack it). Else record i is
   * bytes[record_ends[i-1], record_ends[i]) and may contain anything: Kafka messages. */
  const uint32_t *record_ends;
  uint32_t n_records;     /* with record_ends */
  const char *split_name; /* file path, or topic/partition: for dead letters and messages */
  uint64_t first_record;  /* number of the first record in the split, from 1 (line number, offset); 0: the decoder
                           * counts on from the block before */
} RecordBlock;

/* Where skipped records go: counted always, kept when the session says so. Called once per bad record. */
typedef struct BadRecordSink {
  void *context;
  void (*report)(void *context, const RecordBlock *block, uint64_t record_number, const char *record, size_t n_bytes,
                 const char *reason);
} BadRecordSink;

typedef struct Decoder Decoder;
typedef struct Encoder Encoder;

typedef struct Format {
  const char *name;
  const OptionSpec *options; /* ends with a NULL name; keys carry the "json." prefix */
  /* What no single option shows: options that exclude each other. NULL: nothing to check. */
  bool (*check)(const Options *options, Error *error);
  /* How many of the bytes, which begin with a record, are whole records; 0: not even one. NULL: records are lines. */
  size_t (*whole_records)(const Options *options, const char *bytes, size_t n_bytes);
  /* Columns of `schema` that the plan uses are marked in `wanted`; only they are decoded, in schema order, as
   * columns 0.. of the batch. False with *error when an option or a column type does not fit. */
  Decoder *(*decoder_new)(const Schema *schema, const bool *wanted, const Options *options, BadRecordSink bad_records,
                          Error *error);
  Encoder *(*encoder_new)(const Schema *schema, const Options *options, Error *error);
} Format;

extern const Format json_format, csv_format;

const Format *format_find(const char *name); /* exact; NULL when there is none */
const char *const *format_names(size_t *n_names);

/* Every decoder and encoder starts with its class: called once a batch, never once a row. */
struct Decoder {
  /* Decodes records from block->bytes + *position on, appending rows to `batch` (whose wanted columns are
   * allocated) until it is full or the block is used up; advances *position and block->first_record is not
   * changed: the decoder counts. Makes the batch hold block->owner when strings point into it. A record that the
   * options say may be skipped is reported and skipped; otherwise false with *error (split, record, reason). */
  bool (*decode)(Decoder *self, const RecordBlock *block, size_t *position, Batch *batch, Error *error);
  void (*destroy)(Decoder *self);
};

/* A growing byte buffer that encoders append to. */
typedef struct ByteBuffer {
  char *bytes;
  size_t n_bytes;
  size_t capacity;
} ByteBuffer;

struct Encoder {
  bool (*encode)(Encoder *self, const Batch *batch, ByteBuffer *out, Error *error); /* appends */
  void (*destroy)(Encoder *self);
};

#endif
