"""The wire: msgpack, messages by their tables, frames over a UNIX socket.

What the daemon sends is believed only as far as bytes are there and the tables say.
"""
import errno
import os
import socket
import struct
import time
import weakref

from . import tables

HEADER = struct.Struct('<2sBBHHII')  # "SN", version, kind, method, n_fds, serial, size
VERSION = 1
CALL, REPLY, EVENT = range(3)
SIZE_MAX = 64 << 20
ALIGN = 64
DEPTH_MAX = 16


class Error(Exception):
    """What the daemon or this client refused, or what went wrong on the way.

    name: the wire name ("queue-full"; "system" for an errno); code: its number, negative; retryable: the same
    call may succeed later, unchanged; str() is the sentence: what failed, where, why, what to do.
    """

    def __init__(self, name, message=None, code=None, retryable=None):
        known = tables.ERRORS.get(name, (-errno.EIO, False, 1200, name))
        self.name = name
        self.code = known[0] if code is None else code
        self.retryable = known[1] if retryable is None else retryable
        super().__init__(message or known[3])


class Disconnected(Error):
    """No daemon, or it went away during the call."""

    def __init__(self, message=None):
        super().__init__('disconnected', message)


class Timeout(Error):
    """No answer came in time."""

    def __init__(self, message=None):
        super().__init__('timeout', message)


def bad_frame(message):
    return Error('bad-frame', message)


# msgpack, as much of it as messages use

def _head(n, forms):
    for most, pattern in forms:
        if n <= most:
            return pattern(n)
    raise Error('too-large', f'{n} items or bytes are more than a message takes')


def _tagged(tag, form):
    packer = struct.Struct('>B' + form)
    return lambda n: packer.pack(tag, n)


_STR = ((31, lambda n: bytes([0xa0 | n])), (0xff, _tagged(0xd9, 'B')), (0xffff, _tagged(0xda, 'H')))
_ARRAY = ((15, lambda n: bytes([0x90 | n])), (0xffff, _tagged(0xdc, 'H')))
_MAP = ((15, lambda n: bytes([0x80 | n])), (0xffff, _tagged(0xde, 'H')))
_UINT = ((0x7f, lambda n: bytes([n])), (0xff, _tagged(0xcc, 'B')), (0xffff, _tagged(0xcd, 'H')),
         (0xffffffff, _tagged(0xce, 'I')), ((1 << 64) - 1, _tagged(0xcf, 'Q')))


_NEGATIVE = ((-32, 'b', b''), (-1 << 7, '>b', b'\xd0'), (-1 << 15, '>h', b'\xd1'), (-1 << 31, '>i', b'\xd2'),
             (-1 << 63, '>q', b'\xd3'))


def _negative(value):
    for least, form, tag in _NEGATIVE:
        if value >= least:
            return tag + struct.pack(form, value)
    raise Error('too-large', f'{value} is less than a message takes')


def pack(value):
    """None, bool, int, float, str, list or dict as msgpack."""
    if value is None or isinstance(value, bool):
        return {None: b'\xc0', False: b'\xc2', True: b'\xc3'}[value]
    if isinstance(value, int):
        return _head(value, _UINT) if value >= 0 else _negative(value)
    if isinstance(value, float):
        return struct.pack('>Bd', 0xcb, value)
    if isinstance(value, str):
        text = value.encode('utf-8', 'surrogateescape')
        return _head(len(text), _STR) + text
    if isinstance(value, (list, tuple)):
        return _head(len(value), _ARRAY) + b''.join(map(pack, value))
    return _head(len(value), _MAP) + b''.join(pack(key) + pack(item) for key, item in value.items())


