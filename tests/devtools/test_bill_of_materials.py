"""The bill of materials lists wheels, the libraries in them, and names those under the GPL."""

import json
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("cyclonedx", reason="the developer tool cyclonedx-python-lib is not installed")

from opsec.devtools.bill_of_materials import make_bom, remarks, write_json

METADATA = "Metadata-Version: 2.4\nName: media_tools\nVersion: 1.2\nLicense-Expression: BSD-3-Clause\n\nText\n"


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    path = tmp_path / "media_tools-1.2-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("media_tools-1.2.dist-info/METADATA", METADATA)
        archive.writestr("media_tools/__init__.py", "")
        archive.writestr("media_tools.libs/libx264-d6533a8d.so.165", b"")
        archive.writestr("media_tools.libs/libnobody-d6533a8d.so.1", b"")
    return path


def test_a_wheel_and_its_libraries_are_listed(wheel: Path) -> None:
    document = json.loads(write_json(make_bom([wheel])))
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    (package,) = document["components"]
    assert (package["name"], package["version"], package["purl"]) == ("media_tools", "1.2", "pkg:pypi/media-tools@1.2")
    assert package["licenses"] == [{"license": {"id": "BSD-3-Clause"}}]
    assert package["hashes"][0]["alg"] == "SHA-256"
    parts = {part["name"]: part for part in package["components"]}
    assert parts["x264"]["licenses"] == [{"license": {"id": "GPL-2.0-or-later"}}]
    assert "licenses" not in parts["libnobody"]


def test_gpl_and_unknown_licences_are_printed(wheel: Path) -> None:
    assert list(remarks(make_bom([wheel]))) == [
        "licence not in the table: libnobody 1 in media_tools 1.2",
        "GPL: x264 165 (GPL-2.0-or-later) in media_tools 1.2",
    ]
