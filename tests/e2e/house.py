"""What the end-to-end tests share: the build's programs, a snped of the test's own, the shared data, numbers.

Standard library only. SNPED_BIN names the folder of the programs, SNPED_SOURCE the source tree; both have defaults
for a build in build/."""
import array
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

SOURCE = os.environ.get('SNPED_SOURCE') or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.environ.get('SNPED_BIN') or os.path.join(SOURCE, 'build', 'bin')
BUILD = os.path.dirname(BIN)
SHARED = os.environ.get('SNPED_SHARED') or os.path.join(SOURCE, '..', 'shared')
PATIENCE_S = 120  # a sanitizer on a busy machine

sys.path.append(os.path.join(BUILD, 'python'))
import snpe_client  # noqa: E402


def program(name):
    return os.path.join(BIN, name)


def is_sanitized(path):
    data = read_bytes(path)
    return b'__asan_init' in data or b'__tsan_init' in data


def skip(test, why):
    """Says so and ends the test without a failure."""
    print(f'SKIP {test}: {why}', flush=True)
    raise unittest.SkipTest(why)


def shared(test, path):
    """PATH below the shared data, or the test is skipped."""
    whole = os.path.join(SHARED, 'data', path)
    if not os.path.exists(whole):
        skip(test, 'shared data is not there')
    return whole


def quickstart(test, name):
    """A model that scripts/quickstart has fetched, or the test is skipped."""
    for folder in (os.environ.get('SNPED_QUICKSTART'), os.path.join(BUILD, 'quickstart'),
                   os.path.join(SOURCE, 'build', 'quickstart')):
        if folder and os.path.exists(os.path.join(folder, name)):
            return os.path.join(folder, name)
    skip(test, f'{name} is not in build/quickstart: scripts/quickstart fetches it')


def read_json(path):
    with open(path, encoding='utf-8') as file:
        return json.load(file)


def read_bytes(path):
    with open(path, 'rb') as file:
        return file.read()


def floats(data):
    """Bytes, or the path of a file of them, as little-endian float32."""
    values = array.array('f')
    values.frombytes(read_bytes(data) if isinstance(data, str) else bytes(data))
    if sys.byteorder == 'big':
        values.byteswap()
    return values


def preparation(text):
    """What picture() asks for, of "BGR, (x - [104, 117, 123]) * 1"."""
    order, mean, scale = re.match(r'(\w+), \(x - \[(.*?)\]\) \* ([\d.]+)', text).groups()
    return {'order': order, 'mean': [float(x) for x in mean.split(',')], 'scale': float(scale)}


def picture(prepared, path):
    """Bytes of a picture of three channels, HWC RGB, as the network's float32: PREPARED says order, mean and scale."""
    mean, scale = prepared['mean'], prepared['scale']
    channels = range(3) if prepared['order'] == 'RGB' else range(2, -1, -1)
    tables = [[(value - mean[i]) * scale for value in range(256)] for i in range(3)]
    data = read_bytes(path)
    values = array.array('f', bytes(4 * len(data)))
    for i, channel in enumerate(channels):
        values[i::3] = array.array('f', map(tables[i].__getitem__, data[channel::3]))
    return values.tobytes()


def drawn(seed, n):
    """N floats of [-1, 1), the same in every language: x = 1664525 x + 1013904223 mod 2^32 (Numerical Recipes), its
    upper 24 bits as a fixed-point number, so that every one is a float32 without rounding."""
    values = array.array('f', bytes(4 * n))
    x = seed
    for i in range(n):
        x = (x * 1664525 + 1013904223) & 0xffffffff
        values[i] = (x >> 8) / (1 << 23) - 1
    return values


def apart(got, want):
    """The largest difference; infinite if one is not a number and the other is."""
    if len(got) != len(want):
        raise AssertionError(f'{len(got)} numbers instead of {len(want)}')
    worst = 0.0
    for a, b in zip(got, want):
        difference = abs(a - b)
        if not difference <= worst:
            if difference != difference:
                return float('inf')
            worst = difference
    return worst


