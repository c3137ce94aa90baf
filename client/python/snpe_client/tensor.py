"""Tensors between Python and bytes. With numpy they are arrays; without it array.array, or bytes."""
import array
import sys

try:
    import numpy
except ImportError:
    numpy = None

from .wire import Error

_DTYPES = {'float32': 'float32', 'uint8': 'uint8', 'tf8': 'uint8'}


class Tensor:
    """What a network tells of an input or output: name, type, dims, size in bytes; min and max of tf8."""

    def __init__(self, desc):
        self.name = desc['name']
        self.type = desc['type']
        self.dims = tuple(desc['dims'])
        self.size = desc['size']
        self.min = desc['min']
        self.max = desc['max']

    def __repr__(self):
        return f"<{self.type} {'x'.join(map(str, self.dims)) or 'scalar'} '{self.name}'>"

    def key(self):
        return self.name, self.type, self.dims, self.size


def to_bytes(tensor, value):
    """VALUE as the bytes of TENSOR: a numpy array of its dims (converted to its type), or any buffer of its size."""
    if numpy is not None and isinstance(value, (numpy.ndarray, numpy.generic, list, tuple, int, float)):
        given = numpy.ascontiguousarray(value, dtype=_DTYPES.get(tensor.type))
        if given.size * given.itemsize != tensor.size:
            raise Error('tensor-size', f"'{tensor.name}' is {list(tensor.dims)} of {tensor.type}, {list(given.shape)} "
                        'was given')
        return memoryview(given.reshape(-1)).cast('B')
    if isinstance(value, (list, tuple)):
        value = array.array('f' if tensor.type == 'float32' else 'B', value)
    data = memoryview(value)
    if not data.c_contiguous:
        data = memoryview(bytes(data))
    data = data.cast('B')
    if len(data) != tensor.size:
        raise Error('tensor-size', f"'{tensor.name}' has {tensor.size} bytes ({tensor.type} {list(tensor.dims)}), "
                    f'{len(data)} were given')
    return data


def from_bytes(tensor, data):
    """A numpy array of the tensor's type and dims, which owns its memory; without numpy array.array or bytes."""
    if numpy is not None and tensor.type in _DTYPES:
        dtype = numpy.dtype(_DTYPES[tensor.type]).newbyteorder('<')
        return numpy.frombuffer(bytearray(data), dtype=dtype).astype(_DTYPES[tensor.type], copy=False).reshape(
            tensor.dims)
    if tensor.type == 'float32':
        values = array.array('f')
        values.frombytes(data)
        if sys.byteorder == 'big':
            values.byteswap()
        return values
    return bytes(data)
