#!/usr/bin/env python3
"""Writes data/NAME.case, the cases of test_onnx_cases.c, and data/NAME.onnx: python3 make_onnx_cases.py

Needs numpy, onnx and onnxruntime. Each case is a small ONNX model with what goes in and what has to
come out, computed by onnxruntime (where it does not run an old operator set, from the same network
written in a newer one). Nothing of the project is run. Channel-last tensors are turned here, as the
converter's rules say: 4-D inputs that reach a spatial operator, outputs of spatial operators.

A file is text lines, an empty line, the model, then float32 tensors, inputs first:
  model BYTES | dims NAME 1,2,3 | out_node NAME | ops Input Conv ... | in NAME 1x2x3 | out NAME 1x2x3
"""
import os
import sys

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

from onnx_catalogue import Catalogue

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'data')
F32 = np.float32
state = {}


def rand(*shape, lo=-1, hi=1):
    return state['random'].uniform(lo, hi, shape).astype(F32)


def node(op, inputs, outputs, name='', **attrs):
    return helper.make_node(op, inputs.split(), outputs.split(), name=name, **attrs)


def model(nodes, ins, outs, inits, opset, listed=False):
    """ins: name -> dims as declared; outs: names. listed: initializers among the inputs, as IR 3 has them."""
    infos = [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in ins.items()]
    records = [numpy_helper.from_array(np.asarray(v), n) for n, v in inits.items()]
    if listed:
        infos += [helper.make_tensor_value_info(r.name, r.data_type, list(r.dims)) for r in records]
    outputs = [helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in outs]
    graph = helper.make_graph(nodes, 'case', infos, outputs, records)
    m = helper.make_model(graph, opset_imports=[helper.make_opsetid('', opset)])
    m.ir_version = 3 if listed else 7
    return m


def run(m, feed):
    options = ort.SessionOptions()
    options.log_severity_level = 4
    session = ort.InferenceSession(m.SerializeToString(), options, providers=['CPUExecutionProvider'])
    return session.run(None, feed)


def last(a):
    return np.ascontiguousarray(np.moveaxis(a, 1, -1))


def sizes(shape):
    return 'x'.join(map(str, shape)) if shape else 'scalar'


names = set()


def case(name, nodes, ins, outs, inits=None, opset=13, last_in=(), last_out=(), dims=None, out_node=(), ops='', listed=False,
         ref=None, declared=None, lo=-1, hi=1, m=None):
    """ins: name -> real shape; declared: what the file says instead; ref: (nodes, inits, opset) to compute with."""
    assert name not in names, name
    names.add(name)
    nodes = nodes if isinstance(nodes, list) else [nodes]
    inits = inits or {}
    outs = outs.split()
    feed = {n: rand(*s, lo=lo, hi=hi) for n, s in ins.items()}
    m = m or model(nodes, declared or ins, outs, inits, opset, listed)
    if ref:
        want = run(model(ref[0], ins, outs, ref[1], ref[2]), feed)
    else:
        want = run(m, feed)
    body = m.SerializeToString()
    head = ['model %d' % len(body)]
    head += ['dims %s %s' % d for d in (dims or [])]
    head += ['out_node %s' % n for n in out_node]
    if ops:
        head.append('ops ' + ops)
    data = b''
    for n, a in feed.items():
        a = last(a) if n in last_in else a
        head.append('in %s %s' % (n, sizes(a.shape)))
        data += a.astype('<f4').tobytes()
    for n, a in zip(outs, want):
        a = last(a) if n in last_out else a
        head.append('out %s %s' % (n, sizes(a.shape)))
        data += a.astype('<f4').tobytes()
    with open(os.path.join(HERE, name + '.case'), 'wb') as f:
        f.write(('\n'.join(head) + '\n\n').encode() + body + data)


def convolutions():
    w = {'w': rand(4, 3, 3, 3), 'b': rand(4)}
    x = {'x': (1, 3, 7, 6)}

    def conv(name, inits, ins=x, inputs='x w b', **attrs):
        case(name, node('Conv', inputs, 'y', 'conv', **attrs), ins, 'y', inits, last_in='x', last_out='y', ops='Input Conv')

    conv('conv_plain', w)
    conv('conv_no_bias', {'w': w['w']}, inputs='x w')
    conv('conv_pads', w, pads=[1, 0, 2, 1], strides=[2, 1], kernel_shape=[3, 3])
    conv('conv_dilated', w, dilations=[2, 1], pads=[2, 2, 2, 2])
    conv('conv_same_upper', w, auto_pad='SAME_UPPER', strides=[2, 2])
    conv('conv_same_lower', w, auto_pad='SAME_LOWER', strides=[2, 2])
    conv('conv_valid', w, auto_pad='VALID', strides=[1, 2])
    conv('conv_groups', {'w': rand(4, 2, 3, 3), 'b': rand(4)}, {'x': (2, 4, 5, 5)}, group=2)
    conv('conv_depthwise', {'w': rand(4, 1, 3, 3), 'b': rand(4)}, {'x': (1, 4, 5, 5)}, group=4, pads=[1, 1, 1, 1])
    conv('conv_padded_1x1', {'w': rand(4, 3, 1, 1), 'b': rand(4)}, pads=[1, 1, 1, 1])
    case('conv_1d', [node('Conv', 'x w b', 'c', 'first', strides=[2], pads=[1, 1]), node('Relu', 'c', 'r'),
                     node('Conv', 'r v', 'y', 'second', auto_pad='SAME_LOWER')],
         {'x': (2, 3, 11)}, 'y', {'w': rand(4, 3, 3), 'b': rand(4), 'v': rand(2, 4, 2)}, last_out='y')
    case('conv_1d_one_channel', node('Conv', 'x w', 'y'), {'x': (1, 1, 9)}, 'y', {'w': rand(3, 1, 4)}, last_out='y',
         ops='Input Reshape Conv Reshape')
    weights = rand(3, 2, 2, 2).astype(np.float16)
    m = model([node('Cast', 'w', 'wide', to=TensorProto.FLOAT), node('Conv', 'x wide', 'y')], {'x': (1, 2, 4, 4)}, ['y'],
              {'w': weights}, 13)
    case('conv_folded_half', [], {'x': (1, 2, 4, 4)}, 'y', last_in='x', last_out='y', m=m, ops='Input Conv')
    # Two consumers of one input in another order share the Permute.
    case('conv_twice', [node('Transpose', 'x', 't', perm=[0, 2, 3, 1]), node('Conv', 't w', 'a', 'a'), node('Conv', 't v', 'b', 'b'),
                        node('Add', 'a b', 'y')],
         {'x': (1, 4, 5, 6)}, 'y', {'w': rand(2, 5, 1, 1), 'v': rand(2, 5, 1, 1)}, last_out='y',
         ops='Input Permute Conv Conv Binary')


