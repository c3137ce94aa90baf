#include "config/config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "config/rows.h"

static const struct value_row daemon_table[] = {
#define OPTION(section, key, type, preset, least, most, help)                                      \
    ROW(struct config, section##_##key, #section, key, type, 0, preset, least, most, help),
#include "config/options.def"
};
static const struct value_row runtime_table[] = {
#define RUNTIME_OPTION(key, type, preset, least, most, help)                                       \
    ROW(struct config_runtime, key, "runtime", key, type, 0, preset, least, most, help),
#include "config/options.def"
};
static const struct value_row device_table[] = {
#define DEVICE_OPTION(key, type, preset, least, most, help)                                        \
    ROW(struct config_device, key, "device", key, type, 0, preset, least, most, help),
#include "config/options.def"
};
const struct rows config_rows = {daemon_table, ARRAY_SIZE(daemon_table)};
const struct rows config_runtime_rows = {runtime_table, ARRAY_SIZE(runtime_table)};
const struct rows config_device_rows = {device_table, ARRAY_SIZE(device_table)};

int config_new(struct config **ret, struct fault *fault)
{
    _cleanup_(config_freep) struct config *config = calloc(1, sizeof(*config));
    int r;

    if (!config)
        return fail(fault, -ENOMEM, "settings: out of memory");
    r = rows_preset(&config_rows, config, &config->arena, fault);
    for (int i = 0; r == 0 && i < _RUNTIME_MAX; i++)
        r = rows_preset(&config_runtime_rows, &config->runtimes[i], &config->arena, fault);
    for (int i = 0; r == 0 && i < _DEVICE_MAX; i++)
        r = rows_preset(&config_device_rows, &config->devices[i], &config->arena, fault);
    if (r < 0)
        return r;
    *ret = take_ptr(config);
    return 0;
}

void config_free(struct config *config)
{
    if (!config)
        return;
    arena_done(&config->arena);
    free(config);
}

/* What a section's keys are put into: its rows, and the struct behind them. */
struct target {
    const struct rows *rows;
    const char *section;
    void *base;
};

static int find_runtime(struct config *config, const char *name, struct target *ret,
                        struct fault *fault)
{
    const struct runtime_info *info = runtime_find(name);

    if (!info)
        return fail(fault, E_SETTING, "there is no runtime of that name");
    *ret = (struct target){&config_runtime_rows, "runtime", &config->runtimes[info->id]};
    return 0;
}

static int find_device(struct config *config, const char *name, struct target *ret,
                       struct fault *fault)
{
    for (int i = 0; i < _DEVICE_MAX; i++)
        if (strcmp(device_get(i)->name, name) == 0) {
            *ret = (struct target){&config_device_rows, "device", &config->devices[i]};
            return 0;
        }
    return fail(fault, E_SETTING, "there is no device of that name");
}

static int find_target(struct config *config, const char *section, struct target *ret,
                       struct fault *fault)
{
    static const char runtime[] = "runtime ", device[] = "device ";

    if (strncmp(section, runtime, sizeof(runtime) - 1) == 0)
        return find_runtime(config, section + sizeof(runtime) - 1, ret, fault);
    if (strncmp(section, device, sizeof(device) - 1) == 0)
        return find_device(config, section + sizeof(device) - 1, ret, fault);
    *ret = (struct target){&config_rows, section, config};
    return 0;
}

/* Puts one setting in place; *RET_MEMBER, if not NULL, tells where. */
static int put(struct config *config, const struct ini_line *line, struct rows_given *given,
               struct fault *fault)
{
    struct target target = {NULL, "", NULL};
    const struct value_row *row;
    uint32_t before;
    char *member;
    int r;

    r = find_target(config, line->section, &target, fault);
    if (r < 0)
        return r;
    row = rows_find(target.rows, target.section, line->key);
    if (!row)
        return rows_unknown(target.rows, target.section, fault);
    member = (char *)target.base + row->offset;
    before = given ? rows_note(given, member, line->number) : 0;
    if (before)
        return fail(fault, E_SETTING, "line %u gave it already", before);
    return value_parse(row, line->value, &config->arena, member, fault);
}

struct reading {
    struct config *config;
    const char *where;
    struct rows_given given;
};

static int on_line(void *context, const struct ini_line *line, struct fault *fault)
{
    struct reading *reading = context;
    int r = put(reading->config, line, &reading->given, fault);

    return r < 0 ? rows_blame(reading->where, line, r, fault) : 0;
}

int config_read(struct config *config, const char *path, struct fault *fault)
{
    struct reading reading = {.config = config, .where = path};

    return ini_parse_path(path, on_line, &reading, fault);
}

int config_read_bytes(struct config *config, const char *where, const void *text, size_t size,
                      struct fault *fault)
{
    struct reading reading = {.config = config, .where = where};

    return ini_parse_bytes(where, text, size, on_line, &reading, fault);
}

int config_set(struct config *config, const char *section, const char *key, const char *value,
               struct fault *fault)
{
    const struct ini_line line = {section, key, value, 0};
    struct fault why = {""};
    int r = put(config, &line, NULL, &why);

    return r < 0 ? fail(fault, r, "--%s %.60s: %s", key, value, why.text) : 0;
}
