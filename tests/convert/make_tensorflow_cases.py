#!/usr/bin/env python3
"""Writes data/tensorflow/NAME.case, the cases of test_tensorflow_cases.c, and NAME.pb, the graphs of
test_tensorflow_refuse.c: python3 make_tensorflow_cases.py

Needs numpy. Each case is a small frozen GraphDef with what goes in and what has to come out, computed by
tensorflow_numpy.py from the same nodes. Nothing of the project is run. Tensors lie as TensorFlow has them.

A file is text lines, an empty line, the graph, then float32 tensors, inputs first:
  converter tensorflow | model BYTES | dims NAME 1,2,3 | out_node NAME | ops Input Conv ... | in NAME 1x2x3 | out NAME 1x2x3
"""
import os
import struct

import numpy as np

from tensorflow_numpy import Graph, Shape, Type, field, number, shape_proto, varint

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'data', 'tensorflow')
F32 = np.float32
FLOAT, INT32 = Type(1), Type(3)
state = {}
names = set()


def rand(*shape, lo=-1, hi=1):
    return state['random'].uniform(lo, hi, shape).astype(F32)


def sizes(shape):
    return 'x'.join(map(str, shape)) if shape else 'scalar'


def case(name, g, ins, outs='y', ops='', dims=None, out_node=None, reverse=False, lo=-1, hi=1, feed=None):
    """ins: node -> shape, in the order in which the converter adds them. out_node: None: outs; []: not said."""
    assert name not in names, name
    names.add(name)
    outs = outs.split()
    feed = feed or {n: rand(*s, lo=lo, hi=hi) for n, s in ins.items()}
    want = g.run(feed, outs)
    body = g.proto(reverse)
    head = ['converter tensorflow', 'model %d' % len(body)]
    head += ['dims %s %s' % d for d in (dims or [])]
    head += ['out_node %s' % n for n in (outs if out_node is None else out_node)]
    if ops:
        head.append('ops ' + ops)
    data = b''
    for kind, tensors in (('in', feed.items()), ('out', zip(outs, want))):
        for n, a in tensors:
            a = np.asarray(a, F32)
            head.append('%s %s %s' % (kind, n if ':' in n else n + ':0', sizes(a.shape)))
            data += a.astype('<f4').tobytes()
    write(name + '.case', ('\n'.join(head) + '\n\n').encode() + body + data)


def write(name, data):
    with open(os.path.join(HERE, name), 'wb') as f:
        f.write(data)


def graph(**placeholders):
    g = Graph()
    for n, shape in placeholders.items():
        g.placeholder(n, shape)
    return g


def conv(g, name, x, w, **attrs):
    attrs = {'strides': [1, 1, 1, 1], 'padding': 'SAME', 'T': FLOAT, **attrs}
    return g.add('Conv2D', name, x, g.const(name + '/w', w), **attrs)


def convolutions():
    def one(name, shape, w, ops='Input Conv', **attrs):
        g = graph(x=shape)
        conv(g, 'y', 'x', w, **attrs)
        case(name, g, {'x': shape}, ops=ops)

    x = (1, 7, 6, 3)
    w = rand(3, 3, 3, 4)
    one('conv_same', x, w)
    one('conv_same_uneven', x, rand(2, 3, 3, 4), strides=[1, 2, 2, 1])
    one('conv_valid', x, w, padding='VALID', strides=[1, 2, 1, 1], use_cudnn_on_gpu=True)
    one('conv_dilated', x, w, dilations=[1, 2, 1, 1])
    one('conv_explicit', x, w, padding='EXPLICIT', explicit_paddings=[0, 0, 2, 0, 1, 1, 0, 0])
    one('conv_groups', (2, 5, 5, 4), rand(3, 3, 2, 6))
    one('conv_nchw', (1, 3, 6, 5), rand(3, 3, 3, 4), ops='Input Permute Conv Permute', data_format='NCHW', strides=[1, 1, 2, 1])
    one('conv_nchw_explicit', (1, 3, 6, 5), rand(3, 3, 3, 4), ops='', data_format='NCHW', padding='EXPLICIT',
        explicit_paddings=[0, 0, 0, 0, 1, 0, 0, 2])

    for name, w, attrs in (('depthwise', rand(3, 3, 4, 1), {}), ('depthwise_multiplier', rand(3, 2, 3, 2), {'strides': [1, 2, 2, 1]}),
                           ('depthwise_dilated', rand(3, 3, 2, 1), {'dilations': [1, 2, 2, 1], 'padding': 'VALID'})):
        g = graph(x=[1, 7, 6, w.shape[2]])
        attrs = {'strides': [1, 1, 1, 1], 'padding': 'SAME', **attrs}
        g.add('DepthwiseConv2dNative', 'y', 'x', g.const('w', w), T=FLOAT, **attrs)
        case(name, g, {'x': (1, 7, 6, w.shape[2])}, ops='Input Conv')

    for name, out, stride, kernel, padding in (('deconv_same', (8, 6), 2, 3, 'SAME'), ('deconv_same_odd', (7, 5), 2, 4, 'SAME'),
                                               ('deconv_valid', (9, 7), 2, 3, 'VALID'), ('deconv_valid_more', (10, 8), 2, 3, 'VALID'),
                                               ('deconv_gap', (8, 6), 2, 1, 'SAME')):
        g = graph(x=[1, 4, 3, 2])
        g.add('Conv2DBackpropInput', 'y', g.const('sizes', [1, *out, 3]), g.const('w', rand(kernel, kernel, 3, 2)), 'x', T=FLOAT,
              strides=[1, stride, stride, 1], padding=padding)
        case(name, g, {'x': (1, 4, 3, 2)}, ops='Input Deconv')
    g = graph(x=[1, 2, 4, 3])
    g.add('Conv2DBackpropInput', 'd', g.const('sizes', [1, 3, 8, 6]), g.const('w', rand(3, 3, 3, 2)), 'x', T=FLOAT, strides=[1, 1, 2, 2],
          padding='SAME', data_format='NCHW')
    g.add('BiasAdd', 'y', 'd', g.const('b', rand(3)), T=FLOAT, data_format='NCHW')
    case('deconv_nchw', g, {'x': (1, 2, 4, 3)}, ops='Input Permute Deconv Permute')
    # Its size may be computed from the shape of the input, as Keras does.
    g = graph(x=[-1, 3, 3, 2])
    g.add('Shape', 'shape', 'x', T=FLOAT, out_type=INT32)
    g.add('StridedSlice', 'n', 'shape', g.const('n/a', [0]), g.const('n/b', [1]), g.const('n/c', [1]), shrink_axis_mask=1)
    g.add('StridedSlice', 'h', 'shape', g.const('h/a', [1]), g.const('h/b', [2]), g.const('h/c', [1]), shrink_axis_mask=1)
    g.add('Mul', 'h2', 'h', g.const('two', np.int32(2)), T=INT32)
    g.add('Pack', 'sizes', 'n', 'h2', 'h2', g.const('four', np.int32(4)), N=4, T=INT32, axis=0)
    g.add('Conv2DBackpropInput', 'd', 'sizes', g.const('w', rand(2, 2, 4, 2)), 'x', T=FLOAT, strides=[1, 2, 2, 1], padding='SAME')
    g.add('BiasAdd', 'y', 'd', g.const('b', rand(4)), T=FLOAT)
    case('deconv_keras', g, {'x': (1, 3, 3, 2)}, ops='Input Deconv')


def biases():
    for name, op, bias in (('bias_add', 'BiasAdd', rand(4)), ('bias_v1', 'BiasAddV1', rand(4)), ('bias_as_add', 'AddV2', rand(4)),
                           ('bias_raised', 'Add', rand(1, 1, 1, 4))):
        g = graph(x=[1, 4, 4, 3])
        conv(g, 'conv/Conv2D', 'x', rand(3, 3, 3, 4))
        g.add(op, 'conv/BiasAdd', 'conv/Conv2D', g.const('conv/b', bias), T=FLOAT)
        g.add('Relu', 'y', 'conv/BiasAdd', T=FLOAT)
        case(name, g, {'x': (1, 4, 4, 3)}, 'y conv/BiasAdd', ops='Input Conv Relu')
    # One number a place, or a bias of what is read elsewhere too, stays an addition.
    g = graph(x=[1, 3, 4, 3])
    conv(g, 'c', 'x', rand(1, 1, 3, 4))
    g.add('Add', 'y', g.const('b', rand(4, 1)), 'c', T=FLOAT)
    case('bias_places', g, {'x': (1, 3, 4, 3)}, ops='Input Conv Binary')
    g = graph(x=[1, 3, 4, 3])
    conv(g, 'c', 'x', rand(1, 1, 3, 4))
    g.add('BiasAdd', 'b', 'c', g.const('bias', rand(4)), T=FLOAT)
    g.add('Mul', 'y', 'c', 'b', T=FLOAT)
    case('bias_seen', g, {'x': (1, 3, 4, 3)}, ops='Input Conv Binary Binary')
    g = graph(x=[1, 4, 2, 3])
    g.add('BiasAdd', 'y', 'x', g.const('b', rand(4)), T=FLOAT, data_format='NCHW')
    case('bias_alone_nchw', g, {'x': (1, 4, 2, 3)}, ops='Input Binary')
    g = graph(x=[2, 3])
    g.add('BiasAdd', 'y', 'x', g.const('b', rand(3)), T=FLOAT)
    case('bias_alone', g, {'x': (2, 3)}, ops='Input Binary')


