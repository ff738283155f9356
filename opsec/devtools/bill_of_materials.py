"""The bill of materials of a folder of wheels: ``python -m opsec.devtools.bill_of_materials WHEELS -o bom.cdx.json``.

CycloneDX 1.6 as JSON (https://cyclonedx.org/docs/1.6/json/). Each wheel is a component with its licence and hash; the
libraries that it brings along as files are its parts; what is linked into a module is not listed. Parts under the GPL
are printed, as are those whose licence is not known.
"""

import argparse
import hashlib
import tempfile
import zipfile
from collections.abc import Iterator
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from opsec.runtime.bundled_libraries import UNKNOWN, BundledLibrary, libraries_in, table_date


def main() -> None:
    """Write the bill of materials of the wheels in a folder."""
    parser = argparse.ArgumentParser()
    parser.add_argument("wheels", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    bom = make_bom(sorted(options.wheels.glob("*.whl")))
    options.output.write_text(write_json(bom), "utf-8")
    for line in remarks(bom):
        print(line)  # noqa: T201 - a developer's tool


def make_bom(wheels: list[Path]) -> Bom:
    """Return the bill of materials of wheels."""
    bom = Bom()
    for wheel in wheels:
        bom.components.add(_wheel_component(wheel))
    return bom


def write_json(bom: Bom) -> str:
    """Return the document."""
    return str(JsonV1Dot6(bom).output_as_string(indent=2)) + "\n"


def remarks(bom: Bom) -> Iterator[str]:
    """Yield a line for each library under the GPL, and for each whose licence the table does not have."""
    for wheel in sorted(bom.components, key=lambda one: one.name):
        for part in sorted(wheel.components, key=lambda one: one.name):
            words = {one.name: one.value for one in part.properties}
            if words.get("opsec:gpl") == "true":
                yield f"GPL: {part.name} {part.version} ({words['opsec:licence']}) in {wheel.name} {wheel.version}"
            elif words.get("opsec:licence") == UNKNOWN:
                yield f"licence not in the table: {part.name} {part.version} in {wheel.name} {wheel.version}"


def _wheel_component(wheel: Path) -> Component:
    with zipfile.ZipFile(wheel) as archive:
        metadata = _metadata(archive)
        name, version = str(metadata["Name"]), str(metadata["Version"])
        parts = [_library_component(library, name) for library in _libraries(archive)]
    return Component(
        type=ComponentType.LIBRARY,
        name=name,
        version=version,
        purl=PackageURL("pypi", name=name.lower().replace("_", "-"), version=version),
        bom_ref=f"{name}=={version}",
        licenses=_licences(_licence_of(metadata)),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=hashlib.sha256(wheel.read_bytes()).hexdigest())],
        components=parts,
    )


def _metadata(archive: zipfile.ZipFile) -> Message:
    name = next(one for one in archive.namelist() if one.count("/") == 1 and one.endswith(".dist-info/METADATA"))
    return HeaderParser().parsestr(archive.read(name).decode())


def _licence_of(metadata: Message) -> str:
    """Return the licence that a package states: an SPDX expression, a short text or the classifiers."""
    stated = metadata["License-Expression"] or metadata["License"]
    if stated and "\n" not in stated and len(stated) < 100:
        return str(stated)
    classifiers = [one for one in metadata.get_all("Classifier", []) if one.startswith("License ::")]
    return ", ".join(one.rpartition(" :: ")[2] for one in classifiers) or UNKNOWN


def _libraries(archive: zipfile.ZipFile) -> Iterator[BundledLibrary]:
    with tempfile.TemporaryDirectory() as folder:
        for name in archive.namelist():
            if name.split("/")[0].endswith(".libs"):
                archive.extract(name, folder)
        yield from libraries_in(Path(folder))


def _library_component(library: BundledLibrary, wheel: str) -> Component:
    facts = {
        "opsec:file": library.file,
        "opsec:licence": library.licence,
        "opsec:gpl": str(library.is_gpl).lower(),
        "opsec:table": table_date(),
    }
    if library.old is not None:
        facts["opsec:old"] = f"since {library.old.since}: {library.old.why}"
    return Component(
        type=ComponentType.LIBRARY,
        name=library.name,
        version=library.version or None,
        bom_ref=f"{wheel}/{library.file}",
        licenses=[] if library.licence == UNKNOWN else _licences(library.licence),
        properties=[Property(name=name, value=value) for name, value in facts.items()],
    )


def _licences(text: str) -> list[Any]:
    return [LicenseFactory().make_from_string(text)]


if __name__ == "__main__":
    main()
