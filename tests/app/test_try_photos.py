"""``opsec sites try-photos``: which landmarks are recognised in clips of the officer's own."""

from pathlib import Path

import pytest

from opsec import cli
from opsec.app.try_photos import recognised, try_photos
from opsec.errors import SitesError
from tests.app.test_scan_landmarks import workspace as lake_camp
from tests.reports.test_pages import assert_self_contained

pytestmark = pytest.mark.usefixtures("warm_templates")

__all__ = ["lake_camp"]


def test_a_trial_tells_which_landmarks_were_recognised_where(lake_camp: Path) -> None:
    trial = try_photos(lake_camp / "posts", sites=lake_camp / "sites")
    (one,) = trial.landmarks
    assert (one.landmark.id, [Path(path).name for path in one.clips]) == ("north-gate", ["a.mp4"])
    assert one.photo is not None
    assert [bool(recognised(result)) for result in trial.scan.results] == [True, False]


def test_sites_without_photos_are_refused(lake_camp: Path) -> None:
    (lake_camp / "sites" / "lake-camp" / "landmarks" / "north-gate" / "gate.jpg").unlink()
    with pytest.raises(SitesError, match="has a photo"):
        try_photos(lake_camp / "posts", sites=lake_camp / "sites")


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("recognised: north-gate", "no landmark was recognised", "in 1 clip of 2")),
        ("ar", ("تم التعرف", "لم يُتعرف")),
    ],
)
def test_the_command_prints_every_clip_and_landmark_and_writes_a_private_page(
    lake_camp: Path, lang: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    page = lake_camp / "trial.html"
    arguments = ["sites", "try-photos", str(lake_camp / "posts"), "--sites", str(lake_camp / "sites"), "-o", str(page)]
    assert cli.run(["--lang", lang, *arguments]) == 0
    shown = capsys.readouterr().out
    for word in words:
        assert word in shown
    raw = page.read_bytes()
    assert_self_contained(raw)
    assert raw.decode().count("data:image/jpeg;base64,") >= 4, "frame and photo of both clips"
    assert page.stat().st_mode & 0o077 == 0
    assert not list(lake_camp.glob("*.db"))


def test_a_page_of_another_kind_is_refused_before_the_clips_are_scanned(
    lake_camp: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["--lang", "en", "sites", "try-photos", str(lake_camp / "posts"), "-o", "trial.pdf"]) == 2
    assert ".html" in capsys.readouterr().err
