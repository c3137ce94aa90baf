#include "base/utf8.h"

#include <stdint.h>

#include "base/base.h"

/* First bytes FIRST..LAST are followed by SIZE - 1 more, of which the next is LEAST..MOST. */
static const struct {
    uint8_t first, last, size, least, most;
} forms[] = {
    {0x01, 0x7f, 1, 0x00, 0x00}, {0xc2, 0xdf, 2, 0x80, 0xbf}, {0xe0, 0xe0, 3, 0xa0, 0xbf},
    {0xe1, 0xec, 3, 0x80, 0xbf}, {0xed, 0xed, 3, 0x80, 0x9f}, {0xee, 0xef, 3, 0x80, 0xbf},
    {0xf0, 0xf0, 4, 0x90, 0xbf}, {0xf1, 0xf3, 4, 0x80, 0xbf}, {0xf4, 0xf4, 4, 0x80, 0x8f},
};

size_t utf8_size(const char *text)
{
    const unsigned char *bytes = (const unsigned char *)text;

    for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
        if (bytes[0] < forms[i].first || bytes[0] > forms[i].last)
            continue;
        if (forms[i].size > 1 && (bytes[1] < forms[i].least || bytes[1] > forms[i].most))
            return 0;
        for (size_t k = 2; k < forms[i].size; k++)
            if ((bytes[k] & 0xc0) != 0x80) /* also the 0 at the end */
                return 0;
        return forms[i].size;
    }
    return 0;
}