def dilations():
    def around(name, inner, pads, crops, bias=None):
        g = graph(x=[1, 8, 8, 2])
        g.add('SpaceToBatchND', 's', 'x', g.const('block', [2, 2]), g.const('pads', pads), T=FLOAT)
        y = inner(g)
        if bias == 'inside':
            y = g.add('BiasAdd', 'b', y, g.const('bias', rand(3)), T=FLOAT)
        y = g.add('BatchToSpaceND', 'y' if bias != 'behind' else 't', y, 'block', g.const('crops', crops), T=FLOAT)
        if bias == 'behind':
            g.add('BiasAdd', 'y', y, g.const('bias', rand(3)), T=FLOAT)
        case(name, g, {'x': (1, 8, 8, 2)}, ops='Input Conv')

    def plain(g):
        return conv(g, 'c', 's', rand(3, 3, 2, 3), padding='VALID')

    def depthwise(g):
        return g.add('DepthwiseConv2dNative', 'c', 's', g.const('w', rand(3, 3, 2, 1)), T=FLOAT, strides=[1, 1, 1, 1], padding='VALID')

    around('dilation_same', plain, [[2, 2], [2, 2]], [[0, 0], [0, 0]])
    around('dilation_valid', plain, [[0, 0], [0, 0]], [[0, 0], [0, 0]], 'behind')
    around('dilation_depthwise', depthwise, [[2, 2], [2, 2]], [[0, 0], [0, 0]])
    g = graph(x=[1, 7, 8, 2])
    g.add('SpaceToBatchND', 's', 'x', g.const('block', [3, 3]), g.const('pads', [[3, 5], [3, 4]]), T=FLOAT)
    conv(g, 'c', 's', rand(3, 3, 2, 3), padding='VALID')
    g.add('BiasAdd', 'b', 'c', g.const('bias', rand(3)), T=FLOAT)
    g.add('BatchToSpaceND', 'y', 'b', 'block', g.const('crops', [[0, 2], [0, 1]]), T=FLOAT)
    case('dilation_cropped', g, {'x': (1, 7, 8, 2)}, ops='Input Conv')
    g = graph(x=[1, 4, 6, 2])
    g.add('SpaceToBatchND', 'y', 'x', g.const('block', [2, 3]), g.const('pads', [[0, 2], [1, 2]]), T=FLOAT)
    case('space_to_batch', g, {'x': (1, 4, 6, 2)}, ops='Input Pad Reshape Permute Reshape')
    g = graph(x=[6, 2, 3, 2])
    g.add('BatchToSpaceND', 'y', 'x', g.const('block', [2, 3]), g.const('crops', [[0, 1], [2, 0]]), T=FLOAT)
    case('batch_to_space', g, {'x': (6, 2, 3, 2)}, ops='Input Reshape Permute Reshape StridedSlice')
    g = graph(x=[1, 6, 3])
    g.add('SpaceToBatchND', 's', 'x', g.const('block', [2]), g.const('pads', [[2, 2]]), T=FLOAT)
    g.add('ExpandDims', 'e', 's', g.const('one', np.int32(1)), T=FLOAT)
    conv(g, 'c', 'e', rand(1, 3, 3, 2), padding='VALID')
    g.add('Squeeze', 'q', 'c', T=FLOAT, squeeze_dims=[1])
    g.add('BatchToSpaceND', 'y', 'q', 'block', g.const('crops', [[0, 0]]), T=FLOAT)
    case('dilation_1d', g, {'x': (1, 6, 3)})
    g = graph(x=[1, 4, 4, 1])
    g.add('SpaceToBatch', 's', 'x', g.const('pads', [[0, 0], [0, 0]]), T=FLOAT, block_size=2)
    g.add('Relu', 'r', 's', T=FLOAT)
    g.add('BatchToSpace', 'y', 'r', 'pads', T=FLOAT, block_size=2)
    case('space_to_batch_old', g, {'x': (1, 4, 4, 1)})


def pools():
    for name, op, attrs in (('pool_max', 'MaxPool', {}), ('pool_max_valid', 'MaxPool', {'padding': 'VALID'}), ('pool_average', 'AvgPool', {}),
                            ('pool_average_valid', 'AvgPool', {'padding': 'VALID', 'ksize': [1, 3, 2, 1]})):
        g = graph(x=[1, 6, 5, 2])
        g.add(op, 'y', 'x', T=FLOAT, **{'ksize': [1, 3, 3, 1], 'strides': [1, 2, 2, 1], 'padding': 'SAME', **attrs})
        case(name, g, {'x': (1, 6, 5, 2)}, ops='Input Pool')
    g = graph(x=[1, 2, 6, 5])
    g.add('MaxPool', 'p', 'x', T=FLOAT, ksize=[1, 1, 2, 2], strides=[1, 1, 2, 1], padding='VALID', data_format='NCHW')
    g.add('Relu', 'y', 'p', T=FLOAT)
    case('pool_nchw', g, {'x': (1, 2, 6, 5)}, ops='Input Permute Pool Relu Permute')
    g = graph(x=[1, 6, 5, 2])
    g.add('MaxPoolV2', 'y', 'x', g.const('k', [1, 3, 2, 1]), g.const('s', [1, 1, 2, 1]), T=FLOAT, padding='SAME')
    case('pool_max_v2', g, {'x': (1, 6, 5, 2)}, ops='Input Pool')
    g = graph(x=[1, 2, 6, 5])
    g.add('MaxPoolV2', 'y', 'x', g.const('k', [1, 1, 3, 2]), g.const('s', [1, 1, 1, 2]), T=FLOAT, padding='VALID', data_format='NCHW')
    case('pool_max_v2_nchw', g, {'x': (1, 2, 6, 5)}, ops='Input Permute Pool Permute')


def matrices():
    for name, flags in (('matmul', {}), ('matmul_turned', {'transpose_b': True})):
        g = graph(x=[2, 5])
        w = rand(5, 3)
        g.add('MatMul', 'y', 'x', g.const('w', w.T if flags else w), T=FLOAT, **flags)
        case(name, g, {'x': (2, 5)}, ops='Input FullyConnected')
    g = graph(x=[-1, 5])
    g.add('MatMul', 'dense/MatMul', 'x', g.add('Identity', 'w/read', g.const('w', rand(5, 3)), T=FLOAT), T=FLOAT)
    g.add('BiasAdd', 'dense/BiasAdd', 'dense/MatMul', g.add('Identity', 'b/read', g.const('b', rand(3)), T=FLOAT), T=FLOAT)
    g.add('Relu', 'dense/Relu', 'dense/BiasAdd', T=FLOAT)
    case('dense', g, {'x': (1, 5)}, 'dense/Relu', ops='Input FullyConnected Relu', out_node=[])
    g = graph(x=[5, 2])
    g.add('MatMul', 'y', 'x', g.const('w', rand(5, 3)), T=FLOAT, transpose_a=True)
    case('matmul_left_turned', g, {'x': (5, 2)})
    g = graph(a=[2, 3], b=[4, 3])
    g.add('MatMul', 'y', 'a', 'b', T=FLOAT, transpose_b=True)
    case('matmul_computed', g, {'a': (2, 3), 'b': (4, 3)}, ops='Input Input MatMul')
    g = graph(x=[2, 3, 4])
    g.add('BatchMatMulV2', 'y', 'x', g.const('w', rand(4, 2)), T=FLOAT)
    case('batch_matmul', g, {'x': (2, 3, 4)}, ops='Input Reshape FullyConnected Reshape')
    g = graph(a=[2, 3, 4], b=[2, 5, 4])
    g.add('BatchMatMul', 'y', 'a', 'b', T=FLOAT, adj_y=True)
    case('batch_matmul_computed', g, {'a': (2, 3, 4), 'b': (2, 5, 4)}, ops='Input Input MatMul')
    # Keras' dense layer of a tensor of rank 3 (tensordot): its shapes come out of the input's.
    g = graph(x=[-1, 3, 4])
    g.add('Shape', 's', 'x', T=FLOAT)
    zero = g.const('zero', np.int32(0))
    g.add('GatherV2', 'free', 's', g.const('f', [0, 1]), zero)
    g.add('GatherV2', 'bound', 's', g.const('k', [2]), zero)
    g.add('Prod', 'rows', 'free', g.const('c0', [0]), T=INT32)
    g.add('Prod', 'columns', 'bound', g.const('c1', [0]), T=INT32)
    g.add('Pack', 'flat', 'rows', 'columns', N=2, axis=0)
    g.add('Transpose', 't', 'x', g.const('perm', [0, 1, 2]), T=FLOAT)
    g.add('Reshape', 'r', 't', 'flat', T=FLOAT)
    g.add('MatMul', 'm', 'r', g.const('w', rand(4, 5)), T=FLOAT)
    g.add('ConcatV2', 'shape', 'free', g.const('five', [5]), zero, N=2)
    g.add('Reshape', 'z', 'm', 'shape', T=FLOAT)
    g.add('BiasAdd', 'y', 'z', g.const('b', rand(5)), T=FLOAT)
    case('tensordot', g, {'x': (1, 3, 4)}, ops='Input Reshape FullyConnected Reshape Binary')


def norm(g, name, x, n, op='FusedBatchNorm', **attrs):
    inputs = [g.const(name + '/scale', rand(n)), g.const(name + '/shift', rand(n)), g.const(name + '/mean', rand(n)),
              g.const(name + '/variance', rand(n, lo=.5, hi=2))]
    return g.add(op, name, x, *inputs, T=FLOAT, **{'epsilon': .001, 'is_training': False, **attrs})


