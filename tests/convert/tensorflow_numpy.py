"""TensorFlow's operators in numpy, float64, as TensorFlow's documentation defines them; and the few words of
protobuf that a GraphDef needs. What make_tensorflow_cases.py builds its cases of."""
import math
import struct

import numpy as np

TYPES = {'f': 1, 'd': 2, 'i': 3, 'b': 10}
DTYPES = {'float32': 1, 'float64': 2, 'int32': 3, 'uint8': 4, 'int16': 5, 'int8': 6, 'int64': 9, 'bool': 10, 'uint16': 17,
          'float16': 19, 'uint32': 22, 'uint64': 23}


# --- protobuf ---------------------------------------------------------------------------------------------------

def varint(n):
    n &= (1 << 64) - 1
    out = b''
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def field(number, payload):
    payload = payload.encode() if isinstance(payload, str) else payload
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def number(n, value):
    return varint(n << 3) + varint(value)


class Type(int):
    """A DataType as an attribute."""


class Shape(list):
    """A shape as an attribute; -1: open. Shape(None): of unknown rank."""

    def __init__(self, dims):
        super().__init__(dims or [])
        self.known = dims is not None


def shape_proto(dims, known=True):
    if not known:
        return number(3, 1)
    return b''.join(field(2, number(1, d)) for d in dims)


def tensor_proto(a, lists=False, splat=False):
    """As tensor_content; lists: in the typed list; splat: only the first number of it."""
    a = np.asarray(a)
    head = number(1, DTYPES[a.dtype.name]) + field(2, shape_proto(a.shape))
    if not lists and not splat:
        return head + field(4, a.tobytes())
    flat = a.ravel()[:1] if splat else a.ravel()
    if a.dtype == np.float32:
        return head + field(5, flat.tobytes())
    if a.dtype == np.float64:
        return head + field(6, flat.tobytes())
    if a.dtype == np.float16:
        return head + field(13, b''.join(varint(int(v)) for v in flat.view(np.uint16)))
    at = {'int64': 10, 'bool': 11, 'uint32': 16, 'uint64': 17}.get(a.dtype.name, 7)
    return head + field(at, b''.join(varint(int(v)) for v in flat))


def attr_value(v):
    if isinstance(v, bool):
        return number(5, int(v))
    if isinstance(v, Type):
        return number(6, int(v))
    if isinstance(v, Shape):
        return field(7, shape_proto(v, v.known))
    if isinstance(v, int):
        return number(3, v)
    if isinstance(v, float):
        return varint(4 << 3 | 5) + struct.pack('<f', v)
    if isinstance(v, str):
        return field(2, v)
    if isinstance(v, bytes):
        return field(8, v)                                   # a tensor that is written already
    return field(1, field(3, b''.join(varint(x) for x in v)))  # a list of whole numbers


def node_proto(name, op, inputs, attrs):
    out = field(1, name) + field(2, op) + b''.join(field(3, i) for i in inputs)
    return field(1, out + b''.join(field(5, field(1, k) + field(2, attr_value(v))) for k, v in attrs.items()))


# --- operators --------------------------------------------------------------------------------------------------

def nhwc(x, attrs):
    return np.moveaxis(x, 1, -1) if attrs.get('data_format') == 'NCHW' else x


def back(y, attrs):
    return np.moveaxis(y, -1, 1) if attrs.get('data_format') == 'NCHW' else y


def pair(attrs, name, preset=1):
    v = attrs.get(name)
    if not v:
        return preset, preset
    return (v[2], v[3]) if attrs.get('data_format') == 'NCHW' else (v[1], v[2])


