#include "tools/prepare_options.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/args.h"
#include "base/base.h"
#include "base/str.h"

#define MFCC_RATE  16000
#define NUMBER_MAX (1u << 28)

enum {
    OPTION_OUT,
    OPTION_INPUT_NAME,
    OPTION_APPEND,
    OPTION_SIZE,
    OPTION_SHORT_SIDE,
    OPTION_CROP,
    OPTION_ORDER,
    OPTION_MEAN,
    OPTION_SCALE,
    OPTION_TYPE,
    OPTION_LAYOUT,
    OPTION_MFCC,
    OPTION_FRAMES,
    OPTION_HOP,
    OPTION_CONTEXT,
    OPTION_RATE,
    OPTION_SAMPLES,
    OPTION_BINS,
    OPTION_BAND,
    OPTION_COEFFICIENTS,
    _OPTION_MAX,
};

#define FIRST_OF_PICTURES OPTION_SIZE
#define FIRST_OF_SOUNDS   OPTION_MFCC

static const struct args_option options[] = {
    [OPTION_OUT] = {"out", NULL, 'o', 1, "DIR",
                    "where <name>.raw and raw_list.txt go (default ./raw)"},
    [OPTION_INPUT_NAME] = {"input-name", NULL, 0, 1, "NAME",
                           "write name:=path into raw_list.txt, for a network with several inputs"},
    [OPTION_APPEND] = {"append", NULL, 0, 0, NULL,
                       "append to the raw_list.txt that is there instead of writing it anew"},
    [OPTION_SIZE] = {"size", NULL, 0, 1, "WxH", "scale pictures to that size (bilinear)"},
    [OPTION_SHORT_SIDE] = {"short-side", NULL, 0, 1, "N",
                           "scale pictures so that the shorter side has N pixels"},
    [OPTION_CROP] = {"crop", NULL, 0, 1, "WxH", "cut the middle out, after scaling"},
    [OPTION_ORDER] = {"order", NULL, 0, 1, "ORDER", "rgb (default), bgr or gray"},
    [OPTION_MEAN] = {"mean", NULL, 0, 1, "A[,B,C]",
                     "subtracted from every value: one, or one for each channel in that order"},
    [OPTION_SCALE] = {"scale", NULL, 0, 1, "S",
                      "what every value is multiplied by, after the mean"},
    [OPTION_TYPE] = {"type", NULL, 0, 1, "TYPE", "float32 (default) or uint8, of pictures"},
    [OPTION_LAYOUT] = {"layout", NULL, 0, 1, "LAYOUT", "nhwc (default) or nchw"},
    [OPTION_MFCC] = {"mfcc", NULL, 0, 0, NULL,
                     "read WAV files and write their mel-frequency cepstral coefficients"},
    [OPTION_FRAMES] = {"frames", NULL, 0, 1, "SAMPLES",
                       "read WAV files and write windows of that many samples, each a file; with "
                       "--mfcc the window of a spectrum (default 640)"},
    [OPTION_HOP] = {"hop", NULL, 0, 1, "N",
                    "samples from one window to the next (default: its length; 320 with --mfcc)"},
    [OPTION_CONTEXT] = {"context", NULL, 0, 1, "N",
                        "put the N samples before each window in front of it"},
    [OPTION_RATE] = {"rate", NULL, 0, 1, "HZ",
                     "resample to that rate (default: as the file is; 16000 with --mfcc)"},
    [OPTION_SAMPLES] = {"samples", NULL, 0, 1, "N",
                        "cut sounds to N samples or pad them with zeros; 0: as they are (default; "
                        "16000 with --mfcc)"},
    [OPTION_BINS] = {"bins", NULL, 0, 1, "N", "mel bins (default 40)"},
    [OPTION_BAND] = {"band", NULL, 0, 2, "LOW HIGH", "where they lie in Hz (default 20 4000)"},
    [OPTION_COEFFICIENTS] = {"coefficients", NULL, 0, 1, "N",
                             "coefficients of a window (default 10)"},
    [_OPTION_MAX] = {0},
};

