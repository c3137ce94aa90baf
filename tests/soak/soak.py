"""What the soak programs share: a model, its right answers, what the daemon's process holds.

The programs are found as the end-to-end tests find them (SNPED_BIN; default build/bin)."""
import argparse
import os
import socket
import sys
import time
from collections import Counter

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'e2e'))
import house  # noqa: E402
from snpe_client import tables, wire  # noqa: E402

SMALL = os.path.join(HERE, '..', 'convert', 'data', 'conv_groups.case')
SHARED = 'data/models/imagenet/squeezenet_v1.0/squeezenet_v1.0.onnx'
SANITIZED = house.is_sanitized(house.program('snped'))
MEBIBYTE = 1 << 20


def arguments(doc, n, what, **numbers):
    """NUMBERS: further options, and their defaults."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--n', type=int, default=n, help=f'{what} (default {n})')
    for name, default in numbers.items():
        parser.add_argument('--' + name, type=int, default=default, help=f'default {default}')
    parser.add_argument('--model', help='a DLC, or an ONNX model (default: SqueezeNet of the shared data, else a small '
                                        'convolution)')
    parser.add_argument('--small', action='store_true', help='the small convolution, though SqueezeNet is there')
    parser.add_argument('--seed', type=int, default=1, help='of what is drawn (default 1)')
    return parser.parse_args()


def dlc_of(served, given):
    """The DLC that the arguments ask for, below SERVED's folder if it must be made."""
    if given.model and given.model.endswith('.dlc'):
        return given.model
    onnx = given.model or os.path.join(house.SHARED, SHARED)
    if not given.model and (given.small or not os.path.exists(onnx)):
        onnx = served.path('small.onnx')
        with open(onnx, 'wb') as file:
            file.write(model_of_case(SMALL))
    dlc = served.path('model.dlc')
    house.convert(onnx, dlc)
    return dlc


def model_of_case(path):
    """The ONNX model in a case of tests/convert: text with a line "model SIZE", an empty line, the model."""
    text, rest = house.read_bytes(path).split(b'\n\n', 1)
    size = next(int(line.split()[1]) for line in text.split(b'\n') if line.startswith(b'model '))
    return rest[:size]


class Given:
    """Inputs of a network, and the bits that must come out."""

    def __init__(self, lines, wanted):
        self.lines, self.wanted = lines, wanted

    def check(self, which, got):
        for name, want in self.wanted[which].items():
            if bytes(got[name]) != want:
                raise AssertionError(f'wrong answer: {name} of pattern {which}')

    def run(self, network, which):
        """Inline."""
        self.check(which, network.run(self.lines[which]))


