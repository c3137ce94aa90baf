#include "tools/quantize_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/error.h"
#include "base/str.h"

enum {
    OPTION_INPUT_DLC,
    OPTION_INPUT_LIST,
    OPTION_OUTPUT_DLC,
    OPTION_FLOAT_WEIGHTS,
    OPTION_ENHANCED,
    OPTION_ADJUSTED,
    OPTION_SYMMETRIC,
    OPTION_AXIS,
    OPTION_OVERRIDE,
    OPTION_BIAS,
    OPTION_ACTIVATIONS,
    OPTION_WEIGHTS,
    OPTION_BITWIDTH,
    OPTION_OPTIMIZATIONS,
    OPTION_HTA,
    OPTION_PARTITIONS,
    OPTION_UDO,
    OPTION_VERBOSE,
    OPTION_QUIET,
    OPTION_SILENT,
};

static const struct args_option options[] = {
    [OPTION_INPUT_DLC] = {"input_dlc", NULL, 0, 1, "FILE",
                          "the float DLC to quantise; its batch is 1 (required)"},
    [OPTION_INPUT_LIST] = {"input_list", NULL, 0, 1, "FILE",
                           "calibration inputs, one inference a line: a raw float32 file, or "
                           "name:=file for each input (required)"},
    [OPTION_OUTPUT_DLC] = {"output_dlc", NULL, 0, 1, "FILE",
                           "where the result goes (default <input>_quantized.dlc)"},
    [OPTION_FLOAT_WEIGHTS] = {"no_weight_quantization", NULL, 0, 0, NULL,
                              "add encodings, but leave weights as floats"},
    [OPTION_ENHANCED] = {"use_enhanced_quantizer", NULL, 0, 1, "[WHAT]",
                         "cut off long tails of ranges: of weights, of activations, or by default "
                         "of both"},
    [OPTION_ADJUSTED] = {"use_adjusted_weights_quantizer", NULL, 0, 0, NULL,
                         "widen the ranges of weights where that makes their error less"},
    [OPTION_SYMMETRIC] = {"use_symmetric_quantize_weights", NULL, 0, 0, NULL,
                          "ranges of weights reach as far down as up"},
    [OPTION_AXIS] = {"axis_quant", NULL, 0, 0, NULL,
                     "an encoding for each output channel of weights"},
    [OPTION_OVERRIDE] = {"override_params", NULL, 0, 0, NULL,
                         "keep encodings that the DLC has, of training"},
    [OPTION_BIAS] = {"bias_bitwidth", NULL, 0, 1, "BITS", "8 (default) or 32"},
    [OPTION_ACTIVATIONS] = {"act_bitwidth", NULL, 0, 1, "BITS", "8; 16 is not built"},
    [OPTION_WEIGHTS] = {"weights_bitwidth", NULL, 0, 1, "BITS", "8; 16 is not built"},
    [OPTION_BITWIDTH] = {"bitwidth", NULL, 0, 1, "BITS", "both of these at once"},
    [OPTION_OPTIMIZATIONS] = {"optimizations", NULL, 0, 1, "NAME",
                              "cle: ranges of channels are made equal from layer to layer; bc: "
                              "biases make good what codes shift; repeatable"},
    [OPTION_HTA] = {"enable_hta", NULL, 0, 0, NULL, "not built yet: add sections for HTA"},
    [OPTION_PARTITIONS] = {"hta_partitions", NULL, 0, 1, "RANGES",
                           "not built yet: which layers run on HTA"},
    [OPTION_UDO] = {"udo_package_path", NULL, 0, 1, "FILE",
                    "not built yet: user-defined operations"},
    [OPTION_VERBOSE] = {"verbose", NULL, 0, 0, NULL, "show the range of every value"},
    [OPTION_QUIET] = {"quiet", NULL, 0, 0, NULL, "show no progress and no summary"},
    [OPTION_SILENT] = {"silent", NULL, 0, 0, NULL, "show errors only, no warnings"},
    {"debug", NULL, 0, 1, "AREA", NULL},
    {"debug1", NULL, 0, 0, NULL, NULL},
    {"debug2", NULL, 0, 0, NULL, NULL},
    {"debug3", NULL, 0, 0, NULL, NULL},
    {"log-mask", NULL, 0, 1, "MASK", NULL},
    {"log-file", NULL, 0, 1, "FILE", NULL},
    {"log-dir", NULL, 0, 1, "DIR", NULL},
    {"log-file-include-hostname", NULL, 0, 0, NULL, NULL},
    {0},
};

