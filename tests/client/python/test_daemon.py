"""The client against snped itself."""
import os
import select
import subprocess
import tempfile
import threading
import unittest

from support import floats  # first: it may hide numpy
import snpe_client

N, LARGE = 256, 600000
SNPED = os.path.join(os.environ.get('SNPED_BIN', ''), 'snped')
MAKE_RELU = os.path.join(os.environ.get('SNPED_TEST_BIN', ''), 'make_relu')


@unittest.skipUnless(os.path.exists(SNPED) and os.path.exists(MAKE_RELU), 'snped or make_relu is not built')
class Daemon(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.socket = self.path('sock')
        self.model = self.path('relu.dlc')
        subprocess.run([MAKE_RELU, self.model, str(N)], check=True)
        os.mkdir(self.path('models'))
        self.start()
        self.client = snpe_client.connect(self.socket, 'test')

    def tearDown(self):
        self.client.close()
        self.daemon.terminate()
        self.assertEqual(self.daemon.wait(20), 0)
        self.daemon.stderr.close()
        self.folder.cleanup()

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def start(self, settings=''):
        with open(self.path('snped.conf'), 'w') as file:
            file.write(settings)
        self.daemon = subprocess.Popen([SNPED, '--config', self.path('snped.conf'), '--socket', self.socket, '--models', self.path('models'), '--models-d',
                                        self.path('models')], stderr=subprocess.PIPE)
        told = b''
        while b'ready' not in told:
            self.assertTrue(select.select([self.daemon.stderr], [], [], 20)[0], told)
            more = os.read(self.daemon.stderr.fileno(), 4096)
            self.assertTrue(more, told)
            told += more

    def check(self, network, n, first):
        x = floats(first, n)
        x[0] = -1
        y = network.run({'x': x})['y']
        x[0] = 0
        self.assertEqual(y.tobytes(), x.tobytes())

    def test_frames_of_a_stream(self):
        relu = self.client.load('relu', self.model)
        with relu.stream(depth=64, policy='queue') as stream:
            frames = [stream.push({'x': floats(i, N)}, frame=i) for i in range(20)]
            for i, frame in enumerate(frames):
                results = frame.wait()
                self.assertEqual(results['y'].tobytes(), floats(i, N).tobytes())
                self.assertEqual(results.result['frame'], i)
            self.assertEqual(stream.run({'x': floats(3, N)})['y'].tobytes(), floats(3, N).tobytes())
        wide = self.client.load('relu', self.model, input_dims={'x': (1, LARGE)})
        stream = wide.stream(depth=3, policy='queue')
        frames = [stream.push({'x': floats(i, LARGE)}, frame=i) for i in range(3)]  # each with memory of its own
        for i, frame in enumerate(frames):
            self.assertEqual(frame.wait()['y'].tobytes(), floats(i, LARGE).tobytes())
        wide.close()

    def restart(self, settings):
        self.daemon.kill()
        self.daemon.wait(20)
        self.daemon.stderr.close()
        self.start(settings)

    def test_the_sooner_of_several_networks_runs(self):
        self.restart('[runtime skel_a]\noptions = ops=all\n[runtime skel_b]\noptions = ops=all delay_us=100000\n')
        slow = self.client.load('relu', self.model, runtimes=['skel_b'])
        quick = self.client.load('relu', self.model, runtimes=['skel_a'])
        self.assertIs(slow.run({'x': floats(0, N)}, any_of=[quick]).result['network'], quick)
        self.assertIs(slow.run({'x': floats(0, N)}, any_of=[quick] * 16, job_class='batch').result['network'], quick)
        self.assertIs(slow.run({'x': floats(0, N)}, job_class='realtime').result['network'], slow)
        wide = self.client.load('relu', self.model, input_dims={'x': (1, 2 * N)})
        self.refused('tensor-size', slow, any_of=[wide])
        self.refused('bad-params', slow, any_of=[quick] * 17)
        with snpe_client.connect(self.socket) as other:
            self.refused('bad-params', slow, any_of=[other.load('relu', self.model)])

    def refused(self, name, network, **options):
        with self.assertRaises(snpe_client.Error) as caught:
            network.run({'x': floats(0, N)}, **options)
        self.assertEqual(caught.exception.name, name, caught.exception)

    def test_classes_that_are_none_or_above_the_ceiling(self):
        self.restart(f'[policy]\nbatch_users = {os.getuid()}\n')
        relu = self.client.load('relu', self.model)
        self.refused('bad-params', relu, job_class='urgent')
        self.refused('denied', relu, job_class='interactive')
        relu.run({'x': floats(0, N)}, job_class='batch')
        with self.assertRaises(snpe_client.Error) as caught:
            relu.stream(job_class='realtime')
        self.assertEqual(caught.exception.name, 'denied')

    def test_what_a_job_waited_for(self):
        relu = self.client.load('relu', self.model)
        job = relu.run({'x': floats(0, N)}).result['job']
        self.assertGreater(job, 0)
        why = self.client.why(job)
        self.assertEqual((why['state'], why['model'], why['before']), ('ended', 'relu', []))
        mine, = self.client.ps()['sessions']
        self.assertEqual((mine['name'], mine['pid'], mine['runs']), ('test', os.getpid(), 1))
        self.assertEqual(mine['networks'][0]['model'], 'relu')
        trace = self.client.trace()
        self.assertEqual([record['kind'] for record in trace['records']], ['job', 'read', 'build', 'warm', 'job'])
        self.assertEqual(self.client.trace(trace['next'])['records'], [])
        with self.assertRaises(snpe_client.Error) as caught:
            self.client.why(job + 1)
        self.assertEqual(caught.exception.name, 'bad-params')

    def test_inline_staged_and_by_region(self):
        relu = self.client.load('relu', self.model)
        large = self.client.load('relu', input_dims={'x': (1, LARGE)})
        self.check(relu, N, 3)
        self.check(large, LARGE, 4)
        with self.client.region(4096) as region:
            region.buffer[:4 * N] = floats(1, N).tobytes()
            results = relu.run({'x': region.span(0, 4 * N)}, {'y': region.span(4 * N, 4 * N)})
            self.assertEqual(bytes(region.buffer[4 * N:8 * N]), floats(1, N).tobytes())
            self.assertEqual(results.result['copied_bytes'], 0)
        self.assertEqual([model['name'] for model in self.client.list()], ['relu'])
        self.assertEqual(len(self.client.info('relu')['networks']), 2)
        self.assertEqual(self.client.stats()['state'], 'ready')
        self.assertTrue(self.client.events_address().startswith('ipc:///'))

    def test_after_a_kill_the_next_call_finds_the_new_daemon(self):
        relu = self.client.load('relu', self.model)
        large = self.client.load('relu', input_dims={'x': (1, LARGE)})
        for i in range(2):
            self.check(relu, N, i)
            self.check(large, LARGE, i)
            self.daemon.kill()
            self.daemon.wait(20)
            self.daemon.stderr.close()
            self.start()
        self.check(relu, N, 9)

    def test_refusals_have_names_and_sentences(self):
        with self.assertRaises(snpe_client.Error) as caught:
            self.client.load('none')
        self.assertEqual(caught.exception.name, 'no-model')
        relu = self.client.load('relu', self.model)
        with self.assertRaises(snpe_client.Error) as caught:
            relu.run({'x': floats(0, N)}, deadline=1e-9)
        self.assertEqual(caught.exception.name, 'deadline')
        self.check(relu, N, 0)

    def test_clients_in_threads_get_their_own_answers(self):
        failures = []

        def work(number):
            try:
                with snpe_client.connect(self.socket) as client:
                    relu = client.load('relu', self.model)
                    for i in range(50):
                        self.check(relu, N, number + i)
                    relu.close()
            except Exception as error:
                failures.append(error)

        threads = [threading.Thread(target=work, args=(i * 100,)) for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])


if __name__ == '__main__':
    unittest.main()
