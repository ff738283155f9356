"""``opsec explain``: every field with its location in the file and its matches, masked by default."""

import json
import re
from pathlib import Path

import pytest

from opsec.model import Landmark, Site
from tests.cli.conftest import ROOT, Opsec
from tests.fixtures.media.boxes import film

POSTS, SITES = ROOT / "examples" / "posts", ROOT / "geofences"


def test_every_field_has_its_location_and_its_matches(opsec: Opsec) -> None:
    done = opsec("explain", POSTS / "IMG_2041.mov", "--sites", SITES)
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    place = next(n for n, line in enumerate(lines) if "moov/meta/com.apple.quicktime.location.ISO6709" in line)
    assert "29.•••, 48.•••" in lines[place]
    assert "GPS-NEAR-FENCE" in lines[place + 1]
    assert any("creationdate" in line and "2026-11-17T16:05:00+03:00" in line for line in lines)
    assert any("quicktime.model" in line for line in lines)
    assert any(line.startswith("total") for line in lines)
    assert "29.22" not in done.stdout


def test_coordinates_are_shown_when_asked_for(opsec: Opsec) -> None:
    assert "29.22" in opsec("explain", POSTS / "IMG_2041.mov", "--sites", SITES, "--show-coordinates").stdout


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_an_unreadable_file_has_a_reason(opsec: Opsec, lang: str) -> None:
    done = opsec("explain", POSTS / "cut_off.mp4", "--sites", SITES, "--lang", lang)
    assert done.returncode == 0
    assert "moov" in done.stdout
    assert "Project-Id" not in done.stdout


def test_nothing_is_stored(fresh_opsec: Opsec) -> None:
    fresh_opsec("explain", POSTS / "IMG_2041.mov", "--sites", SITES)
    assert fresh_opsec("rematch", "--sites", SITES).returncode == 2


def test_facts_of_the_post_are_shown_and_masked(opsec: Opsec, tmp_path: Path) -> None:
    facts = {"uploader": "salim", "webpage_url": "https://clips.example/@33.980123,43.250456", "view_count": 1204}
    (tmp_path / "clip.info.json").write_text(json.dumps(facts), encoding="utf-8")
    (tmp_path / "clip.mp4").write_bytes(film())
    answer = opsec("explain", tmp_path / "clip.mp4", "--sites", SITES)
    for line in ("author: salim", "link: https://clips.example/@33.••••••,43.••••••", "views: 1204"):
        assert line in answer.stdout.splitlines()
    assert "likes" not in answer.stdout


def test_the_number_of_decoded_frames_is_shown() -> None:
    from dataclasses import replace

    from opsec.i18n.messages import render
    from opsec.reports.explain import explanation_lines
    from tests.reports.made import flagged_clip

    made = flagged_clip()
    watched = replace(made.clip.coverage, frames_read=36, seconds_read=3.5)
    lines = [
        render(line, "en") for line in explanation_lines(replace(made, clip=replace(made.clip, coverage=watched)), "en")
    ]
    assert "frames decoded: 36, up to 0:03.5" in lines


def test_a_finding_is_explained_by_its_number_without_opening_the_clip(opsec: Opsec, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    clip = tmp_path / "in" / "IMG_2041.mov"
    clip.write_bytes((POSTS / "IMG_2041.mov").read_bytes())
    opsec("scan", "in", "--sites", SITES, "-o", "out.json", "-o", "out.html")
    ((fingerprint,),) = [
        [one["fingerprint"] for one in clip["findings"]]
        for clip in json.loads((tmp_path / "out.json").read_text())["clips"]
    ]
    shown = re.search(r'href="#finding-([0-9a-f]{10})"', (tmp_path / "out.html").read_text("utf-8"))
    assert shown is not None
    assert not fingerprint.startswith(shown[1]), "nobody else can compute the number from the clip and the site"
    clip.unlink()
    for given in (fingerprint, fingerprint[:8], shown[1]):
        done = opsec("explain", given, "--sites", SITES)
        assert done.returncode == 0
        assert "GPS-NEAR-FENCE" in done.stdout


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_an_unknown_finding(opsec: Opsec, lang: str) -> None:
    done = opsec("explain", "0123456789", "--sites", SITES, "--lang", lang)
    assert done.returncode == 2
    assert "0123456789" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize(
    ("checks", "frames", "status", "has_line"),
    [
        ({"landmarks": "ran"}, 12, "read", True),
        ({"landmarks": "not_configured"}, 12, "read", True),
        ({"landmarks": "failed"}, 12, "read", False),  # said as a check that failed
        ({"landmarks": "ran"}, 0, "read", False),
        ({"landmarks": "ran"}, 12, "partly", False),
    ],
)
def test_nothing_found_says_what_it_means_where_a_site_has_no_photos(
    checks: dict[str, str], frames: int, status: str, has_line: bool, lang: str
) -> None:
    from dataclasses import replace

    from opsec.i18n.messages import render
    from opsec.reports.explain import explanation_lines
    from opsec.settings import Thresholds
    from opsec.verdict.judge import judge
    from tests.reports.made import flagged_clip

    made = flagged_clip().clip
    coverage = replace(made.coverage, status=status, frames_read=frames, checks=checks, reasons=())  # type: ignore[arg-type]
    clip = replace(made, hints=(), coverage=coverage)
    expected = {"en": "no photos of landmarks", "ar": "لا صور معالم"}[lang]

    def said(*sites: Site) -> bool:
        shown = [render(line, lang) for line in explanation_lines(judge(clip, (), sites, Thresholds()), lang)]  # type: ignore[arg-type]
        return any(expected in line for line in shown)

    bare, known = Site(id="bare", kind="base", names={}, code="F-1"), a_site_with_photos()
    assert said(bare) is has_line
    assert said(known, bare) is has_line, "the site without photos is the likeliest one here"
    assert said(known) is (has_line and checks["landmarks"] == "not_configured")


def a_site_with_photos() -> Site:
    return Site(id="known", kind="base", names={}, code="F-2", landmarks=(Landmark(id="gate", photos=("gate/1.jpg",)),))
