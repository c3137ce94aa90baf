#!/usr/bin/env python3
"""Writes data/caffe/NAME.case, the cases of test_caffe_cases.c: python3 make_caffe_cases.py

Needs numpy and an opencv-python-headless below 5, whose dnn reads Caffe's files. Each case is a small
prototxt, its caffemodel, what goes in and what has to come out: computed by OpenCV, or, where it lacks a
layer or reads it otherwise than Caffe does, in numpy by Caffe's own definition (`want`). Nothing of the
project is run. Inputs of rank 4 lie with their channels last, and so do outputs named in `last`.

A file is text lines, an empty line, the prototxt, the caffemodel, then float32 tensors, inputs first:
  converter caffe | model BYTES | weights BYTES | dims NAME 1,2,3 | out_node NAME | ops Input Conv ... |
  in NAME 1x2x3 | out NAME 1x2x3
"""
import os
import re

import cv2
import numpy as np

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'data', 'caffe')
F32 = np.float32
state = {}
names = set()


def rand(*shape, lo=-1, hi=1):
    return state['random'].uniform(lo, hi, shape).astype(F32)


# The few words of protobuf that a caffemodel needs.
def varint(n):
    out = b''
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def field(number, payload):
    payload = payload.encode() if isinstance(payload, str) else payload
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def blob(a, form='shape'):
    a = np.asarray(a)
    dims = field(7, field(1, b''.join(varint(d) for d in a.shape)))
    if form == 'four':
        sizes = [1] * (4 - a.ndim) + list(a.shape)
        dims = b''.join(varint(i + 1 << 3) + varint(d) for i, d in enumerate(sizes))
    if form == 'double':
        return dims + field(8, a.astype('<f8').tobytes())
    return dims + field(5, a.astype('<f4').tobytes())


def caffemodel(weights, version=2, form='shape'):
    """weights: layer -> blobs. version 0 and 1: as V0LayerParameter and V1LayerParameter have them."""
    out = b''
    for name, blobs in weights.items():
        blobs = [blob(b, form) for b in blobs]
        if version == 2:
            out += field(100, field(1, name) + b''.join(field(7, b) for b in blobs))
        elif version == 1:
            out += field(2, field(4, name) + b''.join(field(6, b) for b in blobs))
        else:
            out += field(2, field(1, field(1, name) + b''.join(field(50, b) for b in blobs)))
    return out


def last(a):
    return np.ascontiguousarray(np.moveaxis(a, 1, -1)) if a.ndim == 4 else a


def sizes(shape):
    return 'x'.join(map(str, shape)) if shape else 'scalar'


def head(ins, form='input_dim'):
    text = ''
    for name, a in ins.items():
        if form == 'layer':
            dims = ' '.join('dim: %d' % d for d in a.shape)
            text += 'layer { name: "%s" type: "Input" top: "%s" input_param { shape { %s } } }\n' % (name, name, dims)
        elif form == 'input_shape' or a.ndim != 4:
            text += 'input: "%s"\n' % name
        else:
            text += 'input: "%s"\n' % name + ''.join('input_dim: %d\n' % d for d in a.shape)
    if form == 'input_shape' or (form == 'input_dim' and any(a.ndim != 4 for a in ins.values())):
        text = ''.join('input: "%s"\n' % n for n in ins)
        text += ''.join('input_shape { %s }\n' % ' '.join('dim: %d' % d for d in a.shape) for a in ins.values())
    return text


def layer(name, kind, bottoms, tops, params=''):
    names = ''.join(' bottom: "%s"' % b for b in bottoms.split()) + ''.join(' top: "%s"' % t for t in tops.split())
    return 'layer { name: "%s" type: "%s"%s %s }\n' % (name, kind, names, params)


def opencv(text, model, ins, outs):
    net = cv2.dnn.readNetFromCaffe(np.frombuffer(text.encode(), np.uint8), np.frombuffer(model, np.uint8)) \
        if model else cv2.dnn.readNetFromCaffe(np.frombuffer(text.encode(), np.uint8))
    for n, a in ins.items():
        net.setInput(a, n)
    # OpenCV calls a blob after the layer that wrote it last, or after itself.
    makers = {top: name for name, top in re.findall(r'layer \{ name: "([^"]*)"[^}]*? top: "([^"]*)"', text)}
    known = net.getLayerNames()
    return [a.copy() for a in net.forward([makers[o] if makers[o] in known else o for o in outs])]


def case(name, layers, ins, outs, weights=None, want=None, ops='', out_node=(), dims=(), form='input_dim', text=None,
         reference=None, model=None, plain=(), shapes=None, **blobs):
    """outs: names. want: arrays instead of OpenCV's. plain: outputs of rank 4 that keep Caffe's order. text: a whole
    prototxt; reference: another for OpenCV. shapes: what OpenCV's outputs are in Caffe, where it has them otherwise."""
    assert name not in names, name
    names.add(name)
    outs = outs.split()
    text = text or head(ins, form) + layers
    model = caffemodel(weights or {}, **blobs) if model is None else model
    if want is None:
        plain_model = caffemodel(weights) if weights else b''
        want = opencv(reference or text, plain_model, ins, outs)
        want = [a.reshape(s) for a, s in zip(want, shapes)] if shapes else want
    lines = ['converter caffe', 'model %d' % len(text.encode())]
    lines += ['weights %d' % len(model)] if model else []
    lines += ['dims %s %s' % d for d in dims] + ['out_node %s' % n for n in out_node]
    lines += ['ops ' + ops] if ops else []
    data = b''
    for n, a in ins.items():
        a = last(a)
        lines.append('in %s %s' % (n, sizes(a.shape)))
        data += a.astype('<f4').tobytes()
    for n, a in zip(outs, want):
        a = np.asarray(a, F32)
        a = a if n in plain else last(a)
        lines.append('out %s %s' % (n, sizes(a.shape)))
        data += a.astype('<f4').tobytes()
    with open(os.path.join(HERE, name + '.case'), 'wb') as f:
        f.write(('\n'.join(lines) + '\n\n').encode() + text.encode() + model + data)


