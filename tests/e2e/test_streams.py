"""A real recurrent model with its state in the daemon: the numbers of another runtime over 100 hops, the same bits as
when the state travels, and two streams that take turns as each of them alone."""
import os
import unittest

import house

ALIGN = house.snpe_client.ALIGN
HOP = 576 * 4  # bytes: 64 samples of the hop before, and 512
SPEECH = 4


def name_of(test):
    return test.id().rsplit('.', 1)[1]


class Streams(unittest.TestCase):
    def setUp(self):
        self.told = house.read_json(house.shared(name_of(self), 'expected/silero_vad_16k.json'))
        onnx = house.shared(name_of(self), self.told['files'][0]['path'])
        self.run_told = self.told['runs'][0]
        sound = house.read_bytes(house.shared(name_of(self), self.run_told['input_file']))
        self.chunks = [sound[i:i + HOP] for i in range(0, len(sound), HOP)]
        self.assertEqual(len(self.chunks), 100)
        self.served = house.House()
        self.addCleanup(self.served.close)
        dlc = self.served.path('silero.dlc')
        house.convert(onnx, dlc)
        self.client = self.served.connect()
        self.addCleanup(self.client.close)
        self.network = self.client.load('silero', dlc, outputs=['output', 'stateN'])

    def stream(self, **named):
        return self.network.stream(carry={'stateN': 'state'}, policy='queue', depth=4, **named)

    def want(self, i):
        return house.floats(house.shared(name_of(self), self.run_told['outputs'][i]['file']))

    def carried_by_hand(self):
        state, speech = bytes(2 * 128 * 4), b''
        for chunk in self.chunks:
            result = self.network.run({'input': chunk, 'state': state})
            state, speech = bytes(result['stateN']), speech + bytes(result['output'])
        return speech

    def test_a_state_in_the_daemon_gives_the_numbers_of_another_runtime(self):
        stream, speech = self.stream(), b''
        for i, chunk in enumerate(self.chunks):
            last = i == len(self.chunks) - 1
            result = stream.run({'input': chunk}, ['output', 'stateN'] if last else ['output'], frame=i)
            speech += bytes(result['output'])
            self.assertEqual(result.result['copied_bytes'], HOP)  # the chunk alone
        self.assertLessEqual(house.apart(house.floats(speech), self.want(0)), 1e-4)
        self.assertLessEqual(house.apart(house.floats(bytes(result['stateN'])), self.want(2)), 1e-4)
        self.assertTrue(speech == self.carried_by_hand(), 'other bits than with the state in messages')

    def test_by_region_nothing_is_copied(self):
        stream, speech = self.stream(), b''
        region = self.client.region(3 * (HOP + ALIGN))
        for i, chunk in enumerate(self.chunks):
            at = i % 3 * (HOP + ALIGN)
            region.buffer[at:at + HOP] = chunk
            given = stream.run({'input': region.span(at, HOP)}, {'output': region.span(at + HOP, SPEECH)})
            self.assertEqual(given.result['copied_bytes'] + given.result['staged_bytes'], 0)
            speech += bytes(region.buffer[at + HOP:at + HOP + SPEECH])
        self.assertLessEqual(house.apart(house.floats(speech), self.want(0)), 1e-4)

    def test_two_streams_that_take_turns_are_each_like_one_alone(self):
        alone, one, two = self.stream(), self.stream(), self.stream()
        backwards = self.chunks[::-1]
        self.assertEqual(len({alone.id, one.id, two.id}), 3)
        want = [[bytes(alone.run({'input': chunk})['output']) for chunk in self.chunks]]
        alone.reset()
        want.append([bytes(alone.run({'input': chunk})['output']) for chunk in backwards])
        got = [[], []]
        for chunk, other in zip(self.chunks, backwards):
            frames = one.push({'input': chunk}), two.push({'input': other})
            for i, frame in enumerate(frames):
                got[i].append(bytes(frame.wait()['output']))
        self.assertTrue(got == want, 'other bits than alone')


if __name__ == '__main__':
    assert os.path.exists(house.program('snped'))
    unittest.main()
