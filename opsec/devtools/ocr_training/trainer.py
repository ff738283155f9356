"""Teaches the network and writes it down: CTC (Graves and others, 2006), AdamW, a warm start, a slow end.

What is kept is the running mean of the weights, which reads better than the last step's. On a graphics processor the
network learns faster than lines can be drawn: batches are then shown again, worn once more each time.
"""

import copy
import logging
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from opsec.devtools.ocr_training.augmentation import normalised, worn_again
from opsec.devtools.ocr_training.batches import Batch, DrawnAhead, pool
from opsec.devtools.ocr_training.batchnorm_unfolding import unfolded
from opsec.devtools.ocr_training.fonts import Face
from opsec.devtools.ocr_training.line_renderer import Artist
from opsec.devtools.ocr_training.line_texts import MoreWords
from opsec.devtools.ocr_training.network import CLASSES, STEPS_A_COLUMN, line_network
from opsec.vision.ocr.line_recogniser import COLUMN_PX, HEIGHT_PX

if TYPE_CHECKING:
    import torch

_LOG = logging.getLogger(__name__)
_RATE = 2.5e-3
_WARM_STEPS = 300
_SHORT_LINES = 9
_SHORT_UNTIL = 0.06
_LONG_LINES = 34
_LOG_STEPS = 200
_KEEP_S = 120.0
_MEMORY = 0.9985
_SHELF = 4_000
"""Batches kept to be shown again."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long to learn, from which seed, on what, and where the weights go."""

    seed: int
    minutes: float
    out: Path
    resume: bool = False
    begin_with: Path | None = None
    """Weights to go on from: the ONNX file of an earlier run, the shipped one say."""
    device: str = "cpu"
    """``cuda`` for a graphics processor."""
    artists: int = 1
    """Processes that draw lines."""
    batch: int = 64
    """Lines of one step."""
    more: MoreWords = field(default_factory=MoreWords)


