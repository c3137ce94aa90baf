#!/usr/bin/env python3
"""Writes data/quantize_case.def: a small network, calibration inputs, and what SNPE's published rule
makes of them, worked out in numpy alone. All numbers are small multiples of powers of two, so that
every sum is exact in float32 in any order. Needs numpy:

    tests/engine/make_quantize_case.py > tests/engine/data/quantize_case.def
"""
import numpy as np

rng = np.random.default_rng(1123)
F = np.float32


def eighths(shape, most):
    return (rng.integers(-8 * most, 8 * most + 1, shape) / 8).astype(F)


def half_away(x):
    return np.floor(np.abs(x) + 0.5) * np.sign(x)


def encoding(lo, hi):
    lo, hi = min(0.0, float(lo)), max(0.0, float(hi))
    hi = max(hi, lo + 0.01)
    delta = (hi - lo) / 255
    offset = int(half_away(lo / delta)) if hi > 0 else -255
    if lo < 0 < hi:
        lo, hi = offset * delta, (255 + offset) * delta
    return F(lo), F(hi), F(delta), offset


def codes(x, e):
    lo, hi = float(e[0]), float(e[1])
    return np.clip(half_away(255 * (x.astype(np.float64) - lo) / (hi - lo)), 0, 255).astype(int)


def conv(x, w, b):  # NHWC, valid, stride 1
    kh, kw = w.shape[:2]
    oh, ow = x.shape[1] - kh + 1, x.shape[2] - kw + 1
    y = np.zeros((1, oh, ow, w.shape[3]), np.float64)
    for i in range(kh):
        for j in range(kw):
            y += np.einsum("nhwc,cm->nhwm", x[:, i:i + oh, j:j + ow], w[i, j].astype(np.float64))
    return y + b


w, b = eighths((3, 3, 2, 4), 2), eighths(4, 3)
fw, fb = eighths((3, 16), 1), np.array([0.5, 0.25, 0.375], F)
w[..., 2] = np.abs(w[..., 2])  # a channel of one sign
w[..., 3] = 0                  # and a dead one
inputs = [eighths((1, 6, 6, 2), m) for m in (1, 3, 2, 3)]
seen = {}
for x in inputs:
    y = conv(x.astype(np.float64), w, b)
    r = np.maximum(y, 0)
    p = r.reshape(1, 2, 2, 2, 2, 4).mean((2, 4))
    f = p.reshape(1, 16) @ fw.T.astype(np.float64) + fb
    for name, v in (("x", x), ("conv:0", y), ("relu:0", r), ("pool:0", p), ("fc:0", f)):
        assert np.all(v == v.astype(F)), "not exact"
        seen.setdefault(name, []).append(v.astype(F))


def text(v):
    return ", ".join("%r" % float(x) + "f" for x in np.asarray(v, F).ravel())


def encoding_text(e):
    return "0x%08x, 0x%08x, 0x%08x, %d" % tuple([*(int(F(v).view(np.uint32)) for v in e[:3]), e[3]])


print("/* Printed by make_quantize_case.py. */")
for name, v in (("W", w), ("B", b), ("FW", fw), ("FB", fb)):
    print("NUMBERS(%s, %d, %s)" % (name, v.size, text(v)))
for i, x in enumerate(inputs):
    print("INPUT(%d, %d, %s)" % (i, x.size, text(x)))
for name, vs in seen.items():
    vs = np.concatenate([v.ravel() for v in vs])
    print('RANGE("%s", %s)' % (name, encoding_text(encoding(vs.min(), vs.max()))))
for name, v in (("w", w), ("b", b), ("fw", fw), ("fb", fb)):
    e = encoding(v.min(), v.max())
    print('CODES("%s", %d, %s, %s)' % (name, v.size, encoding_text(e), ", ".join(map(str, codes(v, e).ravel()))))
for name, v, axis in (("w", w, 3), ("fw", fw, 0)):
    for c in range(v.shape[axis]):
        part = v.take(c, axis)
        e = encoding(part.min(), part.max())
        print('CHANNEL("%s", %d, %d, %s, %s)' % (name, c, part.size, encoding_text(e),
                                                 ", ".join(map(str, codes(part, e).ravel()))))
