#pragma once
/*
 * DLC containers: bytes to graph and back. Reads versions 2 and 3 (1, 4 and whatever else are
 * refused with E_DLC_VERSION and a sentence that says which it is); writes version 3. Everything is
 * bounded before it is believed. Names, encodings and records that we do not read are kept.
 */
#include "base/buf.h"
#include "model/graph.h"

/* What dlc.metadata says; a missing key reads "N/A". Strings belong to the struct. */
struct dlc_metadata {
    char *converter_command, *converter_version, *model_copyright, *model_version;
    char *quantizer_command; /* NULL: no such line */
    char *others;            /* lines KEY=VALUE of other keys, kept as they are; NULL: none */
    uint32_t version;        /* of the container that was read, 2 or 3 */
    int64_t date;            /* of the records, in seconds since 1970, UTC; 0: not said */
};
void dlc_metadata_done(struct dlc_metadata *metadata);

/*
 * BYTES may go after the call: constants are copied out. 0 and *RET (METADATA may be NULL), or
 * E_DLC_ARCHIVE, E_DLC_VERSION, E_DLC_RECORD, E_DLC_LAYER, E_GRAPH, E_OP_*, E_SHAPE, E_ENCODING,
 * -ENOMEM; the sentence names the record and byte, or the layer.
 */
int dlc_read(const void *bytes, size_t size, struct graph **ret, struct dlc_metadata *metadata,
             struct fault *fault);

/*
 * Would dlc_read take BYTES? The same answer and the same sentence, and no graph: what the weights
 * are is checked, but no second copy of them is made.
 */
int dlc_check(const void *bytes, size_t size, struct fault *fault);

/*
 * Appends the whole archive to OUT. METADATA may be NULL, and so may its members. The records are
 * dated METADATA->date, else SOURCE_DATE_EPOCH, else 1980: the same graph gives the same bytes.
 * E_DLC_LAYER if a container has no name for an operator or no code for a constant's numbers,
 * E_DLC_ARCHIVE if a section is called like a record of ours, -ENOMEM; OUT is then as it was.
 */
int dlc_write(const struct graph *graph, const struct dlc_metadata *metadata, struct buf *out,
              struct fault *fault);

/*
 * The same, handed on in order, piece by piece: PUT returns 0 or a negative code, which ends it.
 * What was handed on before a failure is no container.
 */
int dlc_write_to(const struct graph *graph, const struct dlc_metadata *metadata,
                 int (*put)(void *context, const void *base, size_t size), void *context,
                 struct fault *fault);
