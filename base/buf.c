#include "base/buf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_CAPACITY ((size_t)64)

int buf_reserve(struct buf *buf, size_t more)
{
    size_t need, capacity;
    void *base;

    if (more <= buf->capacity - buf->size)
        return 0;
    if (more > PTRDIFF_MAX - buf->size)
        return -ENOMEM;
    need = buf->size + more;
    capacity = buf->capacity <= PTRDIFF_MAX / 2 ? buf->capacity * 2 : PTRDIFF_MAX;
    capacity = capacity > need ? capacity : need;
    capacity = capacity > LEAST_CAPACITY ? capacity : LEAST_CAPACITY;
    base = realloc(buf->base, capacity);
    if (!base)
        return -ENOMEM;
    buf->base = base;
    buf->capacity = capacity;
    return 0;
}

int buf_append(struct buf *buf, const void *from, size_t size)
{
    int r = buf_reserve(buf, size);

    if (r < 0)
        return r;
    if (size)
        memcpy(buf->base + buf->size, from, size);
    buf->size += size;
    return 0;
}

int buf_printf(struct buf *buf, const char *fmt, ...)
{
    va_list args, again;
    int length, r;

    va_start(args, fmt);
    va_copy(again, args);
    length = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    r = length < 0 ? -errno : buf_reserve(buf, (size_t)length + 1);
    if (r == 0) {
        (void)vsnprintf((char *)buf->base + buf->size, (size_t)length + 1, fmt, again);
        buf->size += (size_t)length;
    }
    va_end(again);
    return r;
}

void buf_done(struct buf *buf)
{
    free(buf->base);
    *buf = (struct buf){0};
}
