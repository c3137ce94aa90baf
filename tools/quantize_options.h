#pragma once
/* The command line of snpe-dlc-quantize, with SNPE's words. */
#include <stdbool.h>

#include "base/args.h"
#include "base/buf.h"
#include "model/quant/quantize.h"

extern const struct args_spec quantize_spec;

struct quantize_arguments {
    const char *input_dlc, *input_list, *output_dlc; /* OUTPUT_DLC may be NULL */
    bool no_weight_quantization, override_params, axis_quant;
    bool enhanced_weights, enhanced_activations;
    bool adjusted_weights, symmetric_weights;
    bool equalize, correct; /* --optimizations cle, bc */
    unsigned bias_bitwidth;
    bool verbose, quiet, silent;
    bool bitwidth, one_bitwidth; /* --bitwidth was given; one of those that it stands for */
};

/* 0, 1: answered (--help), or a negative code with FAULT; E_NOT_BUILT is no usage error. */
int quantize_options_read(int argc, char **argv, struct quantize_arguments *ret,
                          struct fault *fault);

/* What they ask of the quantiser. */
struct quantize_options quantize_options_of(const struct quantize_arguments *arguments);

/* Appends what the metadata keep as quantizer-command, as SNPE writes it. 0 or -ENOMEM. */
int quantize_options_print(const struct quantize_arguments *arguments, struct buf *out);
