#!/usr/bin/env python3
"""How front_center.expect was made: MODEL.onnx (silero_vad_openvino_16k.onnx of silero-vad 6.2.3) and
Front_Center.wav through onnxruntime, resampled by a windowed sinc. Needs numpy and onnxruntime.

    make_expect.py MODEL.onnx Front_Center.wav
"""
import sys
import wave

import numpy as np
import onnxruntime

HOP, CONTEXT, RATE, HALF = 512, 64, 16000, 96


def read(path):
    with wave.open(path) as w:
        x = np.frombuffer(w.readframes(w.getnframes()), '<i2').reshape(-1, w.getnchannels())
        return x.mean(1) / 32768, w.getframerate()


def resample(x, rate):
    y = np.zeros(int(len(x) * RATE / rate))
    cut = RATE / rate * 0.95
    for i in range(len(y)):
        at = i * rate / RATE
        k = np.arange(max(int(at) - HALF, 0), min(int(at) + HALF + 1, len(x)))
        d = k - at
        y[i] = (x[k] * cut * np.sinc(cut * d) * np.cos(np.pi * d / (2 * HALF + 2)) ** 2).sum()
    return y.astype(np.float32)


def main():
    session = onnxruntime.InferenceSession(sys.argv[1])
    sound = np.concatenate([resample(*read(sys.argv[2])), np.zeros(RATE // 2, np.float32)])
    state, context = np.zeros((2, 1, 128), np.float32), np.zeros(CONTEXT, np.float32)
    speaking = False
    for hop in range(len(sound) // HOP):
        now = sound[hop * HOP:(hop + 1) * HOP]
        out, state = session.run(None, {'input': np.concatenate([context, now])[None], 'state': state})
        context = now[-CONTEXT:]
        print('probability', hop, round(float(out[0, 0]), 3))
        if speaking != (out[0, 0] >= (0.35 if speaking else 0.5)):
            speaking = not speaking
            print('begins' if speaking else 'ends', round(hop * HOP / RATE, 3))


main()
