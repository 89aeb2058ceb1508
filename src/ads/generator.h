/* The event generator: an endless, or limited, stream of ad events in order of arrival, and the truth about them.
 *
 * Pull-style and without input or output of its own: a sink (files: ads/segments.h; a Kafka producer) asks for the next
 * event, formats it where it wants it (event_format), and paces itself by event.arrival_ms if it is to run at real
 * speed. The bytes are a function of the options alone: no clock, no floating point, no other source of randomness than
 * the seed. */
#ifndef WEIR_ADS_GENERATOR_H
#define WEIR_ADS_GENERATOR_H

#include "ads/event.h"
#include "ads/options.h"
#include "ads/truth.h"
#include "ads/world.h"

typedef struct Generator Generator;

/* `options` must have passed generator_options_finish; they are copied. */
Generator *generator_new(const GeneratorOptions *options);
void generator_free(Generator *generator);

/* The next event in order of arrival; false at the end (max_events or duration_ms; never if there is neither). */
bool generator_next(Generator *generator, Event *event);

/* Ends the stream here: generator_next returns false from now on, and the truth is that of what has been delivered. */
void generator_stop(Generator *generator);

const World *generator_world(const Generator *generator);

/* Lines of truth (ads/truth.h) that have become certain since the last call; empty them by setting n_bytes to 0. After
 * generator_next has returned false they are complete. A caller that never takes them must still empty them. */
TextBuffer *generator_truth(Generator *generator);

size_t generator_held_bytes(const Generator *generator);

#endif
