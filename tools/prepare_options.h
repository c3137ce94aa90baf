#pragma once
/* The command line of snpe-prepare-input. */
#include <stdio.h>

#include "tools/prepare.h"

#define PREPARE_LIST_NAME "raw_list.txt"

struct prepare_options {
    struct prepare_spec prepare;
    const char *out, *input_name; /* input_name: NULL if none is to be written */
    bool append, sound;
    char **files; /* with room for as many as the command line has words */
    uint32_t n_files;
};

/*
 * RET holds the presets before. 0; 1: --help or --version was answered on OUT; -EINVAL with a
 * sentence: wrong usage.
 */
int prepare_options_parse(int argc, char *const *argv, FILE *out, struct prepare_options *ret,
                          struct fault *fault);