def batch_norms():
    for op in ('FusedBatchNorm', 'FusedBatchNormV2', 'FusedBatchNormV3'):
        g = graph(x=[1, 3, 4, 2])
        norm(g, 'y', 'x', 2, op, **({'U': FLOAT} if op[-1] != 'm' else {}))
        case('norm_' + op[14:].lower() if op[-1] != 'm' else 'norm_fused', g, {'x': (1, 3, 4, 2)}, ops='Input BatchNorm')
    g = graph(x=[1, 3, 4, 2])
    conv(g, 'c', 'x', rand(3, 3, 2, 3))
    g.add('BiasAdd', 'b', 'c', g.const('bias', rand(3)), T=FLOAT)
    norm(g, 'n', 'b', 3)
    g.add('Relu6', 'y', 'n', T=FLOAT)
    case('norm_folded', g, {'x': (1, 3, 4, 2)}, 'y n', ops='Input Conv Relu')
    g = graph(x=[1, 2, 3, 4])
    norm(g, 'y', 'x', 2, data_format='NCHW')
    case('norm_nchw', g, {'x': (1, 2, 3, 4)}, ops='Input Permute BatchNorm Permute')
    g = graph(x=[1, 3, 4, 2])
    norm(g, 'y', 'x', 2, is_training=True)
    case('norm_training', g, {'x': (1, 3, 4, 2)}, ops='Input InstanceNorm')
    g = graph(x=[1, 3, 4, 2])
    p = [g.const('p%d' % i, rand(2, lo=.5, hi=2)) for i in range(4)]
    g.add('BatchNormWithGlobalNormalization', 'y', 'x', *p, T=FLOAT, variance_epsilon=.001, scale_after_normalization=True)
    case('norm_global', g, {'x': (1, 3, 4, 2)}, ops='Input BatchNorm')
    # tf.nn.batch_normalization behind a dense layer: constants that are computed, then a factor and a term.
    g = graph(x=[2, 3])
    g.add('MatMul', 'm', 'x', g.const('w', rand(3, 4)), T=FLOAT)
    g.add('Add', 'b', 'm', g.const('bias', rand(4)), T=FLOAT)
    g.add('Add', 'n/add', g.const('variance', rand(4, lo=.5, hi=2)), g.const('eps', F32(.001)), T=FLOAT)
    g.add('Rsqrt', 'n/Rsqrt', 'n/add', T=FLOAT)
    g.add('Mul', 'n/mul', 'n/Rsqrt', g.const('gamma', rand(4)), T=FLOAT)
    g.add('Mul', 'n/mul_1', 'b', 'n/mul', T=FLOAT)
    g.add('Mul', 'n/mul_2', g.const('mean', rand(4)), 'n/mul', T=FLOAT)
    g.add('Sub', 'n/sub', g.const('beta', rand(4)), 'n/mul_2', T=FLOAT)
    g.add('Add', 'y', 'n/mul_1', 'n/sub', T=FLOAT)
    case('norm_chain', g, {'x': (2, 3)}, ops='Input FullyConnected')
    # (x - mean) / deviation * gamma + beta, in four steps.
    g = graph(x=[1, 2, 3, 4])
    g.add('Sub', 'a', 'x', g.const('mean', rand(4)), T=FLOAT)
    g.add('RealDiv', 'b', 'a', g.const('deviation', rand(4, lo=.5, hi=2)), T=FLOAT)
    g.add('Mul', 'c', g.const('gamma', rand(1, 1, 1, 4)), 'b', T=FLOAT)
    g.add('AddV2', 'y', 'c', g.const('beta', rand(4)), T=FLOAT)
    case('norm_steps', g, {'x': (1, 2, 3, 4)}, ops='Input BatchNorm')
    g = graph(x=[1, 3, 2, 2])
    g.add('Mul', 'a', 'x', g.const('gamma', rand(3, 1, 1)), T=FLOAT)
    g.add('Sub', 'y', g.const('beta', rand(1, 3, 1, 1)), 'a', T=FLOAT)
    case('norm_steps_axis', g, {'x': (1, 3, 2, 2)}, ops='Input Permute BatchNorm Permute')
    g = graph(x=[1, 3, 2, 2])
    g.add('Mul', 'a', 'x', g.const('gamma', rand(2)), T=FLOAT)
    g.add('Add', 'y', 'a', g.const('beta', rand(3, 1, 1)), T=FLOAT)
    case('norm_steps_places', g, {'x': (1, 3, 2, 2)}, ops='Input Binary Binary')
    g = graph(x=[1, 2, 2, 3])
    g.add('Mul', 'a', 'x', g.const('k', F32(1 / 127.5)), T=FLOAT)
    g.add('Sub', 'y', 'a', g.const('one', F32(1)), T=FLOAT)
    case('norm_picture', g, {'x': (1, 2, 2, 3)}, ops='Input Binary Binary')
    g = graph(x=[1, 2, 3, 8])
    g.add('LRN', 'y', 'x', T=FLOAT, depth_radius=2, bias=1.5, alpha=.3, beta=.75)
    case('lrn', g, {'x': (1, 2, 3, 8)}, ops='Input Lrn')
    g = graph(x=[1, 2, 2, 4])
    g.add('LRN', 'y', 'x', T=FLOAT)
    case('lrn_presets', g, {'x': (1, 2, 2, 4)}, ops='Input Lrn')


def moments(g, x, axes, variance='difference'):
    i = g.const('axes', axes)
    g.add('Mean', 'mean', x, i, T=FLOAT, keep_dims=True)
    if variance == 'difference':
        g.add('SquaredDifference', 'd', x, g.add('StopGradient', 'stop', 'mean', T=FLOAT), T=FLOAT)
    else:
        g.add('Sub', 'apart', x, 'mean', T=FLOAT)
        g.add('Square', 'd', 'apart', T=FLOAT)
    g.add('Mean', 'variance', 'd', i, T=FLOAT, keep_dims=True)
    return g.add('AddV2', 'guarded', 'variance', g.const('eps', F32(.01)), T=FLOAT)


def separables():
    """The separable convolution that 8 bits do not harm: nothing between depthwise and pointwise, then batch norm and Relu."""
    g = graph(x=[1, 6, 6, 3])
    y = 'x'
    for i, n in enumerate((3, 4)):
        p = 'block_%d/' % i
        g.add('DepthwiseConv2dNative', p + 'depthwise', y, g.const(p + 'dw', rand(3, 3, n, 1)), T=FLOAT, strides=[1, 1 + i, 1 + i, 1],
              padding='SAME')
        conv(g, p + 'pointwise', p + 'depthwise', rand(1, 1, n, 4))
        norm(g, p + 'bn', p + 'pointwise', 4)
        y = g.add('Relu', p + 'relu', p + 'bn', T=FLOAT)
    g.add('Mean', 'pool', y, g.const('axes', [1, 2]), T=FLOAT)
    g.add('MatMul', 'fc', 'pool', g.const('w', rand(4, 3)), T=FLOAT)
    g.add('BiasAdd', 'logits', 'fc', g.const('b', rand(3)), T=FLOAT)
    g.add('Softmax', 'y', 'logits', T=FLOAT)
    case('separable', g, {'x': (1, 6, 6, 3)}, ops='Input Conv Conv Relu Conv Conv Relu Reduce FullyConnected Softmax')


def statistics():
    def written(name, shape, axes, params, ops, gamma=True, beta=True, negative=False):
        """As tf.nn.batch_normalization writes it."""
        g = graph(x=list(shape))
        factor = g.add('Rsqrt', 'rsqrt', moments(g, 'x', axes), T=FLOAT)
        if gamma:
            factor = g.add('Mul', 'factor', 'rsqrt', g.const('gamma', rand(*params)), T=FLOAT)
        g.add('Mul', 'a', 'x', factor, T=FLOAT)
        if negative:
            g.add('Mul', 'b', g.add('Neg', 'minus', 'mean', T=FLOAT), factor, T=FLOAT)
        else:
            g.add('Mul', 'm', 'mean', factor, T=FLOAT)
            g.add('Sub', 'b', g.const('beta', rand(*params)), 'm', T=FLOAT)
        g.add('AddV2', 'y', 'a', 'b', T=FLOAT)
        case(name, g, {'x': shape}, ops=ops)

    written('instance_norm', (2, 3, 4, 3), [1, 2], (3,), 'Input InstanceNorm')
    written('instance_norm_raised', (1, 3, 4, 3), [1, 2], (1, 1, 1, 3), 'Input InstanceNorm')
    written('instance_norm_bare', (1, 3, 4, 3), [1, 2], (3,), 'Input InstanceNorm', gamma=False, negative=True)
    written('layer_norm', (2, 3, 5), [-1], (5,), 'Input LayerNorm')
    written('layer_norm_two', (2, 3, 5), [1, 2], (3, 5), 'Input LayerNorm')
    written('moments_all', (2, 3, 4), [0, 2], (4,), '')

    def divided(name, shape, axes, params, ops, root, variance):
        """As it stands in papers: (x - mean) / sqrt(variance + eps) * gamma + beta."""
        g = graph(x=list(shape))
        guarded = moments(g, 'x', axes, variance)
        apart = 'apart' if variance != 'difference' else g.add('Sub', 'apart', 'x', 'mean', T=FLOAT)
        if root == 'Pow':
            g.add('RealDiv', 'q', apart, g.add('Pow', 'root', guarded, g.const('half', F32(.5)), T=FLOAT), T=FLOAT)
        elif root == 'Sqrt':
            g.add('RealDiv', 'q', apart, g.add('Sqrt', 'root', guarded, T=FLOAT), T=FLOAT)
        else:
            g.add('Mul', 'q', g.add('Rsqrt', 'root', guarded, T=FLOAT), apart, T=FLOAT)
        g.add('Mul', 's', 'q', g.const('gamma', rand(*params)), T=FLOAT)
        g.add('AddV2', 'y', 's', g.const('beta', rand(*params)), T=FLOAT)
        case(name, g, {'x': shape}, ops=ops)

    divided('layer_norm_divided', (2, 3, 5), [-1], (5,), 'Input LayerNorm', 'Sqrt', 'square')
    divided('layer_norm_power', (2, 3, 5), [2], (5,), 'Input LayerNorm', 'Pow', 'difference')
    divided('instance_norm_times', (2, 3, 4, 3), [1, 2], (3,), 'Input InstanceNorm', 'Rsqrt', 'square')

    for name, kind, eps in (('l2_norm', 'Maximum', 1e-12), ('l2_norm_add', 'Add', .5), ('l2_norm_bare', '', 0)):
        g = graph(x=[2, 3, 4])
        s = g.add('Sum', 'sum', g.add('Square', 'square', 'x', T=FLOAT), g.const('axis', [1]), T=FLOAT, keep_dims=True)
        if kind:
            s = g.add(kind, 'guard', s, g.const('eps', F32(eps)), T=FLOAT)
        g.add('Mul', 'y', 'x', g.add('Rsqrt', 'rsqrt', s, T=FLOAT), T=FLOAT)
        case(name, g, {'x': (2, 3, 4)}, ops='Input L2Norm')


