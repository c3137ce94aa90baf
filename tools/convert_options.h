#pragma once
/* The options of the converters' programs: SNPE 1.43's, with the long names of 1.17 as aliases. */
#include "base/args.h"
#include "convert/convert.h"

enum convert_option {
    OPTION_NETWORK,
    OPTION_WEIGHTS,
    OPTION_OUTPUT,
    OPTION_DIM,
    OPTION_OUT_NODE,
    OPTION_KEEP_BATCHNORM,
    OPTION_MODEL_VERSION,
    OPTION_COPYRIGHT,
    OPTION_TYPE,
    OPTION_IN_TYPE,
    OPTION_ALLOW_UNCONSUMED,
    OPTION_ENCODING,
    OPTION_PICTURES, /* an encoding of all inputs */
    OPTION_OPAQUE,   /* an input that is */
    OPTION_DRY_RUN,
    OPTION_STRICT,
    OPTION_DEBUG,
    OPTION_TARGET,
    OPTION_PREPARE,
    OPTION_OMIT, /* the opposite of that */
    OPTION_INPUT_SIZE,
    OPTION_REORDER,
    OPTION_UDL,       /* said in vain, with a sentence */
    OPTION_IGNORED,   /* said in vain: what it asks for is always so */
    OPTION_NOT_BUILT, /* known, and refused */
};

#define CONVERT_OPTIONS_MAX 32

/* Those of one program, ended by an empty one. */
struct convert_options_table {
    struct args_option options[CONVERT_OPTIONS_MAX];
    enum convert_option meanings[CONVERT_OPTIONS_MAX]; /* of the options in the same place */
};

/* What the shell may complete, of all programs. */
extern const struct args_hint convert_options_hints[];

void convert_options_list(enum converter converter, struct convert_options_table *ret);
