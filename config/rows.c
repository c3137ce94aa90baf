#include "config/rows.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"

const struct value_row *rows_find(const struct rows *rows, const char *section, const char *key)
{
    for (uint32_t i = 0; i < rows->n; i++)
        if (strcmp(rows->rows[i].section, section) == 0 && strcmp(rows->rows[i].key, key) == 0)
            return &rows->rows[i];
    return NULL;
}

int rows_preset(const struct rows *rows, void *base, struct arena *arena, struct fault *fault)
{
    for (uint32_t i = 0; i < rows->n; i++) {
        const struct value_row *row = &rows->rows[i];
        int r;

        if (row->repeated) /* begins empty */
            continue;
        r = value_parse(row, row->preset, arena, (char *)base + row->offset, fault);
        if (r < 0)
            return r;
    }
    return 0;
}

int rows_unknown(const struct rows *rows, const char *section, struct fault *fault)
{
    char keys[256] = "";

    for (uint32_t i = 0; i < rows->n; i++) {
        size_t used = strlen(keys);

        if (strcmp(rows->rows[i].section, section) == 0)
            snprintf(keys + used, sizeof(keys) - used, " %s", rows->rows[i].key);
    }
    if (!keys[0])
        return fail(fault, E_SETTING, "there is no such section");
    return fail(fault, E_SETTING, "there is no such key; there are:%s", keys);
}

int rows_blame(const char *where, const struct ini_line *line, int code, struct fault *fault)
{
    struct fault why = fault ? *fault : (struct fault){""};

    return fail(fault, code, "%.100s:%u: [%.24s] %.24s: %s", where, line->number, line->section,
                line->key, why.text);
}

uint32_t rows_note(struct rows_given *given, const void *member, uint32_t line)
{
    for (uint32_t i = 0; i < given->n; i++)
        if (given->members[i] == member)
            return given->lines[i];
    if (given->n < ROWS_GIVEN_MAX) { /* more than there are settings */
        given->members[given->n] = member;
        given->lines[given->n++] = line;
    }
    return 0;
}