def activations():
    def each(name, op, ops='', lo=-2, hi=2, **attrs):
        g = graph(x=[2, 7])
        g.add(op, 'y', 'x', T=FLOAT, **attrs)
        case(name, g, {'x': (2, 7)}, ops='Input ' + (ops or op), lo=lo, hi=hi)

    for op in ('Relu', 'Sigmoid', 'Tanh', 'Elu', 'Selu', 'Softmax', 'LogSoftmax'):
        each('each_' + op.lower(), op)
    each('each_relu6', 'Relu6', 'Relu', lo=-9, hi=9)
    each('each_leaky_relu', 'LeakyRelu', 'Prelu', alpha=.3)
    each('each_leaky_relu_preset', 'LeakyRelu', 'Prelu')
    for op in ('Abs', 'Asinh', 'Atan', 'Ceil', 'Cos', 'Cosh', 'Erf', 'Exp', 'Floor', 'Neg', 'Rint', 'Round', 'Sign', 'Sin', 'Sinh', 'Softplus',
               'Softsign', 'Square'):
        each('each_' + op.lower(), op, 'Unary')
    for op, lo, hi in (('Acos', -.9, .9), ('Acosh', 1.1, 3), ('Asin', -.9, .9), ('Atanh', -.9, .9), ('Inv', .5, 2), ('Log', .1, 3),
                       ('Reciprocal', -3, -.2), ('Rsqrt', .1, 3), ('Sqrt', .1, 3), ('Tan', -1, 1)):
        each('each_' + op.lower(), op, 'Unary', lo, hi)
    g = graph(x=[2, 7])
    g.add('ClipByValue', 'y', 'x', g.const('a', F32(-.5)), g.const('b', F32(.25)), T=FLOAT)
    case('clip_by_value', g, {'x': (2, 7)}, ops='Input Clip')
    for name, first, low, high, ops in (('clip_min_max', 'Minimum', -.5, .25, 'Clip'), ('clip_max_min', 'Maximum', 0, 1, 'Relu')):
        g = graph(x=[2, 7])
        second = 'Maximum' if first == 'Minimum' else 'Minimum'
        limit = {'Minimum': F32(high), 'Maximum': F32(low)}
        g.add(first, 'a', 'x', g.const('k1', limit[first]), T=FLOAT)
        g.add(second, 'y', g.const('k2', limit[second]), 'a', T=FLOAT)
        case(name, g, {'x': (2, 7)}, ops='Input ' + ops, lo=-2, hi=2)


def slopes():
    x = (1, 2, 3, 4)

    def fsrcnn(name, alpha, ops='Input Prelu', op='Add', half=True):
        g = graph(x=list(x))
        g.add('Abs', 'abs', 'x', T=FLOAT)
        g.add('Sub', 'sub', 'x', 'abs', T=FLOAT)
        g.add('Mul', 'mul', g.const('alpha', alpha), 'sub', T=FLOAT)
        g.add('Mul', 'mul_1', 'mul', g.const('half', F32(.5 if half else .7)), T=FLOAT)
        g.add('Relu', 'relu', 'x', T=FLOAT)
        g.add(op, 'y', 'relu', 'mul_1', T=FLOAT)
        case(name, g, {'x': x}, ops=ops)

    fsrcnn('prelu_abs', rand(4))
    fsrcnn('prelu_abs_scaled', rand(4), half=False)
    fsrcnn('prelu_abs_less', rand(4), op='Sub')
    fsrcnn('prelu_abs_one', np.float32(.3), ops='Input Prelu')
    fsrcnn('prelu_abs_places', rand(2, 3, 4), ops='')

    def keras(name, alpha, neg_alpha=True, ops='Input Prelu', op='AddV2'):
        g = graph(x=list(x))
        g.add('Relu', 'pos', 'x', T=FLOAT)
        g.add('Relu', 'below', g.add('Neg', 'minus', 'x', T=FLOAT), T=FLOAT)
        k = g.const('alpha', alpha)
        g.add('Mul', 'neg', g.add('Neg', 'k', k, T=FLOAT) if neg_alpha else k, 'below', T=FLOAT)
        g.add(op, 'y', 'pos', 'neg', T=FLOAT)
        case(name, g, {'x': x}, ops=ops)

    keras('prelu_keras', rand(1, 1, 4))
    keras('prelu_keras_less', rand(1, 1, 4), False, op='Sub')
    g = graph(x=list(x))
    g.add('Maximum', 'y', g.add('Mul', 'm', 'x', g.const('alpha', F32(.2)), T=FLOAT), 'x', T=FLOAT)
    case('leaky_maximum', g, {'x': x}, ops='Input Prelu')
    g = graph(x=list(x))
    g.add('Maximum', 'y', g.add('Mul', 'm', 'x', g.const('alpha', F32(1.5)), T=FLOAT), 'x', T=FLOAT)
    case('leaky_not', g, {'x': x}, ops='Input Binary Binary')
    g = graph(x=list(x))
    g.add('Minimum', 'below', 'x', g.const('zero', F32(0)), T=FLOAT)
    g.add('Mul', 'neg', 'below', g.const('alpha', rand(4)), T=FLOAT)
    g.add('AddV2', 'y', 'neg', g.add('Relu', 'pos', 'x', T=FLOAT), T=FLOAT)
    case('prelu_minimum', g, {'x': x}, ops='Input Prelu')


def products():
    x = (2, 9)

    def hard(name, build, ops):
        g = graph(x=list(x))
        gate = g.add('Relu6', 'relu6', g.add('AddV2', 'add', 'x', g.const('three', F32(3)), T=FLOAT), T=FLOAT)
        build(g, gate)
        case(name, g, {'x': x}, ops=ops, lo=-5, hi=5)

    sixth = F32(1 / 6)
    hard('hard_swish_gate', lambda g, h: g.add('Mul', 'y', 'x', g.add('Mul', 'm', h, g.const('k', sixth), T=FLOAT), T=FLOAT), 'Input HardSwish')
    hard('hard_swish_behind', lambda g, h: g.add('Mul', 'y', g.add('Mul', 'm', 'x', h, T=FLOAT), g.const('k', sixth), T=FLOAT), 'Input HardSwish')
    hard('hard_swish_divided', lambda g, h: g.add('RealDiv', 'y', g.add('Mul', 'm', h, 'x', T=FLOAT), g.const('k', F32(6)), T=FLOAT), 'Input HardSwish')
    hard('hard_sigmoid', lambda g, h: g.add('RealDiv', 'y', h, g.const('k', F32(6)), T=FLOAT), 'Input HardSigmoid')
    hard('hard_not', lambda g, h: g.add('Mul', 'y', h, g.const('k', F32(.5)), T=FLOAT), 'Input Binary Relu Binary')

    def product(name, build, ops):
        g = graph(x=list(x))
        build(g)
        case(name, g, {'x': x}, ops=ops, lo=-3, hi=3)

    product('swish', lambda g: g.add('Mul', 'y', 'x', g.add('Sigmoid', 's', 'x', T=FLOAT), T=FLOAT), 'Input Swish')
    product('swish_beta', lambda g: g.add('Mul', 'y', g.add('Sigmoid', 's', g.add('Mul', 'b', g.const('beta', F32(1.7)), 'x', T=FLOAT), T=FLOAT), 'x',
                                          T=FLOAT), 'Input Swish')

    def gelu(g):
        g.add('Erf', 'e', g.add('Mul', 'm', 'x', g.const('k', F32(.70710678)), T=FLOAT), T=FLOAT)
        g.add('AddV2', 'a', g.const('one', F32(1)), 'e', T=FLOAT)
        g.add('Mul', 'y', g.add('Mul', 'h', g.const('half', F32(.5)), 'x', T=FLOAT), 'a', T=FLOAT)

    def gelu_tanh(g):
        g.add('Mul', 'c', g.const('k', F32(.044715)), g.add('Pow', 'p', 'x', g.const('three', F32(3)), T=FLOAT), T=FLOAT)
        g.add('Mul', 's', g.const('r', F32(.7978845608)), g.add('AddV2', 'sum', 'x', 'c', T=FLOAT), T=FLOAT)
        g.add('AddV2', 'a', g.const('one', F32(1)), g.add('Tanh', 't', 's', T=FLOAT), T=FLOAT)
        g.add('Mul', 'y', 'x', g.add('Mul', 'h', g.const('half', F32(.5)), 'a', T=FLOAT), T=FLOAT)

    product('gelu', gelu, 'Input Gelu')
    product('gelu_tanh', gelu_tanh, 'Input Gelu')


def dropouts():
    def mask_of_old(g):
        g.add('RandomUniform', 'random', g.add('Shape', 'shape', 'r', T=FLOAT), T=INT32, dtype=FLOAT)
        g.add('Mul', 'scaled', 'random', g.const('range', F32(1)), T=FLOAT)
        g.add('Add', 'moved', 'scaled', g.const('zero', F32(0)), T=FLOAT)
        return g.add('Floor', 'mask', g.add('Add', 'sum', 'keep', 'moved', T=FLOAT), T=FLOAT)

    g = graph(x=[2, 5])
    g.add('Relu', 'r', 'x', T=FLOAT)
    g.const('keep', F32(.5))
    g.add('Mul', 'd', g.add('RealDiv', 'div', 'r', 'keep', T=FLOAT), mask_of_old(g), T=FLOAT)
    g.add('Tanh', 'y', 'd', T=FLOAT)
    dropped(g, 'dropout_old', 'd')
    g = graph(x=[2, 5])
    g.add('Relu', 'r', 'x', T=FLOAT)
    g.add('RandomUniform', 'random', g.add('Shape', 'shape', 'r', T=FLOAT), T=INT32, dtype=FLOAT)
    g.add('Cast', 'mask', g.add('GreaterEqual', 'ge', 'random', g.const('rate', F32(.4)), T=FLOAT), SrcT=Type(10), DstT=FLOAT)
    g.add('Mul', 'd', g.add('Mul', 'mul', 'r', g.const('k', F32(1 / .6)), T=FLOAT), 'mask', T=FLOAT)
    g.add('Tanh', 'y', 'd', T=FLOAT)
    dropped(g, 'dropout_new', 'd')
    g = graph(x=[2, 5])
    g.add('Relu', 'r', 'x', T=FLOAT)
    g.add('RandomUniform', 'random', g.add('Shape', 'shape', 'r', T=FLOAT), T=INT32, dtype=FLOAT)
    g.add('GreaterEqual', 'ge', 'random', g.const('rate', F32(.4)), T=FLOAT)
    g.add('SelectV2', 'd', 'ge', g.add('Mul', 'mul', 'r', g.const('k', F32(1 / .6)), T=FLOAT), g.const('zero', F32(0)), T=FLOAT)
    g.add('Tanh', 'y', 'd', T=FLOAT)
    dropped(g, 'dropout_select', 'd')


