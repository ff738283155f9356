"""Batches of drawn lines, made ahead by another process while the network learns."""

import multiprocessing
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, count, islice
from multiprocessing.queues import Queue

import cv2
import numpy as np
from numpy.typing import NDArray

from opsec.hints.signs.alphabet import ALPHABET
from opsec.hints.signs.line_reader import HEIGHT_PX, prepared
from opsec.training.drawing import Artist, Drawn
from opsec.training.fonts import Face

_POOL = 512
_PADDED_TO_PX = 16
_AHEAD = 40
_PATIENCE_S = 300.0
_CLASS = {sign: at + 1 for at, sign in enumerate(ALPHABET)}


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines of about one width: pictures (n, 1, 40, width), all classes in a row, and how many each line has."""

    pictures: NDArray[np.float32]
    classes: NDArray[np.int64]
    lengths: NDArray[np.int64]


def stacked(lines: list[Drawn]) -> Batch:
    """One batch; narrower lines are filled up with the middle grey."""
    ready = [prepared(line.picture) for line in lines]
    width = -(-max(one.shape[1] for one in ready) // _PADDED_TO_PX) * _PADDED_TO_PX
    pictures = np.zeros((len(lines), 1, HEIGHT_PX, width), np.float32)
    for row, one in zip(pictures, ready, strict=True):
        row[0, :, : one.shape[1]] = one
    classes = np.array([_CLASS[sign] for line in lines for sign in line.signs], np.int64)
    return Batch(pictures, classes, np.array([len(line.signs) for line in lines], np.int64))


def pool(artist: Artist, size: int, most: int) -> Iterator[Batch]:
    """Enough lines for a while, sorted by width into batches, in an order of chance."""
    lines = list(islice(chain.from_iterable(artist.pictures(most) for _ in count()), _POOL))
    lines.sort(key=lambda line: line.picture.shape[1] / line.picture.shape[0])
    starts = range(0, _POOL - size + 1, size)
    for start in artist.rng.permutation(list(starts)):
        yield stacked(lines[start : start + size])


def _draw(
    seed: int, faces: list[Face], size: int, most: "multiprocessing.sharedctypes.Synchronized[int]", out: "Queue[Batch]"
) -> None:
    cv2.setNumThreads(1)
    artist = Artist(seed, faces)
    while True:
        for batch in pool(artist, size, most.value):
            out.put(batch)


class DrawnAhead:
    """Batches from a process of their own; ``most`` characters a line can be raised on the way."""

    def __init__(self, seed: int, faces: list[Face], size: int, most: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.most = context.Value("i", most)
        self._queue: Queue[Batch] = context.Queue(_AHEAD)
        self._process = context.Process(target=_draw, args=(seed, faces, size, self.most, self._queue), daemon=True)
        self._process.start()

    def next(self) -> Batch:
        """The next batch; waits for it. ``queue.Empty`` when the drawing process has come to nothing."""
        return self._queue.get(timeout=_PATIENCE_S)

    def stop(self) -> None:
        """Ends the drawing process."""
        self._process.terminate()
        self._process.join()
