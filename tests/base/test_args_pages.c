#include <stdlib.h>
#include <string.h>

#include "base/args_pages.h"
#include "base/base.h"
#include "tests/support/suite.h"

static const struct args_option options[] = {
    {.name = "in_dim",
     .letter = 'd',
     .n_values = 2,
     .values = "NAME DIMS",
     .help = "As in \"data 1,2\"."},
    {.name = "out", .alias = "dlc", .letter = 'o', .n_values = 1, .values = "FILE", .help = "To."},
    {.name = "folder", .n_values = 1, .values = "DIR", .help = "In."},
    {.name = "bare", .n_values = 1, .help = "Of no known kind."},
    {.name = "how", .n_values = 1, .values = "[HOW]", .help = "How, or as ever."},
    {.name = "type", .letter = 't', .n_values = 2, .values = "NAME TYPE", .help = "Which."},
    {.name = "mode", .n_values = 1, .values = "MODE", .help = "Of two."},
    {.name = "secret", .n_values = 1, .values = "SECRET"},
    {0},
};

static const struct args_hint hints[] = {
    {"type", NULL, {NULL, "plain image"}},
    {"mode", NULL, {"fast slow"}},
    {"out", "-o1", {NULL}},
    {0},
};

static const struct args_spec spec = {
    .program = "snpe-test",
    .version = "1.2.3",
    .synopsis = "FILE...",
    .about = "Reads 1.5 files. And more\nof them.\n\n.SH is no request\n 'tis none, nor \\fB.",
    .epilog = "Exit status: 0 done.",
    .options = options,
    .hints = hints,
};

static char *page(const struct args_spec *of, int section)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (section)
        args_man(of, section, out);
    else
        args_completion(of, out);
    ck_assert_int_eq(fclose(out), 0);
    return text;
}

static void check_has(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part), "'%s' is not in:\n%s", part, text);
}

static void check_lacks(const char *text, const char *part)
{
    ck_assert_msg(!strstr(text, part), "'%s' is in:\n%s", part, text);
}

START_TEST(a_page_has_the_parts_of_man_7)
{
    _cleanup_(freep) char *man = page(&spec, 8);

    ck_assert_int_eq(strncmp(man, ".TH snpe\\-test 8 20", 19), 0);
    check_has(man, " \"snpe\\-test 1.2.3\" snped\n");
    check_has(man, ".SH NAME\nsnpe\\-test \\- Reads 1.5 files\n");
    check_has(man, ".SH SYNOPSIS\n.B snpe\\-test\nFILE...\n");
    check_has(man, ".SH OPTIONS\n.TP\n\\fB\\-d\\fR, \\fB\\-\\-in_dim\\fR \\fINAME DIMS\\fR\n");
    check_has(man, ".TP\n\\fB\\-h\\fR, \\fB\\-\\-help\\fR\n");
    check_has(man, ".SH NOTES\nExit status: 0 done.\n");
}
END_TEST

START_TEST(no_text_is_a_request)
{
    _cleanup_(freep) char *man = page(&spec, 1);

    check_has(man, "\nReads 1.5 files. And more\n.br\nof them.\n.PP\n"
                   "\\&.SH is no request\n.br\n\\(aqtis none, nor \\efB.\n");
    check_has(man, "\nAs in \\(dqdata 1,2\\(dq.\n");
}
END_TEST

START_TEST(what_is_null_is_left_out)
{
    const struct args_spec bare = {.program = "x"};
    _cleanup_(freep) char *man = page(&bare, 1), *bash = page(&bare, 0);

    check_has(man, ".SH NAME\nx \\- x\n.SH SYNOPSIS\n.B x\n.SH OPTIONS\n.TP\n");
    check_lacks(man, "null");
    check_lacks(man, "NOTES");
    check_lacks(bash, "null");
    check_has(bash, "complete -F _x x\n");
}
END_TEST

START_TEST(hidden_options_are_on_no_page)
{
    _cleanup_(freep) char *man = page(&spec, 1), *bash = page(&spec, 0);

    check_lacks(man, "ecret");
    check_lacks(man, "help\\-man");
    check_lacks(bash, "secret");
    check_lacks(bash, "help-man");
}
END_TEST