def dropped(g, name, mask):
    """What is wanted of a dropout is that it is not there."""
    nodes, g2 = g.nodes, Graph()
    g2.nodes = {k: v if k != mask else ('Identity', ('r',), {}) for k, v in nodes.items() if 'Random' not in v[0]}
    real = g.run
    g.run = lambda feed, outs: g2.run(feed, outs)
    case(name, g, {'x': (2, 5)}, ops='Input Relu Tanh')
    g.run = real


def shapes():
    def one(name, op, shape, *inputs, ops='', **attrs):
        g = graph(x=list(shape))
        ins = [g.const('k%d' % i, v) for i, v in enumerate(inputs)]
        g.add(op, 'y', 'x', *ins, **attrs)
        case(name, g, {'x': shape}, ops=ops)

    one('reshape', 'Reshape', (2, 3, 4), [4, -1], ops='Input Reshape')
    one('squeeze', 'Squeeze', (1, 2, 1, 3), squeeze_dims=[0, -2], ops='Input Reshape')
    one('squeeze_all', 'Squeeze', (1, 2, 1, 3), ops='Input Reshape')
    one('expand_dims', 'ExpandDims', (2, 3), np.int32(-1), ops='Input Reshape')
    one('transpose', 'Transpose', (1, 2, 3, 4), [0, 3, 1, 2], ops='Input Permute')
    one('transpose_ones', 'Transpose', (1, 2, 3, 1), [0, 3, 1, 2], ops='Input Reshape')
    one('tile', 'Tile', (2, 3), [2, 1], ops='Input Tile')
    one('broadcast_to', 'BroadcastTo', (3, 1), [2, 3, 4])
    one('pad', 'Pad', (1, 3, 4, 2), [[0, 0], [1, 2], [0, 3], [0, 1]], ops='Input Pad')
    one('pad_v2', 'PadV2', (2, 3), [[1, 0], [0, 2]], F32(1.5), ops='Input Pad')
    one('pad_mirror', 'MirrorPad', (1, 4, 4, 2), [[0, 0], [2, 1], [3, 0], [0, 0]], mode='REFLECT', ops='Input Pad')
    one('pad_symmetric', 'MirrorPad', (1, 4, 4, 2), [[0, 0], [1, 1], [1, 0], [0, 0]], mode='SYMMETRIC', ops='Input Pad')
    one('pad_symmetric_wide', 'MirrorPad', (1, 4, 4), [[0, 0], [3, 2], [0, 4]], mode='SYMMETRIC', ops='Input Pad')
    one('slice', 'Slice', (3, 4, 5), [1, 0, 2], [2, -1, 3], ops='Input StridedSlice')
    one('strided', 'StridedSlice', (4, 5, 6), [1, 0, -1], [3, 5, 0], [1, 2, -2])
    one('strided_masks', 'StridedSlice', (4, 5, 6), [1, 3, 2], [9, 4, 3], [1, 1, 1], begin_mask=1, end_mask=4, shrink_axis_mask=2)
    one('strided_ellipsis', 'StridedSlice', (2, 3, 4, 5), [0, 0, -1], [1, 0, 0], [1, 1, 1], ellipsis_mask=2, shrink_axis_mask=5)
    one('strided_new_axis', 'StridedSlice', (3, 4), [0, 0, 1], [0, 0, 3], [1, 1, 1], new_axis_mask=2, begin_mask=1, end_mask=1)
    one('strided_new_only', 'StridedSlice', (3, 4), [0, 0], [0, 0], [1, 1], new_axis_mask=1, begin_mask=2, end_mask=2, ops='Input Reshape')
    one('gather_one', 'GatherV2', (3, 4), np.int32(-2), np.int32(1), ops='Input StridedSlice')
    one('gather', 'GatherV2', (3, 4), [3, 0, 1], np.int32(-1))
    one('gather_old', 'Gather', (3, 4), [0, 2])
    one('arg_max', 'ArgMax', (2, 3, 4), np.int32(-1), ops='Input ArgMax')
    one('arg_min', 'ArgMin', (2, 3, 4), np.int32(1), ops='Input ArgMax')
    one('cumsum', 'Cumsum', (2, 4), np.int32(1), exclusive=True, reverse=True, ops='Input CumSum')
    for op in ('Mean', 'Sum', 'Max', 'Min', 'Prod'):
        one('reduce_' + op.lower(), op, (2, 3, 4, 2), [1, 2], keep_dims=op != 'Mean', ops='Input Reduce')
    one('reduce_one', 'Mean', (2, 3, 4), np.int32(-1), ops='Input Reduce')
    one('reduce_none', 'Sum', (2, 3), np.zeros(0, np.int32))


def blocks():
    def one(name, op, shape, *inputs, ops='', **attrs):
        g = graph(x=list(shape))
        ins = [g.const('k%d' % i, v) for i, v in enumerate(inputs)]
        g.add(op, 'y', 'x', *ins, T=FLOAT, **attrs)
        case(name, g, {'x': shape}, ops=ops)

    one('depth_to_space', 'DepthToSpace', (1, 2, 3, 8), block_size=2, ops='Input DepthToSpace')
    one('depth_to_space_nchw', 'DepthToSpace', (1, 8, 2, 3), block_size=2, data_format='NCHW')
    one('space_to_depth', 'SpaceToDepth', (1, 4, 6, 2), block_size=2, ops='Input SpaceToDepth')
    for name, op, attrs in (('resize', 'ResizeBilinear', {}), ('resize_corners', 'ResizeBilinear', {'align_corners': True}),
                            ('resize_centers', 'ResizeBilinear', {'half_pixel_centers': True}), ('resize_nearest', 'ResizeNearestNeighbor', {}),
                            ('resize_nearest_corners', 'ResizeNearestNeighbor', {'align_corners': True}),
                            ('resize_nearest_centers', 'ResizeNearestNeighbor', {'half_pixel_centers': True})):
        one(name, op, (1, 3, 4, 2), [7, 6], ops='Input Resize', **attrs)
    one('resize_smaller', 'ResizeBilinear', (1, 7, 6, 1), [3, 4], ops='Input Resize')
    boxes = np.array([[0, 0, 1, 1], [.2, .7, .9, .1], [-.5, .1, .6, 1.2]], F32)
    one('crop_and_resize', 'CropAndResize', (2, 5, 6, 2), boxes, [0, 1, 1], [3, 4], extrapolation_value=.5, ops='')
    # Keras' UpSampling2D: twice the size that the input turns out to have.
    g = graph(x=[-1, 3, 4, 2])
    g.add('Shape', 'shape', 'x', T=FLOAT)
    g.add('StridedSlice', 'hw', 'shape', g.const('a', [1]), g.const('b', [3]), g.const('c', [1]))
    g.add('ResizeNearestNeighbor', 'y', 'x', g.add('Mul', 'size', 'hw', g.const('two', [2, 2]), T=INT32), T=FLOAT)
    case('upsampling', g, {'x': (1, 3, 4, 2)}, ops='Input Resize')


