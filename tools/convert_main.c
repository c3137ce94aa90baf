#include "tools/convert_main.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/args.h"
#include "base/base.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/str.h"
#include "model/dlc/dlc.h"
#include "tools/convert_command.h"
#include "tools/convert_options.h"
#include "tools/convert_print.h"
#include "tools/file.h"

#define MODEL_MOST     ((size_t)INT32_MAX) /* protobuf's own limit */
#define COPYRIGHT_MOST ((size_t)64 << 10)
#define REPEATS_MOST   256 /* of an option */

struct arguments {
    const struct converter_def *tool;
    struct convert_options_table table;
    const char *network, *weights, *output, *model_version, *copyright_file, *dry_run;
    const char *in_type_text;
    int32_t in_type;
    bool keep_batchnorm, allow_unconsumed, strict, debug;

    /* Of repeated options: as said, and as read. */
    const char *dim_texts[2 * REPEATS_MOST], *type_texts[2 * REPEATS_MOST];
    const char *encoding_texts[2 * REPEATS_MOST], *outputs[REPEATS_MOST];
    struct input_dims dims[REPEATS_MOST];
    struct convert_input inputs[2 * REPEATS_MOST];
    uint32_t n_dims, n_types, n_encodings, n_outputs, n_inputs;
};

/* The program's option for a purpose that it has one for. */
static const struct args_option *find_option(const struct arguments *arguments,
                                             enum convert_option meaning)
{
    const struct args_option *option = arguments->table.options;

    while (option->name && arguments->table.meanings[option - arguments->table.options] != meaning)
        option++;
    return option;
}

static int check_repeats(uint32_t n, const struct args_option *option, struct fault *fault)
{
    if (n < REPEATS_MOST)
        return 0;
    return fail(fault, E_CONVERT_OPTION, "--%s: more than %d times", option->name, REPEATS_MOST);
}

static int take_dim(struct arguments *arguments, const struct args_option *option,
                    char *const *values, struct fault *fault)
{
    uint32_t n = arguments->n_dims;
    int r = check_repeats(n, option, fault);

    if (r < 0)
        return r;
    if (str_dims(values[1], &arguments->dims[n].shape) < 0)
        return fail(fault, E_CONVERT_OPTION,
                    "-%c %.80s %.80s: sizes are numbers from 1 on with commas between, at most %d",
                    option->letter, values[0], values[1], SHAPE_RANK_MAX);
    arguments->dims[n].name = values[0];
    arguments->dim_texts[2 * n] = values[0];
    arguments->dim_texts[2 * n + 1] = values[1];
    arguments->n_dims++;
    return 0;
}

/* The entry of an input, with SNPE's presets if it is new; type -1: that of the others. */
static struct convert_input *find_input(struct arguments *arguments, const char *name)
{
    struct convert_input *input;

    for (uint32_t i = 0; i < arguments->n_inputs; i++)
        if (strcmp(arguments->inputs[i].name, name) == 0)
            return &arguments->inputs[i];
    input = &arguments->inputs[arguments->n_inputs++];
    *input = (struct convert_input){name, -1, 4};
    return input;
}

/* The container's number for a type of -t; -1 if there is none. */
static int32_t find_type(const char *name)
{
    static const char *const types[] = {"default", "image", "opaque"};

    for (int32_t i = 0; i < (int32_t)ARRAY_SIZE(types); i++)
        if (strcmp(name, types[i]) == 0)
            return i;
    return -1;
}

static int take_type(struct arguments *arguments, const struct args_option *option,
                     char *const *values, struct fault *fault)
{
    uint32_t n = arguments->n_types;
    int r = check_repeats(n, option, fault);

    if (r < 0)
        return r;
    if (find_type(values[1]) < 0)
        return fail(fault, E_CONVERT_OPTION, "-t %.80s %.80s: a type is default, image or opaque",
                    values[0], values[1]);
    find_input(arguments, values[0])->type = find_type(values[1]);
    arguments->type_texts[2 * n] = values[0];
    arguments->type_texts[2 * n + 1] = values[1];
    arguments->n_types++;
    return 0;
}

static int take_in_type(struct arguments *arguments, const char *type, struct fault *fault)
{
    arguments->in_type = find_type(type);
    arguments->in_type_text = type;
    if (arguments->in_type < 0)
        return fail(fault, E_CONVERT_OPTION, "--in_type %.80s: a type is default, image or opaque",
                    type);
    return 0;
}

