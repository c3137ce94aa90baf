"""The client against a scripted daemon."""
import os
import socket
import threading
import time
import unittest

from support import Case, Fake, Gone, NAMES, WIDTH, floats  # first: it may hide numpy
import snpe_client
from snpe_client import tensor, wire

LARGE = 30000  # floats: more than a message of the fake's


def same(a, b):
    return memoryview(a).cast('B') == memoryview(b).cast('B') if not hasattr(a, 'tobytes') else (
        a.tobytes() == b.tobytes())


class Calls(Case):
    def test_runs_inline_by_name(self):
        network = self.client.load('pair')
        self.assertEqual([t.name for t in network.inputs + network.outputs], ['a', 'b', 'sum', 'half/diff'])
        self.assertEqual(network.runtime, 'cpu')
        results = network.run({'b': floats(0), 'a': floats(100)})
        self.assertEqual(float(results['sum'].reshape(-1)[3] if tensor.numpy else results['sum'][3]), 106)
        self.assertEqual(results.result, {'queue_us': 7, 'run_us': 11, 'copied_bytes': 0, 'job': 0, 'network': network,
                                          'staged_bytes': 0})
        only = network.run({'a': floats(4), 'b': floats(0)}, ['half/diff'])
        self.assertEqual(list(only), ['half/diff'])

    def test_arrays_take_the_tensors_type_and_dims(self):
        network = self.client.load('echo')
        if tensor.numpy:
            given = tensor.numpy.arange(WIDTH, dtype='int64')
            y = network.run({'x': given})['y']
            self.assertEqual((y.shape, y.dtype), ((1, WIDTH), tensor.numpy.float32))
            y[0, 0] = 5  # it is the caller's
            self.assertEqual(network.run({'x': tensor.numpy.zeros((WIDTH, 2))[:, 0]})['y'].sum(), 0)
        self.assertTrue(same(network.run({'x': list(range(WIDTH))})['y'], floats()))
        self.assertTrue(same(network.run({'x': floats().tobytes()})['y'], floats()))

    def test_regions_are_shared(self):
        network = self.client.load('echo')
        with self.client.region(4096) as region:
            region.buffer[64:128] = floats(9).tobytes()
            results = network.run({'x': region.span(64, 64)}, {'y': region.span(256, 64)})
            self.assertEqual(results, {})
            self.assertEqual(bytes(region.buffer[256:320]), floats(9).tobytes())
            if tensor.numpy:
                self.assertEqual(region.array(256, network.outputs[0])[0, 1], 10)
        self.assertEqual(self.fake.count('region-drop'), 1)
        self.refused('no-region', 'was closed', network.run, {'x': snpe_client.Span(region, 64, 64)})

    def test_large_tensors_are_staged(self):
        network = self.client.load('echo', input_dims={'x': (1, LARGE)})
        for i in range(3):
            results = network.run({'x': floats(i, LARGE)})
            self.assertTrue(same(results['y'], floats(i, LARGE)))
            self.assertEqual(results.result['staged_bytes'], 2 * 4 * LARGE)
        self.assertEqual(self.fake.count('region-add'), 1)
        network.close()
        self.assertEqual(self.fake.count('region-drop'), 1)

    def test_what_does_not_fit_is_said_before_it_is_sent(self):
        network = self.client.load('echo')
        self.refused('no-tensor', "no input 'image': it has x", network.run, {'image': floats()})
        self.refused('tensor-size', "'x' has 64 bytes", network.run, {'x': b'123'})
        self.refused('bad-params', 'without outputs', network.run, {'x': floats()}, [])
        region = self.client.region(100)
        self.refused('region-bounds', 'multiple of 64', region.span, 1, 10)
        self.refused('region-bounds', 'inside', region.span, 64, 64)
        self.assertEqual(self.fake.count('run'), 0)
        region.close()

    def test_models_by_file_and_reports(self):
        path = os.path.join(self.folder.name, 'm.dlc')
        self.refused('no-model', 'load it from a file', self.client.load, 'mine')
        with self.assertRaises(FileNotFoundError):
            self.client.load('mine', path)
        open(path, 'wb').close()
        self.client.load('mine', path, keep=True).close()
        self.client.unload('mine')
        self.refused('no-model', 'no model', self.client.unload, 'other')

    def test_threads_share_a_client(self):
        network, failures = self.client.load('echo'), []

        def work(number):
            for i in range(50):
                if not same(network.run({'x': floats(number + i)})['y'], floats(number + i)):
                    failures.append(number)

        threads = [threading.Thread(target=work, args=(1000 * i,)) for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])


