/* A .meta graph whose variables lie in a checkpoint beside it. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "convert/tensorflow/checkpoint.h"
#include "tests/convert/run.h"
#include "tests/support/suite.h"

static const char *const files[] = {"variables.meta", "variables.index",
                                    "variables.data-00000-of-00002",
                                    "variables.data-00001-of-00002"};

static const char *data_path(const char *name)
{
    return suite_source(suite_text("tests/convert/data/tensorflow/%s", name));
}

/* One call of tensorflow_convert on variables.meta, and what it said. */
struct answer {
    int r;
    struct graph *graph;
    const char *report;
};

static struct answer convert(const char *folder, const char *file)
{
    const struct convert_options options = {.folder = folder, .file = file};
    struct answer answer = {0};
    struct buf report = {0};
    struct fault fault = {""};
    size_t size;
    void *bytes = suite_read(data_path("variables.meta"), &size);

    answer.r = tensorflow_convert(bytes, size, &options, &answer.graph, &report, &fault);
    answer.report = suite_text("%.*s", (int)report.size, report.base ? (char *)report.base : "");
    buf_done(&report);
    free(bytes);
    return answer;
}

/* The files in the private directory, but for the one that ends on WITHOUT. */
static void copy_files(const char *without)
{
    for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
        size_t size;
        void *bytes = suite_read(data_path(files[i]), &size);

        if (!without || !strstr(files[i], without))
            suite_write(suite_path(files[i]), bytes, size);
        free(bytes);
    }
}

static void remove_files(const char *without)
{
    for (size_t i = 0; i < ARRAY_SIZE(files); i++)
        if (!without || !strstr(files[i], without))
            suite_remove(files[i]);
}

static void assert_says(const char *text, const char *what)
{
    ck_assert_msg(strstr(text, what) != NULL, "\"%s\" is not in:\n%s", what, text);
}

START_TEST(variables_give_what_the_frozen_graph_gives)
{
    struct engine *engine = NULL;
    struct convert_case frozen;
    struct answer answer;
    const char *wrong;

    copy_files(NULL);
    case_read(case_path("tensorflow/frozen"), &frozen);
    answer = convert(suite_dir(), "variables.meta");
    ck_assert_msg(answer.r == 0, "%s", answer.report);
    ck_assert_int_eq(engine_new(&(struct engine_options){.n_threads = 1}, &engine, NULL), 0);
    wrong = run_graph(answer.graph, engine, frozen.in, frozen.n_in, frozen.out, frozen.n_out, 2e-5);
    engine_free(engine);
    graph_unref(answer.graph);
    case_done(&frozen);
    remove_files(NULL);
    ck_assert_msg(!wrong, "%s", wrong);
}
END_TEST

/* Converts without the file that ends on WITHOUT; expects WHAT in the report. */
static void refuse(const char *without, const char *what)
{
    struct answer answer;

    copy_files(without);
    answer = convert(suite_dir(), "variables.meta");
    ck_assert_int_eq(answer.r, E_CONVERT_LAYER);
    assert_says(answer.report, what);
    assert_says(answer.report, "; freeze the graph (convert_variables_to_constants), or ");
    remove_files(without);
}

START_TEST(files_that_are_not_there_are_named)
{
    refuse(".index", "its variables cannot be read: variables.index: No such file");
    refuse("00001-of", "variable conv/kernel: variables.data-00001-of-00002: No such file");
}
END_TEST

/* Beside the graph only FILE, which has SIZE bytes of an index; expects WHAT. */
static void refuse_alone(const char *file, size_t size, const char *what)
{
    size_t whole;
    char *bytes = suite_read(data_path("variables.index"), &whole);

    ck_assert_uint_le(size, whole);
    suite_write(suite_path(file), bytes + whole - size, size);
    assert_says(convert(suite_dir(), "variables.meta").report, what);
    suite_remove(file);
    free(bytes);
}

START_TEST(a_checkpoint_of_version_1_is_called_so)
{
    /* It is a table, too, under the name that has no suffix, or the suffix of a part. */
    refuse_alone("variables", 48,
                 "its variables cannot be read: variables is a checkpoint of version 1, and "
                 "version 2 is read: restore it and save it with tf.train.Saver(write_version="
                 "tf.train.SaverDef.V2); freeze the graph (convert_variables_to_constants), or ");
    refuse_alone("variables-00000-of-00001", 8,
                 "variables-00000-of-00001 is a checkpoint of version 1, and version 2 is read: ");
    refuse_alone("variables", 7, "its variables cannot be read: variables.index: No such file");
    suite_write(suite_path("variables"), "a folder's list or a text", 25);
    assert_says(convert(suite_dir(), "variables.meta").report, "variables.index: No such file");
    suite_remove("variables");
}
END_TEST

START_TEST(a_checkpoint_needs_a_name)
{
    assert_says(convert(NULL, NULL).report, "the graph's file is not called NAME.meta");
    assert_says(convert(suite_dir(), "graph.pb").report,
                "the graph's file is not called NAME.meta");
}
END_TEST

START_TEST(damaged_files_are_refused)
{
    copy_files(NULL);
    suite_write(suite_path("variables.index"), "junk", 4);
    assert_says(convert(suite_dir(), "variables.meta").report,
                "this is no index of a checkpoint of version 2");
    copy_files(NULL);
    suite_write(suite_path("variables.data-00000-of-00002"), "", 0);
    assert_says(convert(suite_dir(), "variables.meta").report,
                "variables.data-00000-of-00002 is cut: it has 0 bytes");
    remove_files(NULL);
}
END_TEST

/* What reading the first SIZE bytes of an index says. */
static int read_index(const void *bytes, size_t size, uint32_t *ret_n)
{
    struct checkpoint checkpoint;
    struct arena arena = {0};
    struct fault fault = {""};
    int r = checkpoint_read(bytes, size, &arena, &checkpoint, &fault);

    ck_assert(r == 0 || *fault.text);
    *ret_n = checkpoint.entries.n;
    checkpoint_done(&checkpoint);
    arena_done(&arena);
    return r;
}

START_TEST(an_index_is_whole_or_refused)
{
    size_t size;
    void *bytes = suite_read(data_path("variables.index"), &size);
    uint32_t n;

    ck_assert_int_eq(read_index(bytes, size, &n), 0);
    ck_assert_uint_eq(n, 4);
    for (size_t part = 0; part < size; part++)
        ck_assert_int_lt(read_index(bytes, part, &n), 0);
    free(bytes);
}
END_TEST

SUITE(variables_give_what_the_frozen_graph_gives, files_that_are_not_there_are_named,
      a_checkpoint_of_version_1_is_called_so, a_checkpoint_needs_a_name, damaged_files_are_refused,
      an_index_is_whole_or_refused);
