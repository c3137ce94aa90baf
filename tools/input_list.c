#include "tools/input_list.h"

#include <errno.h>
#include <string.h>

#include "base/base.h"
#include "base/error.h"
#include "tools/file.h"

#define LIST_MOST  ((size_t)64 << 20)
#define ITEMS_MOST 64
#define NAMES_MOST 64

struct reader {
    const char *path;
    struct input_list *list;
    struct input_line *lines;
    const char **outputs;
    uint32_t lines_capacity;
    uint32_t number;
};

static int out_of_memory(struct fault *fault)
{
    return fail(fault, -ENOMEM, "input list: out of memory");
}

/* The next word of the line at *AT, blanks around it gone; NULL at the end. Ends it with a 0. */
static char *next_word(char **at)
{
    char *word = *at + strspn(*at, " \t\r");

    if (!*word)
        return NULL;
    *at = word + strcspn(word, " \t\r");
    if (**at)
        *(*at)++ = '\0';
    return word;
}

static int add_outputs(struct reader *reader, char *line, struct fault *fault)
{
    char *word;

    while ((word = next_word(&line))) {
        if (reader->list->n_outputs == NAMES_MOST)
            return fail(fault, E_BAD_PARAMS, "%.150s:%u: more than %d outputs", reader->path,
                        reader->number, NAMES_MOST);
        reader->outputs[reader->list->n_outputs++] = word;
    }
    return 0;
}

static struct input_item item_of(char *word)
{
    char *sign = strstr(word, ":=");

    if (!sign)
        return (struct input_item){NULL, word};
    *sign = '\0';
    return (struct input_item){word, sign + 2};
}

static int check_item(const struct reader *reader, const struct input_item *item, uint32_t n_items,
                      struct fault *fault)
{
    if (!*item->path || (item->name && !*item->name))
        return fail(fault, E_BAD_PARAMS, "%.150s:%u: expected name:=path", reader->path,
                    reader->number);
    if (!item->name && n_items > 0)
        return fail(fault, E_BAD_PARAMS,
                    "%.100s:%u: %.80s has no name:= before it; with several inputs each needs one",
                    reader->path, reader->number, item->path);
    return 0;
}

static int grow_lines(struct reader *reader)
{
    uint32_t capacity = reader->lines_capacity ? reader->lines_capacity * 2 : 64;
    struct input_line *lines;

    if (reader->list->n_lines < reader->lines_capacity)
        return 0;
    lines = arena_alloc(&reader->list->arena, capacity * sizeof(*lines));
    if (!lines)
        return -ENOMEM;
    if (reader->lines)
        memcpy(lines, reader->lines, reader->list->n_lines * sizeof(*lines));
    reader->lines = lines;
    reader->lines_capacity = capacity;
    return 0;
}

static int add_line(struct reader *reader, char *line, struct fault *fault)
{
    struct input_item items[ITEMS_MOST];
    uint32_t n_items = 0;
    const struct input_item *kept;
    char *word;

    while ((word = next_word(&line))) {
        if (n_items == ITEMS_MOST)
            return fail(fault, E_BAD_PARAMS, "%.150s:%u: more than %d inputs", reader->path,
                        reader->number, ITEMS_MOST);
        items[n_items] = item_of(word);
        if (check_item(reader, &items[n_items], n_items, fault) < 0)
            return E_BAD_PARAMS;
        n_items++;
    }
    if (n_items == 0)
        return 0;
    kept = arena_copy(&reader->list->arena, items, n_items * sizeof(items[0]));
    if (!kept || grow_lines(reader) < 0)
        return out_of_memory(fault);
    reader->lines[reader->list->n_lines++] = (struct input_line){kept, n_items, reader->number};
    return 0;
}

static int read_line(struct reader *reader, char *line, struct fault *fault)
{
    if ((*line == '#' || *line == '%') && reader->list->n_lines == 0)
        return add_outputs(reader, line + 1, fault);
    return add_line(reader, line, fault);
}

static int read_text(struct reader *reader, char *text, struct fault *fault)
{
    int r = 0;

    reader->outputs = arena_alloc(&reader->list->arena, NAMES_MOST * sizeof(*reader->outputs));
    if (!reader->outputs)
        return out_of_memory(fault);
    while (r == 0 && text) {
        char *end = strchr(text, '\n');

        if (end)
            *end++ = '\0';
        reader->number++;
        r = read_line(reader, text, fault);
        text = end;
    }
    if (r == 0 && reader->list->n_lines == 0)
        r = fail(fault, E_BAD_PARAMS, "%.200s: names no input", reader->path);
    return r;
}

int input_list_read(const char *path, struct input_list *ret, struct fault *fault)
{
    _cleanup_(input_list_done) struct input_list list = {0};
    struct reader reader = {.path = path, .list = &list};
    void *bytes = NULL;
    size_t size = 0;
    char *text;
    int r;

    r = file_read(path, LIST_MOST, &bytes, &size, fault);
    if (r < 0)
        return r;
    text = memchr(bytes, '\0', size) ? NULL : arena_text(&list.arena, bytes, size);
    r = memchr(bytes, '\0', size) ? fail(fault, E_BAD_PARAMS, "%.200s: not a text file", path)
        : text                    ? read_text(&reader, text, fault)
                                  : out_of_memory(fault);
    mem_free(bytes);
    if (r < 0)
        return r;
    list.outputs = reader.outputs;
    list.lines = reader.lines;
    *ret = list;
    list = (struct input_list){0};
    return 0;
}

void input_list_done(struct input_list *list)
{
    arena_done(&list->arena);
}