static const struct args_hint hints[] = {
    {"order", NULL, {"rgb bgr gray"}},
    {"type", NULL, {"float32 uint8"}},
    {"layout", NULL, {"nhwc nchw"}},
    {0},
};

static const struct args_spec spec = {
    .program = "snpe-prepare-input",
    .version = SNPED_VERSION,
    .synopsis = "[options] FILE...",
    .about = "Writes DIR/<name>.raw for every JPEG or PNG picture, or with --frames or --mfcc for "
             "every WAV file of 16-bit PCM, and DIR/raw_list.txt, which snpe-net-run reads.",
    .epilog = "Pictures become (x - mean) * scale, [height, width, channel], little-endian; their "
              "scaling is byte-equal to Pillow's BILINEAR. Sounds become one channel from -1 to 1; "
              "MFCC is TensorFlow's. If one file fails nothing is written. Exit status: 0 done, 1 "
              "refused or failed, 2 wrong usage.",
    .options = options,
    .hints = hints,
};

struct parse {
    struct prepare_options *ret;
    bool given[_OPTION_MAX];
    uint32_t n_means;
};

static int take_number(const struct args_option *option, const char *text, uint32_t least,
                       uint32_t most, uint32_t *ret, struct fault *fault)
{
    uint64_t value;

    if (str_u64(text, least, most, &value) < 0)
        return fail(fault, -EINVAL, "--%s %.60s: a number from %u to %u is wanted", option->name,
                    text, least, most);
    *ret = (uint32_t)value;
    return 0;
}

/* Any finite number up to END, where one of STOPS or the end of the text must follow. */
static int take_real(const struct args_option *option, const char *text, const char *stops,
                     const char **end, double *ret, struct fault *fault)
{
    char *after;
    double value = strtod(text, &after);

    if (after == text || !isfinite(value) || fabs(value) > 1e30 ||
        (*after && !strchr(stops, *after)))
        return fail(fault, -EINVAL, "--%s %.60s: a finite number is wanted", option->name, text);
    *end = after;
    *ret = value;
    return 0;
}

static int take_sides(const struct args_option *option, const char *text, uint32_t *width,
                      uint32_t *height, struct fault *fault)
{
    struct shape shape;

    if (str_dims(text, &shape) < 0 || shape.rank != 2 || shape.dim[0] > PICTURE_SIDE_MOST ||
        shape.dim[1] > PICTURE_SIDE_MOST)
        return fail(fault, -EINVAL,
                    "--%s %.60s: WIDTHxHEIGHT is wanted, like 224x224, each from 1 to %u",
                    option->name, text, PICTURE_SIDE_MOST);
    *width = shape.dim[0];
    *height = shape.dim[1];
    return 0;
}

static int take_word(const struct args_option *option, const char *text, const char *const *words,
                     int *ret, struct fault *fault)
{
    for (int i = 0; words[i]; i++) {
        *ret = i;
        if (strcmp(text, words[i]) == 0)
            return 0;
    }
    return fail(fault, -EINVAL, "--%s: there is no %.60s; --help lists what there is", option->name,
                text);
}

static int take_means(struct parse *parse, const struct args_option *option, const char *text,
                      struct fault *fault)
{
    double value;
    int r = 0;

    for (parse->n_means = 0; r == 0; text++) {
        if (parse->n_means == 3)
            return fail(fault, -EINVAL, "--mean: more than 3 numbers");
        r = take_real(option, text, ",", &text, &value, fault);
        if (r == 0)
            parse->ret->prepare.mean[parse->n_means++] = (float)value;
        if (!*text)
            break;
    }
    return r;
}

static int take_band(struct parse *parse, const struct args_option *option, char *const *values,
                     struct fault *fault)
{
    const char *end;
    int r = take_real(option, values[0], "", &end, &parse->ret->prepare.sound.low, fault);

