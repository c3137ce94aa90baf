"""msgpack, messages and their tables."""
import os
import re
import unittest

import support  # noqa: F401: must come first, it may hide numpy
from snpe_client import tables, wire


def vectors():
    path = os.path.join(os.environ['SNPED_SOURCE'], 'tests/protocol/message_vectors.h')
    with open(path) as file:
        text = file.read()
    for name, body in re.findall(r'vector_(\w+)\[\] = \{(.*?)\};', text, re.S):
        yield name, bytes(int(number, 16) for number in re.findall(r'0x[0-9a-f]{2}', body))


class Wire(unittest.TestCase):
    def test_every_message_of_the_c_side_is_read_and_written_to_the_byte(self):
        seen = set()
        for name, data in vectors():
            if name not in tables.MESSAGES:
                continue
            with self.subTest(name):
                values, used = wire.unpack(data)
                self.assertEqual(used, len(data))
                read = wire.read_message(name, values)
                self.assertEqual(set(read), set(tables.MESSAGES[name]))
                self.assertEqual(wire.pack_message(name, values), data)
                seen.add(name)
        of_methods = {name for _, *both, _ in tables.METHODS.values() for name in both}
        self.assertLessEqual(of_methods, seen)

    def test_numbers_and_texts_take_their_shortest_form_and_come_back(self):
        for value, size in ((0, 1), (127, 1), (128, 2), (255, 2), (256, 3), (65535, 3), (65536, 5), ((1 << 32) - 1, 5),
                            (1 << 32, 9), ((1 << 64) - 1, 9), (-1, 1), (-32, 1), (-33, 2), (-129, 3), (-1 << 31, 5), (-1 << 63, 9), (1.5, 9), (True, 1), (None, 1),
                            ('', 1), ('a' * 31, 32), ('a' * 32, 34), ('a' * 256, 259), ([], 1), ([1] * 16, 19),
                            ({'k': 'v'}, 5), ({str(i): i for i in range(20)}, 3 + 20 + 10 * 2 + 10 * 3)):
            data = wire.pack(value)
            self.assertEqual(len(data), size, value)
            self.assertEqual(wire.unpack(data), (value, size))

    def test_a_name_of_any_bytes_comes_back_as_they_were(self):
        data = b'\xa4a\xff\xfe/'
        text, _ = wire.unpack(data)
        self.assertEqual(wire.pack(text), data)

    def test_what_is_cut_or_promises_too_much_is_refused(self):
        whole = wire.pack({'a': [1, 'text', {'b': 1.5}], 'c': 70000})
        for size in range(len(whole)):
            with self.assertRaises(wire.Error) as caught:
                wire.unpack(whole[:size])
            self.assertEqual(caught.exception.name, 'bad-frame')
        for bad in (b'\xdd\x03\xff\xff\xff', b'\xdf\xff\xff\xff\xff', b'\xdb\xff\xff\xff\xff', b'\xc1', b'\x91' * 5000,
                    b'\x81\x01\x01', b'\xc6\xff\xff\xff\xffx'):
            with self.assertRaises(wire.Error):
                wire.unpack(bad)

    def test_every_byte_changed_is_read_or_refused(self):
        for name, data in vectors():
            for at in range(min(len(data), 60)):
                for value in (0, 0x7f, 0x80, 0x91, 0xc1, 0xcf, 0xdb, 0xdd, 0xdf, 0xff):
                    mutated = data[:at] + bytes([value]) + data[at + 1:]
                    try:
                        values, _ = wire.unpack(mutated)
                        wire.read_message(name, values)
                    except (wire.Error, KeyError):
                        pass

    def test_a_message_is_held_to_its_table(self):
        good = {'version': 1, 'daemon': 'd', 'session': 1, 'frame_most': 4096, 'may_load': True, 'ready': False}
        self.assertLessEqual(good.items(), wire.read_message('hello_result', {**good, 'new': [1]}).items())
        self.assertNotIn('new', wire.read_message('hello_result', {**good, 'new': [1]}))
        for bad in ({'version': 'one'}, {'version': -1}, {'version': 1 << 32}, {'version': True}, {'daemon': 5},
                    {'may_load': 1}, {'session': 1.0}):
            with self.assertRaises(wire.Error):
                wire.read_message('hello_result', {**good, **bad})
        with self.assertRaises(wire.Error) as caught:
            wire.read_message('hello_result', {})
        self.assertIn('hello_result lacks version', str(caught.exception))
        with self.assertRaises(wire.Error) as caught:
            wire.read_message('load_result', {'network': 1, 'inputs': [{'dims': [0]}]})
        with self.assertRaises(KeyError):
            wire.pack_message('hello_params', {'nonsense': 1})

    def test_an_error_knows_what_the_table_says(self):
        error = wire.Error('queue-full')
        self.assertEqual((error.code, error.retryable), (-5008, True))
        self.assertIn('queue is full', str(error))


if __name__ == '__main__':
    unittest.main()
