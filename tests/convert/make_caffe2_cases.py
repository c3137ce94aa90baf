#!/usr/bin/env python3
"""Writes data/caffe2/NAME.case, the cases of test_caffe2_cases.c: python3 make_caffe2_cases.py

Each is a predict net and an init net, what goes in and what must come out. Needs numpy alone. Nets are written by the few words of protobuf below, by the numbers that Caffe2 publishes;
expected values are each operator's own definition in numpy. Nothing of the project is run. Pictures of nets with order
NCHW lie with their channels last in the case, as in a container.

A file is text lines, an empty line, the predict net, the init net, then float32 tensors, inputs first:
  converter caffe2 | model BYTES | weights BYTES | dims NAME 1,2,3 | out_node NAME | ops Input Conv ... |
  in NAME 1x2x3 | out NAME 1x2x3
"""
import os
import struct
import zlib

import numpy as np

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HERE = os.path.join(TESTS, 'convert', 'data', 'caffe2')
# Nets that a fuzzer begins with: two bytes say how long the predict net is, the init net follows.
SEEDS = os.path.join(TESTS, 'fuzz', 'corpus', 'caffe2')
SEEDED = 'add_axis arg_max bn_folded concat concat_nhwc constant_fill conv_nhwc deconv_pad fc in_place in_place_input lrn matmul ' \
         'packed pad_reflect placeholder pool_max_up prelu reshape_back resize_nearest roi_align slice_inputs softmax_flat ' \
         'split_sizes transpose undeclared'.split()
F32 = np.float32
state = {}
names = set()


def rand(*shape, lo=-1, hi=1):
    return state['random'].uniform(lo, hi, shape).astype(F32)


def varint(n):
    out, n = b'', n & (1 << 64) - 1
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def field(number, payload):
    payload = payload.encode() if isinstance(payload, str) else payload
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def number(field_number, n):
    return varint(field_number << 3) + varint(n)


def arg(name, value, packed=False):
    out = field(1, name)
    if isinstance(value, str):
        out += field(4, value)
    elif isinstance(value, float):
        out += varint(2 << 3 | 5) + struct.pack('<f', value)
    elif isinstance(value, int):
        out += number(3, value)
    elif len(value) and isinstance(value[0], float):
        if packed:
            out += field(5, struct.pack('<%df' % len(value), *value))
        else:
            out += b''.join(varint(5 << 3 | 5) + struct.pack('<f', v) for v in value)
    else:
        out += field(6, b''.join(map(varint, value))) if packed else b''.join(number(6, v) for v in value)
    return field(5, out)


def op(kind, inputs, outputs, name='', packed=False, **args):
    out = b''.join(field(1, i) for i in inputs.split()) + b''.join(field(2, o) for o in outputs.split())
    out += (field(3, name) if name else b'') + field(4, kind)
    return field(2, out + b''.join(arg(k, v, packed) for k, v in args.items()))


def fill(name, a, packed=False):
    kind = 'GivenTensorFill'
    values = [float(v) for v in a.flat]
    if a.dtype.kind == 'i':
        kind = 'GivenTensorIntFill' if a.dtype == np.int32 else 'GivenTensorInt64Fill'
        values = [int(v) for v in a.flat]
    return op(kind, '', name, packed=packed, shape=list(a.shape), values=values)


def last(a):
    return np.ascontiguousarray(np.moveaxis(a, 1, -1)) if a.ndim == 4 else a


def sizes(shape):
    return 'x'.join(map(str, shape)) if shape else 'scalar'


def seed(folder, name, predict, init):
    with open(os.path.join(folder, name), 'wb') as f:
        f.write(struct.pack('<H', len(predict)) + predict + init)


def case(name, net, ins, outs, want, blobs=None, ops='', order='NCHW', init=b'', declared=True, packed=False, plain=(),
         out_node=()):
    """net: encoded operators. want: an array for each of outs, as the net orders it. init: more of the init net."""
    assert name not in names, name
    names.add(name)
    outs, blobs = outs.split(), blobs or {}
    predict = net
    if declared:
        predict += b''.join(field(7, i) for i in list(ins) + list(blobs)) + b''.join(field(8, o) for o in outs)
    init = b''.join(fill(n, a, packed) for n, a in blobs.items()) + init
    if not blobs and init.count(b'Fill') == 0:  # an init net is never without operators
        init += op('ConstantFill', '', list(ins)[0], shape=[1])
    lines = ['converter caffe2', 'model %d' % len(predict), 'weights %d' % len(init)]
    lines += ['dims %s %s' % (n, ','.join(map(str, a.shape))) for n, a in ins.items()]
    lines += ['out_node ' + n for n in out_node] + (['ops ' + ops] if ops else [])
    turn = last if order == 'NCHW' else np.asarray
    data = b''
    for n, a in ins.items():
        a = turn(a)
        lines.append('in %s %s' % (n, sizes(a.shape)))
        data += a.astype('<f4').tobytes()
    for n, a in zip(outs, want):
        a = np.asarray(a, F32)
        a = a if n in plain else turn(a)
        lines.append('out %s %s' % (n, sizes(a.shape)))
        data += a.astype('<f4').tobytes()
    if name in SEEDED:
        seed(SEEDS, name, predict, init)
    with open(os.path.join(HERE, name + '.case'), 'wb') as f:
        f.write(('\n'.join(lines) + '\n\n').encode() + predict + init + data)


