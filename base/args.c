#include "base/args.h"

#include <errno.h>
#include <string.h>

#include "base/args_pages.h"

#define HELP_COLUMN 30 /* where the sentences begin */
#define HELP_WIDTH  80

enum { OWN_HELP, OWN_VERSION, OWN_MAN, OWN_COMPLETION };

const struct args_option args_own[] = {
    [OWN_HELP] = {.name = "help", .letter = 'h', .help = "Print this and exit."},
    [OWN_VERSION] = {.name = "version", .help = "Print the version and exit."},
    [OWN_MAN] = {.name = "help-man"},
    [OWN_COMPLETION] = {.name = "help-completion"},
    {0},
};

/* TEXT from COLUMN on, which the cursor has reached, in lines of at most HELP_WIDTH. */
static void print_wrapped(const char *text, int column, FILE *out)
{
    int at = column;

    while (*text) {
        int length = (int)strcspn(text, " \n");

        if (at > column && at + 1 + length > HELP_WIDTH) {
            fprintf(out, "\n%*s", column, "");
            at = column;
        }
        at += fprintf(out, "%s%.*s", at > column ? " " : "", length, text);
        text += length;
        if (*text == '\n') {
            fprintf(out, "\n%*s", text[1] ? column : 0, "");
            at = column;
        }
        text += *text != 0;
    }
    fputc('\n', out);
}

static void print_option(const struct args_option *option, FILE *out)
{
    int at;

    if (option->letter)
        at = fprintf(out, "  -%c, --%s", option->letter, option->name);
    else
        at = fprintf(out, "      --%s", option->name);
    if (option->n_values)
        at += fprintf(out, " %s", option->values);
    if (at > HELP_COLUMN - 2)
        fprintf(out, "\n%*s", HELP_COLUMN, "");
    else
        fprintf(out, "%*s", HELP_COLUMN - at, "");
    print_wrapped(option->help, HELP_COLUMN, out);
}

static void print_options(const struct args_option *option, FILE *out)
{
    for (; option->name; option++)
        if (option->help)
            print_option(option, out);
}

void args_help(const struct args_spec *spec, FILE *out)
{
    fprintf(out, "usage: %s %s\n\n", spec->program, spec->synopsis);
    print_wrapped(spec->about, 0, out);
    fputs("\noptions:\n", out);
    print_options(spec->options, out);
    print_options(args_own, out);
    if (spec->epilog) {
        fputc('\n', out);
        print_wrapped(spec->epilog, 0, out);
    }
}

struct parse {
    const struct args_spec *spec;
    int argc;
    char *const *argv;
    int at; /* the next word */
    args_option_fn on_option;
    args_word_fn on_word;
    void *context;
    FILE *out;
    struct fault *fault;
};

static bool is_named(const char *name, const char *word, size_t length)
{
    return name && strlen(name) == length && memcmp(name, word, length) == 0;
}

/* The option of that long name or, if NAME is NULL, of that letter. */
static const struct args_option *find(const struct args_option *options, const char *name,
                                      size_t length, char letter)
{
    for (const struct args_option *option = options; option->name; option++) {
        if (name ? is_named(option->name, name, length) || is_named(option->alias, name, length)
                 : option->letter == letter)
            return option;
    }
    return NULL;
}

/* Is the next word there, and no option? "-" is none. */
static bool is_word(const struct parse *parse)
{
    const char *word = parse->at < parse->argc ? parse->argv[parse->at] : "--";

    return word[0] != '-' || !word[1];
}

/* VALUE is what stood behind "=", or NULL. */
static int take_option(struct parse *parse, const struct args_option *option, const char *word,
                       char *value)
{
    char *one[] = {value};
    char *const *values = parse->argv + parse->at;

    if (value && option->n_values == 0)
        return fail(parse->fault, -EINVAL, "--%s takes no value: leave \"=%.80s\" out",
                    option->name, value);
    if (value && option->n_values > 1)
        return fail(parse->fault, -EINVAL, "--%s takes several values: write --%s %s", option->name,
                    option->name, option->values);
    if (value || (option->n_values == 1 && option->values[0] == '[' && !is_word(parse)))
        return parse->on_option(parse->context, option, one, parse->fault);
    if (parse->argc - parse->at < option->n_values)
        return fail(parse->fault, -EINVAL, "%s needs %s behind it", word, option->values);
    parse->at += option->n_values;
    return parse->on_option(parse->context, option, values, parse->fault);
}

static int answer(const struct parse *parse, const struct args_option *option)
{
    const struct args_spec *spec = parse->spec;

    switch (option - args_own) {
    case OWN_HELP:
        args_help(spec, parse->out);
        break;
    case OWN_VERSION:
        fprintf(parse->out, "%s %s\n", spec->program, spec->version);
        break;
    case OWN_MAN:
        args_man(spec, spec->section ? spec->section : 1, parse->out);
        break;
    case OWN_COMPLETION:
        args_completion(spec, parse->out);
        break;
    }
    return 1;
}

static int read_option(struct parse *parse, char *word)
{
    bool is_long = word[1] == '-';
    char *name = is_long ? word + 2 : NULL;
    char *equals = is_long ? strchr(name, '=') : NULL;
    size_t length = equals ? (size_t)(equals - name) : strlen(word) - 2;
    const struct args_option *option = NULL, *own = NULL;

    if (is_long || !word[2]) {
        option = find(parse->spec->options, name, length, word[1]);
        own = find(args_own, name, length, word[1]);
    }
    if (option)
        return take_option(parse, option, word, equals ? equals + 1 : NULL);
    if (own && !equals)
        return answer(parse, own);
    return fail(parse->fault, -EINVAL, "unknown option \"%.80s\"; %s --help lists all", word,
                parse->spec->program);
}

int args_parse(const struct args_spec *spec, int argc, char *const *argv, args_option_fn on_option,
               args_word_fn on_word, void *context, FILE *out, struct fault *fault)
{
    struct parse parse = {spec, argc, argv, 1, on_option, on_word, context, out, fault};
    bool words_only = false;
    int r = 0;

    while (r == 0 && parse.at < argc) {
        char *word = argv[parse.at++];

        if (words_only || word[0] != '-' || !word[1])
            r = on_word(context, word, fault);
        else if (strcmp(word, "--") == 0)
            words_only = true;
        else
            r = read_option(&parse, word);
    }
    return r;
}

int args_refuse(const char *program, const struct fault *fault)
{
    fprintf(stderr, "%s: error: %s\n%s: --help shows the options\n", program, fault->text, program);
    return 2;
}
