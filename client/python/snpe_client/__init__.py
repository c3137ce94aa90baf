"""Ask the inference daemon snped to run networks. Standard library only; numpy is used if it is there.

    import snpe_client

    with snpe_client.connect() as client:
        face = client.load('face')
        prob = face.run({'data': pixels})['prob']

Threads   A client may be used by several threads; its calls are made one after the other.
Errors    Error (Disconnected, Timeout) with name, code, retryable, and a sentence that tells what to do.
Restarts  When the daemon went away, the next call connects again and registers again what it uses. A call that was
          under way is sent again, once, but for those that must not be done twice: unload, reload, and frames of a
          stream that carries a state raise Disconnected. A network whose model is another one now is 'stale'.
"""
import errno
import fcntl
import mmap
import os
import sys
import threading
import time
import weakref

from . import tables, wire
from .tensor import Tensor, from_bytes, to_bytes
from .wire import ALIGN, Disconnected, Error, Timeout

__all__ = ['connect', 'Client', 'Network', 'Region', 'Span', 'Tensor', 'Error', 'Disconnected', 'Timeout', 'ALIGN']
__version__ = tables.VERSION

CALL_S, LOAD_S, RECONNECT_S = 30, 600, 5
PLACE_BOUND, RUN_BOUND = 128, 512  # what a tensor takes of RUN's map besides its name; what the map takes


def connect(socket=None, name=None, timeout=CALL_S, load_timeout=LOAD_S, reconnect=RECONNECT_S):
    """A client whose connection is made. SOCKET: default SNPED_SOCKET, else /run/snped/snped.sock. NAME is for the
    daemon's log. Timeouts are seconds; RECONNECT: how long a call waits for a daemon that went away."""
    client = Client(socket, name, timeout, load_timeout, reconnect)
    client.ping()
    return client


