#include "config/value.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "base/perf.h"
#include "base/str.h"

static const char *const type_helps[_VALUE_TYPE_MAX] = {
    [VALUE_TEXT] = "text",
    [VALUE_COUNT] = "a number",
    [VALUE_SIZE] = "a size: 64, 4K, 16M, 1G",
    [VALUE_DURATION] = "a duration: 250ms, 2s, 5min, 1h; a bare number is seconds",
    [VALUE_OCTAL] = "an octal mode: 0660",
    [VALUE_LEVEL] = "error, warning, notice, info or debug",
    [VALUE_BOOL] = "yes or no",
    [VALUE_PERF] = ("power_saver, system_settings, balanced, sustained_high_performance, "
                    "high_performance or burst"),
    [VALUE_RUNTIMES] = "runtimes, separated by blanks or commas",
    [VALUE_WORDS] = "words, separated by blanks or commas",
    [VALUE_NAME] = "a name",
    [VALUE_DIMS] = "NAME=DIMS, as data=1,224,224,3",
    [VALUE_EDGE] = "NAME=float32 or NAME=uint8",
};

const char *value_type_help(enum value_type type)
{
    return type_helps[type];
}

static int malformed(const struct value_row *row, const char *text, struct fault *fault)
{
    return fail(fault, E_SETTING, "\"%.40s\" is not %s", text, type_helps[row->type]);
}

static int out_of_range(const struct value_row *row, const char *text, struct fault *fault)
{
    if (row->type == VALUE_OCTAL)
        return fail(fault, E_SETTING, "%.40s is not between %04" PRIo64 " and %04" PRIo64, text,
                    row->least, row->most);
    return fail(fault, E_SETTING, "%.40s is not between %" PRIu64 " and %" PRIu64 "%s", text,
                row->least, row->most, row->type == VALUE_DURATION ? " milliseconds" : "");
}

static int parse_octal(const char *text, uint64_t *ret)
{
    uint64_t mode = 0;
    size_t n = strspn(text, "01234567");

    if (n == 0 || n > 7 || text[n])
        return -EINVAL;
    for (size_t i = 0; i < n; i++)
        mode = mode * 8 + (uint64_t)(text[i] - '0');
    *ret = mode;
    return 0;
}

static int parse_level(const char *text, uint64_t *ret)
{
    enum log_level level;
    int r = log_level_parse(text, &level);

    if (r == 0)
        *ret = level;
    return r;
}

static int parse_bool(const char *text, uint64_t *ret)
{
    bool yes;
    int r = str_bool(text, &yes);

    if (r == 0)
        *ret = yes;
    return r;
}

static int parse_perf(const char *text, uint64_t *ret)
{
    enum perf_profile profile = perf_find(text, strlen(text));

    if (profile == _PERF_MAX)
        return -EINVAL;
    *ret = profile;
    return 0;
}

static int parse_number(const struct value_row *row, const char *text, uint64_t *ret,
                        struct fault *fault)
{
    uint64_t number;
    int r;

    switch (row->type) {
    case VALUE_SIZE:
        r = str_size(text, &number);
        break;
    case VALUE_DURATION:
        r = str_duration_ms(text, &number);
        break;
    case VALUE_OCTAL:
        r = parse_octal(text, &number);
        break;
    case VALUE_LEVEL:
        r = parse_level(text, &number);
        break;
    case VALUE_BOOL:
        r = parse_bool(text, &number);
        break;
    case VALUE_PERF:
        r = parse_perf(text, &number);
        break;
    default:
        r = str_u64(text, 0, UINT64_MAX, &number);
        break;
    }
    if (r == -ERANGE || (r == 0 && (number < row->least || number > row->most)))
        return out_of_range(row, text, fault);
    if (r < 0)
        return malformed(row, text, fault);
    *ret = number;
    return 0;
}

static int parse_text(const struct value_row *row, const char *text, struct arena *arena,
                      const char **ret, struct fault *fault)
{
    size_t size = strlen(text);
    const char *copy;

    if (size < row->least)
        return fail(fault, E_SETTING, "it is empty");
    if (size > row->most)
        return fail(fault, E_SETTING, "it is %zu bytes long, %" PRIu64 " are the most", size,
                    row->most);
    copy = arena_text(arena, text, size);
    if (!copy)
        return fail(fault, -ENOMEM, "out of memory");
    *ret = copy;
    return 0;
}

static bool is_gap(char c)
{
    return c == ',' || isspace((unsigned char)c);
}

/* The next word of *AT copied into ARENA; NULL at the end, or with *RET_NOMEM set. */
static const char *next_word(const char **at, struct arena *arena, bool *ret_nomem)
{
    const char *begin = *at, *word;

    while (*begin && is_gap(*begin))
        begin++;
    *at = begin;
    while (**at && !is_gap(**at))
        (*at)++;
    if (*at == begin)
        return NULL;
    word = arena_text(arena, begin, (size_t)(*at - begin));
    *ret_nomem = !word;
    return word;
}

