#pragma once
/*
 * Command lines from one table: parsing, --help, --version, and the man page and shell completion
 * of args_pages.h. Long options are --name VALUE or --name=VALUE, short ones -x VALUE; "--" ends
 * them. A value that may be left out is there if the next word is no option. Answered here: --help,
 * -h, --version and, for the build, --help-man and --help-completion.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/fault.h"

struct args_option {
    const char *name;   /* without dashes; NULL ends the table */
    const char *alias;  /* an older long name, accepted and not shown; NULL */
    char letter;        /* 0: none */
    uint8_t n_values;   /* 0: a switch; -d NAME DIMS has 2 */
    const char *values; /* as help shows them: "FILE", "NAME DIMS"; "[HOW]": one that may be left
                           out, and then is NULL */
    const char *help;   /* one sentence; NULL: accepted, and shown nowhere */
};

/* What the completion of an option knows besides; the last row has no option. */
struct args_hint {
    const char *option;     /* its long name */
    const char *also;       /* another spelling, dash included, which the program sees to; NULL */
    const char *choices[2]; /* words that its first and its second value may be, between blanks */
};

struct args_spec {
    const char *program, *version; /* of --version: "PROGRAM VERSION" */
    const char *synopsis;          /* what follows the name in "usage: NAME ..." */
    const char *about;             /* a paragraph */
    const char *epilog;            /* a paragraph after the options; NULL */
    const struct args_option *options;
    const struct args_hint *hints; /* NULL: none */
    int section;                   /* of the manual; 0: 1 */
    /*
     * For the pages alone: the commands of a program that has some, each with its bare name as
     * program, up to one without; NULL. ABOUT's first paragraph is then the page's, as the rest
     * lists them.
     */
    const struct args_spec *commands;
    /* The program's words that print, a line each, what a command's NAME or JOB may be; NULL. */
    const char *names;
};

/*
 * Calls ON_OPTION for every option in order (VALUES has n_values entries) and ON_WORD for every
 * other word; both return 0 or a negative code with FAULT and stop the parse. 0: go on; 1: one of
 * the options above was answered on OUT, exit 0; negative: usage error with FAULT, exit 2.
 */
typedef int (*args_option_fn)(void *context, const struct args_option *option, char *const *values,
                              struct fault *fault);
typedef int (*args_word_fn)(void *context, char *word, struct fault *fault);
int args_parse(const struct args_spec *spec, int argc, char *const *argv, args_option_fn on_option,
               args_word_fn on_word, void *context, FILE *out, struct fault *fault);

/* Says FAULT and where the options are shown, on stderr. 2, the exit status of a usage error. */
int args_refuse(const char *program, const struct fault *fault);

/* --help, --version: the rows that every program has besides its own. */
extern const struct args_option args_own[];

void args_help(const struct args_spec *spec, FILE *out);
