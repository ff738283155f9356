"""``opsec sites``: output, streams and exit codes."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import cv2
import pytest

from opsec.errors import OpsecError
from opsec.i18n import messages
from opsec.i18n.messages import render
from opsec.i18n.terms import SITE_KIND
from opsec.model import SiteKind
from tests.matching.landmarks.drawn import film_wall, wall
from tests.sites.drawing import TOML, feature, geojson, landmark, site, square


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    messages.set_language("en")
    yield
    messages.set_language(None)


def call(*arguments: str) -> int:
    from typer.main import get_command

    from opsec.cli.sites import make_app

    answer = get_command(make_app()).main(args=list(arguments), prog_name="opsec sites", standalone_mode=False)
    return answer if isinstance(answer, int) else 0


def folder(tmp_path: Path) -> Path:
    root = tmp_path / "sites"
    root.mkdir(mode=0o700)
    zone = feature(square(43.205, 34.005, 0.002), "zone", name="Gate")
    site(root, toml='code = "L-1"\n' + TOML, fence=geojson(feature(square()), zone))
    place = landmark(root)
    for number, (across, slant, light) in enumerate([(0.0, 1.0, 1.0), (-60.0, 1.5, 0.8), (60.0, 2.1, 0.6)]):
        assert cv2.imwrite(str(place / f"{number}.jpg"), film_wall(wall(1), slant=slant, turn_deg=across / 10) * light)
    return root


def test_check_of_valid_sites_ends_with_the_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("check", "--sites", str(folder(tmp_path))) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    *notes, last = shown.out.splitlines()
    assert last == "sites checked: 0 errors, 0 warnings"
    assert all(line.startswith("note: ") for line in notes)


def test_check_prints_each_complaint_and_exits_2_on_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = folder(tmp_path)
    site(root, "b-camp", TOML)
    site(root, "c-camp", TOML.replace("lake-camp", "c-camp").replace("Lake Camp", "Base"))
    assert call("check", "--sites", str(root)) == 2
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["error", "warning", "warning", "note", "sites checked"]
    assert lines[-1] == "sites checked: 1 error, 2 warnings"


def test_a_warning_alone_is_not_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = folder(tmp_path)
    root.chmod(0o755)
    assert call("check", "--sites", str(root)) == 0
    assert capsys.readouterr().out.endswith("sites checked: 0 errors, 1 warning\n")


def test_check_draws_the_sites_on_a_private_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "sites.html"
    root = folder(tmp_path)
    site(root, "b-camp", "id = ")
    assert call("check", "--sites", str(root), "-o", str(page)) == 2
    out, err = capsys.readouterr()
    assert out.endswith("sites checked: 1 error, 0 warnings\n") and "sites.html shows" in err and "secret" in err
    text = page.read_text("utf-8")
    assert page.stat().st_mode & 0o777 == 0o600
    assert "Lake Camp" in text and "Gate" in text and "3 photos" in text and "b-camp" in text


@pytest.mark.parametrize("name", ["sites.pdf", "page", "none/sites.html"])
def test_a_page_that_cannot_be_written_is_reported_first(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(OpsecError):
        call("check", "--sites", str(folder(tmp_path)), "-o", str(tmp_path / name))
    assert capsys.readouterr().out == "" and not (tmp_path / name).exists()


def test_photos_are_checked_although_another_site_has_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = folder(tmp_path)
    (root / "lake-camp" / "landmarks" / "gate" / "0.jpg").write_bytes(b"\xff\xd8\xff\xe0 cut off")
    site(root, "b-camp", "id = ")
    assert call("check", "--sites", str(root)) == 2
    assert "0.jpg" in capsys.readouterr().out


def test_list_is_aligned_and_contains_no_position(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = folder(tmp_path)
    assert call("list", "--sites", str(root)) == 0
    table = capsys.readouterr().out
    assert table.splitlines()[1].split("  ")[:3] == ["lake-camp", "L-1", " military base"]
    assert table.split()[-4:] == ["1", "1", "1", "3"]
    assert [line.index(word) for line, word in zip(table.splitlines(), ("code", "L-1"), strict=True)] == [11, 11]
    assert call("list", "--sites", str(root), "--format", "json") == 0
    text = capsys.readouterr().out
    assert json.loads(text) == [
        {"id": "lake-camp", "code": "L-1", "kind": "base", "names": 1, "zones": 1, "landmarks": 1, "photos": 3}
    ]
    assert "43." not in table + text and "34." not in table + text


def test_the_kind_is_shown_in_the_language_of_the_officer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert set(SITE_KIND) == set(get_args(SiteKind))
    root = folder(tmp_path)
    messages.set_language("ar")
    assert call("list", "--sites", str(root)) == 0
    table = capsys.readouterr().out
    assert "base" not in table
    assert render(SITE_KIND["base"], "ar") in table


def test_list_refuses_what_a_scan_would_refuse(tmp_path: Path) -> None:
    with pytest.raises(OpsecError, match="opsec init"):
        call("list", "--sites", str(tmp_path / "none"))
    with pytest.raises(OpsecError, match="did you mean json"):
        call("list", "--sites", str(folder(tmp_path)), "--format", "jsno")


def test_sites_and_home_come_from_the_settings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder(tmp_path)
    config = tmp_path / "opsec.toml"
    config.write_text('sites = "sites"\n')
    assert call("check", "--config", str(config)) == 0
    config.write_text('sites = "sites"\nhome = [43.1, 33.9, 43.4, 34.1]\n')
    capsys.readouterr()
    assert call("check", "--config", str(config)) == 2
    assert "swapped" in capsys.readouterr().out


def test_import_names_each_folder_and_the_next_step(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "-map.geojson"
    file.write_text(geojson({**feature(square()), "properties": {"name": "معسكر النهر"}}), "utf-8")
    root = tmp_path / "sites"
    assert call("import", "--sites", str(root), "--", str(file)) == 0
    out, err = capsys.readouterr()
    assert out == f"{root / 'maskr-alnhr'}\n" and "opsec sites check" in err
    assert call("check", "--sites", str(root)) == 0


def test_building_the_commands_loads_nothing_heavy() -> None:
    program = (
        "import sys; from opsec.cli.sites import make_app; make_app(); "
        "print(sorted({'cv2', 'av', 'shapely', 'numpy', 'sqlalchemy', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def map_of_a_base(tmp_path: Path) -> Path:
    file = tmp_path / "map.geojson"
    gate = {**feature(square(43.205, 34.005, 0.001)), "properties": {"name": "بوابة"}}
    road = {"type": "Feature", "properties": {"name": "patrol road"},
            "geometry": {"type": "LineString", "coordinates": [[43.2, 34.0], [43.3, 34.1]]}}  # fmt: skip
    file.write_text(geojson({**feature(square()), "properties": {"name": "Camp Lake"}}, gate, road), "utf-8")
    return file


def test_import_reports_accepted_and_skipped_places(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root, file = tmp_path / "sites", map_of_a_base(tmp_path)
    assert call("import", "--sites", str(root), "--id", "f-07", str(file)) == 0
    out, err = capsys.readouterr()
    assert out == f"{root / 'f-07'}\n"
    lines = [line.translate({0x2068: None, 0x2069: None}) for line in err.splitlines()]
    assert lines[:3] == [
        "f-07: military base, drawn as an outline",
        "f-07: “بوابة” is taken as gate",
        "“patrol road” is an open line: skipped; close it or pass --close",
    ]
    assert call("check", "--sites", str(root)) == 0
    assert call("import", "--sites", str(root), "--zones", "skip", str(file)) == 0
    assert "left out" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("zones", "words"), [("ask", "needs a terminal"), ("keeep", "did you mean keep"), ("", "did you mean")]
)
def test_invalid_zone_choices(tmp_path: Path, zones: str, words: str) -> None:
    with pytest.raises(OpsecError, match=words):
        call("import", "--sites", str(tmp_path / "sites"), f"--zones={zones}", str(map_of_a_base(tmp_path)))
    assert not (tmp_path / "sites").exists()


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ([""], ["gate"]),
        (["armoury"], ["armoury"]),
        (["building"], [None]),
        (["gat", "zzzzzz", " GATE "], ["gate"]),
        (["skip"], []),
        (["all"], ["gate"]),
        ([], None),
    ],
)
def test_each_zone_is_asked_for_on_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: list[str], found: list[str | None] | None
) -> None:
    def answer() -> str:
        if not answers:
            raise EOFError
        return answers.pop(0)

    root = tmp_path / "sites"
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", answer)
    arguments = ("import", "--sites", str(root), str(map_of_a_base(tmp_path)))
    if found is None:
        with pytest.raises(OpsecError, match="nothing was imported"):
            call(*arguments)
        assert not root.exists()
        return
    assert call(*arguments) == 0
    fence = json.loads((root / "camp-lake" / "fence.geojson").read_text("utf-8"))
    assert [outline["properties"].get("class") for outline in fence["features"][1:]] == found


def test_init_then_import_then_check_works(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from opsec.cli import run

    assert run(["init", str(tmp_path / "unit")]) == 0
    root = tmp_path / "unit" / "geofences"
    root.chmod(0o700)
    assert run(["sites", "check", "--sites", str(root)]) == 2
    assert "only a template" in capsys.readouterr().out
    assert run(["sites", "import", str(map_of_a_base(tmp_path)), "--sites", str(root)]) == 0
    capsys.readouterr()
    assert run(["sites", "check", "--sites", str(root)]) == 0
    assert "my-base is a template, not filled in yet" in capsys.readouterr().out
    assert run(["sites", "list", "--sites", str(root)]) == 0
    assert "my-base" not in capsys.readouterr().out
