/*
 * Operators whose inputs say where to look: images, boxes, offsets, maps. They come from clients,
 * hold anything, and may change while a job runs; whatever they are, nothing is read or written but
 * the tensors (each input is an allocation of its own, so that an address sanitizer sees it), and
 * as long as they stay as they are the bits do not depend on threads.
 */
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/ops/bbox_transform.h"
#include "model/ops/crop_and_resize.h"
#include "model/ops/detection_output.h"
#include "model/ops/extract_glimpse.h"
#include "model/ops/heatmap_max_keypoint.h"
#include "model/ops/projective_transform.h"
#include "model/ops/proposal.h"
#include "model/ops/roi_align.h"
#include "model/ops/roi_pool.h"
#include "tests/backends/rig.h"
#include "tests/support/numbers.h"
#include "tests/support/suite.h"

#define INPUTS_MAX 3
#define OUT_MAX    32768
#define TURNS      40

struct subject {
    const char *name;
    enum op op;
    const void *attrs;
    uint32_t n_in, n_out;
    struct shape in[INPUTS_MAX];
};

#define SHAPE4(a, b, c, d)                                                                         \
    {                                                                                              \
        4,                                                                                         \
        {                                                                                          \
            a, b, c, d                                                                             \
        }                                                                                          \
    }
#define SHAPE2(a, b)                                                                               \
    {                                                                                              \
        2,                                                                                         \
        {                                                                                          \
            a, b                                                                                   \
        }                                                                                          \
    }
#define REALS(...)                                                                                 \
    {                                                                                              \
        (const float[]){__VA_ARGS__}, sizeof((const float[]){__VA_ARGS__}) / sizeof(float)         \
    }

static const struct roi_pool_attrs roi_pool = {3, 2, 0.5f};
static const struct roi_align_attrs align[] = {{ROI_ALIGN_AVG, 2, 3, 0, 0.5f, true},
                                               {ROI_ALIGN_MAX, 2, 3, 0, 2, false},
                                               {ROI_ALIGN_AVG, 2, 3, 5, 1, true}};
static const struct bbox_transform_attrs bbox = {.apply_scale = true, .plus_one = true};
static const struct crop_and_resize_attrs crop[] = {{3, 4, CROP_BILINEAR, 1},
                                                    {3, 1, CROP_NEAREST, 1}};
static const struct extract_glimpse_attrs glimpse[] = {{3, 4, true, true, false},
                                                       {3, 4, false, false, true}};
static const struct heatmap_max_keypoint_attrs heatmap = {true};
static const struct projective_transform_attrs projective[] = {{0, 0, PROJECTIVE_BILINEAR},
                                                               {7, 3, PROJECTIVE_NEAREST}};
static const struct proposal_attrs proposal = {
    .feat_stride = 16,
    .base_size = 16,
    .pre_nms_top_n = 9,
    .post_nms_top_n = 7,
    .min_size = 4,
    .nms_thresh = 0.7f,
    .ratios = REALS(0.5f, 1, 2),
    .scales = REALS(1),
};
static const struct detection_output_attrs detection[] = {
    {3, 0, 4, 6, 0.45f, 0.1f, 0.9f, DETECTION_CENTER_SIZE, true, false, false},
    {3, -1, -1, -1, 0.45f, -3.4e38f, 1, DETECTION_CORNER_SIZE, false, false, false},
};

