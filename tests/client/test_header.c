/* What the public header says of errors is what errors.def says. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "client/snpe-client.h"
#include "tests/support/suite.h"

START_TEST(the_headers_errors_are_those_of_the_table)
{
    size_t size;
    char *text = suite_read(suite_source("client/snpe-client.h"), &size), *at = text;
    int n = 0;

    while ((at = strstr(at, "\n    SNPE_E_"))) {
        char name[64] = "";
        int code = 0;

        at += strlen("\n    SNPE_E_");
        ck_assert_int_eq(sscanf(at, "%63[A-Z_] = %d", name, &code), 2);
        for (char *c = name; *c; c++)
            *c = (char)(*c == '_' ? '-' : tolower((unsigned char)*c));
        ck_assert_str_eq(snpe_error_name(code), name);
        n++;
    }
    ck_assert_int_ge(n, 25);
    free(text);
}
END_TEST

START_TEST(what_the_header_calls_retryable_is)
{
    ck_assert_int_eq(snpe_retryable(SNPE_E_DISCONNECTED), 1);
    ck_assert_int_eq(snpe_retryable(SNPE_E_TIMEOUT), 1);
    ck_assert_int_eq(snpe_retryable(SNPE_E_QUEUE_FULL), 1);
    ck_assert_int_eq(snpe_retryable(SNPE_E_QUOTA), 1);
    ck_assert_int_eq(snpe_retryable(SNPE_E_DRAINING), 1);
    ck_assert_int_eq(snpe_retryable(SNPE_E_DEVICE_LOST), 1);
    ck_assert_int_eq(snpe_retryable(SNPE_E_STALE), 0);
    ck_assert_int_eq(snpe_retryable(SNPE_E_DEADLINE), 0);
    ck_assert_int_eq(snpe_retryable(-12345), 0); /* of a later daemon: nothing is known of it */
    ck_assert_str_ne(snpe_strerror(-12345), "");
    ck_assert_str_eq(snpe_version(), SNPED_VERSION);
}
END_TEST

SUITE(the_headers_errors_are_those_of_the_table, what_the_header_calls_retryable_is);
