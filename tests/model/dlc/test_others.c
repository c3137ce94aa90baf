/* Other programs read what we write: the FlatBuffers compiler with our schema, another reader. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/dlc/container.h"
#include "tests/model/dlc/sample.h"
#include "tests/support/proc.h"
#include "tests/support/suite.h"

static const char *find_flatc(void)
{
    static const char *const paths[] = {"/usr/bin/flatc", "/usr/local/bin/flatc"};

    for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
        if (access(paths[i], X_OK) == 0)
            return paths[i];
    return NULL;
}

/* The record in FILE as text, and that as a record again in back/FILE. */
static void to_text_and_back(const char *flatc, const char *name, const char *root)
{
    const char *schema = suite_source("docs/dlc_v3.fbs");
    struct proc *proc =
        proc_start_args(flatc, "--json", "--strict-json", "--raw-binary", "--root-type", root,
                        schema, "--", suite_text("%s.bin", name), NULL);

    ck_assert_msg(proc_wait(proc) == 0, "%s%s", proc_out(proc), proc_err(proc));
    proc_finish(proc, 0);
    proc = proc_start_args(flatc, "--binary", "-o", "back", "--root-type", root, schema,
                           suite_text("%s.json", name), NULL);
    ck_assert_msg(proc_wait(proc) == 0, "%s%s", proc_out(proc), proc_err(proc));
    proc_finish(proc, 0);
}

/*
 * The compiler leaves out the identifier, and writes the entries of model.params in the order of
 * their list, where the original tools write them in the order of the network.
 */
static void check_record(const char *flatc, const char *name, const char *root,
                         const struct container_record *record, bool same_order)
{
    size_t size;
    char *back;

    suite_write(suite_path(suite_text("%s.bin", name)), record->base, record->size);
    to_text_and_back(flatc, name, root);
    back = suite_read(suite_path(suite_text("back/%s.bin", name)), &size);
    ck_assert_uint_eq(size, record->size - 4);
    if (same_order)
        ck_assert_mem_eq(back + 4, record->base + 8, size - 4);
    free(back);
    suite_remove(suite_text("%s.bin", name));
    suite_remove(suite_text("%s.json", name));
    suite_remove("back");
}

static void check_by_schema(const char *flatc, struct graph *graph)
{
    struct buf bytes = sample_bytes(graph);
    struct container container;

    ck_assert_int_eq(container_open(bytes.base, bytes.size, &container, NULL), 0);
    check_record(flatc, "model", "Net", &container.model, true);
    check_record(flatc, "params", "NetParams", &container.params, false);
    container_close(&container);
    buf_done(&bytes);
    graph_unref(graph);
}

START_TEST(the_schema_decodes_what_we_write)
{
    const char *flatc = find_flatc();

    if (!flatc) {
        suite_skip("flatc (package flatbuffers-compiler) is not there");
        return;
    }
    check_by_schema(flatc, sample_every());
    check_by_schema(flatc, sample_coded(0));
    check_by_schema(flatc, sample_coded(1));
}
END_TEST

START_TEST(another_reader_knows_every_field_that_we_write)
{
    const char *data = suite_data("dlc"), *reader;
    struct graph *graph = sample_every();
    struct buf bytes = sample_bytes(graph);
    struct proc *proc;

    reader = data ? suite_text("%s/../../judge/dlcdump.py", data) : "";
    if (access(reader, R_OK) != 0) {
        suite_skip("the other reader is not there");
    } else {
        suite_write(suite_path("every.dlc"), bytes.base, bytes.size);
        proc = proc_start_args("python3", "-B", reader, "--no-stats", "every.dlc", NULL);
        ck_assert_msg(proc_wait(proc) == 0, "%s", proc_err(proc));
        ck_assert_ptr_nonnull(strstr(proc_out(proc), "\"unknown\": {}"));
        ck_assert_ptr_nonnull(strstr(proc_out(proc), "\"params_unknown\": {}"));
        proc_finish(proc, 0);
        suite_remove("every.dlc");
    }
    buf_done(&bytes);
    graph_unref(graph);
}
END_TEST

SUITE(the_schema_decodes_what_we_write, another_reader_knows_every_field_that_we_write);
