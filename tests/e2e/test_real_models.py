"""Real models from the file to the answer: converted, run in process, through the daemon inline and by region.

Every route must give the same bits, and they must be the numbers of another runtime. Models and numbers are the
shared data's; MTCNN's models are fetched by scripts/quickstart, its numbers were made by make_expected.py."""
import hashlib
import os
import unittest

import house

ALIGN = house.snpe_client.ALIGN
# Outputs that are probabilities: compared absolutely, all others relative to their range.
PROBABILITIES = {'prob', 'Predictions', 'scores', 'output', 'softmax', 'softmax_1', 'softmax_2'}


def name_of(test):
    return test.id().rsplit('.', 1)[1]


def packed(tensors):
    """{name: (offset, size)} of tensors one after the other in a region, and the size of all."""
    places, offset = {}, 0
    for tensor in tensors:
        places[tensor.name] = (offset, tensor.size)
        offset += tensor.size + -tensor.size % ALIGN
    return places, offset


class Routes:
    """One network, reached in every way."""

    def __init__(self, test, served, dlc, outputs=(), dims=None):
        self.test, self.served, self.dlc, self.outputs, self.dims = test, served, dlc, outputs, dims or {}
        self.client = served.connect()
        test.addCleanup(self.client.close)
        self.network = self.client.load(os.path.basename(dlc), dlc, input_dims=self.dims, outputs=list(outputs))
        self.places, size = packed(self.network.inputs + self.network.outputs)
        self.region = self.client.region(size)

    def in_process(self, lines, daemon=None):
        return house.net_run(self.served.folder.name, self.dlc, lines, self.outputs, self.dims.items(), daemon)

    def inline(self, inputs):
        given = self.network.run(inputs)
        self.test.assertEqual(given.result['copied_bytes'], sum(map(len, inputs.values())))
        self.test.assertEqual(given.result['staged_bytes'], 0)
        return {name: bytes(values) for name, values in given.items()}

    def by_region(self, inputs):
        spans = {name: self.region.span(*place) for name, place in self.places.items()}
        for name, data in inputs.items():
            spans[name].buffer()[:] = data
        outputs = [tensor.name for tensor in self.network.outputs]
        for name in outputs:
            spans[name].buffer()[:] = b'\xff' * spans[name].size  # NaNs: every one must be written
        given = self.network.run({name: spans[name] for name in inputs}, {name: spans[name] for name in outputs})
        self.test.assertEqual(given.result['copied_bytes'] + given.result['staged_bytes'], 0)
        return {name: bytes(spans[name].buffer()) for name in outputs}

    def all(self, lines):
        """LINES, a list of {input: bytes}, by every route: [{output: bytes}]."""
        results = self.in_process(lines)
        self.same(self.in_process(lines, self.served.socket), results, 'snpe-net-run --daemon')
        self.same([self.inline(line) for line in lines], results, 'inline')
        self.same([self.by_region(line) for line in lines], results, 'by region')
        return results

    def same(self, got, want, route):
        for i, (a, b) in enumerate(zip(got, want, strict=True)):
            self.test.assertEqual(a.keys(), b.keys())
            for name in b:
                self.test.assertTrue(a[name] == b[name], f'{name} of line {i}: other bits {route} than in process')


