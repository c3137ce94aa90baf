#include "tools/show_options.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/args.h"
#include "base/base.h"
#include "base/str.h"

#define TOP_MOST  1000
#define SIDE_MOST 16384

enum {
    OPTION_TENSOR,
    OPTION_LABELS,
    OPTION_JSON,
    OPTION_THRESHOLD,
    OPTION_OUT,
    OPTION_TOP,
    OPTION_BOXES,
    OPTION_SCORES,
    OPTION_NO_BACKGROUND,
    OPTION_OVERLAP,
    OPTION_PIXELS,
    OPTION_PICTURE,
    OPTION_SEGMENTATION,
    OPTION_EVENTS,
    OPTION_CLASSES,
    OPTION_HOP,
    _OPTION_MAX,
};

static const struct args_option options[] = {
    [OPTION_TENSOR] = {"tensor", NULL, 0, 1, "NAME",
                       "which tensor of a result's folder (default: the only one)"},
    [OPTION_LABELS] = {"labels", NULL, 0, 1, "FILE", "names of the classes, one a line from 0 on"},
    [OPTION_JSON] = {"json", NULL, 0, 0, NULL, "say it as JSON"},
    [OPTION_THRESHOLD] = {"threshold", NULL, 0, 1, "T",
                          "least score of boxes and events (default 0.5)"},
    [OPTION_OUT] = {"out", NULL, 'o', 1, "FILE",
                    "the picture that is written: PNG if it ends so, else JPEG"},
    [OPTION_TOP] = {"top", NULL, 0, 1, "K",
                    "the K best classes (default 5); of equal ones the lower index comes first"},
    [OPTION_BOXES] = {"boxes", NULL, 0, 0, NULL,
                      "boxes: rows of image, label, score, x0, y0, x1, y1"},
    [OPTION_SCORES] = {"scores", NULL, 0, 1, "NAME",
                       "boxes are rows of x0, y0, x1, y1, and this tensor beside them has the "
                       "scores of their classes"},
    [OPTION_NO_BACKGROUND] = {"no-background", NULL, 0, 0, NULL,
                              "class 0 of several scores is a class, not the background"},
    [OPTION_OVERLAP] = {"overlap", NULL, 0, 1, "T",
                        "of boxes of --scores that share more of their area the best stays "
                        "(default 0.5)"},
    [OPTION_PIXELS] = {"pixels", NULL, 0, 1, "WxH",
                       "boxes count pixels of a picture of that size, not fractions"},
    [OPTION_PICTURE] = {"picture", NULL, 0, 1, "FILE",
                        "draw the boxes of image 0 on this JPEG or PNG, into --out"},
    [OPTION_SEGMENTATION] = {"segmentation", NULL, 0, 1, "WxH",
                             "a map of labels (bytes or floats) or of scores (channels last); "
                             "--out has a colour for each class"},
    [OPTION_EVENTS] = {"events", NULL, 0, 0, NULL,
                       "probabilities over time: from when to when they reach the threshold"},
    [OPTION_CLASSES] = {"classes", NULL, 0, 1, "N",
                        "how many there are in a step (default: what the first of several results "
                        "holds; 1 in a single one)"},
    [OPTION_HOP] = {"hop", NULL, 0, 1, "SECONDS", "from one step to the next, to say times"},
    [_OPTION_MAX] = {0},
};

static const struct args_spec spec = {
    .program = "snpe-show-results",
    .version = SNPED_VERSION,
    .synopsis = "[options] PATH...",
    .about = "Says what is in the results of snpe-net-run. PATH is its output folder, one "
             "Result_<n> in it, or a raw file of float32. Without --boxes, --segmentation or "
             "--events the values are scores of classes.",
    .epilog = "Exit status: 0 done, 1 refused or failed, 2 wrong usage.",
    .options = options,
};

struct parse {
    struct show_options *ret;
    bool given[_OPTION_MAX];
};

static int take_number(const struct args_option *option, const char *text, uint32_t most,
                       uint32_t *ret, struct fault *fault)
{
    uint64_t value;

    if (str_u64(text, 1, most, &value) < 0)
        return fail(fault, -EINVAL, "--%s %.60s: a number from 1 to %u is wanted", option->name,
                    text, most);
    *ret = (uint32_t)value;
    return 0;
}

static int take_real(const struct args_option *option, const char *text, double *ret,
                     struct fault *fault)
{
    char *end;
    double value = strtod(text, &end);

    if (end == text || *end || !isfinite(value) || fabs(value) > 1e9)
        return fail(fault, -EINVAL, "--%s %.60s: a finite number is wanted", option->name, text);
    *ret = value;
    return 0;
}

static int take_fraction(const struct args_option *option, const char *text, float *ret,
                         struct fault *fault)
{
    double value = 0;
    int r = take_real(option, text, &value, fault);

    if (r == 0)
        *ret = (float)value;
    return r;
}

static int take_hop(const struct args_option *option, const char *text, double *ret,
                    struct fault *fault)
{
    double value = 0;
    int r = take_real(option, text, &value, fault);

    if (r == 0 && !(value > 0))
        return fail(fault, -EINVAL, "--hop %.60s: more than 0 seconds are wanted", text);
    *ret = value;
    return r;
}

