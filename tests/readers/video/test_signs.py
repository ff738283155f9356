"""The viewer of signs: one sign is one hint, read where it is new, within budgets; what is missing is said."""

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from opsec.model import Hint, Reason
from opsec.model.records import Found, Gap
from opsec.model.resources import Kit
from opsec.readers.video import ocr_resources, signs
from opsec.readers.video.sign_hints import MOST_SIGNS
from opsec.readers.video.signs import Signs
from opsec.vision.ocr.recognition import MOST_WORK, LineReader
from tests.fixtures.images import Boxes, Pixels, Says, Silent, blank, frame, patches, write


def looked(
    pictures: Sequence[Pixels], engine: Says | None = None, detector: Any = None, apart_s: float = 0.125
) -> list[Found]:
    viewer = Signs(detector or Boxes(), reader(engine or Says()))
    for number, picture in enumerate(pictures):
        viewer.see(frame(picture, number * apart_s, number))
    return list(viewer.found())


def reader(engine: Says) -> LineReader:
    return LineReader(Silent(), engine)  # type: ignore[arg-type]


def hints(found: Sequence[Found]) -> list[Hint]:
    return [record for record in found if isinstance(record, Hint)]


def codes(found: Sequence[Found]) -> list[str]:
    gaps = [record.reason.code for record in found if isinstance(record, Gap)]
    return gaps + [record.code for record in found if isinstance(record, Reason)]


def bars(*tops: int, left: int = 100, height_px: int = 24) -> Pixels:
    """A picture in which the stand-in detector sees a line at each of these heights."""
    picture = blank(480, 640, 60)
    for top in tops:
        picture[top : top + height_px, left : left + 260] = 255
        picture[top + 6 : top + 18, left + 20 : left + 240 : 12] = 245
    return picture


def test_a_photo_with_a_sign_gives_one_hint_with_its_box_and_picture() -> None:
    (hint,) = hints(looked([bars(200)]))
    assert (hint.kind, hint.family, hint.field, hint.text) == ("text", "SIGN", "sign", "Falcon Camp")
    assert (hint.at_s, hint.until_s) == (None, None)
    assert hint.box is not None
    left, top, width, height = hint.box
    assert (left, top) == pytest.approx((100 / 480, 200 / 640), abs=0.05)
    assert (left + width, top + height) == pytest.approx((360 / 480, 224 / 640), abs=0.05)
    assert hint.picture is not None
    assert hint.picture.width_px <= 400


def test_a_sign_that_stays_is_one_hint_over_its_time_and_is_read_a_few_times_only() -> None:
    engine = Says(likelihood=0.5)
    (hint,) = hints(looked([bars(200)] * 40, engine))
    assert hint.at_s == 0.0
    assert hint.until_s == pytest.approx(39 * 0.125, abs=0.6)
    assert len(engine.asked) <= 4 * 5, "views of one line, not of forty frames"


def test_a_sure_reading_is_asked_for_once() -> None:
    engine = Says(likelihood=0.95)
    looked([bars(200 + shift) for shift in range(0, 160, 4)], engine)
    assert len(engine.asked) == 1


def test_a_still_film_is_searched_seldom() -> None:
    detector = Boxes()
    looked([bars(200)] * 80, detector=detector)
    assert detector.asked <= 4


def test_two_lines_of_a_board_are_one_text_and_may_hold_coordinates() -> None:
    found = hints(looked([bars(200, 240)], Says(("Falcon Camp", "33.3152, 44.3661"))))
    assert [hint.kind for hint in found] == ["text", "position"]
    assert set(found[0].text.split("\n") if found[0].text else []) == {"Falcon Camp", "33.3152, 44.3661"}
    assert {hint.family for hint in found} == {"SIGN"}
    assert found[1].box == found[0].box
    assert found[1].picture is None


def test_what_cannot_be_read_is_said_and_is_no_hint() -> None:
    found = looked([bars(200)], Says(("",)))
    assert hints(found) == []
    assert codes(found) == ["signs_unclear"]


