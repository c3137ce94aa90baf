#!/usr/bin/env python3
"""Writes data/OP.h, the tables of tests/ops/test_OP.c: python3 make_cases.py [OP ...]

Needs numpy, onnx and onnxruntime. What goes in is made from seeds, by the same generator as
tests/support/numbers.c; what has to come out is computed here, by onnxruntime where ONNX has the
operator (in its NCHW layout) and by numpy in double elsewhere. Nothing of the project is run.
"""
import itertools
import math
import os
import sys

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper

HERE = os.path.dirname(os.path.abspath(__file__))
F32 = np.float32


def splitmix(seed, n):
    with np.errstate(over='ignore'):
        z = np.uint64(seed) + (np.arange(n, dtype=np.uint64) + np.uint64(1)) * np.uint64(0x9e3779b97f4a7c15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xbf58476d1ce4e5b9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94d049bb133111eb)
        return z ^ (z >> np.uint64(31))


class In:
    """An input: random numbers in [lo, hi), or bytes."""
    seeds = itertools.count(1)

    def __init__(self, shape, lo=-1, hi=1, constant=False, bytes=False):
        self.shape, self.constant, self.bytes = tuple(shape), constant, bytes
        self.lo, self.hi, self.seed = F32(lo), F32(hi), next(In.seeds)
        z = splitmix(self.seed, int(np.prod(shape, dtype=int)))
        if bytes:
            self.v = (z & np.uint64(255)).astype(F32).reshape(shape)
        else:
            x = self.lo + (self.hi - self.lo) * ((z >> np.uint64(40)).astype(F32) * F32(2.0 ** -24))
            self.v = np.where(x < self.hi, x, self.lo).astype(F32).reshape(shape)


def Const(shape, lo=-1, hi=1):
    return In(shape, lo, hi, constant=True)


class Given:
    """An input of these very numbers."""

    def __init__(self, v, constant=False):
        self.v, self.constant = np.asarray(v, dtype=F32), constant
        self.shape = self.v.shape


def c_shape(shape):
    return '{%d, {%s}}' % (len(shape), ', '.join(map(str, shape)))


def c_float(x):
    x = float(x)
    if np.isnan(x):
        return 'NAN'
    if np.isinf(x):
        return '-INFINITY' if x < 0 else 'INFINITY'
    text = str(F32(x))
    return text + ('f' if '.' in text or 'e' in text else '.0f')


def c_ints(v):
    return '{(const int32_t[]){%s}, %d}' % (', '.join(map(str, v)), len(v))


def c_floats(v):
    return '{(const float[]){%s}, %d}' % (', '.join(map(c_float, v)), len(v))


def c_numbers(label, v):
    return 'static const float %s[] = {%s};' % (label, ', '.join(c_float(x) for x in v.reshape(-1)))


class Table:
    def __init__(self, name, *headers):
        In.seeds = itertools.count(1)
        self.name, self.headers, self.wants, self.cases = name, headers, [], []

    def add(self, name, op, attrs, ins, outs, most=0.0, out_bytes=False):
        n = len(self.cases)
        rows = []
        for i, y in enumerate(outs):
            y = np.asarray(y, dtype=F32)
            label = 'want_%d_%d' % (n, i)
            self.wants.append(c_numbers(label, y))
            rows.append('{.shape = %s, .want = %s%s}' % (c_shape(y.shape), label, ', .bytes = true' if out_bytes else ''))
        columns = []
        for i, x in enumerate(ins):
            if x is None:
                columns.append('{.seed = 0}')
                continue
            if isinstance(x, Given):
                label = 'given_%d_%d' % (n, i)
                self.wants.append(c_numbers(label, x.v))
                columns.append('{.shape = %s, .given = %s%s}' % (
                    c_shape(x.shape), label, ', .constant = true' if x.constant else ''))
                continue
            columns.append('{.shape = %s, .seed = %d, .lo = %s, .hi = %s%s%s}' % (
                c_shape(x.shape), x.seed, c_float(x.lo), c_float(x.hi),
                ', .constant = true' if x.constant else '', ', .bytes = true' if x.bytes else ''))
        self.cases.append('{"%s", OP_%s, %s, %d, %d,\n {%s},\n {%s}, %g},' % (
            name, op, attrs or 'NULL', len(ins), len(outs), ',\n  '.join(columns),
            ', '.join(rows), most))

    def write(self):
        path = os.path.join(HERE, 'data', self.name + '.h')
        with open(path, 'w') as f:
            f.write('/* Written by make_cases.py. */\n/* clang-format off */\n')
            f.write('#include <math.h>\n\n')
            for h in self.headers:
                f.write('#include "model/ops/%s.h"\n' % h)
            f.write('#include "tests/ops/cases.h"\n\n')
            f.write('\n'.join(self.wants))
            f.write('\n\nstatic const struct op_case %s_cases[] = {\n' % self.name)
            f.write('\n'.join(self.cases))
            f.write('\n};\n')
        return os.path.getsize(path)


def run_onnx(op, inputs, n_out=1, opset=17, **attrs):
    """Runs one ONNX node; None inputs are left out."""
    names = ['x%d' % i if x is not None else '' for i, x in enumerate(inputs)]
    outs = ['y%d' % i for i in range(n_out)]
    node = helper.make_node(op, names, outs, **attrs)
    infos = [helper.make_tensor_value_info(n, TensorProto.FLOAT if x.dtype == F32 else TensorProto.INT64, x.shape)
             for n, x in zip(names, inputs) if n]
    graph = helper.make_graph([node], 'g', infos,
                              [helper.make_tensor_value_info(o, TensorProto.FLOAT, None) for o in outs])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', opset)])
    model.ir_version = 8
    session = ort.InferenceSession(model.SerializeToString(), providers=['CPUExecutionProvider'])
    return session.run(None, {n: x for n, x in zip(names, inputs) if n})


