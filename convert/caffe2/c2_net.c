#include "convert/caffe2/c2_net.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "convert/proto/caffe2.pb.h"

#define OPS_MAX  65536
#define ARGS_MAX 64

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
    proto.floats = message_part(message_take_f32s, PART(&it->floats));
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

/* What happens to a blob in the course of the net. */
struct blob_use {
    const char *name;
    uint32_t writes, written; /* by how many outputs; by how many so far */
    bool brought;             /* read before anything writes it */
    const char *tensor;       /* what holds it now; NULL: what a run or the init net brings */
};

struct blob_uses {
    struct c2_net *net;
    struct names names;
    struct rows uses;      /* struct blob_use, by their number in NAMES */
    struct unique tensors; /* no tensor is called as another, nor as a blob */
};

static struct blob_use *find_use(const struct blob_uses *uses, const char *name)
{
    uint32_t at = names_find(&uses->names, name);

    return at == NAMES_NONE ? NULL : (struct blob_use *)uses->uses.base + at;
}

/* NULL: memory is out. */
static struct blob_use *add_use(struct blob_uses *uses, const char *name)
{
    struct blob_use *use = find_use(uses, name);

    if (use)
        return use;
    if (names_add(&uses->names, name) < 0)
        return NULL;
    use = rows_push(&uses->uses, &uses->net->arena, sizeof(*use));
    if (use)
        use->name = name;
    return use && unique_reserve(&uses->tensors, name) == 0 ? use : NULL;
}

static int note_op(struct blob_uses *uses, const struct c2_op *op)
{
    const char *const *inputs = op->inputs.base, *const *outputs = op->outputs.base;
    struct blob_use *use;

    for (uint32_t i = 0; i < op->inputs.n; i++) {
        use = add_use(uses, inputs[i]);
        if (!use)
            return -ENOMEM;
        use->brought |= use->writes == 0;
    }
    for (uint32_t i = 0; i < op->outputs.n; i++) {
        use = add_use(uses, outputs[i]);
        if (!use)
            return -ENOMEM;
        use->writes++;
    }
    return 0;
}

/* The last writer's tensor bears the blob's name, unless what is brought does. */
static const char *name_output(struct blob_uses *uses, const struct c2_op *op, struct blob_use *use)
{
    char text[2 * MESSAGE_TEXT_MAX + 2];

    if (++use->written == use->writes && !use->brought)
        return use->name;
    snprintf(text, sizeof(text), "%s.%s", *op->node.name ? op->node.name : op->node.op, use->name);
    return unique_add(&uses->tensors, text);
}

/* What each input of OP holds now, then what its outputs will. */
static int resolve_op(struct blob_uses *uses, struct c2_op *op)
{
    struct arena *arena = &uses->net->arena;
    const char **inputs = arena_alloc(arena, op->inputs.n * sizeof(*inputs) + 1);
    const char **outputs = arena_alloc(arena, op->outputs.n * sizeof(*outputs) + 1);

    if (!inputs || !outputs)
        return -ENOMEM;
    for (uint32_t i = 0; i < op->inputs.n; i++) {
        const struct blob_use *use = find_use(uses, ((const char *const *)op->inputs.base)[i]);

        inputs[i] = use->tensor ? use->tensor : use->name;
    }
    for (uint32_t i = 0; i < op->outputs.n; i++) {
        struct blob_use *use = find_use(uses, ((const char *const *)op->outputs.base)[i]);

        outputs[i] = use->tensor = name_output(uses, op, use);
        if (!outputs[i])
            return -ENOMEM;
    }
    op->node.inputs = inputs;
    op->node.outputs = outputs;
    op->node.n_inputs = op->inputs.n;
    op->node.n_outputs = op->outputs.n;
    return 0;
}

static int add_brought(struct c2_net *net, struct blob_use *use)
{
    const char **name;

    if (!use || !use->brought)
        return 0;
    name = rows_push(&net->brought, &net->arena, sizeof(*name));
    if (!name)
        return -ENOMEM;
    *name = use->name;
    use->brought = false; /* once */
    return 0;
}

/* Those that the file declares in its order, then the rest. */
static int list_brought(struct blob_uses *uses)
{
    struct c2_net *net = uses->net;
    struct blob_use *all = uses->uses.base;
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < net->inputs.n; i++)
        r = add_brought(net, find_use(uses, ((const char *const *)net->inputs.base)[i]));
    for (uint32_t i = 0; r == 0 && i < uses->uses.n; i++)
        r = add_brought(net, &all[i]);
    return r;
}

/* What the external outputs hold in the end; without any the last operator's first output. */
static int find_outputs(struct blob_uses *uses)
{
    struct c2_net *net = uses->net;
    const struct c2_op *last = (struct c2_op *)net->ops.base + net->ops.n - 1;
    const char **outputs = arena_alloc(&net->arena, net->outputs.n * sizeof(*outputs) + 1);

    if (!outputs)
        return -ENOMEM;
    net->own_outputs = outputs;
    net->n_own_outputs = net->outputs.n;
    for (uint32_t i = 0; i < net->outputs.n; i++) {
        const char *name = ((const char *const *)net->outputs.base)[i];
        const struct blob_use *use = find_use(uses, name);

        outputs[i] = use && use->tensor ? use->tensor : name;
    }
    if (!net->outputs.n && last->node.n_outputs) {
        net->own_outputs = last->node.outputs;
        net->n_own_outputs = 1;
    }
    return 0;
}

static int resolve(struct c2_net *net)
{
    struct c2_op *ops = net->ops.base;
    struct blob_uses uses = {.net = net, .tensors.arena = &net->arena};
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < net->ops.n; i++)
        r = note_op(&uses, &ops[i]);
    for (uint32_t i = 0; r == 0 && i < net->ops.n; i++)
        r = resolve_op(&uses, &ops[i]);
    if (r == 0)
        r = find_outputs(&uses);
    if (r == 0)
        r = list_brought(&uses);
    names_done(&uses.names);
    unique_done(&uses.tensors);
    return r;
}

/* Every ImageInput goes from the operators to the images. */
static int take_image_ops(struct c2_net *net)
{
    struct c2_op *ops = net->ops.base, *image;
    uint32_t n = 0;

    for (uint32_t i = 0; i < net->ops.n; i++) {
        if (strcmp(ops[i].node.op, "ImageInput") != 0) {
            ops[n++] = ops[i];
            continue;
        }
        image = rows_push(&net->images, &net->arena, sizeof(*image));
        if (!image)
            return -ENOMEM;
        *image = ops[i];
    }
    net->ops.n = n;
    return 0;
}

int c2_net_read(const void *bytes, size_t size, const char *what, bool take_images,
                struct c2_net *ret, struct fault *fault)
{
    struct c2_net net = {.n_own_outputs = 0};
    struct message message = {
        .what = what, .arena = &net.arena, .base = bytes, .at = bytes, .fault = fault};
    int r = read_file(&message, size, &net);

    if (r == 0 && take_images)
        r = take_image_ops(&net);
    if (r == 0 && net.ops.n == 0)
        r = fail(fault, E_CONVERT_SYNTAX, "this is no Caffe2 %s: it holds no operators", what);
    if (r == 0)
        r = resolve(&net);
    if (r < 0) {
        c2_net_done(&net);
        return r;
    }
    *ret = net;
    return 0;
}

void c2_net_done(struct c2_net *net)
{
    arena_done(&net->arena);
}