@pytest.mark.parametrize(
    ("there", "text", "said"),
    [
        (("ara", "eng"), "Falcon Camp", []),
        (("ara",), "Falcon Camp", ["no_english_data"]),
        (("eng",), "معسكر الصقر", ["no_arabic_data"]),
        (("eng",), "Falcon Camp", []),
        (("ara",), "معسكر الصقر", []),
    ],
)
def test_words_read_without_the_language_data_of_their_tongue_are_said(
    there: tuple[str, ...], text: str, said: list[str]
) -> None:
    assert codes(looked([bars(200)], Says((text,), tongues=there))) == said


@pytest.mark.parametrize("texts", [("Falcon Camp", "Camp"), ("Camp", "Falcon Camp")])
def test_a_name_is_told_beside_a_line_that_says_a_part_of_it(texts: tuple[str, str]) -> None:
    picture = bars(300)
    picture[200:224, :240] = 255  # at the edge, where it may go on outside
    picture[206:218, 10:220:12] = 245
    assert any("Falcon Camp" in str(hint.text) for hint in hints(looked([picture], Says(texts))))


def test_a_share_that_ends_within_the_last_line_is_said() -> None:
    viewer = Signs(Boxes(), LineReader(Silent(), Says(), work_left=5))  # type: ignore[arg-type]
    viewer.see(frame(bars(200)))
    assert "signs_left_out" in codes(list(viewer.found()))


class Shortsighted(Boxes):
    """Sees words in large pictures only."""

    def __call__(self, picture: Any) -> Any:
        likely = super().__call__(picture)
        return likely if max(likely.shape) >= 800 else np.zeros_like(likely)


def asked_for(width_px: int, height_px: int) -> int:
    """How often a photo without words is searched."""
    detector = Boxes()
    looked([blank(width_px, height_px)], detector=detector)
    return detector.asked


def test_a_photo_without_words_is_searched_once_more_and_larger() -> None:
    photo = np.asarray(cv2.resize(bars(200), (768, 1024), interpolation=cv2.INTER_NEAREST), np.uint8)
    detector = Shortsighted()
    (hint,) = hints(looked([photo], detector=detector))
    assert hint.text == "Falcon Camp"
    assert hint.box is not None
    assert hint.box[1] == pytest.approx(200 / 640, abs=0.05)
    assert detector.asked == 2
    assert hints(looked([photo, photo], detector=Shortsighted())) == [], "a film has other pictures"
    assert asked_for(768, 1024) == 2
    assert asked_for(300, 400) == asked_for(3_024, 4_032) == 1, "no larger than before"
    found_at_once = Boxes()
    looked([bars(200)], detector=found_at_once)
    assert found_at_once.asked == 1


def test_a_junk_reading_is_no_hint() -> None:
    assert hints(looked([bars(200)], Says(likelihood=0.05, texts=("wq", "e4", "zz", "p0", "uu")))) == []


def test_a_picture_without_words_says_nothing() -> None:
    assert looked([blank()]) == []


def test_burnt_in_words_are_text_of_the_post() -> None:
    wide = np.random.default_rng(1).integers(20, 200, (40, 160, 3), dtype=np.uint8)
    import cv2

    view = cv2.resize(wide, (2400, 640), interpolation=cv2.INTER_CUBIC)
    pictures = []
    for number in range(40):
        picture = np.minimum(view[:, number * 20 : number * 20 + 480], 200).astype(np.uint8)
        picture[500:524, 100:360] = bars(500)[500:524, 100:360]
        pictures.append(picture)
    (hint,) = hints(looked(pictures))
    assert (hint.family, hint.field) == ("TEXT", "on screen")


