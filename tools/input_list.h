#pragma once
/*
 * Input lists as snpe-net-run and snpe-dlc-quantize read them: an optional first line "#layer
 * layer" (and one "%tensor tensor") that names outputs, then one inference a line, either one bare
 * path or "name:=path" items, separated by blanks. Paths are relative to the working directory.
 */
#include <stdint.h>

#include "base/fault.h"
#include "base/mem.h"

struct input_item {
    const char *name; /* NULL: the network's only input */
    const char *path;
};

struct input_line {
    const struct input_item *items;
    uint32_t n_items;
    uint32_t number; /* in the file, from 1: for faults */
};

struct input_list {
    const char *const *outputs; /* layers of the # line, then tensors of the % line */
    const struct input_line *lines;
    uint32_t n_outputs, n_lines;
    struct arena arena;
};

/* 0 and *RET, or E_BAD_PARAMS naming PATH and line, -ENOMEM, or the file's own error. */
int input_list_read(const char *path, struct input_list *ret, struct fault *fault);
void input_list_done(struct input_list *list);
