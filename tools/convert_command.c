#include "tools/convert_command.h"

#include <string.h>

int command_text(struct buf *out, const char *name, const char *value)
{
    return buf_printf(out, " %s=%s", name, value ? value : "None");
}

int command_bool(struct buf *out, const char *name, int value)
{
    return buf_printf(out, " %s=%s", name, value ? "True" : "False");
}

/* Python's repr: single quotes, unless the text has some and no double ones. */
static int print_repr(struct buf *out, const char *text)
{
    const char quote = strchr(text, '\'') && !strchr(text, '"') ? '"' : '\'';
    int r = buf_append(out, &quote, 1);

    for (; r >= 0 && *text; text++) {
        unsigned char byte = (unsigned char)*text;

        if (*text == quote || *text == '\\')
            r = buf_printf(out, "\\%c", *text);
        else if (*text == '\n')
            r = buf_append(out, "\\n", 2);
        else if (*text == '\r')
            r = buf_append(out, "\\r", 2);
        else if (*text == '\t')
            r = buf_append(out, "\\t", 2);
        else if (byte < 0x20 || byte == 0x7f)
            r = buf_printf(out, "\\x%02x", byte);
        else
            r = buf_append(out, text, 1);
    }
    return r < 0 ? r : buf_append(out, &quote, 1);
}

static int print_entry(struct buf *out, const char *const *texts, size_t width)
{
    int r = width > 1 ? buf_append(out, "[", 1) : 0;

    for (size_t i = 0; r >= 0 && i < width; i++) {
        if (i)
            r = buf_append(out, ", ", 2);
        if (r >= 0)
            r = print_repr(out, texts[i]);
    }
    return r >= 0 && width > 1 ? buf_append(out, "]", 1) : r;
}

int command_list(struct buf *out, const char *name, const char *const *texts, size_t n,
                 size_t width, const char *empty)
{
    int r = buf_printf(out, " %s=%s", name, n ? "[" : empty);

    for (size_t i = 0; r >= 0 && i < n; i++) {
        if (i)
            r = buf_append(out, ", ", 2);
        if (r >= 0)
            r = print_entry(out, texts + i * width, width);
    }
    return r >= 0 && n ? buf_append(out, "]", 1) : r;
}
