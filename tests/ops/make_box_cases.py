#!/usr/bin/env python3
"""Writes data/OP.h for operators of boxes, crops and pixels: python3 make_box_cases.py [OP ...]

What has to come out is computed by onnxruntime where ONNX has the operator, else by numpy in double
from the operator's published definition (Caffe's, Caffe2's, TensorFlow's), place by place. Nothing
of the project is run.
"""
import math

import numpy as np
from onnx.backend.test.case.node import collect_testcases
from PIL import Image

from make_cases import F32, Given, In, Table, c_floats, main, nchw, nhwc, run_onnx


def true(v):
    return 'true' if v else 'false'


def away(v):
    """Rounds halves away from zero."""
    return math.floor(abs(v) + 0.5) * (1 if v >= 0 else -1)


def overlap(a, b, one=0):
    w = min(a[2], b[2]) - max(a[0], b[0]) + one
    h = min(a[3], b[3]) - max(a[1], b[1]) + one
    if w <= 0 or h <= 0:
        return 0.0
    area = [max(0, x[2] - x[0] + one) * max(0, x[3] - x[1] + one) for x in (a, b)]
    return w * h / (sum(area) - w * h)


# ---- SSD

def decode(prior, variance, loc, code, in_target):
    v = [1] * 4 if in_target else variance
    x1, y1, x2, y2 = prior
    w, h = x2 - x1, y2 - y1
    if code == 'CORNER':
        return [p + s * d for p, s, d in zip(prior, v, loc)]
    if code == 'CORNER_SIZE':
        return [p + s * d * size for p, s, d, size in zip(prior, v, loc, (w, h, w, h))]
    cx, cy = v[0] * loc[0] * w + (x1 + x2) / 2, v[1] * loc[1] * h + (y1 + y2) / 2
    w, h = math.exp(v[2] * loc[2]) * w, math.exp(v[3] * loc[3]) * h
    return [cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2]


def detect(loc, conf, priors, classes, share, background, nms, top_k, code, keep_top_k, least, in_target, eta):
    """Rows of one image, in the order of labels and scores."""
    n, found = priors.shape[1], []
    for label in range(classes):
        if label == background:
            continue
        boxes = [decode(priors[0, i], priors[1, i], loc[i, 0 if share else label], code, in_target) for i in range(n)]
        order = sorted((i for i in range(n) if conf[i, label] > least), key=lambda i: -conf[i, label])
        if top_k >= 0:
            order = order[:top_k]
        kept, threshold = [], nms
        for i in order:
            if all(overlap(boxes[i], boxes[k]) <= threshold for k in kept):
                kept.append(i)
                if eta < 1 and threshold > 0.5:
                    threshold *= eta
        found += [(label, conf[i, label], *boxes[i]) for i in kept]
    if keep_top_k >= 0:
        found = sorted(found, key=lambda f: -f[1])[:keep_top_k]
    return sorted(found, key=lambda f: (f[0], -f[1]))


def grid_priors(side, sizes):
    boxes = []
    for i in range(side):
        for j in range(side):
            for s in sizes:
                cx, cy = (j + 0.5) / side, (i + 0.5) / side
                boxes.append([cx - s / 2, cy - s / 2, cx + s / 2, cy + s / 2])
    return np.array([boxes, [[0.1, 0.1, 0.2, 0.2]] * len(boxes)], F32)


