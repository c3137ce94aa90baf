#!/usr/bin/env python3
"""Writes message_vectors.h: every message as msgpack bytes, made by an encoder that shares nothing
with ours (written from the msgpack specification), from values that test_messages.c repeats.

  tests/protocol/make_vectors.py | clang-format > tests/protocol/message_vectors.h
"""
import struct


def number(n):
    for least, most, head, form in ((0, 0x7f, b'', '>B'), (-32, -1, b'', '>b'), (0, 0xff, b'\xcc', '>B'),
                                    (0, 0xffff, b'\xcd', '>H'), (0, 0xffffffff, b'\xce', '>I'),
                                    (0, (1 << 64) - 1, b'\xcf', '>Q'), (-1 << 7, -1, b'\xd0', '>b'),
                                    (-1 << 15, -1, b'\xd1', '>h'), (-1 << 31, -1, b'\xd2', '>i'),
                                    (-1 << 63, -1, b'\xd3', '>q')):
        if least <= n <= most:
            return head + struct.pack(form, n)
    raise ValueError(n)


def sized(n, fix, fix_most, wide):
    """The head of a text or list: FIX with N in it, or the first tag of WIDE that is wide enough."""
    if n <= fix_most:
        return bytes([fix | n])
    for tag, form in wide:
        if n < 1 << 8 * struct.calcsize(form):
            return bytes([tag]) + struct.pack(form, n)
    raise ValueError(n)


def encode(value):
    if value is True or value is False:
        return b'\xc3' if value else b'\xc2'
    if isinstance(value, int):
        return number(value)
    if isinstance(value, float):
        return b'\xcb' + struct.pack('>d', value)
    if isinstance(value, str):
        text = value.encode()
        return sized(len(text), 0xa0, 31, ((0xd9, '>B'), (0xda, '>H'), (0xdb, '>I'))) + text
    if isinstance(value, list):
        return sized(len(value), 0x90, 15, ((0xdc, '>H'), (0xdd, '>I'))) + b''.join(map(encode, value))
    return sized(len(value), 0x80, 15, ((0xde, '>H'), (0xdf, '>I'))) + b''.join(
        encode(k.rstrip('_')) + encode(v) for k, v in value.items())


NOW = 81234567890123
DIGEST = '0123456789abcdef' * 4
IMAGE = dict(name='data', type='tf8', dims=[1, 224, 224, 3], size=150528, min=-1.5, max=2.25)
PROB = dict(name='prob', type='float32', dims=[1000], size=4000)
SCALAR = dict(name='score', type='float32', dims=[], size=4)
MODEL = dict(name='face', state='failed', generation=3, digest=DIGEST, runtime='cpu', networks=2,
             memory_bytes=1 << 33, runs=70000, keep=True, pin=True, ttl_ms=300000,
             error='layer conv1: ' + 'x' * 40)
DEVICE = dict(name='cpu', lanes=2, queued=3, running=1, memory_used=1 << 33, memory_most=1 << 34, jobs=1 << 40,
              failed=4, expired=5, cancelled=6,
              busy_us=123456789, run_p50_us=900, run_p99_us=1800, queue_p50_us=70, queue_p99_us=80, busy_1s_us=900000,
              busy_10s_us=5000000, state='recovering', perf='burst', losses=2, recovery_p50_us=40000,
              recovery_p99_us=70000, recovery_most_us=80000)
NETWORK = dict(runtime='cpu', inputs=[IMAGE], outputs=[PROB, SCALAR], why='LSTM: dsp cannot', plan_bytes=5000000,
               slot_bytes=600000, slots=2, launches=31, macs=724406816, runs=12, run_p50_us=15000,
               run_p99_us=16000)

