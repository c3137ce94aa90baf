#pragma once
/*
 * nanopb's door: protobuf messages that lie in memory (containers of version 2, foreign models),
 * read by callbacks into an arena. Nothing is believed before it is there: a length beyond the
 * enclosing message is nanopb's to refuse, a count is limited by the caller and grows with what was
 * really read, and bytes are left where they lie. Messages nest as deep as the caller's schema
 * does, which must not recurse.
 *
 * A reader fills the pb_callback_t members of a generated struct with message_part() and calls
 * message_decode(). The first error wins and stops the whole read.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pb_decode.h>

#include "base/fault.h"
#include "base/mem.h"
#include "base/rows.h"

#define MESSAGE_TEXT_MAX 1024 /* bytes of one name */

/* The file that is read. */
struct message {
    const char *what; /* "ONNX model", for sentences */
    struct arena *arena;
    const uint8_t *base, *at; /* the first byte, and the next */
    struct fault *fault;
    int r;      /* the first error of a callback; 0 */
    int syntax; /* the error of bytes that are none: E_DLC_RECORD; 0: E_CONVERT_SYNTAX */
};

/* Bytes as they lie in the file. */
struct bytes {
    const uint8_t *base;
    size_t size;
};

/* One field's destination; must live until the decode is over. */
struct message_part {
    struct message *message;
    void *to;
};

static inline pb_callback_t message_part(bool (*take)(pb_istream_t *, const pb_field_t *, void **),
                                         struct message_part *part)
{
    return (pb_callback_t){.funcs.decode = take, .arg = part};
}

/*
 * The SIZE bytes from AT on, a whole file or a message in it, into the struct that FIELDS describe.
 * 0, or what a callback said by message_fail, or message->syntax with FAULT naming the byte.
 */
int message_decode(struct message *message, size_t size, const pb_msgdesc_t *fields, void *into);

/* For callbacks: notes the code (FAULT already holds the sentence) and returns false. */
bool message_fail(struct message *message, int r);

/*
 * A new element of SIZE bytes at the end of ROWS; NULL after message_fail if memory is out or there
 * would be more than MOST.
 */
void *message_push(struct message *message, struct rows *rows, size_t size, uint32_t most);

/* Callbacks; what TO points at is in the comment. Repeated scalars may be packed or not. */
bool message_take_bytes(pb_istream_t *stream, const pb_field_t *field,
                        void **arg); /* struct bytes */
bool message_take_text(pb_istream_t *stream, const pb_field_t *field,
                       void **arg); /* const char *, text_good, at most MESSAGE_TEXT_MAX */
bool message_take_texts(pb_istream_t *stream, const pb_field_t *field,
                        void **arg); /* struct rows of const char * */
bool message_take_flag(pb_istream_t *stream, const pb_field_t *field,
                       void **arg); /* bool: the field is there */
bool message_take_i64s(pb_istream_t *stream, const pb_field_t *field,
                       void **arg); /* struct rows of int64_t, from any varint */
bool message_take_f32s(pb_istream_t *stream, const pb_field_t *field,
                       void **arg); /* struct rows of float */
bool message_take_f64s(pb_istream_t *stream, const pb_field_t *field,
                       void **arg); /* struct rows of double */
bool message_take_pieces(pb_istream_t *stream, const pb_field_t *field,
                         void **arg); /* struct rows of struct bytes: floats or doubles, in place */
