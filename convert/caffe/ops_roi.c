/* Faster R-CNN: Proposal, as a layer or as the Python layer it began as, and ROIPooling. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "convert/caffe/kernel.h"
#include "convert/caffe/ops.h"
#include "convert/caffe/param.h"
#include "convert/layout.h"
#include "model/ops/proposal.h"
#include "model/ops/roi_pool.h"

#define ANCHORS_MAX 64 /* of one list */

struct anchors {
    float ratios[ANCHORS_MAX], scales[ANCHORS_MAX];
    struct proposal_attrs attrs;
};

/* What the layer has when nothing is said, in all its forms. */
static void preset_anchors(struct anchors *ret)
{
    static const float ratios[] = {0.5F, 1, 2}, scales[] = {8, 16, 32};

    memcpy(ret->ratios, ratios, sizeof(ratios));
    memcpy(ret->scales, scales, sizeof(scales));
    ret->attrs = (struct proposal_attrs){
        .feat_stride = 16,
        .base_size = 16,
        .pre_nms_top_n = 6000,
        .post_nms_top_n = 300,
        .min_size = 16,
        .nms_thresh = 0.7F,
        .ratios = {ret->ratios, 3},
        .scales = {ret->scales, 3},
    };
}

static int read_list(struct conversion *c, const char *name, float *list, struct f32s *ret)
{
    return param_given(c, name) ? param_f32s(c, name, ANCHORS_MAX, list, &ret->n) : 0;
}

static int read_anchors(struct conversion *c, struct anchors *ret)
{
    struct proposal_attrs *attrs = &ret->attrs;
    int r = param_i32(c, "feat_stride", 16, 1, 65536, &attrs->feat_stride);

    if (r == 0)
        r = param_i32(c, "base_size", 16, 1, 65536, &attrs->base_size);
    if (r == 0)
        r = param_i32(c, "pre_nms_topn", 6000, 0, INT32_MAX, &attrs->pre_nms_top_n);
    if (r == 0)
        r = param_i32(c, "post_nms_topn", 300, 1, INT32_MAX, &attrs->post_nms_top_n);
    if (r == 0)
        r = param_f32(c, "min_size", 16, &attrs->min_size);
    if (r == 0)
        r = param_f32(c, "nms_thresh", 0.7F, &attrs->nms_thresh);
    if (r == 0)
        r = read_list(c, "ratio", ret->ratios, &attrs->ratios);
    return r < 0 ? r : read_list(c, "scale", ret->scales, &attrs->scales);
}

/* Behind "'KEY':" in the text of a dictionary, past a bracket and a tag; NULL: it is not there. */
static const char *find_key(const char *text, const char *key)
{
    size_t length = strlen(key);

    for (const char *at = text; (at = strstr(at, key)); at += length) {
        const char *behind = at + length + strspn(at + length, "'\" ");

        if ((at > text && (isalnum((unsigned char)at[-1]) || at[-1] == '_')) || *behind != ':')
            continue;
        behind += 1 + strspn(behind + 1, " ");
        if (*behind == '!')
            behind += strcspn(behind, "[(\n");
        return behind + strspn(behind, "[( ");
    }
    return NULL;
}

/* The numbers that follow one another there. */
static uint32_t read_numbers(const char *at, float *list, uint32_t most)
{
    uint32_t n = 0;
    char *end;

    while (at && n < most && isdigit((unsigned char)*at)) {
        list[n++] = strtof(at, &end);
        at = end + strspn(end, ", ");
    }
    return n;
}

/* The Python layer says its stride and scales in a text. */
static int read_python(struct conversion *c, struct anchors *ret)
{
    const struct pbtext_field *field = pbtext_find(caffe_source_of(c)->param, "param_str");
    const char *text = field && field->text ? field->text : "";
    const char *scales = find_key(text, "scales");
    float stride = 0;

    if (read_numbers(find_key(text, "feat_stride"), &stride, 1) != 1 || stride < 1 ||
        stride > 65536)
        return conversion_unsupported(c, "check the prototxt", "its param_str has no feat_stride");
    ret->attrs.feat_stride = (int32_t)stride;
    if (scales)
        ret->attrs.scales.n = read_numbers(scales, ret->scales, ANCHORS_MAX);
    if (ret->attrs.scales.n == 0)
        return conversion_unsupported(c, "check the prototxt",
                                      "scales in its param_str is no list");
    return 0;
}

