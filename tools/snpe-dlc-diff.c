/* snpe-dlc-diff: how two DLCs differ. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/args.h"
#include "base/base.h"
#include "base/error.h"
#include "tools/dlc_compare.h"
#include "tools/file.h"

#define EXIT_EQUAL   0
#define EXIT_OTHER   1
#define EXIT_TROUBLE 2

enum {
    OPTION_FIRST,
    OPTION_SECOND,
    OPTION_COPYRIGHTS,
    OPTION_LAYERS,
    OPTION_PARAMETERS,
    OPTION_DIMENSIONS,
    OPTION_WEIGHTS,
    OPTION_OUTPUTS,
    OPTION_HTA,
    OPTION_ID,
    OPTION_SAVE,
};

static const struct args_option options[] = {
    [OPTION_FIRST] = {"input_dlc_one", NULL, 0, 1, "FILE", "the first DLC; also -i1 (required)"},
    [OPTION_SECOND] = {"input_dlc_two", NULL, 0, 1, "FILE", "the second DLC; also -i2 (required)"},
    [OPTION_COPYRIGHTS] = {"copyrights", NULL, 'c', 0, NULL, "compare copyrights"},
    [OPTION_LAYERS] = {"layers", NULL, 'l', 0, NULL,
                       "compare which layers there are, and their types"},
    [OPTION_PARAMETERS] = {"parameters", NULL, 'p', 0, NULL,
                           "compare parameters, inputs and encodings of layers that both have"},
    [OPTION_DIMENSIONS] = {"dimensions", NULL, 'd', 0, NULL, "compare the sizes of outputs"},
    [OPTION_WEIGHTS] = {"weights", NULL, 'w', 0, NULL, "compare weights"},
    [OPTION_OUTPUTS] = {"outputs", NULL, 'o', 0, NULL, "compare the names of output tensors"},
    [OPTION_HTA] = {"hta", NULL, 'x', 0, NULL, "compare the records of AIP"},
    [OPTION_ID] = {"id", NULL, 'i', 0, NULL,
                   "pair the layers by their ids instead of by their names"},
    [OPTION_SAVE] = {"save", NULL, 's', 1, "FILE",
                     "also write the differences as comma-separated values"},
    {0},
};

static const struct args_hint hints[] = {
    {"input_dlc_one", "-i1", {NULL}},
    {"input_dlc_two", "-i2", {NULL}},
    {0},
};

static const struct args_spec spec = {
    .program = "snpe-dlc-diff",
    .version = SNPED_VERSION,
    .synopsis = "-i1 FILE -i2 FILE [options]",
    .about = "Compares two DLCs. Without any of -c -l -p -d -w -o -x all of them are compared.",
    .epilog = "Exit status: 0 no difference, 1 some differences, 2 wrong usage, or a file that "
              "cannot be read or written.",
    .options = options,
    .hints = hints,
};

struct arguments {
    const char *first, *second, *save;
    unsigned what;
    bool by_id;
};

static int take_option(void *context, const struct args_option *option, char *const *values,
                       struct fault *fault)
{
    static const unsigned whats[] = {
        [OPTION_COPYRIGHTS] = COMPARE_COPYRIGHTS,
        [OPTION_LAYERS] = COMPARE_LAYERS,
        [OPTION_PARAMETERS] = COMPARE_PARAMETERS,
        [OPTION_DIMENSIONS] = COMPARE_DIMENSIONS,
        [OPTION_WEIGHTS] = COMPARE_WEIGHTS,
        [OPTION_OUTPUTS] = COMPARE_OUTPUTS,
        [OPTION_HTA] = COMPARE_HTA,
    };
    struct arguments *arguments = context;

    (void)fault;
    switch (option - options) {
    case OPTION_FIRST:
        arguments->first = values[0];
        return 0;
    case OPTION_SECOND:
        arguments->second = values[0];
        return 0;
    case OPTION_SAVE:
        arguments->save = values[0];
        return 0;
    case OPTION_ID:
        arguments->by_id = true;
        return 0;
    default:
        arguments->what |= whats[option - options];
        return 0;
    }
}

static int take_word(void *context, char *word, struct fault *fault)
{
    (void)context;
    return fail(fault, -EINVAL, "unexpected argument '%.100s'", word);
}

static int save(const struct ruled *table, const char *path, struct fault *fault)
{
    struct buf text = {0};
    int r = ruled_csv(table, &text);

    if (r == 0)
        r = file_write(path, text.base, text.size, fault);
    buf_done(&text);
    return r;
}

static int show(const struct arguments *arguments, const struct ruled *table, struct fault *fault)
{
    int r = arguments->save ? save(table, arguments->save, fault) : 0;

    if (r < 0)
        return r;
    printf("First:  %s\nSecond: %s\n", arguments->first, arguments->second);
    if (table->n_lines)
        ruled_print(table, stdout);
    else
        printf("No difference.\n");
    if (fflush(stdout) != 0 || ferror(stdout))
        return fail(fault, -EIO, "standard output cannot be written");
    return 0;
}

/* The exit status, or a negative error with its sentence. */
static int compare(const struct arguments *arguments, struct fault *fault)
{
    struct dlc_facts first = {.path = NULL}, second = {.path = NULL};
    struct ruled table = {.error = 0};
    bool equal = false;
    int r = dlc_facts_read(arguments->first, false, &first, fault);

    if (r == 0)
        r = dlc_facts_read(arguments->second, false, &second, fault);
    if (r == 0)
        r = dlc_compare(&first, &second, arguments->what ? arguments->what : COMPARE_ALL,
                        arguments->by_id, &table);
    if (r == 0) {
        equal = table.n_lines == 0;
        r = show(arguments, &table, fault);
    }
    ruled_done(&table);
    dlc_facts_done(&first);
    dlc_facts_done(&second);
    return r < 0 ? r : equal ? EXIT_EQUAL : EXIT_OTHER;
}

/* SNPE spells the two files -i1 and -i2, which no usual parser knows; -i alone is another option.
 */
static void spell_out(int argc, char **argv)
{
    static char first[] = "--input_dlc_one", second[] = "--input_dlc_two";

    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "-i1") == 0)
            argv[i] = first;
        else if (strcmp(argv[i], "-i2") == 0)
            argv[i] = second;
}

int main(int argc, char **argv)
{
    struct arguments arguments = {.first = NULL};
    struct fault fault = {"out of memory"};
    int r;

    spell_out(argc, argv);
    r = args_parse(&spec, argc, argv, take_option, take_word, &arguments, stdout, &fault);
    if (r > 0)
        return EXIT_EQUAL;
    if (r == 0 && (!arguments.first || !arguments.second))
        r = fail(&fault, -EINVAL, "two DLCs are required: -i1 FILE -i2 FILE");
    if (r < 0)
        return args_refuse(spec.program, &fault);
    snprintf(fault.text, sizeof(fault.text), "out of memory");
    r = compare(&arguments, &fault);
    if (r < 0)
        fprintf(stderr, "%s: error: %s\n", spec.program, fault.text);
    return r < 0 ? EXIT_TROUBLE : r;
}
