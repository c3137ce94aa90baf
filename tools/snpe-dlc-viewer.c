/* snpe-dlc-viewer: a DLC as one page of HTML. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/args.h"
#include "base/base.h"
#include "base/error.h"
#include "tools/dlc_page.h"
#include "tools/file.h"

enum { OPTION_INPUT, OPTION_SAVE };

static const struct args_option options[] = {
    [OPTION_INPUT] = {"input_dlc", NULL, 'i', 1, "FILE", "the DLC to look at (required)"},
    [OPTION_SAVE] = {"save", NULL, 's', 1, "[FILE]",
                     "where to write the page, \"-\" for standard output (default: the DLC's name "
                     "with .html, in the current folder)"},
    {0},
};

static const struct args_spec spec = {
    .program = "snpe-dlc-viewer",
    .version = SNPED_VERSION,
    .synopsis = "-i FILE [-s [FILE]]",
    .about = "Writes one page of HTML that shows the graph of a DLC: zoom, search, and for each "
             "layer shapes, parameters, encodings and how its weights are spread. The page needs "
             "no other file and no network.",
    .epilog = "Exit status: 0 done, 1 refused or failed, 2 wrong usage.",
    .options = options,
};

struct arguments {
    const char *input, *save; /* SAVE NULL: where it goes by default */
};

static int take_option(void *context, const struct args_option *option, char *const *values,
                       struct fault *fault)
{
    struct arguments *arguments = context;

    (void)fault;
    if (option - options == OPTION_INPUT)
        arguments->input = values[0];
    else
        arguments->save = values[0];
    return 0;
}

static int take_word(void *context, char *word, struct fault *fault)
{
    (void)context;
    return fail(fault, -EINVAL, "unexpected argument '%.100s'", word);
}

/* "models/net.dlc" becomes "net.html"; NULL if memory is out. */
static char *default_name(const char *input)
{
    const char *slash = strrchr(input, '/'), *name = slash ? slash + 1 : input;
    const char *dot = strrchr(name, '.');
    int length = (int)(dot && dot != name ? (size_t)(dot - name) : strlen(name));
    char *page = NULL;

    return asprintf(&page, "%.*s.html", length, name) < 0 ? NULL : page;
}

static int save(const struct arguments *arguments, const struct buf *page, struct fault *fault)
{
    _cleanup_(freep) char *name = NULL;
    const char *path = arguments->save;
    int r;

    if (path && strcmp(path, "-") == 0) {
        (void)fwrite(page->base, 1, page->size, stdout);
        return 0;
    }
    if (!path) {
        name = default_name(arguments->input);
        if (!name)
            return -ENOMEM;
        path = name;
    }
    r = file_write(path, page->base, page->size, fault);
    if (r == 0)
        printf("wrote %s, %zu bytes: open it in a browser\n", path, page->size);
    return r;
}

static int run(const struct arguments *arguments)
{
    struct fault fault = {"out of memory"};
    struct dlc_facts facts = {.path = NULL};
    struct buf page = {0};
    int r = dlc_facts_read(arguments->input, true, &facts, &fault);

    if (r == 0)
        r = dlc_page_write(&facts, &page);
    if (r == 0)
        r = save(arguments, &page, &fault);
    buf_done(&page);
    dlc_facts_done(&facts);
    if (r == 0 && (fflush(stdout) != 0 || ferror(stdout)))
        r = fail(&fault, -EIO, "standard output cannot be written");
    if (r < 0)
        fprintf(stderr, "%s: error: %s\n", spec.program, fault.text);
    return r < 0;
}

int main(int argc, char **argv)
{
    struct arguments arguments = {.input = NULL};
    struct fault fault = {""};
    int r = args_parse(&spec, argc, argv, take_option, take_word, &arguments, stdout, &fault);

    if (r > 0)
        return 0;
    if (r == 0 && !arguments.input)
        r = fail(&fault, -EINVAL, "no DLC: -i FILE is required");
    return r < 0 ? args_refuse(spec.program, &fault) : run(&arguments);
}
