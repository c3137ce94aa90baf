#include "config/models.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/utf8.h"
#include "config/rows.h"

static const struct value_row table[] = {
#define MODEL_OPTION(key, type, repeated, preset, least, most, help)                               \
    ROW(struct model_config, key, "model", key, type, repeated, preset, least, most, help),
#include "config/model_options.def"
};
const struct rows models_rows = {table, ARRAY_SIZE(table)};

/* Names go out as msgpack's str, which is UTF-8. */
static int check_text(const char *name, size_t size, struct fault *fault)
{
    char text[MODEL_NAME_MAX + 1];
    size_t n;

    memcpy(text, name, size);
    text[size] = '\0';
    for (size_t i = 0; i < size; i += n) {
        n = utf8_size(text + i);
        if (n == 0)
            return fail(fault, E_BAD_PARAMS, "a model's name is UTF-8: byte %zu is none", i);
    }
    return 0;
}

int model_name_check(const char *name, size_t size, struct fault *fault)
{
    if (size == 0 || size > MODEL_NAME_MAX)
        return fail(fault, E_BAD_PARAMS, "a model's name has 1 to %d bytes, this one %zu",
                    MODEL_NAME_MAX, size);
    if (name[0] == '.')
        return fail(fault, E_BAD_PARAMS, "a model's name cannot begin with a dot");
    for (size_t i = 0; i < size; i++)
        if (name[i] == '/' || (unsigned char)name[i] < 0x20 || name[i] == 0x7f)
            return fail(fault, E_BAD_PARAMS,
                        "a model's name is no path: byte %zu is a slash or a control character", i);
    return check_text(name, size, fault);
}

struct reading {
    struct model_config *model;
    const char *where;
    struct arena *arena;
    struct rows_given given;
};

static int put(struct reading *reading, const struct ini_line *line, struct fault *fault)
{
    const struct value_row *row = rows_find(&models_rows, line->section, line->key);
    uint32_t before;
    char *member;

    if (strcmp(line->section, "model") != 0)
        return fail(fault, E_SETTING, "there is one section, [model]");
    if (!row)
        return rows_unknown(&models_rows, line->section, fault);
    member = (char *)reading->model + row->offset;
    before = row->repeated ? 0 : rows_note(&reading->given, member, line->number);
    if (before)
        return fail(fault, E_SETTING, "line %u gave it already", before);
    return value_parse(row, line->value, reading->arena, member, fault);
}

static int on_line(void *context, const struct ini_line *line, struct fault *fault)
{
    struct reading *reading = context;
    int r = put(reading, line, fault);

    return r < 0 ? rows_blame(reading->where, line, r, fault) : 0;
}

int models_read_bytes(const char *where, const void *text, size_t size, struct arena *arena,
                      struct model_config *ret, struct fault *fault)
{
    struct reading reading = {.model = ret, .where = where, .arena = arena};
    int r;

    *ret = (struct model_config){.error = 0};
    r = rows_preset(&models_rows, ret, arena, fault);
    return r < 0 ? r : ini_parse_bytes(where, text, size, on_line, &reading, fault);
}

int models_read_file(const char *path, struct arena *arena, struct model_config *ret,
                     struct fault *fault)
{
    struct reading reading = {.model = ret, .where = path, .arena = arena};
    int r;

    *ret = (struct model_config){.error = 0};
    r = rows_preset(&models_rows, ret, arena, fault);
    return r < 0 ? r : ini_parse_path(path, on_line, &reading, fault);
}

static const char suffix[] = ".conf";

static int is_model(const struct dirent *entry)
{
    size_t size = strlen(entry->d_name);

    return entry->d_name[0] != '.' && size >= sizeof(suffix) &&
           strcmp(entry->d_name + size - strlen(suffix), suffix) == 0;
}

static void read_entry(const char *dir, const char *file, struct arena *arena,
                       struct model_config *model)
{
    size_t size = strlen(file) - strlen(suffix);
    struct fault fault = {""};
    char path[512];
    int r;

    snprintf(path, sizeof(path), "%s/%s", dir, file);
    r = models_read_file(path, arena, model, &fault);
    if (r == 0)
        r = model_name_check(file, size, &fault);
    snprintf(model->name, sizeof(model->name), "%.*s", (int)size, file);
    model->error = r;
    model->fault = fault;
}

static int read_entries(const char *dir, struct dirent **entries, uint32_t n,
                        struct models_config **ret, struct fault *fault)
{
    _cleanup_(models_config_freep) struct models_config *models = calloc(1, sizeof(*models));

    if (n > MODELS_CONFIG_MAX)
        return fail(fault, E_SETTING, "%.120s: %u models are more than %d", dir, n,
                    MODELS_CONFIG_MAX);
    if (models)
        models->models = calloc(n ? n : 1, sizeof(*models->models));
    if (!models || !models->models)
        return fail(fault, -ENOMEM, "settings: out of memory");
    for (uint32_t i = 0; i < n; i++)
        read_entry(dir, entries[i]->d_name, &models->arena, &models->models[models->n++]);
    *ret = take_ptr(models);
    return 0;
}

int models_read_dir(const char *dir, struct models_config **ret, struct fault *fault)
{
    struct dirent **entries = NULL;
    int n = scandir(dir, &entries, is_model, alphasort);
    int r;

    if (n < 0 && errno != ENOENT)
        return fail(fault, -errno, "%.160s: %s", dir, strerror(errno));
    r = read_entries(dir, entries, n < 0 ? 0 : (uint32_t)n, ret, fault);
    for (int i = 0; i < n; i++)
        free(entries[i]);
    free(entries);
    return r;
}

void models_config_free(struct models_config *models)
{
    if (!models)
        return;
    arena_done(&models->arena);
    free(models->models);
    free(models);
}

int models_find_file(const struct model_config *model, const char *repository, char *path,
                     size_t size, struct fault *fault)
{
    const char *name = *model->file ? model->file : model->name;
    const char *const suffixes[] = {"", ".dlc"};

    for (size_t i = 0; i < (*model->file ? 1 : ARRAY_SIZE(suffixes)); i++) {
        snprintf(path, size, "%s%s%s%s", *name == '/' ? "" : repository, *name == '/' ? "" : "/",
                 name, suffixes[i]);
        if (access(path, R_OK) == 0)
            return 0;
    }
    return fail(fault, E_NO_MODEL,
                "%.80s.conf: [model] file: %.120s is not there or cannot be read", model->name,
                name);
}

void file_stamp(const char *path, struct file_stamp *ret)
{
    struct stat st;

    *ret = (struct file_stamp){0};
    if (stat(path, &st) < 0)
        return;
    *ret = (struct file_stamp){
        .device = st.st_dev,
        .inode = st.st_ino,
        .size = (uint64_t)st.st_size,
        .changed_ns = st.st_ctim.tv_sec * 1000000000 + st.st_ctim.tv_nsec,
        .written_ns = st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec,
    };
}

void models_stamp(struct models_config *models, const char *repository)
{
    char path[512];

    for (uint32_t i = 0; i < models->n; i++) {
        struct model_config *model = &models->models[i];

        model->stamp = (struct file_stamp){0};
        if (model->error == 0 && models_find_file(model, repository, path, sizeof(path), NULL) == 0)
            file_stamp(path, &model->stamp);
    }
}
