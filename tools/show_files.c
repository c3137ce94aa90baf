#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/base.h"
#include "base/error.h"
#include "tools/file.h"
#include "tools/show.h"

#define TENSOR_MOST  ((size_t)256 << 20)
#define LABELS_MOST  ((size_t)16 << 20)
#define RESULTS_MOST 100000u

static void close_dirp(DIR **dir)
{
    if (*dir)
        closedir(*dir);
}

static bool is_folder(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool is_tensor(const char *name)
{
    size_t length = strlen(name);

    return length > 4 && strcmp(name + length - 4, ".raw") == 0;
}

/* The only tensor of FOLDER, its name without ending. */
static int find_only(const char *folder, char *ret, size_t size, struct fault *fault)
{
    _cleanup_(close_dirp) DIR *dir = opendir(folder);
    struct dirent *entry;

    *ret = '\0';
    if (!dir)
        return fail(fault, -errno, "cannot read %.180s: %s", folder, strerror(errno));
    while ((entry = readdir(dir))) {
        if (!is_tensor(entry->d_name))
            continue;
        if (*ret)
            return fail(fault, E_BAD_PARAMS,
                        "%.80s: holds several tensors, %.60s and %.60s: choose by --tensor", folder,
                        ret, entry->d_name);
        snprintf(ret, size, "%.*s", (int)(strlen(entry->d_name) - 4), entry->d_name);
    }
    return *ret ? 0 : fail(fault, E_BAD_PARAMS, "%.150s: holds no tensor (*.raw)", folder);
}

static int add_path(struct show_files *files, const char *path, struct fault *fault)
{
    if (files->n == RESULTS_MOST)
        return fail(fault, -E2BIG, "more than %u results", RESULTS_MOST);
    files->paths[files->n] = arena_text(&files->arena, path, strlen(path));
    if (!files->paths[files->n])
        return fail(fault, -ENOMEM, "out of memory");
    files->n++;
    return 0;
}

static int add_result(const struct show_options *options, struct show_files *files,
                      const char *folder, struct fault *fault)
{
    char path[PATH_MAX], only[NAME_MAX + 1];
    const char *tensor = options->tensor;
    int r = 0;

    if (!tensor) {
        r = find_only(folder, only, sizeof(only), fault);
        tensor = only;
    }
    if (r < 0)
        return r;
    if (snprintf(path, sizeof(path), "%s/%s.raw", folder, tensor) >= (int)sizeof(path))
        return fail(fault, -ENAMETOOLONG, "%.150s: the path is too long", folder);
    return add_path(files, path, fault);
}

static int add_folder(const struct show_options *options, struct show_files *files,
                      const char *folder, struct fault *fault)
{
    char path[PATH_MAX];
    uint32_t i;
    int r = 0;

    for (i = 0; r == 0; i++) {
        if (snprintf(path, sizeof(path), "%s/Result_%u", folder, i) >= (int)sizeof(path))
            return fail(fault, -ENAMETOOLONG, "%.150s: the path is too long", folder);
        if (!is_folder(path))
            break;
        r = add_result(options, files, path, fault);
    }
    return r == 0 && i == 0 ? add_result(options, files, folder, fault) : r;
}

int show_files_find(const struct show_options *options, struct show_files *ret, struct fault *fault)
{
    int r = 0;

    ret->paths = arena_alloc(&ret->arena, RESULTS_MOST * sizeof(*ret->paths));
    if (!ret->paths)
        return fail(fault, -ENOMEM, "out of memory");
    for (uint32_t i = 0; r == 0 && i < options->n_paths; i++)
        r = is_folder(options->paths[i]) ? add_folder(options, ret, options->paths[i], fault)
                                         : add_path(ret, options->paths[i], fault);
    return r;
}

void show_files_done(struct show_files *files)
{
    arena_done(&files->arena);
}

int show_bytes_read(const char *path, void **ret, size_t *ret_size, struct fault *fault)
{
    return file_read(path, TENSOR_MOST, ret, ret_size, fault);
}

int show_floats_read(const char *path, float **ret, size_t *ret_n, struct fault *fault)
{
    void *bytes;
    size_t size;
    int r = show_bytes_read(path, &bytes, &size, fault);

    if (r < 0)
        return r;
    if (size == 0 || size % sizeof(float)) {
        mem_free(bytes);
        return fail(fault, E_TENSOR_SIZE, "%.150s: has %zu bytes, which are no floats", path, size);
    }
    *ret = bytes;
    *ret_n = size / sizeof(float);
    return 0;
}

static uint32_t count_lines(const char *text, size_t size)
{
    uint32_t n = 1;

    for (size_t i = 0; i < size; i++)
        n += text[i] == '\n';
    return n;
}

/* Ends every line with a 0; an empty last one is none. */
static void split(struct show_labels *labels)
{
    for (char *line = labels->text; *line;) {
        char *end = line + strcspn(line, "\n");
        bool last = !*end;

        *end = '\0';
        if (end > line && end[-1] == '\r')
            end[-1] = '\0';
        labels->names[labels->n++] = line;
        line = last ? end : end + 1;
    }
}

int show_labels_read(const char *path, struct show_labels *ret, struct fault *fault)
{
    void *text;
    size_t size;
    int r = file_read(path, LABELS_MOST, &text, &size, fault);

    if (r < 0)
        return r;
    ret->text = text;
    ret->text[size] = '\0'; /* file_read leaves room for it */
    ret->names = mem_alloc(count_lines(text, size) * sizeof(*ret->names));
    if (!ret->names)
        return fail(fault, -ENOMEM, "%.150s: out of memory", path);
    if (memchr(text, '\0', size))
        return fail(fault, E_BAD_PARAMS, "%.150s: not a text file, so no labels", path);
    split(ret);
    return 0;
}

void show_labels_done(struct show_labels *labels)
{
    mem_free(labels->text);
    mem_free(labels->names);
}

const char *show_labels_get(const struct show_labels *labels, uint64_t index)
{
    return index < labels->n ? labels->names[index] : "";
}

void show_say(struct show_out *out, const char *fmt, ...)
{
    char line[1024];
    va_list args;
    int length;

    va_start(args, fmt);
    length = vsnprintf(line, sizeof(line), fmt, args);
    va_end(args);
    length = length < (int)sizeof(line) ? length : (int)sizeof(line) - 1;
    if (length > 0 && out->error == 0)
        out->error = buf_append(&out->text, line, (size_t)length);
}

void show_out_done(struct show_out *out)
{
    buf_done(&out->text);
    json_done(&out->json);
    picture_done(&out->picture);
}

void show_colour(uint32_t index, uint8_t ret[3])
{
    memset(ret, 0, 3);
    for (int bit = 7; bit >= 0; bit--, index >>= 3)
        for (int c = 0; c < 3; c++)
            ret[c] |= (uint8_t)((index >> c & 1) << bit);
}
