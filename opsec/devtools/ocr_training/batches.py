"""Batches of rendered lines, prefetched by other processes while the network trains."""

import multiprocessing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count, islice
from multiprocessing.queues import Queue

import cv2
import numpy as np
from numpy.typing import NDArray

from opsec.devtools.ocr_training.line_renderer import LineRenderer, RenderedLine
from opsec.vision.ocr.charset import ALPHABET
from opsec.vision.ocr.line_recogniser import HEIGHT_PX, resize_to_height

_BATCHES_PER_POOL = 8
"""Batches rendered together; their lines are sorted by width, so that each batch has lines of similar width."""
_WIDTH_STEP_PX = 16
"""Widths of batches are multiples of this."""
_QUEUE_LENGTH = 24
"""Batches waiting at most."""
_TIMEOUT_S = 300.0
_CLASS_OF = {sign: at + 1 for at, sign in enumerate(ALPHABET)}


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines of similar width, in the form that the CTC loss of torch takes."""

    images: NDArray[np.uint8]
    """Gray images, shape (n, 40, width), 0 beyond the end of each line."""
    widths_px: NDArray[np.int64]
    """Width of each line, shape (n,)."""
    labels: NDArray[np.int64]
    """Classes of all lines, one line after the other, shape (sum of ``label_lengths``,)."""
    label_lengths: NDArray[np.int64]
    """Number of classes of each line, shape (n,)."""


def collate(lines: list[RenderedLine]) -> Batch:
    """Make one batch of lines, padded to the width of the widest."""
    resized = [resize_to_height(line.image) for line in lines]
    width = -(-max(one.shape[1] for one in resized) // _WIDTH_STEP_PX) * _WIDTH_STEP_PX
    images = np.zeros((len(lines), HEIGHT_PX, width), np.uint8)
    for image, one in zip(images, resized, strict=True):
        image[:, : one.shape[1]] = one
    return Batch(
        images,
        np.array([one.shape[1] for one in resized], np.int64),
        np.array([_CLASS_OF[char] for line in lines for char in line.visual_text], np.int64),
        np.array([len(line.visual_text) for line in lines], np.int64),
    )


def iter_batches(renderer: LineRenderer, batch_size: int, max_characters: int) -> Iterator[Batch]:
    """Render a pool of lines and yield it as batches of similar width, in random order.

    Parameters
    ----------
    renderer
        Renders the lines; its generator of random numbers also orders the batches.
    batch_size
        Lines per batch.
    max_characters
        Characters per line, at most.
    """
    n_lines = batch_size * _BATCHES_PER_POOL
    lines = list(islice(chain.from_iterable(renderer.render(max_characters) for _ in count()), n_lines))
    lines.sort(key=lambda line: line.image.shape[1] / line.image.shape[0])
    for start in renderer.rng.permutation(list(range(0, n_lines, batch_size))):
        yield collate(lines[start : start + batch_size])


def _produce(
    renderer: LineRenderer,
    batch_size: int,
    max_characters: "multiprocessing.sharedctypes.Synchronized[int]",
    out: "Queue[Batch]",
) -> None:
    """Put batches into the queue for ever; the body of a worker process."""
    cv2.setNumThreads(1)
    while True:
        for batch in iter_batches(renderer, batch_size, max_characters.value):
            out.put(batch)


class BatchPrefetcher:
    """Batches rendered by processes of their own; ``max_characters`` can be raised while they run."""

    def __init__(self, renderers: Sequence[LineRenderer], batch_size: int, max_characters: int) -> None:
        """Start a process for each renderer.

        One renderer gives the same batches for the same seed; of several, whichever batch is ready comes first.
        """
        context = multiprocessing.get_context("spawn")
        self.max_characters = context.Value("i", max_characters)
        self._queue: Queue[Batch] = context.Queue(_QUEUE_LENGTH)
        self._processes = [
            context.Process(target=_produce, args=(renderer, batch_size, self.max_characters, self._queue), daemon=True)
            for renderer in renderers
        ]
        for process in self._processes:
            process.start()

    def next(self) -> Batch:
        """Wait for the next batch.

        Raises
        ------
        queue.Empty
            No batch came within ``_TIMEOUT_S``.
        """
        return self._queue.get(timeout=_TIMEOUT_S)

    def is_ready(self) -> bool:
        """Return whether a batch is waiting."""
        return not self._queue.empty()

    def stop(self) -> None:
        """Stop the processes."""
        for process in self._processes:
            process.terminate()
            process.join()
