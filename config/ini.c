#include "config/ini.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ini.h>

#include "base/base.h"
#include "base/error.h"
#include "base/mem.h"

struct collection {
    const char *where;
    const char *at, *end; /* what the parser has not been given yet */
    uint32_t line;        /* that it was given last */
    struct ini_line *lines;
    uint32_t n_lines;
    struct arena arena;
    int result;
    struct fault *fault;
};

/* The parser counts errors and goes on; we keep the first, with its sentence. */
static void refuse(struct collection *all, int code, const char *why)
{
    if (all->result == 0)
        all->result = fail(all->fault, code, "%.120s:%u: %s", all->where, all->line, why);
}

/*
 * One line for the parser, as fgets would give it. The parser hands a longer line on in pieces, as
 * if it were several: it gets none at all, and the file is refused.
 */
static char *next_line(char *out, int room, void *context)
{
    struct collection *all = context;
    const char *end = memchr(all->at, '\n', (size_t)(all->end - all->at));
    size_t size = (size_t)((end ? end + 1 : all->end) - all->at);

    if (all->at == all->end || all->result < 0)
        return NULL;
    all->line++;
    if (size + 3 > (size_t)room) {
        refuse(all, E_SETTING, "the line is longer than 195 bytes");
        return NULL;
    }
    if (memchr(all->at, 0, size)) {
        refuse(all, E_SETTING, "the line holds a byte 0; this is no text file");
        return NULL;
    }
    memcpy(out, all->at, size);
    out[size] = 0;
    all->at += size;
    return out;
}

static int keep_line(void *context, const char *section, const char *key, const char *value)
{
    struct collection *all = context;
    struct ini_line *line = &all->lines[all->n_lines];

    if (all->n_lines == INI_LINES_MOST) {
        refuse(all, E_SETTING, "the file has more than 1024 settings");
        return 1;
    }
    *line = (struct ini_line){
        .section = arena_text(&all->arena, section, strlen(section)),
        .key = arena_text(&all->arena, key, strlen(key)),
        .value = arena_text(&all->arena, value ? value : "", value ? strlen(value) : 0),
        .number = all->line,
    };
    if (!line->section || !line->key || !line->value)
        refuse(all, -ENOMEM, "out of memory");
    else
        all->n_lines++;
    return 1;
}

static int collect(struct collection *all)
{
    int line = ini_parse_stream(next_line, all, keep_line, all);

    if (all->result < 0)
        return all->result;
    if (line == 0)
        return 0;
    return fail(all->fault, line < 0 ? -ENOMEM : E_SETTING,
                "%.120s:%d: this is neither [section] nor key = value nor a comment", all->where,
                line);
}

int ini_parse_bytes(const char *where, const void *text, size_t size, ini_line_fn on_line,
                    void *context, struct fault *fault)
{
    struct collection all = {.where = where, .at = text, .fault = fault};
    int r;

    all.end = all.at + size;
    all.lines = calloc(INI_LINES_MOST, sizeof(*all.lines));
    if (!all.lines)
        return fail(fault, -ENOMEM, "%.120s: out of memory", where);
    r = collect(&all);
    for (uint32_t i = 0; r == 0 && i < all.n_lines; i++)
        r = on_line(context, &all.lines[i], fault);
    free(all.lines);
    arena_done(&all.arena);
    return r;
}

/* Everything up to ROOM bytes; the size, or -errno. */
static ssize_t read_whole(int fd, char *out, size_t room)
{
    size_t size = 0;

    while (size < room) {
        ssize_t n = read(fd, out + size, room - size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            break;
        size += (size_t)n;
    }
    return (ssize_t)size;
}

int ini_parse_path(const char *path, ini_line_fn on_line, void *context, struct fault *fault)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK); /* no pipe holds us up */
    struct stat status;
    char *text;
    ssize_t size;
    int r;

    if (fd < 0)
        return fail(fault, -errno, "%.180s: %s", path, strerror(errno));
    if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode)) {
        close(fd);
        return fail(fault, E_SETTING, "%.180s: this is no file", path);
    }
    text = malloc(INI_FILE_MOST + 1);
    size = text ? read_whole(fd, text, INI_FILE_MOST + 1) : -ENOMEM;
    close(fd);
    if (size < 0)
        r = fail(fault, (int)size, "%.180s: %s", path, strerror((int)-size));
    else if ((size_t)size > INI_FILE_MOST)
        r = fail(fault, E_SETTING, "%.180s: the file is larger than 256 KiB", path);
    else
        r = ini_parse_bytes(path, text, (size_t)size, on_line, context, fault);
    free(text);
    return r;
}
