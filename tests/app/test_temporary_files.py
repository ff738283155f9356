"""Members of archives are unpacked in the folder of the case: on the officer's own disk, not in a shared folder."""

import io
import json
import stat
import tempfile
import zipfile
from pathlib import Path

import pytest

from opsec.app import gate
from opsec.app.scan import scan
from opsec.casefile.database import MEMORY
from opsec.casefile.temporary_folder import temporary_folder
from opsec.settings import Settings

pytestmark = pytest.mark.usefixtures("warm_templates")

SITE = 'id = "lake-camp"\nkind = "base"\ncode = "L-1"\nposition = [34.0, 43.2]\n[names]\nen = ["Lake Camp"]\n'


@pytest.mark.parametrize("has_case", [True, False], ids=["case", "case of the settings, not written"])
def test_members_of_archives_are_unpacked_beside_the_case_file(
    has_case: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sites" / "lake-camp").mkdir(parents=True)
    (tmp_path / "sites" / "lake-camp" / "site.toml").write_text(SITE, "utf-8")
    record = {"id": "1", "extractor": "x", "title": "t", "description": "on duty in Lake Camp"}
    with zipfile.ZipFile(tmp_path / "posts.zip", "w") as archive:
        archive.writestr("a.info.json", json.dumps(record))
    used: list[object] = []
    make = tempfile.TemporaryFile

    def noting(*given: object, **named: object) -> object:
        used.append(named.get("dir"))
        return make(*given, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(tempfile, "TemporaryFile", noting)
    (tmp_path / "case").mkdir(mode=0o700)
    where = str(tmp_path / "case" / "case.db")
    usual = Settings() if has_case else Settings(case=where)
    done = scan([tmp_path / "posts.zip"], sites=tmp_path / "sites", case=where if has_case else None, settings=usual)
    assert done.counts.flagged == 1, "the member was read"
    assert used
    assert set(used) == {tmp_path / "case"}
    left = {path.name.partition(".db")[0] for path in (tmp_path / "case").iterdir()}
    assert left == ({"case"} if has_case else set()), "nothing is left"


@pytest.mark.parametrize("is_there", [True, False], ids=["case", "no case yet"])
def test_standard_input_is_copied_where_the_case_file_would_lie(
    is_there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if is_there:
        (tmp_path / "case.db").touch(0o600)
    used: list[Path] = []

    def noting(path: Path, *_given: object) -> tuple[()]:
        used.append(path)
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        return ()

    monkeypatch.setattr(gate, "_answers", noting)
    gate.gate("-", stdin=io.BytesIO(b"x"), settings=Settings(case=str(tmp_path / "case.db")))
    assert [path.parent.parent for path in used] == [tmp_path]
    assert [path.name for path in tmp_path.iterdir()] == (["case.db"] if is_there else []), "nothing is left"


@pytest.mark.parametrize(
    ("where", "usual", "folder"),
    [
        ("/cases/a.db", "/b/b.db", Path("/cases")),
        (MEMORY, "/b/b.db", None),
        (MEMORY, "sqlite:////tmp/c.db", Path("/tmp")),
        ("postgresql://server/case", "postgresql://server/case", None),
        (MEMORY, MEMORY, None),
    ],
    ids=["case", "folder of the settings cannot be written", "settings", "server", "memory"],
)
def test_the_folder_of_temporary_files(where: str, usual: str, folder: Path | None) -> None:
    assert temporary_folder(where, usual) == folder
