#!/usr/bin/env python3
"""Makes tests/tools/data: small pictures and a sound, and what snpe-prepare-input must make of them.

Pictures are resized by Pillow, which must be below 13: from there on it scales columns first where that
is cheaper, and last bits differ. MFCC are computed here in numpy, by the definition of TensorFlow's
operators AudioSpectrogram (magnitude squared) and Mfcc (tensorflow/core/kernels: spectrogram.cc,
mfcc_mel_filterbank.cc, mfcc_dct.cc). Usage: make_prepare_data.py FOLDER
"""
import os
import sys
import wave

import numpy as np
import PIL
from PIL import Image

CASES = [  # file, width, height, order: mirrored in test_prepare.c
    ("noise.png", 20, 11, "rgb"),
    ("noise.png", 60, 9, "bgr"),
    ("noise.png", 5, 47, "gray"),
    ("palette.png", 33, 33, "rgb"),
    ("alpha.png", 7, 7, "rgb"),
    ("grey.png", 16, 40, "rgb"),
    ("colour.jpg", 24, 18, "rgb"),
    ("colour.jpg", 48, 36, "gray"),
]


def make_pictures(folder):
    rng = np.random.default_rng(4)
    Image.fromarray(rng.integers(0, 256, (23, 37, 3), np.uint8)).save(folder + "/noise.png")
    Image.fromarray(rng.integers(0, 256, (9, 13, 4), np.uint8), "RGBA").save(folder + "/alpha.png")
    Image.fromarray(rng.integers(0, 256, (21, 11), np.uint8)).save(folder + "/grey.png")
    Image.fromarray(rng.integers(0, 256, (20, 20, 3), np.uint8)).quantize(30).save(folder + "/palette.png")
    y, x = np.mgrid[0:37, 0:51]
    smooth = np.stack([x * 5, y * 6, 128 + 100 * np.sin(x / 3 + y / 5)], 2).astype(np.uint8)
    Image.fromarray(smooth).save(folder + "/colour.jpg", quality=85, subsampling=2)


def resize_pictures(folder):
    for name, width, height, order in CASES:
        picture = Image.open(f"{folder}/{name}").convert("L" if order == "gray" else "RGB")
        pixels = np.asarray(picture.resize((width, height), Image.BILINEAR))
        if order == "bgr":
            pixels = pixels[:, :, ::-1]
        pixels.tofile(f"{folder}/{name}.{width}x{height}.{order}")


def spectrogram(samples, window, hop):
    size = 1 << (window - 1).bit_length()
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)
    frames = [samples[at:at + window] * hann for at in range(0, len(samples) - window + 1, hop)]
    return (np.abs(np.fft.rfft(frames, size)) ** 2).astype(np.float32)


def mel_bins(squared, rate, count, low, high):
    mel = lambda hertz: 1127 * np.log1p(hertz / 700)
    hertz = 0.5 * rate / (squared.shape[1] - 1)
    centres = mel(low) + (mel(high) - mel(low)) / (count + 1) * np.arange(1, count + 2)
    bins = np.zeros((len(squared), count))
    for line in range(int(1.5 + low / hertz), int(high / hertz) + 1):
        at = mel(line * hertz)
        lower = int(np.searchsorted(centres[:count], at)) - 1
        begin = centres[lower] if lower >= 0 else mel(low)
        share = (centres[lower + 1] - at) / (centres[lower + 1] - begin)
        magnitude = np.sqrt(squared[:, line].astype(np.float64))
        if lower >= 0:
            bins[:, lower] += magnitude * share
        if lower + 1 < count:
            bins[:, lower + 1] += magnitude * (1 - share)
    return bins


def mfcc(samples, rate, window, hop, count=40, low=20, high=4000, coefficients=10):
    logs = np.log(np.maximum(mel_bins(spectrogram(samples, window, hop), rate, count, low, high), 1e-12))
    i, j = np.mgrid[0:coefficients, 0:count]
    return logs @ (np.sqrt(2 / count) * np.cos(i * np.pi / count * (j + 0.5))).T


def make_sound(folder):
    t = np.arange(3200) / 16000
    noise = np.random.default_rng(5).normal(0, 0.02, t.shape)
    samples = np.round(32767 * (0.4 * np.sin(2 * np.pi * (200 + 4000 * t) * t) + noise)).astype("<i2")
    with wave.open(folder + "/chirp.wav", "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(samples.tobytes())
    floats = samples / 32768.0
    mfcc(floats, 16000, 640, 320).astype("<f4").tofile(folder + "/chirp.640-320.mfcc")
    mfcc(floats, 16000, 400, 160, 26, 300, 8000, 13).astype("<f4").tofile(folder + "/chirp.400-160.mfcc")


def main():
    folder = sys.argv[1]
    if int(PIL.__version__.split(".")[0]) >= 13:
        sys.exit("make_prepare_data.py: Pillow must be below 13")
    os.makedirs(folder, exist_ok=True)
    make_pictures(folder)
    resize_pictures(folder)
    make_sound(folder)


main()