def make_detection_output():
    t = Table('detection_output', 'detection_output')

    def detection(name, images, side, sizes, classes, share=True, background=0, nms=0.45, top_k=-1, code='CENTER_SIZE',
                  keep=20, least=0.3, in_target=False, eta=1.0, axes=None):
        priors = grid_priors(side, sizes)
        n = priors.shape[1]
        loc = In((images, n * 4 * (1 if share else classes)), -1, 1)
        conf = In((images, n * classes), 0, 1)
        first = Given(priors.reshape(1, 2, n * 4), constant=True)
        rows = keep if keep >= 0 else (classes - (0 <= background < classes)) * (min(top_k, n) if top_k >= 0 else n)
        y = np.full((images, rows, 7), -1.0)
        for k in range(images):
            found = detect(loc.v[k].reshape(n, -1, 4).astype(float), conf.v[k].reshape(n, classes).astype(float),
                           priors.reshape(2, n, 4).astype(float), classes, share, background, nms, top_k, code, keep, least,
                           in_target, eta)
            for i, f in enumerate(found):
                y[k, i] = [k, *f]
        attrs = ('&(const struct detection_output_attrs){.num_classes = %d, .background_label = %d, .top_k = %d, '
                 '.keep_top_k = %d, .nms_threshold = %sf, .confidence_threshold = %sf, .eta = %sf, '
                 '.code_type = DETECTION_%s, .share_location = %s, .variance_in_target = %s}'
                 % (classes, background, top_k, keep, nms, least, eta, code, true(share), true(in_target)))
        t.add(name, 'DETECTION_OUTPUT', attrs, [loc, conf, first], [y.reshape(1, 1, -1, 7)], 1e-6)

    detection('two classes', 1, 4, (0.2, 0.3), 2)
    detection('more boxes than are kept', 1, 6, (0.2, 0.3), 4, keep=7)
    detection('a batch', 3, 3, (0.3,), 3)
    detection('few candidates of a class', 2, 5, (0.2, 0.4), 3, top_k=6)
    detection('nothing is sure enough', 2, 2, (0.4,), 2, least=0.999, keep=3)
    detection('every box there could be', 1, 3, (0.3,), 3, keep=-1, least=0.6)
    detection('every box of the best five', 1, 3, (0.3,), 3, keep=-1, top_k=5, least=0.2)
    detection('no background', 1, 3, (0.3, 0.5), 2, background=-1)
    detection('the background is another class', 1, 3, (0.3,), 3, background=2)
    detection('boxes for each class', 2, 3, (0.3,), 3, share=False)
    detection('corners', 1, 4, (0.3,), 2, code='CORNER')
    detection('corners in sizes', 1, 4, (0.3,), 2, code='CORNER_SIZE')
    detection('variances in the target', 1, 4, (0.3,), 2, in_target=True)
    detection('corners, variances in the target', 1, 4, (0.3,), 2, code='CORNER', in_target=True)
    detection('the threshold shrinks', 1, 6, (0.5, 0.6), 2, nms=0.8, eta=0.9, least=0.1, keep=40)
    return t


# ---- Faster R-CNN

def anchors_of(base, ratios, scales):
    """py-faster-rcnn's anchors: ratios of the base square rounded to pixels, then scaled."""
    found = []
    for ratio in ratios:
        w = np.round(np.sqrt(base * base / ratio))
        h = np.round(w * ratio)
        middle = 0.5 * (base - 1)
        for scale in scales:
            found.append([middle - 0.5 * (w * scale - 1), middle - 0.5 * (h * scale - 1),
                          middle + 0.5 * (w * scale - 1), middle + 0.5 * (h * scale - 1)])
    return np.array(found)


def propose(scores, deltas, info, stride, base, pre, post, least, nms, ratios, scales):
    anchors = anchors_of(base, ratios, scales)
    height, width, a = scores.shape[0], scores.shape[1], len(anchors)
    boxes = []
    for i in range(height):
        for j in range(width):
            for k in range(a):
                x1, y1, x2, y2 = anchors[k] + np.array([j, i, j, i]) * stride
                w, h = x2 - x1 + 1, y2 - y1 + 1
                dx, dy, dw, dh = deltas[i, j, 4 * k:4 * k + 4]
                cx, cy, w, h = x1 + 0.5 * w + dx * w, y1 + 0.5 * h + dy * h, np.exp(dw) * w, np.exp(dh) * h
                box = np.array([cx - 0.5 * w, cy - 0.5 * h, cx + 0.5 * w, cy + 0.5 * h])
                box = np.clip(box, 0, [info[1] - 1, info[0] - 1, info[1] - 1, info[0] - 1])
                if box[2] - box[0] + 1 >= least * info[2] and box[3] - box[1] + 1 >= least * info[2]:
                    boxes.append((scores[i, j, a + k], box))
    boxes = sorted(boxes, key=lambda b: -b[0])
    if pre > 0:
        boxes = boxes[:pre]
    kept = []
    for b in boxes:
        if all(overlap(b[1], k[1], 1) < nms for k in kept):
            kept.append(b)
    return kept[:post]


