/*
 * Select: y = condition != 0 ? a : b, with numpy's broadcasting of all three.
 *
 * Shapes   any ranks, aligned at the last axis; y has on each axis the largest of the three.
 * Types    f32 -> f32; a NaN as condition is not 0.
 * Sources  ONNX Where; TensorFlow Select, SelectV2; DLC Select (ours).
 */
#include "model/graph.h"

const struct op_def op_select = {
    .name = "Select",
    .n_inputs = {3, 3},
    .n_outputs = {1, 1},
    .infer = op_infer_broadcast,
};
