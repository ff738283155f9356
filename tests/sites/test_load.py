"""Loading: valid site files, and refused ones with their messages."""

import os
from pathlib import Path

import pytest

from opsec.errors import SitesError
from opsec.model import Point
from opsec.sites.load import load_sites, sites_sha256
from tests.sites.drawing import HOME, TOML, feature, geojson, landmark, sentence, site, square


def refused(root: Path) -> str:
    with pytest.raises(SitesError) as caught:
        load_sites(root, HOME)
    return sentence(caught.value)


def test_only_id_kind_and_one_name_are_needed(tmp_path: Path) -> None:
    (found,) = load_sites(site(tmp_path), HOME)
    assert (found.id, found.kind, found.names) == ("lake-camp", "base", {"en": ("Lake Camp",)})
    assert (found.alert_radius_m, found.prior, found.sensitivity) == (500.0, 0.10, 0.5)
    assert found.fences == () and found.landmarks == ()
    assert found.code.startswith("S-") and "lake" not in found.code.casefold()


def test_every_key_is_loaded(tmp_path: Path) -> None:
    toml = """
id = "lake-camp"
kind = "hq"
code = "L-1"
unit = "3rd"
sensitivity = 1
alert_radius_m = 0
prior = 0.5
time_zone = "Asia/Baghdad"
quiet_hours = ["22:00", "05:30"]
[names]
ar = ["معسكر البحيرة", "معسكر البحيرة"]
ckb = []
"ar-IQ" = ["البحيره"]
weak = ["البحيرة"]
[names.units]
ar = ["الفوج الثالث"]
"""
    zone = feature(square(43.205, 34.005, 0.002), "zone", name="Gate", **{"class": "gate", "sensitivity": 1})
    site(
        tmp_path, toml=toml, fence=geojson(feature(square()), zone, feature(square(side=0.001), "building", name=None))
    )
    landmark(tmp_path, 'position = [34.0, 43.2]\nheading = 90\nzone = "Gate"\nsensitivity = 0.2\n[names]\nen = ["G"]')
    (found,) = load_sites(tmp_path, HOME)
    assert found.names == {"ar": ("معسكر البحيرة",), "ar-IQ": ("البحيره",)}
    assert (found.weak_names, found.unit_names) == (("البحيرة",), {"ar": ("الفوج الثالث",)})
    assert (found.code, found.unit, found.sensitivity, found.alert_radius_m) == ("L-1", "3rd", 1.0, 0.0)
    assert (found.time_zone, found.quiet_hours) == ("Asia/Baghdad", ("22:00", "05:30"))
    assert [(fence.role, fence.name, fence.zone_class) for fence in found.fences] == [
        ("perimeter", None, None),
        ("zone", "Gate", "gate"),
        ("building", None, None),
    ]
    (gate,) = found.landmarks
    assert (gate.id, gate.position, gate.heading_deg, gate.zone) == ("gate", Point(34.0, 43.2), 90.0, "Gate")
    assert gate.photos == ("0.jpg", "1.jpg", "2.jpg")


def test_a_position_becomes_a_round_fence(tmp_path: Path) -> None:
    from geopy.distance import geodesic

    site(tmp_path, toml="position = [34.0, 43.2]\nradius_m = 1000\n" + TOML)
    (found,) = load_sites(tmp_path, HOME)
    ((ring,),) = found.fences[0].rings
    assert len(ring) == 65 and ring[0] == ring[-1]
    assert all(geodesic((34.0, 43.2), (p.lat, p.lon)).m == pytest.approx(1000, abs=0.1) for p in ring)


def test_sites_are_sorted_by_id_and_other_entries_are_ignored(tmp_path: Path) -> None:
    for id_ in ("b-camp", "a-camp"):
        site(tmp_path, id_, TOML.replace("lake-camp", id_))
    (tmp_path / "README.md").write_text("notes")
    (tmp_path / ".git").mkdir()
    assert [found.id for found in load_sites(tmp_path, HOME)] == ["a-camp", "b-camp"]


def test_the_fingerprint_depends_on_values_and_not_on_their_order(tmp_path: Path) -> None:
    for id_ in ("b-camp", "a-camp"):
        site(tmp_path, id_, TOML.replace("lake-camp", id_), geojson(feature(square())))
    sites = load_sites(tmp_path, HOME)
    first = sites_sha256(sites)
    assert first == sites_sha256(sites[::-1]) and len(first) == 64
    site(tmp_path, "a-camp", TOML.replace("lake-camp", "a-camp"), geojson(feature(square(side=0.020001))))
    moved = sites_sha256(load_sites(tmp_path, HOME))
    landmark(tmp_path, id_="a-camp")
    assert len({first, moved, sites_sha256(load_sites(tmp_path, HOME))}) == 3


