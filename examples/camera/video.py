"""A camera by V4L2, its buffers mapped: YUYV, NV12 or MJPEG, whichever it has first; and such frames as RGB arrays."""
import ctypes
import errno
import fcntl
import mmap
import os
import select

import numpy as np

BUFFERS = 4
CAPTURE, MMAP, FIELD_NONE = 1, 1, 1  # of videodev2.h
CAP_CAPTURE, CAP_STREAMING, CAP_DEVICE_CAPS, FLAG_ERROR = 1, 0x04000000, 0x80000000, 0x40
FORMATS = {'yuyv': b'YUYV', 'nv12': b'NV12', 'mjpeg': b'MJPG'}
u8, u32 = ctypes.c_uint8, ctypes.c_uint32


class Capability(ctypes.Structure):
    _fields_ = [('names', u8 * 80), ('version', u32), ('capabilities', u32), ('device_caps', u32), ('reserved', u32 * 3)]


class Pix(ctypes.Structure):
    _fields_ = [(name, u32) for name in ('width', 'height', 'pixelformat', 'field', 'bytesperline', 'sizeimage')]


class FormatUnion(ctypes.Union):
    _fields_ = [('pix', Pix), ('raw', u8 * 200), ('align', ctypes.c_void_p)]


class Format(ctypes.Structure):
    _fields_ = [('type', u32), ('fmt', FormatUnion)]


class StreamParm(ctypes.Structure):
    _fields_ = [('type', u32), ('capability', u32), ('mode', u32), ('numerator', u32), ('denominator', u32),
                ('rest', u8 * 184)]


class RequestBuffers(ctypes.Structure):
    _fields_ = [('count', u32), ('type', u32), ('memory', u32), ('capabilities', u32), ('reserved', u32)]


class BufferPlace(ctypes.Union):
    _fields_ = [('offset', u32), ('userptr', ctypes.c_ulong)]


class Buffer(ctypes.Structure):
    _fields_ = [('index', u32), ('type', u32), ('bytesused', u32), ('flags', u32), ('field', u32),
                ('timestamp', ctypes.c_long * 2), ('timecode', u32 * 4), ('sequence', u32), ('memory', u32),
                ('m', BufferPlace), ('length', u32), ('reserved2', u32), ('request_fd', u32)]


def _request(direction, number, struct):
    """As _IOR, _IOW and _IOWR of the kernel make it, for most processors."""
    return direction << 30 | ctypes.sizeof(struct) << 16 | ord('V') << 8 | number


READ, WRITE = 2, 1
QUERYCAP = _request(READ, 0, Capability)
S_FMT = _request(READ | WRITE, 5, Format)
REQBUFS = _request(READ | WRITE, 8, RequestBuffers)
QUERYBUF = _request(READ | WRITE, 9, Buffer)
QBUF = _request(READ | WRITE, 15, Buffer)
DQBUF = _request(READ | WRITE, 17, Buffer)
STREAMON = _request(WRITE, 18, ctypes.c_int)
S_PARM = _request(READ | WRITE, 22, StreamParm)


