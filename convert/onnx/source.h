#pragma once
/* What ONNX adds to a conversion: the file, and what its nodes have beside inputs and outputs. */
#include "convert/conversion.h"
#include "convert/onnx/model.h"

struct onnx_source {
    struct conversion conversion;
    struct onnx_model *model;
    struct rows taken; /* struct taken (rewrite.h): branches */
};

static inline const struct onnx_model *onnx_model_of(const struct conversion *c)
{
    return ((const struct onnx_source *)c)->model;
}

static inline const struct onnx_node *onnx_node_of(const struct foreign_node *node)
{
    return (const struct onnx_node *)node;
}