static int take_sides(struct show_options *ret, const struct args_option *option, const char *text,
                      struct fault *fault)
{
    struct shape shape;

    if (str_dims(text, &shape) < 0 || shape.rank != 2 || shape.dim[0] > SIDE_MOST ||
        shape.dim[1] > SIDE_MOST)
        return fail(fault, -EINVAL,
                    "--%s %.60s: WIDTHxHEIGHT is wanted, like 513x513, each from 1 to %d",
                    option->name, text, SIDE_MOST);
    ret->width = shape.dim[0];
    ret->height = shape.dim[1];
    return 0;
}

static int take_value(struct show_options *ret, const struct args_option *option, const char *value,
                      struct fault *fault)
{
    switch (option - options) {
    case OPTION_TENSOR:
        ret->tensor = value;
        return 0;
    case OPTION_LABELS:
        ret->labels = value;
        return 0;
    case OPTION_OUT:
        ret->out = value;
        return 0;
    case OPTION_SCORES:
        ret->scores = value;
        return 0;
    case OPTION_PICTURE:
        ret->picture = value;
        return 0;
    case OPTION_THRESHOLD:
        return take_fraction(option, value, &ret->threshold, fault);
    case OPTION_OVERLAP:
        return take_fraction(option, value, &ret->overlap, fault);
    case OPTION_TOP:
        return take_number(option, value, TOP_MOST, &ret->top, fault);
    case OPTION_CLASSES:
        return take_number(option, value, 1u << 20, &ret->classes, fault);
    case OPTION_HOP:
        return take_hop(option, value, &ret->hop, fault);
    default:
        return take_sides(ret, option, value, fault);
    }
}

static int take_option(void *context, const struct args_option *option, char *const *values,
                       struct fault *fault)
{
    struct parse *parse = context;
    ptrdiff_t which = option - options;

    parse->given[which] = true;
    if (option->n_values)
        return take_value(parse->ret, option, values[0], fault);
    if (which == OPTION_JSON)
        parse->ret->json = true;
    if (which == OPTION_NO_BACKGROUND)
        parse->ret->background = false;
    return 0;
}

static int take_path(void *context, char *word, struct fault *fault)
{
    struct parse *parse = context;

    (void)fault;
    parse->ret->paths[parse->ret->n_paths++] = word;
    return 0;
}

static int choose_mode(const struct parse *parse, struct fault *fault)
{
    static const struct {
        int option;
        enum show_mode mode;
    } modes[] = {{OPTION_TOP, SHOW_TOP},
                 {OPTION_BOXES, SHOW_BOXES},
                 {OPTION_SEGMENTATION, SHOW_SEGMENTS},
                 {OPTION_EVENTS, SHOW_EVENTS}};
    int chosen = -1;

    for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
        if (!parse->given[modes[i].option])
            continue;
        if (chosen >= 0)
            return fail(fault, -EINVAL, "--%s and --%s exclude each other", options[chosen].name,
                        options[modes[i].option].name);
        chosen = modes[i].option;
        parse->ret->mode = modes[i].mode;
    }
    return 0;
}

/* Options that only one of the ways to read a tensor knows. */
static int check_place(const struct parse *parse, struct fault *fault)
{
    static const struct {
        int option;
        unsigned modes;
        const char *needs;
    } rows[] = {
        {OPTION_SCORES, 1u << SHOW_BOXES, "--boxes"},
        {OPTION_NO_BACKGROUND, 1u << SHOW_BOXES, "--boxes"},
        {OPTION_OVERLAP, 1u << SHOW_BOXES, "--boxes"},
        {OPTION_PIXELS, 1u << SHOW_BOXES, "--boxes"},
        {OPTION_PICTURE, 1u << SHOW_BOXES, "--boxes"},
        {OPTION_OUT, 1u << SHOW_BOXES | 1u << SHOW_SEGMENTS, "--boxes or --segmentation"},
        {OPTION_CLASSES, 1u << SHOW_EVENTS, "--events"},
        {OPTION_HOP, 1u << SHOW_EVENTS, "--events"},
        {OPTION_THRESHOLD, 1u << SHOW_BOXES | 1u << SHOW_EVENTS, "--boxes or --events"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        if (parse->given[rows[i].option] && !(rows[i].modes >> parse->ret->mode & 1))
            return fail(fault, -EINVAL, "--%s needs %s", options[rows[i].option].name,
                        rows[i].needs);
    return 0;
}

int show_options_parse(int argc, char *const *argv, FILE *out, struct show_options *ret,
                       struct fault *fault)
{
    struct parse parse = {.ret = ret};
    int r = args_parse(&spec, argc, argv, take_option, take_path, &parse, out, fault);

    if (r == 0)
        r = choose_mode(&parse, fault);
    if (r == 0)
        r = check_place(&parse, fault);
    if (r == 0 && ret->n_paths == 0)
        r = fail(fault, -EINVAL, "no result is named");
    if (r == 0 && ret->mode == SHOW_BOXES && !ret->picture != !ret->out)
        r = fail(fault, -EINVAL, "--picture and --out belong together");
    return r;
}
