#pragma once
/* snpectl, run against a scripted daemon: one fake a test, and what was printed. */
#include <stdlib.h>
#include <string.h>

#include "tests/client/made.h"
#include "tests/support/proc.h"

static struct fake fake;
static const char *out, *err; /* of the last run */
static const char *locale = "LC_ALL=C.UTF-8";

/* Every member of the JSON that is printed stands in docs/SNPECTL.md, as `member`. */
static inline void check_documented(const char *json)
{
    size_t size;
    char *document = suite_read(suite_source("docs/SNPECTL.md"), &size);

    for (const char *colon = strstr(json, "\":"); colon; colon = strstr(colon + 1, "\":")) {
        const char *key = colon;

        while (key > json && key[-1] != '"')
            key--;
        if (!strchr("{,", key[-2])) /* inside a text */
            continue;
        ck_assert_msg(strstr(document, suite_text("`%.*s`", (int)(colon - key), key)) ||
                          strstr(document, suite_text("\"%.*s\"", (int)(colon - key), key)),
                      "%.*s is not in docs/SNPECTL.md", (int)(colon - key), key);
    }
    free(document);
}

/* Runs snpectl with words up to NULL, --socket behind them, and keeps what it wrote. */
static inline int ctl(const char *const *words)
{
    const char *argv[24] = {suite_bin("snpectl")}, *const env[] = {locale, NULL};
    struct proc *proc;
    int status;
    size_t n = 1;

    for (; *words; words++)
        argv[n++] = *words;
    argv[n++] = "--socket";
    argv[n] = *fake.path ? fake.path : "/nowhere/sock";
    proc = proc_start(&(struct proc_spec){.argv = argv, .env = env});
    status = proc_wait(proc);
    out = suite_text("%s", proc_out(proc));
    err = suite_text("%s", proc_err(proc));
    proc_finish(proc, status);
    if (out[0] == '{')
        check_documented(out);
    return status;
}

#define CTL(...) ctl((const char *const[]){__VA_ARGS__, NULL})

#define ck_assert_has(text, words)                                                                 \
    ck_assert_msg(strstr(text, words) != NULL, "'%s' is not in '%s'", words, text)
