"""Validation: all errors at once, and only actionable warnings."""

from pathlib import Path

import pytest

from opsec.i18n.messages import render
from opsec.sites.complaint import Complaint
from opsec.sites.validation import check_sites
from tests.sites.drawing import HOME, TOML, drawn, feature, geojson, landmark, site, square

GOOD = 'code = "L-1"\n' + TOML


def complaints(root: Path) -> list[str]:
    return [f"{c.level}: {render(c.message, 'en')}" for c in check_sites(root, HOME).complaints]


def good(root: Path, id_: str = "lake-camp", toml: str = GOOD, fence: str | None = None) -> Path:
    """A valid site in a private folder."""
    root.mkdir(mode=0o700, exist_ok=True)
    return site(root, id_, toml, fence or geojson(feature(square())))


def test_a_valid_site_has_no_complaint(tmp_path: Path) -> None:
    landmark(good(tmp_path / "sites"))
    assert complaints(tmp_path / "sites") == []


def test_every_broken_site_is_named(tmp_path: Path) -> None:
    root = good(tmp_path / "sites")
    site(root, "a-camp", TOML)
    site(root, "b-camp", "id = ")
    found = check_sites(root, HOME).complaints
    assert [(c.level, Path(c.file).name) for c in found] == [("error", "a-camp"), ("error", "b-camp")]


def test_every_fault_of_a_site_is_named(tmp_path: Path) -> None:
    root = tmp_path / "sites"
    toml = (
        'id = "LAKE"\nkind = "base"\ncode = "."\ntime_zone = "Asia/Bagdad"\nquiet_hours = ["1", "05:30"]\n'
        'position = [143.0, 243.0]\n[names]\nen = ["a\\u202eb"]\nxxxx-y = ["z"]\n'
    )
    good(root, toml=toml, fence=geojson(feature(square()), feature(square(), "zone", name="."), drawn(None)))
    landmark(root, "headng = 5\nzone = 7\n")
    landmark(root, 'position = [43.2, 34.0]\n[names]\nq = ["x"]\n', name="b")
    found = complaints(root)
    words = ["position is outside", "headng", "zone", "swapped", "names.q", "LAKE", "names.en", "names.xxxx-y",
             "#2", "#3", "code", "Bagdad", "quiet_hours"]  # fmt: skip
    assert [word for word in words if not any(word in message for message in found)] == [], found
    assert {message.partition(":")[0] for message in found} == {"error"} and len(found) == len(words)


def test_every_faulty_outline_and_key_is_named(tmp_path: Path) -> None:
    broken = geojson(feature(square()), feature(square(44), "zone", name="."), drawn(None), feature(square()))
    root = good(tmp_path / "sites", toml=GOOD + "extra = 1\n", fence=broken)
    (root / "lake-camp" / "site.toml").write_text(f'prior = 7\nkindd = "x"\n{GOOD}', "utf-8")
    found = complaints(root)
    assert len(found) == 5, found
    assert [n for n, word in enumerate(["prior", "kindd", "#2", "#3", "feature 4 is a second"])
            if word not in " ".join(found)] == []  # fmt: skip


def test_a_template_is_a_warning_unless_there_is_nothing_else(tmp_path: Path) -> None:
    root = good(tmp_path / "sites")
    template = 'id = "my-base"\nkind = "base"\n[names]\nen = []\n'
    site(root, "my-base", template, '{"type": "FeatureCollection", "features": []}')
    (message,) = complaints(root)
    assert message.startswith("warning") and "my-base is a template, not filled in yet" in message
    site(tmp_path / "new", "my-base", template)
    (tmp_path / "new").chmod(0o700)
    (message,) = complaints(tmp_path / "new")
    assert message.startswith("error") and "opsec sites import" in message


def test_a_missing_folder_is_an_error() -> None:
    (found,) = check_sites(Path("no-such-folder"), HOME).complaints
    assert found.level == "error" and isinstance(found, Complaint)


