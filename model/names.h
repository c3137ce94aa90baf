#pragma once
/*
 * A set of names, each with the number of its place: what keeps names unique while a graph grows. A
 * balanced tree, for names come from files, and no choice of names must make it slow. The texts
 * belong to the caller and outlive the set. Zero-initialise to begin.
 */
#include <stdint.h>

struct names {
    void *root;
    uint32_t n;
};

#define NAMES_NONE UINT32_MAX

uint32_t names_find(const struct names *names, const char *name); /* NAMES_NONE: not there */

/* Gives NAME the next number. 0, -EEXIST, -ENOMEM. */
int names_add(struct names *names, const char *name);

/* Takes out NAME, the last that was added. */
void names_drop_last(struct names *names, const char *name);

/* The numbers of all names, in the order of strcmp; ORDER has room for them. */
void names_sort(const struct names *names, uint32_t *order);

void names_done(struct names *names);