def make_proposal():
    t = Table('proposal', 'proposal')

    def proposal(name, height, width, info, ratios=(0.5, 1, 2), scales=(2, 4), stride=16, base=16, pre=0, post=10, least=8, nms=0.7,
                 n_out=1):
        a = len(ratios) * len(scales)
        scores, deltas = In((1, height, width, 2 * a), 0, 1), In((1, height, width, 4 * a), -0.5, 0.5)
        kept = propose(scores.v[0].astype(float), deltas.v[0].astype(float), info, stride, base, pre, post, least, nms, ratios, scales)
        rois, found = np.zeros((post, 5)), np.zeros((post, 1))
        rois[:, 0] = -1
        for i, (score, box) in enumerate(kept):
            rois[i], found[i] = [0, *box], score
        attrs = ('&(const struct proposal_attrs){.feat_stride = %d, .base_size = %d, .pre_nms_top_n = %d, .post_nms_top_n = %d, '
                 '.min_size = %d, .nms_thresh = %sf, .ratios = %s, .scales = %s}'
                 % (stride, base, pre, post, least, nms, c_floats(ratios), c_floats(scales)))
        t.add(name, 'PROPOSAL', attrs, [scores, deltas, Given([info])], [rois, found][:n_out], 1e-6)

    proposal('all boxes', 4, 5, (64, 80, 1))
    proposal('with scores', 3, 5, (48, 80, 1.5), n_out=2)
    proposal('the best only', 5, 5, (80, 80, 1), pre=20, post=8)
    proposal('fewer than there are rows', 2, 2, (32, 32, 1), post=30, nms=0.3)
    proposal('other anchors', 3, 3, (100, 90, 1), ratios=(0.3, 1.7), scales=(1, 3, 5), stride=8, base=15, n_out=2)
    proposal('none is large enough', 2, 2, (32, 32, 10), least=16, post=3)
    return t


def roi_pool(x, rois, h, w, scale):
    y = np.zeros((len(rois), h, w, x.shape[3]))
    for r, roi in enumerate(rois):
        if not (roi[0] == int(roi[0]) and 0 <= roi[0] < x.shape[0]):
            continue
        x1, y1, x2, y2 = (away(float(F32(v) * F32(scale))) for v in roi[1:])
        bin_h, bin_w = max(y2 - y1 + 1, 1) / h, max(x2 - x1 + 1, 1) / w
        for i in range(h):
            for j in range(w):
                rows = [min(max(y1 + f, 0), x.shape[1]) for f in (math.floor(i * bin_h), math.ceil((i + 1) * bin_h))]
                cols = [min(max(x1 + f, 0), x.shape[2]) for f in (math.floor(j * bin_w), math.ceil((j + 1) * bin_w))]
                cell = x[int(roi[0]), rows[0]:rows[1], cols[0]:cols[1]]
                if cell.size:
                    y[r, i, j] = cell.max(axis=(0, 1))
    return y


def make_roi_pool():
    t = Table('roi_pool', 'roi_pool')

    def pool(name, shape, rois, h, w, scale, second=True):
        x, r = In(shape), Given(rois)
        y = roi_pool(x.v, r.v, h, w, scale)
        if second:  # a second opinion
            z, = run_onnx('MaxRoiPool', [nchw(x.v), r.v], pooled_shape=[h, w], spatial_scale=float(scale))
            assert np.allclose(nhwc(z), y), name
        t.add(name, 'ROI_POOL', '&(const struct roi_pool_attrs){%d, %d, %sf}' % (h, w, float(scale)), [x, r], [y])

    pool('whole places', (2, 8, 9, 3), [[0, 1, 2, 6, 7], [1, 0, 0, 8, 7], [1, 3, 3, 3, 3]], 2, 3, 1)
    pool('a sixteenth', (1, 6, 7, 5), [[0, 10, 17, 95, 70], [0, 0, 0, 111, 95], [0, 33.5, 7.9, 40, 60.2]], 3, 3, 0.0625)
    pool('more cells than places', (1, 3, 4, 2), [[0, 0, 0, 3, 2], [0, 1, 1, 2, 2]], 7, 7, 1)
    pool('in part and wholly outside', (1, 5, 5, 2), [[0, -3, -2, 2, 2], [0, 3, 3, 12, 9], [0, 20, 20, 30, 30]], 2, 2, 1)
    pool('corners the wrong way round', (1, 5, 5, 2), [[0, 4, 4, 1, 1]], 2, 2, 1)
    pool('no such image', (2, 4, 4, 2), [[-1, 0, 0, 3, 3], [2, 0, 0, 3, 3], [1, 0, 0, 3, 3], [0.5, 0, 0, 3, 3]], 2, 2, 1, second=False)
    return t


