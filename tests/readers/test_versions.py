"""Contract of the tables of versions: they say what the readers say, and importing them imports no reader."""

import subprocess
import sys
from pathlib import Path

import pytest

from opsec.model.resources import ReaderResources
from opsec.readers.registry import READERS, configured_readers, readers_version
from opsec.readers.versions import (
    CAMERA,
    FILE_READERS,
    FRAME_HASHES,
    LANDMARKS,
    SIGNS,
    decoded_kinds,
    installed_version,
)
from opsec.readers.video.reader import ANALYSERS

RESOURCES = {
    "none": ReaderResources(),
    "quick": ReaderResources(depth="quick"),
    "full": ReaderResources(depth="full"),
    "no language data": ReaderResources(tessdata="/nowhere"),
    "speech": ReaderResources(speech_model="/nowhere"),
    "quick speech": ReaderResources(speech_model="/nowhere", depth="quick"),
    "feature model": ReaderResources(aliked="/nowhere/aliked.onnx"),
    "model that does not work": ReaderResources(learned_models=""),
    "no folder of models": ReaderResources(learned_models="/nowhere"),
}


def test_table_of_file_readers() -> None:
    assert tuple((reader.name, reader.version) for reader in READERS) == FILE_READERS


def test_table_of_frame_analysers() -> None:
    assert tuple((spec.name, spec.version) for spec in ANALYSERS) == (SIGNS, LANDMARKS, CAMERA, FRAME_HASHES)


@pytest.mark.parametrize("resources", RESOURCES.values(), ids=RESOURCES)
def test_version_is_that_of_the_readers(resources: ReaderResources) -> None:
    assert installed_version(resources) == readers_version(configured_readers(resources))


@pytest.mark.parametrize("resources", RESOURCES.values(), ids=RESOURCES)
def test_decoded_kinds_are_those_of_the_readers(resources: ReaderResources) -> None:
    decoding = (reader.kinds for reader in configured_readers(resources) if reader.decodes)
    assert decoded_kinds(resources) == frozenset().union(*decoding)


def test_version_follows_the_files_of_a_model(tmp_path: Path) -> None:
    before = installed_version(ReaderResources(speech_model=str(tmp_path)))
    (tmp_path / "model.bin").write_bytes(b"0123")
    assert installed_version(ReaderResources(speech_model=str(tmp_path))) != before


def test_version_is_known_without_a_reader() -> None:
    program = (
        "import sys\n"
        "from opsec.model.resources import ReaderResources\n"
        "from opsec.readers.versions import installed_version\n"
        "installed_version(ReaderResources())\n"
        "sys.stdout.write(repr([name for name in sys.modules if name in ('numpy', 'opsec.readers.registry')]))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]"
