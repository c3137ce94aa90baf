#include "convert/tensorflow/variables.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "convert/beside.h"
#include "convert/numbers.h"
#include "convert/tensorflow/checkpoint.h"
#include "convert/tensorflow/tf_attr.h"
#include "convert/tensorflow/tf_tensor.h"

#define WAY_FREEZE                                                                                 \
    "freeze the graph (convert_variables_to_constants), or convert NAME.meta with its checkpoint " \
    "(NAME.index, NAME.data-...) beside it"
#define INDEX_MOST ((uint64_t)256 << 20)

/* A checkpoint that was looked for; what was said when it could not be read. */
struct variables {
    struct checkpoint checkpoint;
    struct fault fault; /* empty: it was read */
    char prefix[256];   /* of its files */
};

/* "net.ckpt.meta" -> "net.ckpt" */
static int find_prefix(const struct convert_options *options, struct variables *variables)
{
    static const char suffix[] = ".meta";
    size_t length = options->file ? strlen(options->file) : 0;

    if (!options->folder || length <= strlen(suffix) ||
        strcmp(options->file + length - strlen(suffix), suffix) != 0)
        return fail(&variables->fault, E_CONVERT_LAYER, "the graph's file is not called NAME.meta");
    length -= strlen(suffix);
    if (length >= sizeof(variables->prefix))
        return fail(&variables->fault, E_CONVERT_LAYER, "the graph's name is too long");
    memcpy(variables->prefix, options->file, length);
    variables->prefix[length] = 0;
    return 0;
}

/* SIZE bytes of a file beside the graph, in the conversion's arena. */
static int read_beside(struct conversion *c, const char *file, uint64_t at, uint64_t size,
                       const void **ret, struct fault *fault)
{
    uint64_t file_size;
    int fd = beside_open(c->options, file, &file_size), r;
    void *bytes;

    if (fd < 0)
        return fail(fault, E_CONVERT_LAYER, "%.120s: %s", file, beside_error(fd));
    if (at > file_size || size > file_size - at) {
        close(fd);
        return fail(fault, E_CONVERT_LAYER, "%.120s is cut: it has %llu bytes", file,
                    (unsigned long long)file_size);
    }
    bytes = arena_alloc(&c->arena, size ? size : 1);
    r = bytes ? beside_read(fd, at, bytes, size) : 0;
    close(fd);
    if (!bytes)
        return -ENOMEM;
    if (r < 0)
        return fail(fault, E_CONVERT_LAYER, "%.120s: %s", file, beside_error(r));
    *ret = bytes;
    return 0;
}

/* Does FILE end as a table does, the one file of a checkpoint of version 1? */
static int is_table(struct conversion *c, const char *file, bool *ret)
{
    struct fault fault = {""};
    const void *end;
    uint64_t size;
    int fd = beside_open(c->options, file, &size), r;

    *ret = false;
    if (fd < 0)
        return 0;
    close(fd);
    if (size < CHECKPOINT_END)
        return 0;
    r = read_beside(c, file, size - CHECKPOINT_END, CHECKPOINT_END, &end, &fault);
    if (r == 0)
        *ret = checkpoint_is_table(end);
    return r == -ENOMEM ? r : 0;
}

/* There is no index: checkpoints of version 1 had none, but lay under the name itself. */
static int refuse_no_index(struct conversion *c, struct variables *variables, const char *index,
                           int error)
{
    static const char *const suffixes[] = {"", "-00000-of-00001"};
    char file[sizeof(variables->prefix) + 16];

    for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
        bool old;
        int r;

        snprintf(file, sizeof(file), "%s%s", variables->prefix, suffixes[i]);
        r = is_table(c, file, &old);
        if (r < 0)
            return r;
        if (old)
            return fail(&variables->fault, E_CONVERT_LAYER,
                        "%.80s is a checkpoint of version 1, and version 2 is read: restore it and "
                        "save it with tf.train.Saver(write_version=tf.train.SaverDef.V2)",
                        file);
    }
    return fail(&variables->fault, E_CONVERT_LAYER, "%.120s: %s", index, beside_error(error));
}