def parts():
    g = graph(a=[1, 2, 3], b=[1, 2, 2])
    g.add('ConcatV2', 'y', 'a', 'b', g.const('axis', np.int32(-1)), N=2, T=FLOAT)
    case('concat', g, {'a': (1, 2, 3), 'b': (1, 2, 2)}, ops='Input Input Concat')
    g = graph(a=[2, 3], b=[1, 3])
    g.add('Concat', 'y', g.const('axis', np.int32(0)), 'a', 'b', N=2, T=FLOAT)
    case('concat_old', g, {'a': (2, 3), 'b': (1, 3)}, ops='Input Input Concat')
    g = graph(a=[2, 3], b=[2, 3])
    g.add('Pack', 'y', 'a', 'b', N=2, T=FLOAT, axis=1)
    case('pack', g, {'a': (2, 3), 'b': (2, 3)}, ops='Input Input Pack')
    g = graph(x=[2, 3])
    g.add('Unpack', 'u', 'x', T=FLOAT, num=3, axis=1)
    g.add('Sub', 'y', 'u:2', 'u', T=FLOAT)
    case('unpack', g, {'x': (2, 3)})
    g = graph(x=[2, 6])
    g.add('Split', 's', g.const('axis', np.int32(1)), 'x', T=FLOAT, num_split=3)
    case('split', g, {'x': (2, 6)}, 's:0 s:1 s:2', out_node=['s'])
    g = graph(x=[2, 6])
    g.add('SplitV', 's', 'x', g.const('sizes', [1, -1, 2]), g.const('axis', np.int32(-1)), T=FLOAT, num_split=3)
    g.add('Relu', 'y', 's:1', T=FLOAT)
    case('split_v', g, {'x': (2, 6)}, ops='Input StridedSlice Relu')
    g = graph(a=[1, 2, 3], b=[1, 2, 3])
    g.add('Add', 'y', 'a', 'b', T=FLOAT)
    case('add_alike', g, {'a': (1, 2, 3), 'b': (1, 2, 3)}, ops='Input Input Sum')
    g = graph(a=[1, 2, 3], b=[2, 1])
    g.add('AddV2', 'y', 'a', 'b', T=FLOAT)
    case('add_broadcast', g, {'a': (1, 2, 3), 'b': (2, 1)})
    g = graph(a=[2, 3], b=[2, 3], c=[2, 3])
    g.add('AddN', 'y', 'a', 'b', 'c', N=3, T=FLOAT)
    case('add_n', g, {'a': (2, 3), 'b': (2, 3), 'c': (2, 3)}, ops='Input Input Input Sum')
    for op in ('Sub', 'Mul', 'RealDiv', 'Div', 'Maximum', 'Minimum', 'SquaredDifference', 'FloorDiv', 'FloorMod', 'Mod'):
        g = graph(a=[2, 3], b=[1, 3])
        g.add(op, 'y', 'a', 'b', T=FLOAT)
        case('binary_' + op.lower(), g, {'a': (2, 3), 'b': (1, 3)}, ops='Input Input Binary', lo=.3, hi=3)
    for op in ('Greater', 'LessEqual', 'NotEqual'):
        g = graph(a=[2, 3], b=[2, 3])
        g.add('Cast', 'y', g.add(op, 'which', 'a', 'b', T=FLOAT), SrcT=Type(10), DstT=FLOAT)
        case('binary_' + op.lower(), g, {'a': (2, 3), 'b': (2, 3)}, ops='Input Input Binary')
    g = graph(x=[2, 3])
    g.add('Pow', 'y', 'x', g.const('k', F32(2)), T=FLOAT)
    case('power', g, {'x': (2, 3)}, ops='Input Binary')
    g = graph(x=[2, 3])
    g.add('Greater', 'which', 'x', g.const('zero', F32(0)), T=FLOAT)
    g.add('SelectV2', 'y', 'which', 'x', g.add('Neg', 'n', 'x', T=FLOAT), T=FLOAT)
    case('select', g, {'x': (2, 3)}, ops='Input Binary Unary Select')
    g = graph(x=[2, 3])
    g.add('FloorDiv', 'y', 'x', g.const('k', F32(.3)), T=FLOAT)
    case('floor_div_constant', g, {'x': (2, 3)})


def shuffles():
    """Of channels, as ShuffleNet has them; of what only looks like it."""
    def one(name, shape, parts, perm, back, ops):
        g = graph(x=list(shape))
        conv(g, 'c', 'x', rand(1, 1, shape[3], shape[3]))
        g.add('Reshape', 'r', 'c', g.const('parts', parts), T=FLOAT)
        g.add('Transpose', 't', 'r', g.const('perm', perm), T=FLOAT)
        g.add('Reshape', 'b', 't', g.const('back', back), T=FLOAT)
        g.add('Relu', 'y', 'b', T=FLOAT)
        case(name, g, {'x': shape}, ops=ops)

    one('shuffle', (1, 2, 3, 6), [-1, 2, 3, 3, 2], [0, 1, 2, 4, 3], [-1, 2, 3, 6], 'Input Conv ChannelShuffle Relu')
    one('shuffle_nothing', (1, 2, 3, 6), [-1, 2, 3, 3, 2], [0, 1, 2, 3, 4], [-1, 2, 3, 6], '')
    one('shuffle_places', (1, 2, 3, 4), [1, 2, 3, 2, 2], [0, 2, 1, 4, 3], [1, 3, 2, 4], '')
    g = graph(x=[-1, 2, 3, 6])
    conv(g, 'c', 'x', rand(1, 1, 6, 6))
    g.add('Shape', 's', 'c', T=FLOAT)
    zero = g.const('zero', np.int32(0))
    sizes_of = [g.add('GatherV2', f's{i}', 's', g.const(f'at{i}', np.int32(i)), zero) for i in range(3)]
    g.add('Pack', 'parts', *sizes_of, g.const('g', np.int32(2)), g.const('k', np.int32(3)), N=5, T=INT32)
    g.add('Pack', 'back', *sizes_of, g.const('n', np.int32(6)), N=4, T=INT32)
    g.add('Reshape', 'r', 'c', 'parts', T=FLOAT)
    g.add('Transpose', 't', 'r', g.const('perm', [0, 1, 2, 4, 3]), T=FLOAT)
    g.add('Reshape', 'b', 't', 'back', T=FLOAT)
    g.add('Relu', 'y', 'b', T=FLOAT)
    case('shuffle_open', g, {'x': (1, 2, 3, 6)}, ops='Input Conv ChannelShuffle Relu')


def folds():
    """Constants that nodes compute, of the shape of the input above all."""
    g = graph(x=[-1, 2, 3, 2])
    g.add('Shape', 's', 'x', T=FLOAT)
    g.add('StridedSlice', 'n', 's', g.const('a', [0]), g.const('b', [1]), g.const('c', [1]), shrink_axis_mask=1)
    g.add('Pack', 'p', 'n', g.const('rest', np.int32(-1)), N=2, axis=0)
    g.add('Reshape', 'y', 'x', 'p', T=FLOAT)
    case('keras_flatten', g, {'x': (1, 2, 3, 2)}, ops='Input Reshape')
    g = graph(x=[2, 3])
    g.add('Unpack', 'u', g.add('Shape', 's', 'x', T=FLOAT), num=2, axis=0)
    g.add('Mul', 'm', 'u', 'u:1', T=INT32)
    g.add('ExpandDims', 'e', 'm', g.const('zero', np.int32(0)), T=INT32)
    g.add('Reshape', 'y', 'x', 'e', T=FLOAT)
    case('fold_unpack', g, {'x': (2, 3)}, ops='Input Reshape')
    g = graph(x=[2, 3])
    g.add('Size', 'n', 'x', T=FLOAT)
    g.add('Rank', 'r', 'x', T=FLOAT)
    g.add('Cast', 'f', g.add('FloorDiv', 'd', 'n', 'r', T=INT32), SrcT=INT32, DstT=FLOAT)
    g.add('Mul', 'y', 'x', 'f', T=FLOAT)
    case('fold_size', g, {'x': (2, 3)}, ops='Input Binary')
    g = graph(x=[4])
    g.add('Range', 'r', g.const('a', np.int32(0)), g.const('b', np.int32(8)), g.const('c', np.int32(2)))
    g.add('Cast', 'f', 'r', SrcT=INT32, DstT=FLOAT)
    g.add('Fill', 'ones', g.const('shape', [4]), g.const('v', F32(1.5)))
    g.add('Sqrt', 'q', g.add('Add', 'a1', 'f', 'ones', T=FLOAT), T=FLOAT)
    g.add('Mul', 'y', 'x', 'q', T=FLOAT)
    case('fold_range', g, {'x': (4,)}, ops='Input Binary')
    g = graph(x=[2, 2])
    g.add('Transpose', 't', g.const('k', rand(3, 2)), g.const('perm', [1, 0]), T=FLOAT)
    g.add('ConcatV2', 'c', 't', g.add('ZerosLike', 'z', 't', T=FLOAT), g.const('one', np.int32(1)), N=2, T=FLOAT)
    g.add('Slice', 's', 'c', g.const('b', [0, 1]), g.const('e', [2, 3]), T=FLOAT)
    g.add('StridedSlice', 'ss', 's', g.const('b2', [0, 2]), g.const('e2', [0, 0]), g.const('s2', [1, -1]), begin_mask=1, end_mask=3)
    g.add('MatMul', 'y', 'x', 'ss', T=FLOAT)
    case('fold_move', g, {'x': (2, 2)}, ops='Input FullyConnected')
    g = graph(x=[2, 4])
    g.add('Greater', 'w', g.const('k', rand(4)), g.const('zero', F32(0)), T=FLOAT)
    g.add('SelectV2', 'a', 'w', 'k', g.add('OnesLike', 'o', 'k', T=FLOAT), T=FLOAT)
    g.add('Sum', 's', 'a', g.const('axis', [0]), T=FLOAT, keep_dims=True)
    g.add('GatherV2', 'i', 'a', g.const('at', [3, 1, 1, 0]), g.const('ax', np.int32(0)))
    g.add('AddV2', 'y', 'x', g.add('Mul', 'm', 's', 'i', T=FLOAT), T=FLOAT)
    case('fold_choice', g, {'x': (2, 4)}, ops='Input Binary')
    g = graph(x=[2, 3])
    g.add('BroadcastArgs', 'b', g.const('p', [2, 1]), g.const('q', [1, 3]))
    g.add('BroadcastTo', 't', g.const('k', rand(3)), 'b')
    g.add('Mul', 'y', 'x', 't', T=FLOAT)
    case('fold_broadcast', g, {'x': (2, 3)}, ops='Input Binary')
    for name, how, a in (('list_float', {'lists': True}, rand(3)), ('list_splat', {'splat': True}, np.full(3, .7, F32)),
                         ('list_double', {'lists': True, 'wide': True}, rand(3).astype(np.float64)),
                         ('list_half', {'lists': True}, rand(3).astype(np.float16)), ('raw_double', {'wide': True}, rand(3).astype(np.float64)),
                         ('raw_half', {}, rand(3).astype(np.float16)), ('list_int', {'lists': True}, np.array([3, -4, 5], np.int32)),
                         ('list_int64', {'lists': True, 'long': True}, np.array([3, -4, 5])), ('raw_int64', {'long': True}, np.array([3, -4, 5])),
                         ('raw_int8', {}, np.array([3, -4, 5], np.int8)), ('raw_uint8', {}, np.array([3, 250, 5], np.uint8)),
                         ('raw_int16', {}, np.array([3, -400, 5], np.int16)), ('list_bool', {'lists': True}, np.array([True, False, True]))):
        g = graph(x=[2, 3])
        kind = Type({'f': 1, 'i': 3, 'u': 4, 'b': 10}[a.dtype.kind])
        g.add('Cast', 'f', g.const('k', a, **how), SrcT=kind, DstT=FLOAT)
        g.add('Mul', 'y', 'x', 'f', T=FLOAT)
        case(name, g, {'x': (2, 3)}, ops='Input Binary')


