"""The sign analyser: one sign gives one hint, is read where it is new, within budgets; gaps are reported."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from opsec.i18n.reasons import make_reason
from opsec.model import Hint, Reason
from opsec.model.records import Gap, ReaderOutput
from opsec.model.resources import ReaderResources
from opsec.readers.video import ocr_resources, signs
from opsec.readers.video.sign_hints import MAX_SIGN_HINTS
from opsec.readers.video.signs import SignAnalyser
from opsec.vision.ocr.recognition import MAX_WORK, EnsembleRecogniser
from tests.fixtures.images import (
    Pixels,
    SilentRecogniser,
    StubDetector,
    StubTesseract,
    blank,
    draw_text,
    frame,
    probability_map,
)


def analyse(
    frames: Sequence[Pixels], engine: StubTesseract | None = None, detector: Any = None, interval_s: float = 0.125
) -> list[ReaderOutput]:
    analyser = SignAnalyser(detector or StubDetector(), ensemble(engine or StubTesseract()))
    for number, image in enumerate(frames):
        analyser.process_frame(frame(image, number * interval_s, number))
    return list(analyser.finish())


def ensemble(engine: StubTesseract) -> EnsembleRecogniser:
    return EnsembleRecogniser(SilentRecogniser(), engine)  # type: ignore[arg-type]


def hints(found: Sequence[ReaderOutput]) -> list[Hint]:
    return [record for record in found if isinstance(record, Hint)]


def codes(found: Sequence[ReaderOutput]) -> list[str]:
    gaps = [record.reason.code for record in found if isinstance(record, Gap)]
    return gaps + [record.code for record in found if isinstance(record, Reason)]


def bars(*tops: int, left: int = 100, height_px: int = 24) -> Pixels:
    """A frame in which the stub detector sees a line at each of these heights."""
    image = blank(480, 640, 60)
    for top in tops:
        image[top : top + height_px, left : left + 260] = 255
        image[top + 6 : top + 18, left + 20 : left + 240 : 12] = 245
    return image


def test_a_photo_with_a_sign_gives_one_hint_with_its_box_and_image() -> None:
    (hint,) = hints(analyse([bars(200)]))
    assert (hint.kind, hint.family, hint.field, hint.text) == ("text", "SIGN", "sign", "Falcon Camp")
    assert (hint.at_s, hint.until_s) == (None, None)
    assert hint.box is not None
    left, top, width, height = hint.box
    assert (left, top) == pytest.approx((100 / 480, 200 / 640), abs=0.05)
    assert (left + width, top + height) == pytest.approx((360 / 480, 224 / 640), abs=0.05)
    assert hint.picture is not None
    assert hint.picture.width_px <= 400


def test_a_sign_that_stays_gives_one_hint_over_its_time_and_is_read_a_few_times_only() -> None:
    engine = StubTesseract(confidence=0.5)
    (hint,) = hints(analyse([bars(200)] * 40, engine))
    assert hint.at_s == 0.0
    assert hint.until_s == pytest.approx(39 * 0.125, abs=0.6)
    assert len(engine.calls) <= 4 * 5, "views of one line, not of forty frames"


def test_a_line_with_a_confident_text_is_read_once() -> None:
    engine = StubTesseract(confidence=0.95)
    analyse([bars(200 + shift) for shift in range(0, 160, 4)], engine)
    assert len(engine.calls) == 1


def test_a_video_without_change_is_searched_seldom() -> None:
    detector = StubDetector()
    analyse([bars(200)] * 80, detector=detector)
    assert detector.n_calls <= 4


def test_two_lines_of_a_board_are_one_text_and_may_contain_coordinates() -> None:
    found = hints(analyse([bars(200, 240)], StubTesseract(("Falcon Camp", "33.3152, 44.3661"))))
    assert [hint.kind for hint in found] == ["text", "position"]
    assert set(found[0].text.split("\n") if found[0].text else []) == {"Falcon Camp", "33.3152, 44.3661"}
    assert {hint.family for hint in found} == {"SIGN"}
    assert found[1].box == found[0].box
    assert found[1].picture is None


def test_a_line_that_cannot_be_read_is_reported_and_gives_no_hint() -> None:
    found = analyse([bars(200)], StubTesseract(("",)))
    assert hints(found) == []
    assert codes(found) == ["signs_unclear"]


@pytest.mark.parametrize(
    ("available", "text", "reported"),
    [
        (("ara", "eng"), "Falcon Camp", []),
        (("ara",), "Falcon Camp", ["no_english_data"]),
        (("eng",), "معسكر الصقر", ["no_arabic_data"]),
        (("eng",), "Falcon Camp", []),
        (("ara",), "معسكر الصقر", []),
    ],
)
def test_text_in_a_language_without_data_is_reported(
    available: tuple[str, ...], text: str, reported: list[str]
) -> None:
    assert codes(analyse([bars(200)], StubTesseract((text,), languages=available))) == reported


@pytest.mark.parametrize("texts", [("Falcon Camp", "Camp"), ("Camp", "Falcon Camp")])
def test_a_name_is_reported_beside_a_line_that_reads_a_part_of_it(texts: tuple[str, str]) -> None:
    image = bars(300)
    image[200:224, :240] = 255  # at the edge, where it may go on outside
    image[206:218, 10:220:12] = 245
    assert any("Falcon Camp" in str(hint.text) for hint in hints(analyse([image], StubTesseract(texts))))


def test_a_budget_that_ends_within_the_last_line_is_reported() -> None:
    analyser = SignAnalyser(StubDetector(), EnsembleRecogniser(SilentRecogniser(), StubTesseract(), work_left=5))  # type: ignore[arg-type]
    analyser.process_frame(frame(bars(200)))
    assert "signs_left_out" in codes(list(analyser.finish()))


class ShortSightedDetector(StubDetector):
    """Sees text in large images only."""

    def __call__(self, image: Any) -> Any:
        likely = super().__call__(image)
        return likely if max(likely.shape) >= 800 else np.zeros_like(likely)


def times_searched(width_px: int, height_px: int) -> int:
    """How often a photo without text is searched."""
    detector = StubDetector()
    analyse([blank(width_px, height_px)], detector=detector)
    return detector.n_calls


def test_a_photo_without_text_is_searched_again_enlarged() -> None:
    photo = np.asarray(cv2.resize(bars(200), (768, 1024), interpolation=cv2.INTER_NEAREST), np.uint8)
    detector = ShortSightedDetector()
    (hint,) = hints(analyse([photo], detector=detector))
    assert hint.text == "Falcon Camp"
    assert hint.box is not None
    assert hint.box[1] == pytest.approx(200 / 640, abs=0.05)
    assert detector.n_calls == 2
    assert hints(analyse([photo, photo], detector=ShortSightedDetector())) == [], "a video has other frames"
    assert times_searched(768, 1024) == 2
    assert times_searched(300, 400) == times_searched(3_024, 4_032) == 1, "no larger than before"
    found_at_once = StubDetector()
    analyse([bars(200)], detector=found_at_once)
    assert found_at_once.n_calls == 1


def test_a_doubtful_text_gives_no_hint() -> None:
    assert hints(analyse([bars(200)], StubTesseract(confidence=0.05, texts=("wq", "e4", "zz", "p0", "uu")))) == []


def test_a_frame_without_text_gives_nothing() -> None:
    assert analyse([blank()]) == []


def test_burnt_in_text_belongs_to_the_post() -> None:
    wide = np.random.default_rng(1).integers(20, 200, (40, 160, 3), dtype=np.uint8)
    view = cv2.resize(wide, (2400, 640), interpolation=cv2.INTER_CUBIC)
    frames = []
    for number in range(40):
        image = np.minimum(view[:, number * 20 : number * 20 + 480], 200).astype(np.uint8)
        image[500:524, 100:360] = bars(500)[500:524, 100:360]
        frames.append(image)
    (hint,) = hints(analyse(frames))
    assert (hint.family, hint.field) == ("TEXT", "on screen")


def test_long_lines_of_print_use_up_the_budget_by_their_length() -> None:
    wide = [(20, top, 1_200, 12) for top in range(10, 1_270, 22)]
    engine = StubTesseract(tuple(f"word{number}" for number in range(97)), confidence=0.5)
    found = analyse([blank(1280, 1280)] * 2, engine, lambda _picture: probability_map((1280, 1280), wide))
    assert "signs_left_out" in codes(found)
    assert 0 < len(engine.calls) < 400


def test_a_page_of_ten_thousand_regions_is_bounded_and_reported() -> None:
    boxes = [(left, top, 8, 4) for left in range(0, 1270, 12) for top in range(0, 1270, 12)]
    engine = StubTesseract(tuple(f"word{number}" for number in range(97)), confidence=0.5)
    found = analyse([blank(1280, 1280)] * 3, engine, lambda _picture: probability_map((1280, 1280), boxes))
    assert "signs_left_out" in codes(found)
    assert len(engine.calls) <= MAX_WORK
    assert len(hints(found)) <= MAX_SIGN_HINTS


def test_the_same_frames_give_the_same_hints() -> None:
    frames = [bars(200 + shift, 400) for shift in range(0, 80, 2)]
    assert analyse(frames) == analyse(frames)


@pytest.mark.parametrize("size", [(1, 1), (2, 900), (4200, 40)])
def test_frames_of_odd_sizes_are_searched(size: tuple[int, int]) -> None:
    assert hints(analyse([blank(*size, 60)])) == []


def test_frames_may_change_their_size() -> None:
    assert hints(analyse([bars(200), blank(200, 300, 60), bars(200)], interval_s=1.0))


# ── damaged resources ─────────────────────────────────────────────────────────────────────────
def test_a_missing_resource_is_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = make_reason("no_sign_data")
    monkeypatch.setattr(ocr_resources, "missing_resource", lambda _resources: missing)
    assert signs.create(ReaderResources()) is missing


def test_damaged_language_data_are_the_reason(tmp_path: Path) -> None:
    pytest.importorskip("tesserocr")
    if ocr_resources.find_detector_model() is None:
        pytest.skip("no detector is installed here")
    (tmp_path / "eng.traineddata").write_bytes(b"no language data" * 100)
    assert code_of(signs.create(ReaderResources(tessdata=str(tmp_path)))) == "signs_broken"


def test_a_damaged_detector_is_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.onnx").write_bytes(b"no model at all")
    monkeypatch.setattr(ocr_resources, "missing_resource", lambda _resources: None)
    monkeypatch.setattr(ocr_resources, "find_detector_model", lambda: tmp_path / "model.onnx")
    assert code_of(signs.create(ReaderResources())) == "signs_broken"


@pytest.fixture(autouse=True)
def _no_models_of_another_test() -> None:
    """The models are kept for a whole process, whatever this test replaces."""
    signs.load_models.cache_clear()


def code_of(created: object) -> str:
    assert isinstance(created, Reason)
    return created.code


# ── with the real detector and the real engines ───────────────────────────────────────────────
@pytest.fixture
def real() -> SignAnalyser:
    missing = ocr_resources.missing_resource(ReaderResources())
    if missing is not None:
        pytest.skip(f"signs cannot be read on this machine: {missing.code}")
    analyser = signs.create(ReaderResources())
    assert isinstance(analyser, SignAnalyser)
    return analyser


def test_signs_are_found_and_read(real: SignAnalyser) -> None:
    image = draw_text(
        draw_text(blank(576, 900, 110), "FALCON CAMP", 120, 300, height_px=40), "NO PARKING", 60, 700, dark=True
    )
    real.process_frame(frame(image))
    texts = {hint.text for hint in hints(list(real.finish()))}
    assert texts == {"FALCON CAMP", "NO PARKING"}


def test_words_that_replace_one_another_are_searched_more_often() -> None:
    words = ["one", "Falcon", "two", "Camp", "three", "North", "four", "Gate", "five", "West", "six", "East"]
    still, changing = [bars(200)] * 40, []
    for number in range(40):
        image, half_px = blank(480, 640, 60), 60 + 30 * (number // 3 % 4)
        image[200:240, 240 - half_px : 240 + half_px] = 255
        changing.append(image)
    counts = []
    for frames in (still, changing):
        detector = StubDetector()
        analyse(frames, StubTesseract(tuple(words)), detector, interval_s=0.1)
        counts.append(detector.n_calls)
    assert counts[1] > 4 / 0.5 > counts[0]