def make_roi_align():
    t = Table('roi_align', 'roi_align')

    def align(name, shape, rois, images, h, w, ratio, scale, mode='avg', aligned=True, joined=False):
        x, r, n = In(shape), np.array(rois, F32), np.array(images)
        y, = run_onnx('RoiAlign', [nchw(x.v), r, n.astype(np.int64)], mode=mode, output_height=h, output_width=w, sampling_ratio=ratio,
                      spatial_scale=float(scale), coordinate_transformation_mode='half_pixel' if aligned else 'output_half_pixel')
        ins = [x, Given(np.concatenate([n[:, None], r], axis=1))] if joined else [x, Given(r), Given(n)]
        if not joined and not n.any():
            ins = ins[:2]
        t.add(name, 'ROI_ALIGN', '&(const struct roi_align_attrs){ROI_ALIGN_%s, %d, %d, %d, %sf, %s}'
              % (mode.upper(), h, w, ratio, float(scale), true(aligned)), ins, [nhwc(y)], 1e-6)

    boxes = [[1, 1.5, 7.25, 6], [0, 0, 8, 7], [2.2, 3.1, 2.9, 3.3], [-4, -2, 3, 3], [5, 5, 14, 12]]
    for mode in ('avg', 'max'):
        for aligned in (True, False):
            suffix = ', %s%s' % (mode, ', aligned' if aligned else '')
            align('two points' + suffix, (2, 8, 9, 3), boxes, [0, 1, 1, 0, 1], 3, 2, 2, 1, mode, aligned)
            align('as many points as places' + suffix, (1, 8, 9, 3), boxes, [0] * 5, 2, 3, 0, 0.75, mode, aligned)
    align('images beside the corners', (3, 6, 6, 2), boxes[:3], [2, 0, 1], 2, 2, 3, 0.5, joined=True)
    align('wholly outside', (1, 4, 4, 2), [[30, 30, 40, 40], [-90, -90, -80, -80]], [0, 0], 2, 2, 2, 1)
    align('much larger than the picture', (1, 4, 4, 2), [[-100, -50, 90, 140]], [0], 2, 2, 0, 1)
    align('much larger than the picture, max', (1, 4, 4, 2), [[-100, -50, 90, 140]], [0], 2, 2, 0, 1, 'max')
    align('corners the wrong way round, not aligned', (1, 6, 6, 2), [[4, 4, 2, 1]], [0], 2, 2, 0, 1, aligned=False)
    align('one place, one channel', (1, 1, 1, 1), [[0, 0, 1, 1]], [0], 1, 1, 1, 1)
    # the ONNX project's own numbers, of which it gives four digits
    for case in collect_testcases('RoiAlign'):
        attrs = {a.name: a.i or a.s.decode() for a in case.model.graph.node[0].attribute}
        (x, r, n), (y,) = case.data_sets[0]
        t.add(case.name, 'ROI_ALIGN', '&(const struct roi_align_attrs){ROI_ALIGN_%s, 5, 5, 2, 1, %s}'
              % (attrs.get('mode', 'avg').upper(), true(attrs['coordinate_transformation_mode'] == 'half_pixel')),
              [Given(nhwc(x)), Given(r), Given(n)], [nhwc(y)], 2e-4)
    return t


def transform(rois, deltas, infos, weights, apply_scale, one):
    y = np.zeros(deltas.shape)
    for r, roi in enumerate(rois):
        image = 0 if len(roi) == 4 else roi[0]
        if not (image == int(image) and 0 <= image < len(infos)):
            continue
        height, width, scale = infos[int(image)]
        x1, y1, x2, y2 = np.asarray(roi[-4:]) / scale
        right, bottom = int(width / scale + 0.5) - one, int(height / scale + 0.5) - one
        for k in range(0, deltas.shape[1], 4):
            dx, dy, dw, dh = deltas[r, k:k + 4] / weights
            w, h = x2 - x1 + one, y2 - y1 + one
            cx, cy = x1 + 0.5 * w + dx * w, y1 + 0.5 * h + dy * h
            most = math.log(1000 / 16)
            w, h = math.exp(min(dw, most)) * w, math.exp(min(dh, most)) * h
            box = [cx - 0.5 * w, cy - 0.5 * h, cx + 0.5 * w - one, cy + 0.5 * h - one]
            box = [max(min(v, m), 0) for v, m in zip(box, (right, bottom, right, bottom))]
            y[r, k:k + 4] = np.array(box) * (scale if apply_scale else 1)
    return y


