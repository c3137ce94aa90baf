#pragma once
/* What the options of all commands mean: they fill struct ctl. */
#include "client/ctl/ctl.h"

/* args_option_fn; CONTEXT is a struct ctl. */
int options_take(void *context, const struct args_option *option, char *const *values,
                 struct fault *fault);

#define OPTIONS_EVERYWHERE                                                                         \
    {.name = "socket",                                                                             \
     .n_values = 1,                                                                                \
     .values = "PATH",                                                                             \
     .help = "The daemon's socket (default: SNPED_SOCKET, else /run/snped/snped.sock)."},          \
        {.name = "json", .help = "Print JSON, as docs/SNPECTL.md describes it."},                  \
    {                                                                                              \
        .name = "timeout", .n_values = 1, .values = "TIME",                                        \
        .help = "Longest wait for the daemon's answer: 500ms, 10s, 2min."                          \
    }

#define OPTIONS_OF_LOADING                                                                         \
    {.name = "runtime",                                                                            \
     .letter = 'r',                                                                                \
     .n_values = 1,                                                                                \
     .values = "NAME[,NAME]",                                                                      \
     .help = "Runtimes to try in turn: cpu, gpu, dsp, ... (default: the daemon's order)."},        \
        {.name = "input-dims",                                                                     \
         .letter = 'd',                                                                            \
         .n_values = 1,                                                                            \
         .values = "NAME=DIMS",                                                                    \
         .help = "Dims of an input that differ from the file's: data=1x300x400x3."},               \
        {.name = "perf",                                                                           \
         .n_values = 1,                                                                            \
         .values = "PROFILE",                                                                      \
         .help = "Power for speed: power_saver, system_settings, balanced, "                       \
                 "sustained_high_performance, high_performance or burst."},                        \
        {.name = "output",                                                                         \
         .n_values = 1,                                                                            \
         .values = "NAME",                                                                         \
         .help = "A layer or tensor to give out (default: the model's own outputs)."},             \
    {                                                                                              \
        .name = "type", .n_values = 1, .values = "NAME=TYPE",                                      \
        .help = "Element type of an input or output: uint8 or float32 (default)."                  \
    }
