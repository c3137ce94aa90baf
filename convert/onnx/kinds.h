#pragma once
/* Which kind of Unary, Binary or Reduce an operator of ONNX is. */
#include "model/ops/binary.h"
#include "model/ops/reduce.h"
#include "model/ops/unary.h"

/* OP is one that ops.def gives to these. */
enum unary_kind kind_unary(const char *op);
enum binary_kind kind_binary(const char *op);
enum reduce_kind kind_reduce(const char *op);
