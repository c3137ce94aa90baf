#include "convert/caffe/upgrade.h"

#include <errno.h>
#include <string.h>

#include "base/base.h"

/* V0's words, V1's words (an enum) and the strings of today. */
static const struct {
    const char *v0, *v1, *type;
} types[] = {
    {NULL, "ABSVAL", "AbsVal"},
    {"accuracy", "ACCURACY", "Accuracy"},
    {NULL, "ARGMAX", "ArgMax"},
    {"bnll", "BNLL", "BNLL"},
    {"concat", "CONCAT", "Concat"},
    {NULL, "CONTRASTIVE_LOSS", "ContrastiveLoss"},
    {"conv", "CONVOLUTION", "Convolution"},
    {"data", "DATA", "Data"},
    {NULL, "DECONVOLUTION", "Deconvolution"},
    {"dropout", "DROPOUT", "Dropout"},
    {NULL, "DUMMY_DATA", "DummyData"},
    {NULL, "ELTWISE", "Eltwise"},
    {"euclidean_loss", "EUCLIDEAN_LOSS", "EuclideanLoss"},
    {NULL, "EXP", "Exp"},
    {"flatten", "FLATTEN", "Flatten"},
    {"hdf5_data", "HDF5_DATA", "HDF5Data"},
    {"hdf5_output", "HDF5_OUTPUT", "HDF5Output"},
    {"hinge_loss", "HINGE_LOSS", "HingeLoss"},
    {"im2col", "IM2COL", "Im2col"},
    {"images", "IMAGE_DATA", "ImageData"},
    {"infogain_loss", "INFOGAIN_LOSS", "InfogainLoss"},
    {"innerproduct", "INNER_PRODUCT", "InnerProduct"},
    {"lrn", "LRN", "LRN"},
    {NULL, "MEMORY_DATA", "MemoryData"},
    {"multinomial_logistic_loss", "MULTINOMIAL_LOGISTIC_LOSS", "MultinomialLogisticLoss"},
    {NULL, "MVN", "MVN"},
    {"padding", NULL, "Padding"}, /* of V0 alone: zeros around a picture */
    {"pool", "POOLING", "Pooling"},
    {NULL, "POWER", "Power"},
    {"relu", "RELU", "ReLU"},
    {"sigmoid", "SIGMOID", "Sigmoid"},
    {NULL, "SIGMOID_CROSS_ENTROPY_LOSS", "SigmoidCrossEntropyLoss"},
    {NULL, "SILENCE", "Silence"},
    {NULL, "SLICE", "Slice"},
    {"softmax", "SOFTMAX", "Softmax"},
    {"softmax_loss", "SOFTMAX_LOSS", "SoftmaxWithLoss"},
    {"split", "SPLIT", "Split"},
    {"tanh", "TANH", "TanH"},
    {NULL, "THRESHOLD", "Threshold"},
    {"window_data", "WINDOW_DATA", "WindowData"},
};

/* Where the parameters of a V0 layer went. */
static const struct {
    const char *type, *old, *message, *name;
} moves[] = {
    {"Concat", "concat_dim", "concat_param", "concat_dim"},
    {"Convolution", "num_output", "convolution_param", "num_output"},
    {"Convolution", "biasterm", "convolution_param", "bias_term"},
    {"Convolution", "pad", "convolution_param", "pad"},
    {"Convolution", "kernelsize", "convolution_param", "kernel_size"},
    {"Convolution", "group", "convolution_param", "group"},
    {"Convolution", "stride", "convolution_param", "stride"},
    {"InnerProduct", "num_output", "inner_product_param", "num_output"},
    {"InnerProduct", "biasterm", "inner_product_param", "bias_term"},
    {"LRN", "local_size", "lrn_param", "local_size"},
    {"LRN", "alpha", "lrn_param", "alpha"},
    {"LRN", "beta", "lrn_param", "beta"},
    {"LRN", "k", "lrn_param", "k"},
    {"Padding", "pad", "padding_param", "pad"},
    {"Pooling", "pool", "pooling_param", "pool"},
    {"Pooling", "kernelsize", "pooling_param", "kernel_size"},
    {"Pooling", "pad", "pooling_param", "pad"},
    {"Pooling", "stride", "pooling_param", "stride"},
};

const char *upgrade_type(const char *type)
{
    for (size_t i = 0; i < ARRAY_SIZE(types); i++)
        if ((types[i].v0 && strcmp(types[i].v0, type) == 0) ||
            (types[i].v1 && strcmp(types[i].v1, type) == 0))
            return types[i].type;
    return type;
}

/* The message NAME of LAYER, new if it is not there. */
static struct pbtext_field *find_or_add(struct arena *arena, struct pbtext_field *layer,
                                        const char *name, uint32_t line)
{
    struct pbtext_field *field = pbtext_find(layer, name);

    return field ? field : pbtext_add(arena, layer, name, NULL, line);
}

static int move_field(struct arena *arena, struct pbtext_field *layer, const char *type,
                      const struct pbtext_field *field)
{
    for (size_t i = 0; i < ARRAY_SIZE(moves); i++) {
        struct pbtext_field *message;

        if (strcmp(moves[i].type, type) != 0 || strcmp(moves[i].old, field->name) != 0)
            continue;
        message = find_or_add(arena, layer, moves[i].message, field->line);
        if (!message || !pbtext_add(arena, message, moves[i].name, field->text, field->line))
            return -ENOMEM;
    }
    return 0;
}

int upgrade_layer(struct arena *arena, struct pbtext_field *layer)
{
    const struct pbtext_field *old = pbtext_find(layer, "layer");
    const struct pbtext_field *type = pbtext_find(old, "type"), *name = pbtext_find(old, "name");
    int r = 0;

    if (!old)
        return 0;
    if (name && name->text && !pbtext_add(arena, layer, "name", name->text, name->line))
        return -ENOMEM;
    if (!type || !type->text)
        return 0;
    if (!pbtext_add(arena, layer, "type", type->text, type->line))
        return -ENOMEM;
    for (const struct pbtext_field *f = old->first; r == 0 && f; f = f->next)
        if (f->text)
            r = move_field(arena, layer, upgrade_type(type->text), f);
    return r;
}
