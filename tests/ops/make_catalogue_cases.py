#!/usr/bin/env python3
"""Writes data/OP.h as make_cases.py does, for the operators that came with the whole layer catalogue:
python3 make_catalogue_cases.py [OP ...]

What has to come out is onnxruntime's where ONNX has the operator, else numpy's in double, by the
operator's definition.
"""
import math

import numpy as np

from make_cases import (Const, F32, Given, In, Table, c_float, c_ints, main, nchw, nhwc, run_onnx, window)


def flag(v):
    return 'true' if v else 'false'


def deconv_numpy(x, w, b, s, d, groups, crops, size):
    """By the definition: every place of x adds its patch, then the edges go."""
    n, h, wd, c = x.shape
    kh, kw, _, mg = w.shape
    full = np.zeros((n, max((h - 1) * s[0] + (kh - 1) * d[0] + 1, crops[0] + size[0]),
                     max((wd - 1) * s[1] + (kw - 1) * d[1] + 1, crops[1] + size[1]), mg * groups))
    for g in range(groups):
        xs, ws = x[..., g * c // groups:(g + 1) * c // groups].astype(float), w[:, :, g * c // groups:(g + 1) * c // groups]
        for i in range(kh):
            for j in range(kw):
                part = full[:, i * d[0]:i * d[0] + (h - 1) * s[0] + 1:s[0], j * d[1]:j * d[1] + (wd - 1) * s[1] + 1:s[1]]
                part[..., g * mg:(g + 1) * mg] += xs @ ws[i, j].astype(float)
    full = full[:, crops[0]:crops[0] + size[0], crops[1]:crops[1] + size[1]]
    return full + (0 if b is None else b.astype(float))


def make_deconv():
    t = Table('deconv', 'deconv')

    def deconv(name, x, mg, k, s, d=(1, 1), pads=(0, 0, 0, 0), padding='EXPLICIT', groups=1, extra=(0, 0), bias=True,
               onnx=True, clamp=None):
        xi, w = In(x), Const((*k, x[3], mg))
        b = Const((mg * groups,)) if bias else None
        full = [(x[1 + i] - 1) * s[i] + (k[i] - 1) * d[i] + 1 for i in (0, 1)]
        if padding == 'SAME':
            size = [x[1 + i] * s[i] + extra[i] for i in (0, 1)]
            lead = [max(0, (full[i] - size[i]) // 2) for i in (0, 1)]
        elif padding == 'VALID':
            size, lead = [max(full[i], x[1 + i] * s[i]) + extra[i] for i in (0, 1)], (0, 0)
        else:
            size, lead = [full[i] - pads[i] - pads[2 + i] + extra[i] for i in (0, 1)], pads[:2]
        y = deconv_numpy(xi.v, w.v, b.v if bias else None, s, d, groups, lead, size)
        if onnx:  # a second opinion
            trail = [full[i] - lead[i] - size[i] for i in (0, 1)]
            z, = run_onnx('ConvTranspose', [nchw(xi.v), np.ascontiguousarray(np.transpose(w.v, (2, 3, 0, 1))), b.v if bias else None],
                          kernel_shape=k, strides=s, dilations=d, group=groups, pads=[*lead, *(max(0, v) for v in trail)],
                          output_padding=[max(0, -v) for v in trail])
            assert np.allclose(nhwc(z), y, atol=1e-4), name
        t.add(name, 'DECONV', '&(const struct deconv_attrs){.window = %s, .groups = %d, .output_pad_h = %d, .output_pad_w = %d}'
              % (window(k, s, d, pads, padding), groups, *extra), [xi, w, b] if bias else [xi, w], [y], 2e-6)

    deconv('1x1', (1, 3, 4, 5), 6, (1, 1), (1, 1))
    deconv('stride 1 is a convolution', (1, 4, 5, 3), 4, (3, 3), (1, 1))
    deconv('doubles, as segmentation does', (1, 3, 4, 6), 5, (4, 4), (2, 2), pads=(1, 1, 1, 1))
    deconv('three channels out', (1, 5, 4, 20), 3, (3, 3), (2, 2), pads=(1, 1, 1, 1), extra=(1, 1))
    deconv('more channels than two vectors', (1, 3, 3, 9), 37, (3, 2), (2, 1))
    deconv('a vector and a half', (1, 2, 8, 4), 24, (2, 1), (2, 2))
    deconv('more channels in than are added at once', (1, 2, 3, 300), 5, (2, 2), (1, 1))
    deconv('a kernel smaller than the stride', (1, 3, 4, 2), 3, (2, 2), (3, 3))
    deconv('strides that differ', (2, 3, 4, 3), 4, (3, 5), (1, 3), pads=(0, 1, 2, 1))
    deconv('dilated', (1, 4, 5, 3), 4, (3, 2), (2, 2), (2, 3), pads=(1, 0, 2, 1))
    deconv('SAME', (1, 4, 5, 3), 4, (4, 4), (2, 2), padding='SAME')
    deconv('SAME with an odd row: it goes behind', (1, 4, 5, 3), 4, (3, 3), (2, 2), padding='SAME')
    deconv('SAME with one row less', (1, 4, 5, 3), 4, (3, 3), (2, 2), padding='SAME', extra=(-1, 0))
    deconv('SAME with a kernel smaller than the stride', (1, 3, 3, 2), 2, (1, 2), (3, 3), padding='SAME')
    deconv('VALID', (1, 3, 4, 2), 3, (3, 3), (2, 2), pads=(1, 1, 1, 1), padding='VALID')
    deconv('VALID with a kernel smaller than the stride', (1, 3, 4, 2), 3, (1, 1), (2, 2), padding='VALID')
    deconv('caffe', (1, 4, 4, 3), 2, (4, 4), (2, 2), pads=(1, 1, 1, 1), padding='CAFFE')
    deconv('crops as wide as the input', (1, 2, 2, 3), 2, (3, 3), (1, 1), pads=(1, 1, 1, 1))
    deconv('two groups', (1, 4, 3, 6), 4, (3, 3), (2, 2), pads=(1, 1, 1, 1), groups=2)
    deconv('groups of one in and three out', (1, 3, 4, 4), 3, (2, 2), (2, 2), groups=4, bias=False)
    deconv('depthwise, as upsampling', (1, 3, 2, 19), 1, (4, 4), (2, 2), pads=(1, 1, 1, 1), groups=19)
    deconv('depthwise, dilated and cropped', (2, 3, 4, 5), 1, (3, 2), (2, 3), (2, 1), pads=(2, 0, 0, 1), groups=5, bias=False)
    deconv('no bias', (1, 3, 3, 4), 5, (3, 3), (2, 2), bias=False)
    deconv('a row of a voice', (1, 1, 7, 8), 6, (1, 8), (1, 4), pads=(0, 2, 0, 2))
    deconv('rows that nothing reaches at the end', (1, 2, 3, 2), 3, (2, 2), (2, 2), extra=(3, 2), onnx=False)
    return t


def make_resize():
    t = Table('resize', 'resize')
    words = {'ASYMMETRIC': 'asymmetric', 'ALIGN_CORNERS': 'align_corners', 'HALF_PIXEL': 'half_pixel',
             'PYTORCH_HALF_PIXEL': 'pytorch_half_pixel', 'TF_HALF_PIXEL_FOR_NN': 'tf_half_pixel_for_nn',
             'HALF_PIXEL_SYMMETRIC': 'half_pixel_symmetric'}
    modes = {'BILINEAR': 'linear', 'NEAREST': 'nearest', 'CUBIC': 'cubic'}
    roundings = {'FLOOR': 'floor', 'ROUND_PREFER_FLOOR': 'round_prefer_floor', 'ROUND_PREFER_CEIL': 'round_prefer_ceil', 'CEIL': 'ceil'}

    def resize(name, mode, coordinates, x, size=None, scale=None, rounding='FLOOR', a=-0.75, exclude=False, most=2e-6):
        xi = In(x)
        attrs = {'mode': modes[mode], 'coordinate_transformation_mode': words[coordinates]}
        opset = 17
        if mode == 'NEAREST':
            attrs['nearest_mode'] = roundings[rounding]
        if mode == 'CUBIC':
            attrs.update(cubic_coeff_a=a, exclude_outside=int(exclude))
        if coordinates == 'HALF_PIXEL_SYMMETRIC':
            opset = 19
        scales = np.array([1, 1, *scale], F32) if scale else None
        sizes = np.array([x[0], x[3], *size], np.int64) if size else None
        y, = run_onnx('Resize', [nchw(xi.v), None, scales] if scale else [nchw(xi.v), None, None, sizes], opset=opset, **attrs)
        t.add(name, 'RESIZE', '&(const struct resize_attrs){RESIZE_%s, RESIZE_%s, RESIZE_%s, %d, %d, %s, %s, %s, %s}'
              % (mode, coordinates, rounding, *(size or (0, 0)), *map(c_float, scale or (0, 0)), c_float(a), flag(exclude)),
              [xi], [nhwc(y)], 0 if mode == 'NEAREST' else most)

    for mode in ('BILINEAR', 'CUBIC'):
        for at in ('ASYMMETRIC', 'ALIGN_CORNERS', 'HALF_PIXEL', 'PYTORCH_HALF_PIXEL'):
            word = '%s, %s, ' % (mode.lower(), words[at])
            resize(word + 'larger', mode, at, (1, 3, 4, 5), size=(7, 9))
            resize(word + 'smaller', mode, at, (2, 7, 8, 3), size=(3, 5))
    resize('bilinear, half a pixel, doubled', 'BILINEAR', 'HALF_PIXEL', (1, 3, 5, 19), scale=(2, 2))
    resize('bilinear, to one row, corners aligned', 'BILINEAR', 'ALIGN_CORNERS', (1, 5, 4, 2), size=(1, 3))
    resize('bilinear, to one row, as PyTorch', 'BILINEAR', 'PYTORCH_HALF_PIXEL', (1, 5, 4, 2), size=(1, 1))
    resize('bilinear, from one pixel', 'BILINEAR', 'HALF_PIXEL', (1, 1, 1, 3), size=(3, 4))
    resize('bilinear, same size', 'BILINEAR', 'ALIGN_CORNERS', (1, 3, 4, 2), size=(3, 4))
    resize('bilinear, a scale that leaves a rest', 'BILINEAR', 'ASYMMETRIC', (1, 4, 5, 2), scale=(1.3, 0.7))
    resize('bilinear, a scale that leaves a rest, half a pixel', 'BILINEAR', 'HALF_PIXEL', (1, 4, 5, 2), scale=(1.3, 0.7))
    resize('bilinear, a scale that leaves a rest, from the middle', 'BILINEAR', 'HALF_PIXEL_SYMMETRIC', (1, 4, 5, 2), scale=(1.3, 0.7))
    for at in ('ASYMMETRIC', 'ALIGN_CORNERS', 'HALF_PIXEL', 'PYTORCH_HALF_PIXEL', 'TF_HALF_PIXEL_FOR_NN'):
        for rounding in roundings:
            resize('nearest, %s, %s' % (words[at], roundings[rounding]), 'NEAREST', at, (1, 5, 4, 1), size=(7, 9), rounding=rounding)
    resize('nearest, smaller', 'NEAREST', 'ASYMMETRIC', (2, 7, 9, 3), size=(3, 4))
    resize('nearest, doubled', 'NEAREST', 'ASYMMETRIC', (1, 2, 3, 4), scale=(2, 2))
    resize('nearest, a scale in floats', 'NEAREST', 'ASYMMETRIC', (1, 3, 20, 1), scale=(1, 0.6))
    resize('cubic with -0.5, nothing outside', 'CUBIC', 'HALF_PIXEL', (1, 4, 5, 2), size=(9, 7), a=-0.5, exclude=True)
    resize('cubic, a scale in floats', 'CUBIC', 'ASYMMETRIC', (1, 4, 5, 2), scale=(1.7, 2.3))
    return t


def lrn_across(x, size, alpha, beta, bias):
    y = np.zeros(x.shape)
    for c in range(x.shape[-1]):
        part = x[..., max(0, c - (size - 1) // 2):c + size // 2 + 1].astype(float)
        y[..., c] = x[..., c] / (bias + alpha / size * (part ** 2).sum(axis=-1)) ** beta
    return y


def lrn_within(x, size, alpha, beta, bias):
    n, h, w, c = x.shape
    y = np.zeros(x.shape)
    before, after = (size - 1) // 2, size // 2
    for i in range(h):
        for j in range(w):
            part = x[:, max(0, i - before):i + after + 1, max(0, j - before):j + after + 1].astype(float)
            y[:, i, j] = x[:, i, j] / (bias + alpha / size ** 2 * (part ** 2).sum(axis=(1, 2))) ** beta
    return y


def make_lrn():
    t = Table('lrn', 'lrn')

    def lrn(name, kind, shape, size, alpha, beta, bias):
        x = In(shape, -4, 4)
        if kind == 'ACROSS_CHANNELS':
            y = lrn_across(x.v, size, alpha, beta, bias)
            if size % 2 and len(shape) == 4:  # a second opinion
                z, = run_onnx('LRN', [nchw(x.v)], size=size, alpha=alpha, beta=beta, bias=float(bias))
                assert np.allclose(nhwc(z), y, atol=1e-5), name
        else:
            y = lrn_within(x.v, size, alpha, beta, bias)
        t.add(name, 'LRN', '&(const struct lrn_attrs){LRN_%s, %d, %s, %s, %s}' % (kind, size, *map(c_float, (alpha, beta, bias))),
              [x], [y], 1e-6)

    lrn('as AlexNet has it', 'ACROSS_CHANNELS', (1, 3, 4, 11), 5, 1e-4, 0.75, 1)
    lrn('strong', 'ACROSS_CHANNELS', (2, 2, 3, 7), 3, 0.9, 0.75, 2)
    lrn('a power of a half', 'ACROSS_CHANNELS', (1, 2, 3, 7), 5, 0.9, 0.5, 1)
    lrn('another power', 'ACROSS_CHANNELS', (1, 2, 3, 7), 5, 0.9, 1.3, 1)
    lrn('a window wider than the channels', 'ACROSS_CHANNELS', (1, 2, 2, 3), 9, 0.9, 0.75, 1)
    lrn('a window of one', 'ACROSS_CHANNELS', (1, 2, 2, 3), 1, 0.9, 0.75, 1)
    lrn('an even window', 'ACROSS_CHANNELS', (1, 2, 2, 6), 4, 0.9, 0.75, 1)
    lrn('within a channel', 'WITHIN_CHANNEL', (2, 4, 5, 3), 3, 0.9, 0.75, 1)
    lrn('within a channel, wider than the image', 'WITHIN_CHANNEL', (1, 3, 2, 4), 7, 2, 0.4, 1)
    lrn('within a channel, an even window', 'WITHIN_CHANNEL', (1, 4, 4, 2), 2, 0.9, 0.75, 0.5)
    lrn('across the last axis of a matrix', 'ACROSS_CHANNELS', (3, 5), 3, 0.9, 0.75, 1)
    return t


def make_normalize():
    t = Table('normalize', 'instance_norm', 'l2_norm', 'layer_norm', 'normalize')

    def instance(name, shape, epsilon):
        x, w, b = In(shape, -3, 5), Const((shape[-1],)), Const((shape[-1],))
        first = np.moveaxis(x.v, -1, 1)
        y, = run_onnx('InstanceNormalization', [np.ascontiguousarray(first), w.v, b.v], epsilon=epsilon)
        t.add(name, 'INSTANCE_NORM', '&(const struct instance_norm_attrs){%s}' % c_float(epsilon), [x, w, b],
              [np.moveaxis(y, 1, -1)], 2e-6)

    instance('instances of images', (2, 4, 5, 3), 1e-5)
    instance('instances with more channels than a block', (1, 2, 3, 70), 1e-3)
    instance('instances of rows', (2, 6, 4), 0.5)
    instance('instances of six axes', (2, 2, 3, 1, 2, 3), 1e-5)

    def layer(name, shape, axis, epsilon, bias):
        x = In(shape, -3, 5)
        of = shape[axis:]
        w, b = Const(of), Const(of) if bias else None
        y, = run_onnx('LayerNormalization', [x.v, w.v] + ([b.v] if bias else []), axis=axis, epsilon=epsilon)
        t.add(name, 'LAYER_NORM', '&(const struct layer_norm_attrs){%d, %s}' % (axis, c_float(epsilon)),
              [x, w] + ([b] if bias else []), [y], 2e-6)

    layer('layers over the last axis', (2, 3, 7), -1, 1e-5, True)
    layer('layers over two axes', (2, 3, 4, 5), 2, 1e-3, True)
    layer('layers over everything, no bias', (4, 5), 0, 1e-5, False)
    layer('layers of long rows', (3, 300), 1, 1e-12, True)

    def l2(name, shape, axes, kind, epsilon, lo=-2, most=5e-7):
        x = In(shape, lo, 2)
        d = x.v.astype(float)
        s = (d ** 2).sum(axis=tuple(axes) if axes else None, keepdims=True)
        s = np.maximum(s, epsilon) if kind == 'MAX' else s + epsilon
        y = np.where(s == 0, 0, d / np.sqrt(np.where(s == 0, 1, s)))
        t.add(name, 'L2_NORM', '&(const struct l2_norm_attrs){%s, L2_NORM_%s, %s}'
              % (c_ints(axes) if axes else '{NULL, 0}', kind, c_float(epsilon)), [x], [y], most)

    l2('length over channels', (2, 3, 2, 6), (-1,), 'MAX', 1e-12)
    l2('length over height and width', (1, 2, 3, 70), (1, 2), 'ADD', 1e-3)
    l2('length over everything', (3, 4), (), 'MAX', 0)
    l2('length over axes that are no neighbours', (3, 4, 5, 2), (0, 2), 'ADD', 0.5)
    l2('epsilon is the larger', (2, 5), (1,), 'MAX', 100)
    zeros = Given(np.zeros((2, 3)))
    t.add('no length at all', 'L2_NORM', '&(const struct l2_norm_attrs){{NULL, 0}, L2_NORM_ADD, 0}', [zeros], [zeros.v])
    x = In((3, 8), -2, 2)
    y, = run_onnx('LpNormalization', [x.v], axis=1, p=2)
    t.add('length as ONNX has it', 'L2_NORM', '&(const struct l2_norm_attrs){%s, L2_NORM_MAX, 0}' % c_ints((1,)), [x], [y], 5e-7)

    def ssd(name, shape, across, n_weights, epsilon):
        x, w = In(shape, -2, 2), Const((n_weights,), 1, 20)
        d = x.v.astype(float)
        axes = tuple(range(1, len(shape))) if across else -1
        y = d / np.sqrt((d ** 2).sum(axis=axes, keepdims=True) + epsilon) * w.v.astype(float)
        t.add(name, 'NORMALIZE', '&(const struct normalize_attrs){%s, %s}' % (flag(across), c_float(epsilon)), [x, w], [y], 5e-7)

    ssd('as SSD has it', (1, 3, 4, 5), False, 5, 1e-10)
    ssd('across an image', (2, 3, 4, 5), True, 5, 1e-10)
    ssd('one weight', (1, 2, 3, 70), False, 1, 0.1)
    ssd('one weight across an image', (1, 2, 3, 7), True, 1, 1e-10)
    return t


def make_moments():
    t = Table('moments', 'moments')

    def moments(name, shape, axes, keep, lo=-1, hi=1):
        x = In(shape, lo, hi)
        d, of = x.v.astype(float), tuple(axes) if axes else None
        t.add(name, 'MOMENTS', '&(const struct moments_attrs){%s, %s}' % (c_ints(axes) if axes else '{NULL, 0}', flag(keep)), [x],
              [d.mean(axis=of, keepdims=keep), d.var(axis=of, keepdims=keep)], 1e-6)

    moments('over height and width', (2, 4, 5, 3), (1, 2), True)
    moments('over height and width, dropped', (1, 3, 2, 70), (1, 2), False)
    moments('over the last axis', (3, 9), (-1,), False)
    moments('over everything', (3, 4, 2), (), False)
    moments('over axes that are no neighbours', (3, 4, 5, 2), (0, 2), True)
    moments('far from zero', (2, 50), (1,), False, 999, 1001)
    return t


def make_activation():
    t = Table('activation', 'gelu', 'hard_sigmoid', 'leaky_relu', 'power', 'selu', 'swish', 'thresholded_relu')
    x = In((2, 3, 17), -7, 7)
    d = x.v.astype(float)

    def each(name, op, attrs, y, most=2e-7, xi=x):
        t.add(name, op, attrs and '&(const struct %s_attrs){%s}' % (op.lower(), attrs), [xi], [y], most)

    leaky, = run_onnx('LeakyRelu', [x.v], alpha=0.125)
    each('leaky', 'LEAKY_RELU', '0.125f, INFINITY', leaky)
    each('leaky with an upper end', 'LEAKY_RELU', '0.1f, 6', np.where(d > 0, np.minimum(d, 6), F32(0.1) * d))
    each('leaky with a negative slope', 'LEAKY_RELU', '-0.5f, INFINITY', np.where(d > 0, d, -0.5 * d))
    thresholded, = run_onnx('ThresholdedRelu', [x.v], alpha=1.5)
    each('thresholded', 'THRESHOLDED_RELU', '1.5f', thresholded)
    hard, = run_onnx('HardSigmoid', [x.v], alpha=0.25, beta=0.5)
    each('hard sigmoid', 'HARD_SIGMOID', '0.25f, 0.5f', hard)
    swish, = run_onnx('HardSwish', [x.v])
    each('hard swish', 'HARD_SWISH', None, swish)
    each('SiLU', 'SWISH', '1', d / (1 + np.exp(-d)))
    each('swish', 'SWISH', '1.702f', d / (1 + np.exp(-float(F32(1.702)) * d)))
    far = In((20,), -120, 120)
    each('swish far out', 'SWISH', '1', far.v / (1 + np.exp(-far.v.astype(float))), xi=far)
    selu, = run_onnx('Selu', [x.v], alpha=1.5, gamma=1.25)
    each('selu', 'SELU', '1.5f, 1.25f', selu)
    erf = np.vectorize(math.erf)
    each('gelu', 'GELU', 'false', d / 2 * (1 + erf(d / math.sqrt(2))))
    each('gelu by tanh', 'GELU', 'true', d / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (d + 0.044715 * d ** 3))), 4e-7)
    p = In((2, 9), 0.25, 3)
    e = p.v.astype(float)
    each('power', 'POWER', '2, 0.5f, 1.7f', (0.5 + 2 * e) ** float(F32(1.7)), 4e-7, p)
    each('a square root below', 'POWER', '1, 0, -0.5f', e ** -0.5, 4e-7, p)
    each('power of one', 'POWER', '-0.25f, 3, 1', 3 - 0.25 * d)
    each('a square', 'POWER', '1, -1, 2', (d - 1) ** 2, 4e-7)
    odd = Given([np.nan, np.inf, -np.inf, 0.0, -0.0])
    each('leaky of what is no number', 'LEAKY_RELU', '0.5f, 6', [np.nan, 6, -np.inf, 0, 0], xi=odd)
    each('thresholded of what is no number', 'THRESHOLDED_RELU', '1', [np.nan, np.inf, 0, 0, 0], xi=odd)
    each('hard sigmoid of what is no number', 'HARD_SIGMOID', '0.2f, 0.5f', [np.nan, 1, 0, 0.5, 0.5], xi=odd)
    return t


def make_logic():
    t = Table('logic', 'binary')
    whole = np.random.default_rng(11)
    truths = Given([[0, 0, 1, -2], [0.5, np.nan, 0, 1]]), Given([[0, 3, 0, 1], [0, 1, np.nan, 1]])
    for kind, compute in {'SQUARED_DIFFERENCE': lambda a, b: (a - b) ** 2, 'FLOOR_DIV': lambda a, b: np.floor(a / b), 'FLOOR_MOD': np.mod,
                          'TRUNC_MOD': np.fmod, 'GREATER': np.greater, 'GREATER_EQUAL': np.greater_equal, 'LESS': np.less,
                          'LESS_EQUAL': np.less_equal, 'EQUAL': np.equal, 'NOT_EQUAL': np.not_equal, 'AND': np.logical_and,
                          'OR': np.logical_or, 'XOR': np.logical_xor}.items():
        pairs = [(Given(whole.integers(-9, 10, (3, 5))), Given(whole.integers(1, 5, (5,)) * whole.choice([-1, 1], (5,))))]
        if kind in ('AND', 'OR', 'XOR', 'EQUAL', 'NOT_EQUAL', 'GREATER', 'LESS_EQUAL'):
            pairs.append(truths)
        for a, b in pairs:
            y = compute(a.v.astype(float), b.v.astype(float))
            t.add(kind.lower().replace('_', ' '), 'BINARY', '&(const struct binary_attrs){BINARY_%s}' % kind, [a, b], [y])
    return t


def make_tile():
    t = Table('tile', 'channel_shuffle', 'tile')
    for name, shape, multiples in [
            ('a vector', (3,), (4,)), ('rows', (2, 3), (3, 1)), ('both', (2, 3), (2, 3)), ('an image', (1, 2, 3, 4), (2, 1, 3, 2)),
            ('ones become many', (1, 3, 1), (5, 1, 4)), ('nothing', (2, 3), (1, 1)), ('six axes', (2, 1, 2, 1, 2, 2), (2, 3, 1, 2, 2, 2))]:
        x = In(shape)
        y, = run_onnx('Tile', [x.v, np.array(multiples, np.int64)])
        t.add('tile ' + name, 'TILE', '&(const struct tile_attrs){%s}' % c_ints(multiples), [x], [y])
    for name, shape, groups in [('an image', (2, 3, 2, 6), 2), ('three groups', (1, 2, 2, 12), 3), ('one group', (1, 2, 4), 1),
                                ('as many groups as channels', (2, 5), 5)]:
        x = In(shape)
        y = x.v.reshape(*shape[:-1], groups, shape[-1] // groups).swapaxes(-1, -2).reshape(shape)
        t.add('shuffle ' + name, 'CHANNEL_SHUFFLE', '&(const struct channel_shuffle_attrs){%d}' % groups, [x], [y])
    return t


def make_gather():
    t = Table('gather', 'gather')

    def gather(name, x, indices, axis, y=None, constant=False):
        i = Given(indices, constant)
        if y is None:
            y, = run_onnx('Gather', [x.v, i.v.astype(np.int64)], axis=axis)
        t.add(name, 'GATHER', '&(const struct gather_attrs){%d}' % axis, [x, i], [y])

    gather('rows of a table', Const((5, 4)), [3, 0, 3, 1], 0)
    gather('a matrix of rows', Const((5, 4)), [[3, 0], [4, 1], [2, 2]], 0)
    gather('columns', In((3, 5)), [4, 0], 1)
    gather('a middle axis, from the end', In((2, 5, 3)), [-1, -5, 2], -2)
    gather('one index', In((4, 3)), 2, 0)
    gather('constant indices', In((2, 3, 4)), [[1, 2]], 1, constant=True)
    x = In((4, 3))
    inside = x.v[[0, 3, 0, 3, 0, 2, 1, 3, 0]]
    gather('indices that are outside, or no number', x, [-9, 9, -4, 3.9, -0.5, 2, 1, np.inf, np.nan], 0, inside)
    gather('minus infinity', x, [-np.inf, -1.5], 0, x.v[[0, 3]])
    return t


def make_pack():
    t = Table('pack', 'pack', 'unpack')
    for name, shape, n, axis in [('in front', (2, 3), 3, 0), ('in the middle', (2, 3), 2, 1), ('behind', (2, 3), 4, -1),
                                 ('scalars', (), 3, 0), ('images', (1, 2, 3, 4), 2, 4), ('one', (3,), 1, 0)]:
        xs = [In(shape) for _ in range(n)]
        t.add('pack ' + name, 'PACK', '&(const struct pack_attrs){%d}' % axis, xs, [np.stack([x.v for x in xs], axis)])
    for name, shape, axis in [('in front', (3, 2, 4), 0), ('in the middle', (2, 3, 4), 1), ('behind', (2, 5, 2), -1), ('a vector', (3,), 0),
                              ('one', (2, 1, 3), 1)]:
        x = In(shape)
        ys = [np.take(x.v, i, axis) for i in range(shape[axis])]
        t.add('unpack ' + name, 'UNPACK', '&(const struct unpack_attrs){%d}' % axis, [x], ys)
    return t


def make_arg_max():
    t = Table('arg_max', 'arg_max')

    def arg(name, kind, x, axis, keep, last):
        best, n = (np.argmax if kind == 'MAX' else np.argmin), x.shape[axis]
        y = n - 1 - best(np.flip(x.v, axis), axis, keepdims=keep) if last else best(x.v, axis, keepdims=keep)
        t.add(name, 'ARG_MAX', '&(const struct arg_max_attrs){ARG_%s, %d, %s, %s}' % (kind, axis, flag(keep), flag(last)), [x], [y])

    for kind in ('MAX', 'MIN'):
        word = kind.lower() + ' '
        arg(word + 'over channels', kind, In((1, 3, 4, 21)), 3, False, False)
        arg(word + 'over a middle axis', kind, In((2, 5, 3)), 1, True, False)
        arg(word + 'over the first axis', kind, In((6, 4)), -2, False, False)
        ties = Given([[1, 2, 2, 1], [0, 0, 0, 0], [3, 1, 1, 3]])
        arg(word + 'of ties, the first', kind, ties, 1, False, False)
        arg(word + 'of ties, the last', kind, ties, 1, False, True)
    nan = Given([[1, np.nan, 3, np.nan], [np.nan, 9, -9, 0]])
    for kind in ('MAX', 'MIN'):
        y = np.argmax(nan.v, 1)
        t.add(kind.lower() + ' where numbers are missing', 'ARG_MAX', '&(const struct arg_max_attrs){ARG_%s, 1, false, false}' % kind,
              [nan], [y])
    return t


def make_cumsum():
    t = Table('cumsum', 'cumsum')
    for name, shape, axis, exclusive, reverse in [
            ('a vector', (9,), 0, False, False), ('exclusive', (2, 5), 1, True, False), ('reverse', (2, 5, 3), 1, False, True),
            ('both', (3, 4), -2, True, True), ('the last axis', (2, 3, 4), -1, False, False), ('of one', (3, 1), 1, True, False)]:
        x = In(shape)
        y, = run_onnx('CumSum', [x.v, np.array(axis, np.int64)], exclusive=int(exclusive), reverse=int(reverse))
        t.add(name, 'CUMSUM', '&(const struct cumsum_attrs){%d, %s, %s}' % (axis, flag(exclusive), flag(reverse)), [x], [y], 5e-7)
    return t


def make_select():
    t = Table('select')
    for name, c, a, b in [
            ('alike', (2, 3, 4), (2, 3, 4), (2, 3, 4)), ('a condition for each row', (3, 1), (3, 4), (3, 4)),
            ('a scalar else', (2, 3, 4), (2, 3, 4), ()), ('all three repeat', (2, 1, 1), (1, 3, 1), (4,)),
            ('one condition', (), (2, 3), (2, 3)), ('six axes', (2, 1, 2, 1, 2, 1), (1, 3, 1, 2, 1, 2), (3, 1, 1, 2, 2))]:
        condition = Given(np.random.default_rng(7).integers(0, 2, c).astype(F32) * (1 if name != 'alike' else -3))
        x, z = In(a), In(b)
        t.add(name, 'SELECT', None, [condition, x, z], [np.where(condition.v != 0, x.v, z.v)])
    odd = Given([np.nan, -0.0, 0.0, 1e-40])
    x, z = In((4,)), In((4,))
    t.add('conditions that are no plain numbers', 'SELECT', None, [odd, x, z], [np.where([True, False, False, True], x.v, z.v)])
    return t


def make_matmul():
    t = Table('matmul', 'matmul')

    def matmul(name, a, b, ta=False, tb=False, constant=False):
        x, z = In(a), Const(b) if constant else In(b)
        u, v = x.v.astype(float), z.v.astype(float)
        y = np.matmul(u.swapaxes(-1, -2) if ta else u, v.swapaxes(-1, -2) if tb else v)
        t.add(name, 'MATMUL', '&(const struct matmul_attrs){%s, %s}' % (flag(ta), flag(tb)), [x, z], [y], 2e-6)

    matmul('matrices', (3, 5), (5, 4))
    matmul('a matrix of weights', (2, 7, 9), (9, 5), constant=True)
    matmul('batches', (2, 3, 4, 5), (2, 3, 5, 6))
    matmul('b repeats', (2, 3, 4, 5), (5, 6))
    matmul('a repeats', (4, 5), (3, 5, 6))
    matmul('both repeat', (2, 1, 4, 5), (1, 3, 5, 2))
    matmul('b transposed', (2, 4, 9), (2, 7, 9), tb=True)
    matmul('a transposed', (2, 9, 4), (2, 9, 7), ta=True)
    matmul('both transposed', (2, 9, 4), (7, 9), ta=True, tb=True)
    matmul('a row', (1, 300), (300, 3))
    matmul('a column', (2, 5, 1), (2, 1, 5))
    matmul('more rows than an item has', (101, 20), (20, 5))
    matmul('as attention has it', (1, 2, 7, 16), (1, 2, 7, 16), tb=True)
    matmul('b transposed, with many rows', (3, 17, 6), (3, 5, 6), tb=True)
    matmul('b transposed and repeated, with many rows', (2, 1, 16, 6), (3, 5, 6), tb=True)
    matmul('six axes', (2, 1, 2, 1, 3, 2), (3, 1, 2, 2, 4))
    return t


if __name__ == '__main__':
    main(globals())
