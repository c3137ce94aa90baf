/*
 * snpe-net-run: runs a DLC on the inputs of a list and writes what comes out, in this process or
 * through the daemon.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/args.h"
#include "base/base.h"
#include "base/error.h"
#include "base/str.h"
#include "tools/batch.h"
#include "tools/input_list.h"
#include "tools/net.h"
#include "tools/raw_io.h"

#define DIMS_MOST 64

enum {
    OPTION_CONTAINER,
    OPTION_INPUT_LIST,
    OPTION_OUTPUT_DIR,
    OPTION_RUNTIME_ORDER,
    OPTION_FALLBACK,
    OPTION_INPUT_NAME,
    OPTION_INPUT_DIMENSIONS,
    OPTION_PERF_PROFILE,
    OPTION_PROFILING_LEVEL,
    OPTION_DAEMON,
    OPTION_SOCKET,
    OPTION_GPU_MODE,
    OPTION_USE_GPU,
    OPTION_USE_DSP,
    OPTION_USE_AIP,
    OPTION_USE_FXP,
    OPTION_DEBUG,
    OPTION_ENCODING_TYPE,
    OPTION_USERBUFFER_FLOAT,
    OPTION_USERBUFFER_TF8,
    OPTION_UDO,
    OPTION_STORAGE_DIR,
};

static const struct args_option options[] = {
    [OPTION_CONTAINER] = {.name = "container",
                          .n_values = 1,
                          .values = "FILE",
                          .help = "the DLC to run (required)"},
    [OPTION_INPUT_LIST] = {.name = "input_list",
                           .n_values = 1,
                           .values = "FILE",
                           .help =
                               "one inference a line: a raw file, or name:=file for each input; a "
                               "first line \"#layer layer\" names the outputs (required)"},
    [OPTION_OUTPUT_DIR] = {.name = "output_dir",
                           .n_values = 1,
                           .values = "DIR",
                           .help = "where Result_0, Result_1, ... go (default ./output)"},
    [OPTION_RUNTIME_ORDER] =
        {.name = "runtime_order",
         .n_values = 1,
         .values = "A,B,..",
         .help = "runtimes in order of precedence: cpu, fxp, gpu, gpu_fp16, dsp, aip"},
    [OPTION_FALLBACK] = {.name = "enable_cpu_fallback",
                         .help = "let the CPU run what the runtime rejects"},
    [OPTION_INPUT_NAME] = {.name = "input_name",
                           .n_values = 1,
                           .values = "NAME",
                           .help = "an input to resize; --input_dimensions follows"},
    [OPTION_INPUT_DIMENSIONS] = {.name = "input_dimensions",
                                 .n_values = 1,
                                 .values = "1,224,224,3",
                                 .help = "the new sizes of the input named before"},
    [OPTION_PERF_PROFILE] =
        {.name = "perf_profile",
         .n_values = 1,
         .values = "NAME",
         .help = "balanced, high_performance, power_saver, system_settings, "
                 "sustained_high_performance or burst; the CPU runtime has no clocks to vote for"},
    [OPTION_PROFILING_LEVEL] = {.name = "profiling_level",
                                .n_values = 1,
                                .values = "LEVEL",
                                .help = "off; the others are not built yet"},
    [OPTION_DAEMON] = {.name = "daemon", .help = "run through snped instead of in this process"},
    [OPTION_SOCKET] =
        {.name = "socket",
         .n_values = 1,
         .values = "PATH",
         .help = "where snped listens (default $SNPED_SOCKET, then /run/snped/snped.sock)"},
    [OPTION_GPU_MODE] = {.name = "gpu_mode",
                         .n_values = 1,
                         .values = "MODE",
                         .help = "default or float16, with --use_gpu"},
    [OPTION_USE_GPU] = {.name = "use_gpu", .help = "run on the GPU"},
    [OPTION_USE_DSP] = {.name = "use_dsp", .help = "run on the DSP"},
    [OPTION_USE_AIP] = {.name = "use_aip", .help = "run on the AIP"},
    [OPTION_USE_FXP] = {.name = "use_fxp_cpu", .help = "run in 8 bit on the CPU"},
    [OPTION_DEBUG] = {.name = "debug", .help = "not built yet: save the output of every layer"},
    [OPTION_ENCODING_TYPE] = {.name = "encoding_type",
                              .n_values = 1,
                              .values = "nv21",
                              .help = "input files are NV21 pictures: bytes, rows of Y, then of "
                                      "V and U; for inputs of that encoding, or of BGR or RGB"},
    [OPTION_USERBUFFER_FLOAT] = {.name = "userbuffer_float",
                                 .help = "not built yet: user buffers of float"},
    [OPTION_USERBUFFER_TF8] = {.name = "userbuffer_tf8",
                               .help = "not built yet: user buffers of 8-bit codes"},
    [OPTION_UDO] = {.name = "udo_package_path",
                    .n_values = 1,
                    .values = "A,B",
                    .help = "not built yet: user-defined operations"},
    [OPTION_STORAGE_DIR] = {.name = "storage_dir",
                            .n_values = 1,
                            .values = "DIR",
                            .help = "accepted; nothing is stored yet"},
    {0},
};

static const char runtime_names[] =
#define RUNTIME(id, name, device, backend, mode, snpe_name, snpe_number, flag, bench) name " "
#include "base/runtimes.def"
#undef RUNTIME
    "";

static const char profile_names[] =
#define PERF(ID, number, name) name " "
#include "base/perf.def"
    "";

static const struct args_hint hints[] = {
    {"runtime_order", NULL, {runtime_names}}, {"perf_profile", NULL, {profile_names}},
    {"profiling_level", NULL, {"off"}},       {"gpu_mode", NULL, {"default float16"}},
    {"encoding_type", NULL, {"nv21"}},        {0},
};

static const struct args_spec spec = {
    .program = "snpe-net-run",
    .version = SNPED_VERSION,
    .synopsis = "--container FILE --input_list FILE [options]",
    .about = "Runs a DLC on raw inputs and writes OUTPUT_DIR/Result_<n>/<tensor>.raw, "
             "little-endian float32 in the order of the DLC's dims (NHWC).",
    .epilog = "Without a # line the outputs are those of the last layer. If the DLC's batch is N "
              "and the files hold one element each, N lines make one run and the last is padded "
              "with zeros. Exit status: 0 done, 1 refused or failed, 2 wrong usage.",
    .options = options,
    .hints = hints,
};

struct arguments {
    struct net_options net;
    const char *input_list, *output_dir;
    enum runtime order[_RUNTIME_MAX];
    struct input_dims dims[DIMS_MOST];
    const char *input_name;
    bool gpu_float16, nv21;
};

static int add_runtime(struct arguments *arguments, const char *name, struct fault *fault)
{
    const struct runtime_info *info = runtime_find(name);

    if (!info)
        return fail(fault, -EINVAL, "there is no runtime %.60s: cpu, fxp, gpu, gpu_fp16, dsp, aip",
                    name);
    if (arguments->net.n_order == _RUNTIME_MAX)
        return fail(fault, -EINVAL, "too many runtimes");
    arguments->order[arguments->net.n_order++] = info->id;
    return 0;
}

static int add_runtimes(struct arguments *arguments, const char *list, struct fault *fault)
{
    int r = 0;

    while (r == 0 && *list) {
        size_t length = strcspn(list, ",");
        char name[32] = "";

        memcpy(name, list, length < sizeof(name) ? length : sizeof(name) - 1);
        r = add_runtime(arguments, name, fault);
        list += length;
        list += *list == ',';
    }
    return r;
}

static int add_dims(struct arguments *arguments, const char *text, struct fault *fault)
{
    struct input_dims *dims = &arguments->dims[arguments->net.derive.n_dims];

    if (!arguments->input_name)
        return fail(fault, -EINVAL, "--input_dimensions: --input_name must come before it");
    if (arguments->net.derive.n_dims == DIMS_MOST)
        return fail(fault, -EINVAL, "--input_dimensions: more than %d inputs", DIMS_MOST);
    if (str_dims(text, &dims->shape) < 0)
        return fail(fault, -EINVAL, "--input_dimensions: %.100s is not a list like 1,224,224,3",
                    text);
    dims->name = take_ptr(arguments->input_name);
    arguments->net.derive.n_dims++;
    return 0;
}

static int check_word(const char *option, const char *word, const char *const *words,
                      struct fault *fault)
{
    for (; *words; words++)
        if (strcmp(word, *words) == 0)
            return 0;
    return fail(fault, -EINVAL, "--%s: there is no %.60s", option, word);
}

static int take_word(struct arguments *arguments, const struct args_option *option,
                     const char *value, struct fault *fault)
{
    static const char *const profiles[] = {"default",
                                           "system_settings",
                                           "power_saver",
                                           "balanced",
                                           "high_performance",
                                           "sustained_high_performance",
                                           "burst",
                                           NULL};
    static const char *const encodings[] = {"nv21", NULL};
    static const char *const modes[] = {"default", "float16", NULL};

    switch (option - options) {
    case OPTION_PERF_PROFILE:
        arguments->net.perf = strcmp(value, "default") == 0 ? NULL : value;
        return check_word(option->name, value, profiles, fault);
    case OPTION_GPU_MODE:
        arguments->gpu_float16 = strcmp(value, "float16") == 0;
        return check_word(option->name, value, modes, fault);
    case OPTION_ENCODING_TYPE:
        arguments->nv21 = true;
        return check_word(option->name, value, encodings, fault);
    case OPTION_PROFILING_LEVEL:
        if (strcmp(value, "off") == 0)
            return 0;
        break;
    case OPTION_STORAGE_DIR:
        return 0;
    }
    return fail(fault, E_NOT_BUILT, "--%s%s%.60s: this version cannot do that yet", option->name,
                value ? " " : "", value ? value : "");
}

static int take_option(void *context, const struct args_option *option, char *const *values,
                       struct fault *fault)
{
    struct arguments *arguments = context;

    switch (option - options) {
    case OPTION_CONTAINER:
        arguments->net.container = values[0];
        return 0;
    case OPTION_INPUT_LIST:
        arguments->input_list = values[0];
        return 0;
    case OPTION_OUTPUT_DIR:
        arguments->output_dir = values[0];
        return *values[0] ? 0 : fail(fault, -EINVAL, "--output_dir needs a folder");
    case OPTION_RUNTIME_ORDER:
        return add_runtimes(arguments, values[0], fault);
    case OPTION_FALLBACK:
        arguments->net.fallback = true;
        return 0;
    case OPTION_INPUT_NAME:
        arguments->input_name = values[0];
        return 0;
    case OPTION_INPUT_DIMENSIONS:
        return add_dims(arguments, values[0], fault);
    case OPTION_DAEMON:
        arguments->net.daemon = true;
        return 0;
    case OPTION_SOCKET:
        arguments->net.socket = values[0];
        return 0;
    case OPTION_USE_GPU:
        return add_runtime(arguments, "gpu", fault);
    case OPTION_USE_DSP:
        return add_runtime(arguments, "dsp", fault);
    case OPTION_USE_AIP:
        return add_runtime(arguments, "aip", fault);
    case OPTION_USE_FXP:
        return add_runtime(arguments, "fxp", fault);
    default:
        return take_word(arguments, option, option->n_values ? values[0] : NULL, fault);
    }
}

static int take_stray(void *context, char *word, struct fault *fault)
{
    (void)context;
    return fail(fault, -EINVAL, "%.100s: no option comes before it", word);
}

static int finish_arguments(struct arguments *arguments, struct fault *fault)
{
    if (!arguments->net.container || !arguments->input_list)
        return fail(fault, -EINVAL, "--%s is required",
                    arguments->net.container ? "input_list" : "container");
    if (arguments->input_name)
        return fail(fault, -EINVAL, "--input_name %.100s: --input_dimensions must follow",
                    arguments->input_name);
    for (uint32_t i = 0; i < arguments->net.n_order; i++)
        if (arguments->order[i] == RUNTIME_GPU && arguments->gpu_float16)
            arguments->order[i] = RUNTIME_GPU_FP16;
    arguments->net.order = arguments->order;
    arguments->net.derive.dims = arguments->dims;
    return 0;
}

static void print_rule(void)
{
    puts("-------------------------------------------------------------------------------");
}

static void print_header(const struct net *net)
{
    print_rule();
    printf("Model String: %s\n", net->model_version);
    printf("SNPE v%s\n", SNPED_VERSION);
    print_rule();
    if (*net->why)
        printf("Runs on %s; %s\n", net->runtime, net->why);
}

static void print_line(const struct input_line *line)
{
    puts("Processing DNN input(s):");
    for (uint32_t i = 0; i < line->n_items; i++)
        puts(line->items[i].path);
}

static int write_outputs(const struct arguments *arguments, const struct net *net,
                         const struct batch *batch, uint32_t element, struct fault *fault)
{
    char folder[PATH_MAX];
    int r = 0;

    if (snprintf(folder, sizeof(folder), "%s/Result_%u", arguments->output_dir,
                 batch->first + element) >= (int)sizeof(folder))
        return fail(fault, -ENAMETOOLONG, "--output_dir: the path is too long");
    for (uint32_t i = 0; r == 0 && i < net->n_outputs; i++) {
        struct batch_piece piece = batch_output(batch, &net->outputs[i], element);

        r = raw_io_write(folder, net->outputs[i].name, piece.data, piece.size, fault);
    }
    return r;
}

static int run_batch(const struct arguments *arguments, struct net *net,
                     const struct input_list *list, struct batch *batch, struct fault *fault)
{
    int r;

    for (uint32_t i = 0; i < batch->n_lines; i++)
        print_line(&list->lines[batch->first + i]);
    if (batch->padded)
        puts("Applying padding");
    fflush(stdout);
    r = net_run(net, fault);
    for (uint32_t i = 0; r == 0 && i < batch->n_lines; i++)
        r = write_outputs(arguments, net, batch, i, fault);
    return r;
}

static int run_list(const struct arguments *arguments, struct net *net,
                    const struct input_list *list, struct fault *fault)
{
    struct batch batch = {.nv21 = arguments->nv21};
    int r;

    print_header(net);
    while ((r = batch_next(&batch, net, list, fault)) > 0) {
        r = run_batch(arguments, net, list, &batch, fault);
        if (r < 0)
            return r;
    }
    return r;
}

static int run(struct arguments *arguments, struct fault *fault)
{
    _cleanup_(input_list_done) struct input_list list = {0};
    struct net *net = NULL;
    int r;

    r = input_list_read(arguments->input_list, &list, fault);
    if (r < 0)
        return r;
    arguments->net.derive.outputs = list.outputs;
    arguments->net.derive.n_outputs = list.n_outputs;
    r = net_open(&arguments->net, &net, fault);
    if (r == 0)
        r = run_list(arguments, net, &list, fault);
    net_close(net);
    return r;
}

int main(int argc, char **argv)
{
    struct arguments arguments = {.output_dir = "./output"};
    struct fault fault = {""};
    int r;

    r = args_parse(&spec, argc, argv, take_option, take_stray, &arguments, stdout, &fault);
    if (r > 0)
        return 0;
    if (r == 0)
        r = finish_arguments(&arguments, &fault);
    if (r < 0 && r != E_NOT_BUILT)
        return args_refuse(spec.program, &fault);
    if (r == 0)
        r = run(&arguments, &fault);
    if (r < 0)
        fprintf(stderr, "snpe-net-run: error: %s\n", *fault.text ? fault.text : error_get(r).text);
    return r < 0 ? 1 : 0;
}
