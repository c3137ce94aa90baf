#!/usr/bin/env python3
"""A camera service in small: finds faces in frames that keep coming, with MTCNN run by snped.

P-Net's largest level is a stream of snped's, one frame deep: while it runs, a newer frame replaces the one that waits,
and each answer says which frame it is of and how old that is. Needs numpy; JPEG and MJPEG need Pillow too.

    camera.py --models DIR --picture FILE.jpg | --frames FOLDER | --device /dev/video0
              [--fps N] [--size WxH] [--count N] [--class NAME] [--min-face N] [--socket PATH] [--json]
"""
import argparse
import functools
import io
import json
import os
import sys
import time

os.environ.setdefault('OPENBLAS_NUM_THREADS', '1')  # small products: threads would only wait for each other
import numpy as np

import snpe_client
from video import Video, to_rgb

BATCH, CELL, STRIDE, PYRAMID = 16, 12, 2, 0.709  # P-Net looks at 12 x 12 pixels every 2; levels: half the area each
P_LEAST, R_LEAST, O_LEAST = 0.6, 0.7, 0.7
WAIT_S = 1


def decode(data):
    """A JPEG picture as an array [H, W, 3]."""
    from PIL import Image
    return np.asarray(Image.open(io.BytesIO(data)).convert('RGB'))


@functools.lru_cache(4096)
def weights(n_in, n_out):
    """[n_out, n_in]: how much each pixel counts, averaged when they shrink, bilinear when they grow."""
    out = np.arange(n_out)
    if n_in > n_out:
        ratio = n_in / n_out
        inside = np.clip(np.arange(n_in + 1)[None], (out * ratio)[:, None], ((out + 1) * ratio)[:, None])
        return (np.diff(inside, axis=1) / ratio).astype(np.float32)
    at = np.maximum((out + 0.5) * n_in / n_out - 0.5, 0)
    first = at.astype(int)
    matrix = np.zeros((n_out, n_in), np.float32)
    matrix[out, first] = 1 - (at - first)
    matrix[out, np.minimum(first + 1, n_in - 1)] += at - first
    return matrix


def patch(picture, x, y, width, height, to_width, to_height):
    """Pixels under a rectangle, black beyond the picture, as MTCNN's Keras weights want them: [W, H, 3]."""
    x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + width, picture.shape[1]), min(y + height, picture.shape[0])
    mixed = np.zeros((to_height, 3, to_width), np.float32)
    if x1 > x0 and y1 > y0:
        down, across = weights(height, to_height)[:, y0 - y:y1 - y], weights(width, to_width)[:, x0 - x:x1 - x]
        pixels = picture[y0:y1, x0:x1].astype(np.float32)
        lines = (down @ pixels.reshape(len(pixels), -1)).reshape(to_height, -1, 3)
        mixed = lines.transpose(0, 2, 1) @ across.T
    return np.ascontiguousarray(((mixed - 127.5) / 128).transpose(2, 0, 1), np.float32)


def suppress(boxes, limit, smaller=False):
    """Drops each box that overlaps a better one by more than LIMIT. Rows: x1, y1, x2, y2, score, ..."""
    boxes = boxes[np.argsort(-boxes[:, 4], kind='stable')]
    area = (boxes[:, 2] - boxes[:, 0] + 1) * (boxes[:, 3] - boxes[:, 1] + 1)
    kept = []
    for i, box in enumerate(boxes):
        best = boxes[kept]
        width = np.minimum(best[:, 2], box[2]) - np.maximum(best[:, 0], box[0]) + 1
        height = np.minimum(best[:, 3], box[3]) - np.maximum(best[:, 1], box[1]) + 1
        both = np.maximum(width, 0) * np.maximum(height, 0)
        whole = np.minimum(area[kept], area[i]) if smaller else area[kept] + area[i] - both
        if not (both / whole > limit).any():
            kept.append(i)
    return boxes[kept]


def correct(boxes, both_ends):
    """Moves each side by its shift, times width and height."""
    size = boxes[:, 2:4] - boxes[:, 0:2] + both_ends
    boxes[:, 0:2] += boxes[:, 5:7] * size
    boxes[:, 2:4] += boxes[:, 7:9] * size
    return boxes