def test_long_lines_of_print_cost_what_they_are_long() -> None:
    wide = [(20, top, 1_200, 12) for top in range(10, 1_270, 22)]
    engine = Says(tuple(f"word{number}" for number in range(97)), likelihood=0.5)
    found = looked([blank(1280, 1280)] * 2, engine, lambda _picture: patches((1280, 1280), wide))
    assert "signs_left_out" in codes(found)
    assert 0 < len(engine.asked) < 400


def test_a_page_of_ten_thousand_boxes_is_bounded_and_said() -> None:
    boxes = [(left, top, 8, 4) for left in range(0, 1270, 12) for top in range(0, 1270, 12)]
    engine = Says(tuple(f"word{number}" for number in range(97)), likelihood=0.5)
    found = looked([blank(1280, 1280)] * 3, engine, lambda _picture: patches((1280, 1280), boxes))
    assert "signs_left_out" in codes(found)
    assert len(engine.asked) <= MOST_WORK
    assert len(hints(found)) <= MOST_SIGNS


def test_the_same_pictures_give_the_same_hints() -> None:
    pictures = [bars(200 + shift, 400) for shift in range(0, 80, 2)]
    assert looked(pictures) == looked(pictures)


@pytest.mark.parametrize("size", [(1, 1), (2, 900), (4200, 40)])
def test_odd_sizes_are_looked_at(size: tuple[int, int]) -> None:
    assert hints(looked([blank(*size, 60)])) == []


def test_a_frame_that_changes_its_size_does_not_matter() -> None:
    assert hints(looked([bars(200), blank(200, 300, 60), bars(200)], apart_s=1.0))


# ── what is installed ─────────────────────────────────────────────────────────────────────────
def without(package: str) -> Any:
    real = importlib.util.find_spec
    return lambda name: None if name == package else real(name)


@pytest.mark.parametrize("package", ocr_resources.ENGINES)
def test_a_missing_package_is_said(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr_resources, "find_spec", without(package))
    told = signs.new(Kit())
    assert isinstance(told, Reason)
    assert (told.code, dict(told.blanks)) == ("no_sign_package", {"package": package})


def test_missing_language_data_is_said_and_told_from_data_that_are_there(tmp_path: Path) -> None:
    kit = Kit(tessdata=str(tmp_path))
    told = signs.new(kit)
    assert isinstance(told, Reason)
    assert told.code in {"no_sign_data", "no_sign_package"}
    before = ocr_resources.equipment(kit)
    (tmp_path / "eng.traineddata").write_bytes(b"x" * 100)
    assert ocr_resources.equipment(kit) != before or told.code == "no_sign_package"


def test_broken_language_data_and_a_broken_detector_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tesserocr")
    pytest.importorskip("rapidocr_onnxruntime")
    (tmp_path / "eng.traineddata").write_bytes(b"no language data" * 100)
    if ocr_resources.detector_model() is None:
        pytest.skip("no detector is installed here")
    told = signs.new(Kit(tessdata=str(tmp_path)))
    assert isinstance(told, Reason)
    assert told.code == "signs_broken"
    model = tmp_path / "model.onnx"
    model.write_bytes(b"no model at all")
    monkeypatch.setattr(ocr_resources, "detector_model", lambda: model)
    told = signs.new(Kit(tessdata=str(tmp_path)))
    assert isinstance(told, Reason)
    assert told.code == "signs_broken"


# ── with the real detector and the real engines ───────────────────────────────────────────────
@pytest.fixture
def real() -> Signs:
    lacking = ocr_resources.missing(Kit())
    if lacking is not None:
        pytest.skip(f"signs cannot be read on this machine: {lacking.code}")
    viewer = signs.new(Kit())
    assert isinstance(viewer, Signs)
    return viewer


def test_a_sign_is_found_and_read(real: Signs) -> None:
    picture = write(
        write(blank(576, 900, 110), "FALCON CAMP", 120, 300, height_px=40), "NO PARKING", 60, 700, dark=True
    )
    real.see(frame(picture))
    texts = {hint.text for hint in hints(list(real.found()))}
    assert texts == {"FALCON CAMP", "NO PARKING"}