class _Unpacker:
    """Fixed sizes by tag: (struct format of the value, or of its length)."""
    NUMBERS = {0xca: '>f', 0xcb: '>d', 0xcc: '>B', 0xcd: '>H', 0xce: '>I', 0xcf: '>Q', 0xd0: '>b',
               0xd1: '>h', 0xd2: '>i', 0xd3: '>q'}
    LENGTHS = {0xc4: '>B', 0xc5: '>H', 0xc6: '>I', 0xd9: '>B', 0xda: '>H', 0xdb: '>I', 0xdc: '>H', 0xdd: '>I',
               0xde: '>H', 0xdf: '>I'}
    WORDS = {0xc0: None, 0xc2: False, 0xc3: True}

    def __init__(self, data):
        self.data = bytes(data)
        self.at = 0

    def take(self, size):
        if size > len(self.data) - self.at:
            raise bad_frame(f'an answer ends in the middle of a value, at byte {self.at} of its map')
        self.at += size
        return self.data[self.at - size:self.at]

    def number(self, form):
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def value(self, depth=0):
        if depth > DEPTH_MAX:
            raise bad_frame('an answer is nested too deeply')
        tag = self.take(1)[0]
        if tag < 0x80 or tag >= 0xe0:
            return tag if tag < 0x80 else tag - 256
        if tag < 0xc0:
            kind, n = ('map', tag & 15) if tag < 0x90 else ('list', tag & 15) if tag < 0xa0 else ('str', tag & 31)
        elif tag in self.WORDS:
            return self.WORDS[tag]
        elif tag in self.NUMBERS:
            return self.number(self.NUMBERS[tag])
        elif tag in self.LENGTHS:
            kind = 'bin' if tag < 0xc7 else 'str' if tag < 0xdc else 'list' if tag < 0xde else 'map'
            n = self.number(self.LENGTHS[tag])
        else:
            raise bad_frame(f'an answer holds a value of no known kind (0x{tag:02x})')
        return self.items(kind, n, depth)

    def items(self, kind, n, depth):
        if kind in ('str', 'bin'):
            raw = self.take(n)
            return raw if kind == 'bin' else raw.decode('utf-8', 'surrogateescape')
        if n * (2 if kind == 'map' else 1) > len(self.data) - self.at:  # each takes a byte at least
            raise bad_frame(f'an answer promises {n} items and ends before them')
        if kind == 'list':
            return [self.value(depth + 1) for _ in range(n)]
        pairs = {}
        for _ in range(n):
            key = self.value(depth + 1)
            if not isinstance(key, str):
                raise bad_frame('an answer has a key that is no text')
            pairs[key] = self.value(depth + 1)
        return pairs


def unpack(data):
    """One value and how many bytes it took."""
    unpacker = _Unpacker(data)
    return unpacker.value(), unpacker.at


# messages

_KINDS = {'NAME': str, 'TEXT': str, 'BOOL': bool, 'U32': int, 'U64': int, 'I32': int, 'F64': (int, float),
          'DIMS': list, 'NAMES': list, 'PART': dict, 'LIST': list}
_EMPTY = {'NAME': '', 'TEXT': '', 'BOOL': False, 'U32': 0, 'U64': 0, 'I32': 0, 'F64': 0.0}
_RANGES = {'U32': (0, (1 << 32) - 1), 'U64': (0, (1 << 64) - 1), 'I32': (-1 << 31, (1 << 31) - 1)}


def pack_message(name, values):
    """The map of struct NAME: what is optional and empty is left out, as in the daemon."""
    fields = tables.MESSAGES[name]
    for key in values:
        if key not in fields:
            raise KeyError(f'{name} has no member {key}')
    message = {}
    for key, (kind, of, required) in fields.items():
        value = values.get(key)
        if required or value:
            message[key] = value
    return pack(message)


def _read(where, kind, of, value):
    if not isinstance(value, _KINDS[kind]) or (isinstance(value, bool) and kind != 'BOOL'):
        raise bad_frame(f'an answer cannot be read: {where} is of the wrong type')
    least, most = _RANGES.get(kind, (None, None))
    if least is not None and not least <= value <= most:
        raise bad_frame(f'an answer cannot be read: {where} is out of range')
    if kind == 'DIMS' and not all(type(dim) is int and dim > 0 for dim in value):
        raise bad_frame(f'an answer cannot be read: {where} holds what is no dim')
    if kind == 'NAMES' and not all(isinstance(item, str) for item in value):
        raise bad_frame(f'an answer cannot be read: {where} holds what is no name')
    if kind == 'PART':
        return read_message(of, value, where)
    if kind == 'LIST':
        return [read_message(of, item, f'{where}[{i}]') for i, item in enumerate(value)]
    return value


