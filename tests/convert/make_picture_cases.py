#!/usr/bin/env python3
"""Writes data/pictures/NAME.case and NAME.binaryproto, the cases of test_picture_cases.c: python3 make_picture_cases.py

Small networks of all four frameworks with layers in front that prepare a picture. What has to come out is OpenCV's
resizing, JFIF's YCbCr and the frameworks' own order of crop, mean and scale in numpy, then a convolution of one pixel.
Needs numpy, onnx and an opencv-python-headless below 5. Nothing of the project is run.

A file is as make_caffe_cases.py says, and has lines for the options of the converters besides:
  encoding NAME COLOURS | pictures COLOURS | prepare yes | input_size W H | reorder NAME
"""
import os
import sys

import cv2
import numpy as np
from onnx import TensorProto, helper, numpy_helper

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import make_caffe2_cases as caffe2
import make_caffe_cases as caffe
import make_tensorflow_cases as tensorflow

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'data', 'pictures')
SEEDS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'fuzz', 'corpus')
F32 = np.float32
random = np.random.default_rng(2019)
names = set()


def pixels(*shape):
    return random.integers(0, 256, shape).astype(F32)


def write(name, lines, bodies, ins, outs):
    assert name not in names, name
    names.add(name)
    data = b''
    for kind, tensors in (('in', ins), ('out', outs)):
        for n, a in tensors.items():
            lines = lines + ['%s %s %s' % (kind, n, 'x'.join(map(str, a.shape)))]
            data += np.asarray(a).astype('<f4').tobytes()
    with open(os.path.join(HERE, name + '.case'), 'wb') as f:
        f.write(('\n'.join(lines) + '\n\n').encode() + b''.join(bodies) + data)


# ---- what a picture becomes

