"""A few steps of learning: the loss is a number, the weights move, and what is written can be read by OpenCV."""

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

from opsec.devtools.ocr_training.augmentation import normalised, worn_again
from opsec.devtools.ocr_training.batches import Batch
from opsec.devtools.ocr_training.batchnorm_unfolding import OtherNetworkError
from opsec.devtools.ocr_training.fonts import installed
from opsec.devtools.ocr_training.trainer import Learner, Plan, Shelf, keep, learn, rate_at
from opsec.model import Reason
from opsec.vision.ocr.charset import ALPHABET
from opsec.vision.ocr.line_recogniser import HEIGHT_PX, LineNetwork, prepared


def batch(seed: int, count: int = 4, width: int = 64) -> Batch:
    rng = np.random.default_rng(seed)
    pictures = rng.integers(0, 256, (count, HEIGHT_PX, width), np.uint8)
    lengths = rng.integers(1, 6, count)
    widths_px = rng.integers(width // 2, width + 1, count)
    return Batch(pictures, widths_px, rng.integers(1, len(ALPHABET) + 1, int(lengths.sum())), lengths)


def moved(before: "list[torch.Tensor]", learner: Learner) -> bool:
    return any(not torch.equal(old, new) for old, new in zip(before, learner.net.parameters(), strict=True))


def test_steps_move_the_weights_and_the_loss_falls_on_what_was_seen() -> None:
    learner = Learner(seed=7)
    before = [weights.detach().clone() for weights in learner.net.parameters()]
    losses = [learner.step(batch(1), 2e-3).item() for _ in range(12)]
    assert all(np.isfinite(losses))
    assert np.mean(losses[-3:]) < losses[0]
    assert learner.steps == 12
    assert moved(before, learner)


def test_the_same_seed_learns_the_same() -> None:
    losses = [
        [(learner := Learner(seed=3)).step(batch(1), 1e-3).item(), learner.step(batch(3), 1e-3).item()]
        for _ in range(2)
    ]
    assert losses[0] == pytest.approx(losses[1], rel=1e-6)


def test_lines_are_made_ready_as_the_reader_makes_them() -> None:
    whole = batch(5, count=1, width=96)
    alone = Batch(whole.pictures, np.array([80]), whole.classes, whole.lengths)
    pictures, inside = normalised(alone, torch.device("cpu"))
    assert np.allclose(pictures[0, 0, :, :80].numpy(), prepared(alone.pictures[0, :, :80]), atol=1e-4)
    assert not pictures[0, 0, :, 80:].any()
    assert inside.sum() == 80


def test_a_worn_line_is_the_same_line_and_never_twice_the_same() -> None:
    torch.manual_seed(1)
    pictures, inside = normalised(batch(6, count=64, width=96), torch.device("cpu"))
    worn, again = worn_again(pictures, inside), worn_again(pictures, inside)
    assert not torch.equal(worn, again)
    assert not (worn * (1 - inside)).any(), "beside the line there is nothing"
    alike = [abs(np.corrcoef(one.flatten(), other.flatten())[0, 1]) for one, other in zip(worn, pictures, strict=True)]
    assert np.median(alike) > 0.6
    turned = [np.corrcoef(one.flatten(), other.flatten())[0, 1] < 0 for one, other in zip(worn, pictures, strict=True)]
    assert 0.2 < np.mean(turned) < 0.8, "ink and board are exchanged in about half"


class Drawing:
    """Stands for the processes that draw: batches of these seeds, one at a time, ready only when told."""

    def __init__(self) -> None:
        self.seeds = itertools.count()
        self.waiting = True

    def next(self) -> Batch:
        self.waiting = False
        return batch(next(self.seeds))

    def ready(self) -> bool:
        return self.waiting


def test_batches_are_shown_again_only_while_no_new_one_is_ready() -> None:
    drawing = Drawing()
    shelf = Shelf(drawing, np.random.default_rng(1), again=True)  # type: ignore[arg-type]
    first = shelf.next()
    assert shelf.next() is first
    drawing.waiting = True
    assert shelf.next() is not first
    assert len(shelf.kept) == 2
    assert shelf.new == 2


def test_a_slow_learner_sees_every_batch_once() -> None:
    shelf = Shelf(Drawing(), np.random.default_rng(1), again=False)  # type: ignore[arg-type]
    assert shelf.next() is not shelf.next()
    assert not shelf.kept


@pytest.mark.filterwarnings("ignore")  # torch's exporter announces its successor
def test_what_is_written_is_a_network_that_the_reader_takes(tmp_path: Path) -> None:
    out = tmp_path / "line_reader.onnx"
    keep(Learner(seed=7), out)
    assert out.stat().st_size < 5_000_000
    reader = LineNetwork.load(out.read_bytes())
    assert not isinstance(reader, Reason)
    read = reader.read(np.zeros((40, 200), np.uint8))
    assert len(read.text) == len(read.sure)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["line_reader.onnx", "line_reader.pt"]


@pytest.mark.filterwarnings("ignore")  # as above
def test_weights_that_were_written_can_learn_on(tmp_path: Path) -> None:
    out = tmp_path / "line_reader.onnx"
    first = Learner(seed=7)
    for seed in range(3):
        first.step(batch(seed), 1e-3)
    keep(first, out)
    again = Learner(seed=8)
    again.begin_with(out, batch(9, count=16))
    pictures, _ = normalised(batch(5), torch.device("cpu"))
    with torch.no_grad():
        for net in (again.net.eval(), again.mean):
            assert torch.allclose(net(pictures), first.mean(pictures), atol=1e-3)
    assert np.isfinite(again.step(batch(1), 1e-3).item())
    other = onnx_of(torch.nn.Conv2d(1, 2, 3), tmp_path / "other.onnx")
    with pytest.raises(OtherNetworkError):
        again.begin_with(other, batch(9))


def onnx_of(net: torch.nn.Module, path: Path) -> Path:
    torch.onnx.export(net, (torch.zeros(1, 1, 8, 8),), str(path), opset_version=17, dynamo=False)
    return path


@pytest.mark.filterwarnings("ignore")  # as above
def test_learning_from_drawn_lines_ends_in_time_and_goes_on_from_where_it_was(tmp_path: Path) -> None:
    faces = [face for face in installed() if face.draws("لواء ٣") or face.draws("aQ3")]
    if not features.check("raqm") or not any(face.draws("لواء ٣") for face in faces):
        pytest.skip("no usable Arabic fonts on this machine")
    plan = Plan(seed=7, minutes=0.01, out=tmp_path / "line_reader.onnx")
    first = learn(plan, faces)
    assert first.steps >= 1
    again = Learner(seed=8)
    again.resume(tmp_path / "line_reader.pt")
    assert again.steps == first.steps
    for mine, theirs in zip(again.mean.parameters(), first.mean.parameters(), strict=True):
        assert torch.equal(mine, theirs)


def test_the_rate_is_full_at_first_and_small_at_the_end() -> None:
    assert rate_at(0.0) == rate_at(0.35) > rate_at(0.7) > rate_at(1.0) > 0
