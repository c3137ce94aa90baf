#include "model/message.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "model/text.h"

#define TEXTS_MAX 65536 /* names in one list: the inputs of a node */

static bool read_file(pb_istream_t *stream, pb_byte_t *into, size_t size)
{
    struct message *message = stream->state;

    /* SIZE was compared with bytes_left by pb_read, which began as what the file holds. */
    memcpy(into, message->at, size);
    message->at += size;
    return true;
}

static int syntax(const struct message *message)
{
    return message->syntax ? message->syntax : E_CONVERT_SYNTAX;
}

bool message_fail(struct message *message, int r)
{
    if (message->r == 0)
        message->r = r;
    return false;
}

int message_decode(struct message *message, size_t size, const pb_msgdesc_t *fields, void *into)
{
    const size_t end = (size_t)(message->at - message->base) + size;
    pb_istream_t stream = {.callback = read_file, .state = message, .bytes_left = size};

    if (pb_decode(&stream, fields, into))
        return 0;
    if (message->r)
        return message->r;
    return fail(message->fault, syntax(message),
                "this is no %s, or a damaged one: byte %zu of %zu: %s", message->what,
                (size_t)(message->at - message->base), end,
                stream.errmsg ? stream.errmsg : "what stands there cannot be read");
}

static bool reserve(struct message *message, struct rows *rows, size_t more, size_t size,
                    uint32_t most)
{
    if (more > most - rows->n)
        return message_fail(message, fail(message->fault, E_TOO_LARGE,
                                          "byte %zu: more than %u entries in one list",
                                          (size_t)(message->at - message->base), most));
    if (rows_reserve(rows, message->arena, more, size) < 0)
        return message_fail(message, -ENOMEM);
    return true;
}

void *message_push(struct message *message, struct rows *rows, size_t size, uint32_t most)
{
    return reserve(message, rows, 1, size, most) ? rows_push(rows, message->arena, size) : NULL;
}

bool message_take_bytes(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    struct bytes *bytes = part->to;

    (void)field;
    /* nanopb hands over a number of any wire type too, copied to a stream of its own. */
    if (stream->callback != read_file)
        PB_RETURN_ERROR(stream, "wrong wire type");
    bytes->base = part->message->at;
    bytes->size = stream->bytes_left;
    part->message->at += stream->bytes_left;
    stream->bytes_left = 0;
    return true;
}

bool message_take_text(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    struct message *message = part->message;
    struct bytes bytes = {0};
    struct message_part inner = {message, &bytes};
    size_t at = (size_t)(message->at - message->base);
    const char **text = part->to;

    if (!message_take_bytes(stream, field, &(void *){&inner}))
        return false;
    if (bytes.size > MESSAGE_TEXT_MAX)
        return message_fail(message, fail(message->fault, E_TOO_LARGE,
                                          "byte %zu: a name of %zu bytes, %d are the limit", at,
                                          bytes.size, MESSAGE_TEXT_MAX));
    if (bytes.size && text_good((const char *)bytes.base, bytes.size) != bytes.size)
        return message_fail(message,
                            fail(message->fault, syntax(message),
                                 "byte %zu: a name with a control character or a byte that is no "
                                 "UTF-8; give it another in the model",
                                 at));
    *text = arena_text(message->arena, (const char *)bytes.base, bytes.size);
    return *text ? true : message_fail(message, -ENOMEM);
}

bool message_take_texts(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    const char **text = message_push(part->message, part->to, sizeof(*text), TEXTS_MAX);
    struct message_part inner = {part->message, text};

    return text && message_take_text(stream, field, &(void *){&inner});
}

bool message_take_flag(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    struct bytes bytes;
    struct message_part inner = {part->message, &bytes};

    *(bool *)part->to = true;
    return message_take_bytes(stream, field, &(void *){&inner});
}

bool message_take_i64s(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;

    (void)field;
    while (stream->bytes_left) {
        uint64_t bits;
        int64_t *to;

        if (!pb_decode_varint(stream, &bits))
            return false;
        to = message_push(part->message, part->to, sizeof(*to), UINT32_MAX);
        if (!to)
            return false;
        memcpy(to, &bits, sizeof(*to));
    }
    return true;
}

/* Numbers of fixed SIZE: as many as the stream holds, in one piece. */
static bool take_fixed(pb_istream_t *stream, struct message_part *part, size_t size)
{
    struct rows *rows = part->to;
    size_t n = stream->bytes_left / size;

    if (!reserve(part->message, rows, n, size, UINT32_MAX))
        return false;
    if (n && !pb_read(stream, (pb_byte_t *)rows->base + rows->n * size, n * size))
        return false;
    rows->n += (uint32_t)n;
    if (stream->bytes_left)
        PB_RETURN_ERROR(stream, "numbers are cut");
    return true;
}

bool message_take_f32s(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    (void)field;
    return take_fixed(stream, *arg, sizeof(float));
}

bool message_take_f64s(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    (void)field;
    return take_fixed(stream, *arg, sizeof(double));
}

bool message_take_pieces(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    struct message *message = part->message;
    struct bytes *piece = message_push(message, part->to, sizeof(*piece), UINT32_MAX);
    bool alone = stream->callback != read_file; /* one number, which nanopb has read already */

    (void)field;
    if (!piece)
        return false;
    piece->size = stream->bytes_left;
    piece->base = alone ? message->at - piece->size : message->at;
    if (!alone)
        message->at += piece->size;
    stream->bytes_left = 0;
    return true;
}