class Wild(Case):
    def answer_runs(self, make):
        def hook(fake, conn, name, values, serial, tail, fds):
            return make(conn, serial) if name == 'run' else NotImplemented
        self.fake.hook = hook

    def test_whatever_is_answered_the_call_ends_and_the_next_one_works(self):
        network = self.client.load('echo')
        number = wire.tables.METHODS['run'][0]
        place = {'name': 'y', 'offset': 0, 'size': 64}

        def answer(serial, tail=bytes(64), number=number, kind=wire.REPLY, **changes):
            return Fake.frame(number, serial, {'outputs': [{**place, **changes}], 'queue_us': 1, 'run_us': 1}, tail, kind)

        mischief = (
            lambda conn, serial: answer(serial + 1000),
            lambda conn, serial: answer(serial, number=2),
            lambda conn, serial: answer(serial, kind=wire.CALL),
            lambda conn, serial: b'this is no frame at all',
            lambda conn, serial: Fake.frame(number, serial, b'\xc1\xc1'),
            lambda conn, serial: Fake.frame(number, serial, b'\xdd\x03\xff\xff\xff'),
            lambda conn, serial: Fake.frame(number, serial, [1]) if False else Fake.frame(number, serial, b'\x91\x01'),
            lambda conn, serial: answer(serial, offset=64),
            lambda conn, serial: answer(serial, offset=(1 << 64) - 64),
            lambda conn, serial: answer(serial, size=32),
            lambda conn, serial: answer(serial, name='z'),
            lambda conn, serial: answer(serial, tail=b''),
            lambda conn, serial: Fake.frame(number, serial, *Fake.error('x', 'm', 5)),
            lambda conn, serial: Fake.frame(number, serial, {'error': 1}),
        )
        for make in mischief:
            self.answer_runs(make)
            self.refused('bad-frame', '', network.run, {'x': floats()})
            self.fake.hook = None
            self.assertTrue(same(network.run({'x': floats(3)})['y'], floats(3)))

    def test_an_answer_cut_at_any_byte_is_a_lost_connection(self):
        network = self.client.load('echo')
        number = wire.tables.METHODS['run'][0]
        whole = Fake.frame(number, 1, {'outputs': [{'name': 'y', 'size': 64}], 'queue_us': 1, 'run_us': 1}, bytes(64))
        for size in range(0, len(whole), 3):
            def cut(conn, serial):
                conn.sendall(Fake.frame(number, serial, {'outputs': [{'name': 'y', 'size': 64}], 'queue_us': 1,
                                                         'run_us': 1}, bytes(64))[:size])
                raise Gone
            self.answer_runs(cut)
            before = self.fake.count('run')
            self.refused('disconnected', 'closed the connection', network.run, {'x': floats()})
            self.assertEqual(self.fake.count('run'), before + 2)  # once again

    def test_silence_ends_and_a_late_answer_is_dropped(self):
        network = self.client.load('echo')
        held = []

        def hold(conn, serial):
            held.append(serial)
        self.answer_runs(hold)
        error = self.refused('timeout', 'run: no answer came in time', network.run, {'x': floats()}, timeout=0.05)
        self.assertTrue(error.retryable)

        def late(fake, conn, name, values, serial, tail, fds):
            if name == 'ping':
                conn.sendall(Fake.frame(wire.tables.METHODS['run'][0], held[0], {'queue_us': 1, 'run_us': 1}))
            return NotImplemented
        self.fake.hook = late
        self.client.ping()
        self.assertEqual(self.fake.count('cancel'), 1)
        self.assertEqual(len(self.fake.conns), 1)

    def test_a_sentence_cannot_drive_a_terminal(self):
        self.fake.hook = lambda fake, conn, name, *_: (
            Fake.error('denied', 'no\x1b[31m\x07 such') if name == 'ping' else NotImplemented)
        with self.assertRaises(snpe_client.Error) as caught:
            self.client.ping()
        self.assertEqual(str(caught.exception), 'no [31m  such')

    def test_other_versions_and_other_servers(self):
        self.fake.hook = lambda fake, conn, name, *_: Fake.error('version', 'versions 3 to 4') if name == 'hello' else (
            NotImplemented)
        self.refused('version', 'versions 3 to 4', self.client.ping)
        self.fake.hook = lambda *_: b'HTTP/1.1 400 Bad Request\r\n\r\n'
        self.refused('bad-frame', 'is not snped', self.client.ping)

    def test_a_line_of_new_clients_that_is_full_is_waited_in(self):
        path = os.path.join(self.folder.name, 'full')
        with socket.socket(socket.AF_UNIX) as listening, socket.socket(socket.AF_UNIX) as first:
            listening.bind(path)
            listening.listen(0)
            first.connect(path)  # and is not accepted: it is all that the line holds
            begin = time.monotonic()
            with self.assertRaises(snpe_client.Timeout):
                snpe_client.connect(path, timeout=0.1, reconnect=0.1)
            self.assertGreaterEqual(time.monotonic() - begin, 0.1)

    def test_no_daemon_is_named_with_what_to_do(self):
        self.refused('disconnected', 'systemctl start snped.socket', snpe_client.connect, '/nowhere/sock')