def one(name, kind, x, want, blobs=None, ops='', order='NCHW', extra='', plain=(), **args):
    """One operator of data and blobs."""
    inputs = ' '.join(['data'] + list(blobs or {}))
    if order != 'NCHW':
        args['order'] = order
    case(name, op(kind, inputs, 'y' + extra, **args), {'data': x}, 'y', [want], blobs, 'Input ' + ops if ops else '', order,
         plain=plain)


def nhwc(a):
    return np.ascontiguousarray(np.moveaxis(a, 1, -1))


def pads(x, t, l, b, r, value=0):
    return np.pad(x, ((0, 0), (0, 0), (t, b), (l, r)), constant_values=value)


def conv(x, w, b=None, stride=(1, 1), pad=(0, 0, 0, 0), dilation=(1, 1), group=1):
    """x [N,C,H,W], w [M,C/group,kH,kW]; pad: top, left, bottom, right."""
    x = pads(x, *pad).astype(np.float64)
    m, cg, kh, kw = w.shape
    oh = (x.shape[2] - (kh - 1) * dilation[0] - 1) // stride[0] + 1
    ow = (x.shape[3] - (kw - 1) * dilation[1] - 1) // stride[1] + 1
    y = np.zeros((x.shape[0], m, oh, ow))
    for o in range(m):
        g = o // (m // group)
        for i in range(kh):
            for j in range(kw):
                at = x[:, g * cg:(g + 1) * cg, i * dilation[0]:, j * dilation[1]:]
                at = at[:, :, :(oh - 1) * stride[0] + 1:stride[0], :(ow - 1) * stride[1] + 1:stride[1]]
                y[:, o] += np.tensordot(at, w[o, :, i, j].astype(np.float64), ([1], [0]))
    return y + (0 if b is None else b[None, :, None, None])


def deconv(x, w, b=None, stride=1, pad=0, adj=0, group=1):
    """w [C,M/group,kH,kW]"""
    n, c, h, wd = x.shape
    _, mg, kh, kw = w.shape
    full = np.zeros((n, mg * group, (h - 1) * stride + kh + adj, (wd - 1) * stride + kw + adj))
    for k in range(c):
        g = k // (c // group)
        for i in range(h):
            for j in range(wd):
                full[:, g * mg:(g + 1) * mg, i * stride:i * stride + kh, j * stride:j * stride + kw] += \
                    x[:, k, i, j].astype(np.float64)[:, None, None, None] * w[k]
    full = full[:, :, pad:full.shape[2] - pad, pad:full.shape[3] - pad]
    return full + (0 if b is None else b[None, :, None, None])


