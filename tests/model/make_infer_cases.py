#!/usr/bin/env python3
"""Writes data/infer_cases.def: layers, and the shapes that other implementations give them.

Conv and Pool run in onnxruntime (SAME is auto_pad SAME_UPPER; Caffe's rounding is ceil_mode or, with
the symmetric pads that Caffe has, Caffe's own formula), everything else in numpy. Where the other implementation refuses, or gives a tensor
without elements, the layer must be refused. Needs numpy, onnx and onnxruntime:

    tests/model/make_infer_cases.py > tests/model/data/infer_cases.def
"""
import random
import sys

import numpy as np
import onnxruntime as ort
from onnx import TensorProto, helper
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, RuntimeException

CAFFE, VALID, SAME, EXPLICIT = "PADDING_CAFFE", "PADDING_VALID", "PADDING_SAME", "PADDING_EXPLICIT"
ort.set_default_logger_severity(4)
rng = random.Random(1123)
cases = []


def add(op, attrs, inputs, compute):
    try:
        out = tuple(int(d) for d in compute())
        if 0 in out:
            out = None
    except (ValueError, IndexError, Fail, InvalidArgument, RuntimeException):
        out = None
    cases.append((op, attrs, inputs, out))


def ints(values):
    values = list(values)
    return "{(const int32_t[]){%s}, %d}" % (", ".join(map(str, values)), len(values)) if values else "{0}"


