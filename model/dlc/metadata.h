#pragma once
/*
 * dlc.metadata: one key=value a line, keys sorted, a line feed behind every line. Values hold
 * spaces and further '='.
 */
#include "model/dlc/dlc.h"

/* Keys that are missing read "N/A", quantizer-command NULL; lines without a key are passed over. 0,
 * E_DLC_RECORD, -ENOMEM. */
int metadata_parse(const void *bytes, size_t size, struct dlc_metadata *ret, struct fault *fault);

/* METADATA may be NULL, and so may its members: "N/A", and no line for quantizer-command. */
int metadata_print(const struct dlc_metadata *metadata, struct buf *out);