class House:
    """A snped on a private socket, in a folder that is removed at the end."""

    def __init__(self, settings='', env=None):
        self.folder = tempfile.TemporaryDirectory(prefix='snped-e2e-')
        self.socket = self.path('snped.sock')
        self.log = open(self.path('log'), 'w+b')
        for name in ('models', 'models.d'):
            os.mkdir(self.path(name))
        if 'watchdog_floor' not in settings and is_sanitized(program('snped')):  # large networks take minutes then
            settings += '\n[daemon]\nwatchdog_floor = 10min\n'
        with open(self.path('snped.conf'), 'w', encoding='utf-8') as file:
            file.write(settings)
        self.env = env or {}
        self.start()

    def start(self):
        """Also when it has died, with the same settings on the same socket."""
        argv = [program('snped'), '--config', self.path('snped.conf'), '--socket', self.socket,
                '--models', self.path('models'), '--models-d', self.path('models.d')]
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            if os.path.exists(self.path('notify')):
                os.unlink(self.path('notify'))
            notify.bind(self.path('notify'))
            self.process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
                env={**os.environ, 'NOTIFY_SOCKET': self.path('notify'), **self.env})
            self._wait_ready(notify)
        self.pid = self.process.pid

    def _wait_ready(self, notify):
        pidfd = os.pidfd_open(self.process.pid)
        try:
            while True:
                ready, _, _ = select.select([notify, pidfd], [], [], PATIENCE_S)
                if notify in ready and b'READY=1' in notify.recv(4096):
                    return
                if not ready or pidfd in ready:
                    self.process.kill()
                    raise AssertionError('snped did not become ready:\n' + self.told())
        finally:
            os.close(pidfd)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def told(self):
        """Its log."""
        return read_bytes(self.path('log')).decode('utf-8', 'replace')

    def connect(self, name='test', **named):
        return snpe_client.connect(self.socket, name, timeout=PATIENCE_S, **named)

    def close(self):
        """Ends it; its log may hold nothing at warning or above."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        told = self.told()
        self.log.close()
        self.folder.cleanup()
        if status != 0:
            raise AssertionError(f'snped ended with {status}:\n{told}')
        return told

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        try:
            self.close()
        except AssertionError as error:
            if kind is None:
                raise
            print(error, file=sys.stderr)  # beside the failure that is under way


def run(argv, status=0):
    """Runs a program to its end; its output if it ends with STATUS."""
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=PATIENCE_S * 4, check=False)
    out, err = done.stdout.decode('utf-8', 'replace'), done.stderr.decode('utf-8', 'replace')
    if done.returncode != status:
        raise AssertionError(f'{argv[0]} ended with {done.returncode}, not {status}:\n{out}{err}')
    return out + err


def convert(onnx, dlc, dims=()):
    """DIMS: (name, '1,2,3') for inputs of open sizes."""
    argv = [program('snpe-onnx-to-dlc'), '-i', onnx, '-o', dlc]
    for name, sizes in dims:
        argv += ['-d', name, sizes]
    return run(argv)


def net_run(folder, dlc, lines, outputs=(), dims=(), daemon=None, status=0):
    """snpe-net-run on LINES, a list of {input: bytes}: a list of {tensor: bytes}. Its files lie in FOLDER."""
    texts = ['#' + ' '.join(outputs)] if outputs else []
    for i, inputs in enumerate(lines):
        items = []
        for j, (name, data) in enumerate(inputs.items()):
            path = os.path.join(folder, f'in-{i}-{j}.raw')
            with open(path, 'wb') as file:
                file.write(data)
            items.append(f'{name}:={path}')
        texts.append(' '.join(items))
    with open(os.path.join(folder, 'list'), 'w', encoding='utf-8') as file:
        file.write('\n'.join(texts) + '\n')
    out = os.path.join(folder, 'out')
    argv = [program('snpe-net-run'), '--container', dlc, '--input_list', os.path.join(folder, 'list'),
            '--output_dir', out]
    for name, sizes in dims:
        argv += ['--input_name', name, '--input_dimensions', ','.join(map(str, sizes))]
    if daemon:
        argv += ['--daemon', '--socket', daemon]
    said = run(argv, status)
    return said if status else [read_result(os.path.join(out, f'Result_{i}')) for i in range(len(lines))]


def read_result(folder):
    """{tensor: bytes} of a Result folder, whose files are taken away so that a later run shows its own."""
    result = {}
    for where, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(where, name)
            result[os.path.relpath(path, folder)[:-len('.raw')]] = read_bytes(path)
            os.unlink(path)
    return result
