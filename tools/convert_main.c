#include "tools/convert_main.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/args.h"
#include "base/base.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/str.h"
#include "model/dlc/dlc.h"
#include "tools/convert_arguments.h"
#include "tools/convert_print.h"
#include "tools/dlc_made.h"
#include "tools/file.h"
#include "tools/progress.h"

#define MODEL_MOST     ((size_t)INT32_MAX) /* protobuf's own limit */
#define COPYRIGHT_MOST ((size_t)64 << 10)

static void free_bytes(void *p)
{
    mem_free(*(void **)p);
}

/* Where a container goes, piece by piece. */
struct sink {
    int (*put)(void *context, const void *base, size_t size);
    void *context;
};

/* The container's bytes, with what the metadata shall say. */
static int write_container(const struct convert_arguments *arguments, const struct graph *graph,
                           struct sink sink, struct fault *fault)
{
    _cleanup_(buf_done) struct buf command = {0};
    char version[] = SNPED_VERSION;
    _cleanup_(freep) char *model_version = NULL;
    _cleanup_(free_bytes) void *copyright = NULL;
    struct dlc_metadata metadata = {.converter_version = version};
    size_t size;
    int r = convert_arguments_print(arguments, &command);

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
    return dlc_write_to(graph, &metadata, sink.put, sink.context, fault);
}

/* The model's folder, for files beside it; the whole path before the last slash. */
static const char *folder_of(const char *path, char *out, size_t size)
{
    const char *slash = strrchr(path, '/');

    snprintf(out, size, "%.*s", slash ? (int)(slash + 1 - path) : 1, slash ? path : ".");
    return out;
}

/* What a conversion that is under way tells, and may let go. */
struct under_way {
    struct progress progress;
    struct file_map network, weights;
};

static void under_way_done(struct under_way *under_way)
{
    progress_end(&under_way->progress);
    file_map_done(&under_way->network);
    file_map_done(&under_way->weights);
}

/* After each node: what it read of the files has become part of the graph. */
static void step(void *context, uint32_t done, uint32_t n)
{
    struct under_way *under_way = context;

    progress_step(&under_way->progress, done, n);
    file_map_let_go(&under_way->network);
    file_map_let_go(&under_way->weights);
}

/* Its name there. */
static const char *file_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static int convert_file(struct convert_arguments *arguments, const char *output, struct graph **ret,
                        struct buf *report, struct fault *fault)
{
    _cleanup_(under_way_done) struct under_way under_way = {
        .progress = {.what = "converting",
                     .unit = "node",
                     .out = stderr,
                     .terminal = isatty(STDERR_FILENO),
                     .clock = &clock_monotonic},
    };
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
        .encoding = arguments->encoding,
        .prepare = arguments->prepare,
        .picture_width = arguments->picture_width,
        .picture_height = arguments->picture_height,
        .reordered = arguments->reordered,
        .n_reordered = arguments->n_reordered,
        .folder = folder_of(arguments->network, folder, sizeof(folder)),
        .file = file_of(arguments->network),
        .output = arguments->dry_run ? NULL : output,
        .progress = step,
        .progress_context = &under_way,
    };
    int r = file_map(arguments->network, MODEL_MOST, &under_way.network, fault);

    for (uint32_t i = 0; i < arguments->n_inputs; i++)
        if (arguments->inputs[i].type < 0)
            arguments->inputs[i].type = arguments->in_type;
    if (r == 0 && arguments->weights)
        r = file_map(arguments->weights, MODEL_MOST, &under_way.weights, fault);
    if (r < 0)
        return r;
    if (arguments->weights) {
        how.weights = under_way.weights.base ? under_way.weights.base : "";
        how.weights_file = file_of(arguments->weights);
    }
    how.weights_size = under_way.weights.size;
    progress_begin(&under_way.progress);
    return arguments->tool->convert(under_way.network.base, under_way.network.size, &how, ret,
                                    report, fault);
}