TOMLS = {
    "unknown key": ("alert_radius = 5\n" + TOML, ["site.toml", "alert_radius", "alert_radius_m?"]),
    "unknown kind": (TOML.replace('"base"', '"bse"'), ["kind", "bse", "base?"]),
    "kind like nothing": (TOML.replace('"base"', '"zzz"'), ["kind", "airbase, barracks"]),
    "no id": ('kind = "base"\n[names]\nen = ["Lake"]', ["id is missing"]),
    "no name": ('id = "lake-camp"\nkind = "base"\n[names]\nen = []', ["[names] is empty"]),
    "no name, units empty": (
        'id = "lake-camp"\nkind = "base"\n[names]\nen = []\n[names.units]\nar = []',
        ["[names] is empty"],
    ),
    "weak alone": ('id = "lake-camp"\nkind = "base"\n[names]\nweak = ["x"]', ["[names] is empty"]),
    "wrong tag": (TOML + 'unitss = ["x"]', ["names.unitss", "names.units?"]),
    "tag like nothing": (TOML + '"q q" = ["x"]', ["names.q q", "not a language tag"]),
    "name no list": (TOML.replace('["Lake Camp"]', '"Lake Camp"'), ["names.en"]),
    "empty name": (TOML.replace("Lake Camp", " .! "), ["names.en", "without a letter"]),
    "long name": (TOML.replace("Lake Camp", "a" * 201), ["names.en", "200"]),
    "turned name": (TOML.replace("Lake Camp", "Lake\\u202ecamp"), ["names.en", "\\u202e"]),
    "terminal name": (TOML.replace("Lake Camp", "Lake\\u001b[2J"), ["names.en", "\\x1b"]),
    "turned code": ('code = "L\\u2066"\n' + TOML, ["code", "\\u2066"]),
    "bad id": (TOML.replace("lake-camp", "Lake Camp"), ["Lake Camp", "a to z"]),
    "id going up": (TOML.replace("lake-camp", "../x"), ["../x", "a to z"]),
    "other id": (TOML.replace("lake-camp", "sea-camp"), ["sea-camp", "lake-camp", "same name"]),
    "too sure": ("prior = 1.0\n" + TOML, ["prior", "less than 1"]),
    "too sensitive": ("sensitivity = 1.5\n" + TOML, ["sensitivity", "1 or less"]),
    "no number": ("sensitivity = nan\n" + TOML, ["sensitivity"]),
    "endless": ("alert_radius_m = inf\n" + TOML, ["alert_radius_m", "100,000 or less"]),
    "text for number": ('prior = "0.5"\n' + TOML, ["prior"]),
    "truth for number": ("radius_m = true\n" + TOML, ["radius_m"]),
    "wrong zone": ('time_zone = "Asia/Bagdad"\n' + TOML, ["Asia/Bagdad", "Asia/Baghdad?"]),
    "zone going up": ('time_zone = "../../etc/passwd"\n' + TOML, ["time zone", "../../etc/passwd"]),
    "wrong hour": ('quiet_hours = ["22:00", "24:30"]\n' + TOML, ["quiet_hours", "24:30"]),
    "one hour": ('quiet_hours = ["22:00"]\n' + TOML, ["quiet_hours"]),
    "arabic hour": ('quiet_hours = ["22:00", "٠٥:30"]\n' + TOML, ["quiet_hours"]),
    "swapped position": ("position = [43.2, 34.0]\n" + TOML, ["position", "swapped", "home"]),
    "position nowhere": ("position = [143.2, 234.0]\n" + TOML, ["position", "outside the valid range"]),
    "radius alone": ("radius_m = 100\n" + TOML, ["radius_m", "position"]),
    "no TOML": ("id = lake", ["site.toml", "TOML", "line 1"]),
    "no UTF-8": (TOML.encode().replace(b"Lake", b"L\xe4ke"), ["site.toml", "UTF-8"]),
    "UTF-16": (TOML.encode("utf-16"), ["site.toml", "UTF-8"]),
    "deep": ("x = " + "[" * 50_000, ["site.toml"]),
    "too large": ("#" * (2**20 + 1), ["site.toml", "1 MiB"]),
    "hostile key": ('"a\\u202eb\\u001b" = 1\n' + TOML, ["a\\u202eb\\x1b"]),
}


