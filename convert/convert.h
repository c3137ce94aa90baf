#pragma once
/*
 * Foreign model files to graphs. What a converter cannot do is collected, all of it, not only the
 * first: REPORT gets one line a problem, grouped by operator, with node names and the way out. Of a
 * model that converts it may say what is not used, a line each.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/color_space.h"
#include "model/derive.h"

/* -t and -e: what the container says about an input, and nothing else. */
struct convert_input {
    const char *name;
    int32_t type;     /* 0 default, 1 image, 2 opaque */
    int32_t encoding; /* a code of color_spaces.def */
};

struct convert_options {
    const struct input_dims *dims; /* -d NAME DIMS: as the framework orders them (ONNX: NCHW) */
    const char *const *outputs;    /* --out_node: tensors or nodes; none: the model's own */
    const struct convert_input *inputs; /* those not named are {default, bgr} */
    uint32_t n_dims, n_outputs, n_inputs;
    bool keep_batchnorm;   /* --disable_batchnorm_folding */
    bool allow_unconsumed; /* --allow_unconsumed_nodes: -d may name what the outputs do not need */
    int32_t input_type;    /* --in_type: of the inputs that INPUTS does not name */
    /* --encoding: of the pictures of three channels that INPUTS does not name; NULL: bgr */
    const struct color_space *encoding;
    bool prepare; /* --enable_preprocessing: layers in front that do what the file says of data */
    uint32_t picture_width, picture_height; /* --input_size: of pictures before that; 0: as said */
    const char *const *reordered; /* --reorder_list: inputs and outputs in the file's own order */
    uint32_t n_reordered;
    const char *folder; /* where the model file lies, for files beside it; NULL: refuse them */
    const char *file;   /* its name there, of which theirs may be made; NULL: as FOLDER */
    const char *weights_file; /* that of WEIGHTS, for sentences; NULL */
    const char *output;  /* a path that will be written, so that no file there is read; or NULL */
    const void *weights; /* a second file: Caffe's caffemodel; NULL: none was given */
    size_t weights_size;

    /* How many of the nodes have been converted; NULL: nobody wants to know. */
    void (*progress)(void *context, uint32_t done, uint32_t n);
    void *progress_context;
};

/*
 * What every converter does. BYTES: the model file, which may go after the call. 0 and *RET, or
 * E_CONVERT_SYNTAX (not such a file; FAULT names the byte), E_CONVERT_LAYER (REPORT says
 * everything, FAULT the first), E_SHAPE (open dims: names them and the -d that settles them),
 * E_CONVERT_OPTION or E_NO_TENSOR (an option names what is not there), E_NOT_BUILT, E_TOO_LARGE,
 * -ENOMEM.
 */
typedef int (*convert_fn)(const void *bytes, size_t size, const struct convert_options *options,
                          struct graph **ret, struct buf *report, struct fault *fault);

#define CONVERTER(id, function, framework, program)                                                \
    int function(const void *bytes, size_t size, const struct convert_options *options,            \
                 struct graph **ret, struct buf *report, struct fault *fault);
#include "convert/converters.def"
#undef CONVERTER

enum converter {
#define CONVERTER(id, function, framework, program) CONVERTER_##id,
#include "convert/converters.def"
#undef CONVERTER
    _CONVERTER_MAX,
};

/* A row of converters.def. */
struct converter_def {
    convert_fn convert;
    const char *framework, *program;
};

const struct converter_def *converter_get(enum converter converter);
