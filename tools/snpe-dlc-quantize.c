/* snpe-dlc-quantize: a float DLC and calibration inputs to an 8-bit DLC. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "model/dlc/dlc.h"
#include "model/quant/bias.h"
#include "model/quant/equalize.h"
#include "model/quant/roles.h"
#include "tools/dlc_facts.h"
#include "tools/dlc_made.h"
#include "tools/file.h"
#include "tools/progress.h"
#include "tools/quantize_inputs.h"
#include "tools/quantize_options.h"

struct job {
    struct quantize_arguments arguments;
    char own_output[PATH_MAX];
    struct dlc_facts facts;
    struct model *model; /* what is calibrated and quantised: that of the facts, or equalised */
    uint32_t n_pairs;    /* of sums that were equalised */
    uint32_t n_biases;   /* that were corrected */
    struct quantize_inputs inputs;
    struct progress progress;
    struct observations seen;
    struct buf notes;
    struct graph *graph; /* the result */
    size_t size;         /* of the container */
    uint32_t n_zeros;
};

static void job_done(struct job *job)
{
    graph_unref(job->graph);
    buf_done(&job->notes);
    observations_done(&job->seen);
    quantize_inputs_done(&job->inputs);
    model_unref(job->model);
    dlc_facts_done(&job->facts);
}

/* "./models/net.dlc" -> "./models/net_quantized.dlc" */
static int name_output(struct job *job, struct fault *fault)
{
    const char *input = job->arguments.input_dlc, *slash = strrchr(input, '/');
    const char *dot = strrchr(input, '.');
    size_t length =
        dot && dot > (slash ? slash + 1 : input) ? (size_t)(dot - input) : strlen(input);

    if (job->arguments.output_dlc)
        return 0;
    if ((size_t)snprintf(job->own_output, sizeof(job->own_output), "%.*s_quantized.dlc",
                         (int)length, input) >= sizeof(job->own_output))
        return fail(fault, -ENAMETOOLONG, "%.100s...: the name is too long", input);
    job->arguments.output_dlc = job->own_output;
    return 0;
}

static int check_output(const struct job *job, struct fault *fault)
{
    const char *sources[] = {job->arguments.input_dlc, job->arguments.input_list};

    for (size_t i = 0; i < ARRAY_SIZE(sources); i++)
        if (file_is_same(sources[i], job->arguments.output_dlc))
            return fail(fault, E_BAD_PARAMS,
                        "the result would take the place of %.150s: name another with --output_dlc",
                        sources[i]);
    return 0;
}

/* What cannot be quantised, before anything runs. */
static int check_model(const struct job *job, struct fault *fault)
{
    const char *path = job->arguments.input_dlc, *by = job->facts.metadata->quantizer_command;
    const struct graph *graph = job->facts.graph;

    if (roles_are_quantized(graph) || (by && *by && strcmp(by, "N/A") != 0))
        return fail(fault, E_STATE, "%.150s is quantised already: give the float DLC", path);
    if (job->facts.batch > 1)
        return fail(fault, E_SHAPE,
                    "%.120s has a batch of %u: convert the model with a batch of 1 to quantise it",
                    path, job->facts.batch);
    for (uint32_t i = 0; i < graph->n_nodes; i++)
        if (graph->nodes[i].op == OP_USER_DEFINED)
            return fail(fault, E_LAYER_UNSUPPORTED,
                        "%.80s: layer %.80s is user-defined, and its ranges cannot be seen here",
                        path, graph->nodes[i].name);
    return 0;
}

/* GRAPH as a model, by way of a container's bytes, as all tools and the daemon see it. */
static int model_of(const struct graph *graph, struct model **ret, struct fault *fault)
{
    _cleanup_(buf_done) struct buf bytes = {0};
    int r = dlc_write(graph, NULL, &bytes, fault);

    return r < 0 ? r : model_read(bytes.base, bytes.size, ret, fault);
}

static int equalize(struct job *job, struct fault *fault)
{
    _cleanup_(graph_unrefp) struct graph *graph = NULL;
    int r = graph_equalize(job->facts.graph, &graph, &job->n_pairs, fault);

    return r < 0 ? r : model_of(graph, &job->model, fault);
}

static void step(void *context, uint32_t done)
{
    struct job *job = context;

    if (!job->arguments.quiet && !job->arguments.silent)
        progress_step(&job->progress, done, job->inputs.list.n_lines);
}

/* calibrate() hands one context to all its functions. */
static int fill(void *context, uint32_t run, uint32_t input, void *data, size_t size,
                struct fault *fault)
{
    struct job *job = context;

    return quantize_inputs_fill(&job->inputs, run, input, data, size, fault);
}

static const char *name(void *context, uint32_t run, uint32_t input)
{
    struct job *job = context;

    return quantize_inputs_name(&job->inputs, run, input);
}

static int observe(struct job *job, struct fault *fault)
{
    const struct calibration how = {
        .n = job->inputs.list.n_lines,
        .context = job,
        .fill = fill,
        .name = name,
        .progress = step,
        .spread = job->arguments.enhanced_activations,
        .means = job->arguments.correct,
    };
    int r;

    job->progress = (struct progress){.what = "calibrating",
                                      .unit = "input",
                                      .out = stderr,
                                      .terminal = isatty(STDERR_FILENO),
                                      .clock = &clock_monotonic};
    progress_begin(&job->progress);
    r = calibrate(job->model, &how, &job->seen, &job->n_zeros, fault);
    progress_end(&job->progress);
    return r;
}