def square(boxes):
    """The squares around the same centres with the longer sides."""
    size = boxes[:, 2:4] - boxes[:, 0:2]
    side = size.max(1, keepdims=True)
    boxes[:, 0:2] += (size - side) / 2
    boxes[:, 2:4] = boxes[:, 0:2] + side
    return boxes


class Level:
    """One size at which P-Net looks at the picture."""

    def __init__(self, client, width, height, scale):
        self.scale, self.width, self.height = scale, int(np.ceil(width * scale)), int(np.ceil(height * scale))
        self.network = client.load('pnet', input_dims={'input_1': (1, self.width, self.height, 3)},
                                   outputs=['conv2d_4', 'softmax'])

    def fill(self, picture):
        return {'input_1': patch(picture, 0, 0, picture.shape[1], picture.shape[0], self.width, self.height)}

    def collect(self, results):
        """The cells that look like a face, as boxes in the picture's pixels."""
        shape = self.network.outputs[0].dims[1:3]
        shifts, scores = results['conv2d_4'].reshape(*shape, 4), results['softmax'].reshape(*shape, 2)[..., 1]
        x, y = np.nonzero(scores >= P_LEAST)
        boxes = np.zeros((len(x), 19), np.float32)
        boxes[:, 0:2] = np.trunc((STRIDE * np.stack([x, y], 1) + 1) / self.scale)
        boxes[:, 2:4] = np.trunc((STRIDE * np.stack([x, y], 1) + CELL) / self.scale)
        boxes[:, 4], boxes[:, 5:9] = scores[x, y], shifts[x, y]
        return suppress(boxes, 0.5)


class Detector:
    def __init__(self, client, folder, min_face):
        self.client, self.min_face, self.levels = client, min_face, []
        self.pnet = client.load('pnet', os.path.join(folder, 'pnet.dlc'))  # makes the name known: levels share it
        self.rnet = client.load('rnet', os.path.join(folder, 'rnet.dlc'), outputs=['dense_2', 'softmax_1'],
                                input_dims={'input_2': (BATCH, 24, 24, 3)})
        self.onet = client.load('onet', os.path.join(folder, 'onet.dlc'), outputs=['dense_5', 'dense_6', 'softmax_2'],
                                input_dims={'input_3': (BATCH, 48, 48, 3)})

    def fit(self, width, height):
        """Makes the levels for pictures of that size."""
        scale = CELL / self.min_face
        while min(width, height) * scale >= CELL:
            self.levels.append(Level(self.client, width, height, scale))
            scale *= PYRAMID
        if not self.levels:
            raise SystemExit(f'camera: {width}x{height} hold no face of {self.min_face} pixels: --min-face')

    def judge(self, picture, boxes, network, side, least):
        """Keeps the boxes that NETWORK likes, with its score, shifts and points."""
        boxes[:, 0:4] = np.trunc(boxes[:, 0:4])
        liked = []
        for first in range(0, len(boxes), BATCH):
            some = boxes[first:first + BATCH]
            patches = np.zeros((BATCH, side, side, 3), np.float32)
            for i, (x1, y1, x2, y2) in enumerate(some[:, 0:4].astype(int)):
                if x2 >= x1 and y2 >= y1:
                    patches[i] = patch(picture, x1 - 1, y1 - 1, x2 - x1 + 1, y2 - y1 + 1, side, side)
            names = [tensor.name for tensor in network.outputs]  # shifts, perhaps points, scores
            results = network.run({network.inputs[0].name: patches})
            some[:, 4], some[:, 5:9] = results[names[-1]][:len(some), 1], results[names[0]][:len(some)]
            if len(names) == 3:
                points = results[names[1]][:len(some)].reshape(-1, 2, 5)
                size = (some[:, 2:4] - some[:, 0:2] + 1)[:, :, None]
                some[:, 9:19] = (points * size + some[:, 0:2, None] - 1).reshape(-1, 10)
            liked.append(some[some[:, 4] > least])
        return np.concatenate(liked) if liked else boxes

    def find(self, picture, lead=None):
        """Faces, best first. LEAD: the results of the first level, which was run already."""
        found = [level.collect(lead if lead is not None and i == 0 else level.network.run(level.fill(picture)))
                 for i, level in enumerate(self.levels)]
        boxes = square(correct(suppress(np.concatenate(found), 0.7), 0))
        boxes = self.judge(picture, boxes, self.rnet, 24, R_LEAST)
        boxes = square(correct(suppress(boxes, 0.7), 1))
        boxes = correct(self.judge(picture, boxes, self.onet, 48, O_LEAST), 1)
        return suppress(boxes, 0.7, smaller=True)