def make_bbox_transform():
    t = Table('bbox_transform', 'bbox_transform')

    def boxes(name, rois, classes, infos, weights=(), apply_scale=True, plus_one=True, n_out=1, deltas=None):
        rois, infos = np.array(rois, float), np.array(infos, float)
        d = In((len(rois), 4 * classes), -1.5, 1.5) if deltas is None else Given(deltas)
        y = transform(rois, d.v.astype(float), infos, np.array(weights or (1, 1, 1, 1), float), apply_scale, int(plus_one))
        counts = [sum(1 for r in rois if (0 if len(r) == 4 else r[0]) == i) for i in range(len(infos))]
        t.add(name, 'BBOX_TRANSFORM', '&(const struct bbox_transform_attrs){%s, %s, %s}'
              % (c_floats(weights) if weights else '{NULL, 0}', true(apply_scale), true(plus_one)),
              [Given(rois), d, Given(infos)], [y, np.array(counts)][:n_out], 1e-6)

    four = [[10, 20, 60, 90], [0, 0, 99, 79], [30.5, 12.25, 31, 13]]
    boxes('one image', four, 2, [[160, 200, 2]])
    boxes('not scaled again', four, 2, [[160, 200, 2]], apply_scale=False)
    boxes('weights', four, 3, [[80, 100, 1]], weights=(10.0, 10.0, 5.0, 5.0))
    boxes('no pixel added', four, 1, [[80, 100, 1]], plus_one=False)
    boxes('two images, and how many each has', [[0, *four[0]], [1, *four[1]], [1, *four[2]]], 2, [[160, 200, 2], [90, 120, 1.5]], n_out=2)
    boxes('no such image', [[2, *four[0]], [-1, *four[1]], [0.5, *four[2]], [1, *four[0]]], 1, [[80, 100, 1], [80, 100, 1]], n_out=2)
    boxes('a growth without end', four[:1], 1, [[80, 100, 1]], deltas=[[0.1, 0.2, 50, 90]])
    return t


# ---- crops and maps

def crop(x, boxes, images, h, w, nearest, outside):
    n, height, width, channels = x.shape
    y = np.full((len(boxes), h, w, channels), float(outside))
    for b, (y1, x1, y2, x2) in enumerate(boxes):
        if not (images[b] == int(images[b]) and 0 <= images[b] < n):
            continue
        for i in range(h):
            v = y1 * (height - 1) + i * (y2 - y1) * (height - 1) / (h - 1) if h > 1 else 0.5 * (y1 + y2) * (height - 1)
            if not 0 <= v <= height - 1:
                continue
            for j in range(w):
                u = x1 * (width - 1) + j * (x2 - x1) * (width - 1) / (w - 1) if w > 1 else 0.5 * (x1 + x2) * (width - 1)
                if not 0 <= u <= width - 1:
                    continue
                p = x[int(images[b])]
                if nearest:
                    y[b, i, j] = p[away(v), away(u)]
                    continue
                t, l, d, r = math.floor(v), math.floor(u), math.ceil(v), math.ceil(u)
                top = p[t, l] + (p[t, r] - p[t, l]) * (u - l)
                bottom = p[d, l] + (p[d, r] - p[d, l]) * (u - l)
                y[b, i, j] = top + (bottom - top) * (v - t)
    return y


def make_crop_and_resize():
    t = Table('crop_and_resize', 'crop_and_resize')

    def add(name, shape, boxes, images, h, w, nearest=False, outside=0):
        x, b, n = In(shape), Given(boxes), Given(images)
        y = crop(x.v.astype(float), b.v.astype(float), n.v, h, w, nearest, outside)
        t.add(name, 'CROP_AND_RESIZE', '&(const struct crop_and_resize_attrs){%d, %d, CROP_%s, %sf}'
              % (h, w, 'NEAREST' if nearest else 'BILINEAR', float(outside)), [x, b, n], [y], 1e-6)

    boxes = [[0, 0, 1, 1], [0.125, 0.25, 0.75, 0.875], [0.8125, 0.625, 0.25, 0.1875]]
    for nearest in (False, True):
        suffix = ', nearest' if nearest else ''
        add('two images' + suffix, (2, 9, 11, 3), boxes, [0, 1, 1], 4, 5, nearest)
        add('larger than the picture' + suffix, (1, 5, 5, 2), boxes[:2], [0, 0], 7, 9, nearest)
        add('one place' + suffix, (1, 6, 7, 2), boxes[1:], [0, 0], 1, 1, nearest)
        add('outside' + suffix, (1, 5, 6, 2), [[-0.4, -0.3, 1.2, 1.4], [2, 2, 3, 3], [0.2, 0.2, 0.2, 0.2]], [0, 0, 0], 4, 3, nearest, -7.5)
    add('no such image', (2, 4, 4, 1), [boxes[0]] * 4, [-1, 2, 0.5, 1], 2, 2, outside=3)
    add('a row only', (1, 1, 8, 2), boxes, [0, 0, 0], 3, 3)
    return t


