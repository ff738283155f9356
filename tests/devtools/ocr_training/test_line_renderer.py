"""Drawn lines: the same seed gives the same pictures, and every picture is a crop that a detector could give."""

import shutil
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("PIL", reason="drawing lines needs pillow (pip install opsec[training])")
pytest.importorskip("fontTools", reason="drawing lines needs fonttools (pip install opsec[training])")

from PIL import features

from opsec.devtools.ocr_training.batches import pool, stacked
from opsec.devtools.ocr_training.fonts import Face, installed
from opsec.devtools.ocr_training.line_renderer import Artist
from opsec.vision.ocr.line_recogniser import HEIGHT_PX


@pytest.fixture(scope="module")
def faces() -> list[Face]:
    found = installed()
    if (
        not features.check("raqm")
        or not any(face.draws("لواء ٣") for face in found)
        or not any(face.draws("aQ3") for face in found)
    ):
        pytest.skip("no usable Arabic and Latin fonts on this machine")
    return found


def test_the_same_seed_draws_the_same_pictures(faces: list[Face]) -> None:
    first, second = (list(Artist(5, faces).pictures()) for _ in range(2))
    assert [one.signs for one in first] == [one.signs for one in second]
    assert all(np.array_equal(one.picture, other.picture) for one, other in zip(first, second, strict=True))
    assert first


def test_pictures_are_grey_crops_with_something_on_them(faces: list[Face]) -> None:
    artist = Artist(6, faces)
    drawn = [picture for _ in range(40) for picture in artist.pictures()]
    assert len(drawn) > 100
    for one in drawn:
        assert one.picture.dtype == np.uint8
        assert one.picture.ndim == 2
        assert min(one.picture.shape) >= 6
        assert one.picture.std() > 0.5
    wide = [one.picture.shape[1] / one.picture.shape[0] / len(one.signs) for one in drawn if len(one.signs) > 5]
    assert 0.1 < np.median(wide) < 0.8, "a letter is about half as wide as the line is high"


def test_batches_hold_lines_of_about_one_width_and_all_their_signs(faces: list[Face]) -> None:
    batch = next(pool(Artist(7, faces), 16, 12))
    assert batch.pictures.shape[:2] == (16, HEIGHT_PX)
    assert batch.pictures.shape[2] >= batch.widths_px.max()
    assert batch.lengths.sum() == len(batch.classes)
    assert batch.classes.min() > 0
    assert np.median(batch.widths_px / batch.pictures.shape[2]) > 0.8, "lines of other widths are not put together"


def test_held_out_fonts_are_some_but_not_most(faces: list[Face]) -> None:
    held = {face.family for face in faces if face.held_out}
    kept = {face.family for face in faces if not face.held_out}
    assert not held & kept
    if len(held | kept) > 30:
        assert 0.02 < len(held) / len(held | kept) < 0.25
        assert not any(family.startswith("Noto") for family in held), "what telephones show is learned"


def test_a_folder_of_fonts_stands_for_those_of_the_machine(tmp_path: Path, faces: list[Face]) -> None:
    here = tmp_path / "truetype" / "dejavu"
    here.mkdir(parents=True)
    shutil.copy(faces[0].path, here)
    assert [Path(face.path).parent for face in installed(tmp_path)] == [here]
    assert installed(tmp_path / "none") == []


def test_a_line_that_no_font_can_draw_gives_no_picture() -> None:
    assert list(Artist(1, [Face("none.ttf", frozenset("~"))]).pictures()) == []


def test_one_line_makes_a_batch(faces: list[Face]) -> None:
    drawn = next(iter(Artist(8, faces, wears=1).pictures()))
    assert stacked([drawn]).lengths.tolist() == [len(drawn.signs)]