START_TEST(values_are_completed_by_their_kind)
{
    _cleanup_(freep) char *bash = page(&spec, 0);
    const char *first = strstr(bash, "case $first in\n");

    check_has(bash, "_snpe_test()\n{\n");
    check_has(bash, "\ncomplete -F _snpe_test snpe-test\n");
    check_has(bash,
              "    -o1|-o|--out|--dlc) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < "
              "<(compgen -f -- \"$cur\"); return ;;\n");
    check_has(bash, "    --folder) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < "
                    "<(compgen -d -- \"$cur\"); return ;;\n");
    check_has(bash, "    --bare) :; return ;;\n");
    check_has(bash, "    --how) [[ $cur == -* ]] || { :; return; } ;;\n");
    check_has(bash, "    -t|--type) :; return ;;\n");
    check_has(bash, "    --mode) mapfile -t COMPREPLY < <(compgen -W 'fast slow' -- \"$cur\"); "
                    "return ;;\n");
    check_has(bash,
              " --in_dim --out --folder --bare --how --type --mode --help --version' -- \"$cur\"");
    ck_assert_ptr_nonnull(first);
    check_has(first, "    -d|--in_dim) :; return ;;\n"
                     "    -t|--type) mapfile -t COMPREPLY < <(compgen -W 'plain image' -- "
                     "\"$cur\"); return ;;\n    esac\n");
}
END_TEST

START_TEST(commands_come_with_what_they_add)
{
    static const struct args_option own[] = {
        {.name = "count", .n_values = 1, .values = "N", .help = "Often."},
        {.name = "folder", .n_values = 1, .values = "DIR", .help = "In."},
        {0},
    };
    const struct args_spec commands[] = {
        {.program = "load", .synopsis = "NAME [options]", .options = own, .names = "list -n"},
        {.program = "ping"},
        {0},
    };
    struct args_spec whole = spec;
    _cleanup_(freep) char *man = NULL, *bash = NULL;

    whole.commands = commands;
    man = page(&whole, 1);
    bash = page(&whole, 0);
    check_has(man, ".SH DESCRIPTION\nReads 1.5 files. And more\n.br\nof them.\n.SH COMMANDS\n"
                   ".SS load NAME [options]\n.TP\n\\fB\\-\\-count\\fR \\fIN\\fR\nOften.\n"
                   ".SS ping \n.SH OPTIONS\n");
    check_has(bash, "compgen -W ' load ping' -- \"$cur\"");
    check_has(bash, "<(\"$1\" list -n 2>/dev/null </dev/null)");
}
END_TEST

static int ignore_option(void *context, const struct args_option *option, char *const *values,
                         struct fault *fault)
{
    (void)context;
    (void)option;
    (void)values;
    (void)fault;
    return 0;
}

static int ignore_word(void *context, char *word, struct fault *fault)
{
    (void)context;
    (void)word;
    (void)fault;
    return 0;
}

START_TEST(a_parse_answers_with_the_pages)
{
    static const char *const words[] = {"--help-man", "--help-completion"};
    _cleanup_(freep) char *man = page(&spec, 1), *bash = page(&spec, 0);

    for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
        char name[] = "snpe-test", word[20], *argv[] = {name, word, NULL};
        _cleanup_(freep) char *text = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);
        struct fault fault;

        snprintf(word, sizeof(word), "%s", words[i]);
        ck_assert_int_eq(args_parse(&spec, 2, argv, ignore_option, ignore_word, NULL, out, &fault),
                         1);
        ck_assert_int_eq(fclose(out), 0);
        ck_assert_str_eq(text, i == 0 ? man : bash);
    }
}
END_TEST

SUITE(a_page_has_the_parts_of_man_7, no_text_is_a_request, what_is_null_is_left_out,
      hidden_options_are_on_no_page, values_are_completed_by_their_kind,
      commands_come_with_what_they_add, a_parse_answers_with_the_pages);