class Learner:
    """The network, its running mean, and one step of learning."""

    def __init__(self, seed: int, device: str = "cpu") -> None:
        import torch

        torch.manual_seed(seed)
        self.device = torch.device(device)
        self.net = line_network().to(self.device, memory_format=torch.channels_last)
        self.mean = copy.deepcopy(self.net).eval()
        self.optimizer = torch.optim.AdamW(self.net.parameters(), lr=_RATE, weight_decay=0.01, betas=(0.9, 0.98))
        self.steps = 0

    def step(self, batch: Batch, rate: float) -> "torch.Tensor":
        """Learns from a batch; gives its loss per character, still on the device."""
        import torch

        for group in self.optimizer.param_groups:
            group["lr"] = rate * min(1.0, (self.steps + 1) / _WARM_STEPS)
        self.net.train()
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss(batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 5.0)
        self.optimizer.step()
        self.steps += 1
        self._remember()
        return loss.detach()

    def loss(self, batch: Batch) -> "torch.Tensor":
        """Loss of one batch, per character, with the lines worn once more."""
        import torch

        pictures = worn_again(*normalised(batch, self.device)).contiguous(memory_format=torch.channels_last)
        with torch.autocast(self.device.type, dtype=torch.bfloat16):
            columns = self.net(pictures)
        count, _, wide = columns.shape
        steps = columns.float().view(count, STEPS_A_COLUMN, CLASSES, wide).permute(3, 1, 0, 2).flatten(0, 1)
        return torch.nn.functional.ctc_loss(
            steps.log_softmax(2),
            torch.from_numpy(batch.classes).to(self.device),
            torch.full((count,), steps.shape[0]),
            torch.from_numpy(batch.lengths),
            zero_infinity=True,
        )

    def resume(self, state: Path) -> None:
        """Goes on from the weights that ``keep`` wrote; the optimizer begins anew."""
        import torch

        kept = torch.load(state, weights_only=True, map_location=self.device)
        self.net.load_state_dict(kept["net"])
        self.mean.load_state_dict(kept["mean"])
        self.steps = kept["steps"]

    def begin_with(self, weights: Path, drawn: Batch) -> None:
        """Goes on from an ONNX file; see ``unfolding``."""
        state = unfolded(weights, drawn).state_dict()
        self.net.load_state_dict(state)
        self.mean.load_state_dict(state)

    def _remember(self) -> None:
        import torch

        memory = min(_MEMORY, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            kept, now = self.mean.state_dict(), self.net.state_dict()
            floating = [name for name, value in now.items() if value.dtype.is_floating_point]
            torch._foreach_lerp_([kept[name] for name in floating], [now[name] for name in floating], 1 - memory)
            for name in now.keys() - set(floating):
                kept[name].copy_(now[name])


@dataclass(slots=True)
class Shelf:
    """Drawn batches: a new one whenever one is ready, else one that was shown before."""

    drawn: DrawnAhead
    chance: np.random.Generator
    again: bool
    """Whether to show batches again rather than wait."""
    kept: list[Batch] = field(default_factory=list)
    new: int = 0
    """Batches that were shown for the first time."""

    def next(self) -> Batch:
        """The batch of the next step."""
        if not self.again or not self.kept or self.drawn.ready():
            fresh = self.drawn.next()
            self.new += 1
            if self.again:
                self._keep(fresh)
            return fresh
        return self.kept[int(self.chance.integers(len(self.kept)))]

    def _keep(self, batch: Batch) -> None:
        if len(self.kept) < _SHELF:
            self.kept.append(batch)
        else:
            self.kept[int(self.chance.integers(_SHELF))] = batch


def learn(plan: Plan, faces: list[Face]) -> Learner:
    """Learns for the planned minutes and writes the weights every few of them and at the end."""
    learner = Learner(plan.seed, plan.device)
    if plan.resume:
        learner.resume(plan.out.with_suffix(".pt"))
    if plan.begin_with:
        learner.begin_with(
            plan.begin_with, next(pool(Artist(plan.seed, faces, more=plan.more), plan.batch, _LONG_LINES))
        )
    most = _LONG_LINES if plan.resume or plan.begin_with else _SHORT_LINES
    seeds = (plan.seed + learner.steps + 1_000 * number for number in range(plan.artists))
    drawn = DrawnAhead([Artist(seed, faces, more=plan.more) for seed in seeds], plan.batch, most)
    shelf = Shelf(drawn, np.random.default_rng(plan.seed), again=plan.device != "cpu")
    begun = kept_at = time.monotonic()
    try:
        while (done := (time.monotonic() - begun) / (60 * plan.minutes)) < 1:
            if done > _SHORT_UNTIL:
                drawn.most.value = _LONG_LINES
            loss = learner.step(shelf.next(), rate_at(done))
            if learner.steps % _LOG_STEPS == 0:
                _LOG.info(
                    "%d steps, %d new, %.0f %% done, loss %.3f", learner.steps, shelf.new, 100 * done, loss.item()
                )
            if time.monotonic() - kept_at > _KEEP_S:
                keep(learner, plan.out)
                kept_at = time.monotonic()
    finally:
        drawn.stop()
    keep(learner, plan.out)
    return learner


def rate_at(done: float) -> float:
    """Full for the first third, then down along a cosine."""
    from math import cos, pi

    return _RATE if done < 0.35 else _RATE * (0.01 + 0.99 * (1 + cos(pi * (done - 0.35) / 0.65)) / 2)


def keep(learner: Learner, out: Path) -> None:
    """Writes the state to go on from (``.pt``) and the network for OpenCV (ONNX, opset 17)."""
    import torch

    state = {"net": learner.net.state_dict(), "mean": learner.mean.state_dict(), "steps": learner.steps}
    torch.save(state, out.with_suffix(".pt"))
    picture = torch.zeros(1, 1, HEIGHT_PX, 64 * COLUMN_PX)
    fresh = out.with_suffix(".new")
    torch.onnx.export(
        copy.deepcopy(learner.mean).to("cpu", memory_format=torch.contiguous_format),
        (picture,),
        str(fresh),
        input_names=["line"],
        output_names=["columns"],
        dynamic_axes={"line": {3: "width"}, "columns": {2: "columns"}},
        opset_version=17,
        dynamo=False,
    )
    fresh.replace(out)
