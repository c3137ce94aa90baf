"""A scripted daemon in a thread, and what all Python tests of the client need."""
import os
import sys

if os.environ.get('SNPE_TEST_NUMPY') == 'no':
    sys.modules['numpy'] = None  # importing it fails from now on

import array
import mmap
import socket
import struct
import tempfile
import threading
import unittest

import snpe_client
from snpe_client import tables, wire

WIDTH = 16
FRAME_MOST = 64 << 10
NAMES = {number: name for name, (number, *_) in tables.METHODS.items()}


def floats(first=0, n=WIDTH):
    return array.array('f', [first + i % 1000 for i in range(n)])


class Gone(Exception):
    """The fake hangs up."""


class Fake:
    """Knows the echo 'echo' (x -> y, dims as asked) and 'pair' (a, b -> sum, half/diff). HOOK(fake, conn, name, values,
    serial, tail, fds) sees each call first; what it returns is the answer: (map, tail), bytes, None for silence, or
    NotImplemented for the honest one."""

    def __init__(self, path):
        self.path, self.hook, self.digest = path, None, 'a' * 64
        self.calls = []
        self.frame_most = FRAME_MOST
        self.start()

    def start(self):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(self.path)
        self.socket.listen()
        self.conns, self.threads, self.names = [], [], {'echo', 'pair'}
        self.thread = threading.Thread(target=self.accept, args=(self.socket,))
        self.thread.start()

    def stop(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.socket.close()
        for conn in self.conns:
            try:
                conn.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        for thread in self.threads:
            thread.join()
        os.unlink(self.path)

    def count(self, name):
        return self.calls.count(name)

    def accept(self, listener):
        while True:
            try:
                conn, _ = listener.accept()
            except OSError:
                return
            self.conns.append(conn)
            self.threads.append(threading.Thread(target=self.serve, args=(conn,)))
            self.threads[-1].start()

    def serve(self, conn):
        state = {'networks': {}, 'regions': {}}
        try:
            while True:
                self.one(conn, state)
        except (Gone, OSError):
            pass
        finally:
            for region in state['regions'].values():
                region.close()
            conn.close()

    @staticmethod
    def read(conn, size):
        data = b''
        while len(data) < size:
            more = conn.recv(size - len(data))
            if not more:
                raise Gone
            data += more
        return data

    def one(self, conn, state):
        head, fds, _, _ = socket.recv_fds(conn, wire.HEADER.size, 16)
        if not head:
            raise Gone
        head += self.read(conn, wire.HEADER.size - len(head))
        _, _, kind, number, _, serial, size = wire.HEADER.unpack(head)
        assert kind == wire.CALL
        body = self.read(conn, size)
        values, used = wire.unpack(body)
        name = NAMES[number]
        values = wire.read_message(tables.METHODS[name][1], values)
        self.calls.append(name)
        tail = body[used + wire.padding(wire.HEADER.size + used):]
        try:
            answer = NotImplemented
            if self.hook:
                answer = self.hook(self, conn, name, values, serial, tail, fds)
            if answer is NotImplemented:
                answer = getattr(self, 'on_' + name.replace('-', '_'))(state, values, tail, fds)
        finally:
            for fd in fds:
                os.close(fd)
        if answer is None:
            return
        conn.sendall(answer if isinstance(answer, bytes) else self.frame(number, serial, *answer))

    @staticmethod
    def frame(number, serial, message, tail=b'', kind=wire.REPLY):
        if isinstance(message, dict):
            message = wire.pack(message)
        if tail:
            message += bytes(wire.padding(wire.HEADER.size + len(message))) + bytes(tail)
        return wire.HEADER.pack(b'SN', 1, kind, number, 0, serial, len(message)) + message

    @staticmethod
    def error(name, text, code=None):
        known = tables.ERRORS.get(name, (-5, False, 0, ''))
        return {'error': name, 'code': known[0] if code is None else code, 'retryable': known[1],
                'snpe_code': known[2], 'message': text}, b''

    def on_hello(self, state, values, tail, fds):
        return {'version': 1, 'daemon': 'fake', 'session': 1, 'frame_most': self.frame_most, 'may_load': True,
                'ready': True}, b''

    def on_ping(self, *_):
        return {}, b''

    def on_cancel(self, *_):
        return {'found': False}, b''

    def on_load(self, state, values, tail, fds):
        if fds:
            self.names.add(values['name'])
        if values['name'] not in self.names:
            return self.error('no-model', 'no model of that name: load it from a file')
        pair = values['name'] == 'pair'
        dims = values['input_dims'][0]['dims'] if values['input_dims'] else [1, WIDTH]
        size = 4 * dims[0] * dims[1]
        ins, outs = (('a', 'b'), ('sum', 'half/diff')) if pair else (('x',), ('y',))
        network = len(state['networks']) + 1
        state['networks'][network] = outs

        def describe(names):
            return [{'name': name, 'type': 'float32', 'dims': dims, 'size': size} for name in names]

        return {'network': network, 'name': values['name'], 'generation': 1, 'digest': self.digest, 'runtime': 'cpu',
                'inputs': describe(ins), 'outputs': describe(outs), 'load_us': 5, 'memory_bytes': 6}, b''

    def on_unload(self, state, values, tail, fds):
        if values['network']:
            del state['networks'][values['network']]
        elif values['name'] not in self.names:
            return self.error('no-model', 'no model of that name is loaded')
        return {}, b''

    def on_region_add(self, state, values, tail, fds):
        region = len(state['regions']) + 1
        state['regions'][region] = mmap.mmap(fds[0], values['size'])
        return {'region': region}, b''

    def on_region_drop(self, state, values, tail, fds):
        state['regions'].pop(values['region']).close()
        return {}, b''

    def on_run(self, state, values, tail, fds):
        given = {}
        for place in values['inputs']:
            memory = state['regions'][place['region']] if place['region'] else tail
            given[place['name']] = array.array('f', bytes(memory[place['offset']:place['offset'] + place['size']]))
        places, out = [], b''
        for place in values['outputs']:
            data = self.compute(place['name'], given).tobytes()
            if place['region']:
                state['regions'][place['region']][place['offset']:place['offset'] + place['size']] = data
                continue
            places.append({'name': place['name'], 'offset': len(out), 'size': len(data)})
            out += data + bytes(wire.padding(len(data)))
        return {'outputs': places, 'queue_us': 7, 'run_us': 11}, out

    def on_stream_open(self, state, values, tail, fds):
        if any(pair != {'output': 'sum', 'input': 'b'} for pair in values['carry']):
            return self.error('no-tensor', 'carry: no such tensor')
        streams = state.setdefault('streams', {})
        streams[len(streams) + 1] = array.array('f', [0] * WIDTH) if values['carry'] else None
        return {'stream': len(streams), 'carry_bytes': 128}, b''

    def on_stream_push(self, state, values, tail, fds):
        """The sum alone, of what is inline; a stream that carries adds to the last."""
        streams = state.setdefault('streams', {})
        if values['stream'] not in streams:
            return self.error('no-stream', 'the stream is none')
        given = {place['name']: array.array('f', bytes(tail[place['offset']:place['offset'] + place['size']]))
                 for place in values['inputs']}
        if streams[values['stream']] is not None:
            given['b'] = streams[values['stream']]
        out = self.compute('sum', given)
        if streams[values['stream']] is not None:
            streams[values['stream']] = out
        outputs = [{'name': place['name'], 'size': 4 * WIDTH} for place in values['outputs']]
        return {'outputs': outputs, 'frame': values['frame'], 'age_us': 23, 'queue_us': 7, 'run_us': 11, 'dropped': 3,
                'job': 99}, out.tobytes()

    def on_stream_reset(self, state, values, tail, fds):
        state['streams'][values['stream']] = array.array('f', [0] * WIDTH)
        return {}, b''

    def on_stream_close(self, state, values, tail, fds):
        del state['streams'][values['stream']]
        return dict.fromkeys(('pushed', 'done', 'dropped', 'expired', 'cancelled', 'failed'), 0), b''

    @staticmethod
    def compute(name, given):
        if name == 'y':
            return given['x']
        if name == 'sum':
            return array.array('f', map(sum, zip(given['a'], given['b'])))
        return array.array('f', ((a - b) / 2 for a, b in zip(given['a'], given['b'])))


class Case(unittest.TestCase):
    """A folder of the test's own, a Fake in it, and a client of that; every fd must be back at the end."""

    def setUp(self):
        self.fds = self.open_fds()
        self.folder = tempfile.TemporaryDirectory()
        self.fake = Fake(os.path.join(self.folder.name, 'sock'))
        self.client = snpe_client.Client(self.fake.path, 'test', timeout=20)

    def tearDown(self):
        self.client.close()
        self.fake.stop()
        self.folder.cleanup()
        self.client = self.fake = None
        self.assertEqual(self.open_fds(), self.fds)

    @staticmethod
    def open_fds():
        fds = set(os.listdir('/proc/self/fd'))
        return {fd for fd in fds if os.path.exists(f'/proc/self/fd/{fd}')}

    def refused(self, name, words, call, *args, **named):
        with self.assertRaises(snpe_client.Error) as caught:
            call(*args, **named)
        self.assertEqual(caught.exception.name, name)
        self.assertIn(words, str(caught.exception))
        return caught.exception


__all__ = ['Case', 'Fake', 'Gone', 'NAMES', 'WIDTH', 'floats', 'struct']
