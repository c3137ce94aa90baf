/*
 * DetectionOutput: what a single-shot detector found; the rule is in ops/detection_output.h.
 *
 * Shapes   loc [N,n*4] or [N,n*classes*4], conf [N,n*classes], priors [1,2,n*4]; the axes behind
 *          the first may be cut in any way -> y [1,1,N*K,7].
 * Types    f32 -> f32.
 * Sources  Caffe DetectionOutput (SSD; its boxes, of PriorBox, are constants); DLC DetectionOutput
 *          (documented, not seen; names are ours).
 */
#include "model/ops/detection_output.h"

#include "base/error.h"
#include "model/graph.h"

enum { LOC, CONF, PRIORS };

#define AT(member) offsetof(struct detection_output_attrs, member)

static const char *const codes[] = {"corner", "center_size", "corner_size", NULL};

static const struct attr_spec detection_output_specs[] = {
    {"num_classes", "num_classes", ATTR_I32, AT(num_classes), .preset = 2, .least = 1,
     .most = 65536, .help = "classes, the background included"},
    {"background_label", "background_label_id", ATTR_I32, AT(background_label), .least = -1,
     .most = 65535, .help = "the class that is no object; -1: none"},
    {"top_k", "nms_top_k", ATTR_I32, AT(top_k), .preset = -1, .least = -1, .most = INT32_MAX,
     .help = "boxes of a class that suppression looks at; -1: all"},
    {"keep_top_k", "keep_top_k", ATTR_I32, AT(keep_top_k), .preset = -1, .least = -1,
     .most = INT32_MAX, .help = "boxes of an image that stay; -1: all"},
    {"nms_threshold", "nms_threshold", ATTR_F32, AT(nms_threshold), .preset = 0.3F, .least = 0,
     .most = 1, .help = "what overlaps a better box by more goes"},
    {"confidence_threshold", "confidence_threshold", ATTR_F32, AT(confidence_threshold),
     .preset = -3.4e38, .least = -3.4e38, .most = 3.4e38, .help = "scores up to this are none"},
    {"eta", "nms_eta", ATTR_F32, AT(eta), .preset = 1, .least = 0, .most = 1,
     .help = "by which the overlap shrinks after each box that is kept"},
    {"code_type", "code_type", ATTR_ENUM, AT(code_type), .words = codes,
     .help = "what the numbers of a box say"},
    {"share_location", "share_location", ATTR_BOOL, AT(share_location), .preset = 1,
     .help = "one box for all classes"},
    {"variance_in_target", "variance_encoded_in_target", ATTR_BOOL, AT(variance_in_target),
     .help = "the numbers of a box contain the variances already"},
    {"clip", "clip", ATTR_BOOL, AT(clip), .help = "boxes end at the edges of the picture"},
    {0},
};

/* Numbers of input I for each image. */
static uint64_t each(const struct infer *node, uint32_t i)
{
    return shape_elements(&node->in[i]->shape) / node->in[i]->shape.dim[0];
}

static int check_numbers(const struct infer *node, uint32_t i, const char *what, uint64_t want,
                         struct fault *fault)
{
    uint32_t images = node->in[LOC]->shape.dim[0];

    if (node->in[i]->shape.dim[0] == images && each(node, i) == want)
        return 0;
    return fail(fault, E_SHAPE,
                "%s (%.60s) hold %llu numbers for each of %u images; the priors ask for %llu of %u",
                what, node->in[i]->name, (unsigned long long)each(node, i),
                node->in[i]->shape.dim[0], (unsigned long long)want, images);
}

void detection_output_sizes(const struct detection_output_attrs *attrs, const struct shape *priors,
                            struct detection_sizes *ret)
{
    uint32_t n = (uint32_t)(shape_elements(priors) / 8), classes = (uint32_t)attrs->num_classes;
    uint32_t found = attrs->background_label >= 0 && (uint32_t)attrs->background_label < classes
                         ? classes - 1
                         : classes;
    uint32_t best = attrs->top_k >= 0 && (uint32_t)attrs->top_k < n ? (uint32_t)attrs->top_k : n;
    uint64_t rows = attrs->keep_top_k >= 0 ? (uint32_t)attrs->keep_top_k : (uint64_t)found * best;

    *ret = (struct detection_sizes){
        .priors = n,
        .loc_classes = attrs->share_location ? 1 : classes,
        .rows = rows > UINT32_MAX ? UINT32_MAX : (uint32_t)rows,
    };
}

static int check_ranks(const struct infer *node, struct fault *fault)
{
    const struct shape *priors = &node->in[PRIORS]->shape;

    for (uint32_t i = LOC; i <= PRIORS; i++)
        if (node->in[i]->shape.rank < 2)
            return fail(fault, E_SHAPE, "input %u (%.60s) has rank %u, less than 2", i,
                        node->in[i]->name, node->in[i]->shape.rank);
    if (shape_elements(priors) % 8 != 0)
        return fail(fault, E_SHAPE, "the priors (%.60s) hold %zu numbers, not 8 for each box",
                    node->in[PRIORS]->name, shape_elements(priors));
    return 0;
}

static int detection_output_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct detection_output_attrs *attrs = node->attrs;
    struct shape y = {4, {1, 1, 1, 7}};
    struct detection_sizes sizes;
    int r = check_ranks(node, fault);

    if (r < 0)
        return r;
    detection_output_sizes(attrs, &node->in[PRIORS]->shape, &sizes);
    r = check_numbers(node, LOC, "the locations", 4 * (uint64_t)sizes.priors * sizes.loc_classes,
                      fault);
    if (r == 0)
        r = check_numbers(node, CONF, "the scores",
                          (uint64_t)sizes.priors * (uint32_t)attrs->num_classes, fault);
    if (r == 0)
        r = op_set_dim(&y, 2, (uint64_t)node->in[LOC]->shape.dim[0] * sizes.rows, fault);
    if (r == 0)
        out[0] = y;
    return r;
}

const struct op_def op_detection_output = {
    .name = "DetectionOutput",
    .n_inputs = {3, 3},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct detection_output_attrs),
    .attrs = detection_output_specs,
    .infer = detection_output_infer,
};
