/*
 * Memory: it runs out at each allocation in turn and nothing crashes, leaks or is left half done;
 * and no container, however it is made, takes more than 4 times its size and 64 KiB to be read or
 * refused, or 16 times if it is of version 2. The linker leads malloc and its kin here (see
 * CMakeLists.txt).
 */
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "model/dlc/container.h"
#include "model/dlc/dlc.h"
#include "model/dlc/flat_build.h"
#include "model/dlc/v3_format.h"
#include "model/dlc/v3_tree.h"
#include "tests/model/dlc/net.h"
#include "tests/model/dlc/sample.h"
#include "tests/model/dlc/wire.h"
#include "tests/support/suite.h"

static long countdown = -1; /* the allocation that fails; below 0: none */
static long n_held;         /* blocks that were handed out and not freed */
static size_t peak;         /* the most that the heap held when something was asked for */

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
int __real_posix_memalign(void **ret, size_t align, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t most);
void __real_free(void *p);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
int __wrap_posix_memalign(void **ret, size_t align, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t most);
void __wrap_free(void *p);

static size_t heap_size(void)
{
    struct mallinfo2 info = mallinfo2();

    return info.uordblks + info.hblkhd;
}

/* Counts what was handed out. */
static void *held(void *p)
{
    n_held += p != NULL;
    if (peak) {
        size_t now = heap_size();

        peak = now > peak ? now : peak;
    }
    return p;
}

static bool runs_out(void)
{
    return countdown >= 0 && countdown-- == 0;
}

void *__wrap_malloc(size_t size)
{
    return held(runs_out() ? NULL : __real_malloc(size));
}

void *__wrap_calloc(size_t n, size_t size)
{
    return held(runs_out() ? NULL : __real_calloc(n, size));
}

void *__wrap_realloc(void *p, size_t size)
{
    void *more = runs_out() ? NULL : __real_realloc(p, size);

    n_held -= more && p;
    return held(more);
}

int __wrap_posix_memalign(void **ret, size_t align, size_t size)
{
    int r = runs_out() ? ENOMEM : __real_posix_memalign(ret, align, size);

    held(r == 0 ? *ret : NULL);
    return r;
}

char *__wrap_strdup(const char *text)
{
    return held(runs_out() ? NULL : __real_strdup(text));
}

char *__wrap_strndup(const char *text, size_t most)
{
    return held(runs_out() ? NULL : __real_strndup(text, most));
}

void __wrap_free(void *p)
{
    n_held -= p != NULL;
    __real_free(p);
}

/* Reads with the N-th allocation failing, N from 0 on until none does. */
static void check_reading(const struct buf *bytes)
{
    int r = -ENOMEM;

    for (long n = 0; r != 0; n++) {
        struct graph *graph = NULL;
        struct dlc_metadata metadata;
        long before = n_held;

        countdown = n;
        r = dlc_read(bytes->base, bytes->size, &graph, &metadata, NULL);
        countdown = -1;
        ck_assert_msg(r == 0 || r == -ENOMEM, "allocation %ld: %d", n, r);
        ck_assert((graph != NULL) == (r == 0));
        if (r == 0) {
            graph_unref(graph);
            dlc_metadata_done(&metadata);
            ck_assert_int_gt(n, 20);
        }
        ck_assert_msg(n_held == before, "allocation %ld: %ld blocks stay", n, n_held - before);
    }
}

static void check_writing(const struct graph *graph)
{
    int r = -ENOMEM;

    for (long n = 0; r != 0; n++) {
        struct buf bytes = {NULL, 0, 0};
        long before = n_held;

        countdown = n;
        r = dlc_write(graph, NULL, &bytes, NULL);
        countdown = -1;
        ck_assert_msg(r == 0 || r == -ENOMEM, "allocation %ld: %d", n, r);
        ck_assert((bytes.size > 0) == (r == 0));
        buf_done(&bytes);
        ck_assert_msg(n_held == before, "allocation %ld: %ld blocks stay", n, n_held - before);
    }
}

static void check_all(struct graph *graph)
{
    struct buf bytes = sample_bytes(graph);

    check_reading(&bytes);
    check_writing(graph);
    buf_done(&bytes);
    graph_unref(graph);
}

START_TEST(memory_may_run_out_anywhere)
{
    check_all(sample_small());
    check_all(sample_coded(0));
    check_all(sample_coded(1));
    check_all(sample_every());
}
END_TEST

