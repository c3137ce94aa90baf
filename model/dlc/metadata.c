#include "model/dlc/metadata.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/base.h"
#include "base/error.h"
#include "model/dlc/text.h"

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

/* Keeps the line's value if its key is one of ours and was not there yet. */
static int take_line(struct dlc_metadata *metadata, const char *line, size_t size)
{
    const char *equals = memchr(line, '=', size);

    if (!equals)
        return 0;
    for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
        size_t key_size = strlen(keys[i].key);
        char **value = member(metadata, i);

        if (key_size != (size_t)(equals - line) || memcmp(line, keys[i].key, key_size) != 0)
            continue;
        if (!*value)
            *value = copy_text(equals + 1, size - key_size - 1);
        return *value ? 0 : -ENOMEM;
    }
    return 0;
}

static int take_lines(struct dlc_metadata *metadata, const char *text, size_t size)
{
    const char *end = text + size;
    int r = 0;

    while (r == 0 && text < end) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *stop = newline ? newline : end;

        r = take_line(metadata, text, (size_t)(stop - text));
        text = stop + 1;
    }
    for (size_t i = 0; r == 0 && i < ARRAY_SIZE(keys); i++)
        if (!keys[i].optional && !*member(metadata, i)) {
            *member(metadata, i) = strdup("N/A");
            r = *member(metadata, i) ? 0 : -ENOMEM;
        }
    return r;
}

int metadata_parse(const void *bytes, size_t size, struct dlc_metadata *ret, struct fault *fault)
{
    struct dlc_metadata metadata = {0};
    int r;

    if (size > SIZE_MAX_READ)
        return fail(fault, E_DLC_RECORD, "record dlc.metadata has %zu bytes; at most %d are read",
                    size, SIZE_MAX_READ);
    r = take_lines(&metadata, bytes, size);
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

static int print_line(const char *key, const char *value, size_t most, struct buf *out)
{
    size_t size = value_size(value, most), start = out->size;
    int r = buf_append(out, key, strlen(key));

    if (r == 0)
        r = buf_append(out, "=", 1);
    start = out->size;
    if (r == 0)
        r = buf_append(out, value, size);
    if (r == 0)
        r = buf_append(out, "\n", 1);
    if (r < 0)
        return r;
    for (size_t i = start; i < start + size; i++)
        if (out->base[i] == '\n' || out->base[i] == '\r')
            out->base[i] = ' ';
    return 0;
}

int metadata_print(const struct dlc_metadata *metadata, struct buf *out)
{
    struct dlc_metadata none = {0};
    int r = 0;

    if (metadata)
        none = *metadata;
    for (size_t i = 0; r == 0 && i < ARRAY_SIZE(keys); i++) {
        const char *value = *member(&none, i);

        if (value || !keys[i].optional)
            r = print_line(keys[i].key, value ? value : "N/A", keys[i].most, out);
    }
    return r;
}

void dlc_metadata_done(struct dlc_metadata *metadata)
{
    for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
        free(*member(metadata, i));
    *metadata = (struct dlc_metadata){0};
}