def one_hots():
    for name, indices, how in (('fold_one_hot', [2, -1, 0], {}), ('fold_one_hot_axis', [[1, 4], [3, 0]], {'axis': 1}),
                               ('fold_one_hot_first', [3, 3], {'axis': 0}), ('fold_one_hot_single', np.int32(1), {'axis': -1})):
        g = graph(x=[1, 2])
        g.add('OneHot', 'h', g.const('i', indices), g.const('depth', np.int32(4)), g.const('on', F32(1.5)), g.const('off', F32(-.5)), T=FLOAT,
              TI=INT32, **how)
        g.add('Reshape', 'f', 'h', g.const('flat', [-1, 1]), T=FLOAT)
        g.add('Mul', 'y', 'f', 'x', T=FLOAT)
        case(name, g, {'x': (1, 2)}, ops='Input Binary')
    # Of whole numbers: the sizes of a Reshape.
    g = graph(x=[2, 3])
    g.add('OneHot', 'h', g.const('i', np.int32(1)), g.const('depth', np.int32(3)), g.const('on', np.int32(6)), g.const('off', np.int32(1)), T=INT32,
          TI=INT32, axis=-1)
    g.add('Reshape', 'y', 'x', 'h', T=FLOAT)
    case('fold_one_hot_whole', g, {'x': (2, 3)}, ops='Input Reshape')


def fake_quants():
    g = graph(x=[1, 3, 3, 2])
    q = g.add('FakeQuantWithMinMaxVars', 'wq', g.const('w', rand(2, 2, 2, 3)), g.const('low', F32(-.9)), g.const('high', F32(.8)), num_bits=8,
              narrow_range=True)
    g.add('Conv2D', 'c', 'x', q, T=FLOAT, strides=[1, 1, 1, 1], padding='SAME')
    g.add('BiasAdd', 'b', 'c', g.const('bias', rand(3)), T=FLOAT)
    g.add('Relu6', 'r', 'b', T=FLOAT)
    g.add('FakeQuantWithMinMaxVars', 'y', 'r', g.const('low2', F32(0)), g.const('high2', F32(5.9)), num_bits=8, narrow_range=False)
    case('fake_quant', g, {'x': (1, 3, 3, 2)}, ops='Input Conv Relu')
    g = graph(x=[2, 3])
    g.add('FakeQuantWithMinMaxArgs', 'a', 'x', min=-1., max=1.)
    q = g.add('FakeQuantWithMinMaxVarsPerChannel', 'wq', g.const('w', rand(3, 2)), g.const('low', F32([-.5, -.1])), g.const('high', F32([.7, .9])))
    g.add('MatMul', 'y', 'a', q, T=FLOAT)
    case('fake_quant_channels', g, {'x': (2, 3)}, ops='Input FullyConnected')
    g = graph(x=[2, 3])
    g.add('Greater', 'which', 'x', g.const('zero', F32(0)), T=FLOAT)
    g.add('Any', 'any', 'which', g.const('axis', [1]), keep_dims=True)
    g.add('All', 'all', 'which', g.const('axis0', [0]))
    g.add('LogicalOr', 'or', 'any', 'all')
    g.add('Cast', 'y', 'or', SrcT=Type(10), DstT=FLOAT)
    case('any_all', g, {'x': (2, 3)})


def borders():
    """Where a network begins and ends, and names."""
    g = graph()
    g.add('DecodeJpeg', 'decode', g.placeholder('file', [], 7))
    g.add('Cast', 'cast', 'decode', SrcT=Type(4), DstT=FLOAT)
    conv(g, 'c', 'cast', rand(1, 1, 2, 3))
    g.add('Relu', 'y', 'c', T=FLOAT)
    g.add('NonMaxSuppression', 'nms', 'y')
    case('cut', g, {'cast': (1, 2, 2, 2)}, 'y', dims=[('cast', '1,2,2,2')], ops='Input Conv Relu')
    g = graph(x=[2, 6])
    g.add('Split', 's', g.const('axis', np.int32(1)), 'x', T=FLOAT, num_split=3)
    g.add('Mul', 'y', 's:1', 's:2', T=FLOAT)
    case('cut_output', g, {'x': (2, 6), 's:1': (2, 2)}, dims=[('s:1', '2,2')])
    g = graph(x=[2, 3], unused=[1, 1])
    g.add('NoOp', 'init')
    g.add('Identity', 'i', 'x', '^init', T=FLOAT)
    g.add('Relu', 'r', 'i', T=FLOAT)
    g.add('Identity', 'out', 'r', T=FLOAT)
    case('identity_out', g, {'x': (2, 3)}, 'out', ops='Input Relu', out_node=[])
    g = graph(x=[2, 3])
    g.add('Relu', 'r', 'x', T=FLOAT)
    g.add('Identity', 'a', 'r', T=FLOAT)
    g.add('Identity', 'b', 'r', T=FLOAT)
    case('identity_outs', g, {'x': (2, 3)}, 'a b r')
    g = graph(x=[2, 3])
    g.add('Relu', 'r', 'x', T=FLOAT)
    g.add('Tanh', 'y', 'r', T=FLOAT)
    case('backwards', g, {'x': (2, 3)}, reverse=True, out_node=[])
    g = graph(x=None)
    g.add('Relu', 'y', 'x', T=FLOAT)
    case('no_shape', g, {'x': (2, 3)}, dims=[('x', '2,3')])
    g = graph(x=None)
    g.nodes['x'] = ('Placeholder', (), {'dtype': FLOAT, 'shape': Shape(None)})
    g.add('Relu', 'y', 'x', T=FLOAT)
    case('no_rank', g, {'x': (2, 3)}, dims=[('x:0', '2,3')])
    g = graph()
    g.placeholder('x', [-1, 4], 4)
    g.add('Cast', 'f', 'x', SrcT=Type(4), DstT=FLOAT)
    g.add('Mul', 'y', 'f', g.const('k', F32(1 / 255)), T=FLOAT)
    case('bytes_in', g, {'x': (1, 4)}, feed={'x': np.array([[0, 7, 128, 255]], F32)})
    g = graph(x=[2, 3])
    g.add('PlaceholderWithDefault', 'keep', g.const('one', F32(1)), dtype=FLOAT, shape=[])
    g.add('Mul', 'y', 'x', 'keep', T=FLOAT)
    case('default', g, {'x': (2, 3)}, ops='Input Binary')
    g = graph(x=[2, 3])
    g.add('Relu', 'x_1', 'x', T=FLOAT)
    g.add('IdentityN', 'n', 'x_1', 'x')
    g.add('Sub', 'y', 'n:1', 'n', T=FLOAT)
    case('identity_n', g, {'x': (2, 3)})


def cells():
    """Two steps of a BasicLSTMCell, unrolled: as the layers that it is made of."""
    n, hidden = 3, 4
    g = graph(x=[1, 2, n])
    kernel, bias = g.const('kernel', rand(n + hidden, 4 * hidden)), g.const('bias', rand(4 * hidden))
    g.add('Unpack', 'steps', 'x', T=FLOAT, num=2, axis=1)
    h = c = g.const('zeros', np.zeros((1, hidden), F32))
    one, axis, split = g.const('forget', F32(1)), g.const('axis', np.int32(1)), g.const('split_dim', np.int32(1))
    for t, x in enumerate(('steps', 'steps:1')):
        p = 'cell_%d/' % t
        g.add('ConcatV2', p + 'concat', x, h, axis, N=2, T=FLOAT)
        g.add('MatMul', p + 'MatMul', p + 'concat', kernel, T=FLOAT)
        g.add('BiasAdd', p + 'BiasAdd', p + 'MatMul', bias, T=FLOAT)
        g.add('Split', p + 'split', split, p + 'BiasAdd', T=FLOAT, num_split=4)
        g.add('Sigmoid', p + 'f', g.add('Add', p + 'add', p + 'split:2', one, T=FLOAT), T=FLOAT)
        g.add('Mul', p + 'mul', c, p + 'f', T=FLOAT)
        g.add('Mul', p + 'mul_1', g.add('Sigmoid', p + 'i', p + 'split', T=FLOAT), g.add('Tanh', p + 'j', p + 'split:1', T=FLOAT), T=FLOAT)
        c = g.add('Add', p + 'c', p + 'mul', p + 'mul_1', T=FLOAT)
        h = g.add('Mul', p + 'h', g.add('Tanh', p + 'tanh', c, T=FLOAT), g.add('Sigmoid', p + 'o', p + 'split:3', T=FLOAT), T=FLOAT)
    case('lstm_cells', g, {'x': (1, 2, n)}, h + ' ' + c)


