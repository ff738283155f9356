"""Members of archives are unpacked in the folder of the case: on the officer's own disk, not in a shared folder."""

import json
import tempfile
import zipfile
from pathlib import Path

import pytest

from opsec.app.scan import scan

pytestmark = pytest.mark.usefixtures("warm_templates")

SITE = 'id = "lake-camp"\nkind = "base"\ncode = "L-1"\nposition = [34.0, 43.2]\n[names]\nen = ["Lake Camp"]\n'


def test_members_of_archives_are_unpacked_beside_the_case_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
    done = scan([tmp_path / "posts.zip"], sites=tmp_path / "sites", case=str(tmp_path / "case" / "case.db"))
    assert done.counts.flagged == 1, "the member was read"
    assert used
    assert set(used) == {tmp_path / "case"}
    assert {path.name.partition(".db")[0] for path in (tmp_path / "case").iterdir()} == {"case"}, "nothing is left"