def from_nv21(x):
    """[N,H*3/2,W,1] -> RGB [N,H,W,3], all of 0..255, a V and a U for four pixels."""
    n, rows, w, _ = x.shape
    h = rows * 2 // 3
    x = x.astype(np.float64).reshape(n, rows, w)
    vu = x[:, h:].reshape(n, h // 2, w // 2, 2).repeat(2, 1).repeat(2, 2) - 128
    y, v, u = x[:, :h], vu[..., 0], vu[..., 1]
    rgb = np.stack([y + 1.402 * v, y - 0.344136 * u - 0.714136 * v, y + 1.772 * u], -1)
    rgb = np.clip(rgb, 0, 255)
    from PIL import Image  # its integers are the same within one
    ycc = np.stack([x[0, :h], u[0] + 128, v[0] + 128], -1).astype(np.uint8)
    assert np.abs(np.asarray(Image.fromarray(ycc, 'YCbCr').convert('RGB')) - rgb[0]).max() <= 1
    return rgb


def to_bgr(x, colours):
    if colours == 'nv21':
        return from_nv21(x)[..., ::-1]
    return {'bgr': x, 'rgb': x[..., ::-1], 'rgba': x[..., 2::-1], 'argb32': x[..., :3]}[colours].astype(np.float64)


def camera(colours, n, h, w):
    if colours == 'nv21':
        return pixels(n, h * 3 // 2, w, 1)
    return pixels(n, h, w, 4 if colours in ('rgba', 'argb32') else 3)


def scaled(x, w, h):
    return np.stack([cv2.resize(v, (w, h), interpolation=cv2.INTER_LINEAR).reshape(h, w, -1) for v in x])


def cropped(x, side):
    top, left = (x.shape[1] - side) // 2, (x.shape[2] - side) // 2
    return x[:, top:top + side, left:left + side]


W = random.uniform(-1, 1, (2, 3)).astype(F32)
B = random.uniform(-1, 1, 2).astype(F32)


def product(x):
    """The convolution of one pixel."""
    return (x @ W.T.astype(np.float64) + B).astype(F32)


# ---- Caffe

def mean_file(name, mean, form='four'):
    with open(os.path.join(HERE, name + '.binaryproto'), 'wb') as f:
        f.write(caffe.blob(mean, form))


def in_caffe(name, x, y, said, transform='', options=(), ops='', kind='Input', weights=None, head=None):
    """said: [N,C,H,W] of the prototxt."""
    text = head or 'layer { name: "data" type: "%s" top: "data" input_param { shape { %s } } %s }\n' % (
        kind, ' '.join('dim: %d' % d for d in said), transform)
    text += caffe.layer('c', 'Convolution', 'data', 'y', 'convolution_param { num_output: 2 kernel_size: 1 }')
    w = W if weights is None else weights
    model = caffe.caffemodel({'c': [w.reshape(2, -1, 1, 1), B]})
    lines = ['converter caffe', 'model %d' % len(text), 'weights %d' % len(model), *options]
    write(name, lines + (['ops ' + ops] if ops else []), [text.encode(), model], {'data': x}, {'y': y})


def caffe_cases():
    for colours in ('bgr', 'rgb', 'rgba', 'argb32', 'nv21'):
        x = camera(colours, 2 if colours == 'nv21' else 1, 4, 6)
        in_caffe('caffe_' + colours, x, product(to_bgr(x, colours)), (len(x), 3, 4, 6), options=['encoding data ' + colours],
                 ops='Input Conv' if colours == 'bgr' else 'Input ColorConvert Conv')
    x = pixels(1, 4, 6, 3)
    for other in ('time_series', 'other'):
        in_caffe('caffe_' + other, x, product(x), (1, 3, 4, 6), options=['encoding data ' + other], ops='Input Conv')
    prepare = ['prepare yes']
    in_caffe('caffe_nothing', x, product(x), (1, 3, 4, 6), options=prepare, ops='Input Conv')
    x = pixels(2, 5, 7, 3)
    for name, w, h in (('larger', 10, 9), ('smaller', 4, 3), ('wider', 12, 4), ('same', 7, 5)):
        in_caffe('caffe_' + name, x, product(scaled(x, w, h)), (2, 3, h, w), options=prepare + ['input_size 7 5'],
                 ops='Input Conv' if name == 'same' else 'Input Resize Conv')
    for side, h, w in ((4, 8, 6), (3, 8, 6), (4, 7, 5), (4, 4, 4)):
        x = pixels(1, h, w, 3)
        in_caffe('caffe_crop_%d_of_%dx%d' % (side, w, h), x, product(cropped(x, side)), (1, 3, h, w),
                 'transform_param { crop_size: %d mirror: false }' % side, prepare,
                 'Input Conv' if h == side else 'Input StridedSlice Conv')
    x = pixels(1, 4, 6, 3)
    means = 'mean_value: 103.94 mean_value: 116.78 mean_value: 123.68'
    m = np.array([103.94, 116.78, 123.68])
    in_caffe('caffe_means', x, product(x - m), (1, 3, 4, 6), 'transform_param { %s }' % means, prepare, 'Input BatchNorm Conv')
    in_caffe('caffe_mean', x, product(x - 127.5), (1, 3, 4, 6), 'transform_param { mean_value: 127.5 }', prepare)
    in_caffe('caffe_scale', x, product(x * 0.017), (1, 3, 4, 6), 'transform_param { scale: 0.017 }', prepare, 'Input BatchNorm Conv')
    in_caffe('caffe_means_scale', x, product((x - m) * 0.017), (1, 3, 4, 6), 'transform_param { scale: 0.017 %s }' % means, prepare)
    image = random.uniform(90, 130, (1, 3, 6, 8)).astype(F32)
    mean_file('mean_8x6', image)
    x = pixels(2, 6, 8, 3)
    hwc = image.transpose(0, 2, 3, 1)
    in_caffe('caffe_mean_file', x, product(x - hwc), (2, 3, 6, 8), 'transform_param { mean_file: "/data/mean_8x6.binaryproto" }',
             prepare, 'Input Binary Conv')
    in_caffe('caffe_mean_file_crop', x, product(cropped(x - hwc, 3)), (2, 3, 6, 8),
             'transform_param { mean_file: "mean_8x6.binaryproto" crop_size: 3 }', prepare, 'Input StridedSlice Binary Conv')
    small = random.uniform(90, 130, (3, 4, 4))
    mean_file('mean_4x4', small, 'double')
    in_caffe('caffe_mean_file_of_crop', x, product((cropped(x, 4) - small.astype(F32).transpose(1, 2, 0)) * 0.5), (2, 3, 6, 8),
             'transform_param { mean_file: "mean_4x4.binaryproto" crop_size: 4 scale: 0.5 }', prepare,
             'Input StridedSlice Binary BatchNorm Conv')
    head = 'layers { name: "data" type: DATA top: "data" data_param { crop_size: 4 mean_file: "mean_8x6.binaryproto" scale: 0.5 } }\n'
    in_caffe('caffe_older', x[:1], product(cropped(x[:1] - hwc, 4) * 0.5), None, head=head, options=prepare + ['dims data 1,3,6,8'])
    x = camera('nv21', 1, 10, 14)
    y = (cropped(scaled(to_bgr(x, 'nv21'), 8, 6) - hwc, 4)) * 0.125
    in_caffe('caffe_all', x, product(y), (1, 3, 6, 8),
             'transform_param { scale: 0.125 mean_file: "mean_8x6.binaryproto" crop_size: 4 }',
             prepare + ['input_size 14 10', 'encoding data nv21'],
             'Input ColorConvert Resize StridedSlice Binary BatchNorm Conv')
    x = pixels(1, 5, 5, 1)
    w = W[:, :1]
    grey = (scaled(x, 8, 6) - 100).astype(np.float64) * 0.25 @ w.T + B
    in_caffe('caffe_grey', x, grey.astype(F32), (1, 1, 6, 8), 'transform_param { mean_value: 100 scale: 0.25 }',
             prepare + ['input_size 5 5'], 'Input Resize BatchNorm Conv', weights=w)


# ---- Caffe2

def in_caffe2(name, x, y, dims, options=(), ops='', image=None, turn=False, plain=False, order='NCHW'):
    data = 'nhwc' if turn else 'data'
    net = caffe2.op('ImageInput', 'reader', data + ' label', **image) if image is not None else b''
    net += caffe2.op('NHWC2NCHW', data, 'data') if turn else b''
    net += caffe2.op('Conv', 'data w b', 'y', kernel=1, order=order)
    net += b''.join(caffe2.field(7, n) for n in (data, 'w', 'b')) + caffe2.field(8, 'y')
    w = W.reshape(2, 3, 1, 1) if order == 'NCHW' else W.reshape(2, 1, 1, 3)
    init = caffe2.fill('w', w) + caffe2.fill('b', B)
    lines = ['converter caffe2', 'model %d' % len(net), 'weights %d' % len(init), 'dims %s %s' % (data, dims), *options]
    y = y.transpose(0, 3, 1, 2) if plain else y
    write(name, lines + (['ops ' + ops] if ops else []), [net, init], {data: x}, {'y': y})


def caffe2_cases():
    for colours in ('rgba', 'argb32', 'nv21', 'bgr', 'rgb'):
        x = camera(colours, 1, 4, 6)
        in_caffe2('caffe2_' + colours, x, product(to_bgr(x, colours)), '1,3,4,6', ['pictures ' + colours],
                  'Input Conv' if colours == 'bgr' else 'Input ColorConvert Conv')
    x = camera('rgba', 1, 4, 6)
    in_caffe2('caffe2_nhwc_rgba', x, product(to_bgr(x, 'rgba')), '1,4,6,3', ['pictures rgba'], order='NHWC')
    x = pixels(2, 6, 8, 3)
    prepare = ['prepare yes']
    in_caffe2('caffe2_image', x, product((cropped(x, 4) - 128) / 128), '2,6,8,3', prepare, 'Input StridedSlice BatchNorm Conv',
              dict(crop=4, mean=128.0, std=128.0, is_test=1), turn=True)
    in_caffe2('caffe2_image_gpu', x, product((cropped(x, 5) - [100, 110, 120]) / [50, 60, 70]), '2,3,6,8', prepare,
              'Input StridedSlice BatchNorm Conv', dict(crop=5, mean_per_channel=[100.0, 110.0, 120.0],
              std_per_channel=[50.0, 60.0, 70.0], use_gpu_transform=1))
    in_caffe2('caffe2_image_plain', x[:, :, :6], product(x[:, :, :6]), '2,6,6,3', prepare, 'Input Conv', dict(crop=6), turn=True)
    x = camera('nv21', 1, 6, 8)
    in_caffe2('caffe2_image_nv21', x, product((cropped(to_bgr(x, 'nv21'), 4) - 8) * 0.5), '1,6,8,3', prepare + ['pictures nv21'],
              'Input ColorConvert StridedSlice BatchNorm Conv', dict(crop=4, mean=8, std=2.0), turn=True)
    x = pixels(1, 4, 6, 3)
    planar = x.transpose(0, 3, 1, 2)
    in_caffe2('caffe2_reorder_in', planar, product(x), '1,3,4,6', ['reorder data'], 'Input Permute Conv')
    in_caffe2('caffe2_reorder_out', x, product(x), '1,3,4,6', ['reorder y'], 'Input Conv Permute', plain=True)
    in_caffe2('caffe2_reorder_both', planar, product(x), '1,3,4,6', ['reorder data', 'reorder y'], 'Input Permute Conv Permute', plain=True)
    in_caffe2('caffe2_reorder_nhwc', x, product(x), '1,4,6,3', ['reorder data', 'reorder y'], 'Input Conv', order='NHWC')


# ---- ONNX and TensorFlow

def onnx_cases():
    info = lambda n, s: helper.make_tensor_value_info(n, TensorProto.FLOAT, s)
    nodes = [helper.make_node('Conv', ['x', 'w', 'b'], ['y'])]
    inits = [numpy_helper.from_array(W.reshape(2, 3, 1, 1), 'w'), numpy_helper.from_array(B, 'b')]
    for colours in ('rgb', 'rgba', 'argb32', 'nv21', 'bgr', 'time_series'):
        x = camera(colours, 1, 4, 6)
        m = helper.make_model(helper.make_graph(nodes, 'g', [info('x', [1, 3, 4, 6])], [info('y', None)], inits),
                              opset_imports=[helper.make_opsetid('', 13)])
        m.ir_version = 7
        body = m.SerializeToString()
        y = product(x if colours == 'time_series' else to_bgr(x, colours))
        write('onnx_' + colours, ['converter onnx', 'model %d' % len(body), 'encoding x ' + colours], [body], {'x': x}, {'y': y})
    # A picture that no layer turns: what stands in front has its channels last all the same.
    x = camera('rgba', 1, 4, 6)
    m = helper.make_model(helper.make_graph([helper.make_node('Reshape', ['x', 's'], ['y'])], 'g', [info('x', [1, 3, 4, 6])],
                                            [info('y', None)], [numpy_helper.from_array(np.array([1, 72]), 's')]),
                          opset_imports=[helper.make_opsetid('', 13)])
    m.ir_version = 7
    body = m.SerializeToString()
    write('onnx_reshaped', ['converter onnx', 'model %d' % len(body), 'encoding x rgba'], [body], {'x': x},
          {'y': to_bgr(x, 'rgba').transpose(0, 3, 1, 2).reshape(1, 72)})


def tensorflow_cases():
    for colours in ('rgb', 'rgba', 'argb32', 'nv21', 'bgr'):
        x = camera(colours, 1, 4, 6)
        g = tensorflow.graph(x=(1, 4, 6, 3))
        tensorflow.conv(g, 'y', 'x', W.T.reshape(1, 1, 3, 2).copy())
        body = g.proto(False)
        write('tensorflow_' + colours, ['converter tensorflow', 'model %d' % len(body), 'out_node y', 'encoding x ' + colours], [body],
              {'x:0': x}, {'y:0': product(to_bgr(x, colours)) - B})


def broken_means():
    """Files that test_picture_refuse.c reads, and a fuzzer begins with."""
    whole = caffe.blob(np.arange(3 * 6 * 8).reshape(1, 3, 6, 8), 'four')
    files = {'mean_cut': whole[:-40], 'mean_short': caffe.field(7, caffe.field(1, bytes([3, 6, 8]))) + caffe.field(5, b'\0' * 40),
             'mean_flat': caffe.blob(np.zeros(144)), 'mean_nan': caffe.blob(np.full((3, 6, 8), np.nan)),
             'mean_grey': caffe.blob(np.zeros((1, 6, 8)))}
    for name, body in files.items():
        with open(os.path.join(HERE, name + '.binaryproto'), 'wb') as f:
            f.write(body)
    seeds = os.path.join(SEEDS, 'binaryproto')
    os.makedirs(seeds, exist_ok=True)
    small = {'four': caffe.blob(np.ones((1, 3, 2, 2)), 'four'), 'shape': caffe.blob(np.ones((3, 2, 2))),
             'double': caffe.blob(np.ones((3, 2, 2)), 'double'), 'cut': whole[:90], 'flat': caffe.blob(np.zeros(8)),
             'nan': caffe.blob(np.full((3, 2, 1), np.nan))}
    for name, body in small.items():
        with open(os.path.join(seeds, name), 'wb') as f:
            f.write(body)
    with open(os.path.join(SEEDS, 'prototxt', 'transform'), 'w') as f:
        f.write('layer { name: "data" type: "Data" top: "data" transform_param { crop_size: 4 scale: 0.5 mean_value: 1\n'
                'mean_value: 2 mean_value: 3 } }\nlayer { name: "r" type: "ReLU" bottom: "data" top: "y" }\n')
    image = caffe2.op('ImageInput', 'reader', 'data label', crop=4, mean_per_channel=[1.0, 2.0], std=2.0, use_gpu_transform=1)
    caffe2.seed(os.path.join(SEEDS, 'caffe2'), 'image_input', image + caffe2.op('Relu', 'data', 'y') + caffe2.field(8, 'y'),
                caffe2.op('ConstantFill', '', 'z', shape=[1]))


def main():
    os.makedirs(HERE, exist_ok=True)
    for name in os.listdir(HERE):
        os.remove(os.path.join(HERE, name))
    caffe_cases()
    caffe2_cases()
    onnx_cases()
    tensorflow_cases()
    broken_means()
    print(len(names), 'cases')


if __name__ == '__main__':
    main()