@pytest.mark.parametrize("mode", [0o755, 0o740, 0o701])
def test_a_folder_open_to_others_is_reported_once(tmp_path: Path, mode: int) -> None:
    good(tmp_path / "sites")
    sea = GOOD.replace("lake-camp", "sea-camp").replace("L-1", "S-1").replace("Lake", "Sea")
    good(tmp_path / "sites", "sea-camp", sea, geojson(feature(square(44))))
    (tmp_path / "sites").chmod(mode)
    (message,) = complaints(tmp_path / "sites")
    assert message.startswith("warning") and "chmod 700" in message


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("القاعدة", "common word"),
        ("القَاعِدة", "common word"),
        ("معسكر", "common word"),
        ("Base", "common word"),
        ("HOME", "common word"),
        ("K2", "so short"),
        ("قب", "so short"),
        ("Camp Lake", None),
        ("معسكر البحيرة", None),
        ("Basecamp Ridge", None),
    ],
)
def test_names_that_would_flag_everything(tmp_path: Path, name: str, words: str | None) -> None:
    found = complaints(good(tmp_path / "sites", toml=GOOD.replace("Lake Camp", name)))
    assert len(found) == (words is not None)
    assert all(name in message and str(words) in message and "weak" in message for message in found)
    weak = GOOD.replace("[names]", f'[names]\nweak = ["{name}"]')
    assert complaints(good(tmp_path / "sites", toml=weak)) == []


def test_a_code_that_reveals_the_name(tmp_path: Path) -> None:
    (message,) = complaints(good(tmp_path / "sites", toml=GOOD.replace("L-1", "LAKE CAMP")))
    assert "code equals the name" in message


def test_what_two_sites_must_not_share(tmp_path: Path) -> None:
    root = good(tmp_path / "sites")
    good(root, "sea-camp", GOOD.replace("lake-camp", "sea-camp").replace("Lake Camp", "LAKE  camp"),
         geojson(feature(square(43.21))))  # fmt: skip
    messages = complaints(root)
    assert len(messages) == 3 and all("lake-camp" in line and "sea-camp" in line for line in messages)
    assert "LAKE" in messages[0] and "L-1" in messages[1] and "overlaps" in messages[2]


def test_a_fence_that_flags_towns_and_parts_that_lie_outside(tmp_path: Path) -> None:
    away = square(45)
    fence = geojson(
        feature(square(side=0.8)), feature(away, "zone"), feature(away, "building"), feature(square(), "zone")
    )
    wide, zone, building = complaints(good(tmp_path / "sites", fence=fence))
    assert "89 km" in wide and "feature 2, a zone" in zone and "feature 3, a building" in building


def test_a_wide_round_fence_is_attributed_to_the_site_file(tmp_path: Path) -> None:
    root = tmp_path / "sites"
    root.mkdir(mode=0o700)
    (wide,) = complaints(site(root, toml="position = [34.0, 43.2]\nradius_m = 40000\n" + GOOD))
    assert "site.toml: the perimeter is 80 km across" in wide


def test_two_parts_far_apart_are_not_one_wide_fence(tmp_path: Path) -> None:
    shapes = {"type": "MultiPolygon", "coordinates": [[square()], [square(44.5)]]}
    assert complaints(good(tmp_path / "sites", fence=geojson(drawn(shapes, role="perimeter")))) == []


def test_a_site_with_names_only_and_hours_without_a_time_zone(tmp_path: Path) -> None:
    root = tmp_path / "sites"
    root.mkdir(mode=0o700)
    words, hours = complaints(site(root, toml='quiet_hours = ["22:00", "05:30"]\n' + GOOD))
    assert "no fence and no position" in words and "time_zone" in hours


def test_photos_that_are_too_few_invalid_or_unused(tmp_path: Path) -> None:
    root = good(tmp_path / "sites")
    folder = landmark(root, photos=1)
    (folder / "1.png").write_bytes(b"<html>")
    (folder / "gate.pdf").write_bytes(b"%PDF")
    (folder.parent / "tower.JPG").write_bytes(b"\xff\xd8\xff")
    stray, few, broken, unused = complaints(root)
    assert (
        "tower.JPG is not used" in stray
        and "2 photo(s)" in few
        and "1.png is not a readable photo" in broken
        and "gate.pdf is not used" in unused
    )


@pytest.mark.parametrize(
    "head",
    [
        b"\xff\xd8\xff\xe1",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x00\x00\x00\x00WEBP",
        b"\x00\x00\x00\x18ftypheic",
        b"\x00\x00\x00\x18ftypmif1",
    ],
)
def test_images_are_recognised_by_content(tmp_path: Path, head: bytes) -> None:
    root = good(tmp_path / "sites")
    folder = landmark(root)
    (folder / "0.jpg").write_bytes(head + b"...")
    assert complaints(root) == []
