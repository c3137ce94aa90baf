"""Streams, against the scripted daemon: its stream adds up the frames."""
import unittest

from support import Case, Fake, Gone, WIDTH, floats  # first: it may hide numpy
import snpe_client


def first(results):
    return memoryview(results['sum']).cast('B').cast('f')[0]


class Streams(Case):
    def setUp(self):
        super().setUp()
        self.network = self.client.load('pair')
        self.stream = self.network.stream(depth=2, policy='queue', carry={'sum': 'b'})

    def tearDown(self):
        self.network = self.stream = None
        super().tearDown()

    def restart(self):
        self.fake.stop()
        self.fake.start()

    def run_one(self, value, frame=0):
        return self.stream.run({'a': floats(value)}, ['sum'], frame=frame)

    def test_frames_add_up_until_a_reset(self):
        self.assertEqual(first(self.run_one(1)), 1)
        results = self.run_one(2, 71)
        self.assertEqual(first(results), 3)
        self.assertEqual(results.result, {'frame': 71, 'age_us': 23, 'queue_us': 7, 'run_us': 11, 'copied_bytes': 0,
                                          'dropped': 3, 'job': 99, 'staged_bytes': 0, 'restarted': False})
        self.stream.reset()
        self.assertEqual(first(self.run_one(4)), 4)

    def test_what_is_wrong_is_said(self):
        self.refused('no-tensor', 'no such tensor', self.network.stream, carry={'total': 'b'})
        self.refused('bad-params', 'name at least one', self.stream.run, {'a': floats()}, [])
        self.refused('no-tensor', "no input 'c'", self.stream.run, {'c': floats()}, ['sum'])
        self.assertEqual(self.fake.count('stream-push'), 0)

    def test_a_stream_is_opened_again_and_its_first_answer_says_so(self):
        self.run_one(1)
        self.restart()
        results = self.run_one(2)
        self.assertEqual((first(results), results.result['restarted']), (2, True))
        results = self.run_one(3)
        self.assertEqual((first(results), results.result['restarted']), (5, False))

    def die_once(self):
        left = [1]

        def die(fake, conn, name, *_):
            if name == 'stream-push' and left:
                left.pop()
                raise Gone
            return NotImplemented
        self.fake.hook = die

    def test_a_frame_of_a_stream_with_a_state_is_not_sent_twice(self):
        self.die_once()
        self.refused('disconnected', 'closed the connection', self.run_one, 1)
        self.assertEqual(first(self.run_one(2)), 2)
        self.assertEqual(self.fake.count('stream-push'), 2)

    def test_a_frame_of_a_stream_without_a_state_is(self):
        plain = self.network.stream()
        self.die_once()
        self.assertEqual(first(plain.run({'a': floats(1), 'b': floats(2)}, ['sum'])), 3)
        self.assertEqual(self.fake.count('stream-push'), 2)

    def push(self, value, frame):
        return self.stream.push({'a': floats(value)}, ['sum'], frame=frame)

    def test_pushed_frames_are_waited_for_in_any_order(self):
        frames = [self.push(i, 40 + i) for i in (1, 2, 3)]
        self.client.ping()  # takes in what came before its own answer
        self.assertTrue(frames[2].done())
        self.assertEqual(first(frames[2].wait()), 6)
        self.assertEqual(first(frames[0].wait()), 1)
        self.assertEqual(frames[1].wait().result['frame'], 42)
        self.assertEqual(first(frames[1].wait()), 3)  # it is kept

    def test_a_dropped_frame_raises_where_it_is_waited_for(self):
        self.fake.hook = lambda fake, conn, name, *_: (
            Fake.error('dropped', 'frame 1 was replaced by frame 2') if name == 'stream-push' else NotImplemented)
        frame = self.push(1, 1)
        self.refused('dropped', 'replaced by frame 2', frame.wait)
        self.assertEqual(frame.number, 1)

    def test_a_frame_that_nobody_waits_for_is_forgotten(self):
        for i in range(50):
            self.push(1, i)
        self.client.ping()
        self.assertEqual(self.client._connection.pushed, {})

    def test_silence_ends_and_the_frame_can_be_waited_for_again(self):
        held = []

        def hold(fake, conn, name, values, serial, *_):
            if name == 'stream-push':
                held.append((conn, serial))
                return None
            return NotImplemented
        self.fake.hook = hold
        frame = self.push(1, 8)
        self.refused('timeout', 'frame 8 was not answered in time', frame.wait, 0.05)
        self.assertFalse(frame.done())
        conn, serial = held[0]
        number = snpe_client.tables.METHODS['stream-push'][0]
        conn.sendall(Fake.frame(number, serial, {
            'outputs': [{'name': 'sum', 'size': 64}], 'age_us': 1, 'queue_us': 1, 'run_us': 1}, floats(9).tobytes()))
        self.assertEqual(first(frame.wait()), 9)

    def test_frames_under_way_end_with_the_connection(self):
        self.die_once()
        frame = self.push(1, 1)
        self.refused('disconnected', 'closed the connection', frame.wait)
        self.refused('disconnected', 'closed the connection', frame.wait)
        self.assertTrue(frame.done())
        self.assertTrue(self.push(2, 2).wait().result['restarted'])

    def test_a_stream_that_the_daemon_closed_is_opened_again(self):
        for use in (lambda: self.run_one(2), lambda: self.push(2, 2).wait()):
            self.run_one(1)
            self.fake.hook = lambda fake, conn, name, *_: (
                Fake.error('no-stream', 'stream 1 was closed') if name == 'stream-push' else NotImplemented)
            self.refused('no-stream', 'was closed', use)
            self.fake.hook = None
            results = self.run_one(3)
            self.assertEqual((first(results), results.result['restarted']), (3, True))

    def test_a_closed_stream_is_the_daemons_no_more(self):
        self.stream.close()
        self.stream.close()
        self.assertEqual(self.fake.count('stream-close'), 1)
        self.refused('no-stream', 'was closed', self.run_one, 1)
        with self.network.stream() as plain:
            plain.run({'a': floats(1), 'b': floats(2)}, ['sum'])
        self.assertEqual(self.fake.count('stream-close'), 2)


assert WIDTH
if __name__ == '__main__':
    unittest.main()