def glimpse(x, offsets, h, w, centered, normalized, exact):
    y = np.zeros((x.shape[0], h, w, x.shape[3]))
    for n in range(x.shape[0]):
        at = []
        for v, size, window in zip(offsets[n], x.shape[1:3], (h, w)):
            if not exact:
                v = v * size if normalized else v
                v = v / 2 + size / 2 if centered else v
                v -= window / 2
            elif normalized:
                v *= size
                if centered:
                    v = v / 2 + size / 2 - window / 2
            elif centered:
                v += size / 2
            at.append(int(v))  # towards zero
        for i in range(h):
            for j in range(w):
                if 0 <= at[0] + i < x.shape[1] and 0 <= at[1] + j < x.shape[2]:
                    y[n, i, j] = x[n, at[0] + i, at[1] + j]
    return y


def make_extract_glimpse():
    t = Table('extract_glimpse', 'extract_glimpse')

    def add(name, shape, offsets, h, w, centered, normalized, exact=False):
        x, o = In(shape), Given(offsets)
        t.add(name, 'EXTRACT_GLIMPSE', '&(const struct extract_glimpse_attrs){%d, %d, %s, %s, %s}'
              % (h, w, true(centered), true(normalized), true(exact)), [x, o],
              [glimpse(x.v, o.v.astype(float), h, w, centered, normalized, exact)])

    parts, places = [[0.1, -0.3], [0.75, 0.5]], [[3, 2.5], [6.7, 9]]
    for exact in (False, True):
        suffix = ', exact' if exact else ''
        add('centered and normalized' + suffix, (2, 9, 11, 3), parts, 4, 5, True, True, exact)
        add('normalized' + suffix, (2, 9, 11, 3), parts, 4, 5, False, True, exact)
        add('centered' + suffix, (2, 9, 11, 3), places, 4, 5, True, False, exact)
        add('places' + suffix, (2, 9, 11, 3), places, 4, 5, False, False, exact)
    add('larger than the picture', (1, 3, 4, 2), [[0, 0]], 7, 8, True, True)
    add('wholly outside', (2, 5, 5, 2), [[40, 2], [2, -40]], 3, 3, False, False)
    add('towards zero', (1, 5, 5, 1), [[1.1, 0.9]], 4, 4, False, False)
    return t


def make_cross_correlation():
    t = Table('cross_correlation')

    def add(name, x, template):
        x, k = In(x), In(template)
        y = []
        for n in range(x.shape[0]):
            w = k.v[n if template[0] > 1 else 0]
            z, = run_onnx('Conv', [nchw(x.v[n:n + 1]), np.ascontiguousarray(w.transpose(2, 0, 1))[:, None]], group=x.shape[3])
            y.append(nhwc(z))
        t.add(name, 'CROSS_CORRELATION', None, [x, k], [np.concatenate(y)], 1e-6)

    add('one template', (1, 9, 8, 5), (1, 3, 4, 5))
    add('a template for all images', (3, 6, 6, 4), (1, 2, 3, 4))
    add('a template for each image', (2, 6, 7, 33), (2, 3, 3, 33))
    add('as large as the picture', (1, 5, 4, 3), (1, 5, 4, 3))
    add('one place', (1, 4, 3, 2), (1, 1, 1, 2))
    return t


