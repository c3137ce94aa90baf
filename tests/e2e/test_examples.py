"""The examples as a user runs them, in C and in Python: both hear the same speech and see the same face."""
import importlib.util
import json
import os
import subprocess
import sys
import unittest

import house

EXAMPLES = os.path.join(house.SOURCE, 'examples')


def name_of(test):
    return test.id().rsplit('.', 1)[1]


class Examples(unittest.TestCase):
    def setUp(self):
        self.served = house.House()
        self.addCleanup(self.served.close)

    def tell(self, argv, status=0):
        """What it prints, as JSON of each line."""
        env = {**os.environ, 'SNPED_SOCKET': self.served.socket, 'PYTHONPATH': os.path.join(house.BUILD, 'python')}
        done = subprocess.run(argv, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=house.PATIENCE_S * 2, check=False)
        self.assertEqual(done.returncode, status, done.stderr.decode('utf-8', 'replace'))
        self.told = done.stderr.decode('utf-8', 'replace')
        return [json.loads(line) for line in done.stdout.splitlines()]

    def example(self, name):
        path = house.program(name)
        if not os.path.exists(path):
            house.skip(name_of(self), f'{name} is not built')
        return path

    def silero(self):
        dlc = self.served.path('silero.dlc')
        house.convert(house.shared(name_of(self), 'models/voice/silero_vad_16k/silero_vad_16k.onnx'), dlc)
        return dlc

    def test_voice_hears_the_same_in_both_languages(self):
        options = ['--model', self.silero(), '--wav', house.shared(name_of(self), 'audio/vad_speech_a.wav'), '--json']
        heard = [self.tell(argv + options)[0] for argv in (
            [self.example('example-voice')], [sys.executable, '-B', os.path.join(EXAMPLES, 'voice', 'voice.py')])]
        for one in heard:  # 8 s of speech with a pause, and half a second of silence
            self.assertEqual((one['hops'], one['late']), (265, 0))
            self.assertLess(one['speech'][0][0], 0.5)
            self.assertGreater(one['speech'][-1][1], 7.5)
            self.assertGreater(max(b[0] - a[1] for a, b in zip(one['speech'], one['speech'][1:])), 1)
        self.assertAlmostEqual(heard[0]['level_db'], heard[1]['level_db'], delta=0.2)

    def test_a_microphone_that_is_not_there_is_named(self):
        silero = self.silero()
        for argv in ([self.example('example-voice')], [sys.executable, '-B', os.path.join(EXAMPLES, 'voice', 'voice.py')]):
            self.tell(argv + ['--model', silero, '--device', 'hw:31,7'], 1)
            self.assertIn('microphone "hw:31,7": ', self.told)
            self.assertEqual(len(self.told.splitlines()), 1, self.told)

    def cameras(self):
        cameras = [[self.example('example-camera')]]
        if importlib.util.find_spec('numpy') and importlib.util.find_spec('PIL'):
            cameras.append([sys.executable, '-B', os.path.join(EXAMPLES, 'camera', 'camera.py')])
        return cameras

    def models(self):
        """The folder of MTCNN's networks, and a portrait."""
        paths = [house.quickstart(name_of(self), name) for name in ('pnet.dlc', 'rnet.dlc', 'onet.dlc')]
        return os.path.dirname(paths[0]), house.quickstart(name_of(self), 'grace_hopper.jpg')

    def test_a_camera_sees_the_face_in_each_frame_that_comes_through(self):
        folder, portrait = self.models()
        os.mkdir(self.served.path('frames'))
        for name in ('a.jpg', 'b.jpg'):
            os.symlink(os.path.abspath(portrait), os.path.join(self.served.path('frames'), name))
        for argv in self.cameras():
            lines = self.tell(argv + ['--models', folder, '--frames', self.served.path('frames'), '--fps', '4', '--count',
                                      '4', '--json'])
            self.assertGreaterEqual(len(lines), 1)
            numbers = [line['frame'] for line in lines]
            self.assertEqual(numbers, sorted(numbers))
            for line in lines:
                (face,) = line['faces']  # where another runtime finds it: examples/camera/grace_hopper.expect
                for got, want in zip(face['box'], (172, 108, 349, 335)):
                    self.assertAlmostEqual(got, want, delta=10)

    def test_a_camera_that_is_not_there_is_named(self):
        folder, _ = self.models()
        for argv in self.cameras():
            self.tell(argv + ['--models', folder, '--device', '/dev/video-none'], 1)
            self.assertIn('/dev/video-none: No such file or directory', self.told)
            self.assertEqual(len(self.told.splitlines()), 1, self.told)


if __name__ == '__main__':
    unittest.main()
