"""``opsec sites``: what is printed, where, and with which exit code."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest

from opsec.errors import OpsecError
from opsec.i18n import messages
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


def test_check_of_good_sites_ends_with_the_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("check", "--sites", str(folder(tmp_path))) == 0
    assert capsys.readouterr() == ("sites checked: 0 errors, 0 warnings\n", "")


def test_check_prints_each_complaint_and_exits_2_on_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = folder(tmp_path)
    site(root, "b-camp", TOML)
    site(root, "c-camp", TOML.replace("lake-camp", "c-camp").replace("Lake Camp", "Base"))
    assert call("check", "--sites", str(root)) == 2
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["error", "warning", "warning", "sites checked"]
    assert lines[-1] == "sites checked: 1 error, 2 warnings"


def test_a_warning_alone_is_no_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = folder(tmp_path)
    root.chmod(0o755)
    assert call("check", "--sites", str(root)) == 0
    assert capsys.readouterr().out.endswith("sites checked: 0 errors, 1 warning\n")


def test_list_is_aligned_and_holds_no_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = folder(tmp_path)
    assert call("list", "--sites", str(root)) == 0
    table = capsys.readouterr().out
    assert table.splitlines()[1].split() == ["lake-camp", "L-1", "base", "1", "1", "1", "3"]
    assert [line.index(word) for line, word in zip(table.splitlines(), ("code", "L-1"), strict=True)] == [11, 11]
    assert call("list", "--sites", str(root), "--format", "json") == 0
    text = capsys.readouterr().out
    assert json.loads(text) == [
        {"id": "lake-camp", "code": "L-1", "kind": "base", "names": 1, "zones": 1, "landmarks": 1, "photos": 3}
    ]
    assert "43." not in table + text and "34." not in table + text


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


def test_import_names_each_folder_and_says_what_comes_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "-map.geojson"
    file.write_text(geojson({**feature(square()), "properties": {"name": "معسكر النهر"}}), "utf-8")
    root = tmp_path / "sites"
    assert call("import", "--sites", str(root), "--", str(file)) == 0
    out, err = capsys.readouterr()
    assert out == f"{root / 'maskr-alnhr'}\n" and "opsec sites check" in err
    assert call("check", "--sites", str(root)) == 0


def test_building_the_verbs_loads_nothing_heavy() -> None:
    program = (
        "import sys; from opsec.cli.sites import make_app; make_app(); "
        "print(sorted({'cv2', 'av', 'shapely', 'numpy', 'sqlalchemy', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
