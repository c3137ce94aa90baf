#pragma once
/*
 * Kept numbers that an example's result is held to: a text file of "name number number ..." lines,
 * blank lines and lines that begin with '#' aside. Made by another runtime, never by ours.
 */
#include <stddef.h>

#define EXPECT_NUMBERS 8

struct expect_line {
    char name[32];
    double numbers[EXPECT_NUMBERS];
    int n_numbers;
};

#define EXPECT_LINES 32

struct expect {
    struct expect_line lines[EXPECT_LINES];
    int n_lines;
};

/* 0, or -1 after a sentence on stderr. */
int expect_read(const char *path, struct expect *ret);

/* The I-th line of that NAME with N_NUMBERS numbers, or NULL. */
const struct expect_line *expect_find(const struct expect *expect, const char *name, int i,
                                      int n_numbers);
int expect_count(const struct expect *expect, const char *name);
