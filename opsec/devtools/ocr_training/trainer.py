"""Training loop and export: CTC loss (Graves and others, 2006), AdamW, a warm-up, and a cosine decay at the end.

What is exported is the exponential moving average of the weights, which reads better than the weights of the last
step. On a graphics processor the network trains faster than lines can be rendered: batches are then replayed, each
time with another augmentation.
"""

import copy
import logging
import time
from dataclasses import dataclass, field
from math import cos, pi
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from opsec.devtools.ocr_training.augmentation import augment, normalise_batch
from opsec.devtools.ocr_training.batches import Batch, BatchPrefetcher, iter_batches
from opsec.devtools.ocr_training.batchnorm_unfolding import unfold_batchnorm
from opsec.devtools.ocr_training.fonts import FontFace
from opsec.devtools.ocr_training.line_renderer import LineRenderer
from opsec.devtools.ocr_training.line_texts import WordLists
from opsec.devtools.ocr_training.network import N_CLASSES, build_network
from opsec.vision.ocr.line_recogniser import COLUMN_STRIDE_PX, HEIGHT_PX, STEPS_PER_COLUMN

if TYPE_CHECKING:
    import torch

_LOG = logging.getLogger(__name__)
_LEARNING_RATE, _FINAL_RATE_SHARE = 2.5e-3, 0.01
_DECAY_FROM = 0.35
"""Share of the run after which the learning rate decays."""
_WEIGHT_DECAY, _BETAS, _MAX_GRADIENT_NORM = 0.01, (0.9, 0.98), 5.0
_WARMUP_STEPS = 300
_SHORT_LINE_CHARACTERS, _LONG_LINE_CHARACTERS = 9, 34
_SHORT_LINE_SHARE = 0.06
"""Share of the run that uses short lines."""
_LOG_EVERY_STEPS = 200
_CHECKPOINT_INTERVAL_S = 120.0
_EMA_DECAY = 0.9985
_BUFFER_BATCHES = 4_000
"""Batches kept for replay."""
_RENDERER_SEED_STEP = 1_000
_EXPORT_COLUMNS = 64
"""Columns of the example input; the exported width is free."""


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """Parameters of one training run."""

    seed: int
    minutes: float
    """Length of the run."""
    out: Path
    """ONNX file to write; the checkpoint goes beside it as ``.pt``."""
    resume: bool = False
    """Whether to continue from that checkpoint."""
    initial_weights: Path | None = None
    """ONNX file of an earlier run to continue from, for example the shipped one."""
    device: str = "cpu"
    """Device of torch; ``cuda`` for a graphics processor."""
    workers: int = 1
    """Processes that render lines."""
    batch_size: int = 64
    """Lines per step."""
    words: WordLists = field(default_factory=WordLists)
    """Words in addition to the lexicon."""