class Restarts(Case):
    def restart(self):
        self.fake.stop()
        self.fake.start()

    def test_networks_and_regions_are_registered_again(self):
        network = self.client.load('echo')
        large = self.client.load('echo', input_dims={'x': (1, LARGE)})
        region = self.client.region(4096)
        for i in range(3):
            region.buffer[:64] = floats(i).tobytes()
            self.assertTrue(same(network.run({'x': region.span(0, 64)})['y'], floats(i)))
            self.assertTrue(same(large.run({'x': floats(i, LARGE)})['y'], floats(i, LARGE)))
            self.restart()
        region.close()

    def test_another_model_under_the_name_is_stale(self):
        network = self.client.load('echo')
        self.restart()
        self.fake.digest = 'b' * 64
        for _ in range(2):
            error = self.refused('stale', 'another model', network.run, {'x': floats()})
            self.assertFalse(error.retryable)
        self.assertEqual(self.fake.count('load'), 2)

    def test_a_file_is_handed_over_again(self):
        path = os.path.join(self.folder.name, 'm.dlc')
        open(path, 'wb').close()
        network = self.client.load('mine', path)
        os.unlink(path)
        self.restart()
        self.assertTrue(same(network.run({'x': floats(5)})['y'], floats(5)))
        network.close()

    def test_what_a_stopping_daemon_refused_goes_to_the_next(self):
        network = self.client.load('echo')
        refused = []

        def drain(fake, conn, name, *_):
            if name == 'run' and not refused:
                refused.append(name)
                return Fake.error('draining', 'the daemon is stopping')
            return NotImplemented
        self.fake.hook = drain
        self.assertTrue(same(network.run({'x': floats(8)})['y'], floats(8)))
        self.assertEqual(len(self.fake.conns), 2)

    def test_a_daemon_that_stays_away_is_given_up(self):
        self.client.ping()
        self.client.reconnect = 0.05
        self.fake.stop()
        try:
            self.refused('disconnected', 'no daemon listens', self.client.ping)
        finally:
            self.fake.start()
        self.client.ping()


assert NAMES
if __name__ == '__main__':
    unittest.main()