START_TEST(memory_may_run_out_anywhere_in_version_2)
{
    for (int coded = 0; coded < 2; coded++) {
        struct buf bytes = wire_every(coded);

        check_reading(&bytes);
        buf_done(&bytes);
    }
}
END_TEST

/* "model" is "one record, " 12 times, deflated (Python's zlib made the 17 bytes). */
START_TEST(memory_may_run_out_while_unfolding)
{
    static const unsigned char archive[] = {
        0x50, 0x4b, 0x03, 0x04, 0x14, 0x00, 0x00, 0x00, 0x08, 0x00, 0x7d, 0xbf, 0x5d, 0x20,
        0x48, 0x1a, 0x81, 0x6b, 0x11, 0x00, 0x00, 0x00, 0x90, 0x00, 0x00, 0x00, 0x05, 0x00,
        0x00, 0x00, 0x6d, 0x6f, 0x64, 0x65, 0x6c, 0xcb, 0xcf, 0x4b, 0x55, 0x28, 0x4a, 0x4d,
        0xce, 0x2f, 0x4a, 0xd1, 0x51, 0xc8, 0x1f, 0x04, 0x6c, 0x00, 0x50, 0x4b, 0x01, 0x02,
        0x14, 0x03, 0x14, 0x00, 0x00, 0x00, 0x08, 0x00, 0x7d, 0xbf, 0x5d, 0x20, 0x48, 0x1a,
        0x81, 0x6b, 0x11, 0x00, 0x00, 0x00, 0x90, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x80, 0x01, 0x00, 0x00, 0x00, 0x00,
        0x6d, 0x6f, 0x64, 0x65, 0x6c, 0x50, 0x4b, 0x05, 0x06, 0x00, 0x00, 0x00, 0x00, 0x01,
        0x00, 0x01, 0x00, 0x33, 0x00, 0x00, 0x00, 0x34, 0x00, 0x00, 0x00, 0x00, 0x00,
    };
    long before = n_held;
    struct zip zip;
    int r = -ENOMEM;

    for (long n = 0; r != 0; n++) {
        countdown = n;
        r = zip_read(archive, sizeof(archive), &zip, NULL);
        countdown = -1;
        ck_assert(r == 0 || r == -ENOMEM);
        if (r == 0)
            zip_done(&zip);
        ck_assert_int_eq(n_held, before);
    }
}
END_TEST

/*
 * Reads BYTES, which may be refused; the heap must not have grown by more than TIMES its size and
 * 64 KiB.
 */
static void check_times(struct buf bytes, size_t times, int code, const char *what)
{
    struct graph *graph = NULL;
    struct fault fault = {""};
    size_t before = heap_size(), most = times * bytes.size + 65536;
    int r;

    peak = before + 1;
    r = dlc_read(bytes.base, bytes.size, &graph, NULL, &fault);
    ck_assert_msg(r == code, "%s: %d %s", what, r, fault.text);
    ck_assert_msg(peak - before <= most, "%s: %zu bytes for a container of %zu", what,
                  peak - before, bytes.size);
    if (getenv("SNPED_TEST_SHOW"))
        printf("%s: %.2f times %zu\n", what, (double)(peak - before) / (double)bytes.size,
               bytes.size);
    peak = 0;
    graph_unref(graph);
    buf_done(&bytes);
}

static void check_peak(struct buf bytes, int code, const char *what)
{
    check_times(bytes, 4, code, what);
}

/* The layers of version 2 are smaller, ours are not. */
static void check_wired(struct buf bytes, int code, const char *what)
{
    check_times(bytes, 16, code, what);
}

/* What every layer needs, a user-defined one too. */
static uint32_t dims_attr(struct flat_build *build, struct shape dims)
{
    struct v3_tree tree = {.error = 0};
    struct v3_branch *attrs = v3_tree_root(&tree);
    struct v3_branch *list = v3_tree_list(&tree, attrs, "OutputDims");
    uint32_t place;

    v3_tree_u32s(&tree, list, "0", dims.dim, dims.rank);
    v3_tree_text(&tree, attrs, "udo_type", "?");
    place = v3_tree_build(&tree, attrs, build);
    v3_tree_done(&tree);
    return place;
}

/* Parts that every layer of a hostile record uses. */
struct shared {
    uint32_t type, inputs, attrs;
};

