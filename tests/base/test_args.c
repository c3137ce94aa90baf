#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/args.h"
#include "base/base.h"
#include "base/error.h"
#include "tests/support/suite.h"

static const struct args_option options[] = {
    {.name = "input_dim",
     .letter = 'd',
     .n_values = 2,
     .values = "NAME DIMS",
     .help = "The size of an input that the model leaves open, as in \"data 1,224,224,3\"."},
    {.name = "output_path",
     .alias = "dlc",
     .letter = 'o',
     .n_values = 1,
     .values = "FILE",
     .help = "Where to write."},
    {.name = "quiet", .letter = 'q', .help = "Say nothing."},
    {.name = "dry_run", .letter = 'n', .n_values = 1, .values = "[HOW]", .help = "Do nothing."},
    {.name = "an_option_with_a_long_name", .n_values = 1, .values = "N", .help = "Is long."},
    {.name = "hidden"},
    {0},
};

static const struct args_spec spec = {
    .program = "snpe-test",
    .version = "1.2.3",
    .synopsis = "[OPTION]... FILE...",
    .about = "Reads FILEs and does with them what a program of this name does, at such length that "
             "the line is wrapped.",
    .epilog = "Exit status: 0 done.\n2 wrong usage.",
    .options = options,
};

/* What the callbacks were told, as one text: "input_dim(a,1) word" and so on. */
struct told {
    char text[500];
};

static void tell(struct told *told, const char *what, const char *mark)
{
    (void)strncat(told->text, what, sizeof(told->text) - strlen(told->text) - 1);
    (void)strncat(told->text, mark, sizeof(told->text) - strlen(told->text) - 1);
}

static int on_option(void *context, const struct args_option *option, char *const *values,
                     struct fault *fault)
{
    struct told *told = context;

    tell(told, option->name, option->n_values ? "(" : "");
    for (int i = 0; i < option->n_values; i++) {
        if (!values[i]) {
            tell(told, "", ")");
            continue;
        }
        tell(told, values[i], i + 1 < option->n_values ? "," : ")");
        if (strcmp(values[i], "bad") == 0)
            return fail(fault, E_BAD_PARAMS, "a bad value");
    }
    tell(told, "", " ");
    return 0;
}

static int on_word(void *context, char *word, struct fault *fault)
{
    tell(context, word, " ");
    return strcmp(word, "bad") == 0 ? fail(fault, E_BAD_PARAMS, "a bad word") : 0;
}

/* Parses the words of LINE, which stand apart by single spaces. */
static int parse(const char *line, struct told *told, FILE *out, struct fault *fault)
{
    char copy[300], *rest = copy, *argv[32] = {(char[]){"snpe-test"}};
    int argc = 1;

    (void)snprintf(copy, sizeof(copy), "%s", line);
    while (*line && argc < 31 && (argv[argc] = strsep(&rest, " ")))
        argc++;
    *told = (struct told){""};
    fault->text[0] = 0;
    return args_parse(&spec, argc, argv, on_option, on_word, told, out, fault);
}

static void check(const char *line, const char *wanted)
{
    struct fault fault;
    struct told told;

    ck_assert_msg(parse(line, &told, stdout, &fault) == 0, "%s: %s", line, fault.text);
    ck_assert_str_eq(told.text, wanted);
}

START_TEST(options_and_words_come_in_order)
{
    check("", "");
    check("a -q b", "a quiet b ");
    check("--input_dim x 1,2 -d y 3 a", "input_dim(x,1,2) input_dim(y,3) a ");
    check("--output_path=f -o g --dlc h --dlc=i", "output_path(f) output_path(g) output_path(h) "
                                                  "output_path(i) ");
    check("-q - --quiet", "quiet - quiet ");
}
END_TEST

START_TEST(values_may_look_like_options)
{
    check("-o -q --output_path --help -d -o --", "output_path(-q) output_path(--help) "
                                                 "input_dim(-o,--) ");
    check("--output_path=a=b --output_path=", "output_path(a=b) output_path() ");
}
END_TEST

