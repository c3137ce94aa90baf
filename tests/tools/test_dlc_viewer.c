/* snpe-dlc-viewer as a user runs it: a page that needs nothing else, whatever names there are. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/proc.h"
#include "tests/support/suite.h"
#include "tests/tools/made_net.h"

/* What a finished program said. */
struct answer {
    const char *out, *err;
};

static struct answer run(int status, const char *const *args)
{
    const char *argv[8] = {suite_bin("snpe-dlc-viewer")};
    struct answer answer;
    struct proc *proc;
    size_t n = 1;

    while (*args)
        argv[n++] = *args++;
    proc = proc_start(&(struct proc_spec){.argv = argv});
    ck_assert_msg(proc_wait(proc) == status, "exit %d, not %d: %s", proc_wait(proc), status,
                  proc_err(proc));
    answer = (struct answer){proc_out(proc), proc_err(proc)};
    proc_finish(proc, status);
    return answer;
}

#define RUN(status, ...) run(status, (const char *const[]){__VA_ARGS__, NULL})

static void assert_says(const char *text, const char *what)
{
    ck_assert_msg(strstr(text, what) != NULL, "\"%s\" is not in:\n%.2000s", what, text);
}

/* The page of NET, freed by free(). */
static char *page_of(struct made_net net)
{
    size_t size;
    char *page;

    net.file = "m.dlc";
    made_net(&net);
    RUN(0, "-i", "m.dlc", "-s", "page.html");
    page = suite_read(suite_path("page.html"), &size);
    ck_assert_uint_eq(strlen(page), size);
    suite_remove("page.html");
    suite_remove("m.dlc");
    return page;
}

static size_t count(const char *text, const char *what)
{
    size_t n = 0;

    while ((text = strstr(text, what)) != NULL) {
        n++;
        text++;
    }
    return n;
}

START_TEST(the_page_is_whole_and_needs_nothing_else)
{
    char *page = page_of((struct made_net){.file = NULL});

    assert_says(page, "<!DOCTYPE html>\n<html lang=\"en\">");
    assert_says(page, "Content-Security-Policy\" content=\"default-src 'none';");
    assert_says(page, "</body>\n</html>\n");
    ck_assert_ptr_null(strstr(page, "@DATA@"));
    ck_assert_ptr_null(strstr(page, "src="));
    ck_assert_ptr_null(strstr(page, "href="));
    ck_assert_ptr_null(strstr(page, "url(h"));
    ck_assert_ptr_null(strstr(page, "fetch("));
    /* the name of SVG's elements is no address that anybody asks */
    ck_assert_uint_eq(count(page, "http"), count(page, "http://www.w3.org/2000/svg") + 1);
    free(page);
}
END_TEST

START_TEST(the_page_holds_the_graph)
{
    char *page = page_of((struct made_net){.file = NULL});

    ck_assert_uint_eq(count(page, "\"place\":{\"x\":"), 8);
    /* data, conv, relu, pool, fc, shift, add, softmax: 7 edges, all but one between neighbours */
    ck_assert_uint_eq(count(page, "{\"from\":"), 7);
    assert_says(page, "{\"from\":5,\"to\":6,\"points\":[");
    assert_says(page, "\"name\":\"conv\",\"type\":\"convolutional\"");
    free(page);
}
END_TEST

/* 72 numbers 0.25 i - 1: from -1 to 16.75, their mean 7.875, one of them 0. */
START_TEST(weights_are_shown_as_they_are_spread)
{
    char *page = page_of((struct made_net){.file = NULL}), *spread;
    double n = 0;

    spread = strstr(page, "\"spreads\":[{");
    ck_assert_ptr_nonnull(spread);
    assert_says(spread, "\"spreads\":[{\"n\":72,\"n_zero\":1,\"n_not_finite\":0,\"min\":-1,"
                        "\"max\":16.75,\"mean\":7.875,\"deviation\":5.19");
    spread = strstr(spread, "\"bins\":[") + 7;
    for (int i = 0; i < 48; i++)
        n += strtod(spread + 1, &spread);
    ck_assert_double_eq(n, 72);
    ck_assert_int_eq(*spread, ']');
    free(page);
}
END_TEST

