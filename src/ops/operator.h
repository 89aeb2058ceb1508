/* Operators: what batches are pushed through. An operator a file; each exports a constructor that takes its spec and
 * returns an Operator.
 *
 * Protocol, for each input: any number of push and watermark calls, then one finish.
 *   push       a batch. Its rows' watermark stamps and then its watermark_after_us take effect in order, so pushing a
 *              batch also advances the input's watermark; an operator fires exactly at the row where the watermark
 *              passes, wherever batches were cut.
 *   watermark  the input's watermark rises without rows.
 *   finish     the input has ended; implies WATERMARK_END.
 * Time passes continuously: what a watermark's rise sets off happens at its own instant. Rows that are due at T carry
 * the stamp T - 1 us, the last instant at which they were not out yet, however the watermark came to pass T. So the
 * stamps, too, do not depend on batches, and a row is never late for what it was due in time for.
 * An operator emits to its outputs by operator_emit*, which does the counting and timing. A pushed batch is borrowed:
 * retain it to keep it. An operator owns its state without locks and must not assume that it is the only copy.
 * On failure a call returns false with *error set and the job ends.
 */
#ifndef WEIR_OPS_OPERATOR_H
#define WEIR_OPS_OPERATOR_H

#include "vec/batch.h"
#include "vec/error.h"
#include "vec/schema.h"

typedef struct Operator Operator;

typedef struct OperatorClass {
  const char *name; /* as EXPLAIN shows it: "IntervalJoin" */
  bool (*push)(Operator *self, uint32_t input, Batch *batch, Error *error);
  bool (*watermark)(Operator *self, uint32_t input, int64_t watermark_us, Error *error);
  bool (*finish)(Operator *self, uint32_t input, Error *error); /* also emits the finish */
  size_t (*state_bytes)(const Operator *self);                  /* NULL: stateless */
  void (*destroy)(Operator *self); /* frees all that the operator owns but its `outputs` and itself */
} OperatorClass;

typedef struct OperatorStats {
  uint64_t rows_in;
  uint64_t rows_out;
  uint64_t batches_in;
  uint64_t rows_late; /* dropped because every window they belong to had fired */
  uint64_t self_ns;   /* time in this operator, not in those it emits to; only while timing is on */
  size_t peak_state_bytes;
} OperatorStats;

typedef struct OperatorEdge {
  Operator *target;
  uint32_t input;
} OperatorEdge;

/* First member of every operator's struct. */
struct Operator {
  const OperatorClass *class;
  OperatorEdge *outputs;
  uint32_t n_outputs;
  OperatorStats stats;
  bool is_timed;
  uint64_t children_ns; /* while timed: spent in outputs during the current call */
};

void operator_connect(Operator *from, Operator *to, uint32_t input);
void operator_free(Operator *self); /* NULL is allowed; outputs are not freed with it */

bool operator_push(Operator *target, uint32_t input, Batch *batch, Error *error);
bool operator_watermark(Operator *target, uint32_t input, int64_t watermark_us, Error *error);
bool operator_finish(Operator *target, uint32_t input, Error *error);

/* To all outputs. emit takes over the caller's reference to `batch`; an empty batch becomes a watermark. */
bool operator_emit(Operator *self, Batch *batch, Error *error);
bool operator_emit_watermark(Operator *self, int64_t watermark_us, Error *error);
bool operator_emit_finish(Operator *self, Error *error);

#endif
