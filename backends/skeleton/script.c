#include "backends/skeleton/script.h"

#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/error.h"
#include "base/str.h"

#define WORD_SIZE  SCRIPT_PATH_SIZE
#define MOST_US    3600000000u /* an hour */
#define MOST_CALLS 1000000000u

static const char *const fault_names[_SCRIPT_FAULT_MAX] = {
    [SCRIPT_LOST] = "lost",   [SCRIPT_HANG] = "hang",       [SCRIPT_SLOW] = "slow",
    [SCRIPT_NOMEM] = "nomem", [SCRIPT_COMPILE] = "compile",
};

static const enum op can_run[] = {OP_RELU, OP_RESHAPE};

static int parse_op(const char *name, struct script *script, struct fault *fault)
{
    bool all = strcmp(name, "all") == 0, known = false;

    for (size_t i = 0; i < ARRAY_SIZE(can_run); i++)
        if (all || strcmp(name, op_get(can_run[i])->name) == 0)
            script->supports[can_run[i]] = known = true;
    if (known)
        return 0;
    return fail(fault, E_SETTING, "skeleton options: ops=%.60s: it can run Relu and Reshape", name);
}

static int parse_ops(char *names, struct script *script, struct fault *fault)
{
    int r = 0;

    while (r == 0 && names) {
        char *name = strsep(&names, ",");

        r = parse_op(name, script, fault);
    }
    return r;
}

static int parse_fault(char *text, struct script *script, struct fault *fault)
{
    char *name = strsep(&text, "@");

    for (int i = 0; i < _SCRIPT_FAULT_MAX; i++)
        if (strcmp(name, fault_names[i]) == 0 && text &&
            str_u64(text, 1, MOST_CALLS, &script->at[i]) == 0)
            return 0;
    return fail(fault, E_SETTING,
                "skeleton options: fault=%.60s: write lost, hang, slow, nomem or compile, then @N",
                name);
}

static int parse_us(const char *text, uint64_t *ret, struct fault *fault)
{
    if (str_u64(text, 0, MOST_US, ret) == 0)
        return 0;
    return fail(fault, E_SETTING, "skeleton options: %.60s is not a number of microseconds", text);
}

/* A word is shorter than a path may be. */
static bool parse_path(const char *key, const char *value, struct script *script)
{
    char *path = strcmp(key, "lose") == 0    ? script->lose
                 : strcmp(key, "wedge") == 0 ? script->wedge
                 : strcmp(key, "shut") == 0  ? script->shut
                 : strcmp(key, "votes") == 0 ? script->votes
                                             : NULL;

    if (!path)
        return false;
    memcpy(path, value, strlen(value) + 1);
    return true;
}

static int parse_word(char *word, struct script *script, struct fault *fault)
{
    char *value = word, *key = strsep(&value, "=");

    if (value && strcmp(key, "ops") == 0)
        return parse_ops(value, script, fault);
    if (value && strcmp(key, "fault") == 0)
        return parse_fault(value, script, fault);
    if (value && strcmp(key, "delay_us") == 0)
        return parse_us(value, &script->delay_us, fault);
    if (value && strcmp(key, "compile_us") == 0)
        return parse_us(value, &script->compile_us, fault);
    if (value && parse_path(key, value, script))
        return 0;
    return fail(fault, E_SETTING,
                "skeleton options: %.60s is none of ops=, delay_us=, compile_us=, fault=, lose=, "
                "wedge=, shut=, votes=",
                key);
}

int script_parse(const char *options, struct script *ret, struct fault *fault)
{
    struct script script = {.delay_us = 0};
    int r = 0;

    while (r == 0 && *(options += strspn(options, " \t"))) {
        size_t length = strcspn(options, " \t");
        char word[WORD_SIZE];

        if (length >= sizeof(word))
            return fail(fault, E_SETTING, "skeleton options: a word of %zu letters", length);
        memcpy(word, options, length);
        word[length] = 0;
        options += length;
        r = parse_word(word, &script, fault);
    }
    if (r < 0)
        return r;
    for (size_t i = 0; i < ARRAY_SIZE(can_run); i++)
        if (script.supports[can_run[i]]) {
            *ret = script;
            return 0;
        }
    return fail(fault, E_NO_HARDWARE,
                "the skeleton stands in for a device in tests: set [runtime skel_a] options = "
                "ops=all to have it");
}