class Replay:
    """The files of a folder as if they came from a camera, over and over."""

    def __init__(self, folder, fps, width, height):
        self.paths = sorted(os.path.join(folder, name) for name in os.listdir(folder)
                            if name.lower().endswith(('.jpg', '.jpeg', '.yuyv', '.nv12', '.rgb')))
        if not self.paths:
            raise SystemExit(f'camera: {folder}: holds no frames: .jpg, .yuyv, .nv12 or .rgb')
        self.width, self.height, self.fps, self.skipped, self.at = width // 2 * 2, height // 2 * 2, fps, 0, 0
        self.height, self.width = self.read(self.paths[0]).shape[:2]
        self.begun = time.monotonic()

    def read(self, path):
        with open(path, 'rb') as file:
            data = file.read()
        kind = path.rsplit('.', 1)[1].lower()
        return decode(data) if kind in ('jpg', 'jpeg') else to_rgb(kind, data, self.width, self.height)

    def next(self, timeout):
        """The newest frame, or None if it is not there within TIMEOUT."""
        due = self.begun + (self.at + 1) / self.fps
        wait = due - time.monotonic()
        if wait > timeout:
            time.sleep(timeout)
            return None
        time.sleep(max(wait, 0))
        at = max(int((time.monotonic() - self.begun) * self.fps), self.at + 1)
        self.skipped += at - self.at - 1
        self.at = at
        return self.read(self.paths[(at - 1) % len(self.paths)])

    def close(self):
        pass


def open_stream(network, fps, job_class):
    """With the promise that each frame is answered before the next comes, if snped can give it."""
    try:
        return network.stream(depth=1, policy='newest', period=1 / fps, job_class=job_class)
    except snpe_client.Error as error:
        if error.name != 'no-capacity':
            raise
        print(f'camera: {error}', file=sys.stderr)
        return network.stream(depth=1, policy='newest', job_class=job_class)