@pytest.mark.parametrize(("toml", "words"), TOMLS.values(), ids=TOMLS)
def test_an_unusable_site_file_is_refused(tmp_path: Path, toml: str | bytes, words: list[str]) -> None:
    message = refused(site(tmp_path, toml=toml))
    assert str(tmp_path / "lake-camp" / "site.toml") in message
    assert [word for word in words if word not in message] == [], message
    assert not set("\x1b\u202e\u2066\n") & set(message)


def test_a_byte_order_mark_and_a_joiner_are_accepted(tmp_path: Path) -> None:
    toml = TOML.replace("Lake Camp", "سەربازگە\u200cی دەریاچە")
    assert load_sites(site(tmp_path, toml=b"\xef\xbb\xbf" + toml.encode()), HOME)


def test_a_duplicate_id_names_the_folder(tmp_path: Path) -> None:
    site(tmp_path)
    message = refused(site(tmp_path, "a-copy"))
    assert "another site" in message and "a-copy" in message


def test_a_missing_an_empty_and_a_single_folder_have_a_next_step(tmp_path: Path) -> None:
    assert "opsec init" in refused(tmp_path / "none")
    assert "opsec sites import" in refused(tmp_path)
    (tmp_path / "notes.txt").write_text("no site")
    assert "opsec sites import" in refused(tmp_path)
    assert "--sites" in refused(site(tmp_path) / "lake-camp")


@pytest.mark.parametrize(("wrong", "right"), [("fence.geojsn", "fence.geojson"), ("landmark", "landmarks")])
def test_a_mistyped_file_name_cannot_switch_protection_off(tmp_path: Path, wrong: str, right: str) -> None:
    site(tmp_path)
    (tmp_path / "lake-camp" / wrong).touch()
    message = refused(tmp_path)
    assert wrong in message and f"{right}?" in message


def test_a_folder_without_a_site_file_is_refused(tmp_path: Path) -> None:
    site(tmp_path)
    (tmp_path / "photos").mkdir()
    assert "photos has no site.toml" in refused(tmp_path)


def test_fence_and_position_together_are_refused(tmp_path: Path) -> None:
    toml = "position = [34.0, 43.2]\n" + TOML
    assert "keep one" in refused(site(tmp_path, toml=toml, fence=geojson(feature(square()))))


@pytest.mark.parametrize(
    "inner", ["", "site.toml", "fence.geojson", "landmarks", "landmarks/gate", "landmarks/gate/0.jpg"]
)
@pytest.mark.parametrize("target", ["out", "outside the valid range"])
def test_links_that_lead_out_are_refused(tmp_path: Path, inner: str, target: str) -> None:
    for base in (tmp_path / "sites", tmp_path / "out"):
        site(base, fence=geojson(feature(square())))
        landmark(base)
    link = tmp_path / "sites" / "lake-camp" / inner if inner else tmp_path / "sites" / "lake-camp"
    link.rename(tmp_path / "moved")
    link.symlink_to(tmp_path / target / "lake-camp" / inner)
    message = refused(tmp_path / "sites")
    assert "outside the sites folder" in message and str(link).rstrip("/") in message


def test_a_link_inside_the_sites_folder_is_followed(tmp_path: Path) -> None:
    site(tmp_path, fence=geojson(feature(square())))
    landmark(tmp_path)
    (tmp_path / "lake-camp" / "landmarks" / "gate" / "0.jpg").rename(tmp_path / "shared.jpg")
    (tmp_path / "lake-camp" / "landmarks" / "gate" / "0.jpg").symlink_to(tmp_path / "shared.jpg")
    assert load_sites(tmp_path, HOME)[0].landmarks[0].photos == ("0.jpg", "1.jpg", "2.jpg")


def test_a_pipe_in_place_of_a_file_does_not_hang(tmp_path: Path) -> None:
    site(tmp_path)
    os.mkfifo(tmp_path / "lake-camp" / "fence.geojson")
    assert "not a regular file" in refused(tmp_path)