static int take_encoding(struct arguments *arguments, const struct args_option *option,
                         char *const *values, struct fault *fault)
{
    uint32_t n = arguments->n_encodings;
    bool bgr = strcmp(values[1], "bgr") == 0;
    int r = check_repeats(n, option, fault);

    if (r < 0)
        return r;
    if (!bgr && strcmp(values[1], "other") != 0)
        return fail(fault, E_NOT_BUILT,
                    "-e %.80s %.80s: only bgr and other are built; convert the picture before it "
                    "goes in",
                    values[0], values[1]);
    find_input(arguments, values[0])->encoding = bgr ? 4 : 0;
    arguments->encoding_texts[2 * n] = values[0];
    arguments->encoding_texts[2 * n + 1] = values[1];
    arguments->n_encodings++;
    return 0;
}

/* Caffe2's, which has no names. */
static int check_encoding(const char *encoding, struct fault *fault)
{
    if (strcmp(encoding, "bgr") == 0)
        return 0;
    return fail(fault, E_NOT_BUILT,
                "--encoding %.80s: only bgr is built; convert the picture before it goes in",
                encoding);
}

static int take_opaque(struct arguments *arguments, const struct args_option *option,
                       const char *name, struct fault *fault)
{
    uint32_t n = arguments->n_types;
    int r = check_repeats(n, option, fault);

    if (r < 0)
        return r;
    find_input(arguments, name)->type = find_type("opaque");
    arguments->type_texts[2 * n] = name;
    arguments->type_texts[2 * n + 1] = "opaque";
    arguments->n_types++;
    return 0;
}

static int take_out_node(struct arguments *arguments, const struct args_option *option,
                         const char *name, struct fault *fault)
{
    int r = check_repeats(arguments->n_outputs, option, fault);

    if (r == 0)
        arguments->outputs[arguments->n_outputs++] = name;
    return r;
}

static int take_dry_run(struct arguments *arguments, const char *mode, struct fault *fault)
{
    if (strcmp(mode, "info") != 0 && strcmp(mode, "debug") != 0)
        return fail(fault, E_CONVERT_OPTION, "--dry_run %.80s: the mode is info or debug", mode);
    arguments->dry_run = mode;
    return 0;
}

static int take_option(void *context, const struct args_option *option, char *const *values,
                       struct fault *fault)
{
    struct arguments *arguments = context;

    switch (arguments->table.meanings[option - arguments->table.options]) {
    case OPTION_WEIGHTS:
        arguments->weights = values[0];
        return 0;
    case OPTION_IN_TYPE:
        return take_in_type(arguments, values[0], fault);
    case OPTION_ALLOW_UNCONSUMED:
        arguments->allow_unconsumed = true;
        return 0;
    case OPTION_IGNORED:
        return 0;
    case OPTION_NETWORK:
        arguments->network = values[0];
        return 0;
    case OPTION_OUTPUT:
        arguments->output = values[0];
        return 0;
    case OPTION_DIM:
        return take_dim(arguments, option, values, fault);
    case OPTION_OUT_NODE:
        return take_out_node(arguments, option, values[0], fault);
    case OPTION_KEEP_BATCHNORM:
        arguments->keep_batchnorm = true;
        return 0;
    case OPTION_MODEL_VERSION:
        arguments->model_version = values[0];
        return 0;
    case OPTION_COPYRIGHT:
        arguments->copyright_file = values[0];
        return 0;
    case OPTION_TYPE:
        return take_type(arguments, option, values, fault);
    case OPTION_ENCODING:
        return take_encoding(arguments, option, values, fault);
    case OPTION_PICTURES:
        return check_encoding(values[0], fault);
    case OPTION_OPAQUE:
        return take_opaque(arguments, option, values[0], fault);
    case OPTION_DRY_RUN:
        return take_dry_run(arguments, values[0], fault);
    case OPTION_STRICT:
        arguments->strict = true;
        return 0;
    case OPTION_DEBUG:
        arguments->debug = true;
        return 0;
    case OPTION_NOT_BUILT:
    default:
        return fail(fault, E_NOT_BUILT, "--%s is not built yet", option->name);
    }
}

static int take_stray(void *context, char *word, struct fault *fault)
{
    (void)context;
    return fail(fault, E_CONVERT_OPTION, "\"%.100s\" belongs to no option", word);
}