MESSAGES = dict(
    hello_params=dict(version_least=1, version_most=2, client='camera'),
    hello_result=dict(version=1, daemon='0.1.0', session=300, frame_most=1 << 20, may_load=True, ready=False,
                      may_admin=True, ceiling='interactive',
                      events='ipc:///run/snped/events.ipc'),
    ping_params={}, ping_result={},
    load_params=dict(name='face.dlc', keep=True, ttl_ms=60000, runtimes=['dsp', 'cpu'], perf='burst',
                     input_dims=[dict(name='data', dims=[1, 12, 12, 3]), dict(name='s', dims=[2147483648])],
                     outputs=['prob'], types=[dict(name='data', type='uint8')]),
    load_result=dict(network=7, name='face', generation=1, digest=DIGEST, runtime='cpu', inputs=[IMAGE],
                     outputs=[PROB, SCALAR], why='LSTM: dsp cannot', load_us=400000, memory_bytes=3000000000),
    unload_params=dict(name='face'), unload_result={},
    list_params={},
    list_result=dict(models=[MODEL, dict(name='b', state='ready', generation=1, networks=0, memory_bytes=0,
                                         runs=0)]),
    info_params=dict(name='face'),
    info_result=dict(model=MODEL, version='2.1', weight_bytes=244000000, networks=[NETWORK, NETWORK]),
    region_add_params=dict(size=1 << 21), region_add_result=dict(region=4294967295),
    region_drop_params=dict(region=128), region_drop_result={},
    run_params=dict(network=7, inputs=[dict(name='data', region=2, offset=4096, size=150528), dict(size=8)],
                    outputs=[dict(name='prob', region=2, offset=64, size=4000)],
                    deadline_ns=81234567890123),
    run_result=dict(outputs=[dict(name='prob', size=4000), dict(name='score', offset=4032, size=4)], queue_us=40,
                    run_us=15000, copied_bytes=150528, job=70001),
    cancel_params=dict(serial=65536), cancel_result=dict(found=False),
    stats_params={},
    stats_result=dict(daemon='0.1.0', state='starting', waits_for='face', uptime_us=5000000, sessions=16, regions=17,
                      region_bytes=1 << 32, models=1, networks=10, memory_bytes=65535, frames=255, refused=256,
                      devices=[DEVICE]),
    ps_params={},
    ps_result=dict(now_ns=NOW, sessions=[
        dict(session=300, pid=4711, uid=1000, name='camera', state='open', ceiling='realtime', age_us=90000000, calls=2,
             runs=70000, refused=1, expired=2, dropped=3, device_us=1 << 33, user_device_us=1 << 34, demoted=9,
             queue_p50_us=40, queue_p99_us=400,
             run_p50_us=15000, run_p99_us=16000, regions=2, region_bytes=1 << 21,
             networks=[dict(network=7, model='face', runtime='cpu', why='LSTM: dsp cannot', runs=69999)]),
        dict(session=301, pid=1, uid=0, name='', state='new', age_us=5, calls=0, runs=0, device_us=0, queue_p50_us=0,
             queue_p99_us=0, run_p50_us=0, run_p99_us=0)],
        jobs=[dict(job=70001, session=300, model='face', device='cpu', class_='realtime', running=True, waited_us=40,
                   ran_us=900, deadline_ns=NOW + 5),
              dict(job=70002, model='b', device='gpu', class_='batch', waited_us=0)],
        more_sessions=1, more_jobs=2, hidden_sessions=3, hidden_jobs=4),
    why_params=dict(job=70001),
    why_result=dict(job=70001, state='ended', result=-5009, session=300, uid=1000, client='camera', model='face',
                    device='cpu', lane=1, class_='batch', picked='turn', slot=True, now_ns=NOW, arrived_ns=NOW - 900,
                    queued_ns=NOW - 800, started_ns=NOW - 700, ended_ns=NOW - 600, answered_ns=NOW - 500,
                    deadline_ns=NOW - 550, run_us=100,
                    before=[dict(job=70000, session=299, client='mic', model='kws', class_='realtime', run_us=90,
                                 running=True, reason='class')],
                    more=7, hidden=6, before_us=95, sentence='It waited 200 ns.'),
    trace_params=dict(after=255, on=True),
    trace_result=dict(next=300, lost=4, hidden=5, now_ns=NOW, records=[
        dict(kind='job', job=70001, session=300, client='camera', model='face', device='cpu', lane=1, step=2, steps=3,
             class_='batch', picked='turn', result=-5009, arrived_ns=NOW - 900, queued_ns=NOW - 800, began_ns=NOW - 700,
             ended_ns=NOW - 600, answered_ns=NOW - 500, deadline_ns=NOW - 550, run_us=100),
        dict(kind='loop', began_ns=1, ended_ns=2)]),
    stream_open_params=dict(network=7, depth=3, policy='queue', class_='realtime', period_us=32000, deadline_us=1 << 20,
                            carry=[dict(output='hn', input='h'), dict(output='cn', input='c')]),
    stream_open_result=dict(stream=2, carry_bytes=1 << 40),
    stream_push_params=dict(stream=2, frame=1 << 63, inputs=[dict(name='data', region=2, offset=4096, size=150528)],
                            outputs=[dict(name='prob', size=0)], deadline_ns=81234567890123),
    stream_push_result=dict(outputs=[dict(name='prob', size=4000)], frame=1 << 63, age_us=16001, queue_us=40,
                            run_us=15000, copied_bytes=150528, dropped=9, job=77),
    stream_reset_params=dict(stream=2), stream_reset_result={},
    stream_close_params=dict(stream=4294967295),
    stream_close_result=dict(pushed=21, done=6, dropped=5, expired=4, cancelled=3, failed=2),
    reload_params={},
    reload_result=dict(changed=['[quota] models'], later=['[daemon] threads', '[device cpu] lanes'],
                       models=[dict(name='face', what='failed', error='there is no such file'),
                               dict(name='b', what='loaded')]),
    error_result=dict(error='no-model', code=-5016, retryable=False, snpe_code=400,
                      message='no model is called "fase": did you mean "face"?'),
)

print('/* Made by make_vectors.py. */\n#include <stdint.h>\n')
for name, message in MESSAGES.items():
    data = encode(message)
    print(f'static const uint8_t vector_{name}[] = {{')
    for at in range(0, len(data), 16):
        print('    ' + ' '.join(f'0x{b:02x},' for b in data[at:at + 16]))
    print('};')
