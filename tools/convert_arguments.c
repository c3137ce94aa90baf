#include "tools/convert_arguments.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/args.h"
#include "base/base.h"
#include "base/error.h"
#include "base/str.h"
#include "tools/convert_command.h"

const struct args_option *convert_arguments_option(const struct convert_arguments *arguments,
                                                   enum convert_option meaning)
{
    const struct args_option *option = arguments->table.options;

    while (option->name && arguments->table.meanings[option - arguments->table.options] != meaning)
        option++;
    return option;
}

#define PICTURE_SIDE_MOST 32768

static int check_repeats(uint32_t n, const struct args_option *option, struct fault *fault)
{
    if (n < CONVERT_REPEATS_MOST)
        return 0;
    return fail(fault, E_CONVERT_OPTION, "--%s: more than %d times", option->name,
                CONVERT_REPEATS_MOST);
}

static int take_dim(struct convert_arguments *arguments, const struct args_option *option,
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
static struct convert_input *find_input(struct convert_arguments *arguments, const char *name)
{
    struct convert_input *input;

    for (uint32_t i = 0; i < arguments->n_inputs; i++)
        if (strcmp(arguments->inputs[i].name, name) == 0)
            return &arguments->inputs[i];
    input = &arguments->inputs[arguments->n_inputs++];
    *input = (struct convert_input){name, -1, COLOR_SPACE_BGR};
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

static int take_type(struct convert_arguments *arguments, const struct args_option *option,
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

static int take_in_type(struct convert_arguments *arguments, const char *type, struct fault *fault)
{
    arguments->in_type = find_type(type);
    arguments->in_type_text = type;
    if (arguments->in_type < 0)
        return fail(fault, E_CONVERT_OPTION, "--in_type %.80s: a type is default, image or opaque",
                    type);
    return 0;
}

static int take_encoding(struct convert_arguments *arguments, const struct args_option *option,
                         char *const *values, struct fault *fault)
{
    const struct color_space *space = color_space_find(values[1]);
    uint32_t n = arguments->n_encodings;
    int r = check_repeats(n, option, fault);

    if (r < 0)
        return r;
    if (!space)
        return fail(fault, E_CONVERT_OPTION, "-e %.80s %.80s: an encoding is " COLOR_SPACE_NAMES,
                    values[0], values[1]);
    find_input(arguments, values[0])->encoding = space->code;
    arguments->encoding_texts[2 * n] = values[0];
    arguments->encoding_texts[2 * n + 1] = values[1];
    arguments->n_encodings++;
    return 0;
}

/* Caffe2's, which has no names. */
static int take_pictures(struct convert_arguments *arguments, const char *encoding,
                         struct fault *fault)
{
    arguments->encoding = color_space_find(encoding);
    if (arguments->encoding)
        return 0;
    return fail(fault, E_CONVERT_OPTION, "--encoding %.80s: an encoding is " COLOR_SPACE_NAMES,
                encoding);
}

static int take_size(struct convert_arguments *arguments, char *const *values, struct fault *fault)
{
    struct shape size[2];

    for (size_t i = 0; i < 2; i++)
        if (str_dims(values[i], &size[i]) < 0 || size[i].rank != 1 ||
            size[i].dim[0] > PICTURE_SIDE_MOST)
            return fail(fault, E_CONVERT_OPTION,
                        "--input_size %.40s %.40s: width and height are numbers from 1 to %d",
                        values[0], values[1], PICTURE_SIDE_MOST);
    arguments->picture_width = size[0].dim[0];
    arguments->picture_height = size[1].dim[0];
    arguments->size_texts[0] = values[0];
    arguments->size_texts[1] = values[1];
    return 0;
}

static int take_reordered(struct convert_arguments *arguments, const char *name,
                          struct fault *fault)
{
    int r = check_repeats(arguments->n_reordered,
                          convert_arguments_option(arguments, OPTION_REORDER), fault);

    if (r == 0)
        arguments->reordered[arguments->n_reordered++] = name;
    return r;
}

static int take_opaque(struct convert_arguments *arguments, const struct args_option *option,
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

static int take_out_node(struct convert_arguments *arguments, const struct args_option *option,
                         const char *name, struct fault *fault)
{
    int r = check_repeats(arguments->n_outputs, option, fault);

    if (r == 0)
        arguments->outputs[arguments->n_outputs++] = name;
    return r;
}

static int take_target(struct convert_arguments *arguments, const struct args_option *option,
                       char *const *values, struct fault *fault)
{
    uint32_t n = arguments->n_targets;
    int r = check_repeats(n, option, fault);

    if (r == 0)
        r = convert_target_read(values[0], values[1], &arguments->targets[n], fault);
    if (r < 0)
        return r;
    arguments->target_texts[2 * n] = values[0];
    arguments->target_texts[2 * n + 1] = values[1];
    arguments->n_targets++;
    return 0;
}

static int take_dry_run(struct convert_arguments *arguments, const char *mode, struct fault *fault)
{
    mode = mode ? mode : "info";
    if (strcmp(mode, "info") != 0 && strcmp(mode, "debug") != 0)
        return fail(fault, E_CONVERT_OPTION, "--dry_run %.80s: the mode is info or debug", mode);
    arguments->dry_run = mode;
    return 0;
}

static int take_option(void *context, const struct args_option *option, char *const *values,
                       struct fault *fault)
{
    struct convert_arguments *arguments = context;
    enum convert_option meaning = arguments->table.meanings[option - arguments->table.options];

    arguments->listing = meaning == OPTION_REORDER;
    switch (meaning) {
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
        return take_pictures(arguments, values[0], fault);
    case OPTION_PREPARE:
        arguments->prepare = true;
        return 0;
    case OPTION_OMIT:
        arguments->omit = true;
        return 0;
    case OPTION_INPUT_SIZE:
        return take_size(arguments, values, fault);
    case OPTION_REORDER:
        return take_reordered(arguments, values[0], fault);
    case OPTION_UDL:
        arguments->udl_texts[0] = values[0];
        arguments->udl_texts[1] = values[1];
        return 0;
    case OPTION_OPAQUE:
        return take_opaque(arguments, option, values[0], fault);
    case OPTION_TARGET:
        return take_target(arguments, option, values, fault);
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
    struct convert_arguments *arguments = context;

    if (arguments->listing)
        return take_reordered(arguments, word, fault);
    return fail(fault, E_CONVERT_OPTION, "\"%.100s\" belongs to no option", word);
}

int convert_arguments_print(const struct convert_arguments *arguments, struct buf *out)
{
    int r = buf_printf(out, "%s", arguments->tool->program);

    if (r >= 0 && arguments->allow_unconsumed)
        r = command_bool(out, "allow_unconsumed_nodes", true);
    if (r >= 0 && arguments->weights)
        r = command_text(out, convert_arguments_option(arguments, OPTION_WEIGHTS)->name,
                         arguments->weights);
    if (r >= 0)
        r = command_text(out, "copyright_file", arguments->copyright_file);
    if (r >= 0)
        r = command_bool(out, "debug", arguments->debug);
    if (r >= 0)
        r = command_bool(out, "disable_batchnorm_folding", arguments->keep_batchnorm);
    if (r >= 0)
        r = command_text(out, "dry_run", arguments->dry_run);
    if (r >= 0 && arguments->prepare)
        r = command_bool(out, "enable_preprocessing", true);
    if (r >= 0)
        r = command_bool(out, "enable_strict_validation", arguments->strict);
    if (r >= 0 && arguments->encoding)
        r = command_text(out, "encoding", arguments->encoding->name);
    if (r >= 0 && arguments->in_type_text)
        r = command_text(out, "in_type", arguments->in_type_text);
    if (r >= 0)
        r = command_list(out, "input_dim", arguments->dim_texts, arguments->n_dims, 2, "None");
    if (r >= 0)
        r = command_list(out, "input_encoding", arguments->encoding_texts, arguments->n_encodings,
                         2, "[]");
    if (r >= 0 && arguments->size_texts[0])
        r = command_list(out, "input_size", arguments->size_texts, 2, 1, "None");
    if (r >= 0)
        r = command_list(out, "input_type", arguments->type_texts, arguments->n_types, 2, "[]");
    if (r >= 0)
        r = command_text(out, "model_version", arguments->model_version);
    if (r >= 0)
        r = command_list(out, "out_node", arguments->outputs, arguments->n_outputs, 1, "None");
    if (r >= 0 && arguments->n_reordered)
        r = command_list(out, "reorder_list", arguments->reordered, arguments->n_reordered, 1,
                         "None");
    if (r >= 0 && arguments->udl_texts[0])
        r = command_list(out, "udl", arguments->udl_texts, 2, 1, "None");
    if (r >= 0)
        r = command_list(out, "validation_target", arguments->target_texts, arguments->n_targets, 2,
                         "[]");
    return r < 0 ? r : buf_append(out, "", 1);
}

static int check_required(enum converter converter, const struct convert_arguments *arguments,
                          struct fault *fault)
{
    if (!arguments->network)
        return fail(fault, E_CONVERT_OPTION, "no model: -%c FILE is required",
                    convert_arguments_option(arguments, OPTION_NETWORK)->letter);
    if (converter == CONVERTER_CAFFE2 && !arguments->weights)
        return fail(fault, E_CONVERT_OPTION, "no weights: -e FILE, the init net, is required");
    if (arguments->prepare && arguments->omit)
        return fail(fault, E_CONVERT_OPTION,
                    "--enable_preprocessing and --omit_preprocessing exclude each other");
    if (arguments->size_texts[0] && !arguments->prepare)
        return fail(fault, E_CONVERT_OPTION,
                    "--input_size says what is scaled with --enable_preprocessing, which is not "
                    "there");
    return 0;
}

int convert_arguments_read(enum converter converter, int argc, char **argv,
                           struct convert_arguments *ret, struct fault *fault)
{
    const struct converter_def *tool = converter_get(converter);
    char about[160];
    struct args_spec spec = {
        .program = tool->program,
        .version = SNPED_VERSION,
        .synopsis = converter == CONVERTER_CAFFE2
                        ? "-p PREDICT_NET -e INIT_NET [-d CONTAINER] -i NAME DIMS..."
                        : "-i MODEL [-o CONTAINER] [-d NAME DIMS]...",
        .about = about,
        .hints = convert_options_hints,
    };
    int r;

    ret->tool = tool;
    convert_options_list(converter, &ret->table);
    spec.options = ret->table.options;
    snprintf(about, sizeof(about), "Converts a model of %s to a DLC container (version 3), float.",
             tool->framework);
    r = args_parse(&spec, argc, argv, take_option, take_stray, ret, stdout, fault);
    return r == 0 ? check_required(converter, ret, fault) : r;
}
