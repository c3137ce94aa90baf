#include "tests/support/logs.h"

#include <string.h>

#include "tests/support/suite.h"

/* The level of a line that begins with "<n>", else -1. */
static int level_of(const char *line)
{
    return line[0] == '<' && line[1] >= '0' && line[1] <= '7' && line[2] == '>' ? line[1] - '0'
                                                                                : -1;
}

void logs_expect(struct logs *logs, const char *text)
{
    ck_assert_uint_lt(logs->n_expected, LOGS_EXPECTED_MAX);
    logs->expected[logs->n_expected++] = text;
}

static bool is_expected(const struct logs *logs, const char *line, size_t length)
{
    for (size_t i = 0; i < logs->n_expected; i++)
        if (memmem(line, length, logs->expected[i], strlen(logs->expected[i])))
            return true;
    return false;
}

void logs_check(const struct logs *logs, const char *text, const char *who)
{
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n");
        int level = level_of(line);

        if (level >= 0 && level <= 4 && !is_expected(logs, line, length))
            ck_abort_msg("%s logged what the test did not expect: %.*s", who, (int)length, line);
        line += length + (line[length] != 0);
    }
    for (size_t i = 0; i < logs->n_expected; i++)
        ck_assert_msg(strstr(text, logs->expected[i]), "%s did not log \"%s\"", who,
                      logs->expected[i]);
}

bool logs_only(const char *text)
{
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n");

        if (level_of(line) < 0)
            return false;
        line += length + (line[length] != 0);
    }
    return true;
}
