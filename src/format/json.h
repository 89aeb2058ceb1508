/* The json format's parts, put together in json.c. */
#ifndef WEIR_FORMAT_JSON_H
#define WEIR_FORMAT_JSON_H

#include "format/format.h"

extern const OptionSpec json_options[];
bool json_check(const Options *options, Error *error);

Decoder *json_decoder_new(const Schema *schema, const bool *wanted, const Options *options, BadRecordSink bad_records,
                          Error *error);
Encoder *json_encoder_new(const Schema *schema, const Options *options, Error *error);

#endif
