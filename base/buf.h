#pragma once
/*
 * A byte buffer that grows. Zero-initialise to begin; buf_done frees. After a failed append the
 * buffer is as it was.
 */
#include <stddef.h>

struct buf {
    unsigned char *base;
    size_t size, capacity;
};

/* All: 0, or -ENOMEM. FROM must not lie inside the buffer. */
int buf_reserve(struct buf *buf, size_t more); /* room for MORE bytes behind SIZE */
int buf_append(struct buf *buf, const void *from, size_t size);
/* A 0 stands behind the text and is not counted, so BASE may be read as a string. */
int buf_printf(struct buf *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_done(struct buf *buf);