def pool(x, average, kernel, stride, pad=(0, 0, 0, 0), out=None, counted=False):
    """out: how many windows, where that is not rounded down. A padded place is no number, unless counted."""
    (kh, kw), (sh, sw), (t, l, b, r) = kernel, stride, pad
    h, w = x.shape[2:]
    oh, ow = out or ((h + t + b - kh) // sh + 1, (w + l + r - kw) // sw + 1)
    y = np.zeros(x.shape[:2] + (oh, ow))
    for i in range(oh):
        for j in range(ow):
            part = x[:, :, max(i * sh - t, 0):i * sh - t + kh, max(j * sw - l, 0):j * sw - l + kw]
            area = kh * kw if counted else part.shape[2] * part.shape[3]
            y[:, :, i, j] = part.sum((2, 3), dtype=np.float64) / area if average else part.max((2, 3))
    return y


def softmax(x, axis):
    e = np.exp(x.astype(np.float64) - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


def convolutions():
    x, b = rand(1, 2, 5, 6), rand(2)
    w = rand(2, 2, 3, 3)
    one('conv_plain', 'Conv', x, conv(x, w, b), {'w': w, 'b': b}, 'Conv', kernel=3)
    one('conv_no_bias', 'Conv', x, conv(x, w), {'w': w}, 'Conv', kernels=[3, 3])
    one('conv_pads', 'Conv', x, conv(x, w[:, :, :, :2], b, (2, 1), (1, 0, 2, 1)), {'w': w[:, :, :, :2], 'b': b}, 'Conv',
        kernel_h=3, kernel_w=2, stride_h=2, stride_w=1, pad_t=1, pad_l=0, pad_b=2, pad_r=1, ws_nbytes_limit=1 << 26)
    one('conv_lists', 'Conv', x, conv(x, w, b, (1, 2), (1, 0, 2, 1)), {'w': w, 'b': b}, 'Conv', kernels=[3, 3],
        strides=[1, 2], pads=[1, 0, 2, 1])
    one('conv_dilation', 'Conv', x, conv(x, w, b, (1, 1), (1,) * 4, (2, 2)), {'w': w, 'b': b}, 'Conv', kernel=3, dilation=2, pad=1)
    one('conv_same', 'Conv', x, conv(x, w, b, (2, 2), (1, 0, 1, 1)), {'w': w, 'b': b}, 'Conv', kernel=3, stride=2, legacy_pad=2)
    one('conv_valid', 'Conv', x, conv(x, w, b, (2, 2)), {'w': w, 'b': b}, 'Conv', kernel=3, stride=2, pad=3, legacy_pad=1)
    one('conv_up', 'Conv', x, conv(x, w, b, (2, 2), (0, 0, 0, 2)), {'w': w, 'b': b}, 'Conv', kernel=3, stride=2, legacy_pad=3)
    w, b = rand(4, 1, 3, 3), rand(4)
    one('conv_groups', 'Conv', x, conv(x, w, b, group=2), {'w': w, 'b': b}, 'Conv', kernel=3, group=2)
    w, b = rand(2, 1, 2, 2), rand(2)
    one('conv_depthwise', 'Conv', x, conv(x, w, b, group=2), {'w': w, 'b': b}, 'Conv', kernel=2, group=2)
    w, b = rand(2, 2, 3, 2), rand(2)
    one('conv_nhwc', 'Conv', nhwc(x), nhwc(conv(x, w, b)), {'w': nhwc(w), 'b': b}, 'Conv', 'NHWC', kernel_h=3, kernel_w=2)
    x, w, b = rand(1, 2, 2, 3), rand(2, 2, 3, 3), rand(2)
    one('deconv_plain', 'ConvTranspose', x, deconv(x, w, b, 2), {'w': w, 'b': b}, 'Deconv', kernel=3, stride=2, adj=0, pad=0)
    one('deconv_pad', 'ConvTranspose', x, deconv(x, w, None, 2, 1, 1), {'w': w}, 'Deconv', kernel=3, stride=2, pad=1, adj=1)
    w, b = rand(2, 1, 2, 2), rand(2)
    one('deconv_groups', 'ConvTranspose', x, deconv(x, w, b, 2, group=2), {'w': w, 'b': b}, 'Deconv', kernel=2, stride=2, group=2)
    w, b = rand(2, 2, 3, 2), rand(2)
    one('deconv_nhwc', 'ConvTranspose', nhwc(x), nhwc(deconv(x, w, b)), {'w': nhwc(w), 'b': b}, 'Deconv', 'NHWC', kernel_h=3,
        kernel_w=2)


def pools():
    x = rand(1, 2, 5, 6)
    one('pool_max', 'MaxPool', x, pool(x, False, (3, 3), (2, 2)), None, 'Pool', kernel=3, stride=2)
    one('pool_max_pad', 'MaxPool', x - 2, pool(x - 2, False, (3, 3), (2, 2), (1,) * 4), None, 'Pool', kernel=3, stride=2, pad=1)
    one('pool_max_up', 'MaxPool', x, pool(x, False, (3, 3), (2, 2), out=(2, 3)), None, 'Pool', kernel=3, stride=2, legacy_pad=3)
    one('pool_max_up_pad', 'MaxPool', x, pool(x, False, (2, 2), (2, 2), (1,) * 4, (3, 4)), None, 'Pool', kernel=2, stride=2, pad=1,
        legacy_pad=3)
    one('pool_average', 'AveragePool', x, pool(x, True, (4, 2), (1, 2)), None, 'Pool', kernel_h=4, kernel_w=2, stride_h=1, stride_w=2)
    one('pool_average_pads', 'AveragePool', x, pool(x, True, (3, 3), (2, 2), (1, 0, 2, 1)), None, 'Pool', kernel=3, stride=2,
        pads=[1, 0, 2, 1])
    one('pool_average_counted', 'AveragePool', x, pool(x, True, (3, 3), (2, 2), (1,) * 4, counted=True), None, 'Pool', kernel=3,
        stride=2, pad=1, count_include_pad=1)
    one('pool_average_same', 'AveragePool', x, pool(x, True, (3, 3), (2, 2), (1, 0, 1, 1)), None, 'Pool', kernel=3, stride=2,
        legacy_pad=2)
    one('pool_global', 'AveragePool', x, x.mean((2, 3), keepdims=True), None, 'Pool', kernel=0, stride=1, global_pooling=1)
    one('pool_global_nhwc', 'MaxPool', nhwc(x), nhwc(x.max((2, 3), keepdims=True)), None, 'Pool', 'NHWC', global_pooling=1)


def dense():
    x, w, b = rand(2, 2, 2, 3), rand(4, 12), rand(4)
    y = x.reshape(2, 12) @ w.T + b
    one('fc', 'FC', x, y, {'w': w, 'b': b}, 'FullyConnected')
    one('fc_transposed', 'FCTransposed', x, y, {'w': w.T.copy(), 'b': b}, 'FullyConnected')
    one('fc_wide', 'FC', x, y, {'w': w.reshape(4, 2, 2, 3), 'b': b}, 'FullyConnected')
    x, w = rand(2, 3, 4), rand(4, 4)
    one('fc_axis', 'FC', x, x @ w.T + b, {'w': w, 'b': b}, axis=2)
    a, m = rand(3, 4), rand(5, 4)
    case('matmul', op('MatMul', 'a m', 'y', trans_b=1), {'a': a, 'm': m}, 'y', [a @ m.T], ops='Input Input MatMul')
    a, m = rand(2, 4, 3), rand(2, 4, 5)
    case('batch_matmul', op('BatchMatMul', 'a m', 'y', trans_a=1), {'a': a, 'm': m}, 'y', [a.transpose(0, 2, 1) @ m])


def each():
    x = rand(1, 3, 2, 2, lo=-3, hi=3)
    one('relu', 'Relu', x, np.maximum(x, 0), None, 'Relu')
    one('leaky_relu', 'LeakyRelu', x, np.where(x > 0, x, x * F32(0.2)), None, 'Prelu', alpha=0.2)
    one('leaky_relu_preset', 'LeakyRelu', x, np.where(x > 0, x, x * F32(0.01)), None, 'Prelu')
    s = rand(3)
    one('prelu', 'PRelu', x, np.where(x > 0, x, x * s[:, None, None]), {'s': s}, 'Prelu')
    one('prelu_one', 'PRelu', x, np.where(x > 0, x, x * s[0]), {'s': s[:1]}, 'Prelu')
    s = rand(2)
    one('prelu_nhwc', 'PRelu', x, np.where(x > 0, x, x * s), {'s': s}, 'Prelu', 'NHWC')
    one('sigmoid', 'Sigmoid', x, 1 / (1 + np.exp(-x.astype(float))))
    one('tanh', 'Tanh', x, np.tanh(x))
    one('elu', 'Elu', x, np.where(x > 0, x, 0.5 * np.expm1(x)), None, 'Elu', alpha=0.5)
    one('selu', 'Selu', x, 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(x)))
    one('clip', 'Clip', x, x.clip(-1, 2), None, 'Clip', min=-1.0, max=2.0)
    one('clip_6', 'Clip', x, x.clip(0, 6), None, 'Relu', min=0.0, max=6.0)
    one('clip_least', 'Clip', x, x.clip(-1, None), None, 'Clip', min=-1.0)
    one('pow', 'Pow', np.abs(x), np.abs(x) ** 2.5, None, 'Power', exponent=2.5)
    chain = 'Abs Sqrt Exp Log Negative Sqr'.split()
    case('unaries', b''.join(op(kind, 'data' if i == 0 else chain[i - 1], 'y' if i == 5 else kind) for i, kind in enumerate(chain)),
         {'data': x}, 'y', [np.abs(x)], ops='Input' + ' Unary' * 6)
    case('aliases', op('Dropout', 'data', 'd mask', ratio=0.5, is_test=1) + op('Copy', 'd', 'c') + op('StopGradient', 'c', 's') +
         op('Cast', 's', 't', to=1) + op('Relu', 't', 'y'), {'data': x}, 'y', [np.maximum(x, 0)], ops='Input Relu')


def binary():
    x, z, s = rand(1, 3, 2, 3), rand(1, 3, 2, 3, lo=1, hi=2), rand(3, lo=1, hi=2)
    for kind, f in ('Add', np.add), ('Sub', np.subtract), ('Mul', np.multiply), ('Div', np.divide):
        case(kind.lower(), op(kind, 'x z', 'y'), {'x': x, 'z': z}, 'y', [f(x, z)], ops='Input Input Binary')
    one('add_axis', 'Add', x, x + s[:, None, None], {'s': s}, 'Binary', broadcast=1, axis=1)
    one('mul_axis_str', 'Mul', x, x * s[:, None, None], {'s': s}, 'Binary', broadcast=1, axis_str='C')
    r = rand(2, 3)
    one('mul_end', 'Mul', x, x * r, {'r': r}, 'Binary', broadcast=1)
    one('add_nhwc', 'Add', nhwc(x), nhwc(x) + s, {'s': s}, 'Binary', 'NHWC', broadcast=1)
    three = {'a': x, 'b': z, 'c': rand(1, 3, 2, 3)}
    case('sum', op('Sum', 'a b c', 'y'), three, 'y', [x + z + three['c']], ops='Input Input Input Sum')
    case('sum_two', op('Sum', 'x z', 'y'), {'x': x, 'z': z}, 'y', [x + z])
    case('max', op('Max', 'a b c', 'y'), three, 'y', [np.maximum(np.maximum(x, z), three['c'])])
    case('min', op('Min', 'x z', 'y'), {'x': x, 'z': z}, 'y', [np.minimum(x, z)])


def norms():
    x = rand(1, 3, 2, 3)
    s, b, m, v = rand(3), rand(3), rand(3), rand(3, lo=0.5, hi=2)
    stats = {'s': s, 'b': b, 'm': m, 'v': v}

    def bn(x, s, b, m, v, eps):
        s, b, m, v = (a.astype(float)[:, None, None] for a in (s, b, m, v))
        return (x - m) / np.sqrt(v + eps) * s + b

    one('bn', 'SpatialBN', x, bn(x, s, b, m, v, 1e-3), stats, 'BatchNorm', is_test=1, epsilon=1e-3, momentum=0.9)
    one('bn_nhwc', 'SpatialBN', nhwc(x), nhwc(bn(x, s, b, m, v, 1e-5)), stats, 'BatchNorm', 'NHWC', is_test=1)
    w = rand(3, 3, 1, 1)
    case('bn_folded', op('Conv', 'data w', 'c', kernel=1) + op('SpatialBN', 'c s b m v', 'c', is_test=1) + op('Relu', 'c', 'c'),
         {'data': x}, 'c', [np.maximum(bn(conv(x, w), s, b, m, v, 1e-5), 0)], dict(stats, w=w), 'Input Conv Relu')
    d = x - x.mean((2, 3), keepdims=True, dtype=float)
    y = d / np.sqrt((d * d).mean((2, 3), keepdims=True) + 1e-3) * s[:, None, None] + b[:, None, None]
    one('instance_norm', 'InstanceNorm', x, y, {'s': s, 'b': b}, 'InstanceNorm', epsilon=1e-3)
    one('instance_norm_nhwc', 'InstanceNorm', nhwc(x), nhwc(y), {'s': s, 'b': b}, '', 'NHWC', epsilon=1e-3)
    x = rand(1, 6, 2, 2, lo=-3, hi=3)
    q = np.pad(x.astype(float) ** 2, ((0, 0), (1, 1), (0, 0), (0, 0)))
    y = x / (2 + 0.3 / 3 * (q[:, :-2] + q[:, 1:-1] + q[:, 2:])) ** 0.75
    one('lrn', 'LRN', x, y, None, 'Lrn', extra=' scale', size=3, alpha=0.3, beta=0.75, bias=2.0)


def shapes():
    x = rand(2, 3, 2, 4)
    one('reshape', 'Reshape', x, x.reshape(2, 24), None, extra=' old', shape=[0, -1])
    case('reshape_input', op('Reshape', 'data to', 'y old'), {'data': x}, 'y', [x.reshape(6, 8)], {'to': np.array([-1, 8], np.int64)})
    case('reshape_filled', op('GivenTensorIntFill', '', 'to', shape=[2], values=[4, 12]) + op('Reshape', 'data to', 'y old'),
         {'data': x}, 'y', [x.reshape(4, 12)])
    case('reshape_back', op('Reshape', 'data', 'flat old', shape=[-1]) + op('Relu', 'flat', 'r') + op('Reshape', 'r old', 'y unused'),
         {'data': x}, 'y', [np.maximum(x, 0)], plain=('y',))
    one('flatten', 'Flatten', x, x.reshape(2, 24))
    one('flatten_axis', 'Flatten', x, x.reshape(6, 8), axis=2)
    one('flatten_to_vec', 'FlattenToVec', x, x.reshape(-1))
    one('squeeze', 'Squeeze', x[:, :1, :, :1], x[:, 0, :, 0], dims=[1, 3])
    one('expand_dims', 'ExpandDims', x[0], x[:1, :, :, :], dims=[0], plain=('y',))
    one('transpose', 'Transpose', x, x.transpose(0, 2, 3, 1), plain=('y',), axes=[0, 2, 3, 1])
    one('transpose_all', 'Transpose', x[0], x[0].T)
    case('nchw2nhwc', op('NCHW2NHWC', 'data', 't') + op('FlattenToVec', 't', 'y'), {'data': x}, 'y', [nhwc(x).reshape(-1)])
    w, b = rand(2, 3, 2, 2), rand(2)
    h = rand(1, 3, 4, 3)
    case('nhwc2nchw', op('NHWC2NCHW', 'data', 't') + op('Conv', 't w b', 'c', kernel=2) + op('NCHW2NHWC', 'c', 'y', order='NHWC'),
         {'data': h}, 'y', [nhwc(conv(h.transpose(0, 3, 1, 2), np.concatenate([w[:, :, :1]] * 2, 2), b))],
         {'w': np.concatenate([w[:, :, :1]] * 2, 2), 'b': b}, order='NHWC')
    one('slice', 'Slice', x, x[1:2, 0:2, :, 1:3], starts=[1, 0, 0, 1], ends=[2, -2, -1, 3])
    case('slice_inputs', op('Slice', 'data s e', 'y'), {'data': x}, 'y', [x[:, 1:, :, 1:3]],
         {'s': np.array([0, 1, 0, 1], np.int32), 'e': np.array([-1, -1, -1, -2], np.int32)})
    case('split', op('Split', 'data', 'a b', axis=3), {'data': x}, 'a b', [x[..., :2], x[..., 2:]])
    case('split_sizes', op('Split', 'data', 'a b', split=[2, 1]), {'data': x}, 'a b', [x[:, :2], x[:, 2:]])
    both = x
    x, z = x[:1], rand(1, 1, 2, 4)
    case('concat', op('Concat', 'x z', 'y dims', order='NCHW'), {'x': x, 'z': z}, 'y', [np.concatenate([x, z], 1)],
         ops='Input Input Concat')
    case('concat_axis', op('Concat', 'x z', 'y dims', axis=-1), {'x': x, 'z': x + 1}, 'y', [np.concatenate([x, x + 1], 3)])
    case('concat_nhwc', op('Concat', 'x z', 'y dims', order='NHWC'), {'x': x, 'z': x + 1}, 'y', [np.concatenate([x, x + 1], 3)],
         order='NHWC')
    case('concat_new', op('Concat', 'x z', 'y dims', axis=0, add_axis=1), {'x': both[0], 'z': both[1]}, 'y', [both], plain=('y',))
    one('tile', 'Tile', x, np.tile(x, (1, 2, 1, 1)), None, 'Tile', tiles=2, axis=1)
    p = dict(pad_t=1, pad_l=2, pad_b=0, pad_r=1)
    around = ((0, 0), (0, 0), (1, 0), (2, 1))
    one('pad', 'PadImage', x, np.pad(x, around, constant_values=0.5), None, 'Pad', value=0.5, **p)
    one('pad_reflect', 'PadImage', x, np.pad(x, around, 'reflect'), None, 'Pad', mode='reflect', **p)
    one('pad_edge', 'PadImage', x, np.pad(x, around, 'edge'), None, 'Pad', mode='edge', **p)
    one('pad_nhwc', 'PadImage', x, np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0))), None, 'Pad', 'NHWC', pad=1)