class Answers(Given):
    """Drawn inputs, and by snpe-net-run in process what must come out."""

    def __init__(self, served, dlc, network, seeds):
        lines = [{tensor.name: house.drawn(seed * 100 + i, tensor.size // 4).tobytes()
                  for i, tensor in enumerate(network.inputs)} for seed in seeds]
        super().__init__(lines, house.net_run(served.folder.name, dlc, lines))


class Shared:
    """All tensors of a network in one region."""

    def __init__(self, client, network):
        self.network = network
        self.places, offset = {}, 0
        for tensor in network.inputs + network.outputs:
            self.places[tensor.name] = (offset, tensor.size)
            offset += tensor.size + -tensor.size % house.snpe_client.ALIGN
        self.region = client.region(offset)

    def run(self, answers, which):
        spans = {name: self.region.span(*place) for name, place in self.places.items()}
        for name, data in answers.lines[which].items():
            spans[name].buffer()[:] = data
        outputs = {tensor.name: spans[tensor.name] for tensor in self.network.outputs}
        for span in outputs.values():
            span.buffer()[:] = b'\xff' * span.size
        result = self.network.run({name: spans[name] for name in answers.lines[which]}, outputs).result
        if result['copied_bytes'] or result['staged_bytes']:
            raise AssertionError(f'bytes were copied: {result}')
        answers.check(which, {name: span.buffer() for name, span in outputs.items()})


class Pipe:
    """A connection of its own, with many calls under way."""

    def __init__(self, served, name):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(served.socket)
        self.sock.settimeout(house.PATIENCE_S)
        self.serial = 0
        self.call('hello', {'version_least': wire.VERSION, 'version_most': wire.VERSION, 'client': name})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    def send(self, method, values, tail=b''):
        number, params, _, _ = tables.METHODS[method]
        body = wire.pack_message(params, values)
        if tail:
            body += bytes(wire.padding(wire.HEADER.size + len(body))) + tail
        self.serial += 1
        self.sock.sendall(wire.HEADER.pack(b'SN', wire.VERSION, wire.CALL, number, 0, self.serial, len(body)) + body)
        return self.serial

    def take(self, size):
        data = self.sock.recv(size, socket.MSG_WAITALL)
        if len(data) != size:
            raise ConnectionResetError('the daemon closed the connection')
        return data

    def receive(self):
        """Serial, map and tail of the next answer."""
        head = wire.HEADER.unpack(self.take(wire.HEADER.size))
        body = self.take(head[-1])
        values, used = wire.unpack(body)
        used += wire.padding(wire.HEADER.size + used)
        return head[-2], values, body[used:]

    def call(self, method, values):
        serial = self.send(method, values)
        got, answer, _ = self.receive()
        if got != serial or 'error' in answer:
            raise AssertionError(f'{method}: {answer}')
        return answer


def fds(pid):
    """What its fds are open on, counted."""
    held = Counter()
    for fd in os.listdir(f'/proc/{pid}/fd'):
        try:
            target = os.readlink(f'/proc/{pid}/fd/{fd}')
        except FileNotFoundError:
            continue
        held[target.split(':')[0] if target.startswith(('socket:', 'pipe:')) else target] += 1
    return held


def mappings(pid):
    """Shared and file-backed mappings by name, counted; and how many private ones there are."""
    held = Counter()
    with open(f'/proc/{pid}/maps', encoding='utf-8', errors='replace') as file:
        for line in file:
            words = line.split(None, 5)
            name = words[5].strip() if len(words) > 5 else ''
            if name.startswith('/tmp/tsan.'):  # the sanitizer's own, named by the process
                continue
            if words[1].endswith('s') or name.startswith('/'):
                held[f'{words[1]} {name}'] += 1
            else:
                held['private'] += 1
    return held


def rss_now(pid):
    with open(f'/proc/{pid}/status', encoding='utf-8') as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith('VmRSS'))


def rss(pid):
    """Once it rests: what a client let go of is freed behind the answers."""
    before, now = 0, rss_now(pid)
    while now != before:
        time.sleep(0.05)
        before, now = now, rss_now(pid)
    return now


class Note:
    """What the daemon holds, to be compared later. PRIVATE: also how many private mappings; the heap's, which a crowd
    may spread over more threads. RSS_MORE: by how much resident memory may grow."""

    def __init__(self, served, client, private=True, rss_more=MEBIBYTE):
        self.pid, self.private, self.rss_more = served.pid, private and not SANITIZED, rss_more
        self.rss = rss(self.pid)
        self.held = self.holdings(client)

    def holdings(self, client):
        told = client.stats()
        held = Counter({key: told[key] for key in ('sessions', 'regions', 'region_bytes', 'models', 'networks',
                                                   'memory_bytes')})
        held.update({f'fd {name}': n for name, n in fds(self.pid).items()})
        held.update({f'mapping {name}': n for name, n in mappings(self.pid).items()
                     if self.private or name != 'private'})
        return held

    def differences(self, client):
        """Lines that say what is different now."""
        now = self.holdings(client)
        lines = [f'{key}: {self.held[key]} before, {now[key]} now' for key in sorted(self.held | now)
                 if self.held[key] != now[key]]
        resident = rss(self.pid)
        if not SANITIZED and resident > self.rss + self.rss_more:  # a sanitizer keeps what is freed for a while
            lines.append(f'resident memory: {self.rss >> 10} KiB before, {resident >> 10} KiB now')
        return lines

    def check(self, client):
        """A disconnect is dealt with by the daemon's loop: it is given a moment before anything counts as lost."""
        deadline = time.monotonic() + 10
        while (lines := self.differences(client)) and time.monotonic() < deadline:
            time.sleep(0.01)
        if lines:
            raise AssertionError('the daemon holds other things than before:\n  ' + '\n  '.join(lines))


def report(began, served, note, what):
    print(f'{what} in {time.monotonic() - began:.1f} s; {sum(fds(served.pid).values())} fds, '
          f'{sum(mappings(served.pid).values())} mappings, resident {rss(served.pid) >> 10} KiB '
          f'({(rss(served.pid) - note.rss) // 1024:+d} KiB)', flush=True)