def run_onnx(op, attrs, inputs):
    names = ["x%d" % i for i in range(len(inputs))]
    node = helper.make_node(op, names, ["y"], **attrs)
    graph = helper.make_graph(
        [node], "g", [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in zip(names, inputs)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {n: np.zeros(s, np.float32) for n, s in zip(names, inputs)})[0].shape


def nchw(shape):
    return [shape[0], shape[3], shape[1], shape[2]]


def nhwc(shape):
    return [shape[0], shape[2], shape[3], shape[1]]


def padding_attrs(padding, pads):
    if padding == SAME:
        return {"auto_pad": "SAME_UPPER"}
    if padding == VALID:
        return {"auto_pad": "VALID"}
    return {"pads": pads}


def window_text(kernel, stride, dilation, pads, padding):
    return "{%d, %d, %d, %d, %d, %d, %d, %d, %d, %d, %s}" % (*kernel, *stride, *dilation, *pads, padding)


def pair(least, most):
    return [rng.randint(least, most), rng.randint(least, most)]


def conv():
    padding = rng.choice([CAFFE, VALID, SAME, EXPLICIT])
    kernel, stride, dilation = pair(1, 5), pair(1, 4), rng.choice([[1, 1], [1, 1], pair(1, 3)])
    if padding == SAME:
        dilation = [1, 1]  # onnxruntime has no dilated SAME
    pads = [rng.randint(0, 4) for _ in range(4)]
    groups = rng.choice([1, 1, 2, 3, 4])
    channels = groups * rng.randint(1, 3) + rng.choice([0, 0, 0, 0, 1])
    out = groups * rng.randint(1, 3)
    x = [rng.randint(1, 2), *pair(1, 14), channels]
    w = [*kernel, channels // groups, out]
    if 0 in w:
        return
    bias = rng.choice([[], [[out]], [[out]], [[out]], [[out]], [[out + 1]]])
    attrs = "&(const struct conv_attrs){%s, %d, 0}" % (window_text(kernel, stride, dilation, pads, padding), groups)
    onnx_w = [w[3], w[2], w[0], w[1]]
    add("CONV", attrs, [x, w] + bias, lambda: nhwc(run_onnx(
        "Conv", dict(strides=stride, dilations=dilation, group=groups, **padding_attrs(padding, pads)),
        [nchw(x), onnx_w] + bias)))


def caffe_pool_size(size, kernel, stride, pad):
    pooled = -((-(size + 2 * pad - kernel)) // stride) + 1
    if pad and (pooled - 1) * stride >= size + pad:
        pooled -= 1
    return pooled


def pool():
    padding = rng.choice([CAFFE, CAFFE, VALID, SAME, EXPLICIT])
    kernel, stride = pair(1, 5), pair(1, 4)
    pads = [rng.randint(0, kernel[i % 2] - 1) for i in range(4)]
    x = [rng.randint(1, 2), *pair(1, 14), rng.randint(1, 3)]
    kind = rng.choice(["POOL_MAX", "POOL_AVERAGE"])
    too_small = any(x[1 + i] + pads[i] + pads[2 + i] < kernel[i] for i in (0, 1))
    by_caffe = padding == CAFFE and (too_small or rng.random() < 0.5)
    if by_caffe:
        pads[2:] = pads[:2]
        if any(s > k for s, k in zip(stride, kernel)):
            return  # without a pad Caffe would begin a window behind the input
    attrs = "&(const struct pool_attrs){%s, %s, false}" % (kind, window_text(kernel, stride, [1, 1], pads, padding))
    if by_caffe:
        add("POOL", attrs, [x], lambda: [
            x[0], caffe_pool_size(x[1], kernel[0], stride[0], pads[0]),
            caffe_pool_size(x[2], kernel[1], stride[1], pads[1]), x[3]])
        return
    used = pads if padding == EXPLICIT else [0] * 4
    if padding in (VALID, EXPLICIT) and any(x[1 + i] + used[i] + used[2 + i] < kernel[i] for i in (0, 1)):
        # onnxruntime divides a negative number towards zero here and says 1; TensorFlow's
        # ceil((in - kernel + 1) / stride) and ONNX's floor are 0 or less.
        add("POOL", attrs, [x], lambda: [0])
        return
    if padding == SAME and any(s > k for s, k in zip(stride, kernel)):
        # onnxruntime takes no negative pad; this is TensorFlow's formula.
        add("POOL", attrs, [x], lambda: [x[0], -(-x[1] // stride[0]), -(-x[2] // stride[1]), x[3]])
        return
    onnx_op = "MaxPool" if kind == "POOL_MAX" else "AveragePool"
    add("POOL", attrs, [x], lambda: nhwc(run_onnx(
        onnx_op, dict(kernel_shape=kernel, strides=stride, ceil_mode=int(padding == CAFFE),
                      **padding_attrs(padding, pads)), [nchw(x)])))


def shape(least, most, size=5):
    return [rng.randint(1, size) for _ in range(rng.randint(least, most))]


def binary():
    a = shape(0, 5)
    b = [d if rng.random() < 0.6 else 1 for d in a][rng.randint(0, len(a)):]
    if rng.random() < 0.2:
        b = shape(0, 4)
    a = [d if rng.random() < 0.8 else 1 for d in a]
    if rng.random() < 0.5:
        a, b = b, a
    kind = rng.choice(["ADD", "MUL", "SUB", "DIV", "MAX", "MIN", "POW"])
    add("BINARY", "&(const struct binary_attrs){BINARY_%s}" % kind, [a, b], lambda: np.broadcast_shapes(a, b))


def concat():
    first = shape(1, 5)
    axis = rng.randint(-len(first), len(first) - 1)
    inputs = []
    for _ in range(rng.randint(1, 5)):
        other = list(first)
        other[axis] = rng.randint(1, 5)
        if rng.random() < 0.08:
            other[rng.randrange(len(other))] += 1
        inputs.append(other)
    if rng.random() < 0.1:
        axis = rng.choice([-len(first) - 1, len(first)])
    add("CONCAT", "&(const struct concat_attrs){%d}" % axis, inputs,
        lambda: np.concatenate([np.zeros(i) for i in inputs], axis).shape)


def reduce():
    x = shape(0, 5)
    keep = rng.random() < 0.5
    axes = sorted(set(rng.randint(-len(x), len(x) - 1) % len(x) for _ in range(rng.randint(0, 3)))) if x else []
    axes = [a - len(x) if rng.random() < 0.4 else a for a in axes]
    if rng.random() < 0.1 and len(x) < 6:
        axes.append(len(x))
    kind = rng.choice(["MEAN", "SUM", "PROD", "MIN", "MAX"])
    attrs = "&(const struct reduce_attrs){REDUCE_%s, %s, %s}" % (kind, "true" if keep else "false", ints(axes))
    add("REDUCE", attrs, [x], lambda: np.sum(np.zeros(x), tuple(axes) if axes else None, keepdims=keep).shape)


def permute():
    x = shape(1, 6, 4)
    order = list(range(len(x)))
    rng.shuffle(order)
    if rng.random() < 0.3:
        order[rng.randrange(len(order))] = rng.randint(0, 5)
    if rng.random() < 0.1:
        order = order[1:]
    add("PERMUTE", "&(const struct permute_attrs){%s}" % ints(order), [x], lambda: np.zeros(x).transpose(order).shape)


def pad():
    x = shape(1, 5)
    mode = rng.choice(["CONSTANT", "REFLECT", "EDGE"])
    most = 6 if rng.random() < 0.3 else 2
    before, after = ([rng.randint(0, most) for _ in x] for _ in range(2))

    def compute():
        # numpy mirrors more than once; ONNX and TensorFlow do not, and neither do we
        if mode == "REFLECT" and any(max(b, a) >= d for b, a, d in zip(before, after, x)):
            raise ValueError
        return np.pad(np.zeros(x), list(zip(before, after)), mode.lower()).shape

    add("PAD", "&(const struct pad_attrs){PAD_%s, %s, %s, 0}" % (mode, ints(before), ints(after)), [x], compute)


def reshape():
    x = shape(0, 5)
    n = int(np.prod(x))
    wish = [d for d in x]
    rng.shuffle(wish)
    for _ in range(rng.randint(0, 2)):
        if len(wish) > 1:
            wish[0:2] = [wish[0] * wish[1]]
    if wish and rng.random() < 0.5:
        wish[rng.randrange(len(wish))] = -1
    if wish and rng.random() < 0.15:
        wish[-1] += 1 if wish[-1] > 0 else 0

    def compute():
        if -1 not in wish and wish and int(np.prod(wish)) != n and x:
            wish[0] = x[0]  # the rule for another batch, from the contract
        return np.zeros(x).reshape(wish).shape

    add("RESHAPE", "&(const struct reshape_attrs){%s}" % ints(wish), [x], compute)


def strided_slice():
    x = shape(1, 4, 7)
    begin, end, strides = [], [], []
    for d in x:
        begin.append(rng.randint(-d - 2, d + 2))
        end.append(rng.randint(-d - 2, d + 2))
        strides.append(rng.choice([1, 1, 1, 2, 3, -1, -2]))
        if (begin[-1] < end[-1]) != (strides[-1] > 0) and rng.random() < 0.7:
            begin[-1], end[-1] = end[-1], begin[-1]
    bits = [(rng.random() < 0.4, rng.random() < 0.4, rng.random() < 0.2) for _ in x]
    masks = [sum(b[k] << i for i, b in enumerate(bits)) for k in range(3)]

    def compute():
        picks = []
        for i, (b, e, gone) in enumerate(bits):
            if gone and strides[i] < 0:
                raise ValueError  # TensorFlow: only stride 1 allowed on non-range indexing
            picks.append((0 if b else begin[i]) if gone else
                         slice(None if b else begin[i], None if e else end[i], strides[i]))
        return np.zeros(x)[tuple(picks)].shape

    attrs = "&(const struct strided_slice_attrs){%s, %s, %s, %d, %d, %d}" % (ints(begin), ints(end), ints(strides), *masks)
    add("STRIDED_SLICE", attrs, [x], compute)


def depth():
    factor = rng.randint(1, 3)
    good = rng.random() < 0.7
    h, w, c = (rng.randint(1, 4) for _ in range(3))
    n = rng.randint(1, 2)
    x = [n, h * factor, w * factor, c] if good else [n, h, w, c]
    add("SPACE_TO_DEPTH", "&(const struct space_to_depth_attrs){%d}" % factor, [x], lambda: np.zeros(x).reshape(
        n, x[1] // factor, factor, x[2] // factor, factor, c).transpose(0, 1, 3, 2, 4, 5).reshape(
            n, x[1] // factor, x[2] // factor, -1).shape)
    y = [n, h, w, c * factor * factor] if good else [n, h, w, c]
    add("DEPTH_TO_SPACE", "&(const struct depth_to_space_attrs){%d, DEPTH_TO_SPACE_DCR}" % factor, [y], lambda: np.zeros(y).reshape(
        n, h, w, factor, factor, y[3] // factor // factor).transpose(0, 1, 3, 2, 4, 5).reshape(
            n, h * factor, w * factor, -1).shape)


def fully_connected():
    x = shape(1, 4)
    inside, outside = int(np.prod(x[1:])), rng.randint(1, 6)
    if rng.random() < 0.2:
        inside += 1
    bias = rng.choice([[], [[outside]], [[outside]], [[outside + 1]]])
    add("FULLY_CONNECTED", "NULL", [x, [outside, inside]] + bias,
        lambda: (np.zeros(x).reshape(x[0], -1) @ np.zeros((outside, inside)).T + np.zeros(bias[0] if bias else 1)).shape
        if not bias or bias[0] == [outside] else (0,))


def deconv():
    padding = rng.choice([SAME, EXPLICIT, EXPLICIT, CAFFE])
    kernel, stride, dilation = pair(1, 5), pair(1, 4), rng.choice([[1, 1], [1, 1], pair(1, 3)])
    if padding == SAME:
        dilation = [1, 1]
    pads = [rng.randint(0, 3) for _ in range(4)]
    extra = [rng.randint(0, s - 1) if padding != SAME and rng.random() < 0.5 else 0 for s in stride]
    groups, out = rng.choice([1, 1, 2, 3]), rng.randint(1, 3)
    channels = groups * rng.randint(1, 3) + rng.choice([0, 0, 0, 0, 1])
    x, w = [rng.randint(1, 2), *pair(1, 6), channels], [*kernel, channels + rng.choice([0, 0, 0, 0, 1]), out]
    bias = rng.choice([[], [[out * groups]], [[out * groups]], [[out * groups + 1]]])
    attrs = "&(const struct deconv_attrs){%s, %d, %d, %d}" % (
        window_text(kernel, stride, dilation, pads, padding), groups, *extra)
    if padding != SAME and any((x[1 + i] - 1) * stride[i] + (kernel[i] - 1) * dilation[i] + 1 - pads[i] - pads[2 + i] + extra[i] < 1
                               for i in (0, 1)):
        add("DECONV", attrs, [x, w] + bias, lambda: [0])  # onnxruntime would give a tensor without elements
        return
    if padding == SAME and any(s > k for s, k in zip(stride, kernel)) and w[2] == channels and channels % groups == 0:
        # onnxruntime crops nothing and is short of in * stride, which ONNX and TensorFlow say
        good = not bias or bias[0] == [out * groups]
        add("DECONV", attrs, [x, w] + bias, lambda: [x[0], x[1] * stride[0], x[2] * stride[1], out * groups] if good else [0])
        return
    more = {} if padding == SAME else {"output_padding": extra}
    add("DECONV", attrs, [x, w] + bias, lambda: nhwc(run_onnx(
        "ConvTranspose", dict(strides=stride, dilations=dilation, group=groups, kernel_shape=kernel, **more, **padding_attrs(padding, pads)),
        [nchw(x), [w[2], w[3], w[0], w[1]]] + bias)))


def resize():
    x, sizes = [rng.randint(1, 2), *pair(1, 9), rng.randint(1, 3)], pair(1, 12)
    scales = [rng.choice([0.5, 1.0, 2.0, 2.5, 3.0, 0.75]) for _ in range(2)]
    by_size = [rng.random() < 0.5 for _ in range(2)]
    text = ["%d" % (v if b else 0) for v, b in zip(sizes, by_size)] + ["%sf" % (0.0 if b else v) for v, b in zip(scales, by_size)]
    add("RESIZE", "&(const struct resize_attrs){RESIZE_NEAREST, RESIZE_ASYMMETRIC, RESIZE_FLOOR, %s, -0.75f, false}" % ", ".join(text), [x],
        lambda: [x[0], *(s if b else int(np.floor(n * v)) for s, b, n, v in zip(sizes, by_size, x[1:3], scales)), x[3]])


def tile():
    x = shape(0, 5, 4)
    multiples = [rng.randint(1, 3) for _ in x]
    if rng.random() < 0.15:
        multiples.append(2)
    add("TILE", "&(const struct tile_attrs){%s}" % ints(multiples), [x],
        lambda: np.tile(np.zeros(x), multiples).shape if len(multiples) == len(x) else [0])


def gather():
    x, indices = shape(1, 4, 4), shape(0, 4, 4)
    axis = rng.randint(-len(x), len(x) - 1)
    if rng.random() < 0.1:
        axis = len(x)
    add("GATHER", "&(const struct gather_attrs){%d}" % axis, [x, indices],
        lambda: np.take(np.zeros(x), np.zeros(indices, int), axis).shape if len(x) + len(indices) <= 7 else [0])


def pack():
    x, n = shape(0, 6, 3), rng.randint(1, 4)
    axis = rng.randint(-len(x) - 1, len(x))
    if rng.random() < 0.1 and len(x) < 5:
        axis = len(x) + 1
    inputs = [x] * n
    if rng.random() < 0.1:
        inputs = inputs[:-1] + [x + [1]] if len(x) < 6 else inputs
    add("PACK", "&(const struct pack_attrs){%d}" % axis, inputs,
        lambda: np.stack([np.zeros(i) for i in inputs], axis).shape if len(x) < 6 else [0])


def matmul():
    m, k, n = (rng.randint(1, 4) for _ in range(3))
    ta, tb = rng.random() < 0.4, rng.random() < 0.4
    batch = shape(0, 3, 3)
    a, b = ([d if rng.random() < 0.7 else 1 for d in batch][rng.randint(0, len(batch)):] for _ in range(2))
    other = k + (rng.random() < 0.15)
    a, b = a + ([k, m] if ta else [m, k]), b + ([n, other] if tb else [other, n])
    if rng.random() < 0.1:
        b[0] += 1

    def compute():
        u, v = np.zeros(a), np.zeros(b)
        return np.matmul(u.swapaxes(-1, -2) if ta else u, v.swapaxes(-1, -2) if tb else v).shape

    add("MATMUL", "&(const struct matmul_attrs){%s, %s}" % ("true" if ta else "false", "true" if tb else "false"), [a, b], compute)


def select():
    whole = shape(0, 5, 4)
    three = [[d if rng.random() < 0.6 else 1 for d in whole][rng.randint(0, len(whole)):] for _ in range(3)]
    if whole and three[0] and rng.random() < 0.2:
        three[0][0] += 1
    add("SELECT", "NULL", three, lambda: np.broadcast_shapes(*three))


def arg_max():
    x = shape(1, 5)
    axis, keep = rng.randint(-len(x), len(x) - 1), rng.random() < 0.5
    if rng.random() < 0.1:
        axis = len(x)
    add("ARG_MAX", "&(const struct arg_max_attrs){ARG_MAX, %d, %s, false}" % (axis, "true" if keep else "false"), [x],
        lambda: np.argmax(np.zeros(x), axis, keepdims=keep).shape)


for make, count in ((conv, 90), (pool, 90), (binary, 50), (concat, 30), (reduce, 30), (permute, 25), (pad, 30),
                    (reshape, 40), (strided_slice, 80), (depth, 15), (fully_connected, 20)):
    for _ in range(count):
        make()
for make, count in ((deconv, 60), (resize, 15), (tile, 20), (gather, 25), (pack, 25), (matmul, 40), (select, 25), (arg_max, 15)):
    rng.seed(make.__name__)  # so that what is added before them changes nothing
    for _ in range(count):
        make()


def shape_text(dims):
    return "{%d, {%s}}" % (len(dims), ", ".join(map(str, dims)) or "0")


print("/* Written by make_infer_cases.py with numpy %s and onnxruntime %s. */" % (np.__version__, ort.__version__))
print("/* clang-format off */")
for op, attrs, inputs, out in cases:
    print("{OP_%s, %s, %d, {%s}, %s, %s}," % (op, attrs, len(inputs), ", ".join(map(shape_text, inputs)),
                                             "false" if out is None else "true", shape_text(out or ())))
print("%d cases, %d refused" % (len(cases), sum(c[3] is None for c in cases)), file=sys.stderr)