/* The layers that the targets would not take, a line each; *RET_N of them. */
static int check_targets(const struct convert_arguments *arguments, const struct buf *container,
                         struct buf *out, uint32_t *ret_n, struct fault *fault)
{
    static const struct convert_target preset = {"cpu", "snapdragon_835", RUNTIME_CPU};
    uint32_t n_targets = arguments->n_targets ? arguments->n_targets : arguments->strict;
    const struct convert_target *targets = arguments->n_targets ? arguments->targets : &preset;
    struct engine *engine = NULL;
    _cleanup_(model_unrefp) struct model *model = NULL;
    int r = 0;

    *ret_n = 0;
    if (n_targets)
        r = engine_new(&(struct engine_options){.n_threads = 1}, &engine, fault);
    if (r == 0 && n_targets)
        r = model_read(container->base, container->size, &model, fault);
    for (uint32_t i = 0; r == 0 && i < n_targets; i++) {
        uint32_t n = 0;

        r = convert_target_check(&targets[i], engine, model, out, &n);
        *ret_n += n;
    }
    engine_free(engine);
    return r;
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

/* What is written, and what is said of it beside. */
struct made {
    struct graph *graph; /* NULL once it is written */
    struct buf notes, remarks, summary;
    uint32_t n_remarks;
    size_t size; /* of the container */
};

static void made_done(struct made *made)
{
    graph_unref(made->graph);
    buf_done(&made->notes);
    buf_done(&made->remarks);
    buf_done(&made->summary);
}

/* What there is to say of the graph, as long as it is there. */
static int summarise(const struct convert_arguments *arguments, struct made *made)
{
    const struct graph *graph = made->graph;
    bool asked = arguments->debug || arguments->dry_run;
    bool layers =
        arguments->debug || (arguments->dry_run && strcmp(arguments->dry_run, "debug") == 0);
    int r = 0;

    if (asked && made->notes.size)
        r = buf_append(&made->summary, made->notes.base, made->notes.size);
    if (r >= 0 && layers)
        r = convert_print_layers(graph, &made->summary);
    if (r >= 0)
        r = convert_print_border(graph, &made->summary);
    if (r >= 0)
        r = buf_printf(&made->summary, "%u layers, %zu bytes of weights\n", graph->n_nodes,
                       graph_weight_bytes(graph));
    return r < 0 ? r : 0;
}

static void print_summary(const struct convert_arguments *arguments, const struct made *made,
                          const char *output)
{
    printf("%.*s", (int)made->summary.size, (const char *)made->summary.base);
    if (arguments->dry_run)
        printf("dry run: %s was not written\n", output);
    else
        printf("wrote %s, %zu bytes\n", output, made->size);
}

/* Says everything that stands in the way, or the one thing that FAULT holds. */
static int refuse(const struct convert_arguments *arguments, int r, const struct buf *report,
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
static int check_output(const struct convert_arguments *arguments, const char *output,
                        struct fault *fault)
{
    const char *sources[] = {arguments->network, arguments->weights, arguments->copyright_file};

    for (size_t i = 0; i < ARRAY_SIZE(sources); i++)
        if (sources[i] && file_is_same(sources[i], output))
            return fail(fault, E_CONVERT_OPTION,
                        "the container would take the place of %.150s: name another with -%c",
                        sources[i], convert_arguments_option(arguments, OPTION_OUTPUT)->letter);
    return 0;
}

/* What the targets would not take: no container of it if the user is strict. */
static int say_remarks(const struct convert_arguments *arguments, const struct buf *remarks,
                       uint32_t n, struct fault *fault)
{
    fprintf(stderr, "%s: %s:\n%.*s", arguments->tool->program,
            arguments->strict ? "error" : "warning", (int)remarks->size, (char *)remarks->base);
    if (!arguments->strict)
        return 0;
    return fail(fault, E_LAYER_UNSUPPORTED,
                "--strict: nothing was written, for a validation target would not take all of it "
                "(%u remarks)",
                n);
}

static int put_buf(void *context, const void *base, size_t size)
{
    return buf_append(context, base, size);
}

/* The container as its targets see it. */
static int check_container(const struct convert_arguments *arguments, struct made *made,
                           struct fault *fault)
{
    _cleanup_(buf_done) struct buf container = {0};
    int r = write_container(arguments, made->graph, (struct sink){put_buf, &container}, fault);

    if (r == 0)
        r = check_targets(arguments, &container, &made->remarks, &made->n_remarks, fault);
    return r == 0 && made->n_remarks
               ? say_remarks(arguments, &made->remarks, made->n_remarks, fault)
               : r;
}

static int write_file(const struct convert_arguments *arguments, struct made *made,
                      const char *output, struct fault *fault)
{
    _cleanup_(file_new_done) struct file_new file = {0};
    int r = arguments->dry_run ? file_new_begin_nowhere(&file, fault)
                               : file_new_begin(output, &file, fault);

    if (r < 0)
        return r;
    r = write_container(arguments, made->graph, (struct sink){file_new_put, &file}, fault);
    if (r < 0 && !*fault->text)
        return fail(fault, r, "cannot write %.180s: %s", output, error_get(r).text);
    made->size = file.size;
    graph_unref(made->graph);
    made->graph = NULL;
    if (r == 0)
        r = dlc_made_check(&file, fault);
    return r < 0 || arguments->dry_run ? r : file_new_end(&file, fault);
}

/* The container that the conversion made, checked and written to OUTPUT. */
static int deliver(const struct convert_arguments *arguments, struct made *made, const char *output,
                   struct fault *fault)
{
    int r = summarise(arguments, made);

    if (r == 0 && (arguments->n_targets || arguments->strict))
        r = check_container(arguments, made, fault);
    return r < 0 ? r : write_file(arguments, made, output, fault);
}

static int run(struct convert_arguments *arguments)
{
    _cleanup_(made_done) struct made made = {0};
    const struct buf nothing = {0};
    char own_output[PATH_MAX];
    const char *output = arguments->output;
    struct fault fault = {""};
    int r = 0;

    if (arguments->udl_texts[0])
        fprintf(stderr,
                "%s: --udl is ignored: no Python is called; layers that are not known here are "
                "kept as user-defined ones with their parameters, once -d says the sizes of their "
                "tops\n",
                arguments->tool->program);
    if (!output && default_output(arguments->network, own_output, sizeof(own_output)) < 0)
        r = fail(&fault, -ENAMETOOLONG, "%.100s...: the name is too long", arguments->network);
    output = output ? output : own_output;
    if (r == 0)
        r = check_output(arguments, output, &fault);
    if (r == 0)
        r = convert_file(arguments, output, &made.graph, &made.notes, &fault);
    if (r < 0)
        return refuse(arguments, r, &made.notes, &fault);
    r = deliver(arguments, &made, output, &fault);
    if (r < 0)
        return refuse(arguments, r, &nothing, &fault);
    print_summary(arguments, &made, output);
    if ((fflush(stdout) == 0 && !ferror(stdout)) || !arguments->dry_run)
        return 0;
    (void)fail(&fault, -EIO, "standard output cannot be written");
    return refuse(arguments, -EIO, &nothing, &fault);
}

int convert_main(enum converter converter, int argc, char **argv)
{
    _cleanup_(freep) struct convert_arguments *arguments = calloc(1, sizeof(*arguments));
    const char *program = converter_get(converter)->program;
    struct fault fault = {""};
    int r;

    if (!arguments) {
        fprintf(stderr, "%s: error: %s\n", program, error_get(-ENOMEM).text);
        return 1;
    }
    r = convert_arguments_read(converter, argc, argv, arguments, &fault);
    if (r >= 0)
        return r > 0 ? 0 : run(arguments);
    if (r != E_NOT_BUILT)
        return args_refuse(program, &fault);
    fprintf(stderr, "%s: error: %s\n", program, fault.text);
    return 1;
}