static int print_command(const struct arguments *arguments, struct buf *out)
{
    int r = buf_printf(out, "%s", arguments->tool->program);

    if (r >= 0 && arguments->allow_unconsumed)
        r = command_bool(out, "allow_unconsumed_nodes", true);
    if (r >= 0 && arguments->weights)
        r = command_text(out, find_option(arguments, OPTION_WEIGHTS)->name, arguments->weights);
    if (r >= 0)
        r = command_text(out, "copyright_file", arguments->copyright_file);
    if (r >= 0)
        r = command_bool(out, "debug", arguments->debug);
    if (r >= 0)
        r = command_bool(out, "disable_batchnorm_folding", arguments->keep_batchnorm);
    if (r >= 0)
        r = command_text(out, "dry_run", arguments->dry_run);
    if (r >= 0)
        r = command_bool(out, "enable_strict_validation", arguments->strict);
    if (r >= 0 && arguments->in_type_text)
        r = command_text(out, "in_type", arguments->in_type_text);
    if (r >= 0)
        r = command_list(out, "input_dim", arguments->dim_texts, arguments->n_dims, 2, "None");
    if (r >= 0)
        r = command_list(out, "input_encoding", arguments->encoding_texts, arguments->n_encodings,
                         2, "[]");
    if (r >= 0)
        r = command_list(out, "input_type", arguments->type_texts, arguments->n_types, 2, "[]");
    if (r >= 0)
        r = command_text(out, "model_version", arguments->model_version);
    if (r >= 0)
        r = command_list(out, "out_node", arguments->outputs, arguments->n_outputs, 1, "None");
    if (r >= 0)
        r = command_list(out, "validation_target", NULL, 0, 2, "[]");
    return r < 0 ? r : buf_append(out, "", 1);
}

static void free_bytes(void *p)
{
    mem_free(*(void **)p);
}

/* The container's bytes, with what the metadata shall say. */
static int write_container(const struct arguments *arguments, const struct graph *graph,
                           struct buf *out, struct fault *fault)
{
    _cleanup_(buf_done) struct buf command = {0};
    char version[] = SNPED_VERSION;
    _cleanup_(freep) char *model_version = NULL;
    _cleanup_(free_bytes) void *copyright = NULL;
    struct dlc_metadata metadata = {.converter_version = version};
    size_t size;
    int r = print_command(arguments, &command);

    if (r >= 0 && arguments->copyright_file) {
        r = file_read(arguments->copyright_file, COPYRIGHT_MOST, &copyright, &size, fault);
        if (r < 0)
            return r;
        while (size && strchr("\r\n ", ((char *)copyright)[size - 1]))
            size--;
        metadata.model_copyright = copyright;
        metadata.model_copyright[size] = 0;
    }
    if (r >= 0 && arguments->model_version) {
        model_version = strdup(arguments->model_version);
        r = model_version ? 0 : -ENOMEM;
    }
    if (r < 0)
        return r;
    metadata.converter_command = (char *)command.base;
    metadata.model_version = model_version;
    return dlc_write(graph, &metadata, out, fault);
}

/* The model's folder, for files beside it; the whole path before the last slash. */
static const char *folder_of(const char *path, char *out, size_t size)
{
    const char *slash = strrchr(path, '/');

    snprintf(out, size, "%.*s", slash ? (int)(slash + 1 - path) : 1, slash ? path : ".");
    return out;
}

static int convert_file(struct arguments *arguments, struct graph **ret, struct buf *report,
                        struct fault *fault)
{
    char folder[PATH_MAX];
    struct convert_options how = {
        .dims = arguments->dims,
        .outputs = arguments->outputs,
        .inputs = arguments->inputs,
        .n_dims = arguments->n_dims,
        .n_outputs = arguments->n_outputs,
        .n_inputs = arguments->n_inputs,
        .keep_batchnorm = arguments->keep_batchnorm,
        .allow_unconsumed = arguments->allow_unconsumed,
        .input_type = arguments->in_type,
        .folder = folder_of(arguments->network, folder, sizeof(folder)),
    };
    _cleanup_(free_bytes) void *bytes = NULL, *weights = NULL;
    size_t size;
    int r = file_read(arguments->network, MODEL_MOST, &bytes, &size, fault);

    for (uint32_t i = 0; i < arguments->n_inputs; i++)
        if (arguments->inputs[i].type < 0)
            arguments->inputs[i].type = arguments->in_type;
    if (r == 0 && arguments->weights)
        r = file_read(arguments->weights, MODEL_MOST, &weights, &how.weights_size, fault);
    how.weights = weights;
    return r < 0 ? r : arguments->tool->convert(bytes, size, &how, ret, report, fault);
}

/* "./models/net.onnx" -> "./models/net.dlc" */
static int default_output(const char *network, char *out, size_t size)
{
    const char *slash = strrchr(network, '/');
    const char *dot = strrchr(network, '.');
    size_t length =
        dot && dot > (slash ? slash + 1 : network) ? (size_t)(dot - network) : strlen(network);

    return (size_t)snprintf(out, size, "%.*s.dlc", (int)length, network) < size ? 0 : -1;
}