def refusals():
    """Graphs that cannot be converted, for test_tensorflow_refuse.c."""
    def save(name, g, **how):
        write(name + '.pb', g.proto(**how))

    g = graph(x=[1, 4, 4, 2])
    g.add('Relu', 'fine', 'x', T=FLOAT)
    g.add('Frobnicate', 'frob1', 'fine')
    g.add('Frobnicate', 'frob2', 'fine')
    g.add('Switch', 'branch', 'fine', g.const('flag', np.array(True)), T=FLOAT)
    g.add('Conv2D', 'computed', 'fine', 'x', T=FLOAT, strides=[1, 1, 1, 1], padding='SAME')
    g.add('MaxPool', 'depth', 'fine', T=FLOAT, ksize=[1, 1, 1, 2], strides=[1, 1, 1, 2], padding='SAME')
    g.add('Relu', 'odd', 'fine', T=FLOAT, surprise=3)
    g.add('Relu', 'crowd', 'fine', 'fine', 'x', T=FLOAT)
    g.add('Cast', 'cut_off', 'fine', SrcT=FLOAT, DstT=INT32)
    g.add('Reshape', 'too_many', 'fine', g.const('seven', [7, -1]), T=FLOAT)
    g.add('Transpose', 'turned', 'fine', g.const('perm', [0, 1, 1, 2]), T=FLOAT)
    g.add('ExtractGlimpse', 'noise', 'fine', g.const('size', [2, 2]), g.const('at', F32([[0, 0]])))
    names_of = [n for n in g.nodes if n not in ('x', 'fine', 'flag', 'seven', 'perm', 'size', 'at')]
    g.add('AddN', 'all', *names_of, N=len(names_of), T=FLOAT)
    save('refuse_many', g)

    g = graph(x=[2, 3])
    g.add('Add', 'a', 'x', 'c', T=FLOAT)
    g.add('Relu', 'b', 'a', T=FLOAT)
    g.add('Tanh', 'c', 'b', T=FLOAT)
    save('refuse_circle', g)
    g = graph(x=[2, 3])
    g.add('Add', 'y', 'x', 'nowhere', T=FLOAT)
    save('refuse_missing', g)
    g = graph(x=[2, 3])
    g.add('Relu', 'y', 'x', T=FLOAT)
    write('refuse_twice.pb', g.proto() + g.proto())
    g = graph(x=[-1, 3, -1])
    g.placeholder('free')
    g.add('Relu', 'y', 'x', T=FLOAT)
    g.add('Relu', 'z', 'free', T=FLOAT)
    save('refuse_open', g)
    g = graph(x=[2, 3])
    g.add('Relu', 'y', 'x', T=FLOAT)
    g.add('Tanh', 'z', 'x', T=FLOAT)
    save('two_ends', g)
    g = graph(x=[2, 3])
    g.add('Fill', 'f', g.const('sizes', [30000, 10000]), g.const('v', F32(1)))
    g.add('MatMul', 'y', 'x', 'f', T=FLOAT)
    save('refuse_large', g)
    g = graph(x=[2, 3])
    g.add('Neg', 'y', g.const('k', rand(3)), T=FLOAT)
    save('refuse_constant', g)
    # A while loop, and a wav at the front.
    g = graph()
    g.placeholder('wav', [], 7)
    g.add('DecodeWav', 'decode', 'wav', desired_samples=16000, desired_channels=1)
    g.add('AudioSpectrogram', 'spectrogram', 'decode', window_size=480, stride=160, magnitude_squared=True)
    g.add('Mfcc', 'mfcc', 'spectrogram', 'decode:1', dct_coefficient_count=40)
    g.add('Reshape', 'flat', 'mfcc', g.const('shape', [1, -1]), T=FLOAT)
    g.add('MatMul', 'y', 'flat', g.const('w', np.zeros((98 * 40, 2), F32), splat=True), T=FLOAT)
    save('refuse_wav', g)
    g = graph(x=[2, 3])
    g.add('Enter', 'enter', 'x', T=FLOAT, frame_name='loop')
    g.add('Merge', 'merge', 'enter', 'next', N=2, T=FLOAT)
    g.add('LoopCond', 'cond', g.const('flag', np.array(True)))
    g.add('Switch', 'switch', 'merge', 'cond', T=FLOAT)
    g.add('Frobnicate', 'body', 'switch:1')
    g.add('NextIteration', 'next', 'body', T=FLOAT)
    g.add('Exit', 'exit', 'switch', T=FLOAT)
    g.add('Relu', 'y', 'exit', T=FLOAT)
    save('refuse_loop', g)
    g = graph(x=[1, 4, 4, 2])
    norm(g, 'n', 'x', 2)
    g.add('Add', 'y', 'n', 'n:1', T=FLOAT)
    save('refuse_output', g)
    g = graph(x=[2, 3])
    g.add('Add', 'y', 'x', g.const('k', rand(3)), T=FLOAT)
    short = number(1, 1) + field(2, shape_proto([3])) + field(4, rand(2).tobytes())
    g.nodes['k'] = ('Const', (), {'dtype': FLOAT, 'value': short})
    save('refuse_short', g)
    g = graph(x=[2, 3])
    for i, op in enumerate(('StatelessIf', 'While', 'StatefulPartitionedCall', 'TensorListStack')):
        g.add(op, f'n{i}', f'n{i - 1}' if i else 'x')
    save('refuse_calls', g)
    # Operators that need constants, without.
    g = graph(x=[1, 4, 4, 1])
    g.placeholder('n', [4], 3)
    g.add('MaxPoolV2', 'pool', 'x', g.const('k', [1, 2, 2, 1]), 'n', T=FLOAT, padding='SAME')
    g.add('MaxPoolV2', 'floats', 'x', g.const('f', F32([1, 2, 2, 1])), 'k', T=FLOAT, padding='SAME')
    g.add('MaxPoolV2', 'batches', 'x', g.const('b', [2, 2, 2, 1]), 'k', T=FLOAT, padding='SAME')
    codes = [g.const('one', np.int32(1)), g.const('hot', F32(1)), g.const('cold', F32(0))]
    g.add('OneHot', 'computed', 'n', *codes, T=FLOAT, TI=INT32)
    g.add('OneHot', 'depth', 'k', 'zero', 'hot', 'cold', T=FLOAT, TI=INT32)
    g.const('zero', np.int32(0))
    g.add('OneHot', 'axis', 'k', *codes, T=FLOAT, TI=INT32, axis=2)
    g.add('OneHot', 'values', 'k', 'one', 'f', 'cold', T=FLOAT, TI=INT32)
    g.add('OneHot', 'deep', 'k', g.const('two', [2, 2]), 'hot', 'cold', T=FLOAT, TI=INT32)
    last = [n for n in g.nodes if g.nodes[n][0] in ('MaxPoolV2', 'OneHot')]
    g.add('AddN', 'all', *last, N=len(last), T=FLOAT)
    save('refuse_unknown', g)


def crc32c(data):
    """Castagnoli's, masked as LevelDB stores it."""
    crc = 0xffffffff
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
    crc ^= 0xffffffff
    return ((crc >> 15 | crc << 17) + 0xa282ead8) & 0xffffffff


def block(entries, restart=16):
    """A block of LevelDB's table: keys share their beginnings with those before."""
    out, last, restarts = b'', b'', []
    for i, (key, value) in enumerate(entries):
        shared = 0
        if i % restart == 0:
            restarts.append(len(out))
        else:
            while shared < min(len(key), len(last)) and key[shared] == last[shared]:
                shared += 1
        out += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        last = key
    return out + b''.join(struct.pack('<I', r) for r in restarts or [0]) + struct.pack('<I', max(len(restarts), 1))


def table(blocks):
    out, index = b'', []
    for entries in blocks:
        index.append((entries[-1][0], varint(len(out)) + varint(len(block(entries)))))
        out += block(entries) + b'\0' + struct.pack('<I', crc32c(block(entries) + b'\0'))
    handles = b''
    for body in (block([]), block(index, 1)):
        handles += varint(len(out)) + varint(len(body))
        out += body + b'\0' + struct.pack('<I', crc32c(body + b'\0'))
    return out + handles.ljust(40, b'\0') + bytes.fromhex('57fb808b247547db')


def checkpoints():
    """A .meta graph with its checkpoint, and the same graph frozen, for test_tensorflow_checkpoint.c."""
    numbers = {'conv/kernel': rand(3, 3, 2, 3), 'conv/bias': rand(3), 'dense/kernel': rand(3, 4), 'dense/bias': rand(4).astype(np.float64)}

    def build(frozen):
        g = graph(x=[1, 5, 5, 2])
        for n, a in numbers.items():
            if frozen:
                g.const(n, a, wide=True)
            elif n.startswith('conv'):
                g.add('VariableV2', n, dtype=FLOAT, shape=Shape(a.shape), container='', shared_name='')
            else:
                g.add('VarHandleOp', n + '_handle', dtype=FLOAT, shape=Shape(a.shape), shared_name=n)
                g.add('ReadVariableOp', n, n + '_handle', dtype=FLOAT)
        conv_kernel = g.add('Identity', 'conv/kernel/read', 'conv/kernel', T=FLOAT)
        g.add('Conv2D', 'c', 'x', conv_kernel, T=FLOAT, strides=[1, 1, 1, 1], padding='VALID')
        g.add('BiasAdd', 'b', 'c', 'conv/bias', T=FLOAT)
        g.add('Mean', 'm', 'b', g.const('axes', [1, 2]), T=FLOAT)
        g.add('MatMul', 'd', 'm', 'dense/kernel', T=FLOAT)
        bias = g.add('Cast', 'wide', 'dense/bias', SrcT=Type(2), DstT=FLOAT)
        g.add('Add', 'y', 'd', bias, T=FLOAT)
        return g

    case('frozen', build(True), {'x': (1, 5, 5, 2)}, ops='Input Conv Reduce FullyConnected')
    saver = field(1, 'save/Const:0')
    write('variables.meta', field(1, field(1, 'tag')) + field(2, build(False).proto()) + field(3, saver))
    shards, entries = [b'', b''], []
    for i, (n, a) in enumerate(sorted(numbers.items())):
        shard = i % 2
        proto = number(1, 2 if a.dtype == np.float64 else 1) + field(2, shape_proto(a.shape)) + number(3, shard)
        proto += number(4, len(shards[shard])) + number(5, a.nbytes)
        entries.append((n.encode(), proto))
        shards[shard] += a.tobytes()
    header = (b'', number(1, 2) + field(3, number(1, 1)))
    write('variables.index', table([[header] + entries[:2], entries[2:]]))
    for i, data in enumerate(shards):
        write('variables.data-%05d-of-00002' % i, data)


def main():
    os.makedirs(HERE, exist_ok=True)
    for old in os.listdir(HERE):
        os.remove(os.path.join(HERE, old))
    for make in (convolutions, biases, dilations, pools, matrices, batch_norms, separables, statistics, activations, slopes, products, dropouts, shapes, blocks,
                 parts, shuffles, folds, one_hots, fake_quants, borders, cells, refusals, checkpoints):
        state['random'] = np.random.default_rng(sum(make.__name__.encode()))
        make()
    total = sum(os.path.getsize(os.path.join(HERE, f)) for f in os.listdir(HERE))
    print('%d cases, %d bytes' % (len(names), total))


if __name__ == '__main__':
    main()