def one(name, kind, params, x, weights=None, ops='', **more):
    """One layer."""
    case(name, layer('l', kind, 'data', 'y', params), {'data': x}, 'y', {'l': weights} if weights else None, ops=ops, **more)


def windows(x, kh, kw, sh, sw, ph, pw):
    """Caffe's pooling windows over x [N,C,H,W]: sizes rounded up, none that begins behind input and pad."""
    h, w = x.shape[2:]
    oh, ow = -(-(h + 2 * ph - kh) // sh) + 1, -(-(w + 2 * pw - kw) // sw) + 1
    oh -= ph > 0 and (oh - 1) * sh >= h + ph
    ow -= pw > 0 and (ow - 1) * sw >= w + pw
    for i in range(oh):
        for j in range(ow):
            top, left = i * sh - ph, j * sw - pw
            bottom, right = min(top + kh, h + ph), min(left + kw, w + pw)
            area = (bottom - top) * (right - left)
            yield i, j, x[:, :, max(top, 0):min(bottom, h), max(left, 0):min(right, w)], area, (oh, ow)


def pool(x, average, kh, kw, sh, sw, ph=0, pw=0):
    y = None
    for i, j, part, area, shape in windows(x, kh, kw, sh, sw, ph, pw):
        y = np.zeros(x.shape[:2] + shape, F32) if y is None else y
        y[:, :, i, j] = part.sum((2, 3), dtype=np.float64) / area if average else part.max((2, 3))
    return y


def softmax(x, axis=1):
    e = np.exp(x.astype(np.float64) - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


def convolutions():
    x = rand(1, 4, 7, 6)

    def conv(name, params, w, b=True, kind='Convolution', x=x, ops='Input Conv', **more):
        weights = [w] + ([rand(more.pop('n', w.shape[0]))] if b else [])
        one(name, kind, 'convolution_param { %s }' % params, x, weights, ops, **more)

    conv('conv_plain', 'num_output: 3 kernel_size: 3', rand(3, 4, 3, 3))
    conv('conv_stride_pad', 'num_output: 3 kernel_size: 3 stride: 2 pad: 1', rand(3, 4, 3, 3), form='layer')
    conv('conv_sides', 'num_output: 2 kernel_h: 3 kernel_w: 2 stride_h: 2 stride_w: 1 pad_h: 1 pad_w: 0', rand(2, 4, 3, 2))
    conv('conv_lists', 'num_output: 2 kernel_size: 3 kernel_size: 2 stride: [1, 2] pad: 1 pad: 0', rand(2, 4, 3, 2),
         reference=head({'data': x}) + layer('l', 'Convolution', 'data', 'y', 'convolution_param { num_output: 2 kernel_h: 3 '
                                             'kernel_w: 2 stride_h: 1 stride_w: 2 pad_h: 1 pad_w: 0 }'))
    conv('conv_dilation', 'num_output: 2 kernel_size: 3 dilation: 2 pad: 2', rand(2, 4, 3, 3))
    conv('conv_no_bias', 'num_output: 2 kernel_size: 1 bias_term: false', rand(2, 4, 1, 1), b=False)
    conv('conv_groups', 'num_output: 6 kernel_size: 3 group: 2', rand(6, 2, 3, 3))
    conv('conv_depthwise', 'num_output: 4 kernel_size: 3 group: 4 pad: 1', rand(4, 1, 3, 3))
    conv('conv_padded_1x1', 'num_output: 3 kernel_size: 1 pad: 1', rand(3, 4, 1, 1))
    w, b = rand(4, 1, 3, 3), rand(4)
    for kind in 'ConvolutionDepthwise', 'DepthwiseConvolution':
        case('conv_' + kind.lower(), layer('l', kind, 'data', 'y', 'convolution_param { num_output: 4 kernel_size: 3 }'), {'data': x},
             'y', {'l': [w, b]}, ops='Input Conv', reference=head({'data': x}) +
             layer('l', 'Convolution', 'data', 'y', 'convolution_param { num_output: 4 kernel_size: 3 group: 4 }'))
    w, b = rand(3, 4, 3, 3), rand(3)
    text = layer('l', 'Convolution', 'data', 'y', 'convolution_param { num_output: 3 kernel_size: 3 }')
    for form in 'four', 'double':
        case('blob_' + form, text, {'data': x}, 'y', {'l': [w, b]}, ops='Input Conv', **{'version': 2}, model=caffemodel({'l': [w, b]}, form=form))
    x10 = rand(10, 3, 4, 4)
    one('conv_batch', 'Convolution', 'convolution_param { num_output: 2 kernel_size: 3 }', x10, [rand(2, 3, 3, 3), rand(2)])
    conv('deconv_plain', 'num_output: 3 kernel_size: 3 stride: 2', rand(4, 3, 3, 3), kind='Deconvolution', ops='Input Deconv', n=3)
    conv('deconv_pad', 'num_output: 2 kernel_size: 4 stride: 2 pad: 1', rand(4, 2, 4, 4), kind='Deconvolution', ops='Input Deconv', n=2)
    conv('deconv_no_bias', 'num_output: 2 kernel_h: 2 kernel_w: 3 bias_term: false', rand(4, 2, 2, 3), b=False, kind='Deconvolution', ops='Input Deconv')
    conv('deconv_groups', 'num_output: 4 kernel_size: 2 stride: 2 group: 4 bias_term: false', rand(4, 1, 2, 2), b=False,
         kind='Deconvolution', ops='Input Deconv')


def pools():
    x = rand(1, 2, 7, 8)

    def p(name, params, average, *how, x=x):
        one(name, 'Pooling', 'pooling_param { %s }' % params, x, ops='Input Pool', want=[pool(x, average, *how)])

    p('pool_max', 'kernel_size: 3 stride: 2', False, 3, 3, 2, 2)
    p('pool_max_up', 'pool: MAX kernel_size: 2 stride: 3', False, 2, 2, 3, 3)
    p('pool_max_pad', 'pool: MAX kernel_size: 3 stride: 2 pad: 1', False, 3, 3, 2, 2, 1, 1)
    p('pool_max_sides', 'pool: MAX kernel_h: 2 kernel_w: 3 stride_h: 1 stride_w: 2 pad_h: 0 pad_w: 1', False, 2, 3, 1, 2, 0, 1)
    p('pool_average', 'pool: AVE kernel_size: 3 stride: 2', True, 3, 3, 2, 2)
    p('pool_average_pad', 'pool: AVE kernel_size: 3 stride: 2 pad: 1', True, 3, 3, 2, 2, 1, 1)
    p('pool_average_over', 'pool: AVE kernel_size: 4 stride: 3 pad: 2', True, 4, 4, 3, 3, 2, 2)
    p('pool_dropped', 'pool: MAX kernel_size: 2 stride: 2 pad: 1', False, 2, 2, 2, 2, 1, 1, x=rand(1, 2, 3, 3))
    p('pool_global', 'pool: AVE global_pooling: true', True, 7, 8, 1, 1)
    p('pool_by_number', 'pool: 0 kernel_size: 2 stride: 2', False, 2, 2, 2, 2)
    y = x[:, :, :6].reshape(1, 2, 3, 2, 4, 2).max((3, 5))
    wide = np.max([x[:, :, i:i + 5, j:j + 6] for i in (0, 2) for j in (0, 2)], 0)
    one('pool_dilated', 'Pooling', 'pooling_param { kernel_size: 2 dilation: 2 }', x, want=[wide])
    one('pool_floor', 'Pooling', 'pooling_param { kernel_size: 2 stride: 2 round_mode: FLOOR }', x, want=[y])
    one('pool_ceil_mode', 'Pooling', 'pooling_param { kernel_size: 2 stride: 2 ceil_mode: false }', x, want=[y])


def dense():
    x = rand(2, 3, 4, 5)
    w, b = rand(6, 60), rand(6)
    y = x.reshape(2, 60) @ w.T + b
    ip = 'inner_product_param { num_output: 6 %s }'
    one('product', 'InnerProduct', ip % '', x, [w, b], 'Input FullyConnected', want=[y])
    one('product_transposed', 'InnerProduct', ip % 'transpose: true', x, [w.T.copy(), b], 'Input FullyConnected', want=[y])
    one('product_no_bias', 'InnerProduct', ip % 'bias_term: false', x, [w], 'Input FullyConnected', want=[y - b])
    one('product_old_blob', 'InnerProduct', ip % '', x, [w, b], 'Input FullyConnected', want=[y], form='input_dim',
        model=caffemodel({'l': [w, b]}, form='four'))
    w = rand(6, 5)
    one('product_axis', 'InnerProduct', ip % 'axis: -1', x, [w, b], want=[x @ w.T + b], plain='y')
    x3 = rand(2, 3, 5)
    one('product_sequence', 'InnerProduct', ip % 'axis: 2', x3, [w, b], 'Input Reshape FullyConnected Reshape', want=[x3 @ w.T + b])
    w2, b2 = rand(4, 6), rand(4)
    w = rand(6, 60)
    case('product_chain', layer('a', 'InnerProduct', 'data', 'a', ip % '') + layer('r', 'ReLU', 'a', 'a') + layer('d', 'Dropout', 'a', 'a') +
         layer('b', 'InnerProduct', 'a', 'b', 'inner_product_param { num_output: 4 }') + layer('p', 'Softmax', 'b', 'prob'),
         {'data': x}, 'prob', {'a': [w, b], 'b': [w2, b2]}, ops='Input FullyConnected Relu FullyConnected Softmax')
    table, b = rand(7, 3), rand(3)
    i = np.array([[0, 6, 3], [2, 2, 5]], F32)
    ep = 'embed_param { num_output: 3 input_dim: 7 %s }'
    one('embed', 'Embed', ep % '', i, [table, b], 'Input Gather Binary', want=[table[i.astype(int)] + b])
    one('embed_no_bias', 'Embed', ep % 'bias_term: false', i, [table], 'Input Gather', want=[table[i.astype(int)]])


def activations():
    x = rand(2, 3, 2, 4, lo=-3, hi=3)

    def a(name, kind, want, params='', ops='', x=x, weights=None):
        one(name, kind, params, x, weights, 'Input ' + ops if ops else '', want=[want])

    a('relu', 'ReLU', np.maximum(x, 0), ops='Relu')
    a('relu_slope', 'ReLU', np.where(x > 0, x, x * F32(0.1)), 'relu_param { negative_slope: 0.1 }', 'LeakyRelu')
    a('relu6', 'ReLU6', np.clip(x * 3, 0, 6), ops='Relu', x=x * 3)
    a('sigmoid', 'Sigmoid', 1 / (1 + np.exp(-x)), ops='Sigmoid')
    a('tanh', 'TanH', np.tanh(x), ops='Tanh')
    a('abs', 'AbsVal', np.abs(x), ops='Unary')
    a('bnll', 'BNLL', np.log1p(np.exp(x)), ops='Unary')
    a('mish', 'Mish', x * np.tanh(np.log1p(np.exp(x))), ops='Unary')
    a('swish', 'Swish', x / (1 + np.exp(-2 * x)), 'swish_param { beta: 2 }', 'Swish')
    a('elu', 'ELU', np.where(x > 0, x, 0.5 * np.expm1(x)), 'elu_param { alpha: 0.5 }', 'Elu')
    a('clip', 'Clip', np.clip(x, -0.5, 1.5), 'clip_param { min: -0.5 max: 1.5 }', 'Clip')
    slope = rand(3)
    a('prelu', 'PReLU', np.where(x > 0, x, x * slope[:, None, None]), '', 'Prelu', weights=[slope])
    a('prelu_shared', 'PReLU', np.where(x > 0, x, x * slope[0]), 'prelu_param { channel_shared: true }', 'Prelu', weights=[slope[:1]])
    x2 = rand(2, 3, lo=-2, hi=2)
    a('prelu_flat', 'PReLU', np.where(x2 > 0, x2, x2 * slope), '', 'Prelu', x2, [slope])
    a('power', 'Power', (1 + 0.25 * x) ** 2, 'power_param { power: 2 scale: 0.25 shift: 1 }', 'Power')
    a('power_nothing', 'Power', x, 'power_param { power: 1 }')
    a('exp', 'Exp', np.exp(x), ops='Unary')
    a('exp_base', 'Exp', 2 ** (0.5 + 0.3 * x), 'exp_param { base: 2 scale: 0.3 shift: 0.5 }', 'Power Unary')
    p = np.abs(x) + 1
    a('log', 'Log', np.log(p), ops='Unary', x=p)
    a('log_moved', 'Log', np.log(2 + 0.5 * p), 'log_param { scale: 0.5 shift: 2 }', 'Power Unary', x=p)
    a('log_base', 'Log', np.log10(p), 'log_param { base: 10 }', 'Unary Power', x=p)
    a('softmax', 'Softmax', softmax(x), ops='Softmax')
    a('softmax_axis', 'Softmax', softmax(x, 3), 'softmax_param { axis: -1 }')


def norms():
    x = rand(2, 3, 4, 5)
    mean, var, gamma, beta = rand(3), rand(3, lo=0.5, hi=2), rand(3), rand(3)

    def norm(x, eps=1e-5):
        return (x - mean[:, None, None]) / np.sqrt(var[:, None, None] + eps)

    def scaled(x):
        return x * gamma[:, None, None] + beta[:, None, None]

    one('batch_norm', 'BatchNorm', 'batch_norm_param { use_global_stats: true eps: 0.01 }', x, [mean * 2, var * 2, F32([2])], 'Input BatchNorm',
        want=[norm(x, 0.01)])
    weights = {'bn': [mean, var, F32([1])], 'sc': [gamma, beta]}
    sc = layer('sc', 'Scale', 'n', 's', 'scale_param { bias_term: true }')
    bn = layer('bn', 'BatchNorm', 'data', 'n') + sc
    case('batch_norm_scale', bn, {'data': x}, 's', weights, want=[scaled(norm(x))], ops='Input BatchNorm')
    case('batch_norm_seen', bn, {'data': x}, 'n s', weights, want=[norm(x), scaled(norm(x))], out_node=('n', 's'), ops='Input BatchNorm BatchNorm')
    conv = layer('c', 'Convolution', 'data', 'c', 'convolution_param { num_output: 3 kernel_size: 3 bias_term: false }')
    place = layer('bn', 'BatchNorm', 'c', 'c') + layer('sc', 'Scale', 'c', 'c', 'scale_param { bias_term: true }') + layer('r', 'ReLU', 'c', 'c')
    case('batch_norm_folded', conv + place, {'data': x}, 'c', dict(weights, c=[rand(3, 3, 3, 3)]), ops='Input Conv Relu')
    measured = (x - x.mean((2, 3), keepdims=True)) / np.sqrt(x.var((2, 3), keepdims=True) + 1e-5)
    case('batch_norm_measured', layer('bn', 'BatchNorm', 'data', 'n', 'batch_norm_param { use_global_stats: false }') + sc, {'data': x[:1]}, 's',
         weights, want=[scaled(measured[:1])], ops='Input InstanceNorm')
    one('scale', 'Scale', 'scale_param { bias_term: true }', x, [gamma, beta], 'Input BatchNorm', want=[scaled(x)])
    one('scale_no_bias', 'Scale', '', x, [gamma], 'Input BatchNorm', want=[x * gamma[:, None, None]])
    g = rand(4)
    one('scale_axis', 'Scale', 'scale_param { axis: 2 }', x, [g], want=[x * g[:, None]])
    g, b = rand(3, 4), rand(3, 4)
    one('scale_axes', 'Scale', 'scale_param { num_axes: 2 bias_term: true }', x, [g, b], 'Input Binary Binary', want=[x * g[:, :, None] + b[:, :, None]])
    g = rand(3, 4, 5)
    one('scale_all', 'Scale', 'scale_param { num_axes: -1 }', x, [g], 'Input Binary', want=[x * g])
    one('scale_one', 'Scale', 'scale_param { num_axes: 0 }', x, [np.asarray(F32(0.5))], 'Input Binary', want=[x * F32(0.5)])
    z = rand(2, 3)
    case('scale_pair', layer('s', 'Scale', 'data z', 'y', 'scale_param { axis: 0 }'), {'data': x, 'z': z}, 'y', want=[x * z[:, :, None, None]],
         ops='Input Input Reshape Binary')
    one('bias', 'Bias', '', x, [beta], 'Input BatchNorm', want=[x + beta[:, None, None]])
    case('bias_pair', layer('s', 'Bias', 'data z', 'y', 'bias_param { axis: 0 }'), {'data': x, 'z': z}, 'y', want=[x + z[:, :, None, None]])
    c = rand(1, 6, 5, 5, lo=-2, hi=2)

    def lrn(x, size, alpha, beta, k):
        y = np.empty_like(x)
        for i in range(x.shape[1]):
            part = x[:, max(0, i - size // 2):i + size // 2 + 1].astype(np.float64) ** 2
            y[:, i] = x[:, i] / (k + alpha / size * part.sum(1)) ** beta
        return y

    def within(x, size, alpha, beta):
        y = np.empty_like(x)
        half = size // 2
        for i in range(x.shape[2]):
            for j in range(x.shape[3]):
                part = x[:, :, max(0, i - half):i + half + 1, max(0, j - half):j + half + 1].astype(np.float64) ** 2
                y[:, :, i, j] = x[:, :, i, j] / (1 + alpha / size ** 2 * part.sum((2, 3))) ** beta
        return y

    one('lrn', 'LRN', 'lrn_param { local_size: 5 alpha: 0.5 beta: 0.75 }', c, ops='Input Lrn', want=[lrn(c, 5, 0.5, 0.75, 1)])
    one('lrn_k', 'LRN', 'lrn_param { local_size: 3 alpha: 2 beta: 0.5 k: 2 norm_region: ACROSS_CHANNELS }', c, want=[lrn(c, 3, 2, 0.5, 2)])
    one('lrn_within', 'LRN', 'lrn_param { local_size: 3 alpha: 2 beta: 0.75 norm_region: WITHIN_CHANNEL }', c, want=[within(c, 3, 2, 0.75)])
    w = rand(3, lo=1, hi=20)
    length = np.sqrt((x.astype(np.float64) ** 2).sum(1, keepdims=True) + 1e-10)
    one('normalize', 'Normalize', 'norm_param { across_spatial: false channel_shared: false }', x, [w], 'Input Normalize',
        want=[x / length * w[:, None, None]])
    length = np.sqrt((x.astype(np.float64) ** 2).sum((1, 2, 3), keepdims=True) + 1e-10)
    one('normalize_all', 'Normalize', '', x, [w[:1]], 'Input Normalize', want=[x / length * w[0]])
    centred, axes = x - x.mean((2, 3), keepdims=True), (2, 3)
    one('mvn', 'MVN', '', x, ops='Input InstanceNorm', want=[centred / (x.std(axes, keepdims=True) + 1e-9)])
    one('mvn_mean', 'MVN', 'mvn_param { normalize_variance: false }', x, ops='Input Reduce Binary', want=[centred])
    every = x - x.mean((1, 2, 3), keepdims=True)
    one('mvn_across', 'MVN', 'mvn_param { across_channels: true eps: 0.5 }', x, want=[every / (x.std((1, 2, 3), keepdims=True) + 0.5)])


def arithmetic():
    a, b, d = rand(2, 3, 2, 4), rand(2, 3, 2, 4), rand(2, 3, 2, 4)
    ins = {'a': a, 'b': b, 'd': d}

    def eltwise(name, params, want, ops):
        case(name, layer('e', 'Eltwise', 'a b d', 'y', params), ins, 'y', want=[want], ops='Input Input Input ' + ops)

    eltwise('eltwise_sum', '', a + b + d, 'Sum')
    eltwise('eltwise_coeff', 'eltwise_param { operation: SUM coeff: 1 coeff: -1 coeff: 0.5 }', a - b + d * F32(0.5), 'Sum')
    eltwise('eltwise_prod', 'eltwise_param { operation: PROD }', a * b * d, 'Binary Binary')
    eltwise('eltwise_max', 'eltwise_param { operation: MAX }', np.maximum(np.maximum(a, b), d), 'Binary Binary')
    k = rand(2, 3, 1, 1)
    case('axpy', layer('x', 'Axpy', 'k a b', 'y'), {'k': k, 'a': a, 'b': b}, 'y', want=[k * a + b], ops='Input Input Input Binary Binary')
    k = rand(2, 3)
    case('axpy_flat', layer('x', 'Axpy', 'k a b', 'y'), {'k': k, 'a': a, 'b': b}, 'y', want=[k[:, :, None, None] * a + b],
         ops='Input Input Input Reshape Binary Binary')
    x = rand(2, 3, 2, 4)
    one('reduce_sum', 'Reduction', 'reduction_param { axis: 1 }', x, ops='Input Reduce', want=[x.sum((1, 2, 3))])
    one('reduce_mean', 'Reduction', 'reduction_param { operation: MEAN axis: 2 }', x, ops='Input Reduce', want=[x.mean((2, 3))])
    one('reduce_abs', 'Reduction', 'reduction_param { operation: ASUM axis: -1 coeff: 0.5 }', x, plain='y',
        want=[np.abs(x).sum(3) / 2])
    one('reduce_squares', 'Reduction', 'reduction_param { operation: SUMSQ axis: 1 }', x, ops='Input Reduce', want=[(x * x).sum((1, 2, 3))])
    one('arg_max', 'ArgMax', 'argmax_param { axis: 1 }', x, ops='Input ArgMax', want=[x.argmax(1)[:, None]])
    flat = np.array([[1, 3, 3, 2], [5, 0, 1, 5]], F32)
    one('arg_max_ties', 'ArgMax', 'argmax_param { axis: 1 }', flat, ops='Input ArgMax', want=[[[2], [3]]])
    one('arg_max_all', 'ArgMax', '', x, want=[x.reshape(2, -1).argmax(1).reshape(2, 1, 1, 1)], plain='y')


def shapes():
    x = rand(1, 4, 3, 2)
    ins = {'data': x}
    conv = layer('c', 'Convolution', 'data', 'c', 'convolution_param { num_output: 4 kernel_size: 1 }')
    weights = {'c': [rand(4, 4, 1, 1), rand(4)]}
    y = np.einsum('nchw,mc->nmhw', x, weights['c'][0][:, :, 0, 0]) + weights['c'][1][:, None, None]
    case('flatten', conv + layer('f', 'Flatten', 'c', 'y'), ins, 'y', weights, want=[y.reshape(1, 24)], ops='Input Conv Permute Reshape')
    case('flatten_axes', conv + layer('f', 'Flatten', 'c', 'y', 'flatten_param { axis: 2 }'), ins, 'y', weights, want=[y.reshape(1, 4, 6)],
         ops='Input Conv Reshape Permute')
    # The head of an SSD: what the Permute asks for is how it lies already.
    turn = layer('t', 'Permute', 'c', 't', 'permute_param { order: 0 order: 2 order: 3 order: 1 }')
    nhwc = y.transpose(0, 2, 3, 1)
    case('permute_flatten', conv + turn + layer('f', 'Flatten', 't', 'y'), ins, 'y', weights, want=[nhwc.reshape(1, 24)], ops='Input Conv Reshape')
    case('permute_reshape', conv + turn + layer('r', 'Reshape', 't', 'y', 'reshape_param { shape { dim: 0 dim: -1 dim: 2 } }') +
         layer('s', 'Softmax', 'y', 's', 'softmax_param { axis: 2 }'), ins, 's', weights, want=[softmax(nhwc.reshape(1, 12, 2), 2)],
         ops='Input Conv Reshape Softmax')
    case('permute_rest', layer('t', 'Permute', 'data', 'y', 'permute_param { order: 3 order: 2 }'), ins, 'y', want=[x.transpose(3, 2, 0, 1)], plain='y')
    case('reshape', layer('r', 'Reshape', 'data', 'y', 'reshape_param { shape { dim: 0 dim: 2 dim: -1 dim: 3 } }'), ins, 'y', want=[x.reshape(1, 2, 4, 3)],
         plain='y')
    case('reshape_part', layer('r', 'Reshape', 'data', 'y', 'reshape_param { shape { dim: 6 } axis: 2 num_axes: 2 }'), ins, 'y', want=[x.reshape(1, 4, 6)])
    case('reshape_more', layer('r', 'Reshape', 'data', 'y', 'reshape_param { shape { dim: 1 } axis: 1 num_axes: 0 }'), ins, 'y',
         want=[x.reshape(1, 1, 4, 3, 2)])
    case('concat', layer('c', 'Concat', 'data z', 'y'), {'data': x, 'z': (z := rand(1, 2, 3, 2))}, 'y', want=[np.concatenate([x, z], 1)],
         ops='Input Input Concat')
    case('concat_axis', layer('c', 'Concat', 'data z', 'y', 'concat_param { axis: -1 }'), {'data': x, 'z': (z := rand(1, 4, 3, 1))}, 'y',
         want=[np.concatenate([x, z], 3)], ops='Input Input Concat')
    case('concat_dim', layer('c', 'Concat', 'data z', 'y', 'concat_param { concat_dim: 2 }'), {'data': x, 'z': (z := rand(1, 4, 1, 2))}, 'y',
         want=[np.concatenate([x, z], 2)])
    fp = layer('f', 'Flatten', 'data', 'f') + layer('p', 'InnerProduct', 'f', 'y', 'inner_product_param { num_output: 2 }')
    w, b = rand(2, 24), rand(2)
    case('flatten_product', fp, ins, 'y', {'p': [w, b]}, want=[x.reshape(1, 24) @ w.T + b], ops='Input FullyConnected')
    case('flatten_seen', fp, ins, 'f y', {'p': [w, b]}, want=[x.reshape(1, 24), x.reshape(1, 24) @ w.T + b], out_node=('f', 'y'),
         ops='Input Permute Reshape FullyConnected')
    one('dropout_scaled', 'Dropout', 'dropout_param { dropout_ratio: 0.25 scale_train: false }', x, ops='Input Power', want=[x * 0.75])
    case('slice', layer('s', 'Slice', 'data', 'a b', 'slice_param { slice_point: 1 }'), ins, 'a b', want=[x[:, :1], x[:, 1:]],
         ops='Input StridedSlice StridedSlice')
    case('slice_even', layer('s', 'Slice', 'data', 'a b d', 'slice_param { axis: 2 }'), ins, 'a b d', want=[x[:, :, i:i + 1] for i in range(3)])
    case('slice_dim', layer('s', 'Slice', 'data', 'a b', 'slice_param { slice_dim: 3 slice_point: 1 }'), ins, 'a b', want=[x[..., :1], x[..., 1:]])
    case('crop', layer('c', 'Crop', 'data z', 'y', 'crop_param { offset: 1 offset: 0 }') + layer('h', 'Silence', 'z', ''),
         {'data': x, 'z': (z := rand(1, 4, 2, 2))}, 'y', want=[x[:, :, 1:3]], ops='Input Input StridedSlice')
    case('crop_channels', layer('c', 'Crop', 'data z', 'y', 'crop_param { axis: 1 offset: 1 }'), {'data': x, 'z': rand(1, 2, 2, 1)}, 'y',
         want=[x[:, 1:3, 1:3, 1:2]], ops='Input Input StridedSlice')
    case('tile', layer('t', 'Tile', 'data', 'y', 'tile_param { tiles: 3 }'), ins, 'y', want=[np.tile(x, (1, 3, 1, 1))], ops='Input Tile')
    case('shuffle', layer('s', 'ShuffleChannel', 'data', 'y', 'shuffle_channel_param { group: 2 }'), ins, 'y',
         want=[x.reshape(1, 2, 2, 3, 2).transpose(0, 2, 1, 3, 4).reshape(x.shape)], ops='Input ChannelShuffle')
    case('split', layer('s', 'Split', 'data', 'a b') + layer('r', 'ReLU', 'a', 'y') + layer('t', 'TanH', 'b', 'z'), ins, 'y z',
         want=[np.maximum(x, 0), np.tanh(x)], ops='Input Relu Tanh')


def resizes():
    x = rand(1, 2, 3, 4)

    def interp(h, w):
        y = np.empty(x.shape[:2] + (h, w), F32)
        for i in range(h):
            for j in range(w):
                a, b = i * 2 / (h - 1) if h > 1 else 0, j * 3 / (w - 1) if w > 1 else 0
                t, l = min(int(a), 1), min(int(b), 2)
                p, q = a - t, b - l
                y[:, :, i, j] = (x[:, :, t, l] * (1 - p) * (1 - q) + x[:, :, t, l + 1] * (1 - p) * q + x[:, :, t + 1, l] * p * (1 - q) +
                                 x[:, :, t + 1, l + 1] * p * q)
        return y

    one('interp', 'Interp', 'interp_param { height: 5 width: 9 }', x, ops='Input Resize', want=[interp(5, 9)])
    one('interp_zoom', 'Interp', 'interp_param { zoom_factor: 2 }', x, ops='Input Resize', want=[interp(5, 7)])
    one('interp_shrink', 'Interp', 'interp_param { shrink_factor: 2 }', x, ops='Input Resize', want=[interp(2, 2)])
    case('interp_like', layer('i', 'Interp', 'data z', 'y'), {'data': x, 'z': rand(1, 1, 6, 5)}, 'y', want=[interp(6, 5)])
    one('upsample', 'Upsample', 'upsample_param { scale: 2 }', x, ops='Input Resize', want=[x.repeat(2, 2).repeat(2, 3)])


def lstm():
    t, n, i, h = 4, 2, 3, 2
    x, cont = rand(t, n, i), np.array([[0, 0], [1, 1], [1, 0], [1, 1]], F32)
    wx, b, wh = rand(4 * h, i), rand(4 * h), rand(4 * h, h)
    h0, c0 = rand(1, n, h), rand(1, n, h)

    def sigmoid(a):
        return 1 / (1 + np.exp(-a))

    def run(hid, cell):
        y = []
        for k in range(t):
            hid, cell = hid * cont[k][:, None], cell * cont[k][:, None]
            g = x[k] @ wx.T + b + hid @ wh.T
            cell = sigmoid(g[:, h:2 * h]) * cell + sigmoid(g[:, :h]) * np.tanh(g[:, 3 * h:])
            hid = sigmoid(g[:, 2 * h:3 * h]) * np.tanh(cell)
            y.append(hid)
        return np.array(y), hid[None], cell[None]

    zero = np.zeros((n, h), F32)
    case('lstm', layer('l', 'LSTM', 'x cont', 'y', 'recurrent_param { num_output: 2 }'), {'x': x, 'cont': cont}, 'y', {'l': [wx, b, wh]},
         want=[run(zero, zero)[0]])
    case('lstm_states', layer('l', 'LSTM', 'x cont h0 c0', 'y h c', 'recurrent_param { num_output: 2 expose_hidden: true }'),
         {'x': x, 'cont': np.ones_like(cont), 'h0': h0, 'c0': c0}, 'y h c', {'l': [wx, b, wh]},
         want=(cont.fill(1), run(h0[0], c0[0]))[1])


def heads():
    x = rand(1, 2, 4, 4)
    y = np.maximum(x, 0)
    v1 = 'input: "data" input_dim: 1 input_dim: 2 input_dim: 4 input_dim: 4\n' \
         'layers { bottom: "data" top: "c" name: "c" type: CONVOLUTION blobs_lr: 1 blobs_lr: 2\n' \
         '  convolution_param { num_output: 2 kernel_size: 1 } }\n' \
         'layers { bottom: "c" top: "c" name: "r" type: RELU }\n'
    v0 = 'input: "data" input_dim: 1 input_dim: 2 input_dim: 4 input_dim: 4\n' \
         'layers { layer { name: "pad" type: "padding" pad: 1 } bottom: "data" top: "p" }\n' \
         'layers { layer { name: "c" type: "conv" num_output: 2 kernelsize: 3 stride: 1 biasterm: true } bottom: "p" top: "c" }\n' \
         'layers { layer { name: "r" type: "relu" } bottom: "c" top: "c" }\n' \
         'layers { layer { name: "m" type: "pool" pool: MAX kernelsize: 2 stride: 2 } bottom: "c" top: "m" }\n'
    conv = layer('c', 'Convolution', 'data', 'c', 'convolution_param { num_output: 2 kernel_size: %d pad: %d }')
    relu = layer('r', 'ReLU', 'c', 'c')
    w1, w3 = {'c': [rand(2, 2, 1, 1), rand(2)]}, {'c': [rand(2, 2, 3, 3), rand(2)]}
    case('head_v1', '', {'data': x}, 'c', w1, text=v1, reference=head({'data': x}) + conv % (1, 0) + relu, ops='Input Conv Relu', version=1)
    case('head_v0', '', {'data': x}, 'm', w3, text=v0, ops='Input Pad Conv Relu Pool', version=0, reference=head({'data': x}) + conv % (3, 1) + relu +
         layer('m', 'Pooling', 'c', 'm', 'pooling_param { kernel_size: 2 stride: 2 }'))
    case('head_shape', relu.replace('"c"', '"data"'), {'data': x}, 'data.1', want=[y], form='input_shape', text='input: "data"\n'
         'input_shape { dim: 1 dim: 2 dim: 4 dim: 4 }\n' + layer('r', 'ReLU', 'data', 'data.1'))
    case('head_dims', '', {'data': x}, 'y', want=[y], text='input: "data"\n' + layer('r', 'ReLU', 'data', 'y'), dims=[('data', '1,2,4,4')])
    case('head_python', '', {'data': x}, 'y', want=[y], text='layer { name: "d" type: "Python" top: "data" top: "label" python_param { module: "m" } }\n' +
         layer('r', 'ReLU', 'data', 'y'), dims=[('data', '1,2,4,4')])
    train = 'layer { name: "data" type: "Data" top: "data" top: "label" include { phase: TRAIN } transform_param { crop_size: 4 } }\n' \
            'layer { name: "data" type: "Data" top: "data" top: "label" include { phase: TEST } transform_param { crop_size: 4 } }\n' + \
            layer('d', 'Dropout', 'data', 'data') + \
            layer('p', 'InnerProduct', 'data', 'p', 'inner_product_param { num_output: 3 }') + \
            layer('acc', 'Accuracy', 'p label', 'acc') + \
            layer('loss', 'SoftmaxWithLoss', 'p label', 'loss') + \
            layer('noise', 'Power', 'p', 'p', 'power_param { scale: 5 } include { stage: "noise" }')
    w = {'p': [rand(3, 32), rand(3)]}
    case('head_train', '', {'data': x}, 'loss', w, text=train, dims=[('data', '1,2,4,4')], want=[softmax(x.reshape(1, 32) @ w['p'][0].T + w['p'][1])],
         ops='Input FullyConnected Softmax')
    places = layer('a', 'ReLU', 'data', 'data') + layer('b', 'TanH', 'data', 'y') + layer('s', 'Sigmoid', 'y', 'y')
    case('in_place', places, {'data': x}, 'y', want=[1 / (1 + np.exp(-np.tanh(y)))], ops='Input Relu Tanh Sigmoid')
    case('in_place_asked', places, {'data': x}, 'y', want=[1 / (1 + np.exp(-np.tanh(y)))], out_node=('y',))
    case('in_place_between', places, {'data': x}, 'a.data y', want=[y, 1 / (1 + np.exp(-np.tanh(y)))], out_node=('a.data', 'y'))


def ssd():
    prior = 'prior_box_param { min_size: 10 max_size: 20 aspect_ratio: 2 flip: %s clip: %s variance: 0.1 variance: 0.1 variance: 0.2 variance: 0.2 }'
    conf = layer('cc', 'Convolution', 'map', 'cc', 'convolution_param { num_output: %d kernel_size: 1 }' % (4 * 3)) + \
        layer('ct', 'Permute', 'cc', 'ct', 'permute_param { order: 0 order: 2 order: 3 order: 1 }') + layer('cf', 'Flatten', 'ct', 'cf') + \
        layer('cr', 'Reshape', 'cf', 'cr', 'reshape_param { shape { dim: 0 dim: -1 dim: 3 } }') + \
        layer('cs', 'Softmax', 'cr', 'cs', 'softmax_param { axis: 2 }') + layer('cg', 'Flatten', 'cs', 'conf')
    loc = layer('lc', 'Convolution', 'map', 'lc', 'convolution_param { num_output: %d kernel_size: 1 }' % (4 * 4)) + \
        layer('lt', 'Permute', 'lc', 'lt', 'permute_param { order: 0 order: 2 order: 3 order: 1 }') + layer('lf', 'Flatten', 'lt', 'loc')
    priors = layer('p', 'PriorBox', 'map data', 'priors', prior % ('true', 'true'))
    detect = layer('d', 'DetectionOutput', 'loc conf priors', 'd', 'detection_output_param { num_classes: 3 share_location: true '
                   'background_label_id: 0 nms_param { nms_threshold: 0.45 top_k: 20 } code_type: CENTER_SIZE keep_top_k: 6 confidence_threshold: 0.35 %s }')
    map_ = layer('m', 'Pooling', 'data', 'map', 'pooling_param { pool: AVE kernel_size: 10 stride: 10 }')
    picture = rand(1, 2, 30, 40)
    weights = {'cc': [rand(12, 2, 1, 1, lo=-4, hi=4), rand(12, lo=-1, hi=1)], 'lc': [rand(16, 2, 1, 1), rand(16)]}
    for name, more in ('ssd', ''), ('ssd_clipped', 'clip: 1'):
        text = head({'data': picture}) + map_ + conf + loc + priors + detect % more
        found = opencv(text, caffemodel(weights), {'data': picture}, ['d'])[0].reshape(-1, 7)
        found = found[np.lexsort((-found[:, 2], found[:, 1]))]
        assert 2 <= len(found) <= 6, len(found)
        rows = np.full((1, 1, 6, 7), -1, F32)
        rows[0, 0, :len(found)] = found
        case(name, '', {'data': picture}, 'd', weights, text=text, want=[rows], plain='d')


def rcnn():
    def roi_pool(x, rois, ph, pw, scale):
        y = np.zeros((len(rois), x.shape[1], ph, pw), F32)
        for r, roi in enumerate(rois):
            n, (l, t, rt, b) = int(roi[0]), [int(np.floor(v * scale + 0.5)) for v in roi[1:]]
            h, w = max(b - t + 1, 1), max(rt - l + 1, 1)
            for i in range(ph):
                for j in range(pw):
                    y0, y1 = int(np.floor(i * h / ph)) + t, int(np.ceil((i + 1) * h / ph)) + t
                    x0, x1 = int(np.floor(j * w / pw)) + l, int(np.ceil((j + 1) * w / pw)) + l
                    part = x[n, :, max(y0, 0):max(y1, 0), max(x0, 0):max(x1, 0)]
                    y[r, :, i, j] = part.max((1, 2)) if part.size else 0
        return y

    x = rand(1, 3, 6, 8)
    rois = np.array([[0, 0, 0, 15, 11], [0, 4, 2, 9, 9], [0, 1, 1, 1, 1]], F32)
    case('roi_pool', layer('r', 'ROIPooling', 'data rois', 'y', 'roi_pooling_param { pooled_h: 2 pooled_w: 3 spatial_scale: 0.5 }'),
         {'data': x, 'rois': rois}, 'y', want=[roi_pool(x, rois, 2, 3, 0.5)], ops='Input Input RoiPool')


def proposals():
    scores, deltas, info = rand(1, 18, 4, 5, lo=0), rand(1, 36, 4, 5, lo=-0.3, hi=0.3), np.array([[64, 80, 1]], F32)
    ins = {'scores': scores, 'deltas': deltas, 'info': info}
    params = 'proposal_param { feat_stride: 16 base_size: 16 min_size: 4 ratio: 0.5 ratio: 1 ratio: 2 scale: 1 scale: 2 scale: 3 ' \
             'pre_nms_topn: 60 post_nms_topn: 5 nms_thresh: 0.5 }'
    text = head(ins) + layer('p', 'Proposal', 'scores deltas info', 'rois', params)
    want = opencv(text, b'', ins, ['rois'])[0]
    case('proposal', '', ins, 'rois', text=text, want=[want.reshape(5, 5)], ops='Input Input Input Proposal')


def main():
    os.makedirs(HERE, exist_ok=True)
    for old in os.listdir(HERE):
        if old.endswith('.case'):
            os.remove(os.path.join(HERE, old))
    state['random'] = np.random.default_rng(4)
    for make in convolutions, pools, dense, activations, norms, arithmetic, shapes, resizes, lstm, heads, ssd, rcnn, proposals:
        make()
    print('%d cases, %d bytes' % (len(names), sum(os.path.getsize(os.path.join(HERE, n + '.case')) for n in names)))


if __name__ == '__main__':
    main()