bool caffe_ops_is_proposal(const struct conversion *c)
{
    const struct pbtext_field *param = pbtext_find(caffe_layer_of(c->node)->text, "python_param");
    const struct pbtext_field *module = pbtext_find(param, "module");
    const struct pbtext_field *layer = pbtext_find(param, "layer");

    return module && module->text && layer && layer->text &&
           strcmp(module->text, "rpn.proposal_layer") == 0 &&
           strcmp(layer->text, "ProposalLayer") == 0;
}

/* Values of the graph as tops 0 and 1. */
static int name_tops(struct conversion *c, const uint32_t *values)
{
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < c->node->n_outputs; i++) {
        struct tensor made = {.state = TENSOR_VALUE, .value = values[i], .view = view_identity()};

        made.shape = builder_value(c->builder, values[i])->shape;
        r = conversion_alias(c, i, &made);
    }
    return r;
}

static int make_proposal(struct conversion *c, const struct proposal_attrs *attrs)
{
    static const char *const names[] = {"rois", "scores"};
    struct view last = view_channel_last(4), plain = view_identity();
    uint32_t in[3], out[2];
    struct node_spec spec = {.op = OP_PROPOSAL,
                             .attrs = attrs,
                             .inputs = in,
                             .n_inputs = 3,
                             .n_outputs = c->node->n_outputs};
    struct tensor *x;
    int r = c->node->n_outputs == 2 ? 0 : caffe_ops_check_blobs(c, 3, 1);

    for (uint32_t i = 0; r == 0 && i < 3; i++) {
        r = conversion_activation(c, i, &x);
        if (r == 0 && i < 2 && x->shape.rank != 4)
            r = conversion_unsupported(c, "check the prototxt", "bottom %u is no picture", i);
        if (r == 0)
            r = layout_bring(c, x, i < 2 ? &last : &plain, &in[i]);
    }
    if (r < 0)
        return r;
    if (c->node->n_outputs == 1)
        return conversion_emit(c, 0, &spec, &plain);
    r = conversion_emit_many(c, names, &spec, out);
    return r < 0 ? r : name_tops(c, out);
}

int convert_caffe_proposal(struct conversion *c)
{
    struct anchors anchors;
    int r;

    preset_anchors(&anchors);
    r = strcmp(c->node->op, "Python") == 0 ? read_python(c, &anchors) : read_anchors(c, &anchors);
    return r < 0 ? r : make_proposal(c, &anchors.attrs);
}

int convert_caffe_roi_pool(struct conversion *c)
{
    struct roi_pool_attrs attrs;
    struct view last = view_channel_last(4), plain = view_identity();
    struct tensor *x, *rois;
    uint32_t in[2];
    struct node_spec spec = {.op = OP_ROI_POOL, .attrs = &attrs, .inputs = in, .n_inputs = 2};
    int r = caffe_ops_check_blobs(c, 2, 1);

    if (r == 0)
        r = kernel_input(c, &x, &in[0]);
    if (r == 0)
        r = conversion_activation(c, 1, &rois);
    if (r == 0)
        r = param_i32(c, "pooled_h", 0, 1, WINDOW_MOST, &attrs.pooled_h);
    if (r == 0)
        r = param_i32(c, "pooled_w", 0, 1, WINDOW_MOST, &attrs.pooled_w);
    if (r == 0)
        r = param_f32(c, "spatial_scale", 1, &attrs.spatial_scale);
    if (r == 0 && (!attrs.pooled_h || !attrs.pooled_w || rois->shape.rank < 2))
        r = conversion_unsupported(c, "check the prototxt", "its grid or its rois are not there");
    if (r == 0)
        r = layout_bring_shaped(c, rois, &(struct shape){2, {rois->shape.dim[0], 5}}, &plain,
                                &in[1]);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &last);
}
