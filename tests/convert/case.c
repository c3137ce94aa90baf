#include "tests/convert/case.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "tests/support/suite.h"

static void read_tensor(struct case_tensor *tensors, uint32_t *n, char *value)
{
    char *space = strrchr(value, ' ');
    struct case_tensor *tensor = &tensors[(*n)++];

    ck_assert_uint_lt(*n, CASE_TENSORS_MAX);
    *space = 0;
    tensor->name = value;
    if (strcmp(space + 1, "scalar") != 0)
        ck_assert_int_eq(str_dims(space + 1, &tensor->shape), 0);
}

static void read_words(const char **words, uint32_t *n, char *value)
{
    char *rest = value, *word;

    while ((word = strsep(&rest, " "))) {
        ck_assert_uint_lt(*n, CASE_OPS_MAX);
        words[(*n)++] = word;
    }
}

/* The converter whose program is called snpe-NAME-to-dlc. */
static convert_fn find_converter(const char *name)
{
    const char *program = suite_text("snpe-%s-to-dlc", name);

    for (int i = 0; i < _CONVERTER_MAX; i++)
        if (strcmp(converter_get((enum converter)i)->program, program) == 0)
            return converter_get((enum converter)i)->convert;
    ck_abort_msg("no converter is called %s", name);
    return NULL;
}

static const struct color_space *find_space(const char *name)
{
    ck_assert_ptr_nonnull(color_space_find(name));
    return color_space_find(name);
}

/* What an option of a converter would say; false: no such line. */
static bool read_option(struct convert_case *c, const char *line, char *value)
{
    char *space = strrchr(value, ' ');

    if (strcmp(line, "encoding") == 0) {
        ck_assert_uint_lt(c->n_inputs, CASE_TENSORS_MAX);
        *space = 0;
        c->inputs[c->n_inputs++] = (struct convert_input){value, 0, find_space(space + 1)->code};
    } else if (strcmp(line, "pictures") == 0) {
        c->encoding = find_space(value);
    } else if (strcmp(line, "prepare") == 0) {
        c->prepare = true;
        c->folder = suite_source("tests/convert/data/pictures");
    } else if (strcmp(line, "input_size") == 0) {
        *space = ',';
        ck_assert_int_eq(str_dims(value, &c->picture), 0);
    } else if (strcmp(line, "reorder") == 0) {
        ck_assert_uint_lt(c->n_reordered, CASE_TENSORS_MAX);
        c->reordered[c->n_reordered++] = value;
    } else {
        return false;
    }
    return true;
}

static void read_line(struct convert_case *c, char *line)
{
    char *value = strchr(line, ' ');

    ck_assert_ptr_nonnull(value);
    *value++ = 0;
    if (read_option(c, line, value))
        return;
    if (strcmp(line, "converter") == 0) {
        c->convert = find_converter(value);
    } else if (strcmp(line, "model") == 0) {
        c->model_size = strtoul(value, NULL, 10);
    } else if (strcmp(line, "weights") == 0) {
        c->weights_size = strtoul(value, NULL, 10);
    } else if (strcmp(line, "dims") == 0) {
        char *space = strrchr(value, ' ');

        *space = 0;
        c->dims[c->n_dims].name = value;
        ck_assert_int_eq(str_dims(space + 1, &c->dims[c->n_dims++].shape), 0);
    } else if (strcmp(line, "out_node") == 0) {
        c->out_nodes[c->n_out_nodes++] = value;
    } else if (strcmp(line, "ops") == 0) {
        read_words(c->ops, &c->n_ops, value);
    } else if (strcmp(line, "in") == 0) {
        read_tensor(c->in, &c->n_in, value);
    } else {
        ck_assert_str_eq(line, "out");
        read_tensor(c->out, &c->n_out, value);
    }
}

static const float *take_numbers(struct case_tensor *tensors, uint32_t n, const float *at)
{
    for (uint32_t i = 0; i < n; i++) {
        tensors[i].data = at;
        at += shape_elements(&tensors[i].shape);
    }
    return at;
}

void case_read(const char *path, struct convert_case *ret)
{
    struct convert_case c = {.convert = onnx_convert};
    const float *end;
    size_t size, left;
    char *rest, *line;

    c.text = suite_read(path, &size);
    rest = strstr(c.text, "\n\n");
    ck_assert_ptr_nonnull(rest);
    rest[1] = 0;
    c.model = rest + 2;
    rest = c.text;
    while ((line = strsep(&rest, "\n")) && *line)
        read_line(&c, line);
    if (c.weights_size)
        c.weights = (const char *)c.model + c.model_size;
    left = size - (size_t)((const char *)c.model - c.text) - c.model_size - c.weights_size;
    c.numbers = malloc(left + 1);
    ck_assert_ptr_nonnull(c.numbers);
    memcpy(c.numbers, (const char *)c.model + c.model_size + c.weights_size, left);
    end = take_numbers(c.out, c.n_out, take_numbers(c.in, c.n_in, c.numbers));
    ck_assert_uint_eq((size_t)(end - c.numbers) * sizeof(float), left);
    *ret = c;
}

void case_done(struct convert_case *c)
{
    free(c->text);
    free(c->numbers);
}

const char *case_path(const char *name)
{
    return suite_source(suite_text("tests/convert/data/%s.case", name));
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *const *case_names(const char *folder, size_t *ret_n)
{
    const char *names[1024];
    DIR *dir = opendir(suite_source(suite_text("tests/convert/data/%s", folder)));
    struct dirent *entry;
    size_t n = 0;

    ck_assert_ptr_nonnull(dir);
    while ((entry = readdir(dir))) {
        const char *dot = strstr(entry->d_name, ".case");

        if (!dot)
            continue;
        ck_assert_uint_lt(n, 1024);
        names[n++] = suite_text("%s%.*s", folder, (int)(dot - entry->d_name), entry->d_name);
    }
    closedir(dir);
    qsort(names, n, sizeof(*names), compare);
    *ret_n = n;
    return suite_copy(names, n * sizeof(*names));
}

int case_convert(const struct convert_case *c, struct graph **ret, struct buf *report,
                 struct fault *fault)
{
    const struct convert_options options = {
        .dims = c->dims,
        .outputs = c->out_nodes,
        .n_dims = c->n_dims,
        .n_outputs = c->n_out_nodes,
        .weights = c->weights,
        .weights_size = c->weights_size,
        .inputs = c->inputs,
        .n_inputs = c->n_inputs,
        .encoding = c->encoding,
        .prepare = c->prepare,
        .picture_width = c->picture.dim[0],
        .picture_height = c->picture.dim[1],
        .reordered = c->reordered,
        .n_reordered = c->n_reordered,
        .folder = c->folder,
    };
    struct buf own = {0};
    int r = c->convert(c->model, c->model_size, &options, ret, report ? report : &own, fault);

    buf_done(&own);
    return r;
}
