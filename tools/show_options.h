#pragma once
/* The command line of snpe-show-results. */
#include <stdio.h>

#include "tools/show.h"

/*
 * RET has room in paths for as many as the command line has words. 0; 1: --help or --version was
 * answered on OUT; -EINVAL with a sentence: wrong usage.
 */
int show_options_parse(int argc, char *const *argv, FILE *out, struct show_options *ret,
                       struct fault *fault);