def pads_of(attrs, size, kernel, stride, dilation):
    """((top, bottom), (left, right)) and the sizes of the output."""
    if attrs['padding'] == 'EXPLICIT':
        e = attrs['explicit_paddings']
        e = e[4:8] if attrs.get('data_format') == 'NCHW' else e[2:6]
        pads = [(e[0], e[1]), (e[2], e[3])]
    elif attrs['padding'] == 'VALID':
        pads = [(0, 0), (0, 0)]
    else:
        pads = []
        for n, k, s, d in zip(size, kernel, stride, dilation):
            total = max((math.ceil(n / s) - 1) * s + (k - 1) * d + 1 - n, 0)
            pads.append((total // 2, total - total // 2))
    out = [(n + p[0] + p[1] - (k - 1) * d - 1) // s + 1 for n, p, k, s, d in zip(size, pads, kernel, stride, dilation)]
    return pads, out


def conv2d(x, w, attrs, depthwise=False):
    x = nhwc(x, attrs)
    kh, kw, cin, m = w.shape
    stride, dilation = pair(attrs, 'strides'), pair(attrs, 'dilations')
    pads, (oh, ow) = pads_of(attrs, x.shape[1:3], (kh, kw), stride, dilation)
    x = np.pad(x, [(0, 0), *pads, (0, 0)])
    groups = x.shape[3] if depthwise else x.shape[3] // cin
    y = np.zeros((x.shape[0], oh, ow, cin * m if depthwise else m))
    for i in range(kh):
        for j in range(kw):
            rows = x[:, i * dilation[0]:, j * dilation[1]:][:, :(oh - 1) * stride[0] + 1:stride[0], :(ow - 1) * stride[1] + 1:stride[1]]
            if depthwise:
                y += (rows[..., :, None] * w[i, j]).reshape(*rows.shape[:3], cin * m)
            else:
                for g in range(groups):
                    at = slice(g * m // groups, (g + 1) * m // groups)
                    y[..., at] += rows[..., g * cin:(g + 1) * cin] @ w[i, j][:, at]
    return back(y, attrs)


def conv2d_backprop(sizes, w, x, attrs):
    """The gradient of a convolution of an input of those sizes: each place of x is spread over its window."""
    x = nhwc(x, attrs)
    kh, kw, cout, _ = w.shape
    sizes = [int(s) for s in sizes]
    n, h, wd = (sizes[0], sizes[2], sizes[3]) if attrs.get('data_format') == 'NCHW' else sizes[:3]
    stride, dilation = pair(attrs, 'strides'), pair(attrs, 'dilations')
    pads, out = pads_of(attrs, (h, wd), (kh, kw), stride, dilation)
    assert tuple(out) == x.shape[1:3], (out, x.shape)
    y = np.zeros((n, h + sum(pads[0]), wd + sum(pads[1]), cout))
    for i in range(kh):
        for j in range(kw):
            for a in range(x.shape[1]):
                for b in range(x.shape[2]):
                    y[:, a * stride[0] + i * dilation[0], b * stride[1] + j * dilation[1]] += x[:, a, b] @ w[i, j].T
    y = y[:, pads[0][0]:pads[0][0] + h, pads[1][0]:pads[1][0] + wd]
    return back(y, attrs)


def pool(x, attrs, kind):
    x = nhwc(x, attrs)
    kernel, stride = pair(attrs, 'ksize'), pair(attrs, 'strides')
    pads, (oh, ow) = pads_of(attrs, x.shape[1:3], kernel, stride, (1, 1))
    y = np.zeros((x.shape[0], oh, ow, x.shape[3]))
    for a in range(oh):
        for b in range(ow):
            top, left = a * stride[0] - pads[0][0], b * stride[1] - pads[1][0]
            part = x[:, max(top, 0):top + kernel[0], max(left, 0):left + kernel[1]]
            y[:, a, b] = part.max((1, 2)) if kind == 'max' else part.mean((1, 2))
    return back(y, attrs)


def batch_norm(x, scale, shift, mean, variance, attrs):
    x = nhwc(x, attrs)
    if attrs.get('is_training', True):
        mean, variance = x.mean((0, 1, 2)), x.var((0, 1, 2))
    return back((x - mean) / np.sqrt(variance + attrs.get('epsilon', 1e-4)) * scale + shift, attrs)


def lrn(x, attrs):
    r = attrs.get('depth_radius', 5)
    y = np.zeros_like(x)
    for c in range(x.shape[-1]):
        part = x[..., max(c - r, 0):c + r + 1]
        y[..., c] = x[..., c] / (attrs.get('bias', 1.) + attrs.get('alpha', 1.) * (part ** 2).sum(-1)) ** attrs.get('beta', .5)
    return y


def resize(x, size, attrs, nearest):
    y = x
    for axis, out in ((1, int(size[0])), (2, int(size[1]))):
        n = x.shape[axis]
        corners, centers = attrs.get('align_corners', False), attrs.get('half_pixel_centers', False)
        scale = (n - 1) / (out - 1) if corners and out > 1 else n / out
        o = np.arange(out)
        if nearest:
            at = (o + .5) * scale if centers else o * scale
            at = np.minimum(np.floor(at + .5) if corners else np.floor(at), n - 1).astype(int)
            y = np.take(y, at, axis)
            continue
        at = np.maximum((o + .5) * scale - .5, 0) if centers else o * scale
        low = np.minimum(np.floor(at).astype(int), n - 1)
        high = np.minimum(low + 1, n - 1)
        part = (at - low).reshape([-1 if i == axis else 1 for i in range(4)])
        y = np.take(y, low, axis) * (1 - part) + np.take(y, high, axis) * part
    return y


def space_to_depth(x, attrs):
    b = attrs['block_size']
    x = nhwc(x, attrs)
    n, h, w, c = x.shape
    y = x.reshape(n, h // b, b, w // b, b, c).transpose(0, 1, 3, 2, 4, 5).reshape(n, h // b, w // b, b * b * c)
    return back(y, attrs)


def depth_to_space(x, attrs):
    b = attrs['block_size']
    x = nhwc(x, attrs)
    n, h, w, c = x.shape
    y = x.reshape(n, h, w, b, b, c // b // b).transpose(0, 1, 3, 2, 4, 5).reshape(n, h * b, w * b, c // b // b)
    return back(y, attrs)


def space_to_batch(x, block, pads):
    m = len(block)
    x = np.pad(x, [(0, 0)] + [tuple(int(v) for v in p) for p in pads] + [(0, 0)] * (x.ndim - 1 - m))
    shape, order = [x.shape[0]], []
    for i, b in enumerate(block):
        shape += [x.shape[1 + i] // int(b), int(b)]
        order.append(2 + 2 * i)
    rest = list(x.shape[1 + m:])
    y = x.reshape(shape + rest).transpose(order + [0] + [1 + 2 * i for i in range(m)] + list(range(1 + 2 * m, 1 + 2 * m + len(rest))))
    return y.reshape([x.shape[0] * int(np.prod(block))] + [x.shape[1 + i] // int(b) for i, b in enumerate(block)] + rest)


def batch_to_space(x, block, crops):
    m, n = len(block), x.shape[0] // int(np.prod(block))
    rest = list(x.shape[1 + m:])
    y = x.reshape([int(b) for b in block] + [n] + list(x.shape[1:]))
    order = [m]
    for i in range(m):
        order += [m + 1 + i, i]
    y = y.transpose(order + list(range(2 * m + 1, y.ndim))).reshape([n] + [x.shape[1 + i] * int(b) for i, b in enumerate(block)] + rest)
    return y[(slice(None),) + tuple(slice(int(a), s - int(b)) for (a, b), s in zip(crops, y.shape[1:1 + m]))]


def strided_slice(x, begin, end, strides, attrs):
    """What Python's own slices say, which the masks spell out."""
    bit = lambda name, i: attrs.get(name, 0) >> i & 1
    key = []
    for i, (a, b, s) in enumerate(zip(begin, end, strides)):
        a, b, s = int(a), int(b), int(s)
        if bit('ellipsis_mask', i):
            key.append(Ellipsis)
        elif bit('new_axis_mask', i):
            key.append(np.newaxis)
        elif bit('shrink_axis_mask', i):
            key.append(a)
        else:
            key.append(slice(None if bit('begin_mask', i) else a, None if bit('end_mask', i) else b, s))
    return x[tuple(key)]


def crop_and_resize(x, boxes, images, size, attrs):
    h, w = int(size[0]), int(size[1])
    y = np.full((len(boxes), h, w, x.shape[3]), attrs.get('extrapolation_value', 0.))
    for r, (y1, x1, y2, x2) in enumerate(boxes):
        image = x[int(images[r])]
        for a in range(h):
            for b in range(w):
                fy = y1 * (x.shape[1] - 1) + a * (y2 - y1) * (x.shape[1] - 1) / (h - 1) if h > 1 else .5 * (y1 + y2) * (x.shape[1] - 1)
                fx = x1 * (x.shape[2] - 1) + b * (x2 - x1) * (x.shape[2] - 1) / (w - 1) if w > 1 else .5 * (x1 + x2) * (x.shape[2] - 1)
                if not (0 <= fy <= x.shape[1] - 1 and 0 <= fx <= x.shape[2] - 1):
                    continue
                t, l = int(fy), int(fx)
                d, e = min(t + 1, x.shape[1] - 1), min(l + 1, x.shape[2] - 1)
                if attrs.get('method', 'bilinear') == 'nearest':
                    y[r, a, b] = image[int(round(fy)), int(round(fx))]
                    continue
                up = image[t, l] + (image[t, e] - image[t, l]) * (fx - l)
                low = image[d, l] + (image[d, e] - image[d, l]) * (fx - l)
                y[r, a, b] = up + (low - up) * (fy - t)
    return y


def pad_mode(x, pads, attrs):
    mode = attrs.get('mode', 'CONSTANT').lower()
    return np.pad(x, [tuple(int(v) for v in p) for p in pads], mode=mode)


def reduce_axes(axes):
    return tuple(int(a) for a in np.ravel(axes))


def reduction(function):
    return lambda x, axes, attrs: function(x, axis=reduce_axes(axes), keepdims=attrs.get('keep_dims', False))


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def bias_add(x, b, attrs):
    return back(nhwc(x, attrs) + b, attrs)


def fake_quant(x, low, high, attrs):
    """The documentation's range, moved so that 0 is a code."""
    low, high = float(low), float(high)
    least, most = int(attrs.get('narrow_range', False)), 2 ** attrs.get('num_bits', 8) - 1
    scale = (high - low) / (most - least)
    zero = least - low / scale
    zero = least if zero < least else most if zero > most else math.floor(zero + .5)
    low, high = (least - zero) * scale, (most - zero) * scale
    return np.floor((np.clip(x, low, high) - low) / scale + .5) * scale + low


def global_norm(t, m, v, beta, gamma, attrs):
    y = (t - m) / np.sqrt(v + attrs['variance_epsilon'])
    return (y * gamma if attrs['scale_after_normalization'] else y) + beta


def whole(a):
    return [int(v) for v in np.ravel(a)]


erf = np.vectorize(math.erf)

UNARY = {
    'Abs': np.abs, 'Acos': np.arccos, 'Acosh': np.arccosh, 'Asin': np.arcsin, 'Asinh': np.arcsinh, 'Atan': np.arctan, 'Atanh': np.arctanh,
    'Ceil': np.ceil, 'Cos': np.cos, 'Cosh': np.cosh, 'Erf': erf, 'Exp': np.exp, 'Floor': np.floor, 'Inv': lambda x: 1 / x, 'Log': np.log,
    'LogicalNot': np.logical_not, 'Neg': np.negative, 'Reciprocal': lambda x: 1 / x, 'Rint': np.rint, 'Round': np.rint,
    'Rsqrt': lambda x: 1 / np.sqrt(x), 'Sign': np.sign, 'Sin': np.sin, 'Sinh': np.sinh, 'Softplus': lambda x: np.log1p(np.exp(x)),
    'Softsign': lambda x: x / (1 + np.abs(x)), 'Sqrt': np.sqrt, 'Square': np.square, 'Tan': np.tan, 'Tanh': np.tanh,
    'Sigmoid': lambda x: 1 / (1 + np.exp(-x)), 'Relu': lambda x: np.maximum(x, 0), 'Relu6': lambda x: np.clip(x, 0, 6),
    'Elu': lambda x: np.where(x > 0, x, np.expm1(x)),
    'Selu': lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(x)),
    'Softmax': softmax, 'LogSoftmax': lambda x: np.log(softmax(x)), 'ZerosLike': np.zeros_like, 'OnesLike': np.ones_like,
}
SAME = ('Identity', 'StopGradient', 'CheckNumerics', 'PreventGradient', 'Snapshot', 'PlaceholderWithDefault', 'EnsureShape', 'ReadVariableOp')
BINARY = {
    'Add': np.add, 'AddV2': np.add, 'Sub': np.subtract, 'Mul': np.multiply, 'RealDiv': np.divide, 'Div': np.divide, 'Maximum': np.maximum,
    'Minimum': np.minimum, 'Pow': np.power, 'SquaredDifference': lambda a, b: (a - b) ** 2, 'FloorDiv': np.floor_divide, 'FloorMod': np.mod,
    'Mod': np.fmod, 'TruncateMod': np.fmod, 'TruncateDiv': lambda a, b: np.trunc(a / b).astype(a.dtype), 'Greater': np.greater,
    'GreaterEqual': np.greater_equal, 'Less': np.less, 'LessEqual': np.less_equal, 'Equal': np.equal, 'NotEqual': np.not_equal,
    'LogicalAnd': np.logical_and, 'LogicalOr': np.logical_or,
}
OTHERS = {
    'LeakyRelu': lambda a, x: np.where(x > 0, x, a.get('alpha', .2) * x),
    'AddN': lambda a, *x: sum(x),
    'Select': lambda a, c, x, y: np.where(c, x, y), 'SelectV2': lambda a, c, x, y: np.where(c, x, y),
    'Conv2D': lambda a, x, w: conv2d(x, w, a), 'DepthwiseConv2dNative': lambda a, x, w: conv2d(x, w, a, True),
    'Conv2DBackpropInput': lambda a, s, w, x: conv2d_backprop(s, w, x, a),
    'BiasAdd': lambda a, x, b: bias_add(x, b, a), 'BiasAddV1': lambda a, x, b: x + b,
    'MatMul': lambda a, x, y: (x.T if a.get('transpose_a') else x) @ (y.T if a.get('transpose_b') else y),
    'BatchMatMul': lambda a, x, y: (np.swapaxes(x, -1, -2) if a.get('adj_x') else x) @ (np.swapaxes(y, -1, -2) if a.get('adj_y') else y),
    'MaxPoolV2': lambda a, x, k, s: pool(x, {**a, 'ksize': whole(k), 'strides': whole(s)}, 'max'),
    'MaxPool': lambda a, x: pool(x, a, 'max'), 'AvgPool': lambda a, x: pool(x, a, 'mean'),
    'FusedBatchNorm': lambda a, *x: batch_norm(*x, a),
    'BatchNormWithGlobalNormalization': lambda a, *x: global_norm(*x, a),
    'LRN': lambda a, x: lrn(x, a),
    'Mean': lambda a, x, i: reduction(np.mean)(x, i, a), 'Sum': lambda a, x, i: reduction(np.sum)(x, i, a),
    'Max': lambda a, x, i: reduction(np.max)(x, i, a), 'Min': lambda a, x, i: reduction(np.min)(x, i, a),
    'Prod': lambda a, x, i: reduction(np.prod)(x, i, a),
    'ArgMax': lambda a, x, i: np.argmax(x, int(i)), 'ArgMin': lambda a, x, i: np.argmin(x, int(i)),
    'Cumsum': lambda a, x, i: cumsum(x, int(i), a),
    'Reshape': lambda a, x, s: x.reshape(whole(s)),
    'Squeeze': lambda a, x: np.squeeze(x, tuple(a['squeeze_dims']) if a.get('squeeze_dims') else None),
    'ExpandDims': lambda a, x, i: np.expand_dims(x, int(i)),
    'Transpose': lambda a, x, p: x.transpose(whole(p)),
    'ConcatV2': lambda a, *x: np.concatenate(x[:-1], int(x[-1])), 'Concat': lambda a, *x: np.concatenate(x[1:], int(x[0])),
    'Pack': lambda a, *x: np.stack(x, a.get('axis', 0)),
    'Unpack': lambda a, x: tuple(np.squeeze(p, a.get('axis', 0)) for p in np.split(x, a['num'], a.get('axis', 0))),
    'Split': lambda a, i, x: tuple(np.split(x, a['num_split'], int(i))),
    'SplitV': lambda a, x, s, i: tuple(np.split(x, np.cumsum(sizes(s, x.shape[int(i)]))[:-1], int(i))),
    'Slice': lambda a, x, b, s: x[tuple(slice(int(p), None if q == -1 else int(p + q)) for p, q in zip(b, s))],
    'StridedSlice': lambda a, x, b, e, s: strided_slice(x, b, e, s, a),
    'Pad': lambda a, x, p: pad_mode(x, p, a), 'MirrorPad': lambda a, x, p: pad_mode(x, p, a),
    'PadV2': lambda a, x, p, v: np.pad(x, [tuple(whole(q)) for q in p], constant_values=v),
    'Tile': lambda a, x, m: np.tile(x, whole(m)),
    'GatherV2': lambda a, x, i, d: np.take(x, i.astype(int), int(d)), 'Gather': lambda a, x, i: np.take(x, i.astype(int), 0),
    'Fill': lambda a, s, v: np.full(whole(s), v), 'Range': lambda a, s, e, d: np.arange(s, e, d),
    'OneHot': lambda a, i, d, on, off: np.moveaxis(np.where(i[..., None] == np.arange(int(d)), on, off), -1, a.get('axis', -1)),
    'BroadcastTo': lambda a, x, s: np.broadcast_to(x, whole(s)),
    'BroadcastArgs': lambda a, x, y: np.array(np.broadcast_shapes(tuple(whole(x)), tuple(whole(y)))),
    'Shape': lambda a, x: np.array(x.shape), 'ShapeN': lambda a, *x: tuple(np.array(t.shape) for t in x),
    'Size': lambda a, x: np.array(x.size), 'Rank': lambda a, x: np.array(x.ndim),
    'Cast': lambda a, x: np.asarray(x).astype(np.float64 if a['DstT'] == 1 else bool if a['DstT'] == 10 else np.int64),
    'ClipByValue': lambda a, x, low, high: np.clip(x, low, high),
    'ResizeBilinear': lambda a, x, s: resize(x, s, a, False), 'ResizeNearestNeighbor': lambda a, x, s: resize(x, s, a, True),
    'DepthToSpace': lambda a, x: depth_to_space(x, a), 'SpaceToDepth': lambda a, x: space_to_depth(x, a),
    'SpaceToBatchND': lambda a, x, b, p: space_to_batch(x, b, p), 'BatchToSpaceND': lambda a, x, b, p: batch_to_space(x, b, p),
    'SpaceToBatch': lambda a, x, p: space_to_batch(x, [a['block_size']] * 2, p),
    'BatchToSpace': lambda a, x, p: batch_to_space(x, [a['block_size']] * 2, p),
    'CropAndResize': lambda a, x, b, i, s: crop_and_resize(x, b, i, s, a),
    'IdentityN': lambda a, *x: tuple(x),
    'FakeQuantWithMinMaxVars': lambda a, x, low, high: fake_quant(x, low, high, a),
    'FakeQuantWithMinMaxArgs': lambda a, x: fake_quant(x, a.get('min', -6.), a.get('max', 6.), a),
    'FakeQuantWithMinMaxVarsPerChannel': lambda a, x, low, high: np.stack(
        [fake_quant(x[..., i], low[i], high[i], a) for i in range(len(low))], -1),
    'All': lambda a, x, i: reduction(np.all)(x, i, a), 'Any': lambda a, x, i: reduction(np.any)(x, i, a),
}
for again in ('V2', 'V3'):
    OTHERS['FusedBatchNorm' + again] = OTHERS['FusedBatchNorm']
OTHERS['BatchMatMulV2'] = OTHERS['BatchMatMul']


def sizes(s, n):
    s = whole(s)
    return [n - sum(v for v in s if v >= 0) if v == -1 else v for v in s]


def cumsum(x, axis, attrs):
    x = np.flip(x, axis) if attrs.get('reverse') else x
    y = np.cumsum(x, axis)
    if attrs.get('exclusive'):
        y = y - x
    return np.flip(y, axis) if attrs.get('reverse') else y


def known(op):
    return op in SAME or op in UNARY or op in BINARY or op in OTHERS


def evaluate(op, attrs, inputs):
    """All outputs, in a tuple."""
    if op in SAME:
        out = inputs[0]
    elif op in UNARY:
        out = UNARY[op](inputs[0])
    elif op in BINARY:
        out = BINARY[op](*inputs)
    else:
        out = OTHERS[op](attrs, *inputs)
    return out if isinstance(out, tuple) else (out,)


class Graph:
    """Nodes in the order in which they were added; each method returns the name of what it adds."""

    def __init__(self):
        self.nodes = {}

    def add(self, op, name, *inputs, **attrs):
        assert name not in self.nodes, name
        self.nodes[name] = (op, inputs, attrs)
        return name

    def const(self, name, value, **how):
        value = np.asarray(value)
        value = value.astype(np.float32) if value.dtype == np.float64 and not how.pop('wide', False) else value
        value = value.astype(np.int32) if value.dtype == np.int64 and not how.pop('long', False) else value
        how.pop('wide', None), how.pop('long', None)
        self.nodes[name] = ('Const', (), {'dtype': Type(DTYPES[value.dtype.name]), 'value': tensor_proto(value, **how), 'numbers': value})
        return name

    def placeholder(self, name, shape=None, dtype=1):
        attrs = {'dtype': Type(dtype)}
        if shape is not None:
            attrs['shape'] = Shape(shape)
        self.nodes[name] = ('Placeholder', (), attrs)
        return name

    def proto(self, reverse=False):
        """reverse: nodes before those that they read, which a GraphDef allows."""
        out = []
        for name, (op, inputs, attrs) in self.nodes.items():
            out.append(node_proto(name, op, inputs, {k: v for k, v in attrs.items() if k != 'numbers'}))
        return b''.join(reversed(out) if reverse else out) + field(4, number(1, 27))

    def run(self, feed, outputs):
        """feed: tensors by name, nodes of any kind among them. Returns float64 arrays."""
        done = {k if ':' in k else k + ':0': np.asarray(v, np.float64) for k, v in feed.items()}

        static = set()                                         # nodes that depend on constants alone

        def tensor(name):
            return name if ':' in name else name + ':0'

        for name, (op, inputs, attrs) in self.nodes.items():
            if name + ':0' in done or op == 'Placeholder' or op in ('NoOp', 'Assert'):
                continue
            if op == 'Const':
                numbers = attrs['numbers']
                done[name + ':0'] = numbers.astype(np.float64) if numbers.dtype.kind == 'f' else numbers
                static.add(name)
                continue
            ins = [tensor(i) for i in inputs if not i.startswith('^')]
            if any(i not in done for i in ins) or not known(op):
                continue                                       # in front of what is fed, or behind what is wanted
            if ins and all(i.split(':')[0] in static for i in ins):
                static.add(name)
            elif op.startswith('FakeQuant'):
                op = 'Identity'                                # of an activation only the range is kept
            for k, v in enumerate(evaluate(op, attrs, [done[i] for i in ins])):
                done.setdefault('%s:%d' % (name, k), np.asarray(v))
        return [done[tensor(o)] for o in outputs]