    return r < 0 ? r
                 : take_real(option, values[1], "", &end, &parse->ret->prepare.sound.high, fault);
}

static int take_choice(struct parse *parse, const struct args_option *option, const char *text,
                       struct fault *fault)
{
    static const char *const orders[] = {"rgb", "bgr", "gray", NULL};
    static const char *const types[] = {"float32", "uint8", NULL};
    static const char *const layouts[] = {"nhwc", "nchw", NULL};
    const char *const *words = option == &options[OPTION_ORDER]  ? orders
                               : option == &options[OPTION_TYPE] ? types
                                                                 : layouts;
    int choice, r = take_word(option, text, words, &choice, fault);

    if (r < 0)
        return r;
    if (words == orders)
        parse->ret->prepare.order = (enum prepare_order)choice;
    else if (words == types)
        parse->ret->prepare.bytes = choice;
    else
        parse->ret->prepare.planar = choice;
    return 0;
}

static int take_of_picture(struct parse *parse, const struct args_option *option, const char *value,
                           struct fault *fault)
{
    struct prepare_spec *prepare = &parse->ret->prepare;
    double number;
    int r;

    switch (option - options) {
    case OPTION_SIZE:
        return take_sides(option, value, &prepare->width, &prepare->height, fault);
    case OPTION_SHORT_SIDE:
        return take_number(option, value, 1, PICTURE_SIDE_MOST, &prepare->short_side, fault);
    case OPTION_CROP:
        return take_sides(option, value, &prepare->crop_width, &prepare->crop_height, fault);
    case OPTION_MEAN:
        return take_means(parse, option, value, fault);
    case OPTION_SCALE:
        r = take_real(option, value, "", &value, &number, fault);
        prepare->scale = r < 0 ? 1 : (float)number;
        return r;
    default:
        return take_choice(parse, option, value, fault);
    }
}

static int take_of_sound(struct parse *parse, const struct args_option *option, char *const *values,
                         struct fault *fault)
{
    static const struct {
        uint32_t least, most;
        size_t at;
    } numbers[_OPTION_MAX] = {
        [OPTION_FRAMES] = {1, NUMBER_MAX, offsetof(struct prepare_spec, sound.window)},
        [OPTION_HOP] = {1, NUMBER_MAX, offsetof(struct prepare_spec, sound.hop)},
        [OPTION_CONTEXT] = {0, NUMBER_MAX, offsetof(struct prepare_spec, context)},
        [OPTION_RATE] = {1000, 384000, offsetof(struct prepare_spec, rate)},
        [OPTION_SAMPLES] = {0, NUMBER_MAX, offsetof(struct prepare_spec, samples)},
        [OPTION_BINS] = {1, MFCC_BINS_MOST, offsetof(struct prepare_spec, sound.n_bins)},
        [OPTION_COEFFICIENTS] = {1, MFCC_BINS_MOST,
                                 offsetof(struct prepare_spec, sound.n_coefficients)},
    };
    ptrdiff_t which = option - options;

    if (which == OPTION_BAND)
        return take_band(parse, option, values, fault);
    if (which == OPTION_MFCC) {
        parse->ret->prepare.mfcc = true;
        return 0;
    }
    return take_number(option, values[0], numbers[which].least, numbers[which].most,
                       (uint32_t *)(void *)((char *)&parse->ret->prepare + numbers[which].at),
                       fault);
}

static int take_option(void *context, const struct args_option *option, char *const *values,
                       struct fault *fault)
{
    struct parse *parse = context;
    ptrdiff_t which = option - options;

    parse->given[which] = true;
    if (which >= FIRST_OF_SOUNDS)
        return take_of_sound(parse, option, values, fault);
    if (which >= FIRST_OF_PICTURES)
        return take_of_picture(parse, option, values[0], fault);
    if (which == OPTION_APPEND)
        parse->ret->append = true;
    else
        *(which == OPTION_OUT ? &parse->ret->out : &parse->ret->input_name) = values[0];
    return 0;
}