static const struct subject subjects[] = {
    {"roi pool", OP_ROI_POOL, &roi_pool, 2, 1, {SHAPE4(2, 5, 6, 3), SHAPE2(300, 5)}},
    {"roi align", OP_ROI_ALIGN, &align[0], 2, 1, {SHAPE4(2, 5, 6, 3), SHAPE2(300, 5)}},
    {"roi align, max", OP_ROI_ALIGN, &align[1], 2, 1, {SHAPE4(2, 5, 6, 3), SHAPE2(300, 4)}},
    {"roi align, images",
     OP_ROI_ALIGN,
     &align[2],
     3,
     1,
     {SHAPE4(2, 5, 6, 3), SHAPE2(300, 4), SHAPE2(300, 1)}},
    {"bbox transform",
     OP_BBOX_TRANSFORM,
     &bbox,
     3,
     2,
     {SHAPE2(300, 5), SHAPE2(300, 8), SHAPE2(3, 3)}},
    {"crop and resize",
     OP_CROP_AND_RESIZE,
     &crop[0],
     3,
     1,
     {SHAPE4(2, 5, 6, 3), SHAPE2(300, 4), SHAPE2(300, 1)}},
    {"crop, nearest",
     OP_CROP_AND_RESIZE,
     &crop[1],
     3,
     1,
     {SHAPE4(2, 5, 6, 3), SHAPE2(300, 4), SHAPE2(300, 1)}},
    {"extract glimpse",
     OP_EXTRACT_GLIMPSE,
     &glimpse[0],
     2,
     1,
     {SHAPE4(300, 5, 6, 2), SHAPE2(300, 2)}},
    {"exact glimpse",
     OP_EXTRACT_GLIMPSE,
     &glimpse[1],
     2,
     1,
     {SHAPE4(300, 5, 6, 2), SHAPE2(300, 2)}},
    {"heatmap", OP_HEATMAP_MAX_KEYPOINT, &heatmap, 2, 1, {SHAPE4(30, 4, 4, 5), SHAPE2(30, 4)}},
    {"projective",
     OP_PROJECTIVE_TRANSFORM,
     &projective[0],
     2,
     1,
     {SHAPE4(20, 5, 6, 3), SHAPE2(20, 8)}},
    {"projective, nearest",
     OP_PROJECTIVE_TRANSFORM,
     &projective[1],
     2,
     1,
     {SHAPE4(20, 5, 6, 3), SHAPE2(1, 8)}},
    {"proposal",
     OP_PROPOSAL,
     &proposal,
     3,
     2,
     {SHAPE4(1, 4, 5, 6), SHAPE4(1, 4, 5, 12), SHAPE2(1, 3)}},
    {"detection",
     OP_DETECTION_OUTPUT,
     &detection[0],
     3,
     1,
     {SHAPE2(2, 1200), SHAPE2(2, 900), SHAPE4(1, 2, 1200, 1)}},
    {"all detections",
     OP_DETECTION_OUTPUT,
     &detection[1],
     3,
     1,
     {SHAPE2(2, 3600), SHAPE2(2, 900), SHAPE4(1, 2, 1200, 1)}},
};

/* A subject on the cpu backend, and its inputs, each of exactly its size. */
struct stage {
    struct rig rig;
    struct rig_memory memory;
    struct region regions[INPUTS_MAX];
    struct binding *binding;
    struct random random;
    atomic_bool done;
};

static struct graph *graph_of(const struct subject *it)
{
    static const char *const inputs[] = {"a", "b", "c"}, *const outputs[] = {"y", "z"};
    struct builder *builder = net_new();
    uint32_t in[INPUTS_MAX], out[2];
    const struct node_spec spec = {.name = it->name,
                                   .op = it->op,
                                   .attrs = it->attrs,
                                   .inputs = in,
                                   .outputs = outputs,
                                   .n_inputs = it->n_in,
                                   .n_outputs = it->n_out};
    struct fault fault;

    for (uint32_t i = 0; i < it->n_in; i++)
        in[i] = net_input(builder, inputs[i], it->in[i]);
    ck_assert_msg(build_node(builder, &spec, out, &fault) == 0, "%s", fault.text);
    for (uint32_t i = 0; i < it->n_out; i++)
        ck_assert_int_eq(build_output(builder, out[i], NULL), 0);
    return net_done(builder);
}

static void set_up(struct stage *stage, const struct subject *it, uint32_t n_threads)
{
    const struct rig_backend cpu = {backend_find("cpu"), ""};

    *stage = (struct stage){.random = {7}};
    rig_init(&stage->rig, &cpu, graph_of(it), n_threads);
    rig_compile(&stage->rig);
    rig_memory_init(&stage->rig, &stage->memory);
    for (uint32_t i = 0; i < it->n_in; i++) {
        size_t size = stage->memory.in[i].size;

        stage->regions[i] = (struct region){.id = 2 + i, .fd = -1, .size = size};
        ck_assert_int_eq(posix_memalign(&stage->regions[i].base, MEM_ALIGN, size), 0);
        stage->memory.in[i] = (struct span){.region = &stage->regions[i], .size = size};
    }
    stage->binding = rig_bind(&stage->rig, &stage->memory);
}

