"""Rendered lines: the same seed gives the same images, and every image is a crop that a detector could give."""

import shutil
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("PIL", reason="rendering lines needs pillow (pip install opsec[training])")
pytest.importorskip("fontTools", reason="rendering lines needs fonttools (pip install opsec[training])")

from PIL import features

from opsec.devtools.ocr_training import fonts
from opsec.devtools.ocr_training.batches import collate, iter_batches
from opsec.devtools.ocr_training.fonts import FontFace, find_fonts
from opsec.devtools.ocr_training.line_renderer import LineRenderer
from opsec.vision.ocr.line_recogniser import HEIGHT_PX
from tests.devtools.ocr_training.generated_fonts import generate_fonts


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> list[FontFace]:
    """Generated fonts: with those of the machine, every machine would render other lines."""
    if not features.check("raqm"):
        pytest.skip("this Pillow has no Raqm, so it cannot lay out Arabic")
    return generate_fonts(tmp_path_factory.mktemp("fonts"))


def test_the_same_seed_renders_the_same_images(faces: list[FontFace]) -> None:
    first, second = (list(LineRenderer(5, faces).render()) for _ in range(2))
    assert [one.visual_text for one in first] == [one.visual_text for one in second]
    assert all(np.array_equal(one.image, other.image) for one, other in zip(first, second, strict=True))
    assert first


def test_images_are_gray_crops_with_letters_on_them(faces: list[FontFace]) -> None:
    renderer = LineRenderer(6, faces)
    rendered = [one for _ in range(40) for one in renderer.render()]
    assert len(rendered) > 100
    for one in rendered:
        assert one.image.dtype == np.uint8
        assert one.image.ndim == 2
        assert min(one.image.shape) >= 6
        assert one.image.std() > 0.5
    widths = [
        one.image.shape[1] / one.image.shape[0] / len(one.visual_text) for one in rendered if len(one.visual_text) > 5
    ]
    assert 0.1 < np.median(widths) < 0.8, "a letter is about half as wide as the line is high"


def test_a_batch_contains_all_its_lines_and_their_labels(faces: list[FontFace]) -> None:
    batch = next(iter_batches(LineRenderer(7, faces), 16, 12))
    assert batch.images.shape[:2] == (16, HEIGHT_PX)
    assert batch.images.shape[2] >= batch.widths_px.max()
    assert batch.label_lengths.sum() == len(batch.labels)
    assert batch.labels.min() > 0


def test_batches_group_lines_by_width(faces: list[FontFace]) -> None:
    """For any widths: the widest line of a batch is no wider than the narrowest one of the next batch."""
    batches = islice(iter_batches(LineRenderer(7, faces), 16, 12), 8)
    ranges = sorted((int(one.widths_px.min()), int(one.widths_px.max())) for one in batches)
    assert len(ranges) == 8
    assert all(widest <= next_narrowest + 1 for (_, widest), (next_narrowest, _) in pairwise(ranges))


def test_a_minority_of_font_families_is_held_out() -> None:
    families = [FontFace(f"/fonts/dejavu/Family{number}-Bold.ttf", frozenset()) for number in range(500)]
    assert 0.02 < sum(face.is_held_out for face in families) / len(families) < 0.25
    regular = [FontFace(face.path.replace("Bold", "Regular"), frozenset()) for face in families]
    assert [face.is_held_out for face in families] == [face.is_held_out for face in regular], "by family, not by weight"
    noto = [FontFace(f"/fonts/noto/Noto{number}-Regular.ttf", frozenset()) for number in range(100)]
    assert not any(face.is_held_out for face in noto), "telephones show Arabic in them, so they are trained on"


def test_a_folder_of_fonts_replaces_those_of_the_machine(tmp_path: Path, faces: list[FontFace]) -> None:
    folder = tmp_path / "truetype" / "dejavu"
    folder.mkdir(parents=True)
    shutil.copy(faces[0].path, folder)
    assert [Path(face.path).parent for face in find_fonts(tmp_path)] == [folder]
    assert find_fonts(tmp_path / "none") == []


def test_a_line_that_no_font_supports_gives_no_image() -> None:
    assert list(LineRenderer(1, [FontFace("none.ttf", frozenset("~"))]).render()) == []


def test_one_line_makes_a_batch(faces: list[FontFace]) -> None:
    rendered = next(iter(LineRenderer(8, faces, variants=1).render()))
    assert collate([rendered]).label_lengths.tolist() == [len(rendered.visual_text)]


def test_without_fontconfig_the_font_folder_of_the_system_is_searched(
    tmp_path: Path, faces: list[FontFace], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    monkeypatch.setattr(fonts, "_SYSTEM_FONT_FOLDER", tmp_path)
    assert find_fonts() == []
    assert len(generate_fonts(tmp_path)) == len(find_fonts()) == len(faces)