static int take_file(void *context, char *word, struct fault *fault)
{
    struct parse *parse = context;

    (void)fault;
    parse->ret->files[parse->ret->n_files++] = word;
    return 0;
}

/* What stands in a list must not be taken apart by its reader. */
static bool fits_list(const char *text)
{
    return *text && *text != '#' && *text != '%' && !strpbrk(text, " \t\r\n") &&
           !strstr(text, ":=");
}

static int finish_picture(struct parse *parse, struct fault *fault)
{
    struct prepare_spec *prepare = &parse->ret->prepare;
    uint32_t channels = prepare->order == PREPARE_GREY ? 1 : 3;

    if (prepare->width && prepare->short_side)
        return fail(fault, -EINVAL, "--size and --short-side exclude each other");
    if (prepare->bytes && (parse->given[OPTION_MEAN] || parse->given[OPTION_SCALE]))
        return fail(fault, -EINVAL, "--type uint8 writes the bytes: no --mean, no --scale");
    if (parse->n_means > 1 && parse->n_means != channels)
        return fail(fault, -EINVAL, "--mean has %u numbers: 1 or %u are wanted", parse->n_means,
                    channels);
    for (uint32_t c = parse->n_means == 1; parse->n_means == 1 && c < 3; c++)
        prepare->mean[c] = prepare->mean[0];
    return 0;
}

static int finish_sound(struct parse *parse, struct fault *fault)
{
    struct prepare_spec *prepare = &parse->ret->prepare;
    struct mfcc_spec *sound = &prepare->sound;

    if (!prepare->mfcc) {
        sound->hop = sound->hop ? sound->hop : sound->window;
        return 0;
    }
    if (prepare->context)
        return fail(fault, -EINVAL, "--context is for windows, not for --mfcc");
    prepare->rate = prepare->rate ? prepare->rate : MFCC_RATE;
    if (!parse->given[OPTION_SAMPLES])
        prepare->samples = prepare->rate;
    sound->rate = prepare->rate;
    sound->window = sound->window ? sound->window : prepare->rate / 25; /* 40 ms, every 20 ms */
    sound->hop = sound->hop ? sound->hop : prepare->rate / 50;
    return mfcc_check(sound, fault);
}

static int finish_options(struct parse *parse, struct fault *fault)
{
    bool sound = parse->given[OPTION_MFCC] || parse->given[OPTION_FRAMES];
    int from = sound ? FIRST_OF_PICTURES : FIRST_OF_SOUNDS;
    int to = sound ? FIRST_OF_SOUNDS : _OPTION_MAX;

    parse->ret->sound = sound;
    if (parse->ret->n_files == 0)
        return fail(fault, -EINVAL, "no file is named");
    if (!fits_list(parse->ret->out))
        return fail(fault, -EINVAL, "--out %.100s: %s cannot hold such a path", parse->ret->out,
                    PREPARE_LIST_NAME);
    if (parse->ret->input_name && !fits_list(parse->ret->input_name))
        return fail(fault, -EINVAL, "--input-name %.100s: not a tensor's name",
                    parse->ret->input_name);
    for (int i = from; i < to; i++)
        if (parse->given[i])
            return fail(fault, -EINVAL, "--%s is for %s", options[i].name,
                        sound ? "pictures, not for WAV files" : "--frames and --mfcc");
    return sound ? finish_sound(parse, fault) : finish_picture(parse, fault);
}

int prepare_options_parse(int argc, char *const *argv, FILE *out, struct prepare_options *ret,
                          struct fault *fault)
{
    struct parse parse = {.ret = ret};
    int r = args_parse(&spec, argc, argv, take_option, take_file, &parse, out, fault);

    return r == 0 ? finish_options(&parse, fault) : r;
}
