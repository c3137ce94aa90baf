#pragma once
/*
 * Words the whole tree may use without asking: sizes, cleanup, taking ownership.
 */
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#define ARRAY_SIZE(a)               (sizeof(a) / sizeof((a)[0]))
#define container_of(p, type, part) ((type *)((char *)(p)-offsetof(type, part)))

/* Runs FUNC on the variable when it leaves scope. One per variable, at its declaration. */
#define _cleanup_(func) __attribute__((cleanup(func)))

/* Defines FUNCp, the form that _cleanup_ wants, from a FUNC that accepts NULL. */
#define DEFINE_CLEANUP(type, func)                                                                 \
    static inline void func##p(type *p)                                                            \
    {                                                                                              \
        func(*p);                                                                                  \
    }                                                                                              \
    struct cleanup_needs_a_semicolon

/* Moves the pointer out of P and leaves NULL: the one way to hand a cleanup variable on. */
#define take_ptr(p)                                                                                \
    ({                                                                                             \
        __typeof__(p) *_from = &(p);                                                               \
        __typeof__(p) _taken = *_from;                                                             \
        *_from = NULL;                                                                             \
        _taken;                                                                                    \
    })

/* For _cleanup_: the allocation, or the file descriptor unless it is negative, that P points to. */
static inline void freep(void *p)
{
    free(*(void **)p);
}

static inline void close_fdp(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* Moves the file descriptor out of *FD and leaves -1. */
static inline int take_fd(int *fd)
{
    int taken = *fd;

    *fd = -1;
    return taken;
}