class Trainer:
    """The network, its moving average, and the optimizer."""

    def __init__(self, seed: int, device: str = "cpu") -> None:
        import torch

        torch.manual_seed(seed)
        self.device = torch.device(device)
        self.net = build_network().to(self.device, memory_format=torch.channels_last)
        self.averaged = copy.deepcopy(self.net).eval()
        self.optimizer = torch.optim.AdamW(
            self.net.parameters(), lr=_LEARNING_RATE, weight_decay=_WEIGHT_DECAY, betas=_BETAS
        )
        self.steps = 0

    def step(self, batch: Batch, learning_rate: float) -> "torch.Tensor":
        """Train on one batch; return its loss per character, still on the device."""
        import torch

        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate * min(1.0, (self.steps + 1) / _WARMUP_STEPS)
        self.net.train()
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss(batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), _MAX_GRADIENT_NORM)
        self.optimizer.step()
        self.steps += 1
        self._update_average()
        return loss.detach()

    def loss(self, batch: Batch) -> "torch.Tensor":
        """Return the CTC loss per character of one batch, after a new augmentation."""
        import torch

        images = augment(*normalise_batch(batch, self.device)).contiguous(memory_format=torch.channels_last)
        with torch.autocast(self.device.type, dtype=torch.bfloat16):
            columns = self.net(images)
        count, _, width = columns.shape
        steps = columns.float().view(count, STEPS_PER_COLUMN, N_CLASSES, width).permute(3, 1, 0, 2).flatten(0, 1)
        return torch.nn.functional.ctc_loss(
            steps.log_softmax(2),
            torch.from_numpy(batch.labels).to(self.device),
            torch.full((count,), steps.shape[0]),
            torch.from_numpy(batch.label_lengths),
            zero_infinity=True,
        )

    def resume(self, checkpoint: Path) -> None:
        """Continue from a checkpoint of ``save_checkpoint``; the optimizer starts anew."""
        import torch

        state = torch.load(checkpoint, weights_only=True, map_location=self.device)
        self.net.load_state_dict(state["net"])
        self.averaged.load_state_dict(state["mean"])
        self.steps = state["steps"]

    def load_onnx(self, weights: Path, calibration: Batch) -> None:
        """Continue from an ONNX file; see ``unfold_batchnorm``."""
        state = unfold_batchnorm(weights, calibration).state_dict()
        self.net.load_state_dict(state)
        self.averaged.load_state_dict(state)

    def _update_average(self) -> None:
        import torch

        decay = min(_EMA_DECAY, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            averaged, current = self.averaged.state_dict(), self.net.state_dict()
            floating = [name for name, value in current.items() if value.dtype.is_floating_point]
            torch._foreach_lerp_([averaged[name] for name in floating], [current[name] for name in floating], 1 - decay)
            for name in current.keys() - set(floating):
                averaged[name].copy_(current[name])


@dataclass(slots=True)
class ReplayBuffer:
    """Source of batches: a fresh one whenever one is ready, else one used before."""

    prefetcher: BatchPrefetcher
    rng: np.random.Generator
    replay: bool
    """Whether to replay a batch rather than wait for a fresh one."""
    stored: list[Batch] = field(default_factory=list)
    """Batches that can be replayed."""
    n_fresh: int = 0
    """Number of batches used for the first time."""

    def next(self) -> Batch:
        """Return the batch of the next step."""
        if not self.replay or not self.stored or self.prefetcher.is_ready():
            fresh = self.prefetcher.next()
            self.n_fresh += 1
            if self.replay:
                self._store(fresh)
            return fresh
        return self.stored[int(self.rng.integers(len(self.stored)))]

    def _store(self, batch: Batch) -> None:
        if len(self.stored) < _BUFFER_BATCHES:
            self.stored.append(batch)
        else:
            self.stored[int(self.rng.integers(_BUFFER_BATCHES))] = batch


def train(plan: TrainingPlan, faces: list[FontFace]) -> Trainer:
    """Train for the planned minutes; save a checkpoint every few of them and at the end."""
    trainer = Trainer(plan.seed, plan.device)
    if plan.resume:
        trainer.resume(plan.out.with_suffix(".pt"))
    if plan.initial_weights:
        renderer = LineRenderer(plan.seed, faces, words=plan.words)
        trainer.load_onnx(plan.initial_weights, next(iter_batches(renderer, plan.batch_size, _LONG_LINE_CHARACTERS)))
    is_trained = plan.resume or plan.initial_weights
    max_characters = _LONG_LINE_CHARACTERS if is_trained else _SHORT_LINE_CHARACTERS
    seeds = (plan.seed + trainer.steps + _RENDERER_SEED_STEP * number for number in range(plan.workers))
    renderers = [LineRenderer(seed, faces, words=plan.words) for seed in seeds]
    prefetcher = BatchPrefetcher(renderers, plan.batch_size, max_characters)
    try:
        _run_steps(trainer, plan, prefetcher)
    finally:
        prefetcher.stop()
    save_checkpoint(trainer, plan.out)
    return trainer


def _run_steps(trainer: Trainer, plan: TrainingPlan, prefetcher: BatchPrefetcher) -> None:
    """Train until the planned minutes are over; switch to long lines, log and save on the way."""
    batches = ReplayBuffer(prefetcher, np.random.default_rng(plan.seed), replay=plan.device != "cpu")
    started_s = saved_s = time.monotonic()
    while (done := (time.monotonic() - started_s) / (60 * plan.minutes)) < 1:
        if done > _SHORT_LINE_SHARE:
            prefetcher.max_characters.value = _LONG_LINE_CHARACTERS
        loss = trainer.step(batches.next(), learning_rate_at(done))
        if trainer.steps % _LOG_EVERY_STEPS == 0:
            _LOG.info(
                "%d steps, %d fresh, %.0f %% done, loss %.3f", trainer.steps, batches.n_fresh, 100 * done, loss.item()
            )
        if time.monotonic() - saved_s > _CHECKPOINT_INTERVAL_S:
            save_checkpoint(trainer, plan.out)
            saved_s = time.monotonic()


def learning_rate_at(done: float) -> float:
    """Return the learning rate at this share of the run: constant at first, then a cosine decay to a hundredth."""
    if done < _DECAY_FROM:
        return _LEARNING_RATE
    decay = (1 + cos(pi * (done - _DECAY_FROM) / (1 - _DECAY_FROM))) / 2
    return _LEARNING_RATE * (_FINAL_RATE_SHARE + (1 - _FINAL_RATE_SHARE) * decay)


def save_checkpoint(trainer: Trainer, out: Path) -> None:
    """Write the state to continue from (``.pt``) and the averaged network for OpenCV (ONNX, opset 17)."""
    import torch

    state = {"net": trainer.net.state_dict(), "mean": trainer.averaged.state_dict(), "steps": trainer.steps}
    torch.save(state, out.with_suffix(".pt"))
    example = torch.zeros(1, 1, HEIGHT_PX, _EXPORT_COLUMNS * COLUMN_STRIDE_PX)
    partial = out.with_suffix(".new")
    torch.onnx.export(
        copy.deepcopy(trainer.averaged).to("cpu", memory_format=torch.contiguous_format),
        (example,),
        str(partial),
        input_names=["line"],
        output_names=["columns"],
        dynamic_axes={"line": {3: "width"}, "columns": {2: "columns"}},
        opset_version=17,
        dynamo=False,
    )
    partial.replace(out)