START_TEST(numbers_that_are_none_are_counted)
{
    char *page = page_of((struct made_net){.bump = 1e38f * 10});

    assert_says(page, "\"n\":72,\"n_zero\":1,\"n_not_finite\":1,\"min\":-0.75,\"max\":16.75,");
    free(page);
}
END_TEST

START_TEST(no_name_can_leave_its_place)
{
    static const char hostile[] = "</script><img src=x onerror=alert(1)><!--\"'`\\@DATA@";
    char *page = page_of((struct made_net){
        .relu = hostile, .copyright = "<script>", .record = "<b>&", .record_text = "1"});

    ck_assert_ptr_null(strstr(page, "<img"));
    ck_assert_uint_eq(count(page, "</script>"), 2);
    ck_assert_uint_eq(count(page, "<script"), 2);
    ck_assert_ptr_null(strstr(page, "<!--"));
    assert_says(page, "\"name\":\"\\u003c/script>\\u003cimg src=x onerror=alert(1)>\\u003c!--"
                      "\\\"'`\\\\@DATA@\"");
    assert_says(page, "\"model_copyright\":\"\\u003cscript>\"");
    assert_says(page, "\"name\":\"\\u003cb>&\"");
    free(page);
}
END_TEST

START_TEST(a_file_name_need_not_be_text)
{
    static const char name[] = "a\xff<img>.dlc";
    char *page;
    size_t size;

    made_net(&(struct made_net){.file = name});
    RUN(0, "-i", name, "-s", "page.html");
    page = suite_read(suite_path("page.html"), &size);
    assert_says(page, "\"file\":\"a\\ufffd\\u003cimg>.dlc\"");
    free(page);
    suite_remove("page.html");
    suite_remove(name);
}
END_TEST

START_TEST(the_page_goes_where_it_is_told)
{
    made_net(&(struct made_net){.file = "m.v1.dlc"});
    assert_says(RUN(0, "-i", "m.v1.dlc").out, "wrote m.v1.html, ");
    ck_assert_int_eq(access(suite_path("m.v1.html"), F_OK), 0);
    suite_remove("m.v1.html");
    assert_says(RUN(0, "-s", "-i", "m.v1.dlc").out, "wrote m.v1.html, ");
    suite_remove("m.v1.html");
    assert_says(RUN(0, "-i", "m.v1.dlc", "--save").out, "wrote m.v1.html, ");
    suite_remove("m.v1.html");
    assert_says(RUN(0, "-i", "m.v1.dlc", "--save", "x").out, "wrote x, ");
    suite_remove("x");
    assert_says(RUN(0, "-i", "m.v1.dlc", "-s", "-").out, "<!DOCTYPE html>");
    suite_remove("m.v1.dlc");
}
END_TEST

START_TEST(what_cannot_be_is_told)
{
    suite_write(suite_path("m.dlc"), "no archive", 10);
    assert_says(RUN(1, "-i", "m.dlc").err, "snpe-dlc-viewer: error: m.dlc: not a DLC archive");
    assert_says(RUN(1, "-i", "none").err, "cannot read none: No such file");
    suite_remove("m.dlc");
    made_net(&(struct made_net){.file = "m.dlc"});
    assert_says(RUN(1, "-i", "m.dlc", "-s", "no/page").err, "cannot write no/page");
    suite_remove("m.dlc");
    assert_says(RUN(2, "-s", "page").err, "no DLC: -i FILE is required");
    assert_says(RUN(2, "-i").err, "--help shows the options");
    assert_says(RUN(0, "-h").out, "usage: snpe-dlc-viewer -i FILE [-s [FILE]]");
}
END_TEST

SUITE(the_page_is_whole_and_needs_nothing_else, the_page_holds_the_graph,
      weights_are_shown_as_they_are_spread, numbers_that_are_none_are_counted,
      no_name_can_leave_its_place, a_file_name_need_not_be_text, the_page_goes_where_it_is_told,
      what_cannot_be_is_told);
