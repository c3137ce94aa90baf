#!/usr/bin/env python3
"""A voice service in small: tells when somebody speaks, by asking snped to run Silero VAD on every 32 ms of sound.

The hops are a stream, whose recurrent state stays in the daemon. Sound comes from a WAV file of 16 kHz (others are
resampled plainly; the C example does it well), or from a microphone by ALSA.

    voice.py --model FILE.dlc --wav FILE.wav | --device default [--seconds N] [--class NAME] [--socket PATH] [--json]
"""
import argparse
import array
import ctypes
import ctypes.util
import json
import math
import sys
import wave

import snpe_client

RATE, HOP, CONTEXT = 16000, 512, 64
SPEECH_AT, SILENCE_AT = 0.5, 0.35  # a hop above is speech, below is silence; between them nothing changes
FLOOR_DB = -90.0  # 16 bits hold no more


def read_wav(path):
    """Hops of floats, with half a second of silence behind."""
    with wave.open(path) as file:
        if file.getsampwidth() != 2:
            raise SystemExit(f'voice: {path}: is no WAV file of 16-bit PCM')
        channels, rate = file.getnchannels(), file.getframerate()
        samples = array.array('h', file.readframes(file.getnframes()))
    mono = [sum(samples[i:i + channels]) / channels / 32768 for i in range(0, len(samples), channels)]
    if rate != RATE:
        mono = resample(mono, rate)
    mono += [0.0] * (RATE // 2)
    for at in range(0, len(mono) - HOP + 1, HOP):
        yield mono[at:at + HOP]


def resample(x, rate):
    """Averages when there are too many samples, between two when there are too few."""
    ratio = rate / RATE
    if ratio > 1:
        edges = [int(i * ratio) for i in range(int(len(x) / ratio) + 1)]
        return [sum(x[a:b]) / (b - a) for a, b in zip(edges, edges[1:])]
    out = []
    for i in range(int((len(x) - 1) / ratio)):
        at = int(i * ratio)
        out.append(x[at] + (x[at + 1] - x[at]) * (i * ratio - at))
    return out


def read_microphone(name):
    """Hops from ALSA's NAME, which resamples by itself where it must."""
    library = ctypes.util.find_library('asound')
    if not library:
        raise SystemExit('voice: --device needs ALSA (libasound2)')
    alsa = ctypes.CDLL(library)
    alsa.snd_strerror.restype = ctypes.c_char_p
    alsa.snd_pcm_readi.restype = ctypes.c_long
    alsa.snd_pcm_readi.argtypes = ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ulong
    handler = ctypes.CFUNCTYPE(None)(lambda: None)  # its own lines say nothing that ours does not
    alsa.snd_lib_error_set_handler(handler)

    def check(code):
        if code < 0:
            raise SystemExit(f'voice: microphone "{name}": {alsa.snd_strerror(int(code)).decode()}: \'arecord -L\' lists '
                             'those that there are; --wav reads a file instead')
        return code

    pcm = ctypes.c_void_p()
    capture, s16_le, interleaved, latency_us = 1, 2, 3, 200000
    check(alsa.snd_pcm_open(ctypes.byref(pcm), name.encode(), capture, 0))
    try:
        check(alsa.snd_pcm_set_params(pcm, s16_le, interleaved, 1, RATE, 1, latency_us))
        samples, frames = array.array('h'), (ctypes.c_int16 * HOP)()
        while True:
            n = alsa.snd_pcm_readi(pcm, frames, HOP)
            if n < 0:
                check(alsa.snd_pcm_recover(pcm, int(n), 1))  # we came too late: some sound is lost
                continue
            samples.extend(frames[:n])
            while len(samples) >= HOP:
                yield [sample / 32768 for sample in samples[:HOP]]
                del samples[:HOP]
    finally:
        alsa.snd_pcm_close(pcm)


def decibels(amplitude):
    return max(20 * math.log10(amplitude), FLOOR_DB) if amplitude > 0 else FLOOR_DB


class Vad:
    """Silero VAD as a stream."""

    def __init__(self, client, model, live, job_class):
        self.network = client.load('vad', model, outputs=['output', 'stateN'])
        self.context = [0.0] * CONTEXT
        self.late = self.oldest_us = 0
        self.last = 0.0
        named = {'carry': {'stateN': 'state'}, 'policy': 'queue', 'job_class': job_class}
        try:  # with the promise that each hop is answered before the next comes, if snped can give it
            self.stream = self.network.stream(period=HOP / RATE if live else 0, **named)
        except snpe_client.Error as error:
            if error.name != 'no-capacity':
                raise
            print(f'voice: {error}', file=sys.stderr)
            self.stream = self.network.stream(**named)

    def hear(self, hop):
        """The probability that HOP is speech; of the one before if snped was too late with it."""
        chunk, self.context = array.array('f', self.context + hop), hop[-CONTEXT:]
        try:
            results = self.stream.run({'input': chunk}, ['output'])
        except snpe_client.Error as error:
            if error.name not in ('deadline', 'queue-full'):
                raise
            self.late += 1
            return self.last
        if results.result['restarted']:
            print('voice: snped was restarted: listening begins anew', file=sys.stderr)
        self.oldest_us = max(self.oldest_us, results.result['age_us'])
        self.last = memoryview(results['output']).cast('B').cast('f')[0]
        return self.last


def listen(vad, hops, seconds, show):
    """(spans of speech, hops, mean level, peak)"""
    spans, speaking, n, squares, peak = [], False, 0, 0.0, 0.0
    for hop in hops:
        probability = vad.hear(hop)
        if speaking != (probability >= (SILENCE_AT if speaking else SPEECH_AT)):
            speaking = not speaking
            if speaking:
                spans.append([n * HOP / RATE, None])
            else:
                spans[-1][1] = n * HOP / RATE
        n += 1
        energy = sum(x * x for x in hop)
        squares += energy
        peak = max(peak, max(map(abs, hop)))
        if show:
            level = decibels(math.sqrt(energy / HOP))
            bar = '#' * max(0, int(30 + level / 2))
            print(f'\r[{bar:30}] {level:6.1f} dB  {"speech" if speaking else "      "}', end='', flush=True)
        if seconds and n * HOP >= seconds * RATE:
            break
    if speaking:
        spans[-1][1] = n * HOP / RATE
    if show:
        print()
    return spans, n, decibels(math.sqrt(squares / max(n * HOP, 1))), decibels(peak)


def main():
    parser = argparse.ArgumentParser(description='Tells when speech begins and ends, with Silero VAD run by snped.')
    parser.add_argument('--model', required=True)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument('--wav')
    source.add_argument('--device', help='a microphone, as ALSA calls it ("default"), until interrupted')
    parser.add_argument('--seconds', type=float, default=0, help='at most so long')
    parser.add_argument('--class', dest='job_class', help='realtime, interactive or batch, as far as policy allows')
    parser.add_argument('--socket')
    parser.add_argument('--json', action='store_true')
    args = parser.parse_args()

    hops = read_microphone(args.device) if args.device else read_wav(args.wav)
    with snpe_client.connect(args.socket, 'voice.py') as client:
        vad = Vad(client, args.model, bool(args.device), args.job_class)
        show = bool(args.device) and not args.json and sys.stdout.isatty()
        spans, n, level, peak = listen(vad, hops, args.seconds, show)
    if args.json:
        print(json.dumps({'speech': spans, 'hops': n, 'level_db': round(level, 1), 'peak_db': round(peak, 1),
                          'oldest_us': vad.oldest_us, 'late': vad.late}))
        return
    for begin, end in spans:
        print(f'speech  {begin:.2f} s to {end:.2f} s')
    print(f'{len(spans)} span{"" if len(spans) == 1 else "s"} of speech in {n * HOP / RATE:.2f} s; level {level:.1f} dB, '
          f'peak {peak:.1f} dB')
    print(f'{n} hops, {vad.late} of them late, the oldest answer {vad.oldest_us / 1000:.1f} ms after its sound')


if __name__ == '__main__':
    try:
        main()
    except (snpe_client.Error, OSError, wave.Error) as failure:
        sys.exit(f'voice: {failure}')
    except KeyboardInterrupt:
        pass
