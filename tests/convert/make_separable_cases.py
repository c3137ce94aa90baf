#!/usr/bin/env python3
"""Writes data/separable/FRAMEWORK.case, the cases of test_separable.c: python3 make_separable_cases.py

Needs numpy, onnx and onnxruntime. One small network of the separable convolution that 8 bits do not harm (Sheng et
al., "A Quantization-Friendly Separable Convolution for MobileNets", 2018: no batch normalisation and no ReLU6
between the depthwise and the pointwise convolution, ReLU in place of ReLU6 behind it) with the same weights in each
framework's own words. What has to come out is computed twice, by onnxruntime of the ONNX form and by
tensorflow_numpy.py of the TensorFlow form, and must be the same. Nothing of the project is run. Sizes are such that
SAME pads both sides alike, as Caffe always does. A file is laid out as make_caffe_cases.py says.
"""
import os

import numpy as np
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

from tensorflow_numpy import Graph, Type, field, varint

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'data', 'separable')
F32 = np.float32
FLOAT = Type(1)
HEIGHT, WIDTH, CLASSES, EPSILON = 13, 17, 5, 1e-3
STEM = 8
BLOCKS = ((16, 1), (16, 2), (24, 1))  # channels behind it, stride of its depthwise convolution
random = np.random.default_rng(2018)


def rand(*shape, lo=-1, hi=1):
    return random.uniform(lo, hi, shape).astype(F32)


def filters(*shape):
    """Such that activations keep their size: a depthwise filter (last size 1) sums over its sides alone."""
    most = (3 / np.prod(shape[:-1] if shape[-1] > 1 else shape[:2])) ** 0.5
    return rand(*shape, lo=-most, hi=most)


def norm(channels):
    return {'gamma': rand(channels, lo=0.5, hi=1.5), 'beta': rand(channels), 'mean': rand(channels), 'variance': rand(channels, lo=0.5, hi=2)}


def weights():
    """Filters as TensorFlow has them: height, width, channels in, channels out (depthwise: 1)."""
    net, n = {'stem': {'filter': filters(3, 3, 3, STEM), 'norm': norm(STEM)}, 'blocks': []}, STEM
    for channels, stride in BLOCKS:
        net['blocks'].append({'depthwise': filters(3, 3, n, 1), 'pointwise': filters(1, 1, n, channels), 'norm': norm(channels), 'stride': stride})
        n = channels
    net['fc'], net['bias'] = filters(n, CLASSES), rand(CLASSES)
    return net


# --- TensorFlow -------------------------------------------------------------------------------------------------

def tensorflow(net):
    g = Graph()
    y = g.placeholder('data', [1, HEIGHT, WIDTH, 3])

    def relu(name, y, p):
        params = [g.const(f'{name}/bn/{k}', p[k]) for k in ('gamma', 'beta', 'mean', 'variance')]
        y = g.add('FusedBatchNormV3', name + '/bn', y, *params, T=FLOAT, U=FLOAT, epsilon=EPSILON, is_training=False)
        return g.add('Relu', name + '/relu', y, T=FLOAT)

    def conv(op, name, y, w, stride):
        return g.add(op, name, y, g.const(name + '/weights', w), T=FLOAT, strides=[1, stride, stride, 1], padding='SAME')

    y = relu('stem', conv('Conv2D', 'stem/conv', y, net['stem']['filter'], 2), net['stem']['norm'])
    for i, b in enumerate(net['blocks'], 1):
        y = conv('DepthwiseConv2dNative', f'block{i}/depthwise', y, b['depthwise'], b['stride'])
        y = relu(f'block{i}', conv('Conv2D', f'block{i}/pointwise', y, b['pointwise'], 1), b['norm'])
    y = g.add('Mean', 'pool', y, g.const('axes', [1, 2]), T=FLOAT)
    y = g.add('MatMul', 'fc', y, g.const('fc/weights', net['fc']), T=FLOAT)
    y = g.add('BiasAdd', 'logits', y, g.const('fc/bias', net['bias']), T=FLOAT)
    g.add('Softmax', 'prob', y, T=FLOAT)
    return g


# --- ONNX -------------------------------------------------------------------------------------------------------

def onnx_model(net):
    nodes, inits = [], {}

    def add(op, y, out, params=None, **attrs):
        inits.update(params or {})
        nodes.append(helper.make_node(op, [y, *(params or {})], [out], name=out, **attrs))
        return out

    def conv(name, y, w, stride, group=1):
        pads = [w.shape[0] // 2] * 4
        order = (2, 3, 0, 1) if group > 1 else (3, 2, 0, 1)
        return add('Conv', y, name, {name + '.weight': w.transpose(order)}, pads=pads, strides=[stride, stride], group=group)

    def relu(name, y, p):
        y = add('BatchNormalization', y, name + '.bn', {f'{name}.{k}': p[k] for k in ('gamma', 'beta', 'mean', 'variance')}, epsilon=EPSILON)
        return add('Relu', y, name + '.relu')

    y = relu('stem', conv('stem.conv', 'data', net['stem']['filter'], 2), net['stem']['norm'])
    for i, b in enumerate(net['blocks'], 1):
        y = conv(f'block{i}.depthwise', y, b['depthwise'], b['stride'], b['depthwise'].shape[2])
        y = relu(f'block{i}', conv(f'block{i}.pointwise', y, b['pointwise'], 1), b['norm'])
    y = add('Flatten', add('GlobalAveragePool', y, 'pool'), 'flat')
    y = add('Gemm', y, 'fc', {'fc.weight': net['fc'].T, 'fc.bias': net['bias']}, transB=1)
    add('Softmax', y, 'prob')
    info = helper.make_tensor_value_info
    records = [numpy_helper.from_array(np.ascontiguousarray(v), n) for n, v in inits.items()]
    graph = helper.make_graph(nodes, 'separable', [info('data', TensorProto.FLOAT, [1, 3, HEIGHT, WIDTH])],
                              [info('prob', TensorProto.FLOAT, [1, CLASSES])], records)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 13)])
    model.ir_version = 7
    return model.SerializeToString()