class RealModels(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.served = house.House()

    @classmethod
    def tearDownClass(cls):
        cls.served.close()

    def near(self, got, want, what, name, span=None):
        """SPAN: the range of the tensor, if WANT is only a sample of it."""
        most = 1e-4 if name in PROBABILITIES else 1e-4 * (span or max(want) - min(want) or 1)
        worst = house.apart(got, want)
        self.assertLessEqual(worst, most, f'{what} {name}')
        print(f'{what} {name}: {len(want)} numbers at most {worst:.1e} apart, {most:.1e} are allowed', flush=True)

    def convert(self, onnx, dims=()):
        dlc = self.served.path(os.path.splitext(os.path.basename(onnx))[0] + '.dlc')
        house.convert(onnx, dlc, dims)
        return dlc

    def told(self, model):
        """The shared data's description of MODEL, and its ONNX file."""
        told = house.read_json(house.shared(name_of(self), f'expected/{model}.json'))
        path = next(file['path'] for file in told['files'] if file['framework'] == 'onnx')
        return told, house.shared(name_of(self), path)

    def pictures(self, model, kept):
        """MODEL on all its pictures; KEPT are the outputs of its ONNX form."""
        told, onnx = self.told(model)
        routes = Routes(self, self.served, self.convert(onnx), kept)
        name = routes.network.inputs[0].name
        files = [house.shared(name_of(self), run['input_file']) for run in told['runs']]
        lines = [{name: house.picture(told['input'], file)} for file in files]
        for run, result in zip(told['runs'], routes.all(lines), strict=True):
            self.assertEqual(set(result), set(kept))
            for output in run['outputs']:
                if output['name'] in kept:
                    want = house.floats(house.shared(name_of(self), output['file']))
                    self.near(house.floats(result[output['name']]), want, f'{model} {run["id"]}', output['name'])

    def test_squeezenet(self):
        self.pictures('squeezenet_v1_0', ['prob'])

    def test_ten_sizes_of_squeezenet_share_its_weights(self):
        _, onnx = self.told('squeezenet_v1_0')
        dlc = self.convert(onnx)
        with self.served.connect() as client:
            networks = [client.load('ten-sizes', dlc)]
            weights = client.info('ten-sizes')['weight_bytes']
            for i in range(1, 10):  # without the file: nothing is read or hashed again
                networks.append(client.load('ten-sizes', input_dims={'data': (1, 227 + 8 * i, 227, 3)}))
            told = client.info('ten-sizes')
            self.assertEqual(len(told['networks']), 10)
            cost = told['weight_bytes'] + sum(network['plan_bytes'] for network in told['networks'])
            self.assertLessEqual(cost, 1.1 * weights)
            print(f'ten sizes of squeezenet cost {cost / weights:.2f} of the weights of one', flush=True)

    def test_mobilenet(self):
        self.pictures('mobilenet_v1_1_0_224', ['Predictions'])

    def test_ultraface(self):
        self.pictures('ultraface_rfb_320', ['scores', 'boxes'])

    def hops(self, step, chunks):
        """The probabilities, and the states after the first and the last hop."""
        state, speech, states = bytes(2 * 128 * 4), b'', []
        for chunk in chunks:
            result = step({'input': chunk, 'state': state})
            state = result['stateN']
            speech += result['output']
            states.append(state)
        return speech, states[0], states[-1]

    def test_silero(self):
        told, onnx = self.told('silero_vad_16k')
        routes = Routes(self, self.served, self.convert(onnx), ['output', 'stateN'])
        run = told['runs'][0]
        sound = house.read_bytes(house.shared(name_of(self), run['input_file']))
        chunks = [sound[i:i + 576 * 4] for i in range(0, len(sound), 576 * 4)]
        self.assertEqual(len(chunks), 100)
        heard = self.hops(lambda inputs: routes.in_process([inputs])[0], chunks)
        self.assertTrue(self.hops(routes.inline, chunks) == heard, 'other bits inline than in process')
        self.assertTrue(self.hops(routes.by_region, chunks) == heard, 'other bits by region than in process')
        for output, got in zip(run['outputs'], heard, strict=True):
            want = house.floats(house.shared(name_of(self), output['file']))
            self.near(house.floats(got), want, 'silero', output['name'])

    def mtcnn(self, network, dims):
        """All cases of one network; DIMS for the conversion."""
        kept = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'data', 'mtcnn')
        data = house.read_bytes(kept + '.bin')
        onnx = house.quickstart(name_of(self), network + '.onnx')
        dlc = self.convert(onnx, dims)
        for case in house.read_json(kept + '.json')['cases']:
            if case['network'] != network:
                continue
            self.assertEqual(hashlib.sha256(house.read_bytes(onnx)).hexdigest(), case['sha256'])
            routes = Routes(self, self.served, dlc, [output['name'] for output in case['outputs']],
                            {case['input']: case['dims']})
            n = routes.network.inputs[0].size // 4
            result, = routes.all([{case['input']: house.drawn(case['seed'], n).tobytes()}])
            for output, tensor in zip(case['outputs'], routes.network.outputs, strict=True):
                self.assertEqual((tensor.name, list(tensor.dims)), (output['name'], output['dims']))
                want = house.floats(data[output['offset']:output['offset'] + tensor.size])
                self.near(house.floats(result[tensor.name]), want, f'{network} {case["dims"]}', tensor.name)

    def test_mtcnn_p_net_at_two_sizes(self):
        self.mtcnn('pnet', [('input_1', '1,12,12,3')])

    def test_mtcnn_r_net_in_a_batch(self):
        self.mtcnn('rnet', [])

    def test_mtcnn_o_net_in_a_batch(self):
        self.mtcnn('onet', [])

    def container(self, folder):
        """A real DLC with an input and the numbers of an interpreter for its output."""
        told = house.read_json(house.shared(name_of(self), f'dlc/{folder}/meta.json'))
        routes = Routes(self, self.served, house.shared(name_of(self), f'dlc/{folder}/model.dlc'))
        (name, output), = told['outputs'].items()
        x = house.read_bytes(house.shared(name_of(self), f'dlc/{folder}/{told["input"]["file"]}'))
        result, = routes.all([{told['input']['name']: x}])
        want = house.floats(house.shared(name_of(self), f'dlc/{folder}/{output["float"]}'))
        self.near(house.floats(result[name]), want, folder, name)

    def test_container_add2(self):
        self.container('add2_v3_float')

    def test_container_driver_monitoring_in_8_bit(self):
        self.container('driver_monitoring_v3_int8')

    def test_container_driver_monitoring_of_version_2(self):
        self.container('driver_monitoring_v2_float')

    def test_container_driver_monitoring_of_version_2_in_8_bit(self):
        self.container('driver_monitoring_v2_int8')

    def test_container_squeezenet_of_version_2(self):
        self.container('squeezenet_retrained_caffe_v2_float')

    def test_container_torque_of_version_2(self):
        self.container('torque_mlp_v2_float')

    def test_container_navigation_in_8_bit(self):
        self.container('navigation_v3_int8')

    def test_containers_of_version_2(self):
        for folder in ('torque_mlp_v2_float', 'driver_monitoring_v2_float', 'driver_monitoring_v2_int8',
                       'squeezenet_retrained_caffe_v2_float'):
            self.container(folder)

    def test_container_sensifai(self):
        kept = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'data', 'sensifai')
        dlc = house.shared(name_of(self), 'dlc/sensifai_super_resolution_v3_float/model.dlc')
        case, = house.read_json(kept + '.json')['cases']
        self.assertEqual(hashlib.sha256(house.read_bytes(dlc)).hexdigest(), case['sha256'])
        routes = Routes(self, self.served, dlc)
        tensor = routes.network.inputs[0]
        self.assertEqual(list(tensor.dims), case['dims'])
        line = {tensor.name: house.drawn(case['seed'], tensor.size // 4).tobytes()}
        here, = routes.in_process([line])
        routes.same([routes.by_region(line)], [here], 'by region')
        got = house.floats(here[case['output']])
        self.assertEqual(len(got), case['size'])
        self.near(got[::case['step']], house.floats(kept + '.bin'), 'sensifai', case['output'],
                  case['high'] - case['low'])

    def test_a_container_of_version_4_is_refused_by_its_version(self):
        dlc = house.shared(name_of(self), 'dlc/add2_v4_float/model.dlc')
        for daemon in (None, self.served.socket):
            said = house.net_run(self.served.folder.name, dlc, [{'x': b''}], daemon=daemon, status=1)
            self.assertIn('container version 4.0', said)


if __name__ == '__main__':
    unittest.main()