def keypoints(maps, boxes, softmax):
    n, side, _, count = maps.shape
    y = np.zeros((n, 4, count))
    for r in range(n):
        x1, y1, w, h = boxes[r, 0], boxes[r, 1], max(boxes[r, 2] - boxes[r, 0], 1), max(boxes[r, 3] - boxes[r, 1], 1)
        for k in range(count):
            m = maps[r, :, :, k]
            i, j = np.unravel_index(np.argmax(m), m.shape)
            f = np.zeros((3, 3))
            for a in (-1, 0, 1):
                for b in (-1, 0, 1):
                    aa, bb = (-a if not 0 <= i + a < side else a), (-b if not 0 <= j + b < side else b)
                    f[a + 1, b + 1] = m[i + aa, j + bb]
            slope = -np.array([f[1, 2] - f[1, 0], f[2, 1] - f[0, 1]]) / 2
            xy = (f[2, 2] - f[2, 0] - f[0, 2] + f[0, 0]) / 4
            hesse = np.array([[f[1, 0] - 2 * f[1, 1] + f[1, 2], xy], [xy, f[0, 1] - 2 * f[1, 1] + f[2, 1]]])
            delta, score = np.zeros(2), m[i, j]
            if abs(np.linalg.det(hesse)) >= 1e-4:
                delta = np.linalg.solve(hesse, slope)
                longer = np.abs(delta).max()
                if longer > 1.5:
                    delta = delta / longer * 1.5
                score = f[1, 1] - slope @ delta + 0.5 * delta @ hesse @ delta
            y[r, :, k] = [x1 + (0.5 + j + delta[0]) * w / side, y1 + (0.5 + i + delta[1]) * h / side, score,
                          np.exp(m[i, j]) / np.exp(m).sum() if softmax else 0]
    return y


def make_heatmap_max_keypoint():
    t = Table('heatmap_max_keypoint', 'heatmap_max_keypoint')

    def add(name, maps, boxes, softmax):
        x, b = maps if isinstance(maps, Given) else In(maps, -3, 3), Given(boxes)
        t.add(name, 'HEATMAP_MAX_KEYPOINT', '&(const struct heatmap_max_keypoint_attrs){%s}' % true(softmax), [x, b],
              [keypoints(x.v.astype(float), b.v.astype(float), softmax)], 2e-6)

    boxes = [[10, 20, 70, 90], [0, 0, 0.25, 0.5], [-4, 3, 12, 50]]
    add('three boxes', (3, 7, 7, 5), boxes, False)
    add('with probabilities', (3, 7, 7, 5), boxes, True)
    add('two by two: all is edge', (3, 2, 2, 6), boxes, True)
    add('a score beside each box', (2, 5, 5, 3), [[1, 2, 30, 40, 0.5], [3, 4, 50, 60, 0.25]], False)
    flat = np.zeros((1, 4, 4, 2))
    flat[0, 2, 1, 0], flat[0, 2, 2, 0] = 1e-3, 1e-3
    add('flat, and two places alike', Given(flat), boxes[:1], True)
    ridge = np.array([[0, 0, 0, 0], [0, 1, 1.01, 0], [0, 1.012, 1.011, 0], [0, 0, 0, 0]])[None, :, :, None]
    add('a ridge', Given(ridge), boxes[:1], False)
    return t


def project(x, transforms, h, w, nearest):
    n, height, width, channels = x.shape
    h, w = h or height, w or width
    y = np.zeros((n, h, w, channels))

    def read(k, i, j):
        return x[k, i, j] if 0 <= i < height and 0 <= j < width else np.zeros(channels)
    for k in range(n):
        a = transforms[k if len(transforms) > 1 else 0]
        for i in range(h):
            for j in range(w):
                d = a[6] * j + a[7] * i + 1
                if d == 0:
                    continue
                u, v = (a[0] * j + a[1] * i + a[2]) / d, (a[3] * j + a[4] * i + a[5]) / d
                if nearest:
                    y[k, i, j] = read(k, away(v), away(u))
                    continue
                l, t = math.floor(u), math.floor(v)
                y[k, i, j] = ((t + 1 - v) * ((l + 1 - u) * read(k, t, l) + (u - l) * read(k, t, l + 1)) +
                              (v - t) * ((l + 1 - u) * read(k, t + 1, l) + (u - l) * read(k, t + 1, l + 1)))
    return y


def make_projective_transform():
    t = Table('projective_transform', 'projective_transform')

    def add(name, shape, transforms, h=0, w=0, nearest=False):
        x, m = In(shape), Given(transforms)
        t.add(name, 'PROJECTIVE_TRANSFORM', '&(const struct projective_transform_attrs){%d, %d, PROJECTIVE_%s}'
              % (h, w, 'NEAREST' if nearest else 'BILINEAR'), [x, m],
              [project(x.v.astype(float), m.v.astype(float), h, w, nearest)], 2e-6)

    same, moved = [1, 0, 0, 0, 1, 0, 0, 0], [1, 0, -1.25, 0, 1, 0.625, 0, 0]
    turned, tilted = [0.75, -0.5, 2.125, 0.5, 0.75, -1.0625, 0, 0], [1.125, 0.25, -0.5, 0.125, 0.875, 0.25, 0.0625, -0.03125]
    for nearest in (False, True):
        suffix = ', nearest' if nearest else ''
        add('nothing' + suffix, (1, 4, 5, 3), [same], nearest=nearest)
        add('moved and turned' + suffix, (2, 6, 5, 2), [moved, turned], nearest=nearest)
        add('one for all images' + suffix, (3, 5, 5, 2), [turned], nearest=nearest)
        add('tilted, another size' + suffix, (1, 7, 6, 3), [tilted], 5, 9, nearest)
    add('on the horizon', (1, 4, 8, 1), [[1, 0, 0, 0, 1, 0, -0.25, 0]])
    return t


