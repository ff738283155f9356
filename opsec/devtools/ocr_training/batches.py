"""Batches of drawn lines, made ahead by other processes while the network learns."""

import multiprocessing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count, islice
from multiprocessing.queues import Queue

import cv2
import numpy as np
from numpy.typing import NDArray

from opsec.devtools.ocr_training.line_renderer import Artist, Drawn
from opsec.vision.ocr.charset import ALPHABET
from opsec.vision.ocr.line_recogniser import HEIGHT_PX, at_height

_POOLED = 8
"""Batches that are drawn together and sorted by width."""
_PADDED_TO_PX = 16
_AHEAD = 24
_PATIENCE_S = 300.0
_CLASS = {sign: at + 1 for at, sign in enumerate(ALPHABET)}


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines of about one width: grey pictures (n, 40, width), how wide each of them is, all classes in a row, and
    how many each line has."""

    pictures: NDArray[np.uint8]
    widths_px: NDArray[np.int64]
    classes: NDArray[np.int64]
    lengths: NDArray[np.int64]


def stacked(lines: list[Drawn]) -> Batch:
    """One batch; what lies beside narrower lines counts for nothing."""
    ready = [at_height(line.picture) for line in lines]
    width = -(-max(one.shape[1] for one in ready) // _PADDED_TO_PX) * _PADDED_TO_PX
    pictures = np.zeros((len(lines), HEIGHT_PX, width), np.uint8)
    for row, one in zip(pictures, ready, strict=True):
        row[:, : one.shape[1]] = one
    return Batch(
        pictures,
        np.array([one.shape[1] for one in ready], np.int64),
        np.array([_CLASS[sign] for line in lines for sign in line.signs], np.int64),
        np.array([len(line.signs) for line in lines], np.int64),
    )


def pool(artist: Artist, size: int, most: int) -> Iterator[Batch]:
    """Enough lines for a while, sorted by width into batches, in an order of chance."""
    drawn = size * _POOLED
    lines = list(islice(chain.from_iterable(artist.pictures(most) for _ in count()), drawn))
    lines.sort(key=lambda line: line.picture.shape[1] / line.picture.shape[0])
    for start in artist.rng.permutation(list(range(0, drawn, size))):
        yield stacked(lines[start : start + size])


def _draw(
    artist: Artist, size: int, most: "multiprocessing.sharedctypes.Synchronized[int]", out: "Queue[Batch]"
) -> None:
    cv2.setNumThreads(1)
    while True:
        for batch in pool(artist, size, most.value):
            out.put(batch)


class DrawnAhead:
    """Batches from processes of their own; ``most`` characters a line can be raised on the way."""

    def __init__(self, artists: Sequence[Artist], size: int, most: int) -> None:
        """A process for each artist. One gives the same batches for the same seed; of several, whichever is ready
        comes first."""
        context = multiprocessing.get_context("spawn")
        self.most = context.Value("i", most)
        self._queue: Queue[Batch] = context.Queue(_AHEAD)
        self._processes = [
            context.Process(target=_draw, args=(artist, size, self.most, self._queue), daemon=True)
            for artist in artists
        ]
        for process in self._processes:
            process.start()

    def next(self) -> Batch:
        """The next batch; waits for it. ``queue.Empty`` when the drawing has come to nothing."""
        return self._queue.get(timeout=_PATIENCE_S)

    def ready(self) -> bool:
        """Whether a batch can be had without waiting."""
        return not self._queue.empty()

    def stop(self) -> None:
        """Ends the drawing processes."""
        for process in self._processes:
            process.terminate()
            process.join()