static void tear_down(struct stage *stage)
{
    stage->rig.ops->binding_free(stage->binding);
    for (uint32_t i = 0; i < INPUTS_MAX; i++)
        free(stage->regions[i].base);
    rig_memory_done(&stage->memory);
    rig_done(&stage->rig);
}

/* A number that a client may send: sane, at an edge, or mere bits. */
static float any_number(struct random *random)
{
    static const float edges[] = {NAN,
                                  -NAN,
                                  INFINITY,
                                  -INFINITY,
                                  0,
                                  -0.0f,
                                  3.4e38f,
                                  -3e38f,
                                  1e-40f,
                                  -1,
                                  0.5f,
                                  -0.5f,
                                  2147483648.0f,
                                  -9.3e18f,
                                  1.8e19f,
                                  4294967296.0f,
                                  16777216,
                                  -16777218,
                                  1e9f,
                                  -1e15f,
                                  1e6f,
                                  5,
                                  6};
    uint32_t bits = (uint32_t)random_u64(random);
    float v;

    switch (random_below(random, 4)) {
    case 0:
        return edges[random_below(random, ARRAY_SIZE(edges))];
    case 1:
        memcpy(&v, &bits, sizeof(v));
        return v;
    case 2:
        return random_float(random, -1, 8);
    default:
        return (float)random_below(random, 7);
    }
}

static void fill(struct stage *stage)
{
    for (uint32_t i = 0; i < stage->rig.subgraph.n_inputs; i++) {
        float *to = span_base(&stage->memory.in[i]);

        for (size_t k = 0; k < stage->memory.in[i].size / sizeof(*to); k++)
            to[k] = any_number(&stage->random);
    }
}

static size_t gather(const struct stage *stage, char *to)
{
    size_t n = 0;

    for (uint32_t i = 0; i < stage->rig.subgraph.n_outputs; i++) {
        const struct span *span = &stage->memory.out[i];

        ck_assert_uint_le(n + span->size, OUT_MAX * sizeof(float));
        memcpy(to + n, span_base(span), span->size);
        n += span->size;
    }
    return n;
}

static void run_both(const struct subject *it, struct stage *one, struct stage *three)
{
    static char alone[OUT_MAX * sizeof(float)], together[OUT_MAX * sizeof(float)];
    size_t n;

    fill(one);
    fill(three);
    rig_run(&one->rig, one->binding);
    rig_run(&three->rig, three->binding);
    n = gather(one, alone);
    gather(three, together);
    ck_assert_msg(memcmp(alone, together, n) == 0, "%s: other bits with three threads", it->name);
}

START_TEST(whatever_is_sent_nothing_else_is_touched)
{
    for (size_t i = 0; i < ARRAY_SIZE(subjects); i++) {
        struct stage one, three;

        set_up(&one, &subjects[i], 1);
        set_up(&three, &subjects[i], 3);
        for (int turn = 0; turn < TURNS; turn++)
            run_both(&subjects[i], &one, &three);
        rig_memory_check(&one.rig, &one.memory);
        rig_memory_check(&three.rig, &three.memory);
        tear_down(&one);
        tear_down(&three);
    }
}
END_TEST

static void *keep_filling(void *context)
{
    struct stage *stage = context;

    while (!atomic_load(&stage->done))
        fill(stage);
    return NULL;
}

START_TEST(what_is_sent_may_change_while_the_job_runs)
{
    for (size_t i = 0; i < ARRAY_SIZE(subjects); i++) {
        struct stage stage;
        pthread_t thread;

        set_up(&stage, &subjects[i], 1);
        fill(&stage);
        ck_assert_int_eq(pthread_create(&thread, NULL, keep_filling, &stage), 0);
        for (int turn = 0; turn < TURNS; turn++)
            rig_run(&stage.rig, stage.binding);
        atomic_store(&stage.done, true);
        ck_assert_int_eq(pthread_join(thread, NULL), 0);
        rig_memory_check(&stage.rig, &stage.memory);
        tear_down(&stage);
    }
}
END_TEST

SUITE(whatever_is_sent_nothing_else_is_touched, what_is_sent_may_change_while_the_job_runs);
