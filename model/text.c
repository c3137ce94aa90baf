#include "model/text.h"

#include <stdint.h>

/* The bytes of the character that begins with LEAD, and its lowest code; 0: none begins so. */
static size_t character_size(unsigned char lead, uint32_t *ret_least)
{
    if ((lead & 0xe0) == 0xc0)
        return *ret_least = 0x80, 2;
    if ((lead & 0xf0) == 0xe0)
        return *ret_least = 0x800, 3;
    if ((lead & 0xf8) == 0xf0)
        return *ret_least = 0x10000, 4;
    return 0;
}

/* The bytes of the good character of several bytes at P; 0: there is none. */
static size_t long_character(const unsigned char *p, size_t left)
{
    uint32_t least = 0, code;
    size_t size = character_size(*p, &least);

    if (size == 0 || size > left)
        return 0;
    code = *p & (0x7fu >> size);
    for (size_t i = 1; i < size; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (p[i] & 0x3fu);
    }
    if (code < least || code > 0x10ffff || (code >= 0xd800 && code < 0xe000) || code < 0xa0)
        return 0;
    return size;
}

size_t text_good(const char *text, size_t size)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t at = 0, step = 1;

    for (; at < size && step > 0; at += step) {
        if (p[at] < 0x80)
            step = p[at] >= 0x20 && p[at] != 0x7f;
        else
            step = long_character(p + at, size - at);
    }
    return at;
}
