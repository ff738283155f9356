"""A few training steps: the loss is finite, the weights move, and the exported network runs in OpenCV."""

import itertools
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs torch (pip install opsec[training])")
pytest.importorskip("PIL", reason="training needs pillow (pip install opsec[training])")
pytest.importorskip("fontTools", reason="training needs fonttools (pip install opsec[training])")
pytest.importorskip("onnx", reason="training needs onnx (pip install opsec[training])")

import torch
from PIL import features

from opsec.devtools.ocr_training.augmentation import augment, normalise_batch
from opsec.devtools.ocr_training.batches import Batch
from opsec.devtools.ocr_training.batchnorm_unfolding import ArchitectureMismatchError
from opsec.devtools.ocr_training.trainer import (
    ReplayBuffer,
    Trainer,
    TrainingPlan,
    learning_rate_at,
    save_checkpoint,
    train,
)
from opsec.model import Reason
from opsec.vision.ocr.charset import ALPHABET
from opsec.vision.ocr.line_recogniser import HEIGHT_PX, LineRecogniser, preprocess
from tests.devtools.ocr_training.generated_fonts import generate_fonts


def batch(seed: int, count: int = 4, width: int = 64) -> Batch:
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (count, HEIGHT_PX, width), np.uint8)
    lengths = rng.integers(1, 6, count)
    widths_px = rng.integers(width // 2, width + 1, count)
    return Batch(images, widths_px, rng.integers(1, len(ALPHABET) + 1, int(lengths.sum())), lengths)


def moved(before: "list[torch.Tensor]", trainer: Trainer) -> bool:
    return any(not torch.equal(old, new) for old, new in zip(before, trainer.net.parameters(), strict=True))


def test_steps_move_the_weights_and_lower_the_loss_on_a_batch() -> None:
    trainer = Trainer(seed=7)
    before = [weights.detach().clone() for weights in trainer.net.parameters()]
    losses = [trainer.step(batch(1), 2e-3).item() for _ in range(12)]
    assert all(np.isfinite(losses))
    assert np.mean(losses[-3:]) < losses[0]
    assert trainer.steps == 12
    assert moved(before, trainer)


def test_the_same_seed_gives_the_same_losses() -> None:
    losses = [
        [(trainer := Trainer(seed=3)).step(batch(1), 1e-3).item(), trainer.step(batch(3), 1e-3).item()]
        for _ in range(2)
    ]
    assert losses[0] == pytest.approx(losses[1], rel=1e-6)


def test_lines_are_normalised_as_in_the_line_recogniser() -> None:
    whole = batch(5, count=1, width=96)
    alone = Batch(whole.images, np.array([80]), whole.labels, whole.label_lengths)
    images, inside = normalise_batch(alone, torch.device("cpu"))
    assert np.allclose(images[0, 0, :, :80].numpy(), preprocess(alone.images[0, :, :80]), atol=1e-4)
    assert not images[0, 0, :, 80:].any()
    assert inside.sum() == 80


def test_an_augmented_line_resembles_its_line_and_is_never_the_same_twice() -> None:
    torch.manual_seed(1)
    images, inside = normalise_batch(batch(6, count=64, width=96), torch.device("cpu"))
    augmented, again = augment(images, inside), augment(images, inside)
    assert not torch.equal(augmented, again)
    assert not (augmented * (1 - inside)).any(), "beside the line there is nothing"
    alike = [
        abs(np.corrcoef(one.flatten(), other.flatten())[0, 1]) for one, other in zip(augmented, images, strict=True)
    ]
    assert np.median(alike) > 0.6
    turned = [
        np.corrcoef(one.flatten(), other.flatten())[0, 1] < 0 for one, other in zip(augmented, images, strict=True)
    ]
    assert 0.2 < np.mean(turned) < 0.8, "ink and board are exchanged in about half"


class StubPrefetcher:
    """A prefetcher with one batch at a time, which is ready while ``waiting`` is set."""

    def __init__(self) -> None:
        self.seeds = itertools.count()
        self.waiting = True

    def next(self) -> Batch:
        self.waiting = False
        return batch(next(self.seeds))

    def ready(self) -> bool:
        return self.waiting


def test_batches_are_replayed_only_while_no_fresh_one_is_ready() -> None:
    prefetcher = StubPrefetcher()
    batches = ReplayBuffer(prefetcher, np.random.default_rng(1), replay=True)  # type: ignore[arg-type]
    first = batches.next()
    assert batches.next() is first
    prefetcher.waiting = True
    assert batches.next() is not first
    assert len(batches.stored) == 2
    assert batches.n_fresh == 2


def test_without_replay_every_batch_is_used_once() -> None:
    batches = ReplayBuffer(StubPrefetcher(), np.random.default_rng(1), replay=False)  # type: ignore[arg-type]
    assert batches.next() is not batches.next()
    assert not batches.stored


@pytest.mark.filterwarnings("ignore")  # torch's exporter announces its successor
def test_the_exported_network_is_accepted_by_the_line_recogniser(tmp_path: Path) -> None:
    out = tmp_path / "line_recogniser.onnx"
    save_checkpoint(Trainer(seed=7), out)
    assert out.stat().st_size < 5_000_000
    recogniser = LineRecogniser.load(out.read_bytes())
    assert not isinstance(recogniser, Reason)
    read = recogniser.recognise(np.zeros((40, 200), np.uint8))
    assert len(read.text) == len(read.confidences)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["line_recogniser.onnx", "line_recogniser.pt"]


@pytest.mark.filterwarnings("ignore")  # as above
def test_exported_weights_can_be_trained_further(tmp_path: Path) -> None:
    out = tmp_path / "line_recogniser.onnx"
    first = Trainer(seed=7)
    for seed in range(3):
        first.step(batch(seed), 1e-3)
    save_checkpoint(first, out)
    again = Trainer(seed=8)
    again.load_onnx(out, batch(9, count=16))
    images, _ = normalise_batch(batch(5), torch.device("cpu"))
    with torch.no_grad():
        for net in (again.net.eval(), again.averaged):
            assert torch.allclose(net(images), first.averaged(images), atol=1e-3)
    assert np.isfinite(again.step(batch(1), 1e-3).item())
    other = onnx_of(torch.nn.Conv2d(1, 2, 3), tmp_path / "other.onnx")
    with pytest.raises(ArchitectureMismatchError):
        again.load_onnx(other, batch(9))


def onnx_of(net: torch.nn.Module, path: Path) -> Path:
    torch.onnx.export(net, (torch.zeros(1, 1, 8, 8),), str(path), opset_version=17, dynamo=False)
    return path


@pytest.mark.filterwarnings("ignore")  # as above
def test_a_run_ends_in_time_and_can_be_resumed(tmp_path: Path) -> None:
    if not features.check("raqm"):
        pytest.skip("this Pillow has no Raqm, so it cannot lay out Arabic")
    faces = generate_fonts(tmp_path)
    plan = TrainingPlan(seed=7, minutes=0.01, out=tmp_path / "line_recogniser.onnx")
    first = train(plan, faces)
    assert first.steps >= 1
    again = Trainer(seed=8)
    again.resume(tmp_path / "line_recogniser.pt")
    assert again.steps == first.steps
    for mine, theirs in zip(again.averaged.parameters(), first.averaged.parameters(), strict=True):
        assert torch.equal(mine, theirs)


def test_the_learning_rate_is_constant_and_then_decays() -> None:
    assert learning_rate_at(0.0) == learning_rate_at(0.35) > learning_rate_at(0.7) > learning_rate_at(1.0) > 0