static const struct args_hint hints[] = {
    {"use_enhanced_quantizer", NULL, {"weights activations"}},
    {"bias_bitwidth", NULL, {"8 32"}},
    {"act_bitwidth", NULL, {"8"}},
    {"weights_bitwidth", NULL, {"8"}},
    {"bitwidth", NULL, {"8"}},
    {"optimizations", NULL, {"cle bc"}},
    {0},
};

const struct args_spec quantize_spec = {
    .program = "snpe-dlc-quantize",
    .version = SNPED_VERSION,
    .synopsis = "--input_dlc FILE --input_list FILE [options]",
    .about = "Makes an 8-bit DLC of a float one: runs it on calibration inputs to see the range of "
             "every value, gives each an encoding, and stores weights as codes.",
    .epilog = "Fifty to a hundred inputs as they will come are enough. SNPE's options for logs "
              "(--debug, --log-mask, --log-file, --log-dir and more) are accepted and do nothing. "
              "Exit status: 0 done, 1 refused or failed, 2 wrong usage.",
    .options = options,
    .hints = hints,
};

static int take_enhanced(struct quantize_arguments *arguments, const char *what,
                         struct fault *fault)
{
    if (what && strcmp(what, "weights") != 0 && strcmp(what, "activations") != 0)
        return fail(
            fault, -EINVAL,
            "--use_enhanced_quantizer: weights, activations, or nothing for both, not %.60s", what);
    arguments->enhanced_weights |= !what || *what == 'w';
    arguments->enhanced_activations |= !what || *what == 'a';
    return 0;
}

static int take_bits(const char *name, const char *text, unsigned also, unsigned *ret,
                     struct fault *fault)
{
    uint64_t bits;

    if (str_u64(text, 0, UINT32_MAX, &bits) < 0 || (bits != 8 && bits != also))
        return fail(fault, -EINVAL, "--%s: it can be 8 or %u, not %.60s", name, also, text);
    if (bits == 16)
        return fail(fault, E_NOT_BUILT, "--%s 16: 16-bit networks cannot be made, only 8-bit ones",
                    name);
    *ret = (unsigned)bits;
    return 0;
}

static int take_optimization(struct quantize_arguments *arguments, const char *name,
                             struct fault *fault)
{
    const bool equalize = strcmp(name, "cle") == 0, correct = strcmp(name, "bc") == 0;

    if (!equalize && !correct)
        return fail(fault, -EINVAL, "--optimizations: there are cle and bc, no %.60s", name);
    arguments->equalize |= equalize;
    arguments->correct |= correct;
    return 0;
}

static void take_switch(struct quantize_arguments *arguments, ptrdiff_t option)
{
    bool *const switches[] = {
        [OPTION_FLOAT_WEIGHTS] = &arguments->no_weight_quantization,
        [OPTION_ADJUSTED] = &arguments->adjusted_weights,
        [OPTION_SYMMETRIC] = &arguments->symmetric_weights,
        [OPTION_AXIS] = &arguments->axis_quant,
        [OPTION_OVERRIDE] = &arguments->override_params,
        [OPTION_VERBOSE] = &arguments->verbose,
        [OPTION_QUIET] = &arguments->quiet,
        [OPTION_SILENT] = &arguments->silent,
    };

    if (option < (ptrdiff_t)ARRAY_SIZE(switches) && switches[option])
        *switches[option] = true;
}

static int take_option(void *context, const struct args_option *option, char *const *values,
                       struct fault *fault)
{
    struct quantize_arguments *arguments = context;
    unsigned bits;

    switch (option - options) {
    case OPTION_INPUT_DLC:
        arguments->input_dlc = values[0];
        return 0;
    case OPTION_INPUT_LIST:
        arguments->input_list = values[0];
        return 0;
    case OPTION_OUTPUT_DLC:
        arguments->output_dlc = values[0];
        return 0;
    case OPTION_ENHANCED:
        return take_enhanced(arguments, values[0], fault);
    case OPTION_BIAS:
        return take_bits(option->name, values[0], 32, &arguments->bias_bitwidth, fault);
    case OPTION_ACTIVATIONS:
    case OPTION_WEIGHTS:
        arguments->one_bitwidth = true;
        return take_bits(option->name, values[0], 16, &bits, fault);
    case OPTION_BITWIDTH:
        arguments->bitwidth = true;
        return take_bits(option->name, values[0], 16, &bits, fault);
    case OPTION_OPTIMIZATIONS:
        return take_optimization(arguments, values[0], fault);
    case OPTION_HTA:
    case OPTION_PARTITIONS:
    case OPTION_UDO:
        return fail(fault, E_NOT_BUILT, "--%s: not built yet", option->name);
    default:
        take_switch(arguments, option - options);
        return 0;
    }
}

