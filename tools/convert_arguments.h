#pragma once
/* What the command line of a converter says, read and checked as far as no model is needed. */
#include <stdbool.h>

#include "base/buf.h"
#include "tools/convert_options.h"
#include "tools/convert_target.h"

#define CONVERT_REPEATS_MOST 256 /* of an option */

struct convert_arguments {
    const struct converter_def *tool;
    struct convert_options_table table;
    const char *network, *weights, *output, *model_version, *copyright_file, *dry_run;
    const char *in_type_text;
    int32_t in_type;
    bool keep_batchnorm, allow_unconsumed, strict, debug;
    bool prepare, omit, listing;        /* listing: words that follow belong to --reorder_list */
    const struct color_space *encoding; /* of all pictures; NULL: not said */
    uint32_t picture_width, picture_height;
    const char *size_texts[2], *udl_texts[2]; /* NULL: not said */
    const char *reordered[CONVERT_REPEATS_MOST];
    uint32_t n_reordered;

    /* Of repeated options: as said, and as read. */
    const char *dim_texts[2 * CONVERT_REPEATS_MOST], *type_texts[2 * CONVERT_REPEATS_MOST];
    const char *encoding_texts[2 * CONVERT_REPEATS_MOST], *outputs[CONVERT_REPEATS_MOST];
    const char *target_texts[2 * CONVERT_REPEATS_MOST];
    struct convert_target targets[CONVERT_REPEATS_MOST];
    struct input_dims dims[CONVERT_REPEATS_MOST];
    struct convert_input inputs[2 * CONVERT_REPEATS_MOST];
    uint32_t n_dims, n_types, n_encodings, n_outputs, n_inputs, n_targets;
};

/*
 * 0 and *RET, which is zeros before and borrows from ARGV; 1: --help or --version was answered on
 * stdout; negative: wrong usage, or E_NOT_BUILT, with FAULT.
 */
int convert_arguments_read(enum converter converter, int argc, char **argv,
                           struct convert_arguments *ret, struct fault *fault);

/* The program's option for a purpose that it has one for. */
const struct args_option *convert_arguments_option(const struct convert_arguments *arguments,
                                                   enum convert_option meaning);

/* The converter-command of the container's metadata, and a 0. 0 or -ENOMEM. */
int convert_arguments_print(const struct convert_arguments *arguments, struct buf *out);