def to_rgb(kind, data, width, height, stride=None):
    """A frame of KIND 'rgb', 'yuyv' or 'nv12' as an array [H, W, 3], by ITU-R BT.601. ValueError if it is too short."""
    stride = stride or width * {'rgb': 3, 'yuyv': 2, 'nv12': 1}[kind]
    n_lines = height * 3 // 2 if kind == 'nv12' else height
    if len(data) < n_lines * stride:
        raise ValueError(f'a frame of {len(data)} bytes is none of {width}x{height}: --size says which it has')
    lines = np.frombuffer(data, np.uint8, n_lines * stride).reshape(n_lines, stride)
    if kind == 'rgb':
        return lines[:, :3 * width].reshape(height, width, 3)
    if kind == 'yuyv':
        pairs = lines[:, :2 * width].reshape(height, width // 2, 4)
        y, u, v = pairs[..., 0::2].reshape(height, width), pairs[..., 1], pairs[..., 3]
    else:
        pairs = lines[height:, :width].reshape(height // 2, width // 2, 2).repeat(2, 0)
        y, u, v = lines[:height, :width], pairs[..., 0], pairs[..., 1]
    c = 298 * (y.astype(np.int32) - 16) + 128
    d, e = (plane.repeat(2, 1).astype(np.int32) - 128 for plane in (u, v))
    rgb = np.stack([c + 409 * e, c - 100 * d - 208 * e, c + 516 * d], 2) >> 8
    return np.clip(rgb, 0, 255).astype(np.uint8)


class Video:
    """DECODE makes an array of a JPEG picture."""

    def __init__(self, path, width, height, fps, decode):
        self.path, self.decode, self.skipped, self.maps = path, decode, 0, []
        try:
            self.fd = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            raise SystemExit(f"camera: {path}: {error.strerror}: 'ls /dev/video*' shows the cameras there are; --frames "
                             'replays files instead') from None
        try:
            self._check()
            self._set_format(width, height)
            self._set_rate(fps)
            self._start()
        except OSError as error:
            self.close()
            raise SystemExit(f'camera: {path}: {error.strerror}: it is no V4L2 camera, or is in use') from None
        except BaseException:
            self.close()
            raise

    def _check(self):
        has = Capability()
        fcntl.ioctl(self.fd, QUERYCAP, has)
        flags = has.device_caps if has.capabilities & CAP_DEVICE_CAPS else has.capabilities
        if not flags & CAP_CAPTURE or not flags & CAP_STREAMING:
            raise SystemExit(f'camera: {self.path}: this device captures no video that can be streamed')

    def _set_format(self, width, height):
        for self.kind, fourcc in FORMATS.items():
            wanted = Format(type=CAPTURE)
            wanted.fmt.pix = Pix(width, height, int.from_bytes(fourcc, 'little'), FIELD_NONE)
            try:
                fcntl.ioctl(self.fd, S_FMT, wanted)
            except OSError:
                continue
            pix = wanted.fmt.pix
            if pix.pixelformat == int.from_bytes(fourcc, 'little'):
                self.width, self.height, self.stride = pix.width // 2 * 2, pix.height // 2 * 2, pix.bytesperline
                return
        raise SystemExit(f'camera: {self.path}: it gives neither YUYV nor NV12 nor MJPEG')

    def _set_rate(self, fps):
        try:  # a wish
            fcntl.ioctl(self.fd, S_PARM, StreamParm(type=CAPTURE, numerator=1000, denominator=int(fps * 1000)))
        except OSError:
            pass

    def _start(self):
        wanted = RequestBuffers(count=BUFFERS, type=CAPTURE, memory=MMAP)
        fcntl.ioctl(self.fd, REQBUFS, wanted)
        for index in range(wanted.count):
            buffer = Buffer(index=index, type=CAPTURE, memory=MMAP)
            fcntl.ioctl(self.fd, QUERYBUF, buffer)
            self.maps.append(mmap.mmap(self.fd, buffer.length, mmap.MAP_SHARED, mmap.PROT_READ, offset=buffer.m.offset))
            fcntl.ioctl(self.fd, QBUF, buffer)
        fcntl.ioctl(self.fd, STREAMON, ctypes.c_int(CAPTURE))

    def next(self, timeout):
        """The newest frame, or None if it is not there within TIMEOUT."""
        select.select([self.fd], [], [], timeout)
        newest = None
        while True:
            buffer = Buffer(type=CAPTURE, memory=MMAP)
            try:
                fcntl.ioctl(self.fd, DQBUF, buffer)
            except OSError as error:
                if error.errno != errno.EAGAIN:
                    raise
                break
            if newest is not None:
                self.skipped += 1
                fcntl.ioctl(self.fd, QBUF, newest)
            newest = buffer
        if newest is None:
            return None
        data = self.maps[newest.index][:newest.bytesused]
        damaged = newest.flags & FLAG_ERROR
        fcntl.ioctl(self.fd, QBUF, newest)
        if damaged:
            self.skipped += 1
            return None
        if self.kind == 'mjpeg':
            return self.decode(data)
        return to_rgb(self.kind, data, self.width, self.height, self.stride or None)

    def close(self):
        for mapped in self.maps:
            mapped.close()
        os.close(self.fd)