def nchw(x):
    return np.ascontiguousarray(np.transpose(x, (0, 3, 1, 2)))


def nhwc(x):
    return np.ascontiguousarray(np.transpose(x, (0, 2, 3, 1)))


def same_pads(size, kernel, stride, dilation):
    """TensorFlow's SAME: the odd one goes behind."""
    out = -(-size // stride)
    pad = max(0, (out - 1) * stride + (kernel - 1) * dilation + 1 - size)
    return pad // 2, pad - pad // 2


def window(k, s, d, pads, padding):
    return ('{.kernel_h = %d, .kernel_w = %d, .stride_h = %d, .stride_w = %d, .dilation_h = %d, .dilation_w = %d, '
            '.pad_top = %d, .pad_left = %d, .pad_bottom = %d, .pad_right = %d, .padding = PADDING_%s}'
            % (*k, *s, *d, *pads, padding))


def effective(size, k, s, d, pads, padding):
    """Pads top, left, bottom, right as they take effect."""
    if padding == 'VALID':
        return (0, 0, 0, 0)
    if padding == 'SAME':
        (t, b), (l, r) = (same_pads(size[i], k[i], s[i], d[i]) for i in (0, 1))
        return (t, l, b, r)
    return pads


def make_conv():
    t = Table('conv', 'conv')

    def conv(name, x, m, k, s=(1, 1), d=(1, 1), pads=(0, 0, 0, 0), padding='EXPLICIT', groups=1, bias=True, bytes=False):
        xi = In(x, bytes=bytes)
        w = Const((*k, x[3] // groups, m), -0.02 if bytes else -1, 0.02 if bytes else 1)
        b = Const((m,)) if bias else None
        p = effective(x[1:3], k, s, d, pads, padding)
        y, = run_onnx('Conv', [nchw(xi.v), np.ascontiguousarray(np.transpose(w.v, (3, 2, 0, 1))), b.v if b else None],
                      kernel_shape=k, strides=s, dilations=d, pads=p, group=groups)
        t.add(name, 'CONV', '&(const struct conv_attrs){.window = %s, .groups = %d}'
              % (window(k, s, d, pads, padding), groups), [xi, w, b] if bias else [xi, w], [nhwc(y)], 2e-6)

    conv('1x1', (1, 3, 3, 5), 7, (1, 1))
    conv('1x1 over more pixels than an item has', (1, 11, 13, 6), 5, (1, 1))
    conv('1x1 with more channels than a panel', (1, 3, 5, 70), 41, (1, 1))
    conv('1x1, one channel out and no bias', (1, 4, 4, 9), 1, (1, 1), bias=False)
    conv('3x3 padded by 1', (1, 7, 8, 3), 10, (3, 3), pads=(1, 1, 1, 1))
    conv('sums longer than a block', (1, 4, 6, 32), 17, (3, 3), pads=(1, 1, 1, 1))
    conv('sums much longer than a block, for a few pixels', (1, 2, 2, 300), 37, (1, 2))
    conv('stride 2, SAME with the odd one behind', (1, 6, 7, 4), 6, (3, 3), (2, 2), padding='SAME')
    conv('SAME with stride 3 and a 2x2 kernel: nothing to pad', (1, 7, 9, 3), 4, (2, 2), (3, 3), padding='SAME')
    conv('VALID ignores its pads', (1, 6, 5, 3), 4, (3, 2), (2, 1), pads=(1, 1, 1, 1), padding='VALID')
    conv('dilated, with pads that differ on each side', (1, 12, 11, 3), 5, (5, 4), (2, 1), (2, 3), (3, 5, 1, 2))
    conv('caffe rounds down', (1, 8, 8, 3), 4, (3, 3), (2, 2), pads=(0, 0, 0, 0), padding='CAFFE')
    conv('as large as its input', (1, 4, 4, 12), 11, (4, 4))
    conv('an input smaller than the kernel', (1, 1, 2, 4), 5, (3, 3), pads=(1, 1, 1, 1))
    conv('pads as wide as the window', (1, 3, 3, 2), 3, (2, 2), pads=(2, 2, 2, 2))
    conv('one row, as speech has it', (1, 1, 20, 8), 12, (1, 5), (1, 2), pads=(0, 2, 0, 2))
    conv('eleven wide, stride 4', (1, 23, 23, 3), 6, (11, 11), (4, 4))
    conv('batches of small images', (3, 2, 2, 6), 9, (3, 3), pads=(1, 1, 1, 1))
    conv('seven by seven, many channels', (1, 7, 7, 20), 130, (1, 1))
    conv('two groups', (1, 5, 6, 6), 8, (3, 3), pads=(1, 1, 1, 1), groups=2)
    conv('groups of one channel in and three out', (1, 5, 6, 4), 12, (3, 3), (2, 2), pads=(1, 1, 1, 1), groups=4)
    conv('groups of three channels in and one out', (2, 5, 3, 9), 3, (3, 1), groups=3, bias=False)
    conv('bytes in', (1, 9, 8, 3), 8, (3, 3), (2, 2), pads=(1, 1, 1, 1), bytes=True)
    conv('depthwise', (1, 6, 9, 19), 19, (3, 3), pads=(1, 1, 1, 1), groups=19)
    conv('depthwise, 33 channels, stride 2, SAME', (1, 6, 12, 33), 33, (3, 3), (2, 2), padding='SAME', groups=33)
    conv('depthwise, dilated', (1, 9, 15, 5), 5, (3, 3), d=(2, 3), pads=(2, 3, 2, 3), groups=5)
    conv('depthwise of 5x5 on 3x3, no bias', (2, 3, 3, 6), 6, (5, 5), pads=(2, 2, 2, 2), groups=6, bias=False)
    conv('depthwise with pads as wide as the window', (1, 2, 3, 4), 4, (2, 2), pads=(2, 2, 2, 2), groups=4)
    return t


def make_fully_connected():
    t = Table('fully_connected')
    for name, x, out, bias in [
            ('one row', (1, 37), 10, True), ('rows of an image', (3, 2, 3, 5), 7, True),
            ('an even number of rows', (4, 64), 9, True), ('one output, no bias', (2, 19), 1, False),
            ('short rows', (5, 3), 4, True), ('long rows', (1, 1100), 6, True)]:
        xi = In(x)
        n = int(np.prod(x[1:]))
        w, b = Const((out, n)), Const((out,)) if bias else None
        y = xi.v.reshape(x[0], n).astype(float) @ w.v.astype(float).T + (b.v if bias else 0)
        t.add(name, 'FULLY_CONNECTED', None, [xi, w] + ([b] if bias else []), [y], 2e-6)
    return t


def pool_numpy(x, kind, k, s, pads, padding, include):
    """Pooling by its definition, with Caffe's ceiling rule; windows are cut at the padded edge."""
    n, h, w, c = x.shape
    p = effective((h, w), k, s, (1, 1), pads, padding)
    out = []
    for i, (size, a, b) in enumerate(((h, p[0], p[2]), (w, p[1], p[3]))):
        if padding == 'CAFFE':
            o = -(-(size + a + b - k[i]) // s[i]) + 1
            if (o - 1) * s[i] >= size + a:
                o -= 1
        else:
            o = (size + a + b - k[i]) // s[i] + 1
        out.append(o)
    y = np.zeros((n, out[0], out[1], c))
    for i in range(out[0]):
        for j in range(out[1]):
            top, left = i * s[0] - p[0], j * s[1] - p[1]
            bottom, right = min(top + k[0], h + p[2]), min(left + k[1], w + p[3])
            inside = x[:, max(top, 0):min(bottom, h), max(left, 0):min(right, w)].astype(float)
            if kind == 'MAX':
                y[:, i, j] = inside.max(axis=(1, 2))
            else:
                count = (bottom - top) * (right - left) if include else inside.shape[1] * inside.shape[2]
                y[:, i, j] = inside.sum(axis=(1, 2)) / count
    return y


def make_pool():
    t = Table('pool', 'pool')

    def pool(name, x, kind, k, s, pads=(0, 0, 0, 0), padding='EXPLICIT', include=False, lo=-1):
        xi = In(x, lo, lo + 2)
        y = pool_numpy(xi.v, kind, k, s, pads, padding, include)
        if padding != 'CAFFE':  # a second opinion
            attrs = {} if kind == 'MAX' else {'count_include_pad': int(include)}
            z, = run_onnx('MaxPool' if kind == 'MAX' else 'AveragePool', [nchw(xi.v)], kernel_shape=k, strides=s,
                          pads=effective(x[1:3], k, s, (1, 1), pads, padding), **attrs)
            assert np.allclose(nhwc(z), y, atol=1e-6), name
        t.add(name, 'POOL', '&(const struct pool_attrs){.kind = POOL_%s, .window = %s%s}'
              % (kind, window(k, s, (1, 1), pads, padding), ', .include_padding = true' if include else ''),
              [xi], [y], 0 if kind == 'MAX' else 1e-6)

    for kind in ('MAX', 'AVERAGE'):
        pool(kind.lower() + ' 2x2', (1, 6, 4, 3), kind, (2, 2), (2, 2))
        pool(kind.lower() + ', rounds down', (1, 7, 6, 35), kind, (3, 3), (2, 2))
        pool(kind.lower() + ', caffe rounds up', (1, 6, 6, 5), kind, (3, 3), (2, 2), padding='CAFFE')
        pool(kind.lower() + ', caffe with pads', (1, 5, 8, 4), kind, (3, 3), (2, 2), (1, 1, 1, 1), 'CAFFE')
        pool(kind.lower() + ', caffe drops the window behind', (1, 4, 4, 2), kind, (2, 2), (3, 3), (1, 1, 1, 1), 'CAFFE')
        pool(kind.lower() + ', SAME', (2, 5, 6, 4), kind, (3, 3), (2, 2), padding='SAME')
        pool(kind.lower() + ', pads that differ', (1, 5, 7, 3), kind, (3, 2), (1, 2), (2, 0, 1, 1))
        pool(kind.lower() + ' over everything', (2, 5, 3, 70), kind, (5, 3), (1, 1))
    pool('no padding ever wins: all are negative', (1, 4, 4, 3), 'MAX', (3, 3), (1, 1), (1, 1, 1, 1), lo=-5)
    pool('padding counts', (1, 5, 6, 3), 'AVERAGE', (3, 3), (1, 1), (1, 1, 1, 1), include=True)
    pool('padding counts, caffe cuts at the padded edge', (1, 6, 6, 3), 'AVERAGE', (3, 3), (2, 2), (1, 1, 1, 1), 'CAFFE', True)
    pool('padding counts, caffe, only ceiling', (1, 6, 6, 3), 'AVERAGE', (3, 3), (2, 2), (0, 0, 0, 0), 'CAFFE', True)
    for kind in ('MAX', 'AVERAGE'):  # onnxruntime's, which has dilations
        for name, shape, k, s, d, pads, include in [
                ('dilated', (1, 7, 8, 3), (3, 2), (1, 2), (2, 3), (0, 0, 0, 0), False),
                ('dilated, with pads', (2, 5, 6, 2), (3, 3), (2, 1), (2, 2), (2, 1, 1, 2), False),
                ('dilated, padding counts', (1, 5, 6, 2), (3, 3), (1, 1), (2, 2), (1, 1, 2, 2), True)]:
            x = In(shape)
            attrs = {} if kind == 'MAX' else {'count_include_pad': int(include)}
            y, = run_onnx('MaxPool' if kind == 'MAX' else 'AveragePool', [nchw(x.v)], opset=19, kernel_shape=k, strides=s, dilations=d,
                          pads=pads, **attrs)
            t.add('%s, %s' % (kind.lower(), name), 'POOL', '&(const struct pool_attrs){.kind = POOL_%s, .window = %s%s}'
                  % (kind, window(k, s, d, pads, 'EXPLICIT'), ', .include_padding = true' if include else ''), [x], [nhwc(y)],
                  0 if kind == 'MAX' else 1e-6)
    return t


def make_softmax():
    t = Table('softmax', 'softmax')
    for name, shape, axis, lo, hi in [
            ('last axis', (2, 3, 7), -1, -4, 4), ('a middle axis', (2, 5, 3), 1, -4, 4), ('the first axis', (4, 6), 0, -4, 4),
            ('a vector', (9,), 0, -90, 90), ('an image, over channels', (1, 3, 4, 21), 3, -10, 10), ('of one', (3, 1), 1, -4, 4)]:
        xi = In(shape, lo, hi)
        x = xi.v.astype(float)
        e = np.exp(x - x.max(axis=axis, keepdims=True))
        t.add(name, 'SOFTMAX', '&(const struct softmax_attrs){%d}' % axis, [xi], [e / e.sum(axis=axis, keepdims=True)], 1e-6)
    for name, shape, axis, lo, hi in [('the last axis', (2, 3, 7), -1, -4, 4), ('a middle axis', (2, 5, 3), 1, -4, 4),
                                      ('far apart', (9,), 0, -900, 900), ('of one', (3, 1), 1, -4, 4)]:
        xi = In(shape, lo, hi)
        y, = run_onnx('LogSoftmax', [xi.v], axis=axis)
        t.add('logarithm, ' + name, 'LOG_SOFTMAX', '&(const struct softmax_attrs){%d}' % axis, [xi], [y], 1e-6)
    return t


def make_clamp():
    t = Table('clamp', 'relu', 'clip')
    x = In((2, 3, 5), -3, 9)
    t.add('relu', 'RELU', '&(const struct relu_attrs){INFINITY}', [x], [np.maximum(x.v, 0)])
    t.add('relu6', 'RELU', '&(const struct relu_attrs){6}', [x], [np.clip(x.v, 0, 6)])
    t.add('clip', 'CLIP', '&(const struct clip_attrs){-1.5f, 2}', [x], [np.clip(x.v, -1.5, 2)])
    t.add('clip without an end', 'CLIP', '&(const struct clip_attrs){-INFINITY, 2}', [x], [np.minimum(x.v, 2)])
    b = In((1, 3, 3, 2), bytes=True)
    t.add('bytes in', 'RELU', '&(const struct relu_attrs){100}', [b], [np.minimum(b.v, 100)])
    t.add('bytes in and out', 'RELU', '&(const struct relu_attrs){100}', [b], [np.minimum(b.v, 100)], out_bytes=True)
    f = In((300,), -40, 300)
    half_away = np.floor(np.clip(f.v, 0, 255) + 0.5)
    t.add('floats in and bytes out', 'CLIP', '&(const struct clip_attrs){-INFINITY, INFINITY}', [f], [half_away], out_bytes=True)
    return t


def make_unary():
    t = Table('unary', 'elu', 'unary')
    x, p = In((2, 3, 7), -6, 6), In((40,), 0.01, 9)
    d = x.v.astype(float)
    t.add('sigmoid', 'SIGMOID', None, [x], [1 / (1 + np.exp(-d))], 2e-7)
    far = In((20,), -200, 200)
    t.add('sigmoid far out', 'SIGMOID', None, [far], [1 / (1 + np.exp(-far.v.astype(float)))], 2e-7)
    t.add('tanh', 'TANH', None, [x], [np.tanh(d)], 2e-7)
    t.add('elu', 'ELU', '&(const struct elu_attrs){1}', [x], [np.where(d > 0, d, np.expm1(d))], 2e-7)
    t.add('elu with alpha', 'ELU', '&(const struct elu_attrs){0.25f}', [x], [np.where(d > 0, d, 0.25 * np.expm1(d))], 2e-7)
    for kind, y, xi in [('ABS', np.abs(d), x), ('EXP', np.exp(d), x), ('FLOOR', np.floor(d), x), ('NEG', -d, x),
                        ('SIN', np.sin(d), x), ('LOG', np.log(p.v.astype(float)), p), ('SQRT', np.sqrt(p.v.astype(float)), p)]:
        t.add(kind.lower(), 'UNARY', '&(const struct unary_attrs){UNARY_%s}' % kind, [xi], [y], 2e-7)
    # Those that came later are onnxruntime's, but for what ONNX does not have.
    small, above, half = In((30,), -0.99, 0.99), In((30,), 1, 9), Given([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.4999998, -7, 8388609])
    signs = Given([-3, -0.0, 0.0, 5, np.inf, -np.inf, np.nan])
    for kind, op, xi in [
            ('COS', 'Cos', x), ('CEIL', 'Ceil', x), ('ROUND', 'Round', half), ('ROUND', 'Round', x), ('RECIPROCAL', 'Reciprocal', p),
            ('SIGN', 'Sign', signs), ('ERF', 'Erf', x), ('SOFTPLUS', 'Softplus', x), ('SOFTPLUS', 'Softplus', far), ('SOFTSIGN', 'Softsign', x),
            ('MISH', 'Mish', x), ('TAN', 'Tan', small), ('ASIN', 'Asin', small), ('ACOS', 'Acos', small), ('ATAN', 'Atan', x),
            ('SINH', 'Sinh', x), ('COSH', 'Cosh', x), ('ASINH', 'Asinh', x), ('ACOSH', 'Acosh', above), ('ATANH', 'Atanh', small)]:
        y, = run_onnx(op, [xi.v], opset=18)
        t.add(kind.lower(), 'UNARY', '&(const struct unary_attrs){UNARY_%s}' % kind, [xi], [y], 5e-7)
    for kind, y, xi in [('RSQRT', p.v.astype(float) ** -0.5, p), ('SQUARE', d * d, x), ('NOT', signs.v == 0, signs)]:
        t.add(kind.lower(), 'UNARY', '&(const struct unary_attrs){UNARY_%s}' % kind, [xi], [y], 2e-7)
    return t


def make_prelu():
    t = Table('prelu')
    for name, shape, slope in [('a slope for each channel', (1, 3, 2, 5), (5,)), ('one slope', (2, 7), (1,)),
                               ('slopes with axes of one', (2, 3, 4), (1, 1, 4)), ('a batch of vectors', (3, 6), (6,))]:
        x, s = In(shape), Const(slope)
        t.add(name, 'PRELU', None, [x, s], [np.where(x.v > 0, x.v, x.v * s.v)])
    return t


def make_batch_norm():
    t = Table('batch_norm')
    for name, shape, of in [('an image', (2, 3, 2, 5), (5,)), ('vectors', (3, 7), (7,)), ('as files have it', (1, 2, 2, 3), (1, 1, 3, 1))]:
        x, w, b = In(shape), Const(of), Const(of)
        y = x.v.astype(float) * w.v.reshape(-1) + b.v.reshape(-1)
        t.add(name, 'BATCH_NORM', None, [x, w, b], [y], 2e-7)
    return t


def make_concat():
    t = Table('concat', 'concat')
    for name, shapes, axis in [
            ('channels', [(1, 3, 2, 4), (1, 3, 2, 1), (1, 3, 2, 6)], 3), ('the last axis, from the end', [(2, 3), (2, 5)], -1),
            ('rows', [(2, 3, 4), (2, 1, 4)], 1), ('batches', [(1, 5), (2, 5), (1, 5)], 0), ('one input', [(2, 2)], 0)]:
        ins = [In(s) for s in shapes]
        t.add(name, 'CONCAT', '&(const struct concat_attrs){%d}' % axis, ins, [np.concatenate([x.v for x in ins], axis)])
    x, c = In((1, 2, 3)), Const((1, 2, 2))
    t.add('with a constant', 'CONCAT', '&(const struct concat_attrs){2}', [x, c], [np.concatenate([x.v, c.v], 2)])
    return t


def make_sum():
    t = Table('sum', 'sum')
    a, b, c = In((2, 3, 5)), In((2, 3, 5)), In((2, 3, 5))
    t.add('two', 'SUM', '&(const struct sum_attrs){{NULL, 0}}', [a, b], [a.v.astype(float) + b.v], 2e-7)
    t.add('three with coefficients', 'SUM', '&(const struct sum_attrs){%s}' % c_floats([0.5, -2, 1]), [a, b, c],
          [0.5 * a.v.astype(float) - 2.0 * b.v + c.v], 2e-7)
    t.add('one, scaled', 'SUM', '&(const struct sum_attrs){%s}' % c_floats([-0.5]), [a], [-0.5 * a.v])
    return t


BINARY = {'ADD': np.add, 'MUL': np.multiply, 'SUB': np.subtract, 'DIV': np.divide, 'MAX': np.maximum, 'MIN': np.minimum, 'POW': np.power}


def make_binary():
    t = Table('binary', 'binary')

    def binary(name, kind, a, b):
        y = BINARY[kind](a.v.astype(float), b.v.astype(float))
        t.add(name, 'BINARY', '&(const struct binary_attrs){BINARY_%s}' % kind, [a, b], [y], 5e-7)

    for kind in BINARY:
        binary(kind.lower() + ' of equal shapes', kind, In((2, 3, 4), 0.5, 3), In((2, 3, 4), 0.5, 3))
        binary(kind.lower() + ' with a vector behind', kind, In((2, 3, 4), 0.5, 3), Const((4,), 0.5, 3))
        binary(kind.lower() + ' with a scalar before', kind, Const((), 0.5, 3), In((2, 3, 4), 0.5, 3))
    for name, a, b in [
            ('a vector before', (4,), (2, 3, 4)), ('a scalar of one axis behind', (2, 3, 4), (1,)), ('both sides repeat', (2, 1, 4), (3, 1)),
            ('a column', (3, 5), (3, 1)), ('a row of columns', (2, 1, 3, 1), (1, 4, 1, 5)), ('channels of an image', (1, 1, 1, 6), (1, 3, 4, 6)),
            ('a plane', (2, 3, 4, 5), (1, 3, 4, 1)), ('batches', (3, 1, 1, 2), (1, 2, 2, 2)), ('ones', (1, 1), (1,)), ('six axes', (2, 1, 2, 1, 2, 3), (1, 3, 1, 2, 2, 1))]:
        binary(name, 'SUB', In(a), In(b))
    return t


def make_reshape():
    t = Table('reshape', 'reshape')
    for name, shape, to in [('flatten', (2, 3, 4), (2, 12)), ('what is left', (2, 3, 4), (4, -1)), ('another batch follows', (2, 3, 4), (1, 12))]:
        x = In(shape)
        y = x.v.reshape((shape[0], 12) if name.startswith('another') else to)
        t.add(name, 'RESHAPE', '&(const struct reshape_attrs){%s}' % c_ints(to), [x], [y])
    b = In((1, 2, 3, 3), bytes=True)
    t.add('bytes to floats', 'RESHAPE', '&(const struct reshape_attrs){%s}' % c_ints((18,)), [b], [b.v.reshape(18)])
    t.add('bytes to bytes', 'RESHAPE', '&(const struct reshape_attrs){%s}' % c_ints((18,)), [b], [b.v.reshape(18)], out_bytes=True)
    return t


def make_permute():
    t = Table('permute', 'permute')
    for name, shape, order in [
            ('a matrix', (3, 5), (1, 0)), ('to channels first', (2, 3, 4, 5), (0, 3, 1, 2)), ('to channels last', (2, 5, 3, 4), (0, 2, 3, 1)),
            ('inner axes stay', (2, 3, 4, 5), (1, 0, 2, 3)), ('nothing', (2, 3, 4), (0, 1, 2)), ('only ones move', (1, 3, 1, 4), (2, 1, 0, 3)),
            ('all backwards', (2, 3, 1, 4, 2, 3), (5, 4, 3, 2, 1, 0))]:
        x = In(shape)
        t.add(name, 'PERMUTE', '&(const struct permute_attrs){%s}' % c_ints(order), [x], [np.transpose(x.v, order)])
    return t


def make_strided_slice():
    t = Table('strided_slice', 'strided_slice')

    def cut(name, shape, begin, end, strides, y, masks=(0, 0, 0)):
        x = In(shape)
        t.add(name, 'STRIDED_SLICE',
              '&(const struct strided_slice_attrs){%s, %s, %s, %d, %d, %d}' % (c_ints(begin), c_ints(end), c_ints(strides), *masks),
              [x], [y(x.v)])

    cut('a range', (5, 6), (1, 2), (4, 5), (1, 1), lambda x: x[1:4, 2:5])
    cut('every second', (7, 6), (0, 1), (7, 6), (2, 3), lambda x: x[0:7:2, 1:6:3])
    cut('from the end', (5, 6), (-3, -5), (-1, -1), (1, 2), lambda x: x[-3:-1, -5:-1:2])
    cut('backwards', (5, 6), (4, -1), (0, -7), (-1, -2), lambda x: x[4:0:-1, ::-2])
    cut('backwards over everything', (4, 3), (0, 0), (0, 0), (-1, -1), lambda x: x[::-1, ::-1], (3, 3, 0))
    cut('masks', (4, 5, 6), (2, 9, 1), (9, 3, 2), (1, 1, 2), lambda x: x[2:, :3, 1::2], (2, 5, 0))
    cut('an axis goes', (4, 5, 6), (1, 0, 0), (2, 5, 6), (1, 1, 1), lambda x: x[1], (0, 0, 1))
    cut('the last axis goes', (3, 4, 5), (0, 0, -2), (3, 4, -1), (1, 2, 1), lambda x: x[:, ::2, -2], (0, 0, 4))
    cut('limits beyond the ends', (4, 5), (-9, 2), (99, 77), (1, 1), lambda x: x[:, 2:])
    cut('all axes go', (3, 4), (2, 1), (3, 2), (1, 1), lambda x: x[2, 1], (0, 0, 3))
    cut('channels of an image', (1, 4, 5, 8), (0, 0, 0, 4), (1, 4, 5, 8), (1, 1, 1, 1), lambda x: x[..., 4:])
    return t


REDUCE = {'MEAN': np.mean, 'SUM': np.sum, 'PROD': np.prod, 'MIN': np.min, 'MAX': np.max}


def make_reduce():
    t = Table('reduce', 'reduce')

    def reduce(name, kind, shape, axes, keep):
        x = In(shape, 0.5, 1.5) if kind == 'PROD' else In(shape)
        y = REDUCE[kind](x.v.astype(float), axis=tuple(axes) if axes else None, keepdims=keep)
        t.add(name, 'REDUCE', '&(const struct reduce_attrs){REDUCE_%s, %s, %s}'
              % (kind, 'true' if keep else 'false', c_ints(axes) if axes else '{NULL, 0}'), [x], [y], 5e-7)

    for kind in REDUCE:
        reduce(kind.lower() + ' over height and width', kind, (2, 4, 5, 3), (1, 2), False)
        reduce(kind.lower() + ' over the last axis', kind, (2, 3, 9), (-1,), True)
        reduce(kind.lower() + ' over everything', kind, (3, 4, 5), (), False)
    reduce('many channels', 'MEAN', (1, 7, 7, 150), (1, 2), True)
    reduce('the first axis', 'SUM', (6, 5), (0,), False)
    reduce('axes that are no neighbours', 'MEAN', (3, 4, 5, 6), (0, 2), False)
    reduce('axes that are no neighbours, the last one too', 'MAX', (3, 4, 5, 6), (1, -1), True)
    reduce('an axis of one', 'MEAN', (2, 1, 4), (1,), False)
    reduce('every second of six', 'SUM', (2, 3, 2, 3, 2, 3), (0, 2, 4), False)
    reduce('the others of six', 'SUM', (2, 3, 2, 3, 2, 3), (1, 3, 5), True)
    reduce('a long sum', 'MEAN', (1, 3000), (1,), False)
    for kind, op in [('L1', 'ReduceL1'), ('L2', 'ReduceL2'), ('LOG_SUM', 'ReduceLogSum'), ('LOG_SUM_EXP', 'ReduceLogSumExp'),
                     ('SUM_SQUARE', 'ReduceSumSquare')]:
        for name, shape, axes, keep in [('height and width', (2, 4, 5, 3), (1, 2), False), ('the last axis', (2, 3, 9), (-1,), True),
                                        ('everything', (3, 4, 5), (), False)]:
            x = In(shape, 0.1, 3) if kind == 'LOG_SUM' else In(shape, -90, 90) if kind == 'LOG_SUM_EXP' else In(shape)
            y, = run_onnx(op, [x.v], **({'axes': axes} if axes else {}), keepdims=int(keep))
            t.add('%s over %s' % (op, name), 'REDUCE', '&(const struct reduce_attrs){REDUCE_%s, %s, %s}'
                  % (kind, 'true' if keep else 'false', c_ints(axes) if axes else '{NULL, 0}'), [x], [y], 1e-6)
    far = Given([[500, 501], [-1000, -1000], [np.inf, 0], [-np.inf, -np.inf], [np.nan, 1]])
    top = np.array([501, -1000, np.inf, -np.inf, np.nan])
    t.add('log_sum_exp of what exp cannot hold', 'REDUCE', '&(const struct reduce_attrs){REDUCE_LOG_SUM_EXP, false, %s}' % c_ints((1,)),
          [far], [top + np.array([math.log1p(math.exp(-1)), math.log(2), 0, 0, 0])], 2e-7)
    return t


def make_pad():
    t = Table('pad', 'pad')
    modes = {'CONSTANT': 'constant', 'REFLECT': 'reflect', 'EDGE': 'edge', 'SYMMETRIC': 'symmetric', 'WRAP': 'wrap'}
    for mode, np_mode in modes.items():
        for name, shape, before, after in [
                ('an image', (1, 3, 4, 2), (0, 1, 2, 0), (0, 2, 1, 0)), ('channels', (1, 2, 3, 4), (0, 0, 0, 2), (0, 0, 0, 3)),
                ('all sides', (2, 3, 4), (1, 2, 3), (1, 1, 2)), ('a vector', (5,), (4,), (4,)), ('nothing', (2, 3), (0, 0), (0, 0))]:
            x = In(shape)
            extra = {'constant_values': F32(-2.5)} if mode == 'CONSTANT' else {}
            y = np.pad(x.v, list(zip(before, after)), np_mode, **extra)
            t.add('%s around %s' % (np_mode, name), 'PAD', '&(const struct pad_attrs){PAD_%s, %s, %s, -2.5f}'
                  % (mode, c_ints(before), c_ints(after)), [x], [y])
    for mode in ('SYMMETRIC', 'WRAP', 'EDGE'):  # once around
        x = In((3, 2))
        t.add('%s as far as it goes' % modes[mode], 'PAD', '&(const struct pad_attrs){PAD_%s, %s, %s, 0}' % (mode, c_ints((3, 2)), c_ints((3, 1))),
              [x], [np.pad(x.v, ((3, 3), (2, 1)), modes[mode])])
    x = In((2, 1, 3, 2, 1, 2))
    t.add('reflect around six axes', 'PAD', '&(const struct pad_attrs){PAD_REFLECT, %s, %s, 0}' % (c_ints((1, 0, 2, 0, 0, 1)), c_ints((0, 0, 1, 1, 0, 1))),
          [x], [np.pad(x.v, ((1, 0), (0, 0), (2, 1), (0, 1), (0, 0), (1, 1)), 'reflect')])
    return t


def make_lstm():
    t = Table('lstm', 'lstm')

    def lstm(name, n, time, size, hidden, states, backward, n_out):
        x = In((n, time, size))
        w, r, b = Const((size, 4 * hidden), -0.6, 0.6), Const((hidden, 4 * hidden), -0.6, 0.6), Const((4 * hidden,))
        h0, c0 = (In((n, hidden)), In((n, hidden))) if states else (None, None)

        def onnx_gates(v):  # ours: i, f, o, g on the last axis; ONNX's: i, o, f, c
            i, f, o, g = np.split(v, 4, axis=-1)
            return np.concatenate([i, o, f, g], axis=-1)
        bias = np.concatenate([onnx_gates(b.v), np.zeros(4 * hidden, F32)])[None]
        y, h, c = run_onnx('LSTM', [
            np.ascontiguousarray(x.v.transpose(1, 0, 2)), np.ascontiguousarray(onnx_gates(w.v).T)[None],
            np.ascontiguousarray(onnx_gates(r.v).T)[None], bias, None,
            h0.v[None] if states else None, c0.v[None] if states else None],
            n_out=3, hidden_size=hidden, direction='reverse' if backward else 'forward')
        outs = [y[:, 0].transpose(1, 0, 2), h[0], c[0]]
        t.add(name, 'LSTM', '&(const struct lstm_attrs){%s}' % ('true' if backward else 'false'),
              [x, w, r, b] + ([h0, c0] if states else []), outs[:n_out], 1e-6)

    lstm('from zeros', 1, 4, 3, 5, False, False, 1)
    lstm('a batch with states', 2, 3, 6, 8, True, False, 3)
    lstm('backward, with states', 2, 5, 4, 9, True, True, 3)
    lstm('backward, from zeros', 1, 3, 2, 3, False, True, 2)
    lstm('one step of a voice', 1, 1, 40, 40, True, False, 3)

    def sigmoid(v):
        return 1 / (1 + np.exp(-v))

    def lstm_numpy(x, w, r, b, h, c, go_on):
        ys = []
        for t in range(x.shape[1]):
            h, c = h * go_on[:, t, None], c * go_on[:, t, None]
            i, f, o, g = np.split(x[:, t] @ w + h @ r + b, 4, axis=-1)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            h = sigmoid(o) * np.tanh(c)
            ys.append(h)
        return np.stack(ys, axis=1), h, c

    for name, go_on in [('sequences that begin in the middle', [[0, 1, 1, 0, 1], [1, 1, 0, 0, 1]]),
                        ('sequences that go on in part', [[0.5, 1, 0.25, 1, 1], [1, 0, 2, 1, -1]])]:
        ins = [In((2, 5, 3)), Const((3, 24), -0.6, 0.6), Const((6, 24), -0.6, 0.6), Const((24,)), In((2, 6)), In((2, 6)),
               Given(go_on)]
        t.add(name, 'LSTM', '&(const struct lstm_attrs){false}', ins, lstm_numpy(*(x.v.astype(float) for x in ins)), 1e-6)
    ins = [In((2, 5, 3)), Const((3, 24), -0.6, 0.6), Const((6, 24), -0.6, 0.6), Const((24,)), None, None, Given(go_on)]
    zeros = np.zeros((2, 6))
    t.add('sequences that begin, from zeros', 'LSTM', '&(const struct lstm_attrs){false}', ins,
          lstm_numpy(*(x.v.astype(float) if x else zeros for x in ins))[:1], 1e-6)
    return t


def make_gru():
    t = Table('gru', 'gru')

    def gru(name, n, time, size, hidden, state, backward, after, n_out):
        x, w, r = In((n, time, size)), Const((size, 3 * hidden), -0.6, 0.6), Const((hidden, 3 * hidden), -0.6, 0.6)
        b, h0 = Const((4 * hidden,)), In((n, hidden)) if state else None
        zeros = np.zeros(2 * hidden, F32)
        bias = np.concatenate([b.v[:3 * hidden], zeros, b.v[3 * hidden:]])[None]
        y, h = run_onnx('GRU', [
            np.ascontiguousarray(x.v.transpose(1, 0, 2)), np.ascontiguousarray(w.v.T)[None], np.ascontiguousarray(r.v.T)[None],
            bias, None, h0.v[None] if state else None],
            n_out=2, hidden_size=hidden, direction='reverse' if backward else 'forward', linear_before_reset=int(after))
        attrs = '&(const struct gru_attrs){%s, %s}' % ('true' if backward else 'false', 'true' if after else 'false')
        t.add(name, 'GRU', attrs, [x, w, r, b] + ([h0] if state else []), [y[:, 0].transpose(1, 0, 2), h[0]][:n_out], 1e-6)

    for after in (False, True):
        suffix = ', reset after' if after else ''
        gru('from zeros' + suffix, 1, 4, 3, 5, False, False, after, 1)
        gru('a batch with a state' + suffix, 3, 3, 6, 40, True, False, after, 2)
        gru('backward, with a state' + suffix, 2, 5, 4, 9, True, True, after, 2)
        gru('backward, from zeros' + suffix, 1, 3, 2, 3, False, True, after, 2)
    return t


def make_rnn():
    t = Table('rnn', 'rnn')

    def rnn(name, n, time, size, hidden, state, backward, activation, n_out):
        x, w, r = In((n, time, size)), Const((size, hidden), -0.6, 0.6), Const((hidden, hidden), -0.6, 0.6)
        b, h0 = Const((hidden,)), In((n, hidden)) if state else None
        y, h = run_onnx('RNN', [
            np.ascontiguousarray(x.v.transpose(1, 0, 2)), np.ascontiguousarray(w.v.T)[None], np.ascontiguousarray(r.v.T)[None],
            np.concatenate([b.v, np.zeros(hidden, F32)])[None], None, h0.v[None] if state else None],
            n_out=2, hidden_size=hidden, direction='reverse' if backward else 'forward', activations=[activation])
        attrs = '&(const struct rnn_attrs){%s, RNN_%s}' % ('true' if backward else 'false', activation.upper())
        t.add(name, 'RNN', attrs, [x, w, r, b] + ([h0] if state else []), [y[:, 0].transpose(1, 0, 2), h[0]][:n_out], 1e-6)

    for activation in ('Tanh', 'Relu'):
        rnn(activation.lower() + ', from zeros', 1, 4, 3, 5, False, False, activation, 1)
        rnn(activation.lower() + ', a batch with a state', 3, 3, 6, 40, True, False, activation, 2)
        rnn(activation.lower() + ', backward', 2, 5, 4, 9, True, True, activation, 2)
    return t


def make_space_to_depth():
    t = Table('space_to_depth', 'depth_to_space', 'space_to_depth')
    for r, shape in [(2, (1, 4, 6, 3)), (3, (2, 3, 6, 1)), (2, (1, 2, 2, 5))]:
        x = In(shape)
        y, = run_onnx('SpaceToDepth', [nchw(x.v)], blocksize=r)
        t.add('to depth by %d' % r, 'SPACE_TO_DEPTH', '&(const struct space_to_depth_attrs){%d}' % r, [x], [nhwc(y)])
    for r, shape in [(2, (1, 2, 3, 12)), (3, (2, 1, 2, 9)), (4, (1, 3, 2, 16))]:
        x = In(shape)
        y, = run_onnx('DepthToSpace', [nchw(x.v)], blocksize=r, mode='DCR')
        t.add('to space by %d' % r, 'DEPTH_TO_SPACE', '&(const struct depth_to_space_attrs){%d, DEPTH_TO_SPACE_DCR}' % r, [x], [nhwc(y)])
    for r, shape in [(2, (1, 2, 3, 12)), (3, (2, 1, 2, 9))]:
        x = In(shape)
        y, = run_onnx('DepthToSpace', [nchw(x.v)], blocksize=r, mode='CRD')
        t.add('to space by %d, as PyTorch' % r, 'DEPTH_TO_SPACE', '&(const struct depth_to_space_attrs){%d, DEPTH_TO_SPACE_CRD}' % r, [x], [nhwc(y)])
    return t


def main(scope):
    makers = {k[5:]: v for k, v in scope.items() if k.startswith('make_')}
    total = 0
    for name in sys.argv[1:] or makers:
        size = makers[name]().write()
        total += size
        print('%-16s %7d bytes' % (name, size))
    print('%-16s %7d bytes' % ('all', total))


if __name__ == '__main__':
    main(globals())