static int take_word(void *context, char *word, struct fault *fault)
{
    (void)context;
    return fail(fault, -EINVAL, "unexpected argument '%.100s'", word);
}

static int check(const struct quantize_arguments *arguments, struct fault *fault)
{
    const int rules =
        arguments->enhanced_weights + arguments->adjusted_weights + arguments->symmetric_weights;

    if (!arguments->input_dlc || !arguments->input_list)
        return fail(fault, -EINVAL, "--%s is required",
                    arguments->input_dlc ? "input_list" : "input_dlc");
    if (rules > 1)
        return fail(fault, -EINVAL,
                    "the ranges of weights can be enhanced, adjusted or symmetric: choose one "
                    "(--use_enhanced_quantizer activations leaves weights alone)");
    if (arguments->equalize && arguments->override_params)
        return fail(fault, -EINVAL,
                    "--optimizations cle changes weights, and the encodings of training that "
                    "--override_params keeps would not fit them");
    if (arguments->bitwidth && arguments->one_bitwidth)
        return fail(fault, -EINVAL,
                    "--bitwidth stands for --act_bitwidth and --weights_bitwidth: they do not go "
                    "together");
    return 0;
}

int quantize_options_read(int argc, char **argv, struct quantize_arguments *ret,
                          struct fault *fault)
{
    int r = args_parse(&quantize_spec, argc, argv, take_option, take_word, ret, stdout, fault);

    return r == 0 ? check(ret, fault) : r;
}

struct quantize_options quantize_options_of(const struct quantize_arguments *arguments)
{
    return (struct quantize_options){
        .weights = arguments->enhanced_weights    ? WEIGHTS_ENHANCED
                   : arguments->adjusted_weights  ? WEIGHTS_ADJUSTED
                   : arguments->symmetric_weights ? WEIGHTS_SYMMETRIC
                                                  : WEIGHTS_DEFAULT,
        .cut_activations = arguments->enhanced_activations,
        .float_weights = arguments->no_weight_quantization,
        .float_biases = arguments->bias_bitwidth == 32,
        .per_channel = arguments->axis_quant,
        .keep_encodings = arguments->override_params,
    };
}

static int print_switch(struct buf *out, const char *name, bool on)
{
    return buf_printf(out, " %s=%s", name, on ? "true" : "false");
}

static int print_value(struct buf *out, const char *name, const char *value)
{
    return buf_printf(out, " %s=[%s]", name, value ? value : "");
}

int quantize_options_print(const struct quantize_arguments *arguments, struct buf *out)
{
    const struct quantize_arguments *a = arguments;
    const char *enhanced = a->enhanced_weights ? "weights" : "activations";
    int r = buf_printf(out, "%s", quantize_spec.program);

    if (r >= 0)
        r = print_value(out, "input_dlc", a->input_dlc);
    if (r >= 0)
        r = print_value(out, "input_list", a->input_list);
    if (r >= 0)
        r = print_switch(out, "no_weight_quantization", a->no_weight_quantization);
    if (r >= 0)
        r = print_value(out, "output_dlc", a->output_dlc);
    if (r >= 0 && a->enhanced_weights != a->enhanced_activations)
        r = print_value(out, "use_enhanced_quantizer", enhanced);
    else if (r >= 0)
        r = print_switch(out, "use_enhanced_quantizer", a->enhanced_weights);
    if (r >= 0)
        r = print_switch(out, "use_adjusted_weights_quantizer", a->adjusted_weights);
    if (r >= 0)
        r = print_value(out, "optimizations",
                        a->equalize && a->correct ? "cle, bc"
                        : a->equalize             ? "cle"
                        : a->correct              ? "bc"
                                                  : NULL);
    if (r >= 0)
        r = print_switch(out, "override_params", a->override_params);
    if (r >= 0)
        r = print_switch(out, "use_symmetric_quantize_weights", a->symmetric_weights);
    if (r >= 0)
        r = buf_printf(out, " bias_bitwidth=[%u]", a->bias_bitwidth);
    if (r >= 0)
        r = print_switch(out, "axis_quant", a->axis_quant);
    return r < 0 ? r : 0;
}
