#pragma once
/* The converter-command of a container's metadata: the tool, then argument=value as Python says it.
 */
#include "base/buf.h"

/* Each appends " NAME=VALUE". 0 or -ENOMEM. */
int command_text(struct buf *out, const char *name, const char *value); /* NULL: None */
int command_bool(struct buf *out, const char *name, int value);

/*
 * A list of N entries of WIDTH texts each: ['a', 'b'], or [['a', 'b'], ['c', 'd']]. An empty one is
 * EMPTY, as the argument's preset is: "None" or "[]".
 */
int command_list(struct buf *out, const char *name, const char *const *texts, size_t n,
                 size_t width, const char *empty);