static void warn(const struct job *job)
{
    const uint32_t n = job->inputs.list.n_lines;

    if (job->arguments.silent)
        return;
    if (n == 1)
        fprintf(stderr,
                "%s: warning: ranges come of a single input and will fit few others: give 50 to "
                "100\n",
                quantize_spec.program);
    if (job->n_zeros)
        fprintf(stderr, "%s: warning: %u of %u inputs hold nothing but zeros\n",
                quantize_spec.program, job->n_zeros, n);
    if (job->inputs.list.n_outputs)
        fprintf(stderr,
                "%s: warning: %s: the line that names outputs is passed over; all values are "
                "measured\n",
                quantize_spec.program, job->arguments.input_list);
}

/* SNPE's command has no place for a version: a line of its own among the others tells it. */
static int print_others(const struct dlc_metadata *metadata, struct buf *out)
{
    return buf_printf(out, "%squantizer-version=%s\n", metadata->others ? metadata->others : "",
                      SNPED_VERSION);
}

static int write_result(struct job *job, struct fault *fault)
{
    _cleanup_(file_new_done) struct file_new file = {0};
    _cleanup_(buf_done) struct buf command = {0}, others = {0};
    struct dlc_metadata metadata = *job->facts.metadata; /* borrows all of it */
    const char *output = job->arguments.output_dlc;
    int r = quantize_options_print(&job->arguments, &command);

    if (r == 0)
        r = print_others(&metadata, &others);
    if (r == 0)
        r = file_new_begin(output, &file, fault);
    if (r < 0)
        return r;
    metadata.quantizer_command = (char *)command.base;
    metadata.others = (char *)others.base;
    metadata.date = 0;
    r = dlc_write_to(job->graph, &metadata, file_new_put, &file, fault);
    if (r < 0 && !*fault->text)
        return fail(fault, r, "cannot write %.180s: %s", output, error_get(r).text);
    job->size = file.size;
    if (r == 0)
        r = dlc_made_check(&file, fault);
    return r < 0 ? r : file_new_end(&file, fault);
}

static void print_ranges(const struct graph *graph)
{
    for (uint32_t i = 0; i < graph->n_values; i++) {
        const struct value *value = &graph->values[i];

        for (uint32_t k = 0; k < value->n_encodings; k++) {
            const struct encoding *encoding = &value->encodings[k];

            printf("%s", value->name);
            if (value->n_encodings > 1)
                printf("[%u]", k);
            printf(": min %g max %g delta %g offset %d\n", (double)encoding->min,
                   (double)encoding->max, (double)encoding->delta, encoding->offset);
        }
    }
}

static void print_summary(const struct job *job)
{
    uint32_t n_values = 0, n_constants = 0;

    if (job->arguments.quiet || job->arguments.silent)
        return;
    for (uint32_t i = 0; i < job->graph->n_values; i++) {
        const struct value *value = &job->graph->values[i];

        n_constants += value->blob && value->dtype == DTYPE_TF8;
        n_values += !value->blob && value->n_encodings > 0;
    }
    if (job->arguments.verbose)
        print_ranges(job->graph);
    printf("%.*s", (int)job->notes.size, (const char *)job->notes.base);
    if (job->arguments.equalize)
        printf("%u pairs of layers were equalised\n", job->n_pairs);
    if (job->arguments.correct)
        printf("%u biases were corrected\n", job->n_biases);
    printf("%u inputs, %u values with ranges, %u constants in 8 bits\n", job->inputs.list.n_lines,
           n_values, n_constants);
    printf("wrote %s, %zu bytes\n", job->arguments.output_dlc, job->size);
}

/* Biases are corrected by what the first codes turned out to be. */
static int quantize(struct job *job, struct fault *fault)
{
    const struct quantize_options options = quantize_options_of(&job->arguments);
    const struct graph *graph = model_graph(job->model);
    _cleanup_(graph_unrefp) struct graph *first = NULL, *corrected = NULL;
    int r;

    if (!job->arguments.correct)
        return graph_quantize(graph, &job->seen, &options, &job->graph, &job->notes, fault);
    r = graph_quantize(graph, &job->seen, &options, &first, NULL, fault);
    if (r == 0)
        r = graph_correct_biases(graph, first, &job->seen, &corrected, &job->n_biases, fault);
    if (r < 0)
        return r;
    return graph_quantize(corrected, &job->seen, &options, &job->graph, &job->notes, fault);
}

static int run(struct job *job, struct fault *fault)
{
    int r = name_output(job, fault);

    if (r == 0)
        r = check_output(job, fault);
    if (r == 0)
        r = dlc_facts_read(job->arguments.input_dlc, false, &job->facts, fault);
    if (r == 0)
        r = check_model(job, fault);
    if (r == 0)
        r = quantize_inputs_read(job->arguments.input_list, job->facts.graph, &job->inputs, fault);
    if (r == 0 && job->arguments.equalize)
        r = equalize(job, fault);
    else if (r == 0)
        job->model = model_ref(job->facts.model);
    if (r == 0)
        r = observe(job, fault);
    if (r < 0)
        return r;
    warn(job);
    r = quantize(job, fault);
    return r < 0 ? r : write_result(job, fault);
}

int main(int argc, char **argv)
{
    _cleanup_(job_done) struct job job = {.arguments = {.bias_bitwidth = 8}};
    struct fault fault = {""};
    int r = quantize_options_read(argc, argv, &job.arguments, &fault);

    if (r > 0)
        return 0;
    if (r < 0 && r != E_NOT_BUILT)
        return args_refuse(quantize_spec.program, &fault);
    if (r == 0)
        r = run(&job, &fault);
    if (r < 0) {
        fprintf(stderr, "%s: error: %s\n", quantize_spec.program,
                *fault.text ? fault.text : error_get(r).text);
        return 1;
    }
    print_summary(&job);
    if (fflush(stdout) == 0 && !ferror(stdout))
        return 0;
    fprintf(stderr, "%s: error: standard output cannot be written\n", quantize_spec.program);
    return 1;
}