static uint32_t add_layer(struct flat_build *build, const struct shared *shared, uint32_t id,
                          const char *name)
{
    uint32_t own = flat_build_string(build, name);
    uint32_t outputs = flat_build_refs(build, &own, 1);

    flat_build_u32(build, V3_LAYER_ID, id);
    flat_build_ref(build, V3_LAYER_NAME, own);
    flat_build_ref(build, V3_LAYER_TYPE, shared->type);
    flat_build_ref(build, V3_LAYER_INPUTS, shared->inputs);
    flat_build_ref(build, V3_LAYER_OUTPUTS, outputs);
    flat_build_ref(build, V3_LAYER_ATTRS, shared->attrs);
    return flat_build_table(build);
}

static struct buf finish(struct flat_build *build, const uint32_t *places, uint32_t n)
{
    uint32_t layers = flat_build_refs(build, places, n);
    struct buf bytes;

    flat_build_ref(build, V3_NET_LAYERS, layers);
    ck_assert_int_eq(flat_build_finish(build, flat_build_table(build), "NETD"), 0);
    flat_build_prefix(build, container_header, CONTAINER_HEADER_SIZE);
    bytes = net_archive(flat_build_bytes(build), build->size, NULL, 0);
    flat_build_done(build);
    return bytes;
}

#define MANY 5000

/* An input and MANY - 1 layers of TYPE that share what can be shared and read it N_INPUTS times;
 * FILL bytes a layer that nobody reads. */
static struct buf many_layers(const char *type, uint32_t n_inputs, size_t fill)
{
    static uint32_t places[MANY];
    struct flat_build build = {0};
    uint32_t *inputs = malloc((n_inputs + 1) * sizeof(*inputs));
    struct shared shared;
    char *filling = calloc(MANY, fill + 1), name[16];
    uint32_t x = flat_build_string(&build, "n0");

    flat_build_vector(&build, filling, MANY * fill, 1);
    shared.attrs = dims_attr(&build, (struct shape){4, {1, 1, 1, 1}});
    for (uint32_t i = 0; i < n_inputs; i++)
        inputs[i] = x;
    shared.type = flat_build_string(&build, "Input");
    shared.inputs = flat_build_refs(&build, inputs, n_inputs);
    places[0] = add_layer(&build, &shared, 0, "n0");
    shared.type = flat_build_string(&build, type);
    for (uint32_t i = 1; i < MANY; i++) {
        snprintf(name, sizeof(name), "n%u", i);
        places[i] = add_layer(&build, &shared, i, name);
    }
    free(filling);
    free(inputs);
    return finish(&build, places, MANY);
}

/* An attribute whose value, if it is not 0, lies elsewhere. */
static uint32_t add_attr(struct flat_build *build, const char *name, enum v3_type type,
                         uint32_t value)
{
    uint32_t place = flat_build_string(build, name);

    flat_build_ref(build, V3_ATTR_NAME, place);
    flat_build_u8(build, V3_ATTR_TYPE, (uint8_t)type);
    flat_build_ref(build, V3_VALUE_FIELD(type), value);
    return flat_build_table(build);
}

/* A user-defined layer that says one parameter N times. */
static struct buf many_params(uint32_t n)
{
    struct flat_build build = {0};
    struct shared shared = {flat_build_string(&build, "Input"), 0,
                            dims_attr(&build, (struct shape){1, {1}})};
    uint32_t *places = malloc((n + 2) * sizeof(*places)), layers[2], dims;

    layers[0] = add_layer(&build, &shared, 0, "n0");
    dims = flat_build_vector(&build, &(uint32_t){1}, 1, 4);
    dims = add_attr(&build, "0", V3_U32S, dims);
    dims = flat_build_refs(&build, &dims, 1);
    places[0] = add_attr(&build, "OutputDims", V3_ATTRS, dims);
    places[1] = add_attr(&build, "udo_type", V3_STRING, flat_build_string(&build, "?"));
    places[2] = add_attr(&build, "a parameter", V3_I32, 0);
    for (uint32_t i = 1; i < n; i++)
        places[2 + i] = places[2];
    shared.type = flat_build_string(&build, "UDO");
    shared.inputs = flat_build_refs(&build, NULL, 0);
    shared.attrs = flat_build_refs(&build, places, n + 2);
    layers[1] = add_layer(&build, &shared, 1, "n1");
    free(places);
    return finish(&build, layers, 2);
}

/* A sound model, and MANY entries of weights for layers that are not there, which share a tensor.
 */
static struct buf many_entries(void)
{
    static uint32_t places[MANY];
    struct flat_build build = {0}, params = {0};
    const struct shared shared = {flat_build_string(&build, "Input"), 0,
                                  dims_attr(&build, (struct shape){1, {1}})};
    uint32_t tensors = flat_build_refs(&params, NULL, 0), layer, list;
    struct buf bytes;
    char name[16];

