/* snpe-dlc-info: what a DLC holds, layer by layer, and what it costs. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/args.h"
#include "base/base.h"
#include "base/error.h"
#include "model/names.h"
#include "tools/dlc_json.h"
#include "tools/dlc_params.h"
#include "tools/dlc_table.h"
#include "tools/file.h"

enum { OPTION_INPUT, OPTION_SAVE, OPTION_JSON };

static const struct args_option options[] = {
    [OPTION_INPUT] = {"input_dlc", NULL, 'i', 1, "FILE", "the DLC to look at (required)"},
    [OPTION_SAVE] = {"save", NULL, 's', 1, "CSV", "also write the table to a file"},
    [OPTION_JSON] = {"json", NULL, 0, 0, NULL, "print everything as JSON instead of a table"},
    {0},
};

static const struct args_spec spec = {
    .program = "snpe-dlc-info",
    .version = SNPED_VERSION,
    .synopsis = "-i FILE [-s CSV] [--json]",
    .about = "Prints the layers of a DLC with their shapes and parameters, what they cost, and "
             "which runtimes of this build can run them.",
    .epilog = "Exit status: 0 done, 1 refused or failed, 2 wrong usage.",
    .options = options,
};

struct arguments {
    const char *input, *save;
    bool json;
};

static int take_option(void *context, const struct args_option *option, char *const *values,
                       struct fault *fault)
{
    struct arguments *arguments = context;

    (void)fault;
    switch (option - options) {
    case OPTION_INPUT:
        arguments->input = values[0];
        return 0;
    case OPTION_SAVE:
        arguments->save = values[0];
        return 0;
    default:
        arguments->json = true;
        return 0;
    }
}

static int take_word(void *context, char *word, struct fault *fault)
{
    (void)context;
    return fail(fault, -EINVAL, "unexpected argument '%.100s'", word);
}

static void print_head(const struct dlc_facts *facts)
{
    printf("DLC info for: %s\n", facts->path);
    printf("Model Version: %s\n", facts->metadata->model_version);
    printf("Model Copyright: %s\n", facts->metadata->model_copyright);
}

/* "162.1 k", "724.4 M" */
static const char *scaled(uint64_t n, char out[32])
{
    if (n >= 1000000)
        snprintf(out, 32, "%.1f M", (double)n / 1e6);
    else if (n >= 1000)
        snprintf(out, 32, "%.1f k", (double)n / 1e3);
    else
        snprintf(out, 32, "%u ", (unsigned)n);
    return out;
}

static void print_totals(const struct dlc_facts *facts)
{
    char all[32], weights[32], buffers[32];

    printf("Total parameters: %llu (%sB assuming single precision float)\n",
           (unsigned long long)facts->n_params, scaled(facts->weight_bytes, all));
    printf("Total MACs per inference: %llu (%s)\n", (unsigned long long)facts->macs,
           scaled(facts->macs, all));
    if (facts->batch > 1)
        printf("Batch: %u inferences a run\n", facts->batch);
    printf("Est. steady-state memory needed to run: %sB (weights %sB, buffers %sB in single "
           "precision float)\n",
           scaled(facts->weight_bytes + facts->buffer_bytes, all),
           scaled(facts->weight_bytes, weights), scaled(facts->buffer_bytes, buffers));
}

static void print_runtimes(const struct dlc_facts *facts)
{
    printf("Note: the Runtimes column says which runtimes can run the layer. On this machine can "
           "be used:");
    for (uint32_t i = 0; i < _RUNTIME_MAX; i++)
        if (facts->runtimes & 1u << i)
            printf(" %s", runtime_get(i)->name);
    printf("\nKey: A:AIP D:DSP G:GPU C:CPU\n");
}

static void print_metadata(const struct dlc_metadata *metadata)
{
    printf("Converter command: %s\n", metadata->converter_command);
    printf("Quantizer command: %s\n",
           metadata->quantizer_command ? metadata->quantizer_command : "N/A");
    printf("DLC created with converter version: %s\n", metadata->converter_version);
    printf("DLC container version: %u\n", metadata->version);
    if (metadata->others)
        printf("Other metadata:\n%s", metadata->others);
}

/* Each type once, in the order of its first layer. 0 or -ENOMEM. */
static int print_types(const struct dlc_facts *facts)
{
    struct arena arena = {NULL};
    struct names seen = {0};
    int r = 0;

    printf("Layers used by DLC:");
    for (uint32_t i = 0; (r == 0 || r == -EEXIST) && i < facts->layers.n; i++) {
        const char *type = params_type(&facts->layers.v[i], &arena);

        r = type ? names_add(&seen, type) : -ENOMEM;
        if (r == 0)
            printf("%s %s", seen.n > 1 ? "," : "", type);
    }
    printf("\n");
    names_done(&seen);
    arena_done(&arena);
    return r == -ENOMEM ? r : 0;
}

static void print_records(const struct graph *graph)
{
    for (uint32_t i = 0; i < graph->n_sections; i++)
        printf("Other record: %s (%zu bytes)\n", graph->sections[i].name, graph->sections[i].size);
}

static int print_all(const struct dlc_facts *facts, const struct ruled *table)
{
    int r;

    print_head(facts);
    ruled_print(table, stdout);
    print_runtimes(facts);
    print_totals(facts);
    print_metadata(facts->metadata);
    r = print_types(facts);
    print_records(facts->graph);
    return r;
}

static int print_json(const struct dlc_facts *facts)
{
    struct json json = {0};
    int r = dlc_json_write(facts, NULL, NULL, NULL, &json);

    if (r == 0)
        r = json_end(&json);
    if (r == 0)
        (void)fwrite(json.text.base, 1, json.text.size, stdout);
    json_done(&json);
    return r;
}

static int save(const struct ruled *table, const char *path, struct fault *fault)
{
    struct buf text = {0};
    int r = ruled_csv(table, &text);

    if (r == 0)
        r = file_write(path, text.base, text.size, fault);
    buf_done(&text);
    return r;
}

static int show(const struct arguments *arguments, const struct dlc_facts *facts,
                struct fault *fault)
{
    struct ruled table = {.error = 0};
    int r = dlc_table_make(facts, &table);

    if (r == 0)
        r = arguments->json ? print_json(facts) : print_all(facts, &table);
    if (r == 0 && arguments->save)
        r = save(&table, arguments->save, fault);
    ruled_done(&table);
    return r;
}

static int run(const struct arguments *arguments)
{
    struct fault fault = {"out of memory"};
    struct dlc_facts facts = {.path = NULL};
    int r = dlc_facts_read(arguments->input, true, &facts, &fault);

    if (r == 0)
        r = show(arguments, &facts, &fault);
    dlc_facts_done(&facts);
    if (r == 0 && (fflush(stdout) != 0 || ferror(stdout)))
        r = fail(&fault, -EIO, "standard output cannot be written");
    if (r < 0)
        fprintf(stderr, "%s: error: %s\n", spec.program, fault.text);
    return r < 0;
}

int main(int argc, char **argv)
{
    struct arguments arguments = {.input = NULL};
    struct fault fault = {""};
    int r = args_parse(&spec, argc, argv, take_option, take_word, &arguments, stdout, &fault);

    if (r > 0)
        return 0;
    if (r == 0 && !arguments.input)
        r = fail(&fault, -EINVAL, "no DLC: -i FILE is required");
    return r < 0 ? args_refuse(spec.program, &fault) : run(&arguments);
}
