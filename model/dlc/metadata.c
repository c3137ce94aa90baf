#include "model/dlc/metadata.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/base.h"
#include "base/error.h"
#include "model/text.h"

#define SIZE_MAX_READ     (1 << 20) /* the longest seen has 2 KiB */
#define MODEL_VERSION_MAX 64        /* SNPE keeps as much and no more */

/* In the order in which they are written. */
static const struct {
    const char *key;
    size_t at;
    bool optional;
    size_t most; /* bytes that are written; 0: all */
} keys[] = {
    {"converter-command", offsetof(struct dlc_metadata, converter_command), false, 0},
    {"converter-version", offsetof(struct dlc_metadata, converter_version), false, 0},
    {"model-copyright", offsetof(struct dlc_metadata, model_copyright), false, 0},
    {"model-version", offsetof(struct dlc_metadata, model_version), false, MODEL_VERSION_MAX},
    {"quantizer-command", offsetof(struct dlc_metadata, quantizer_command), true, 0},
};

static char **member(struct dlc_metadata *metadata, size_t i)
{
    return (char **)((char *)metadata + keys[i].at);
}

/* A copy of the value; what is no text in it becomes question marks. */
static char *copy_text(const char *value, size_t size)
{
    char *copy = strndup(value, size);
    size_t at = 0, length = copy ? strlen(copy) : 0;

    while ((at += text_good(copy + at, length - at)) < length)
        copy[at++] = '?';
    return copy;
}

/* The place of the key of SIZE bytes among ours; ARRAY_SIZE(keys): it is none. */
static size_t find_key(const char *key, size_t size)
{
    size_t i = 0;

    while (i < ARRAY_SIZE(keys) &&
           (strlen(keys[i].key) != size || memcmp(keys[i].key, key, size) != 0))
        i++;
    return i;
}

/* A line of somebody else's is kept as it is. */
static int keep_line(struct buf *others, const char *line, size_t size)
{
    _cleanup_(freep) char *copy = copy_text(line, size);

    return copy ? buf_printf(others, "%s\n", copy) : -ENOMEM;
}

/* Keeps the line's value if its key was not there yet. */
static int take_line(struct dlc_metadata *metadata, struct buf *others, const char *line,
                     size_t size)
{
    const char *equals = memchr(line, '=', size);
    char **value;
    size_t key;

    if (!equals || equals == line)
        return 0;
    key = find_key(line, (size_t)(equals - line));
    if (key == ARRAY_SIZE(keys))
        return keep_line(others, line, size);
    value = member(metadata, key);
    if (!*value)
        *value = copy_text(equals + 1, (size_t)(line + size - equals - 1));
    return *value ? 0 : -ENOMEM;
}

static int take_lines(struct dlc_metadata *metadata, struct buf *others, const char *text,
                      size_t size)
{
    const char *end = text + size;
    int r = 0;

    while (r == 0 && text < end) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *stop = newline ? newline : end;

        r = take_line(metadata, others, text, (size_t)(stop - text));
        text = stop + 1;
    }
    return r;
}

static int fill_missing(struct dlc_metadata *metadata)
{
    for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
        char **value = member(metadata, i);

        if (keys[i].optional || *value)
            continue;
        *value = strdup("N/A");
        if (!*value)
            return -ENOMEM;
    }
    return 0;
}

int metadata_parse(const void *bytes, size_t size, struct dlc_metadata *ret, struct fault *fault)
{
    struct dlc_metadata metadata = {0};
    struct buf others = {0};
    int r;

    if (size > SIZE_MAX_READ)
        return fail(fault, E_DLC_RECORD, "record dlc.metadata has %zu bytes; at most %d are read",
                    size, SIZE_MAX_READ);
    r = take_lines(&metadata, &others, bytes, size);
    metadata.others = (char *)others.base;
    if (r == 0)
        r = fill_missing(&metadata);
    if (r < 0) {
        dlc_metadata_done(&metadata);
        return r;
    }
    *ret = metadata;
    return 0;
}

/* How much of VALUE is written: not more than MOST bytes, and no part of a character. */
static size_t value_size(const char *value, size_t most)
{
    size_t size = strlen(value);

    if (most == 0 || size <= most)
        return size;
    while (most > 0 && ((unsigned char)value[most] & 0xc0) == 0x80)
        most--;
    return most;
}

/* One line of the record while it is put together. */
struct line {
    const char *key, *value;
    size_t key_size, value_size;
};

static int line_order(const void *a, const void *b)
{
    const struct line *left = a, *right = b;
    size_t size = left->key_size < right->key_size ? left->key_size : right->key_size;
    int way = memcmp(left->key, right->key, size);

    if (way == 0 && left->key_size != right->key_size)
        way = left->key_size < right->key_size ? -1 : 1;
    /* equal keys are somebody else's, in the order of their one text */
    return way ? way : left->key < right->key ? -1 : 1;
}

static int print_line(const struct line *line, struct buf *out)
{
    size_t start = out->size;
    int r = buf_printf(out, "%.*s=%.*s", (int)line->key_size, line->key, (int)line->value_size,
                       line->value);

    if (r < 0)
        return r;
    for (size_t i = start; i < out->size; i++)
        if (out->base[i] == '\n' || out->base[i] == '\r')
            out->base[i] = ' ';
    return buf_append(out, "\n", 1);
}

/* Our lines; how many. */
static size_t gather_ours(const struct dlc_metadata *metadata, struct line *lines)
{
    struct dlc_metadata copy = *metadata;
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
        const char *value = *member(&copy, i);

        if (!value && keys[i].optional)
            continue;
        value = value ? value : "N/A";
        lines[n++] =
            (struct line){keys[i].key, value, strlen(keys[i].key), value_size(value, keys[i].most)};
    }
    return n;
}

/* Those of others: of every line that has a key which is none of ours. */
static size_t gather_others(const char *text, struct line *lines)
{
    size_t n = 0;

    while (text && *text) {
        const char *end = strchrnul(text, '\n'), *equals = memchr(text, '=', (size_t)(end - text));

        if (equals && equals != text && find_key(text, (size_t)(equals - text)) == ARRAY_SIZE(keys))
            lines[n++] = (struct line){text, equals + 1, (size_t)(equals - text),
                                       (size_t)(end - equals - 1)};
        text = *end ? end + 1 : end;
    }
    return n;
}

static size_t count_lines(const char *text)
{
    size_t n = 1;

    for (; text && *text; text++)
        n += *text == '\n';
    return n;
}

int metadata_print(const struct dlc_metadata *metadata, struct buf *out)
{
    static const struct dlc_metadata none;
    const char *others = metadata ? metadata->others : NULL;
    struct line *lines = malloc((ARRAY_SIZE(keys) + count_lines(others)) * sizeof(*lines));
    size_t n;
    int r = 0;

    if (!lines)
        return -ENOMEM;
    n = gather_ours(metadata ? metadata : &none, lines);
    n += gather_others(others, lines + n);
    qsort(lines, n, sizeof(*lines), line_order);
    for (size_t i = 0; r >= 0 && i < n; i++)
        r = print_line(&lines[i], out);
    free(lines);
    return r;
}

void dlc_metadata_done(struct dlc_metadata *metadata)
{
    for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
        free(*member(metadata, i));
    free(metadata->others);
    *metadata = (struct dlc_metadata){0};
}