def read_message(name, values, where=None):
    """Checks a map against its table: keys that are not there get what is empty, unknown ones go."""
    if not isinstance(values, dict):
        raise bad_frame(f'an answer cannot be read: {where or name} is no map')
    result = {}
    for key, (kind, of, required) in tables.MESSAGES[name].items():
        if key in values:
            result[key] = _read(f'{where or name}.{key}', kind, of, values[key])
        elif required:
            raise bad_frame(f'an answer cannot be read: {where or name} lacks {key}')
        else:
            result[key] = _EMPTY[kind] if kind in _EMPTY else []
    return result


def padding(size):
    return -size % ALIGN


class Connection:
    """One connection and its calls, one after the other, beside frames that were pushed and whose answers nobody
    waits for yet; not for several threads at once."""

    def __init__(self, path, name, timeout):
        self.path = path
        self.sock = None
        self.serial = 0
        self.abandoned = set()  # calls that timed out: their answers are dropped
        self.pushed = {}  # serial: (method's number, weak reference to what takes the answer)
        self.received = bytearray()
        self.frame_most = SIZE_MAX
        deadline = time.monotonic() + timeout
        try:
            self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.sock.settimeout(timeout)
            self.join(path, deadline)
            params = {'version_least': VERSION, 'version_most': VERSION, 'client': name[:255]}
            self.daemon, _ = self.call('hello', params, deadline=deadline)
        except OSError as error:
            self.close()
            raise self.explain(error) from None
        except Exception:
            self.close()
            raise
        if self.daemon['version'] != VERSION:
            self.close()
            raise Error('version', f"the daemon wants version {self.daemon['version']} of the protocol, this is {VERSION}")
        self.frame_most = min(self.daemon['frame_most'], SIZE_MAX)

    def join(self, path, deadline):
        """Connects; while more new clients wait than the daemon's socket holds, it tries again."""
        while True:
            try:
                return self.sock.connect(path)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise TimeoutError from None
                time.sleep(0.002)

    def explain(self, error):
        if error.errno in (errno.ENOENT, errno.ECONNREFUSED):
            return Disconnected(f"no daemon listens at '{self.path}': start it with 'systemctl start snped.socket', "
                                'or name its socket in SNPED_SOCKET')
        if error.errno == errno.EACCES:
            return Error('system', f"this user may not use '{self.path}': add it to the socket's group ('usermod -aG "
                         "snpe NAME') and log in again", -errno.EACCES, False)
        if isinstance(error, TimeoutError):
            return Timeout(f"the daemon at '{self.path}' did not take the connection in time")
        return Error('system', f"'{self.path}' cannot be connected to: {error.strerror or error}", -(error.errno or errno.EIO))

    def close(self):
        if self.sock:
            self.sock.close()
            self.sock = None

    def lost(self, unsent=False):
        self.close()
        error = Disconnected(f"the daemon at '{self.path}' closed the connection: it stopped or died ('journalctl -u "
                             "snped' tells); call again")
        error.unsent = unsent
        return error

    def call(self, method, params, tail=(), fds=(), deadline=None):
        """The result's map as a dict, and its tail. TAIL: buffers that follow the map, each at a multiple of 64."""
        number, params_name, result_name, _ = tables.METHODS[method]
        serial = self.next_serial()
        self.send(number, serial, pack_message(params_name, params), tail, fds, deadline)
        while True:
            try:
                frame = self.receive(deadline)
            except TimeoutError:
                self.abandoned.add(serial)
                raise Timeout(f'{method}: no answer came in time: the daemon is busy or hangs; give the call more '
                              "time, or see what 'snpectl status' says") from None
            kind, its_method, its_serial, values, its_tail = frame
            if kind == REPLY and its_serial == serial and its_method == number:
                return self.result(result_name, values), its_tail
            self.take_other(frame)

    def push(self, method, params, tail, deadline, taker):
        """Sends a call whose answer goes to TAKER.take(values, tail), while TAKER lives."""
        number, params_name, _, _ = tables.METHODS[method]
        serial = self.next_serial()
        self.send(number, serial, pack_message(params_name, params), tail, (), deadline)
        self.pushed[serial] = number, weakref.ref(taker)

    def next_serial(self):
        self.serial = self.serial % 0xffffffff + 1
        while self.serial in self.pushed:
            self.serial = self.serial % 0xffffffff + 1
        return self.serial

    def take_other(self, frame):
        """A frame that is not the answer being waited for."""
        kind, method, serial, values, tail = frame
        if kind == EVENT:
            return
        if serial in self.abandoned:
            self.abandoned.discard(serial)
            return
        number, taker = self.pushed.pop(serial, (None, None))
        if kind != REPLY or method != number:
            self.close()
            raise bad_frame(f'the daemon sent a frame that answers nothing (serial {serial})')
        taker = taker()
        if taker is not None:
            taker.take(values, tail)

    def pump(self, deadline=None):
        """Takes in the answers to what was pushed that are here, or, with a DEADLINE, waits for one."""
        waits = deadline is not None
        while self.sock is not None:
            try:
                frame = self.receive(deadline) if waits else self.receive_now()
            except Disconnected:
                return  # those who wait for an answer will see it
            if frame is None:
                return
            self.take_other(frame)
            waits = False

    @staticmethod
    def result(name, values):
        if isinstance(values, dict) and 'error' in values:
            error = read_message('error_result', values)
            if error['code'] >= 0:
                raise bad_frame(f'the daemon answered with error {error["code"]}, which is none')
            text = ''.join(c if c >= ' ' and c != '\x7f' else ' ' for c in error['message'])
            raise Error(error['error'], text, error['code'], error['retryable'])
        return read_message(name, values)

    def send(self, number, serial, message, tail, fds, deadline):
        parts, size = [message], len(message)
        for part in tail:
            pad = padding(HEADER.size + size)
            parts += [bytes(pad), part]
            size += pad + len(part)
        if size > self.frame_most:
            raise Error('too-large', f'a call of {size} bytes; the daemon takes {self.frame_most}: use a region')
        header = HEADER.pack(b'SN', VERSION, CALL, number, len(fds), serial, size)
        data = memoryview(b''.join([header] + parts))
        try:
            while data:
                self.wait(deadline)
                n = socket.send_fds(self.sock, [data], fds) if fds else self.sock.send(data)
                fds = ()
                data = data[n:]
        except TimeoutError:
            self.close()  # half a frame is on its way: nothing can follow it
            raise Timeout('the daemon does not take what is sent') from None
        except OSError:
            raise self.lost(unsent=True) from None

    def wait(self, deadline):
        if deadline is None:
            self.sock.settimeout(None)
            return
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.sock.settimeout(left)

    def receive(self, deadline):
        """(kind, method, serial, map, tail) of the next frame. TimeoutError, or what was lost."""
        try:
            while (frame := self.frame()) is None:
                self.wait(deadline)
                self.take_bytes()
            return frame
        except TimeoutError:
            raise
        except OSError:
            raise self.lost() from None

    def receive_now(self):
        """The same without waiting: None if it is not here."""
        try:
            self.sock.settimeout(0)
            while (frame := self.frame()) is None:
                self.take_bytes()
            return frame
        except BlockingIOError:
            return None
        except OSError:
            raise self.lost() from None

    def take_bytes(self):
        data = self.sock.recv(1 << 18)
        if not data:
            raise ConnectionError
        self.received += data

    def frame(self):
        """The first frame of what was received, or None."""
        if len(self.received) < HEADER.size:
            return None
        magic, version, kind, number, n_fds, serial, size = HEADER.unpack(self.received[:HEADER.size])
        if magic != b'SN' or version != VERSION or kind > EVENT or size > SIZE_MAX:
            self.close()
            raise bad_frame(f"what listens at '{self.path}' is not snped: it sent no frame of ours")
        if len(self.received) < HEADER.size + size:
            return None
        frame = bytes(self.received[:HEADER.size + size])
        del self.received[:HEADER.size + size]
        try:
            values, used = unpack(memoryview(frame)[HEADER.size:])
        except Error:
            self.close()
            raise
        used += HEADER.size
        return kind, number, serial, values, memoryview(frame)[used + padding(used):]


def default_socket():
    return os.environ.get('SNPED_SOCKET') or '/run/snped/snped.sock'