def parts():
    x = rand(2, 3, 2, 2)
    for kind, f in ('Mean', np.mean), ('Sum', np.sum), ('Max', np.max), ('Min', np.min):
        one('reduce_' + kind.lower(), 'Reduce' + kind, x, f(x, axis=(1, 3)), None, axes=[1, 3], keepdims=0)
    one('reduce_keep', 'ReduceMean', x, x.mean((2, 3), keepdims=True), None, 'Reduce', axes=[2, 3])
    one('arg_max', 'ArgMax', x, x.argmax(1), axis=1, keepdims=0)
    one('arg_min', 'ArgMin', x, x.argmin(-1)[..., None])
    one('softmax', 'Softmax', x[:, :, 0, 0], softmax(x[:, :, 0, 0], 1), None, 'Softmax')
    one('softmax_picture', 'Softmax', x[:, :, :1, :1], softmax(x[:, :, :1, :1], 1), None, 'Softmax')
    one('softmax_flat', 'Softmax', x, softmax(x.reshape(2, 12), 1).reshape(x.shape), plain=('y',))
    one('softmax_axis', 'Softmax', x[0], softmax(x[0], 2), None, 'Softmax', axis=2)


def images():
    x = rand(1, 2, 3, 4)
    one('resize_nearest', 'ResizeNearest', x, x[:, :, [0, 0, 1, 1, 2, 2]][..., [0, 0, 1, 2, 2, 3]], None, 'Resize', height_scale=2.0,
        width_scale=1.5)
    one('resize_nhwc', 'ResizeNearest', nhwc(x), nhwc(x.repeat(2, 2).repeat(2, 3)), None, 'Resize', 'NHWC', height_scale=2.0,
        width_scale=2.0)

    def line(n, out):
        m = np.zeros((out, n))
        for i in range(out):
            at = i * (n - 1) / (out - 1)
            a = min(int(at), n - 2)
            m[i, a], m[i, a + 1] = 1 - (at - a), at - a
        return m

    one('upsample', 'UpsampleBilinear', x, np.einsum('oh,nchw,pw->ncop', line(3, 6), x, line(4, 8)), None, 'Resize',
        height_scale=2.0, width_scale=2.0)
    x = rand(1, 6, 2, 3)
    one('shuffle', 'ChannelShuffle', x, x.reshape(1, 3, 2, 2, 3).swapaxes(1, 2).reshape(x.shape), None, 'ChannelShuffle', group=3,
        kernel=1)
    x = rand(1, 2, 6, 8)
    rois = np.array([[0, 1, 1, 5, 5], [0, 0, 2, 7, 5]], F32)

    def sample(y, x_):
        top, left = int(y), int(x_)
        below, right = min(top + 1, 5), min(left + 1, 7)
        v, h = y - top, x_ - left
        p = state['x'][0].astype(float)
        return (p[:, top, left] * (1 - h) + p[:, top, right] * h) * (1 - v) + (p[:, below, left] * (1 - h) + p[:, below, right] * h) * v

    state['x'] = x
    y = np.zeros((2, 2, 2, 3))
    for r, (_, x1, y1, x2, y2) in enumerate(rois * np.array([1, .5, .5, .5, .5])):
        ch, cw = max(y2 - y1, 1) / 2, max(x2 - x1, 1) / 3
        for i in range(2):
            for j in range(3):
                y[r, :, i, j] = sum(sample(y1 + (i + (a + .5) / 2) * ch, x1 + (j + (b + .5) / 2) * cw)
                                    for a in range(2) for b in range(2)) / 4
    case('roi_align', op('RoIAlign', 'data rois', 'y', spatial_scale=0.5, pooled_h=2, pooled_w=3, sampling_ratio=2),
         {'data': x, 'rois': rois}, 'y', [y], ops='Input Input RoiAlign')
    rois, deltas, info = np.array([[2, 3, 11, 9], [0, 0, 5, 20]], F32), rand(2, 8), np.array([[24, 32, 2]], F32)
    at = rois.astype(float) / 2
    w, h = at[:, 2] - at[:, 0] + 1, at[:, 3] - at[:, 1] + 1
    d = deltas.reshape(2, 2, 4).astype(float) / np.array([10, 10, 5, 5])
    cx, cy = at[:, 0, None] + w[:, None] / 2 + d[..., 0] * w[:, None], at[:, 1, None] + h[:, None] / 2 + d[..., 1] * h[:, None]
    nw, nh = w[:, None] * np.exp(d[..., 2]), h[:, None] * np.exp(d[..., 3])
    boxes = np.stack([(cx - nw / 2).clip(0, 15), (cy - nh / 2).clip(0, 11), (cx + nw / 2 - 1).clip(0, 15),
                      (cy + nh / 2 - 1).clip(0, 11)], 2)
    case('bbox_transform', op('BBoxTransform', 'rois deltas info', 'y splits', weights=[10., 10., 5., 5.], apply_scale=0,
                              correct_transform_coords=1),
         {'rois': rois, 'deltas': deltas, 'info': info}, 'y', [boxes.reshape(2, 8)], ops='Input Input Input BboxTransform')


