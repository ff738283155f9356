"""Teaches the network and writes it down: CTC (Graves and others, 2006), AdamW, a warm start, a slow end.

What is kept is the running mean of the weights, which reads better than the last step's.
"""

import copy
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from opsec.hints.signs.line_reader import COLUMN_PX, HEIGHT_PX
from opsec.training.batches import Batch, DrawnAhead
from opsec.training.fonts import Face
from opsec.training.network import CLASSES, STEPS_A_COLUMN, line_network

if TYPE_CHECKING:
    import torch

_LOG = logging.getLogger(__name__)
_BATCH = 32
_RATE = 2.5e-3
_WARM_STEPS = 300
_SHORT_LINES = 9
_SHORT_UNTIL = 0.08
_LONG_LINES = 34
_LOG_STEPS = 100
_KEEP_S = 240.0
_MEMORY = 0.998


@dataclass(frozen=True, slots=True)
class Plan:
    """How long to learn, from which seed, and where the weights go."""

    seed: int
    minutes: float
    out: Path
    resume: bool = False


class Learner:
    """The network, its running mean, and one step of learning on two batches at once, a thread each."""

    def __init__(self, seed: int) -> None:
        import torch

        torch.manual_seed(seed)
        torch.set_num_threads(1)
        self.net = line_network().to(memory_format=torch.channels_last)
        self.mean = copy.deepcopy(self.net).eval()
        self.twin = copy.deepcopy(self.net)
        for own, shared in zip(self.twin.parameters(), self.net.parameters(), strict=True):
            own.data = shared.data  # one set of weights, two sets of gradients
        self.threads = ThreadPoolExecutor(2)
        self.optimizer = torch.optim.AdamW(self.net.parameters(), lr=_RATE, weight_decay=0.01, betas=(0.9, 0.98))
        self.steps = 0

    def step(self, first: Batch, second: Batch, rate: float) -> float:
        """Learns from two batches; gives their loss per character."""
        import torch

        for group in self.optimizer.param_groups:
            group["lr"] = rate * min(1.0, (self.steps + 1) / _WARM_STEPS)
        losses = list(self.threads.map(_slopes, (self.net, self.twin), (first, second)))
        for shared, own in zip(self.net.parameters(), self.twin.parameters(), strict=True):
            assert shared.grad is not None
            assert own.grad is not None
            shared.grad.add_(own.grad).mul_(0.5)
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 5.0)
        self.optimizer.step()
        self.steps += 1
        self._remember()
        return sum(losses) / 2

    def resume(self, state: Path) -> None:
        """Goes on from what ``keep`` wrote."""
        import torch

        kept = torch.load(state, weights_only=True)
        self.net.load_state_dict(kept["net"])
        self.mean.load_state_dict(kept["mean"])
        self.optimizer.load_state_dict(kept["optimizer"])
        self.steps = kept["steps"]

    def _remember(self) -> None:
        import torch

        memory = min(_MEMORY, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            kept, now = self.mean.state_dict(), self.net.state_dict()
            for name, value in now.items():
                if value.dtype.is_floating_point:
                    kept[name].lerp_(value, 1 - memory)
                else:
                    kept[name].copy_(value)


def _slopes(net: "torch.nn.Module", batch: Batch) -> float:
    """Fills in the gradients of one batch; gives its loss."""
    net.train()
    net.zero_grad(set_to_none=True)
    loss = ctc_loss(net, batch)
    loss.backward()
    return float(loss.item())


def ctc_loss(net: "torch.nn.Module", batch: Batch) -> "torch.Tensor":
    """Loss of one batch, per character."""
    import torch

    pictures = torch.from_numpy(batch.pictures).to(memory_format=torch.channels_last)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        columns = net(pictures)
    count, _, wide = columns.shape
    steps = columns.float().view(count, STEPS_A_COLUMN, CLASSES, wide).permute(3, 1, 0, 2).flatten(0, 1)
    return torch.nn.functional.ctc_loss(
        steps.log_softmax(2),
        torch.from_numpy(batch.classes),
        torch.full((count,), steps.shape[0]),
        torch.from_numpy(batch.lengths),
        zero_infinity=True,
    )


def learn(plan: Plan, faces: list[Face]) -> Learner:
    """Learns for the planned minutes and writes the weights every few of them and at the end."""
    learner = Learner(plan.seed)
    if plan.resume:
        learner.resume(plan.out.with_suffix(".pt"))
    drawn = DrawnAhead(plan.seed + learner.steps, faces, _BATCH, _LONG_LINES if plan.resume else _SHORT_LINES)
    begun = kept_at = time.monotonic()
    losses: list[float] = []
    try:
        while (done := (time.monotonic() - begun) / (60 * plan.minutes)) < 1:
            if done > _SHORT_UNTIL:
                drawn.most.value = _LONG_LINES
            losses.append(learner.step(drawn.next(), drawn.next(), rate_at(done)))
            if learner.steps % _LOG_STEPS == 0:
                _LOG.info("%d steps, %.0f %% done, loss %.3f", learner.steps, 100 * done, np.mean(losses[-_LOG_STEPS:]))
            if time.monotonic() - kept_at > _KEEP_S:
                keep(learner, plan.out)
                kept_at = time.monotonic()
    finally:
        drawn.stop()
    keep(learner, plan.out)
    return learner


def rate_at(done: float) -> float:
    """Full for the first half, then down along a cosine."""
    return _RATE if done < 0.4 else float(_RATE * (0.02 + 0.98 * (1 + np.cos(np.pi * (done - 0.4) / 0.6)) / 2))


def keep(learner: Learner, out: Path) -> None:
    """Writes the state to go on from (``.pt``) and the network for OpenCV (ONNX, opset 17)."""
    import torch

    state = {"net": learner.net.state_dict(), "mean": learner.mean.state_dict(), "steps": learner.steps}
    torch.save(state | {"optimizer": learner.optimizer.state_dict()}, out.with_suffix(".pt"))
    picture = torch.zeros(1, 1, HEIGHT_PX, 64 * COLUMN_PX)
    fresh = out.with_suffix(".new")
    torch.onnx.export(
        copy.deepcopy(learner.mean).to(memory_format=torch.contiguous_format),
        (picture,),
        str(fresh),
        input_names=["line"],
        output_names=["columns"],
        dynamic_axes={"line": {3: "width"}, "columns": {2: "columns"}},
        opset_version=17,
        dynamo=False,
    )
    fresh.replace(out)
