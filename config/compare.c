#include "config/compare.h"

#include <stdio.h>
#include <string.h>

#include "config/rows.h"

static const struct {
    const char *section, *key;
} restart[] = {
#define RESTART(section, key) {#section, #key},
#include "config/restart.def"
};

bool config_needs_restart(const struct value_row *row)
{
    for (size_t i = 0; i < ARRAY_SIZE(restart); i++)
        if (strcmp(restart[i].section, row->section) == 0 && strcmp(restart[i].key, row->key) == 0)
            return true;
    return false;
}

static const size_t sizes[_VALUE_TYPE_MAX] = {
#define SIZE(type) [VALUE_##type] = sizeof(VALUE_C_##type)
    SIZE(TEXT), SIZE(COUNT),    SIZE(SIZE),  SIZE(DURATION), SIZE(OCTAL), SIZE(LEVEL), SIZE(PERF),
    SIZE(BOOL), SIZE(RUNTIMES), SIZE(WORDS), SIZE(NAME),     SIZE(DIMS),  SIZE(EDGE),
#undef SIZE
};

static bool same_texts(const char *const *a, uint32_t n_a, const char *const *b, uint32_t n_b)
{
    for (uint32_t i = 0; n_a == n_b && i < n_a; i++)
        if (strcmp(a[i], b[i]) != 0)
            return false;
    return n_a == n_b;
}

static bool same_orders(const struct runtime_order *a, const struct runtime_order *b)
{
    return a->n == b->n && memcmp(a->runtimes, b->runtimes, a->n * sizeof(a->runtimes[0])) == 0;
}

static bool same_dims(const struct value_dims *a, const struct value_dims *b)
{
    for (uint32_t i = 0; a->n == b->n && i < a->n; i++)
        if (a->dims[i].rank != b->dims[i].rank ||
            memcmp(a->dims[i].dim, b->dims[i].dim, a->dims[i].rank * sizeof(uint32_t)) != 0)
            return false;
    return same_texts(a->names, a->n, b->names, b->n);
}

static bool same_edges(const struct value_edges *a, const struct value_edges *b)
{
    return same_texts(a->names, a->n, b->names, b->n) && same_texts(a->types, a->n, b->types, b->n);
}

static bool same_words(const struct words *a, const struct words *b)
{
    return same_texts(a->words, a->n, b->words, b->n);
}

static bool same_names(const struct value_names *a, const struct value_names *b)
{
    return same_texts(a->names, a->n, b->names, b->n);
}

/* The values of ROW in the structs at A and B. */
static bool same(const struct value_row *row, const void *a, const void *b)
{
    a = (const char *)a + row->offset;
    b = (const char *)b + row->offset;
    switch (row->type) {
    case VALUE_TEXT:
        return strcmp(*(const char *const *)a, *(const char *const *)b) == 0;
    case VALUE_RUNTIMES:
        return same_orders(a, b);
    case VALUE_WORDS:
        return same_words(a, b);
    case VALUE_NAME:
        return same_names(a, b);
    case VALUE_DIMS:
        return same_dims(a, b);
    case VALUE_EDGE:
        return same_edges(a, b);
    default:
        return *(const uint64_t *)a == *(const uint64_t *)b;
    }
}

struct comparison {
    config_change_fn on_change;
    void *context;
};

/* NAME: "" or " gpu", which the rows' section has behind its own name. */
static void compare_rows(const struct rows *rows, const char *name, const void *before,
                         const void *after, const struct comparison *comparison)
{
    for (uint32_t i = 0; i < rows->n; i++) {
        const struct value_row *row = &rows->rows[i];
        char text[CONFIG_NAME_SIZE];

        if (same(row, before, after))
            continue;
        snprintf(text, sizeof(text), "[%s%s%s] %s", row->section, name[0] ? " " : "", name,
                 row->key);
        comparison->on_change(comparison->context, text, config_needs_restart(row));
    }
}

void config_compare(const struct config *before, const struct config *after,
                    config_change_fn on_change, void *context)
{
    const struct comparison comparison = {on_change, context};

    compare_rows(&config_rows, "", before, after, &comparison);
    for (int i = 0; i < _RUNTIME_MAX; i++)
        compare_rows(&config_runtime_rows, runtime_get(i)->name, &before->runtimes[i],
                     &after->runtimes[i], &comparison);
    for (int i = 0; i < _DEVICE_MAX; i++)
        compare_rows(&config_device_rows, device_get(i)->name, &before->devices[i],
                     &after->devices[i], &comparison);
}

static void keep_rows(const struct rows *rows, void *to, const void *from)
{
    for (uint32_t i = 0; i < rows->n; i++) {
        const struct value_row *row = &rows->rows[i];

        if (config_needs_restart(row))
            memcpy((char *)to + row->offset, (const char *)from + row->offset, sizes[row->type]);
    }
}

void config_keep_first(struct config *config, const struct config *first)
{
    keep_rows(&config_rows, config, first);
    for (int i = 0; i < _RUNTIME_MAX; i++)
        keep_rows(&config_runtime_rows, &config->runtimes[i], &first->runtimes[i]);
    for (int i = 0; i < _DEVICE_MAX; i++)
        keep_rows(&config_device_rows, &config->devices[i], &first->devices[i]);
}

bool model_config_equal(const struct model_config *a, const struct model_config *b)
{
    bool equal = strcmp(a->name, b->name) == 0;

    for (uint32_t i = 0; equal && i < models_rows.n; i++)
        equal = same(&models_rows.rows[i], a, b);
    return equal;
}