LANDMARKS = {
    "unknown key": ("headng = 5", ["headng", "heading?"]),
    "unknown zone": ('zone = "Gatee"', ["Gatee", "Gate?"]),
    "zone like nothing": ('zone = "Quay"', ["Quay", "no zone"]),
    "heading": ("heading = 400", ["heading", "360 or less"]),
    "swapped": ("position = [43.2, 34.0]", ["position", "swapped"]),
    "language": ('[names]\nname = ["x"]', ["names.name", "language tag"]),
}


@pytest.mark.parametrize(("toml", "words"), LANDMARKS.values(), ids=LANDMARKS)
def test_an_unusable_landmark_file_is_refused(tmp_path: Path, toml: str, words: list[str]) -> None:
    site(tmp_path, fence=geojson(feature(square()), feature(square(), "zone", name="Gate")))
    landmark(tmp_path, toml)
    message = refused(tmp_path)
    assert "landmark.toml" in message
    assert [word for word in words if word not in message] == [], message


def test_a_landmark_with_swapped_coordinates_is_refused_wherever_home_is(tmp_path: Path) -> None:
    site(tmp_path, fence=geojson(feature(square())))
    landmark(tmp_path, "position = [43.2, 34.0]")
    with pytest.raises(SitesError) as caught:
        load_sites(tmp_path, (-90.0, -180.0, 90.0, 180.0))
    assert "swapped compared with the fence" in sentence(caught.value)


def test_a_landmark_folder_has_an_id(tmp_path: Path) -> None:
    site(tmp_path)
    landmark(tmp_path, name="The Gate")
    assert "The Gate" in refused(tmp_path)


def test_a_folder_that_cannot_be_entered_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    site(tmp_path, fence=geojson(feature(square())))
    monkeypatch.setattr(Path, "exists", locked)
    monkeypatch.setattr("opsec.sites.load.site_folders", lambda folder: [folder / "lake-camp"])
    message = refused(tmp_path)
    assert "lake-camp cannot be opened (Permission denied)" in message


def test_a_site_with_only_the_name_of_a_unit_is_a_site(tmp_path: Path) -> None:
    toml = 'id = "lake-camp"\nkind = "unit"\n[names.units]\nar = ["الفوج الثالث لواء ١٤٧"]\n'
    (found,) = load_sites(site(tmp_path, toml=toml), HOME)
    assert found.names == {} and found.unit_names == {"ar": ("الفوج الثالث لواء ١٤٧",)}


EMPTY = '{"type": "FeatureCollection", "features": []}'
TEMPLATE = 'id = "my-base"\nkind = "base"\n[names]\nen = []\nar = []\n'
TEMPLATES: dict[str, tuple[str, str | None, bool]] = {
    "as written": (TEMPLATE, EMPTY, True),
    "renamed": (TEMPLATE.replace("my-base", "falcon"), EMPTY, True),
    "without the fence": (TEMPLATE, None, True),
    "with empty units": (TEMPLATE + "[names.units]\nar = []\n", EMPTY, True),
    "renamed, without the fence": (TEMPLATE.replace("my-base", "falcon"), None, False),
    "with a name": (TEMPLATE.replace("en = []", 'en = ["Falcon"]'), EMPTY, False),
    "with a unit": (TEMPLATE + '[names.units]\nar = ["الفوج"]\n', EMPTY, False),
    "with a code": ('code = "F-1"\n' + TEMPLATE, EMPTY, False),
    "with a fence": (TEMPLATE, geojson(feature(square())), False),
    "invalid fence file": (TEMPLATE, "[]", False),
    "no TOML": ("id = ", EMPTY, False),
}


@pytest.mark.parametrize(("toml", "fence", "skipped"), TEMPLATES.values(), ids=TEMPLATES)
def test_an_unfilled_template_is_not_a_site(tmp_path: Path, toml: str, fence: str | None, skipped: bool) -> None:
    site(tmp_path, "my-base", toml, fence)
    message = refused(tmp_path)
    assert ("only a template" in message) is skipped
    assert not skipped or "opsec sites import" in message
    site(tmp_path)
    if skipped:
        assert [found.id for found in load_sites(tmp_path, HOME)] == ["lake-camp"]
    else:
        assert "my-base" in refused(tmp_path)


def test_a_template_with_a_landmark_is_a_site_with_a_fault(tmp_path: Path) -> None:
    site(tmp_path, "my-base", TEMPLATE)
    landmark(tmp_path, id_="my-base")
    assert "[names] is empty" in refused(tmp_path)