START_TEST(a_value_may_be_left_out)
{
    check("-n", "dry_run() ");
    check("--dry_run -q", "dry_run() quiet ");
    check("--dry_run - -n -", "dry_run(-) dry_run(-) ");
    check("--dry_run debug -n info --dry_run=x -n -- a",
          "dry_run(debug) dry_run(info) dry_run(x) dry_run() a ");
}
END_TEST

START_TEST(after_two_dashes_all_are_words)
{
    check("-q -- -q --help --", "quiet -q --help -- ");
}
END_TEST

static void check_refused(const char *line, const char *sentence)
{
    struct fault fault;
    struct told told;

    ck_assert_int_lt(parse(line, &told, stdout, &fault), 0);
    ck_assert_str_eq(fault.text, sentence);
}

START_TEST(wrong_usage_is_a_sentence)
{
    check_refused("--quite", "unknown option \"--quite\"; snpe-test --help lists all");
    check_refused("-x", "unknown option \"-x\"; snpe-test --help lists all");
    check_refused("-qo", "unknown option \"-qo\"; snpe-test --help lists all");
    check_refused("--qui", "unknown option \"--qui\"; snpe-test --help lists all");
    check_refused("--=x", "unknown option \"--=x\"; snpe-test --help lists all");
    check_refused("--help=x", "unknown option \"--help=x\"; snpe-test --help lists all");
    check_refused("-o", "-o needs FILE behind it");
    check_refused("--input_dim x", "--input_dim needs NAME DIMS behind it");
    check_refused("--quiet=1", "--quiet takes no value: leave \"=1\" out");
    check_refused("--input_dim=x 1",
                  "--input_dim takes several values: write --input_dim NAME DIMS");
}
END_TEST

START_TEST(what_a_callback_refuses_ends_the_parse)
{
    struct fault fault;
    struct told told;

    ck_assert_int_eq(parse("-q -o bad -q", &told, stdout, &fault), E_BAD_PARAMS);
    ck_assert_str_eq(fault.text, "a bad value");
    ck_assert_str_eq(told.text, "quiet output_path(bad)");
    ck_assert_int_eq(parse("a bad b", &told, stdout, &fault), E_BAD_PARAMS);
    ck_assert_str_eq(told.text, "a bad ");
}
END_TEST

/* What is written to OUT for LINE, freed by free(). */
static char *answer(const char *line, struct told *told)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    struct fault fault;

    ck_assert_int_eq(parse(line, told, out, &fault), 1);
    fclose(out);
    return text;
}

START_TEST(the_version_is_one_line)
{
    struct told told;
    _cleanup_(freep) char *text = answer("-q --version -q", &told);

    ck_assert_str_eq(text, "snpe-test 1.2.3\n");
    ck_assert_str_eq(told.text, "quiet ");
}
END_TEST

START_TEST(help_is_the_table)
{
    struct told told;
    _cleanup_(freep) char *text = answer("--help", &told), *same = answer("-h", &told);

    ck_assert_str_eq(text, same);
    ck_assert_str_eq(
        text, "usage: snpe-test [OPTION]... FILE...\n"
              "\n"
              "Reads FILEs and does with them what a program of this name does, at such length\n"
              "that the line is wrapped.\n"
              "\n"
              "options:\n"
              "  -d, --input_dim NAME DIMS   The size of an input that the model leaves open,\n"
              "                              as in \"data 1,224,224,3\".\n"
              "  -o, --output_path FILE      Where to write.\n"
              "  -q, --quiet                 Say nothing.\n"
              "  -n, --dry_run [HOW]         Do nothing.\n"
              "      --an_option_with_a_long_name N\n"
              "                              Is long.\n"
              "  -h, --help                  Print this and exit.\n"
              "      --version               Print the version and exit.\n"
              "\n"
              "Exit status: 0 done.\n"
              "2 wrong usage.\n");
}
END_TEST

SUITE(options_and_words_come_in_order, values_may_look_like_options, a_value_may_be_left_out,
      after_two_dashes_all_are_words, wrong_usage_is_a_sentence,
      what_a_callback_refuses_ends_the_parse, the_version_is_one_line, help_is_the_table);