static void print_summary(const struct arguments *arguments, const struct graph *graph,
                          const char *output, size_t size)
{
    bool layers =
        arguments->debug || (arguments->dry_run && strcmp(arguments->dry_run, "debug") == 0);

    if (layers)
        convert_print_layers(graph);
    convert_print_border(graph);
    printf("%u layers, %zu bytes of weights\n", graph->n_nodes, graph_weight_bytes(graph));
    if (arguments->dry_run)
        printf("dry run: %s was not written\n", output);
    else
        printf("wrote %s, %zu bytes\n", output, size);
}

/* Says everything that stands in the way, or the one thing that FAULT holds. */
static int refuse(const struct arguments *arguments, int r, const struct buf *report,
                  const struct fault *fault)
{
    const char *program = arguments->tool->program;

    if (report->size)
        fprintf(stderr, "%s: %s cannot be converted:\n%.*s", program, arguments->network,
                (int)report->size, (const char *)report->base);
    else if (*fault->text)
        fprintf(stderr, "%s: error: %s\n", program, fault->text);
    else
        fprintf(stderr, "%s: error: %s\n", program, error_get(r).text);
    return 1;
}

/* A container takes no place of what it is made from: that may be the only copy. */
static int check_output(const struct arguments *arguments, const char *output, struct fault *fault)
{
    const char *sources[] = {arguments->network, arguments->weights, arguments->copyright_file};

    for (size_t i = 0; i < ARRAY_SIZE(sources); i++)
        if (sources[i] && file_is_same(sources[i], output))
            return fail(fault, E_CONVERT_OPTION,
                        "the container would take the place of %.150s: name another with -%c",
                        sources[i], find_option(arguments, OPTION_OUTPUT)->letter);
    return 0;
}

static int run(struct arguments *arguments)
{
    _cleanup_(graph_unrefp) struct graph *graph = NULL;
    _cleanup_(buf_done) struct buf report = {0};
    _cleanup_(buf_done) struct buf container = {0};
    char own_output[PATH_MAX];
    const char *output = arguments->output;
    struct fault fault = {""};
    int r = 0;

    if (!output && default_output(arguments->network, own_output, sizeof(own_output)) < 0)
        r = fail(&fault, -ENAMETOOLONG, "%.100s...: the name is too long", arguments->network);
    output = output ? output : own_output;
    if (r == 0)
        r = check_output(arguments, output, &fault);
    if (r == 0)
        r = convert_file(arguments, &graph, &report, &fault);
    if (r == 0)
        r = write_container(arguments, graph, &container, &fault);
    if (r == 0 && !arguments->dry_run)
        r = file_write(output, container.base, container.size, &fault);
    if (r < 0)
        return refuse(arguments, r, &report, &fault);
    print_summary(arguments, graph, output, container.size);
    return 0;
}

static int check_required(enum converter converter, const struct arguments *arguments,
                          struct fault *fault)
{
    if (!arguments->network)
        return fail(fault, E_CONVERT_OPTION, "no model: -%c FILE is required",
                    find_option(arguments, OPTION_NETWORK)->letter);
    if (converter == CONVERTER_CAFFE2 && !arguments->weights)
        return fail(fault, E_CONVERT_OPTION, "no weights: -e FILE, the init net, is required");
    return 0;
}

int convert_main(enum converter converter, int argc, char **argv)
{
    _cleanup_(freep) struct arguments *arguments = calloc(1, sizeof(*arguments));
    char about[160];
    const struct converter_def *tool = converter_get(converter);
    struct args_spec spec = {
        .program = tool->program,
        .version = SNPED_VERSION,
        .synopsis = converter == CONVERTER_CAFFE2
                        ? "-p PREDICT_NET -e INIT_NET [-d CONTAINER] -i NAME DIMS..."
                        : "-i MODEL [-o CONTAINER] [-d NAME DIMS]...",
        .about = about,
    };
    struct fault fault = {""};
    int r;

    if (!arguments) {
        fprintf(stderr, "%s: error: %s\n", tool->program, error_get(-ENOMEM).text);
        return 1;
    }
    arguments->tool = tool;
    convert_options_list(converter, &arguments->table);
    spec.options = arguments->table.options;
    snprintf(about, sizeof(about), "Converts a model of %s to a DLC container (version 3), float.",
             tool->framework);
    r = args_parse(&spec, argc, argv, take_option, take_stray, arguments, stdout, &fault);
    if (r > 0)
        return 0;
    if (r == 0)
        r = check_required(converter, arguments, &fault);
    if (r == 0)
        return run(arguments);
    fprintf(stderr, "%s: error: %s\n", tool->program, fault.text);
    if (r == E_NOT_BUILT)
        return 1;
    fprintf(stderr, "%s: --help shows the options\n", tool->program);
    return 2;
}