class _Handle:
    """What the daemon knows under a number for as long as a connection lives."""

    def __init__(self, client):
        self.client = client
        self.id = 0
        self.epoch = 0
        self._fd = None
        client._handles.add(self)

    def _release(self):
        """What this process holds for it, without a word to the daemon."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def __del__(self):
        self._release()

    def known(self):
        """Does the daemon know it on the connection there is?"""
        connection = self.client._connection
        return self.client._epoch == self.epoch and connection is not None and connection.sock is not None


class Client:
    def __init__(self, socket=None, name=None, timeout=CALL_S, load_timeout=LOAD_S, reconnect=RECONNECT_S):
        self.socket = socket or wire.default_socket()
        self.name = name or os.path.basename(sys.argv[0] or 'python')
        self.timeout, self.load_timeout, self.reconnect = timeout, load_timeout, reconnect
        self._lock = threading.RLock()
        self._connection = None
        self._epoch = 0  # counts connections
        self._handles = weakref.WeakSet()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """The daemon forgets networks and regions with the connection; models that are kept stay."""
        with self._lock:
            for handle in list(self._handles):
                handle._release()
            if self._connection:
                self._connection.close()
            self._connection = None

    def ping(self):
        """Raises unless the daemon is there."""
        self._call('ping', {})

    def list(self):
        """All models: dicts with name, state, generation, digest, runtime, networks, memory_bytes, runs, keep, error."""
        return self._call('list', {})[0]['models']

    def info(self, name):
        """All about one loaded model: model (as list tells it), version, weight_bytes, networks."""
        return self._call('info', {'name': name})[0]

    def stats(self):
        """How the daemon does: daemon (its version), state, waits_for, counts, devices."""
        return self._call('stats', {})[0]

    def ps(self):
        """Who is connected and what is under way: sessions, jobs (lists of dicts); of other users only the counts
        hidden_sessions and hidden_jobs, but for who may administer the daemon."""
        return self._call('ps', {})[0]

    def why(self, job):
        """What job number JOB (of a run's result, or of ps) waited for: sentence, before (a list of dicts), times."""
        return self._call('why', {'job': int(job)})[0]

    def trace(self, after=0, on=False):
        """At most 256 records since the cursor AFTER: records, next (the cursor to ask with again), lost."""
        return self._call('trace', {'after': int(after), 'on': bool(on)})[0]

    def reload(self):
        """Has the daemon read its settings and models.d anew: changed, later (names of settings), models (dicts with
        name, what, error). An Error with the file and line, and nothing changed, if anything is wrong."""
        with self._lock:
            return self._repeat(lambda deadline: self._once('reload', {}, deadline), self.load_timeout, True)[0]

    def events_address(self):
        """Where the daemon publishes events, a nanomsg address for a SUB socket; '' if it publishes none."""
        with self._lock:
            self._call('ping', {})
            return self._connection.daemon['events']

    def unload(self, name):
        """Takes a model off the daemon's list."""
        with self._lock:
            self._repeat(lambda deadline: self._once('unload', {'name': name}, deadline), self.timeout, True)

    def load(self, name, path=None, fd=None, keep=False, runtimes=(), input_dims=None, outputs=(), types=None,
             timeout=None, ttl=0, perf=''):
        """A Network, ready to run. Without PATH or FD the model NAME is one that is loaded, or a file of the daemon's
        repository. input_dims: {'data': (1, 224, 224, 3)}; types: {'data': 'uint8'}; TTL:
        with KEEP, for how many seconds it stays when nobody holds it (0: for ever). perf: how much power the device may
        draw for it, a profile of SNPE's ('burst')."""
        params = {
            'name': name,
            'keep': bool(keep),
            'ttl_ms': int(ttl * 1000),
            'perf': perf,
            'runtimes': list(runtimes),
            'input_dims': [{'name': key, 'dims': [int(dim) for dim in dims]}
                           for key, dims in (input_dims or {}).items()],
            'outputs': list(outputs),
            'types': [{'name': key, 'type': kind} for key, kind in (types or {}).items()],
        }
        if path is not None:
            fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        elif fd is not None:
            fd = os.dup(fd)
        network = Network(self, params, fd)
        try:
            with self._lock:
                self._repeat(network._ensure, timeout or self.load_timeout)
        except BaseException:
            network._release()
            raise
        return network

    def region(self, size):
        """SIZE bytes of zeros, shared with the daemon: tensors in it are never copied."""
        region = Region(self, size)
        try:
            with self._lock:
                self._repeat(region._ensure, self.timeout)
        except BaseException:
            region.close()
            raise
        return region

    # inside: the lock is held

    def _up(self, deadline):
        if self._connection is not None and self._connection.sock is not None:
            return
        patience = min(deadline, time.monotonic() + (self.reconnect if self._epoch else 0))
        pause = 0.002
        while True:
            try:
                self._connection = wire.Connection(self.socket, self.name, max(deadline - time.monotonic(), 0.001))
                self._epoch += 1
                return
            except Error as error:
                if error.name not in ('disconnected', 'draining') or time.monotonic() >= patience:
                    raise
            time.sleep(pause)
            pause = min(2 * pause, 0.2)

    def _repeat(self, attempt, timeout, once=False):
        """ATTEMPT(deadline) on a live connection; a second time if nothing was sent, if the daemon is stopping, or if
        the connection was lost before the answer and it is not to be done ONCE."""
        deadline = time.monotonic() + timeout
        for again in (True, False):
            self._up(deadline)
            try:
                return attempt(deadline)
            except Error as error:
                unsent = getattr(error, 'unsent', False)
                lost = isinstance(error, Disconnected) and not once
                if not again or not (unsent or lost or error.name == 'draining'):
                    raise
                if error.name == 'draining':
                    self._connection.close()  # nothing else is under way on it

    def _once(self, method, params, deadline, tail=(), fds=()):
        connection = self._connection
        if connection.sock is None:
            raise connection.lost(unsent=True)
        try:
            return connection.call(method, params, tail, fds, deadline)
        except Timeout:
            if connection.sock is not None and method in ('run', 'stream-push', 'load'):
                self._cancel(connection)
            raise

    @staticmethod
    def _cancel(connection):
        late = connection.serial
        try:
            connection.serial += 1
            connection.abandoned.add(connection.serial)
            connection.send(tables.METHODS['cancel'][0], connection.serial,
                            wire.pack_message('cancel_params', {'serial': late}), (), (), time.monotonic() + 1)
        except Error:
            pass  # the daemon is gone, and the call with it

    def _call(self, method, params):
        with self._lock:
            return self._repeat(lambda deadline: self._once(method, params, deadline), self.timeout)

    def _post(self, method, params):
        """A goodbye: if it cannot be said, the daemon forgets with the session."""
        if self._connection is None or self._connection.sock is None:
            return
        try:
            self._once(method, params, time.monotonic() + self.timeout)
        except Error:
            pass


class Network(_Handle):
    """A model made ready: name, digest, generation, runtime, why, inputs and outputs (lists of Tensor)."""

    def __init__(self, client, params, fd):
        super().__init__(client)
        self._params = params
        self._fd = fd
        self._stages = []  # regions for plain tensors that no job uses
        self._told = None
        self.stale = None

    def _drop_stages(self):
        while self._stages:
            self._stages.pop().close()

    def _ensure(self, deadline):
        if self.stale:
            raise self.stale
        if self.known():
            return
        fds = () if self._fd is None else (self._fd,)
        told, _ = self.client._once('load', self._params, deadline, fds=fds)
        inputs = [Tensor(desc) for desc in told['inputs']]
        outputs = [Tensor(desc) for desc in told['outputs']]
        key = told['digest'], [tensor.key() for tensor in inputs], [tensor.key() for tensor in outputs]
        if self._told is None:
            self._told = key
            self.inputs, self.outputs = inputs, outputs
            for word in ('name', 'digest', 'generation', 'runtime', 'why', 'load_us', 'memory_bytes'):
                setattr(self, word, told[word])
        elif key != self._told:
            self.client._post('unload', {'network': told['network']})
            self.stale = Error('stale', f"the daemon was restarted and has another model under the name '{self.name}' "
                               'now: load it again')
            raise self.stale
        self.id, self.epoch = told['network'], self.client._epoch

    def close(self):
        """Lets go of the network; jobs under way end first."""
        with self.client._lock:
            if self.known():
                self.client._post('unload', {'network': self.id})
            self.epoch = 0
            self.stale = Error('stale', 'the network was closed')
            self._drop_stages()
            self._release()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def run(self, inputs, outputs=None, deadline=None, timeout=None, job_class='', any_of=()):
        """One inference. INPUTS: {name: array, buffer or Span}. OUTPUTS: names, or {name: Span or None}; default all.
        Returns {name: array} for outputs that are not spans, and in .result what the daemon measured.
        DEADLINE: not begun later than that, in seconds of time.monotonic(). JOB_CLASS: 'realtime', 'interactive' or
        'batch', as far as the daemon's policy lets this user. ANY_OF: other networks of this client with inputs and
        outputs of the same sizes and types; the one that is expected to end first runs."""
        wanted = {tensor.name: None for tensor in self.outputs} if outputs is None else (
            dict(outputs) if isinstance(outputs, dict) else dict.fromkeys(outputs))
        job = _Job(self, inputs, wanted, deadline, job_class, any_of)
        with self.client._lock:
            return self.client._repeat(job.attempt, timeout or self.client.timeout)

    def stream(self, depth=1, policy='newest', carry=None, period=0, deadline=0, job_class=None):
        """A declared sequence of runs of this network: a Stream. DEPTH frames may wait; one too many replaces the
        oldest that waits (policy 'newest'; that one raises Error 'dropped') or is refused ('queue', 'queue-full').
        CARRY: {output: input}, the state that the daemon keeps from frame to frame, zeros at first. PERIOD: a frame
        will come so often, in seconds. DEADLINE: seconds from a frame's arrival to its answer; default the period.
        JOB_CLASS: 'realtime', 'interactive' or 'batch'."""
        from .stream import Stream
        params = {
            'depth': depth,
            'policy': policy,
            'class': job_class or '',
            'period_us': round(period * 1e6),
            'deadline_us': round(deadline * 1e6),
            'carry': [{'output': output, 'input': its_input} for output, its_input in (carry or {}).items()],
        }
        stream = Stream(self, params)
        with self.client._lock:
            self.client._repeat(stream._ensure, self.client.timeout)
        return stream


class Results(dict):
    """{name: array}; result: queue_us, run_us, copied_bytes, job, the Network that ran as network (not of a stream's
    frame), and staged_bytes that this client copied."""
    result = None


class _Job:
    method = 'run'
    told = 'queue_us', 'run_us', 'copied_bytes', 'job'

    def __init__(self, network, inputs, outputs, deadline, job_class='', any_of=()):
        self.network, self.client = network, network.client
        self.job_class, self.any_of = job_class, list(any_of)
        for other in self.any_of:
            if other.client is not self.client:
                raise Error('bad-params', f"any_of: network '{other.name}' belongs to another client")
        self.deadline_ns = int(deadline * 1e9) if deadline else 0
        self.region = None  # where plain tensors are staged
        if not outputs:
            raise Error('bad-params', 'a run without outputs: name at least one')
        self.inputs = [(tensor, self.check(tensor, value)) for tensor, value in self.named('input', inputs)]
        self.outputs = [(tensor, self.check(tensor, value) if value is not None else None)
                        for tensor, value in self.named('output', outputs)]

    def ensure(self, deadline):
        for network in [self.network, *self.any_of]:
            network._ensure(deadline)

    def params(self):
        return {'network': self.network.id, 'class': self.job_class,
                'any_of': [{'network': network.id} for network in self.any_of]}

    def named(self, kind, values):
        tensors = {tensor.name: tensor for tensor in getattr(self.network, kind + 's')}
        for name, value in values.items():
            if name not in tensors:
                raise Error('no-tensor', f"network '{self.network.name}' has no {kind} '{name}': it has "
                            + ', '.join(tensors))
            yield tensors[name], value

    def check(self, tensor, value):
        if not isinstance(value, Span):
            return to_bytes(tensor, value)
        if value.region.client is not self.client:
            raise Error('no-region', f"the region of '{tensor.name}' belongs to another client")
        if value.size != tensor.size:
            raise Error('tensor-size', f"'{tensor.name}' has {tensor.size} bytes, its span {value.size}")
        return value

    def inline_bytes(self):
        """Of what is plain, to the daemon and back."""
        there = sum(tensor.size + wire.padding(tensor.size) for tensor, value in self.inputs
                    if not isinstance(value, Span))
        back = sum(tensor.size + wire.padding(tensor.size) for tensor, value in self.outputs
                   if not isinstance(value, Span))
        bound = RUN_BOUND + sum(PLACE_BOUND + len(tensor.name.encode('utf-8', 'surrogateescape'))
                                for tensor in self.network.inputs + self.network.outputs)
        return bound + max(there, back)

    def stage(self):
        """Lays plain tensors out in a staging region of the network's: (inputs, outputs) as spans."""
        size = sum(tensor.size + wire.padding(tensor.size) for tensor in self.network.inputs + self.network.outputs)
        if self.region is None:
            self.region = self.network._stages.pop() if self.network._stages else Region(self.client, size)
        at, staged, region = 0, [], self.region
        for tensor, value in self.inputs + self.outputs:
            if isinstance(value, Span):
                staged.append((tensor, value))
                continue
            if value is not None:
                region.buffer[at:at + tensor.size] = value
            staged.append((tensor, region.span(at, tensor.size)))
            at += tensor.size + wire.padding(tensor.size)
        return staged[:len(self.inputs)], staged[len(self.inputs):]

    def unstage(self):
        """The staging region is free for the next, as the daemon is through with it."""
        if self.region is not None:
            self.network._stages.append(self.region)
        self.region = None

    def prepare(self, deadline):
        """(params, tail), all that they refer to known to the daemon; where the outputs will be is kept."""
        self.ensure(deadline)
        inputs, self.places = self.inputs, self.outputs
        if self.inline_bytes() > self.client._connection.frame_most:
            inputs, self.places = self.stage()
        for _, value in inputs + self.places:
            if isinstance(value, Span):
                value.region._ensure(deadline)
        return self.pack(inputs, self.places)

    def attempt(self, deadline):
        params, tail = self.prepare(deadline)
        try:
            result, its_tail = self.client._once(self.method, params, deadline, tail=tail)
        except Timeout:
            if self.region is not None:  # the daemon may still read and write it
                self.region.close()
            raise
        results = self.results(result, its_tail)
        self.unstage()
        return results

    def pack(self, inputs, outputs):
        tail, at, places = [], 0, []
        for tensor, value in inputs:
            if isinstance(value, Span):
                places.append(value.place(tensor))
                continue
            places.append({'name': tensor.name, 'offset': at, 'size': tensor.size})
            tail.append(value)
            at += tensor.size + wire.padding(tensor.size)
        params = {
            **self.params(),
            'inputs': places,
            'outputs': [value.place(tensor) if isinstance(value, Span) else {'name': tensor.name, 'size': tensor.size}
                        for tensor, value in outputs],
            'deadline_ns': self.deadline_ns,
        }
        return params, tail

    def results(self, result, tail):
        arrays = Results()
        places = {place['name']: place for place in result['outputs'] if not place['region']}
        copied = 0
        for (tensor, wanted), (_, span) in zip(self.outputs, self.places):
            if isinstance(wanted, Span):
                continue
            if span is not None:
                data = span.buffer()
                copied += tensor.size
            else:
                place = places.get(tensor.name)
                if place is None or place['size'] != tensor.size or place['offset'] > len(tail) or (
                        tensor.size > len(tail) - place['offset']):
                    raise wire.bad_frame(f"the answer lacks output '{tensor.name}', or puts it outside")
                data = tail[place['offset']:place['offset'] + tensor.size]
            arrays[tensor.name] = from_bytes(tensor, data)
        if self.region is not None:
            copied += sum(tensor.size for tensor, value in self.inputs if not isinstance(value, Span))
        arrays.result = {key: result[key] for key in self.told}
        if 'network' in result:
            arrays.result['network'] = next((other for other in self.any_of if other.id == result['network']),
                                            self.network)
        arrays.result['staged_bytes'] = copied
        return arrays


class Region(_Handle):
    """Shared memory: buffer is a writable memoryview of it. What a job reads or writes may not be touched."""

    def __init__(self, client, size):
        super().__init__(client)
        if size <= 0:
            raise Error('system', 'a region of 0 bytes holds nothing: give its size', -errno.EINVAL)
        self.size = size
        self._map = None
        self._fd = os.memfd_create('snpe-region', os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        try:
            os.ftruncate(self._fd, size)
            fcntl.fcntl(self._fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW)
            self._map = mmap.mmap(self._fd, size)
        except BaseException:
            self._release()
            raise
        self.buffer = memoryview(self._map)

    def _ensure(self, deadline):
        if self._fd is None:
            raise Error('no-region', 'the region was closed')
        if self.known():
            return
        result, _ = self.client._once('region-add', {'size': self.size}, deadline, fds=(self._fd,))
        self.id, self.epoch = result['region'], self.client._epoch

    def span(self, offset, size):
        """SIZE bytes at OFFSET, a multiple of ALIGN: to be given to Network.run."""
        return Span(self, offset, size)

    def array(self, offset, tensor):
        """With numpy: TENSOR (of a network's inputs or outputs) as an array that lies in the region at OFFSET."""
        import numpy
        dtype = 'float32' if tensor.type == 'float32' else 'uint8'
        return numpy.frombuffer(self.buffer[offset:offset + tensor.size], dtype=dtype).reshape(tensor.dims)

    def close(self):
        """Takes the memory back. Arrays and buffers made of it keep it mapped here."""
        with self.client._lock:
            if self._fd is None:
                return
            if self.known():
                self.client._post('region-drop', {'region': self.id})
            self.epoch = 0
            self._release()
            self.buffer = self._map = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Span:
    """A piece of a region: where a tensor lies."""

    def __init__(self, region, offset, size):
        if offset % ALIGN or offset < 0 or size < 0 or offset + size > region.size:
            raise Error('region-bounds', f'{size} bytes at {offset} of a region of {region.size}: a span lies inside '
                        f'and begins at a multiple of {ALIGN}')
        self.region, self.offset, self.size = region, offset, size

    def buffer(self):
        return self.region.buffer[self.offset:self.offset + self.size]

    def place(self, tensor):
        return {'name': tensor.name, 'region': self.region.id, 'offset': self.offset, 'size': self.size}
