"""A few steps of learning: the loss is a number, the weights move, and what is written can be read by OpenCV."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs torch (pip install opsec[training])")
pytest.importorskip("PIL", reason="training needs pillow (pip install opsec[training])")
pytest.importorskip("fontTools", reason="training needs fonttools (pip install opsec[training])")
pytest.importorskip("onnx", reason="training needs onnx (pip install opsec[training])")

import torch
from PIL import features

from opsec.hints.signs.alphabet import ALPHABET
from opsec.hints.signs.line_reader import HEIGHT_PX, LineNetwork
from opsec.model import Reason
from opsec.training.batches import Batch
from opsec.training.fonts import installed
from opsec.training.learning import Learner, Plan, keep, learn, rate_at


def batch(seed: int, count: int = 4, width: int = 64) -> Batch:
    rng = np.random.default_rng(seed)
    pictures = rng.standard_normal((count, 1, HEIGHT_PX, width)).astype(np.float32)
    lengths = rng.integers(1, 6, count)
    return Batch(pictures, rng.integers(1, len(ALPHABET) + 1, int(lengths.sum())), lengths)


def moved(before: "list[torch.Tensor]", learner: Learner) -> bool:
    return any(not torch.equal(old, new) for old, new in zip(before, learner.net.parameters(), strict=True))


def test_three_steps_move_the_weights_and_the_loss_falls_on_what_was_seen() -> None:
    learner = Learner(seed=7)
    before = [weights.detach().clone() for weights in learner.net.parameters()]
    losses = [learner.step(batch(1), batch(2), 2e-3) for _ in range(3)]
    losses += [learner.step(batch(1), batch(2), 2e-3) for _ in range(5)]
    assert all(np.isfinite(losses))
    assert losses[-1] < losses[0]
    assert learner.steps == 8
    assert moved(before, learner)


def test_both_threads_share_one_set_of_weights() -> None:
    learner = Learner(seed=7)
    learner.step(batch(1), batch(2), 2e-3)
    for shared, own in zip(learner.net.parameters(), learner.twin.parameters(), strict=True):
        assert shared.data_ptr() == own.data_ptr()


def test_the_same_seed_learns_the_same() -> None:
    losses = [
        [(learner := Learner(seed=3)).step(batch(1), batch(2), 1e-3), learner.step(batch(3), batch(4), 1e-3)]
        for _ in range(2)
    ]
    assert losses[0] == pytest.approx(losses[1], rel=1e-6)


@pytest.mark.filterwarnings("ignore")  # torch's exporter announces its successor
def test_what_is_written_is_a_network_that_the_reader_takes(tmp_path: Path) -> None:
    out = tmp_path / "line_reader.onnx"
    keep(Learner(seed=7), out)
    assert out.stat().st_size < 3_000_000
    reader = LineNetwork.load(out.read_bytes())
    assert not isinstance(reader, Reason)
    read = reader.read(np.zeros((40, 200), np.uint8))
    assert len(read.text) == len(read.sure)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["line_reader.onnx", "line_reader.pt"]


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
    assert rate_at(0.0) == rate_at(0.4) > rate_at(0.7) > rate_at(1.0) > 0