static int parse_words(const char *text, struct arena *arena, struct words *ret,
                       struct fault *fault)
{
    struct words words = {.n = 0};
    bool nomem = false;
    const char *word;

    while ((word = next_word(&text, arena, &nomem))) {
        if (words.n == VALUE_WORDS_MAX)
            return fail(fault, E_SETTING, "there are more than %d words", VALUE_WORDS_MAX);
        words.words[words.n++] = word;
    }
    if (nomem)
        return fail(fault, -ENOMEM, "out of memory");
    *ret = words;
    return 0;
}

static int unknown_runtime(const char *word, struct fault *fault)
{
    char names[160] = "";

    for (int i = 0; i < _RUNTIME_MAX; i++) {
        size_t used = strlen(names);

        snprintf(names + used, sizeof(names) - used, "%s%s", i ? " " : "", runtime_get(i)->name);
    }
    return fail(fault, E_SETTING, "there is no runtime \"%.30s\"; there are: %s", word, names);
}

static int parse_runtimes(const struct value_row *row, const char *text, struct arena *arena,
                          struct runtime_order *ret, struct fault *fault)
{
    struct words words;
    struct runtime_order order = {.n = 0};
    int r = parse_words(text, arena, &words, fault);

    if (r < 0)
        return r;
    if (words.n < row->least || words.n > row->most)
        return fail(fault, E_SETTING, "%u runtimes are named; %" PRIu64 " to %" PRIu64 " can be",
                    words.n, row->least, row->most);
    for (uint32_t i = 0; i < words.n; i++) {
        const struct runtime_info *info = runtime_find(words.words[i]);

        if (!info)
            return unknown_runtime(words.words[i], fault);
        order.runtimes[order.n++] = info->id;
    }
    *ret = order;
    return 0;
}

static int too_many(struct fault *fault)
{
    return fail(fault, E_SETTING, "it is given more than %d times", VALUE_TENSORS_MAX);
}

static int add_name(const struct value_row *row, const char *text, struct arena *arena,
                    struct value_names *names, struct fault *fault)
{
    int r;

    if (names->n == VALUE_TENSORS_MAX)
        return too_many(fault);
    r = parse_text(row, text, arena, &names->names[names->n], fault);
    if (r == 0)
        names->n++;
    return r;
}

/* NAME of NAME=REST into ARENA; a name may hold a = itself, what follows cannot. */
static int split(const struct value_row *row, const char *text, struct arena *arena,
                 const char **ret_name, const char **ret_rest, struct fault *fault)
{
    const char *equals = strrchr(text, '=');
    size_t size;

    if (!equals || equals == text)
        return malformed(row, text, fault);
    size = (size_t)(equals - text);
    while (size > 1 && is_gap(text[size - 1]))
        size--;
    *ret_name = arena_text(arena, text, size);
    if (!*ret_name)
        return fail(fault, -ENOMEM, "out of memory");
    *ret_rest = equals + 1 + strspn(equals + 1, " \t");
    return 0;
}

static int add_dims(const struct value_row *row, const char *text, struct arena *arena,
                    struct value_dims *dims, struct fault *fault)
{
    const char *name, *rest;
    int r;

    if (dims->n == VALUE_TENSORS_MAX)
        return too_many(fault);
    r = split(row, text, arena, &name, &rest, fault);
    if (r < 0)
        return r;
    if (str_dims(rest, &dims->dims[dims->n]) < 0)
        return malformed(row, text, fault);
    dims->names[dims->n++] = name;
    return 0;
}

static int add_edge(const struct value_row *row, const char *text, struct arena *arena,
                    struct value_edges *edges, struct fault *fault)
{
    const char *name, *rest;
    int r;

    if (edges->n == VALUE_TENSORS_MAX)
        return too_many(fault);
    r = split(row, text, arena, &name, &rest, fault);
    if (r < 0)
        return r;
    if (strcmp(rest, "float32") != 0 && strcmp(rest, "uint8") != 0)
        return malformed(row, text, fault);
    edges->names[edges->n] = name;
    edges->types[edges->n++] = strcmp(rest, "uint8") == 0 ? "uint8" : "float32";
    return 0;
}

int value_parse(const struct value_row *row, const char *text, struct arena *arena, void *out,
                struct fault *fault)
{
    switch (row->type) {
    case VALUE_TEXT:
        return parse_text(row, text, arena, out, fault);
    case VALUE_RUNTIMES:
        return parse_runtimes(row, text, arena, out, fault);
    case VALUE_WORDS:
        return parse_words(text, arena, out, fault);
    case VALUE_NAME:
        return add_name(row, text, arena, out, fault);
    case VALUE_DIMS:
        return add_dims(row, text, arena, out, fault);
    case VALUE_EDGE:
        return add_edge(row, text, arena, out, fault);
    default:
        return parse_number(row, text, out, fault);
    }
}