class Live:
    def __init__(self, detector, source, args):
        self.detector, self.source, self.args = detector, source, args
        self.under_way = []  # (frame, picture), in the order pushed
        self.taken = self.shown = self.dropped = self.overtaken = self.oldest_us = self.age_us = self.faces = 0
        self.stream = open_stream(detector.levels[0].network, args.fps, args.job_class)

    def take(self, timeout):
        picture = self.source.next(timeout)
        if picture is None:
            return
        self.taken += 1
        level = self.detector.levels[0]
        self.under_way.append((self.stream.push(level.fill(picture), frame=self.taken), picture))

    def answered(self):
        """The newest frame that came through; those before it are overtaken."""
        newest, waiting = None, []
        for frame, picture in self.under_way:
            if not frame.done():
                waiting.append((frame, picture))
                continue
            try:
                results = frame.wait(0)
            except snpe_client.Error as error:
                if error.name not in ('dropped', 'deadline', 'disconnected'):
                    raise
                self.dropped += 1
                continue
            self.overtaken += newest is not None
            newest = results, picture
        self.under_way = waiting
        return newest

    def look(self, results, picture):
        """The rest of the cascade for one frame."""
        faces = self.detector.find(picture, results)
        self.shown += 1
        self.age_us, self.faces = results.result['age_us'], len(faces)
        self.oldest_us = max(self.oldest_us, self.age_us)
        if self.args.json:
            print(json.dumps({'frame': results.result['frame'], 'age_us': self.age_us, 'dropped': self.dropped,
                              'faces': [as_json(face) for face in faces]}), flush=True)

    def run(self):
        begun = told = time.monotonic()
        shown_before = 0
        while True:
            more = not self.args.count or self.taken + self.source.skipped < self.args.count
            if more:
                self.take(0.005 if self.under_way else WAIT_S)
            newest = self.answered()
            if newest:
                self.look(*newest)
            elif not more and not self.under_way:
                break
            elif not more:
                time.sleep(0.002)
            now = time.monotonic()
            if now - told >= 1 and not self.args.json:
                print(f'{(self.shown - shown_before) / (now - told):5.1f} frames/s  {self.dropped} dropped  '
                      f'{self.overtaken + self.source.skipped} overtaken  age {self.age_us / 1000:.1f} ms  '
                      f'{self.faces} face{"" if self.faces == 1 else "s"}', flush=True)
                told, shown_before = now, self.shown
        if not self.args.json:
            seconds = time.monotonic() - begun
            print(f'{self.taken + self.source.skipped} frames in {seconds:.1f} s: {self.shown} looked at '
                  f'({self.shown / seconds:.1f} a second), {self.dropped} dropped by snped, '
                  f'{self.overtaken + self.source.skipped} overtaken here; oldest answer {self.oldest_us / 1000:.1f} ms')


def as_json(face):
    return {'box': [round(float(x), 1) for x in face[0:4]], 'score': round(float(face[4]), 5)}


def look_at_picture(detector, args):
    with open(args.picture, 'rb') as file:
        picture = decode(file.read())
    detector.fit(picture.shape[1], picture.shape[0])
    faces = detector.find(picture)
    if args.json:
        print(json.dumps({'faces': [as_json(face) for face in faces]}))
        return
    for face in faces:
        print('face  box ({:.0f},{:.0f})-({:.0f},{:.0f})  score {:.4f}'.format(*face[0:5]))
        for name, x, y in zip(('left_eye', 'right_eye', 'nose', 'mouth_left', 'mouth_right'), face[9:14], face[14:19]):
            print(f'      {name:11} ({x:.0f},{y:.0f})')
    print(f'{len(faces)} face{"" if len(faces) == 1 else "s"} on {len(detector.levels)} pyramid levels')


def main():
    parser = argparse.ArgumentParser(description='Finds faces with MTCNN run by snped.')
    parser.add_argument('--models', required=True, help='the folder of pnet.dlc, rnet.dlc, onet.dlc')
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument('--picture')
    source.add_argument('--frames', help='a folder of .jpg, .yuyv, .nv12 or .rgb, over and over')
    source.add_argument('--device', help='a camera: /dev/video0')
    parser.add_argument('--fps', type=float, default=30)
    parser.add_argument('--size', default='640x480', help='of the camera, or of raw frames')
    parser.add_argument('--count', type=int, default=0, help='end after so many frames')
    parser.add_argument('--class', dest='job_class', help='realtime, interactive or batch, as far as policy allows')
    parser.add_argument('--min-face', type=int, help='in pixels; default 20, of frames 60')
    parser.add_argument('--socket')
    parser.add_argument('--json', action='store_true')
    args = parser.parse_args()
    width, height = map(int, args.size.split('x'))

    with snpe_client.connect(args.socket, 'camera.py') as client:
        frames = None
        if args.device:
            frames = Video(args.device, width, height, args.fps, decode)
        elif args.frames:
            frames = Replay(args.frames, args.fps, width, height)
        detector = Detector(client, args.models, args.min_face or (60 if frames else 20))
        if not frames:
            look_at_picture(detector, args)
            return
        try:
            detector.fit(frames.width, frames.height)
            Live(detector, frames, args).run()
        finally:
            frames.close()


if __name__ == '__main__':
    try:
        main()
    except (snpe_client.Error, OSError, ValueError, ImportError) as failure:
        sys.exit(f'camera: {failure}')
    except KeyboardInterrupt:
        pass