static int read_index(struct conversion *c, struct variables *variables)
{
    char file[sizeof(variables->prefix) + 8];
    const void *bytes;
    uint64_t size = 0;
    int fd, r;

    snprintf(file, sizeof(file), "%s.index", variables->prefix);
    fd = beside_open(c->options, file, &size);
    if (fd < 0)
        return refuse_no_index(c, variables, file, fd);
    close(fd);
    if (size > INDEX_MOST)
        return fail(&variables->fault, E_CONVERT_LAYER, "%.120s is too large", file);
    r = read_beside(c, file, 0, size, &bytes, &variables->fault);
    if (r < 0)
        return r;
    return checkpoint_read(bytes, size, &c->arena, &variables->checkpoint, &variables->fault);
}

/* The checkpoint, looked for once. *RET holds why not, if it cannot be read. */
static int find_checkpoint(struct conversion *c, struct variables **ret)
{
    struct tf_source *source = tf_source_of(c);
    struct variables *variables = source->variables;
    int r;

    if (!variables) {
        variables = arena_alloc(&c->arena, sizeof(*variables));
        if (!variables)
            return -ENOMEM;
        source->variables = variables;
        r = find_prefix(c->options, variables);
        if (r == 0)
            r = read_index(c, variables);
        if (r == -ENOMEM) {
            variables_done(source);
            return r;
        }
    }
    *ret = variables;
    return 0;
}

/* Under which name a variable was saved. */
static const char *saved_name(const struct tf_node *node)
{
    const struct graphdef_attr *shared = tf_attr_find(node->def, "shared_name");

    if (strcmp(node->node.op, "VarHandleOp") == 0 && shared && shared->kind == GRAPHDEF_TEXT &&
        shared->s && *shared->s)
        return shared->s;
    return node->node.name;
}

/* The bytes of an entry as a tensor of a graph. */
static int read_entry(struct conversion *c, const struct variables *variables,
                      const struct checkpoint_entry *entry, struct numbers *ret)
{
    char file[sizeof(variables->prefix) + 32];
    struct graphdef_tensor tensor = {.type = entry->type, .shape = entry->shape};
    struct fault fault = {""};
    const void *bytes;
    int r;

    if (entry->in_slices)
        return conversion_unsupported(c, WAY_FREEZE, "variable %.80s was saved in slices",
                                      entry->name);
    snprintf(file, sizeof(file), "%s.data-%05u-of-%05u", variables->prefix, entry->shard,
             variables->checkpoint.n_shards);
    r = read_beside(c, file, entry->at, entry->size, &bytes, &fault);
    if (r == -ENOMEM)
        return r;
    if (r < 0)
        return conversion_unsupported(c, WAY_FREEZE, "variable %.80s: %s", entry->name, fault.text);
    /* They are paid for by a file, as those of the graph are. */
    c->bytes_left += CONVERSION_SPREAD * entry->size;
    tensor.content = (struct bytes){bytes, entry->size};
    return tf_tensor_read(c, entry->name, &tensor, ret);
}

int variables_read(struct conversion *c, const struct tf_node *node, struct numbers *ret)
{
    const struct checkpoint_entry *entry;
    struct variables *variables;
    int r;

    if (!tf_source_of(c)->graphdef->is_meta)
        return conversion_unsupported(c, WAY_FREEZE, "the graph is not frozen: it has variables");
    r = find_checkpoint(c, &variables);
    if (r < 0)
        return r;
    if (*variables->fault.text)
        return conversion_unsupported(c, WAY_FREEZE, "its variables cannot be read: %s",
                                      variables->fault.text);
    entry = checkpoint_find(&variables->checkpoint, saved_name(node));
    if (!entry)
        return conversion_unsupported(c, WAY_FREEZE, "variable %.80s is not in the checkpoint",
                                      saved_name(node));
    return read_entry(c, variables, entry, ret);
}

void variables_done(struct tf_source *source)
{
    if (source->variables)
        checkpoint_done(&source->variables->checkpoint);
    source->variables = NULL;
}
