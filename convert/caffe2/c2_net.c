#include "convert/caffe2/c2_net.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "convert/proto/caffe2.pb.h"

#define OPS_MAX   65536
#define ARGS_MAX  64
#define BLOBS_MAX 4096 /* of an operator */

/* A message_part for one field; lives as long as the block around it, which holds the decode. */
#define PART(to) (&(struct message_part){part->message, (to)})

static bool take_arg(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    struct c2_arg *it = message_push(part->message, part->to, sizeof(*it), ARGS_MAX);
    caffe2_ArgumentProto proto = {0};

    (void)field;
    if (!it)
        return false;
    it->name = "";
    proto.name = message_part(message_take_text, PART(&it->name));
    proto.s = message_part(message_take_text, PART(&it->s));
    proto.floats = message_part(message_take_pieces, PART(&it->floats));
    proto.ints = message_part(message_take_i64s, PART(&it->ints));
    if (!pb_decode(stream, caffe2_ArgumentProto_fields, &proto))
        return false;
    it->has_f = proto.has_f;
    it->has_i = proto.has_i;
    it->f = proto.f;
    it->i = proto.i;
    return true;
}

static bool take_op(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    struct c2_op *op = message_push(part->message, part->to, sizeof(*op), OPS_MAX);
    caffe2_OperatorProto proto = {0};

    (void)field;
    if (!op)
        return false;
    op->node.name = op->node.op = "";
    proto.input = message_part(message_take_texts, PART(&op->inputs));
    proto.output = message_part(message_take_texts, PART(&op->outputs));
    proto.name = message_part(message_take_text, PART(&op->node.name));
    proto.type = message_part(message_take_text, PART(&op->node.op));
    proto.arg = message_part(take_arg, PART(&op->args));
    return pb_decode(stream, caffe2_OperatorProto_fields, &proto);
}

static int read_file(struct message *message, size_t size, struct c2_net *net)
{
    struct message_part whole = {message, net}, *part = &whole;
    caffe2_NetProto proto = {0};

    proto.op = message_part(take_op, PART(&net->ops));
    proto.external_input = message_part(message_take_texts, PART(&net->inputs));
    proto.external_output = message_part(message_take_texts, PART(&net->outputs));
    return message_decode(message, size, caffe2_NetProto_fields, &proto);
}

/* The blobs by name, and for each how often it is written, and how often it was so far. */
struct blobs {
    struct names names;
    struct rows counts; /* struct count */
};

struct count {
    uint32_t writes, written;
    const char *tensor; /* what holds the blob now; NULL: what a run or the init net brings */
};

static struct count *count_of(const struct blobs *blobs, const char *name)
{
    uint32_t at = names_find(&blobs->names, name);

    return at == NAMES_NONE ? NULL : (struct count *)blobs->counts.base + at;
}

static int count_writes(struct c2_net *net, struct blobs *blobs)
{
    const struct c2_op *ops = net->ops.base;

    for (uint32_t i = 0; i < net->ops.n; i++)
        for (uint32_t k = 0; k < ops[i].outputs.n; k++) {
            const char *name = ((const char *const *)ops[i].outputs.base)[k];
            struct count *count = count_of(blobs, name);
            int r = count ? 0 : names_add(&blobs->names, name);

            if (r == 0 && !count)
                count = rows_push(&blobs->counts, &net->arena, sizeof(*count));
            if (!count)
                return r < 0 ? r : -ENOMEM;
            count->writes++;
        }
    return 0;
}

static const char *name_for(struct c2_net *net, const struct c2_op *op, const char *blob,
                            struct count *count)
{
    char text[2 * MESSAGE_TEXT_MAX + 32];
    int n;

    if (++count->written == count->writes)
        return blob;
    n = snprintf(text, sizeof(text), "%s.%s", *op->node.name ? op->node.name : op->node.op, blob);
    if (n >= (int)sizeof(text))
        n = (int)sizeof(text) - 1;
    return arena_text(&net->arena, text, (size_t)n);
}

/* What each input of OP holds now, then what its outputs will. */
static int resolve_op(struct c2_net *net, struct blobs *blobs, struct c2_op *op)
{
    const char **inputs = arena_alloc(&net->arena, op->inputs.n * sizeof(*inputs) + 1);
    const char **outputs = arena_alloc(&net->arena, op->outputs.n * sizeof(*outputs) + 1);

    if (!inputs || !outputs)
        return -ENOMEM;
    for (uint32_t i = 0; i < op->inputs.n; i++) {
        const char *blob = ((const char *const *)op->inputs.base)[i];
        const struct count *count = count_of(blobs, blob);

        inputs[i] = count && count->tensor ? count->tensor : blob;
    }
    for (uint32_t i = 0; i < op->outputs.n; i++) {
        const char *blob = ((const char *const *)op->outputs.base)[i];
        struct count *count = count_of(blobs, blob);

        outputs[i] = count->tensor = name_for(net, op, blob, count);
        if (!outputs[i])
            return -ENOMEM;
    }
    op->node.inputs = inputs;
    op->node.outputs = outputs;
    op->node.n_inputs = op->inputs.n;
    op->node.n_outputs = op->outputs.n;
    return 0;
}

static int resolve(struct c2_net *net)
{
    struct c2_op *ops = net->ops.base;
    struct blobs blobs = {0};
    int r = count_writes(net, &blobs);

    for (uint32_t i = 0; r == 0 && i < net->ops.n; i++)
        r = resolve_op(net, &blobs, &ops[i]);
    names_done(&blobs.names);
    return r;
}

/* Without external outputs the last operator's first. */
static void find_outputs(struct c2_net *net)
{
    const struct c2_op *last = net->ops.n ? (struct c2_op *)net->ops.base + net->ops.n - 1 : NULL;

    net->own_outputs = net->outputs.base;
    net->n_own_outputs = net->outputs.n;
    if (!net->outputs.n && last && last->node.n_outputs) {
        net->own_outputs = last->node.outputs;
        net->n_own_outputs = 1;
    }
}

int c2_net_read(const void *bytes, size_t size, const char *what, struct c2_net *ret,
                struct fault *fault)
{
    struct c2_net net = {.n_own_outputs = 0};
    struct message message = {
        .what = what, .arena = &net.arena, .base = bytes, .at = bytes, .fault = fault};
    int r = read_file(&message, size, &net);

    if (r == 0 && net.ops.n == 0)
        r = fail(fault, E_CONVERT_SYNTAX, "this is no Caffe2 %s: it holds no operators", what);
    if (r == 0)
        r = resolve(&net);
    if (r < 0) {
        c2_net_done(&net);
        return r;
    }
    find_outputs(&net);
    *ret = net;
    return 0;
}

void c2_net_done(struct c2_net *net)
{
    arena_done(&net->arena);
}
