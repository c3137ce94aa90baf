#pragma once
/*
 * Containers of version 2, put together field by field as protobuf has it, with nothing checked.
 * Numbers of fields and types are those of real files.
 */
#include <stdbool.h>

#include "base/buf.h"
#include "base/encoding.h"
#include "base/shape.h"

/* Fields of a message that is being written. INNER is freed. */
void wire_number(struct buf *to, uint32_t field, uint64_t v);
void wire_float(struct buf *to, uint32_t field, float v);
void wire_bytes(struct buf *to, uint32_t field, const void *base, size_t size);
void wire_text(struct buf *to, uint32_t field, const char *text);
void wire_inner(struct buf *to, uint32_t field, struct buf inner);

/* The message Blob: N floats 0.25 i - 1 of these dims, or codes 7 i with ENCODING. */
struct buf wire_floats(struct shape dims);
struct buf wire_codes(struct shape dims, const struct encoding *encoding);

struct wire_layer {
    const char *name;
    uint32_t type;
    const char *in[3], *out[3]; /* until a NULL */
    struct shape dims;
    uint32_t id;
    uint32_t field; /* of PARAMS, which are freed; 0: none */
    struct buf params;
    const struct encoding *encoding; /* of its output; NULL */
};
void wire_add(struct buf *net, const struct wire_layer *layer);

/* "x", an Input of these dims. */
void wire_add_input(struct buf *net, struct shape dims);

/* The archive; NET is freed. */
struct buf wire_archive(struct buf *net);

/* Every type and kind that is read; CODED: everything has an encoding, and tensors are codes. */
struct buf wire_every(bool coded);
