/* Weights in files beside the model: only plain names, only inside the folder, only what is there.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "tests/convert/case.h"
#include "tests/support/suite.h"

static const float weights[] = {-1, -2, 1, 2, 3, 4}; /* the first two are before offset 8 */

static void write_weights(const char *name)
{
    suite_write(suite_path(name), weights, sizeof(weights));
}

/* Converts data/NAME.onnx with FOLDER; the sentence is in the report or the fault. */
static int convert(const char *name, const char *folder, struct graph **ret, const char **ret_says)
{
    const struct convert_options options = {.folder = folder};
    struct buf report = {0};
    struct fault fault = {""};
    size_t size;
    void *bytes = suite_read(suite_source(suite_text("tests/convert/data/%s.onnx", name)), &size);
    int r = onnx_convert(bytes, size, &options, ret, &report, &fault);

    *ret_says =
        suite_text("%.*s %s", (int)report.size, report.base ? (char *)report.base : "", fault.text);
    buf_done(&report);
    free(bytes);
    return r;
}

static void assert_refused(const char *name, const char *folder, const char *why)
{
    struct graph *graph = NULL;
    const char *says;

    ck_assert_int_eq(convert(name, folder, &graph, &says), E_CONVERT_LAYER);
    ck_assert_ptr_null(graph);
    ck_assert_msg(strstr(says, why) != NULL, "\"%s\" is not in: %s", why, says);
}

/* The weights of the one layer, as [out, in]. */
static void assert_weights(const char *name, const float *want)
{
    struct graph *graph = NULL;
    const char *says;

    ck_assert_msg(convert(name, suite_dir(), &graph, &says) == 0, "%s", says);
    ck_assert_mem_eq(graph->values[graph->nodes[1].inputs[1]].data, want, 4 * sizeof(float));
    graph_unref(graph);
}

START_TEST(weights_beside_the_model_are_read_from_their_offset)
{
    write_weights("weights.bin");
    assert_weights("external", (const float[]){1, 3, 2, 4});
    assert_weights("external_no_offset", (const float[]){-1, 1, -2, 2});
    suite_remove("weights.bin");
}
END_TEST

START_TEST(only_plain_names_inside_the_folder_are_opened)
{
    write_weights("weights.bin");
    ck_assert_int_eq(mkdir("sub", 0700), 0);
    write_weights("sub/weights.bin");
    assert_refused("external_folder", suite_dir(), "which is no plain file name");
    assert_refused("external_up", suite_path("sub"), "which is no plain file name");
    assert_refused("external_dots", suite_path("sub"), "which is no plain file name");
    assert_refused("external_absolute", suite_dir(), "which is no plain file name");
    assert_refused("external_nowhere", suite_dir(), "but not where");
    suite_remove("sub");
    suite_remove("weights.bin");
}
END_TEST

START_TEST(links_and_devices_are_not_followed)
{
    write_weights("elsewhere");
    ck_assert_int_eq(symlink("elsewhere", "weights.bin"), 0);
    assert_refused("external", suite_dir(), "a link, which is not followed");
    ck_assert_int_eq(unlink("weights.bin"), 0);
    ck_assert_int_eq(mkfifo("weights.bin", 0600), 0);
    assert_refused("external", suite_dir(), "weights.bin: ");
    ck_assert_int_eq(unlink("weights.bin"), 0);
    suite_remove("elsewhere");
}
END_TEST

START_TEST(what_is_not_there_is_refused)
{
    assert_refused("external", NULL, "no folder was given");
    assert_refused("external", suite_dir(), "No such file");
    assert_refused("external", suite_path("no-folder"), "No such file");
    write_weights("weights.bin");
    assert_refused("external_beyond", suite_dir(),
                   "from byte 1099511627776 of weights.bin, which "
                   "has 24");
    assert_refused("external_length", suite_dir(), "takes 16 bytes");
    suite_write(suite_path("weights.bin"), weights, 20);
    assert_refused("external", suite_dir(), "takes 16 bytes from byte 8");
    suite_remove("weights.bin");
}
END_TEST

SUITE(weights_beside_the_model_are_read_from_their_offset,
      only_plain_names_inside_the_folder_are_opened, links_and_devices_are_not_followed,
      what_is_not_there_is_refused);