# ---- pixels

def from_nv21(rows, width):
    """[H*3/2, W] to RGB, by JFIF."""
    height = rows.shape[0] * 2 // 3
    luma, chroma = rows[:height], rows[height:]
    rgb = np.zeros((height, width, 3))
    for i in range(height):
        for j in range(width):
            v, u, l = chroma[i // 2, j // 2 * 2] - 128, chroma[i // 2, j // 2 * 2 + 1] - 128, luma[i, j]
            rgb[i, j] = np.clip([l + 1.402 * v, l - 0.344136 * u - 0.714136 * v, l + 1.772 * u], 0, 255)
    return rgb


def make_color_convert():
    t = Table('color_convert', 'color_convert')
    order = {'BGR': (2, 1, 0), 'RGB': (0, 1, 2), 'RGBA': (0, 1, 2), 'ARGB32': (2, 1, 0)}

    def add(name, color, to, x, rgb, out_bytes=False):
        y = rgb[..., ::-1] if to == 'BGR' else rgb
        if out_bytes:
            y = np.floor(y + 0.5)
        t.add(name, 'COLOR_CONVERT', '&(const struct color_convert_attrs){COLOR_%s, COLOR_%s}' % (color, to), [x], [y], 1e-6,
              out_bytes=out_bytes)

    for to in ('BGR', 'RGB'):
        for color in order:
            x = In((2, 3, 5, 4 if len(color) > 3 else 3), bytes=True)
            add('%s to %s' % (color.lower(), to.lower()), color, to, x, x.v[..., list(order[color])])
        x = In((2, 6, 6, 1), bytes=True)
        add('nv21 to %s' % to.lower(), 'NV21', to, x, np.stack([from_nv21(v[..., 0].astype(float), 6) for v in x.v]))
    x = In((1, 3, 2, 1), 0, 255)
    add('nv21 of floats', 'NV21', 'RGB', x, from_nv21(x.v[0, ..., 0].astype(float), 2)[None])
    x = In((1, 9, 4, 1), bytes=True)
    add('nv21 to bytes', 'NV21', 'BGR', x, from_nv21(x.v[0, ..., 0].astype(float), 4)[None], out_bytes=True)
    # What is cut at 0 and 255: every end and the middle of Y, V and U; each block of four pixels has its own V and U.
    ends = (0, 1, 128, 254, 255)
    luma = np.array([(y, y, 255 - y, 255 - y) for y in ends * 5], F32).reshape(25, 2, 2)
    vu = np.array([(v, u) for v in ends for u in ends], F32)
    x = np.zeros((3, 50), F32)
    for k in range(25):
        x[:2, 2 * k:2 * k + 2], x[2, 2 * k:2 * k + 2] = luma[k], vu[k]
    rgb = from_nv21(x.astype(float), 50)
    # Pillow converts by JFIF too, in integers that are within one of it.
    ycc = np.stack([x[:2], x[2, 1::2].repeat(2)[None].repeat(2, 0), x[2, ::2].repeat(2)[None].repeat(2, 0)], -1).astype(np.uint8)
    assert np.abs(np.asarray(Image.fromarray(ycc, 'YCbCr').convert('RGB')) - rgb).max() <= 1
    for to in ('BGR', 'RGB'):
        add('nv21 at its ends to %s' % to.lower(), 'NV21', to, Given(x.reshape(1, 3, 50, 1)), rgb[None])
    for color in order:
        x = In((1, 1, 1, 4 if len(color) > 3 else 3), bytes=True)
        add('one pixel of %s' % color.lower(), color, 'BGR', x, x.v[..., list(order[color])], out_bytes=True)
    x = In((1, 2, 3, 4), -300, 300)
    add('floats beyond bytes are only moved', 'ARGB32', 'RGB', x, x.v[..., [2, 1, 0]])
    return t


if __name__ == '__main__':
    main(globals())