def keypoints():
    """A peak with even sides is where it is seen: the quadric's extreme is its middle."""
    maps = np.full((1, 2, 4, 4), 0.5, F32)
    maps[0, 0, 1, 2] = maps[0, 1, 2, 1] = 1.5
    x1, y1, x2, y2 = box = 3.0, 5.0, 11.0, 6.5
    y = np.array([[[x1 + 2.5 * (x2 - x1) / 4, x1 + 1.5 * (x2 - x1) / 4], [y1 + 1.5 * (y2 - y1) / 4, y1 + 2.5 * (y2 - y1) / 4],
                   [1.5, 1.5], [0, 0]]])
    case('keypoints', op('HeatmapMaxKeypoint', 'maps boxes', 'y'), {'maps': maps, 'boxes': np.array([box], F32)}, 'y', [y],
         ops='Input Input HeatmapMaxKeypoint')


def nets():
    """Names of blobs that are written again, of nodes, of inputs; how files list them."""
    x = rand(1, 3, 4, 4)
    w, b = rand(3, 3, 1, 1), rand(3)
    y = conv(x, w, b)
    again = op('Conv', 'data w b', 'c', kernel=1) + op('Relu', 'c', 'c') + op('Conv', 'c w b', 'c', kernel=1) + op('Tanh', 'c', 'c')
    case('in_place', again, {'data': x}, 'c', [np.tanh(conv(np.maximum(y, 0), w, b))], {'w': w, 'b': b}, 'Input Conv Relu Conv Tanh')
    case('in_place_input', op('Relu', 'data', 'data', 'first') + op('Tanh', 'data', 'y'), {'data': x}, 'y', [np.tanh(np.maximum(x, 0))],
         ops='Input Relu Tanh')
    case('two_uses', op('Relu', 'data', 'a') + op('Tanh', 'data', 'b') + op('Add', 'a b', 'y'), {'data': x}, 'y',
         [np.maximum(x, 0) + np.tanh(x)], ops='Input Relu Tanh Binary')
    case('undeclared', op('Conv', 'data w b', 'y', kernel=1), {'data': x}, 'y', [y], {'w': w, 'b': b}, declared=False)
    case('packed', op('Conv', 'data w b', 'y', kernel=1), {'data': x}, 'y', [y], {'w': w, 'b': b}, packed=True)
    case('placeholder', op('Conv', 'data w b', 'y', kernel=1), {'data': x}, 'y', [y], {'w': w, 'b': b},
         init=op('ConstantFill', '', 'data', shape=[1]))
    case('unused_fill', op('Relu', 'data', 'y'), {'data': x}, 'y', [np.maximum(x, 0)], {'w': w},
         init=op('XavierFill', '', 'other', shape=[7]))
    case('constant_fill', op('Mul', 'data half', 'y', broadcast=1, axis=1), {'data': x}, 'y', [x * 0.5],
         init=op('ConstantFill', '', 'half', shape=[3], value=0.5))
    case('out_node', op('Relu', 'data', 'r') + op('Frobnicate', 'r', 'z'), {'data': x}, 'r', [np.maximum(x, 0)], out_node=['r'])


