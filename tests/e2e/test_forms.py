"""Each network that exists in several forms gives the same numbers in all of them: converted, run on one same input,
each output of each pair of forms within 1e-4 of its range.

Networks and forms are the shared data's. With --all also the five benchmark networks, whose weights a script of the
shared data draws (needs numpy, a minute and 800 MB of temporary files)."""
import itertools
import json
import os
import subprocess
import sys
import tempfile
import unittest

import house

CLOSE = 1e-4
ALL = '--all' in sys.argv
# Where a form's output is another quantity than that of its name: (model, framework): {output: quantity}. The Caffe
# form of ultraface gives boxes as it regresses them; the ONNX form decodes them, and has the others on the way.
OTHER = {('ultraface_rfb_320', 'caffe'): {'scores': 'scores', 'boxes': 'raw boxes'},
         ('ultraface_rfb_320', 'onnx'): {'scores': 'scores', '460': 'raw boxes'}}


def listed(value):
    return value if isinstance(value, list) else [value]


class Form:
    """A network in the files of one framework."""

    def __init__(self, framework, label, files, dims, outputs):
        self.framework, self.label, self.files, self.dims, self.outputs = framework, label, files, dims, outputs

    def convert(self, dlc):
        """DIMS: what to say of the sizes of the input, in the framework's own order."""
        dims = [item for name, sizes in self.dims.items() for item in (name, ','.join(map(str, sizes)))]
        argv = {'onnx': ['-i', self.files[0], '-o', dlc],
                'caffe': ['-i', self.files[0], '-b', self.files[-1], '-o', dlc],
                'caffe2': ['-p', self.files[0], '-e', self.files[-1], '-d', dlc, '-i', *dims],
                'tensorflow': ['-i', self.files[0], '-o', dlc, '-d', *dims]}[self.framework]
        if self.framework == 'tensorflow':
            argv += [item for name in self.outputs for item in ('--out_node', name)]
        house.run([house.program(f'snpe-{self.framework}-to-dlc'), *argv])

    def answer(self, data):
        """{quantity: numbers} of the network on DATA, bytes of float32 with the channels last."""
        with tempfile.TemporaryDirectory() as folder:
            dlc = os.path.join(folder, 'model.dlc')
            self.convert(dlc)
            layers = json.loads(house.run([house.program('snpe-dlc-info'), '-i', dlc, '--json']))['layers']
            name, = (layer['name'] for layer in layers if layer['type'] == 'data')
            result, = house.net_run(folder, dlc, [{name: data}], list(self.outputs))
        # TensorFlow's tensors are called after their node, "prob:0".
        return {self.outputs[tensor.partition(':')[0]]: house.floats(values) for tensor, values in result.items()}


def forms_of(test, told):
    """The forms of a network that the shared data describes."""
    forms, shape = [], told['runs'][0]['net_input_shape']
    first = told['files'][0]
    for file in told['files']:
        published = file.get('note', '').startswith('as published')  # with a front end, which is cut off
        source = first if published else file
        framework, outputs = file['framework'], listed(source['output'])
        names = ['prototxt', 'predict_net', 'path']
        files = [house.shared(test, file[name]) for name in names if name in file]
        nhwc = framework == 'tensorflow' and len(shape) == 4
        dims = {listed(source['input'])[0]: [shape[i] for i in (0, 2, 3, 1)] if nhwc else shape}
        alone = {outputs[0]: 'the output'} if len(outputs) == 1 else {output: output for output in outputs}
        forms.append(Form(framework, framework + (' as published' if published else ''), files, dims,
                          OTHER.get((told['model'], framework), alone)))
    return forms


class Forms(unittest.TestCase):
    def agree(self, model, forms, data):
        """Each pair of FORMS on DATA."""
        answers = [(form.label, form.answer(data)) for form in forms]
        for (one, a), (two, b) in itertools.combinations(answers, 2):
            self.assertTrue(a.keys() & b.keys(), f'{model}: {one} and {two} have no output in common')
            for output in sorted(a.keys() & b.keys()):
                n = min(len(a[output]), len(b[output]))  # an old Caffe file has a batch of 10, of which one is given
                x, y = a[output][:n], b[output][:n]
                span = max(max(x), max(y)) - min(min(x), min(y))
                worst = house.apart(x, y)
                self.assertGreater(span, 0, f'{model}, {output}: all numbers are the same')
                self.assertLessEqual(worst, CLOSE * span, f'{model}, {output}: {one} and {two}')
                print(f'{model}, {output}: {one} and {two} are {worst / span:.1e} of the range apart', flush=True)

    def test_every_network_of_several_forms(self):
        test, seen = 'test_every_network_of_several_forms', 0
        folder = house.shared(test, 'expected')
        for name in sorted(os.listdir(folder)):
            told = house.read_json(os.path.join(folder, name)) if name.endswith('.json') else {}
            if 'runs' not in told or len(told['files']) < 2:
                continue
            seen += 1
            path = house.shared(test, told['runs'][0]['input_file'])
            data = house.picture(told['input'], path) if path.endswith('.u8') else house.read_bytes(path)
            with self.subTest(told['model']):
                self.agree(told['model'], forms_of(test, told), data)
        self.assertGreaterEqual(seen, 7)

    def test_the_benchmark_networks(self):
        test = 'test_the_benchmark_networks'
        if not ALL:
            house.skip(test, 'only with --all')
        told = house.read_json(house.shared(test, 'bench/expected/bench.json'))
        script = house.shared(test, 'bench/gen_bench_models.py')
        for run in told['runs']:
            model = run['model']
            data = house.picture(house.preparation(run['preprocessing']), house.shared(test, run['input_file']))
            with self.subTest(model), tempfile.TemporaryDirectory() as folder:
                subprocess.run([sys.executable, '-B', script, folder, model], check=True, stdout=subprocess.DEVNULL)
                whole = os.path.join(folder, model)
                graph = house.shared(test, f'bench/{model}_deploy.prototxt')
                outputs = {run['output']: 'the output'}
                self.agree(model, [Form('caffe', 'caffe', [graph, whole + '.caffemodel'], {}, outputs),
                                   Form('onnx', 'onnx', [whole + '.onnx'], {}, outputs)], data)


if __name__ == '__main__':
    unittest.main(argv=[argument for argument in sys.argv if argument != '--all'])
