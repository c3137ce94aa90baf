#!/usr/bin/env python3
"""Containers that we write open in Netron (PyPI netron): its reader sees the layers, buffers and weights that
snpe-dlc-info sees. Needs node and Netron, installed for this Python or unpacked in the folder that SNPED_NETRON names;
without them the test is skipped.

The containers are those of all cases of tests/convert/data, which have every layer that a converter can write, and of
the shared data's ONNX models."""
import concurrent.futures
import glob
import importlib.util
import json
import math
import os
import shutil
import subprocess
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.environ.get('SNPED_SOURCE') or os.path.dirname(os.path.dirname(HERE))
BIN = os.environ.get('SNPED_BIN') or os.path.join(SOURCE, 'build', 'bin')
SHARED = os.environ.get('SNPED_SHARED') or os.path.join(SOURCE, '..', 'shared')
NODE = shutil.which('node') or shutil.which('nodejs')
# Layers that snpe-dlc-info calls as SNPE's does, or after the operator, and not after the type in the container.
TOLD = {'Input': 'data', 'Const': 'constant', 'Resize': 'scaling'}
# Netron knows how wide a number of 8 bits with an encoding is, not what it means.
NUMBERS = {'tf8': 'uint8'}


def netron():
    """The folder of Netron's scripts, or None."""
    spec = importlib.util.find_spec('netron')
    folders = [os.environ.get('SNPED_NETRON')] + list(spec.submodule_search_locations or [] if spec else [])
    return next((folder for folder in folders if folder and os.path.exists(os.path.join(folder, 'dlc.js'))), None)


def skip(why):
    print(f'SKIP test_netron: {why}', flush=True)
    raise unittest.SkipTest(why)


def plain(word):
    """SoftMax, softmax and soft_max are one."""
    return TOLD.get(word, word).replace('_', '').lower()


def run(argv):
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise AssertionError(f'{" ".join(argv)}: {done.stdout.decode()}')
    return done.stdout.decode()


def convert(framework, files, dlc, options=()):
    """FILES: the graph and, where there is a second one, the weights."""
    flags = ['-p', '-e'] if framework == 'caffe2' else ['-i', '-b']
    argv = [item for pair in zip(flags, files) for item in pair]
    run([os.path.join(BIN, f'snpe-{framework}-to-dlc'), *argv, '-d' if framework == 'caffe2' else '-o', dlc, *options])
    return dlc


def convert_case(path, folder, dlc):
    """A case of tests/convert/data; make_caffe_cases.py says how such a file is laid out."""
    with open(path, 'rb') as file:
        head, _, body = file.read().partition(b'\n\n')
    framework, files, options, at = 'onnx', [], [], 0
    for line in head.decode().split('\n'):
        key, _, value = line.partition(' ')
        if key == 'converter':
            framework = value
        elif key in ('model', 'weights'):
            files.append(os.path.join(folder, key))
            with open(files[-1], 'wb') as file:
                file.write(body[at:at + int(value)])
            at += int(value)
        elif key == 'dims':
            options += ['-i' if framework == 'caffe2' else '-d', *value.rsplit(' ', 1)]
        elif key == 'out_node':
            options += ['--out_node', value]
    return convert(framework, files, dlc, options)


def told_by_us(dlc):
    return json.loads(run([os.path.join(BIN, 'snpe-dlc-info'), '-i', dlc, '--json']))['layers']


def in_pool(function, *arguments):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(function, *arguments))


class Netron(unittest.TestCase):
    def setUp(self):
        if not NODE:
            skip('node is not installed')
        self.scripts = netron()
        if not self.scripts:
            skip('Netron is not installed (pip install netron)')
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def read(self, dlcs):
        """What Netron reads of each."""
        # Netron's scripts are modules, which its folder does not say.
        folder = os.path.join(self.folder, 'netron')
        os.mkdir(folder)
        for path in glob.glob(os.path.join(self.scripts, '*.js')) + glob.glob(os.path.join(self.scripts, '*.json')):
            os.symlink(os.path.abspath(path), os.path.join(folder, os.path.basename(path)))
        with open(os.path.join(folder, 'package.json'), 'w', encoding='utf-8') as file:
            file.write('{"type": "module"}')
        lines = run([NODE, '--preserve-symlinks', os.path.join(HERE, 'netron.mjs'), folder, *dlcs]).splitlines()
        return [json.loads(line) for line in lines]

    def same_layer(self, theirs, ours):
        self.assertEqual(theirs['name'], ours['name'])
        self.assertEqual(plain(theirs['type']), plain(ours['type']))
        self.assertEqual([value['name'] for value in theirs['inputs']], ours['inputs'])
        for a, b in zip(theirs['outputs'], ours['outputs'], strict=True):
            self.assertEqual((a['name'], a['dims']), (b['name'], b['dims']))
        # The order of a layer's weights means nothing: they go by their names.
        tensors = (sorted(layer['tensors'], key=lambda tensor: tensor['name']) for layer in (theirs, ours))
        for a, b in zip(*tensors, strict=True):
            kind = NUMBERS.get(b['type'], b['type'])
            self.assertEqual((a['name'], a['dims'], a['type']), (b['name'], b['dims'], kind))
            self.assertEqual(a['numbers'], math.prod(b['dims']))

    def same(self, theirs, ours):
        self.assertNotIn('error', theirs, theirs.get('error'))
        self.assertEqual(theirs['format'], 'DLC')
        inputs = [layer for layer in ours if layer['type'] == 'data']
        self.assertEqual([layer['name'] for layer in theirs['inputs']], [layer['name'] for layer in inputs])
        for a, b in zip(theirs['inputs'], inputs, strict=True):
            self.assertEqual(a['outputs'], [{key: value[key] for key in ('name', 'dims')} for value in b['outputs']])
        rest = [layer for layer in ours if layer['type'] != 'data']
        for a, b in zip(theirs['layers'], rest, strict=True):
            with self.subTest(layer=b['name']):
                self.same_layer(a, b)

    def compare(self, names, dlcs):
        told = in_pool(told_by_us, dlcs)
        for name, theirs, ours in zip(names, self.read(dlcs), told, strict=True):
            with self.subTest(name):
                self.same(theirs, ours)
        return {layer['operator'] for ours in told for layer in ours}

    def test_all_cases_of_the_converters(self):
        data = os.path.join(SOURCE, 'tests', 'convert', 'data')
        cases = sorted(glob.glob(os.path.join(data, '**', '*.case'), recursive=True))
        self.assertGreater(len(cases), 500)

        def one(i, case):
            with tempfile.TemporaryDirectory() as folder:
                return convert_case(case, folder, os.path.join(self.folder, f'{i}.dlc'))

        dlcs = in_pool(one, range(len(cases)), cases)
        seen = self.compare([os.path.relpath(case, data) for case in cases], dlcs)
        print(f'{len(cases)} containers with {len(seen)} kinds of layers open in Netron', flush=True)

    def test_real_models(self):
        models = sorted(glob.glob(os.path.join(SHARED, 'data', 'models', '*', '*', '*.onnx')))
        if not models:
            skip('shared data is not there')
        dlcs = [convert('onnx', [model], os.path.join(self.folder, f'{i}.dlc')) for i, model in enumerate(models)]
        self.compare([os.path.basename(model) for model in models], dlcs)


if __name__ == '__main__':
    unittest.main()