def refusals():
    """What test_caffe2_refuse.c reads, in the form of the fuzzer's seeds."""
    w = np.ones((2, 2, 1, 1), F32)
    out = ' '.join('y%d' % i for i in range(15)).split()
    net = op('Frobnicate', 'data', 'y0', 'frob') + op('Frobnicate', 'data', 'y1') + op('Relu', 'y0', 'y2', 'behind') + \
        op('PackedInt8BGRANHWCToNCHWCStylizerPreprocess', 'data', 'y3', 'pack') + op('Relu', 'data', 'y4', 'odd', surprise=1) + \
        op('Relu', 'data data data', 'y14', 'crowd') + \
        op('SpatialBN', 'data s s s s', 'y5', 'training') + op('Conv', 'data data', 'y6', 'computed', kernel=1) + \
        op('Conv', 'data x', 'y7', 'untrained', kernel=1) + op('Conv', 'data short', 'y8', 'short', kernel=1) + \
        op('Conv', 'data w', 'y9', 'kernels', kernel=3) + op('MaxPool', 'data', 'y10', 'bare') + \
        op('ConvTranspose', 'data w', 'y11', 'same', legacy_pad=2) + op('Concat', 'data data', 'y12 y13', 'sizes') + \
        op('LRN', 'data', 'z', 'lrn', size='three')
    init = fill('w', w) + fill('s', w[:, 0, 0, 0]) + op('XavierFill', '', 'x', shape=[2, 2, 1, 1]) + \
        op('GivenTensorFill', '', 'short', shape=[2, 2, 1, 1], values=[1.0])
    net += b''.join(field(8, o) for o in out + ['z'])
    for folder in HERE, SEEDS:
        seed(folder, 'refuse_many.nets', net, init)
    net = op('Conv', 'data w', 'c', kernel=1) + op('Add', 'c more', 'y')
    for folder in HERE, SEEDS:
        seed(folder, 'refuse_open.nets', net, fill('w', w))
    net = op('Sigmoid', 'data', 'r y') + field(8, 'y')
    for folder in HERE, SEEDS:
        seed(folder, 'refuse_unmade.nets', net, fill('w', w))


def main():
    os.makedirs(HERE, exist_ok=True)
    os.makedirs(SEEDS, exist_ok=True)
    for name in os.listdir(HERE):
        if name.endswith(('.case', '.nets')):
            os.remove(os.path.join(HERE, name))
    for part in convolutions, pools, dense, each, binary, norms, shapes, parts, images, keypoints, nets, refusals:
        state['random'] = np.random.RandomState(zlib.crc32(part.__name__.encode()))
        part()
    print('%d cases, %d bytes' % (len(names), sum(os.path.getsize(os.path.join(HERE, n + '.case')) for n in names)))


if __name__ == '__main__':
    main()
