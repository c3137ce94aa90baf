/* How far a long piece of work is: what a terminal is shown, and what a log is told. */
#include <stdlib.h>

#include "tests/support/hands.h"
#include "tests/support/suite.h"
#include "tools/progress.h"

/* What 6 steps say that take TENTHS of a second each. */
static char *watch(bool terminal, uint32_t tenths)
{
    struct hands hands;
    size_t size;
    char *text = NULL;
    FILE *out = open_memstream(&text, &size);
    struct progress progress = {
        .what = "converting", .unit = "node", .out = out, .terminal = terminal};

    hands_init(&hands, 7);
    progress.clock = &hands.clock;
    progress_begin(&progress);
    for (uint32_t i = 0; i < 6; i++) {
        progress_step(&progress, i, 6);
        hands_turn_ms(&hands, tenths * 100);
    }
    progress_end(&progress);
    fclose(out);
    return text;
}

START_TEST(a_terminal_has_one_line_that_goes_in_the_end)
{
    char *text = watch(true, 1);

    ck_assert_str_eq(text, "\rconverting: node 1 of 6\033[K\rconverting: node 2 of 6\033[K"
                           "\rconverting: node 3 of 6\033[K\rconverting: node 4 of 6\033[K"
                           "\rconverting: node 5 of 6\033[K\r\033[K");
    free(text);
}
END_TEST

START_TEST(a_log_hears_of_it_each_five_seconds)
{
    char *text = watch(false, 20);

    ck_assert_str_eq(text, "converting: node 3 of 6\n");
    free(text);
}
END_TEST

START_TEST(what_is_quick_says_nothing)
{
    char *terminal = watch(true, 0), *log = watch(false, 1);

    ck_assert_str_eq(terminal, "");
    ck_assert_str_eq(log, "");
    free(terminal);
    free(log);
}
END_TEST

SUITE(a_terminal_has_one_line_that_goes_in_the_end, a_log_hears_of_it_each_five_seconds,
      what_is_quick_says_nothing);