    layer = add_layer(&build, &shared, 0, "n0");
    list = flat_build_refs(&build, &layer, 1);
    flat_build_ref(&build, V3_NET_LAYERS, list);
    flat_build_finish(&build, flat_build_table(&build), "NETD");
    flat_build_prefix(&build, container_header, CONTAINER_HEADER_SIZE);
    for (uint32_t i = 0; i < MANY; i++) {
        snprintf(name, sizeof(name), "%u", i);
        flat_build_ref(&params, V3_STORED_NAME, flat_build_string(&params, name));
        flat_build_ref(&params, V3_STORED_TENSORS, tensors);
        places[i] = flat_build_table(&params);
    }
    list = flat_build_refs(&params, places, MANY);
    flat_build_ref(&params, V3_PARAMS_LAYERS, list);
    flat_build_finish(&params, flat_build_table(&params), "NETP");
    flat_build_prefix(&params, container_header, CONTAINER_HEADER_SIZE);
    bytes =
        net_archive(flat_build_bytes(&build), build.size, flat_build_bytes(&params), params.size);
    flat_build_done(&build);
    flat_build_done(&params);
    return bytes;
}

/* MANY layers of version 2 behind an input, each with N inputs and FILL bytes that nobody reads. */
static struct buf many_wired(uint32_t type, uint32_t n_inputs, uint32_t n_fill)
{
    static const char fill[512];
    struct buf net = {NULL, 0, 0};
    char name[16];

    wire_add_input(&net, (struct shape){1, {1}});
    for (uint32_t i = 1; i < MANY; i++) {
        struct buf layer = {NULL, 0, 0};

        snprintf(name, sizeof(name), "%u", i);
        wire_text(&layer, 1, name);
        wire_number(&layer, 2, type);
        wire_number(&layer, 3, 1);
        wire_number(&layer, 6, i);
        for (uint32_t k = 0; k < n_inputs; k++)
            wire_text(&layer, 7, "x");
        wire_text(&layer, 8, name);
        wire_bytes(&layer, 13, fill, n_fill);
        wire_inner(&net, 5, layer);
    }
    return wire_archive(&net);
}

static void check_files(const char *const *files)
{
    for (; files && *files; files++) {
        struct buf bytes = {NULL, 0, 0};

        bytes.base = suite_read(*files, &bytes.size);
        check_peak(bytes, 0, *files);
    }
}

START_TEST(memory_stays_in_proportion_to_the_file)
{
#ifdef __SANITIZE_ADDRESS__
    suite_skip("the sanitizer's heap cannot be measured");
    return;
#endif
    check_peak(sample_bytes(sample_every()), 0, "every operator");
    check_peak(many_layers("SoftMax", 1, 0), E_DLC_RECORD, "layers of shared parts");
    check_peak(many_layers("SoftMax", 1, 212), 0, "as many layers as are allowed");
    check_peak(many_layers("Pooling", 1, 212), 0, "as many with attributes");
    check_peak(many_layers("Input", 1, 212), 0, "as many with a list");
    check_peak(many_layers("ElementwiseOp", 100, 212), E_DLC_RECORD, "shared inputs");
    check_peak(many_layers("Ununseptium", 1, 212), E_DLC_LAYER, "unknown layers");
    check_peak(many_layers("UDO", 1, 212), 0, "user-defined layers");
    check_peak(many_params(2 * MANY), E_DLC_RECORD, "shared parameters");
    check_peak(many_params(150), 0, "as many shared parameters as are allowed");
    check_peak(many_entries(), 0, "many entries of weights");
    check_wired(wire_every(true), 0, "every layer of version 2");
    check_wired(many_wired(170, 1, 20), E_DLC_RECORD, "too many layers of version 2");
    check_wired(many_wired(170, 1, 44), 0, "as many as are allowed");
    check_wired(many_wired(60, 1, 44), 0, "as many inputs");
    check_wired(many_wired(7, 1, 44), E_DLC_LAYER, "as many unknown ones");
    check_wired(many_wired(170, 200, 0), E_OP_ARITY, "as many with many inputs");
    check_files(sample_files());
    check_files(sample_files_v2());
}
END_TEST

SUITE(memory_may_run_out_anywhere, memory_may_run_out_anywhere_in_version_2,
      memory_may_run_out_while_unfolding, memory_stays_in_proportion_to_the_file);