def pools():
    x = {'x': (1, 2, 7, 8)}

    def pool(name, op, ins=x, opset=13, **attrs):
        case(name, node(op, 'x', 'y', **attrs), ins, 'y', opset=opset, last_in='x', last_out='y', ops='Input Pool')

    pool('pool_max', 'MaxPool', kernel_shape=[2, 3], strides=[2, 2])
    pool('pool_max_pads', 'MaxPool', kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    pool('pool_max_ceil', 'MaxPool', kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)
    pool('pool_max_ceil_uneven', 'MaxPool', kernel_shape=[3, 3], strides=[2, 2], pads=[0, 1, 0, 0], ceil_mode=1)
    pool('pool_max_same_upper', 'MaxPool', kernel_shape=[3, 2], strides=[2, 2], auto_pad='SAME_UPPER')
    pool('pool_max_same_lower', 'MaxPool', kernel_shape=[3, 2], strides=[2, 2], auto_pad='SAME_LOWER')
    pool('pool_average', 'AveragePool', kernel_shape=[2, 2], strides=[1, 2])
    pool('pool_average_pads', 'AveragePool', kernel_shape=[3, 3], pads=[1, 1, 1, 1])
    pool('pool_average_counted', 'AveragePool', kernel_shape=[3, 3], pads=[1, 1, 1, 1], count_include_pad=1)
    pool('pool_average_ceil', 'AveragePool', kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)
    pool('pool_global_average', 'GlobalAveragePool')
    pool('pool_global_max', 'GlobalMaxPool')
    case('pool_1d', node('MaxPool', 'x', 'y', kernel_shape=[3], strides=[2]), {'x': (1, 2, 9)}, 'y', last_out='y')
    counted = dict(kernel_shape=[3, 3], strides=[2, 3], ceil_mode=1, count_include_pad=1)
    beyond = {'x': (1, 2, 6, 8)}  # windows of both axes reach beyond the pads, which onnxruntime counts from 1.20 on only
    pool('pool_average_ceil_counted', 'AveragePool', beyond, 19, **counted)
    case('pool_average_ceil_counted_pads', node('AveragePool', 'x', 'y', pads=[1, 1, 1, 1], **counted), beyond, 'y', opset=19, last_in='x',
         last_out='y', ops='Input Pad Pool')
    case('pool_average_ceil_counted_uneven', node('AveragePool', 'x', 'y', pads=[1, 2, 0, 0], **counted), beyond, 'y', opset=19, last_in='x',
         last_out='y', ops='Input Pad Pool')


def activations():
    x = {'x': (2, 3, 4)}
    for op in 'Relu Sigmoid Tanh Abs Exp Floor Neg Sin'.split():
        case('unary_' + op.lower(), node(op, 'x', 'y'), x, 'y', lo=-2, hi=2)
    for op in 'Log Sqrt'.split():
        case('unary_' + op.lower(), node(op, 'x', 'y'), x, 'y', lo=0.1, hi=2)
    case('elu', node('Elu', 'x', 'y', alpha=0.7), x, 'y')
    case('leaky_relu', node('LeakyRelu', 'x', 'y', alpha=0.2), x, 'y', ops='Input Prelu')
    case('clip_6', node('Clip', 'x', 'y', min=-0.5, max=0.25), x, 'y', opset=6, ops='Input Clip',
         ref=([node('Clip', 'x lo hi', 'y')], {'lo': F32(-0.5), 'hi': F32(0.25)}, 13))
    case('clip_relu6', node('Clip', 'x lo hi', 'y'), x, 'y', {'lo': F32(0), 'hi': F32(6)}, lo=-9, hi=9, ops='Input Relu')
    case('clip_lower', node('Clip', 'x lo', 'y'), x, 'y', {'lo': F32(-0.3)}, ops='Input Clip')
    case('clip_nothing', [node('Clip', 'x', 'c'), node('Relu', 'c', 'y')], x, 'y', ops='Input Relu')
    case('prelu_channels', [node('Conv', 'x w', 'c'), node('PRelu', 'c s', 'y')], {'x': (1, 2, 4, 4)}, 'y',
         {'w': rand(3, 2, 1, 1), 's': rand(3, 1, 1)}, last_in='x', last_out='y', ops='Input Conv Prelu')
    case('prelu_single', node('PRelu', 'x s', 'y'), {'x': (2, 5)}, 'y', {'s': rand(1)}, ops='Input Prelu')
    slope = rand(3)
    case('prelu_6', node('PRelu', 'x s', 'y'), {'x': (1, 3, 2, 2)}, 'y', {'s': slope}, opset=6, last_in='x', last_out='y',
         ref=([node('PRelu', 'x s', 'y')], {'s': slope.reshape(3, 1, 1)}, 13))
    case('prelu_last_axis', node('PRelu', 'x s', 'y'), {'x': (2, 3, 4)}, 'y', {'s': rand(4)}, ops='Input Prelu')
    case('prelu_each', node('PRelu', 'x s', 'y'), {'x': (2, 3, 4)}, 'y', {'s': rand(3, 4)})
    case('softmax_13', node('Softmax', 'x', 'y', axis=1), x, 'y')
    case('softmax_13_last', node('Softmax', 'x', 'y'), x, 'y', ops='Input Softmax')
    case('softmax_11_flat', node('Softmax', 'x', 'y', axis=1), x, 'y', opset=11, ops='Input Reshape Softmax Reshape')
    case('softmax_11_channels', [node('GlobalAveragePool', 'x', 'g'), node('Softmax', 'g', 'y', axis=1)], {'x': (1, 6, 3, 3)}, 'y',
         opset=11, last_in='x', last_out='y', ops='Input Pool Softmax')
    case('batch_norm', node('BatchNormalization', 'x s b m v', 'y', epsilon=0.01), {'x': (2, 3, 4, 5)}, 'y',
         {'s': rand(3), 'b': rand(3), 'm': rand(3), 'v': rand(3, lo=0.5, hi=2)}, last_in='x', last_out='y', ops='Input BatchNorm')
    case('batch_norm_folded', [node('Conv', 'x w', 'c', 'conv'), node('BatchNormalization', 'c s b m v', 'n'), node('Relu', 'n', 'y')],
         {'x': (1, 2, 4, 4)}, 'y', {'w': rand(3, 2, 3, 3), 's': rand(3), 'b': rand(3), 'm': rand(3), 'v': rand(3, lo=0.5, hi=2)},
         last_in='x', last_out='y', ops='Input Conv Relu')
    case('batch_norm_flat', node('BatchNormalization', 'x s b m v', 'y'), {'x': (4, 3)}, 'y',
         {'s': rand(3), 'b': rand(3), 'm': rand(3), 'v': rand(3, lo=0.5, hi=2)}, opset=9)


def arithmetic():
    x = {'a': (2, 3, 4), 'b': (2, 3, 4)}
    for op in 'Add Sub Mul Div Max Min'.split():
        case('binary_' + op.lower(), node(op, 'a b', 'y'), x, 'y', lo=0.5, hi=2, ops='Input Input Binary')
    case('binary_pow', node('Pow', 'a k', 'y'), {'a': (2, 3)}, 'y', {'k': F32(1.5)}, lo=0.5, hi=2)
    case('binary_square', node('Pow', 'a k', 'y'), {'a': (2, 3)}, 'y', {'k': np.int64(2)}, ops='Input Binary')
    case('binary_broadcast', node('Mul', 'a b', 'y'), {'a': (2, 3, 4), 'b': (3, 1)}, 'y')
    case('binary_channels', [node('Conv', 'x w', 'c'), node('Mul', 'c k', 'd'), node('Sub', 'h d', 'y')], {'x': (1, 2, 3, 4)}, 'y',
         {'w': rand(3, 2, 1, 1), 'k': rand(3, 1, 1), 'h': rand(4)}, last_in='x', last_out='y', ops='Input Conv Binary Binary')
    case('binary_layouts', [node('Conv', 'x w', 'c'), node('Add', 'c z', 'y')], {'x': (1, 2, 3, 4), 'z': (1, 3, 3, 4)}, 'y',
         {'w': rand(3, 2, 1, 1)}, last_in='x', last_out='y', ops='Input Input Conv Permute Binary')
    case('binary_6', node('Add', 'a k', 'y', broadcast=1, axis=1), {'a': (2, 3, 4)}, 'y', {'k': (k := rand(3))}, opset=6,
         ref=([node('Add', 'a k', 'y')], {'k': k.reshape(3, 1)}, 13))
    case('sum_three', node('Sum', 'a b d', 'y'), {'a': (2, 3), 'b': (2, 3), 'd': (2, 3)}, 'y', ops='Input Input Input Sum')
    case('sum_broadcast', node('Sum', 'a b k', 'y'), {'a': (2, 3), 'b': (3,)}, 'y', {'k': rand(2, 1)})
    case('max_three', node('Max', 'a b k', 'y'), {'a': (2, 3), 'b': (2, 3)}, 'y', {'k': F32(0.2)})
    case('max_one', [node('Max', 'a', 'm'), node('Neg', 'm', 'y')], {'a': (2, 3)}, 'y', ops='Input Unary')


def matrices():
    case('gemm', node('Gemm', 'a b c', 'y', alpha=0.5, beta=2.0), {'a': (3, 4)}, 'y', {'b': rand(4, 5), 'c': rand(5)},
         ops='Input FullyConnected')
    case('gemm_transposed', node('Gemm', 'a b c', 'y', transA=1, transB=1), {'a': (4, 3)}, 'y', {'b': rand(5, 4), 'c': rand(1, 5)},
         ops='Input Permute FullyConnected')
    case('gemm_rows', node('Gemm', 'a b c', 'y', beta=0.5), {'a': (3, 4)}, 'y', {'b': rand(4, 5), 'c': rand(3, 1)})
    case('gemm_no_bias', node('Gemm', 'a b', 'y'), {'a': (3, 4)}, 'y', {'b': rand(4, 5)})
    case('gemm_computed_bias', node('Gemm', 'a b c', 'y', beta=3.0), {'a': (3, 4), 'c': (3, 5)}, 'y', {'b': rand(4, 5)})
    case('matmul', node('MatMul', 'a b', 'y'), {'a': (3, 4)}, 'y', {'b': rand(4, 5)}, ops='Input FullyConnected')
    case('matmul_bias', [node('MatMul', 'a b', 'p', 'product'), node('Add', 'c p', 'y', 'sum')], {'a': (3, 4)}, 'y',
         {'b': rand(4, 5), 'c': rand(5)}, ops='Input FullyConnected')
    case('matmul_bias_seen', [node('MatMul', 'a b', 'p'), node('Add', 'p c', 'y')], {'a': (3, 4)}, 'y p',
         {'b': rand(4, 5), 'c': rand(1, 5)}, ops='Input FullyConnected Binary')
    case('matmul_bias_rows', [node('MatMul', 'a b', 'p'), node('Add', 'p c', 'y')], {'a': (3, 4)}, 'y',
         {'b': rand(4, 3), 'c': rand(3, 1)}, ops='Input FullyConnected Binary')
    case('matmul_stack_bias', [node('MatMul', 'a b', 'p'), node('Add', 'p c', 'y')], {'a': (2, 3, 4)}, 'y', {'b': rand(4, 5), 'c': rand(5)})
    case('matmul_stack', node('MatMul', 'a b', 'y'), {'a': (2, 3, 4)}, 'y', {'b': rand(4, 5)})
    case('matmul_vector', node('MatMul', 'a b', 'y'), {'a': (3, 4)}, 'y', {'b': rand(4)})
    case('matmul_of_vector', node('MatMul', 'a b', 'y'), {'a': (4,)}, 'y', {'b': rand(4, 5)})
    case('flatten_gemm', [node('Conv', 'x w', 'c'), node('Flatten', 'c', 'f'), node('Gemm', 'f b', 'y')], {'x': (1, 2, 3, 4)}, 'y',
         {'w': rand(3, 2, 1, 1), 'b': rand(36, 2)}, last_in='x', ops='Input Conv FullyConnected')


def shapes():
    x = {'x': (2, 3, 4)}
    c = lambda *v: np.array(v, np.int64)
    case('reshape_1', node('Reshape', 'x', 'y', shape=[0, -1]), x, 'y', opset=1, ref=([node('Reshape', 'x s', 'y')], {'s': c(0, -1)}, 13))
    case('reshape_5', node('Reshape', 'x s', 'y'), x, 'y', {'s': c(4, 0, -1)}, opset=5, ref=([node('Reshape', 'x s', 'y')], {'s': c(4, 0, -1)}, 13))
    case('reshape_chain', [node('Shape', 'x', 's'), node('Gather', 's zero', 'n'), node('Unsqueeze', 'n', 'n1', axes=[0]),
                           node('Concat', 'n1 rest', 't', axis=0), node('Reshape', 'x t', 'y')], x, 'y',
         {'zero': np.int64(0), 'rest': c(-1)}, opset=11, ops='Input Reshape')
    case('flatten_axis', node('Flatten', 'x', 'y', axis=2), x, 'y')
    case('squeeze_11', node('Squeeze', 'x', 'y', axes=[1, -1]), {'x': (2, 1, 3, 1)}, 'y', opset=11)
    case('squeeze_13', node('Squeeze', 'x a', 'y'), {'x': (2, 1, 3, 1)}, 'y', {'a': c(1)})
    case('squeeze_all', node('Squeeze', 'x', 'y'), {'x': (2, 1, 3, 1)}, 'y')
    case('squeeze_conv', [node('Conv', 'x w', 'c'), node('Squeeze', 'c a', 's'), node('Relu', 's', 'y')], {'x': (1, 2, 3, 4)}, 'y',
         {'w': rand(3, 2, 3, 1), 'a': c(2)}, last_in='x', last_out='y')
    case('unsqueeze_11', node('Unsqueeze', 'x', 'y', axes=[0, -1]), x, 'y', opset=11)
    case('unsqueeze_13', node('Unsqueeze', 'x a', 'y'), x, 'y', {'a': c(2)})
    case('unsqueeze_conv', [node('Conv', 'x w', 'c'), node('Unsqueeze', 'c a', 'u'), node('Squeeze', 'u a', 's'), node('Relu', 's', 'y')],
         {'x': (1, 2, 3, 4)}, 'y', {'w': rand(3, 2, 1, 1), 'a': c(1)}, last_in='x', last_out='y')
    case('transpose_out', node('Transpose', 'x', 'y', perm=[2, 0, 1]), x, 'y', ops='Input Permute')
    case('transpose_default', [node('Transpose', 'x', 't'), node('Neg', 't', 'y')], x, 'y')
    case('transpose_nhwc', [node('Transpose', 'x', 't', perm=[0, 3, 1, 2]), node('Conv', 't w', 'c', 'conv'),
                            node('Transpose', 'c', 'y', perm=[0, 2, 3, 1])], {'x': (1, 4, 5, 2)}, 'y', {'w': rand(3, 2, 1, 1)},
         ops='Input Conv')
    case('identity', [node('Identity', 'x', 'i'), node('Dropout', 'i', 'd'), node('Cast', 'd', 'y', to=TensorProto.FLOAT)], x, 'y',
         ops='Input Reshape', opset=11)
    case('identity_outputs', [node('Relu', 'x', 'r'), node('Identity', 'r', 'y'), node('Identity', 'r', 'z')], x, 'y z r')
    case('open_batch', node('Relu', 'x', 'y'), {'x': (1, 3)}, 'y', declared={'x': ['N', 3]})
    case('open_sizes', node('Conv', 'x w', 'y'), {'x': (2, 3, 5, 4)}, 'y', {'w': rand(2, 3, 2, 2)}, declared={'x': ['N', 3, 'H', 'W']},
         dims=[('x', '2,3,5,4')], last_in='x', last_out='y')
    case('out_node', [node('Relu', 'x', 'r', 'first'), node('Neg', 'r', 'n', 'second'), node('Resize', 'n', 'z', 'unknown')], x, 'n',
         out_node=['second'], m=None, ref=([node('Relu', 'x', 'r'), node('Neg', 'r', 'n')], {}, 13))
    case('listed_weights', node('Conv', 'x w', 'y', kernel_shape=[1, 1]), {'x': (1, 2, 3, 3)}, 'y', {'w': rand(2, 2, 1, 1)}, opset=8,
         listed=True, last_in='x', last_out='y')
    case('names_twice', [node('Relu', 'x', 'a', 'same'), node('Neg', 'a', 'b', 'same'), node('Abs', 'b', 'y', 'same')], x, 'y',
         ref=([node('Relu', 'x', 'a'), node('Neg', 'a', 'b'), node('Abs', 'b', 'y')], {}, 13))


def parts():
    x = {'x': (2, 6, 5)}
    c = lambda *v: np.array(v, np.int64)
    case('slice_9', node('Slice', 'x', 'y', starts=[1, -3], ends=[5, 1000], axes=[1, 2]), x, 'y', opset=9)
    case('slice_10', node('Slice', 'x s e a t', 'y'), x, 'y', {'s': c(-1, 0), 'e': c(-7, 5), 'a': c(1, 2), 't': c(-2, 3)}, opset=10)
    case('slice_all', [node('Slice', 'x s e', 's0'), node('Relu', 's0', 'y')], x, 'y', {'s': c(0), 'e': c(2**63 - 1)}, ops='Input Relu')
    case('slice_channels', [node('Conv', 'x w', 'c'), node('Slice', 'c s e a', 'y')], {'x': (1, 2, 3, 4)}, 'y',
         {'w': rand(4, 2, 1, 1), 's': c(1), 'e': c(3), 'a': c(1)}, last_in='x', last_out='y', ops='Input Conv StridedSlice')
    case('gather_one', node('Gather', 'x i', 'y', axis=1), x, 'y', {'i': np.int64(-2)}, ops='Input StridedSlice')
    case('gather_range', node('Gather', 'x i', 'y', axis=2), x, 'y', {'i': c(1, 2, 3)})
    case('gather_backwards', node('Gather', 'x i', 'y', axis=1), x, 'y', {'i': c(5, 3, 1)})
    case('split_2', node('Split', 'x', 'a b', axis=1, split=[2, 4]), x, 'a b', opset=11)
    case('split_13', node('Split', 'x s', 'a b d', axis=2), x, 'a d', {'s': c(1, 1, 3)})
    case('split_18', node('Split', 'x', 'a b', axis=2, num_outputs=2), x, 'a b', opset=18)
    case('concat', node('Concat', 'x z k', 'y', axis=-1), {'x': (2, 3), 'z': (2, 1)}, 'y', {'k': rand(2, 2)})
    case('concat_layouts', [node('Conv', 'x w', 'c'), node('Concat', 'c z', 'y', axis=1)], {'x': (1, 2, 3, 4), 'z': (1, 2, 3, 4)}, 'y',
         {'w': rand(3, 2, 1, 1)}, last_in='x', last_out='y')
    case('pad_2', node('Pad', 'x', 'y', pads=[0, 1, 2, 1, 0, 1], value=0.5), x, 'y', opset=2,
         ref=([node('Pad', 'x p v', 'y')], {'p': c(0, 1, 2, 1, 0, 1), 'v': F32(0.5)}, 13))
    case('pad_11', node('Pad', 'x p v', 'y'), x, 'y', {'p': c(0, 1, 2, 1, 0, 1), 'v': F32(-1)}, opset=11)
    case('pad_18', helper.make_node('Pad', ['x', 'p', '', 'a'], ['y'], mode='reflect'), x, 'y', {'p': c(2, 1), 'a': c(-2)}, opset=18)
    case('pad_edge', [node('Conv', 'x w', 'c'), node('Pad', 'c p', 'y', mode='edge')], {'x': (1, 2, 3, 4)}, 'y',
         {'w': rand(3, 2, 1, 1), 'p': c(0, 0, 1, 2, 0, 0, 0, 1)}, last_in='x', last_out='y', ops='Input Conv Pad')
    for op in 'Mean Sum Max Min Prod'.split():
        case('reduce_' + op.lower(), node('Reduce' + op, 'x', 'y', axes=[1], keepdims=0), x, 'y', opset=11, ops='Input Reduce')
    case('reduce_keep', [node('Conv', 'x w', 'c'), node('ReduceMean', 'c', 'y', axes=[2, 3])], {'x': (1, 2, 3, 4)}, 'y',
         {'w': rand(3, 2, 1, 1)}, opset=11, last_in='x', last_out='y', ops='Input Conv Reduce')
    case('reduce_drop', [node('Conv', 'x w', 'c'), node('ReduceMax', 'c', 'y', axes=[1], keepdims=0)], {'x': (1, 2, 3, 4)}, 'y',
         {'w': rand(3, 2, 1, 1)}, opset=11, last_in='x')
    case('reduce_13', node('ReduceSum', 'x a', 'y'), x, 'y', {'a': c(0, -1)})
    case('reduce_18', node('ReduceMean', 'x a', 'y', keepdims=0), x, 'y', {'a': c(2)}, opset=18)
    case('reduce_noop', [node('ReduceSum', 'x', 'r', noop_with_empty_axes=1), node('Neg', 'r', 'y')], x, 'y', ops='Input Unary')
    case('depth_to_space', node('DepthToSpace', 'x', 'y', blocksize=2), {'x': (1, 8, 2, 3)}, 'y', last_in='x', last_out='y')
    case('depth_to_space_crd', node('DepthToSpace', 'x', 'y', blocksize=2, mode='CRD'), {'x': (1, 8, 2, 3)}, 'y', last_in='x',
         last_out='y')
    case('space_to_depth', node('SpaceToDepth', 'x', 'y', blocksize=2), {'x': (1, 2, 4, 6)}, 'y', last_in='x', last_out='y')
    case('pad_cut', node('Pad', 'x p', 'y'), {'x': (2, 5)}, 'y', {'p': c(0, -2, 0, -1)}, ops='Input StridedSlice')
    case('pad_cut_and_grow', node('Pad', 'x p', 'y'), {'x': (2, 5)}, 'y', {'p': c(1, -2, -1, 3)}, ops='Input StridedSlice Pad')


def constants():
    """Networks whose constants have to be computed while converting."""
    c = lambda *v: np.array(v, np.int64)
    value = lambda name, a: helper.make_node('Constant', [], [name], value=numpy_helper.from_array(a, name))
    case('fold_sizes', [node('Shape', 'x', 's'), node('Slice', 's one two', 'h'), node('Mul', 'h two', 'h2'), node('Div', 'h2 two', 'h3'),
                        node('Sub', 'h3 one', 'h4'), node('Add', 'h4 one', 'h5'), node('Concat', 'minus h5', 't', axis=0),
                        node('Cast', 't', 'f', to=TensorProto.FLOAT), node('Cast', 'f', 'i', to=TensorProto.INT64),
                        node('Reshape', 'x i', 'y')], {'x': (2, 3, 4)}, 'y', {'one': c(1), 'two': c(2), 'minus': c(-1)},
         ops='Input Reshape')
    case('fold_floats', [value('k', rand(2, 3)), node('Transpose', 'k', 'kt'), node('Reshape', 'kt s', 'kr'), node('Sqrt', 'q', 'r'),
                         node('Mul', 'kr r', 'm'), node('Neg', 'm', 'n'), node('Add', 'x n', 'y')], {'x': (3, 2)}, 'y',
         {'s': c(3, 2), 'q': F32(2.5)}, ops='Input Binary')
    case('fold_filled', [node('ConstantOfShape', 's', 'f', value=numpy_helper.from_array(np.array([0.25], F32))),
                         node('Expand', 'f e', 'g'), node('Add', 'x g', 'y')], {'x': (2, 2, 3)}, 'y', {'s': c(2, 1), 'e': c(2, 2, 3)})
    case('fold_range', [node('Range', 'a b d', 'r'), node('Cast', 'r', 'f', to=TensorProto.FLOAT), node('Mul', 'x f', 'y')], {'x': (2, 4)},
         'y', {'a': np.int64(1), 'b': np.int64(9), 'd': np.int64(2)})
    case('fold_where', [node('Shape', 'x', 's'), node('Equal', 's two', 'q'), node('Where', 'q s one', 'w'), node('Gather', 'w i', 'g'),
                        node('Unsqueeze', 'g zero', 'u'), node('Squeeze', 'u zero', 'v'), node('Cast', 'v', 'f', to=TensorProto.FLOAT),
                        node('Mul', 'x f', 'y')], {'x': (3, 2)}, 'y', {'two': c(2), 'one': c(7), 'i': c(1, 0), 'zero': c(0)})
    case('fold_lists', [helper.make_node('Constant', [], ['k'], value_floats=[1.0, 2.0, 4.0]),
                        helper.make_node('Constant', [], ['a'], value_ints=[0]), node('Unsqueeze', 'k a', 'u'), node('Div', 'x u', 'y')],
         {'x': (2, 3)}, 'y')
    case('fold_max', [node('Max', 'p q', 'm'), node('Min', 'm p', 'n'), node('Add', 'x n', 'y')], {'x': (3,)}, 'y', {'p': rand(3), 'q': rand(3)})
    types = {'i8': np.int8, 'u8': np.uint8, 'i16': np.int16, 'u16': np.uint16, 'i32': np.int32, 'u32': np.uint32, 'f16': np.float16,
             'f64': np.float64, 'bool': np.bool_}
    for name, kind in types.items():
        data = np.array([0, 1, 2, 3, 100] if name != 'bool' else [0, 1, 1, 0, 1]).astype(kind)
        case('type_' + name, [node('Cast', 'k', 'f', to=TensorProto.FLOAT), node('Add', 'x f', 'y')], {'x': (5,)}, 'y', {'k': data})
    # The typed lists instead of raw_data.
    for name, kind, v in (('f32', TensorProto.FLOAT, [0.5, 1, 2]), ('f16', TensorProto.FLOAT16, [0.5, 1, 2]), ('f64', TensorProto.DOUBLE, [0.5, 1, 2]),
                          ('i32', TensorProto.INT32, [-1, 1, 2]), ('i64', TensorProto.INT64, [-1, 1, 2]), ('u64', TensorProto.UINT64, [0, 1, 2])):
        m = model([node('Cast', 'k', 'f', to=TensorProto.FLOAT), node('Add', 'x f', 'y')], {'x': (3,)}, ['y'], {}, 13)
        m.graph.initializer.append(helper.make_tensor('k', kind, [3], np.array(v, np.float16) if name == 'f16' else v))
        case('list_' + name, [], {'x': (3,)}, 'y', m=m)


def recurrent():
    w, r, b = rand(1, 16, 3), rand(1, 16, 4), rand(1, 32)
    state = {'h': rand(1, 2, 4), 'c': rand(1, 2, 4)}
    x = {'x': (5, 2, 3)}

    def lstm(inputs, outputs, **attrs):
        return helper.make_node('LSTM', inputs, outputs, name='lstm', hidden_size=4, **attrs)

    case('lstm', lstm(['x', 'w', 'r', 'b', '', 'h', 'c'], ['y', 'hn', 'cn']), x, 'y hn cn', {'w': w, 'r': r, 'b': b, **state}, opset=14)
    case('lstm_states_in', lstm(['x', 'w', 'r', '', '', 'h', 'c'], ['', 'hn', 'cn']), {**x, 'h': (1, 2, 4), 'c': (1, 2, 4)}, 'hn cn',
         {'w': w, 'r': r}, opset=14)
    case('lstm_reverse', [lstm(['x', 'w', 'r', 'b'], ['y3'], direction='reverse'), node('Squeeze', 'y3 one', 'y')], x, 'y',
         {'w': w, 'r': r, 'b': b, 'one': np.array([1], np.int64)}, opset=14)
    case('lstm_one_step', [lstm(['x', 'w', 'r', 'b'], ['y']), node('Relu', 'y', 'z')], {'x': (1, 1, 3)}, 'z', {'w': w, 'r': r, 'b': b}, opset=7)
    # onnxruntime's CPU LSTM has no batch-first layout: the reference turns the sequence itself.
    ref = [node('Transpose', 'x', 'xt', perm=[1, 0, 2]), lstm(['xt', 'w', 'r', 'b'], ['yt', 'ht']),
           node('Transpose', 'yt', 'y', perm=[2, 0, 1, 3]), node('Transpose', 'ht', 'hn', perm=[1, 0, 2])]
    case('lstm_batch_first', lstm(['x', 'w', 'r', 'b'], ['y', 'hn'], layout=1), {'x': (2, 5, 3)}, 'y hn', {'w': w, 'r': r, 'b': b}, opset=14,
         ref=(ref, {'w': w, 'r': r, 'b': b}, 14))


def external(name, location, offset, length, to):
    """A model whose weights [2,2] lie in a file beside it; the test writes that file."""
    m = model([node('MatMul', 'x w', 'y')], {'x': (1, 2)}, ['y'], {}, 13)
    w = m.graph.initializer.add(name='w', data_type=TensorProto.FLOAT, dims=[2, 2], data_location=TensorProto.EXTERNAL)
    for key, value in (('location', location), ('offset', offset), ('length', length)):
        if value is not None:
            w.external_data.add(key=key, value=str(value))
    write(name, m, to)


def write(name, m, to):
    with open(os.path.join(to, name + '.onnx'), 'wb') as f:
        f.write(m.SerializeToString())


def refusals(to):
    """Models that cannot be converted."""
    empty = helper.make_graph([], 'branch', [], [helper.make_tensor_value_info('b', TensorProto.FLOAT, [1])])
    weights = {'w': rand(2, 2, 1, 1), 'lw': rand(2, 8, 3), 'lr': rand(2, 8, 2)}
    nodes = [node('Conv', 'x w', 'c', 'fine'), node('Frobnicate', 'c', 'f1', 'frob1'), node('Frobnicate', 'f1', 'f2', 'frob2'),
             helper.make_node('Magic', ['f2'], ['m'], name='magic', domain='com.example'),
             helper.make_node('If', ['c'], ['i'], name='branch', then_branch=empty, else_branch=empty),
             node('Conv', 'x x', 'd', 'computed'), node('MaxPool', 'x', 'p', 'dilated', kernel_shape=[2, 2], dilations=[2, 2]),
             node('Relu', 'x', 'r', 'odd', surprise=1), helper.make_node('LSTM', ['s', 'lw', 'lr'], ['l'], name='clipped', hidden_size=2,
                                                                       direction='bidirectional', clip=1.0)]
    outs = 'm i d p r l'.split()
    m = model(nodes, {'x': (1, 2, 4, 4), 's': (1, 1, 3)}, outs, weights, 13)
    write('refuse_many', m, to)
    m = model([node('Relu', 'n', 'y'), node('Neg', 'x', 'n')], {'x': (1,)}, ['y'], {}, 13)
    write('refuse_order', m, to)
    m = model([node('Neg', 'x', 'y'), node('Abs', 'x', 'y')], {'x': (1,)}, ['y'], {}, 13)
    write('refuse_twice', m, to)
    m = model([node('Neg', 'x', 'y')], {'x': (1,)}, ['y'], {}, 13)
    m.opset_import[0].version = 1000
    write('refuse_newer', m, to)
    m = model([node('Add', 'x z', 'y')], {'x': ['N', 3, 'H', None], 'z': (1, 3, 2, 2)}, ['y'], {}, 13)
    write('open_sizes', m, to)
    more = helper.make_graph([], 'branch', [], [helper.make_tensor_value_info(n, TensorProto.FLOAT, [1]) for n in 'pq'])
    for name, branch in (('refuse_branch', empty), ('refuse_branches', more)):
        m = model([helper.make_node('If', ['k'], ['i'], name='choice', then_branch=branch, else_branch=branch), node('Add', 'x i', 'y')], {'x': (1,)},
                  ['y'], {'k': np.bool_(True)}, 13)
        write(name, m, to)
    m = model([helper.make_node('If', ['k'], ['y'], name='choice', then_branch=empty)], {'x': (1,)}, ['y'], {'k': np.bool_(False)}, 13)
    write('refuse_no_branch', m, to)
    codes = {'s': F32(0.5), 'z': np.uint8(3)}
    m = model([node('QuantizeLinear', 'x s z', 'q'), node('Relu', 'q', 'r', 'relu'), node('DequantizeLinear', 'r s z', 'y')], {'x': (2,)}, ['y'], codes, 13)
    write('refuse_codes', m, to)
    m = model([node('QuantizeLinear', 'x s z', 'y', axis=0)], {'x': (2,)}, ['y'], {'s': rand(2), 'z': np.zeros(2, np.uint8)}, 13)
    write('refuse_channels', m, to)
    m = model([node('ConstantOfShape', 's', 'f'), node('Add', 'x f', 'y')], {'x': (1,)}, ['y'], {'s': np.array([1 << 14, 1 << 14], np.int64)}, 13)
    write('refuse_large', m, to)
    m = model([node('Neg', 'k', 'y')], {'x': (1,)}, ['y'], {'k': rand(2)}, 13)
    write('refuse_constant', m, to)
    m = model([node('Gemm', 'x w', 'a', 'gemm'), node('Gemm', 'x u', 'b', 'turned', transB=1), node('MatMul', 'x w', 'c', 'product'),
               node('MatMul', 'x x', 'd', 'both')], {'x': (3, 4)}, 'a b c d'.split(), {'w': rand(5, 2), 'u': rand(2, 5)}, 13)
    write('refuse_columns', m, to)
    m = model([node('Conv', 'v k', 'a', 'conv'), node('MaxPool', 'v', 'b', 'pool', kernel_shape=[2, 2, 2]), node('ConvTranspose', 'v k', 'c', 'deconv'),
               node('Resize', 'v r f', 'd', 'resize')], {'v': (1, 2, 2, 2, 2)}, 'a b c d'.split(),
              {'k': rand(2, 2, 1, 1, 1), 'r': rand(0), 'f': np.array([1, 1, 2, 2, 2], F32)}, 13)
    write('refuse_volumes', m, to)
    part, one = np.array([[0, 1], [np.inf, np.nan]], F32), np.ones(2, F32)
    m = model([node('Conv', 'x w', 'a', 'conv'), node('MatMul', 'x m', 'b', 'product'), node('BatchNormalization', 'x o o o v', 'c', 'norm'),
               node('Add', 'x i', 'd', 'mask')], {'x': (1, 2, 2, 2)}, 'a b c d'.split(),
              {'w': part.reshape(2, 2, 1, 1), 'm': part, 'o': one, 'v': np.array([1, -1], F32), 'i': np.array([-np.inf, 0], F32)}, 13)
    write('refuse_nan', m, to)
    again = node('LeakyRelu', 'x', 'b', 'again', alpha=0.1)
    again.attribute.append(helper.make_attribute('alpha', 0.2))
    m = model([node('Relu', 'x ' * 1000, 'a', 'many'), again, node('LSTM', 's lw lr', 'c', 'hidden', hidden_size=10**9),
               node('Conv', 'x none', 'd', 'nothing'), node('Gemm', 'g no', 'e', 'empty'), node('MatMul', 'g no', 'f', 'void'),
               node('Split', 'x parts', 'p q', 'split', axis=1)], {'x': (1, 6, 4, 4), 's': (1, 1, 3), 'g': (1, 3)}, 'a b c d e f p q'.split(),
              {'lw': rand(1, 8, 3), 'lr': rand(1, 8, 2), 'none': rand(0, 6, 3, 3), 'no': rand(3, 0), 'parts': np.array([2, 3], np.int64)}, 13)
    write('refuse_wrong', m, to)
    m = model([node('Neg', 'x', 'y')], {'x': (1, 0, 4, 4)}, ['y'], {}, 13)
    write('refuse_zero', m, to)
    external('external', 'weights.bin', 8, 16, to)
    external('external_no_offset', 'weights.bin', None, None, to)
    external('external_folder', 'sub/weights.bin', 0, 16, to)
    external('external_up', '../weights.bin', 0, 16, to)
    external('external_dots', '..', 0, 16, to)
    external('external_absolute', '/etc/passwd', 0, 16, to)
    external('external_beyond', 'weights.bin', 1 << 40, 16, to)
    external('external_length', 'weights.bin', 0, 12, to)
    external('external_nowhere', None, None, None, to)


def main():
    os.makedirs(HERE, exist_ok=True)
    for f in os.listdir(HERE):
        if f.endswith(('.case', '.onnx')):
            os.remove(os.path.join(HERE, f))
    groups = (convolutions, pools, activations, arithmetic, matrices, shapes, parts, constants, recurrent)
    for group in groups + Catalogue(case, node, rand).groups():
        state['random'] = np.random.default_rng(20)  # so that a new case changes its own group at most
        group()
    refusals(HERE)
    total = sum(e.stat().st_size for e in os.scandir(HERE))
    print('%d cases, %d bytes' % (len(names), total))


if __name__ == '__main__':
    sys.exit(main())
