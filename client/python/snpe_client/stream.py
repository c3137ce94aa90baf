"""Streams: sequences of runs that the daemon knows as such."""
import time

from . import _Handle, _Job
from .tables import METHODS
from .wire import Error, Timeout


class _Push(_Job):
    method = 'stream-push'
    told = 'frame', 'age_us', 'queue_us', 'run_us', 'copied_bytes', 'dropped', 'job'

    def __init__(self, stream, inputs, outputs, frame, deadline):
        if outputs is None:
            outputs = [tensor.name for tensor in stream.network.outputs if tensor.name not in stream.carried]
        super().__init__(stream.network, inputs,
                         dict(outputs) if isinstance(outputs, dict) else dict.fromkeys(outputs), deadline)
        self.stream, self.frame = stream, frame

    def ensure(self, deadline):
        self.stream._ensure(deadline)

    def params(self):
        return {'stream': self.stream.id, 'frame': self.frame}

    def attempt(self, deadline):
        try:
            return super().attempt(deadline)
        except Error as error:
            raise self.told_of(error)

    def told_of(self, error):
        """ERROR. The daemon had to close the stream, as a device died with the state in its hands: the next frame opens
        it again."""
        if error.name == 'no-stream':
            self.stream.epoch = 0
        return error

    def results(self, result, tail):
        results = super().results(result, tail)
        results.result['restarted'], self.stream._restarted = self.stream._restarted, False
        return results


class Frame:
    """A frame that was pushed: number, as it was given to push."""

    def __init__(self, job, connection):
        self.number = job.frame
        self._client = job.client
        self._job, self._connection = job, connection
        self._results = self._error = None

    def take(self, values, tail):
        """The connection has the answer."""
        job, self._job = self._job, None
        try:
            result = self._connection.result(METHODS[job.method][2], values)
            self._results = job.results(result, tail)
        except Error as error:
            self._error = job.told_of(error)
        job.unstage()

    def done(self):
        """Whether the answer is here; does not wait."""
        with self._client._lock:
            self._connection.pump()
            return self._job is None or self._connection.sock is None

    def wait(self, timeout=None):
        """Its Results, or raises what it ended with: Error 'dropped', 'deadline', 'cancelled', ..., Disconnected.
        Timeout (seconds, default the client's) if it has not ended; it may be waited for again."""
        with self._client._lock:
            self._receive(timeout)
            if self._error is not None:
                raise self._error
            return self._results

    def _receive(self, timeout):
        deadline = time.monotonic() + (self._client.timeout if timeout is None else timeout)
        while self._job is not None:
            if self._connection.sock is None:
                raise self._connection.lost()
            try:
                self._connection.pump(deadline)
            except TimeoutError:
                raise Timeout(f'frame {self.number} was not answered in time; it may still be') from None


class Stream(_Handle):
    """Frames run one after another in the order pushed. carried: the names of outputs that the daemon keeps."""

    def __init__(self, network, params):
        super().__init__(network.client)
        self.network = network
        self.carried = {pair['output'] for pair in params['carry']}
        self._params = params
        self._opened = self._restarted = self._closed = False

    def _ensure(self, deadline):
        if self._closed:
            raise Error('no-stream', 'the stream was closed')
        self.network._ensure(deadline)
        if self.known():
            return
        told, _ = self.client._once('stream-open', {'network': self.network.id, **self._params}, deadline)
        self.id, self.epoch = told['stream'], self.client._epoch
        self._opened, self._restarted = True, self._opened

    def run(self, inputs, outputs=None, frame=0, deadline=None, timeout=None):
        """One frame, and waits for its Results. INPUTS: those that are not carried; OUTPUTS: as Network.run, default all
        that are not carried. In .result: frame, age_us, queue_us, run_us, copied_bytes, dropped (frames of this stream
        so far), job, and restarted: True in the first answer after the stream was opened again, its state anew."""
        job = _Push(self, inputs, outputs, frame, deadline)
        with self.client._lock:
            return self.client._repeat(job.attempt, timeout or self.client.timeout, bool(self.carried))

    def push(self, inputs, outputs=None, frame=0, deadline=None):
        """One frame, without waiting for its answer: a Frame."""
        job = _Push(self, inputs, outputs, frame, deadline)
        with self.client._lock:
            return self.client._repeat(lambda until: self._push(job, until), self.client.timeout, True)

    def _push(self, job, deadline):
        params, tail = job.prepare(deadline)
        connection = self.client._connection
        connection.pump()  # the daemon closes who sends and never reads
        if connection.sock is None:
            raise connection.lost(unsent=True)
        pushed = Frame(job, connection)
        connection.push(job.method, params, tail, deadline, pushed)
        return pushed

    def reset(self):
        """Frames pushed from now on begin with a state of zeros; those pushed before still use the old one."""
        with self.client._lock:
            self.client._repeat(self._reset, self.client.timeout)

    def _reset(self, deadline):
        self._ensure(deadline)
        self.client._once('stream-reset', {'stream': self.id}, deadline)

    def close(self):
        """Frames that wait end as 'cancelled', one that runs ends as it would have."""
        with self.client._lock:
            if self.known():
                self.client._post('stream-close', {'stream': self.id})
            self.epoch = 0
            self._closed = True

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