# --- Caffe ------------------------------------------------------------------------------------------------------

def blob(a):
    return field(7, field(7, field(1, b''.join(varint(d) for d in a.shape))) + field(5, a.astype('<f4').tobytes()))


def caffe(net):
    """(prototxt, caffemodel)"""
    text = ['input: "data"', *(f'input_dim: {d}' for d in (1, 3, HEIGHT, WIDTH))]
    model = b''

    def add(name, kind, bottom, top, params='', *blobs):
        nonlocal model
        text.append(f'layer {{ name: "{name}" type: "{kind}" bottom: "{bottom}" top: "{top}" {params} }}')
        if blobs:
            model += field(100, field(1, name) + b''.join(blob(b) for b in blobs))
        return top

    def conv(name, y, w, stride, group=1):
        w = w.transpose((2, 3, 0, 1) if group > 1 else (3, 2, 0, 1))
        params = f'num_output: {w.shape[0]} kernel_size: {w.shape[2]} pad: {w.shape[2] // 2} stride: {stride} group: {group} bias_term: false'
        return add(name, 'Convolution', y, name, f'convolution_param {{ {params} }}', w)

    def relu(name, y, p):
        add(name + '/bn', 'BatchNorm', y, y, f'batch_norm_param {{ use_global_stats: true eps: {EPSILON} }}', p['mean'], p['variance'],
            np.ones(1, F32))
        add(name + '/scale', 'Scale', y, y, 'scale_param { bias_term: true }', p['gamma'], p['beta'])
        return add(name + '/relu', 'ReLU', y, y)

    y = relu('stem', conv('stem/conv', 'data', net['stem']['filter'], 2), net['stem']['norm'])
    for i, b in enumerate(net['blocks'], 1):
        y = conv(f'block{i}/depthwise', y, b['depthwise'], b['stride'], b['depthwise'].shape[2])
        y = relu(f'block{i}', conv(f'block{i}/pointwise', y, b['pointwise'], 1), b['norm'])
    y = add('pool', 'Pooling', y, 'pool', 'pooling_param { pool: AVE global_pooling: true }')
    y = add('fc', 'InnerProduct', y, 'fc', f'inner_product_param {{ num_output: {CLASSES} }}', net['fc'].T, net['bias'])
    add('prob', 'Softmax', y, 'prob')
    return '\n'.join(text).encode() + b'\n', model


# --- the cases --------------------------------------------------------------------------------------------------

def write(framework, files, last, names, x, want):
    """files: the model and its weights. last: what averages. names: of what goes in and what comes out."""
    ops = 'Input Conv Relu' + ' Conv Conv Relu' * len(BLOCKS) + f' {last} FullyConnected Softmax'
    lines = [f'converter {framework}', f'model {len(files[0])}', *(f'weights {len(f)}' for f in files[1:])]
    lines += ['out_node prob'] if framework == 'tensorflow' else []
    lines += ['ops ' + ops, f'in {names[0]} 1x{HEIGHT}x{WIDTH}x3', f'out {names[1]} 1x{CLASSES}']
    data = x.astype('<f4').tobytes() + want.astype('<f4').tobytes()
    with open(os.path.join(HERE, framework + '.case'), 'wb') as f:
        f.write(('\n'.join(lines) + '\n\n').encode() + b''.join(files) + data)


def main():
    os.makedirs(HERE, exist_ok=True)
    net = weights()
    x = rand(1, HEIGHT, WIDTH, 3)
    graph, model = tensorflow(net), onnx_model(net)
    want = graph.run({'data': x}, ['prob'])[0]
    session = ort.InferenceSession(model, providers=['CPUExecutionProvider'])
    again = session.run(None, {'data': np.ascontiguousarray(x.transpose(0, 3, 1, 2))})[0]
    assert np.abs(want - again).max() < 1e-6 and want.max() < 0.9, (want, again)
    write('tensorflow', [graph.proto()], 'Reduce', ('data:0', 'prob:0'), x, want)
    write('onnx', [model], 'Pool Reshape', ('data', 'prob'), x, want)
    write('caffe', caffe(net), 'Pool', ('data', 'prob'), x, want)


if __name__ == '__main__':
    main()
