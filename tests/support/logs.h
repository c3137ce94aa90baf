#pragma once
/* Which log lines a process may write: none at warning or above but those that were announced. */
#include <stdbool.h>
#include <stddef.h>

#define LOGS_EXPECTED_MAX 32

struct logs {
    const char *expected[LOGS_EXPECTED_MAX]; /* borrowed */
    size_t n_expected;
};

void logs_expect(struct logs *logs, const char *text);

/*
 * Fails the test if TEXT, what a process wrote to stderr with SNPED_LOG_PREFIX=1, holds a line at
 * warning or above without any of the expected texts, or lacks an expected one. WHO names it.
 */
void logs_check(const struct logs *logs, const char *text, const char *who);

/* Is every line of TEXT one of base/log's? */
bool logs_only(const char *text);
