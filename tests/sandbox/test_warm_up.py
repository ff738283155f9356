"""Everything that readers load when they need it is loaded before the lock."""

import dis
import importlib
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any, get_args

import av
import numpy as np
import pytest
from PIL import Image

from opsec.ingest.file_type import detect_file_kind
from opsec.ingest.source import OpenFile
from opsec.model import FileKind
from opsec.model.resources import ReaderResources
from opsec.sandbox import warm_up
from opsec.sandbox.supervisor import Supervisor
from opsec.settings import Limits
from tests.fuzz.seeds import archives, of_kind
from tests.readers.text.test_subtitle_tracks import matroska

OPTIONAL = {"faster_whisper", "opsec.vision.features.model_manifest"}
"""Needed only where a model is configured; then ``speech.preload`` or the first sample loads it before the lock."""
WITHOUT_CONTENT: frozenset[FileKind] = frozenset({"unknown", "empty", "playlist"})
SAMPLES = Path(__file__).parents[2] / "examples" / "posts"

OPENED = """
import io, sys
from pathlib import Path
from opsec.ingest.file_type import detect_file_kind
from opsec.model.resources import ReaderResources
from opsec.readers.registry import configured_readers, read_file
from opsec.sandbox.warm_up import warm_up

kit = ReaderResources(depth=sys.argv[1])
readers = configured_readers(kit)
warm_up(readers, kit, decodes=kit.depth != "quick")
files = [(detect_file_kind(path.read_bytes()[:4096], path.name), path.read_bytes()) for path in map(Path, sys.argv[3:])]
files += [(path.parent.name, path.read_bytes()) for path in sorted(Path(sys.argv[2]).glob("*/*"))]
opened = []
LOOKS = ("open", "os.listdir", "os.scandir")
sys.addaudithook(lambda event, names: opened.append(names[0]) if event in LOOKS else None)
for kind, content in files:
    read_file(io.BytesIO(content), kind, readers)
print([str(one) for one in opened])
"""


def lazy_imports(code: CodeType, *, is_module: bool = True) -> Iterator[str]:
    """Modules that the functions in this code import when they are called."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from lazy_imports(constant, is_module=False)
    if not is_module:
        for instruction in dis.get_instructions(code):
            if instruction.opname == "IMPORT_NAME":
                yield instruction.argval


def test_the_lists_name_every_module_that_functions_of_readers_import() -> None:
    listed = {*warm_up.WORD_MODULES, *warm_up.CONTAINER_MODULES, *warm_up.PICTURE_MODULES}
    for name in listed:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    missing: dict[str, str] = {}
    rooms = ("opsec.readers", "opsec.vision", "opsec.formats", "opsec.geo", "opsec.text")
    importlib.import_module("opsec.readers.registry")
    for module in [name for name in sys.modules if name.startswith(rooms)]:
        loader: Any = getattr(sys.modules[module].__spec__, "loader", None)
        code = loader.get_code(module) if hasattr(loader, "get_code") else None
        for wanted in lazy_imports(code) if code else ():
            if not any(one == wanted or one.startswith(f"{wanted}.") for one in listed | set(sys.modules)):
                missing[wanted] = module
    assert set(missing) <= OPTIONAL


@pytest.mark.slow
@pytest.mark.parametrize("depth", ["normal", "quick"])
def test_reading_opens_nothing_after_the_warm_up(depth: str, tmp_path: Path) -> None:
    files = [str(path) for path in sorted(SAMPLES.iterdir()) if path.is_file()]
    files += [_film(tmp_path / f"film.{ending}") for ending in ("mkv", "ts", "avi", "flv")]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OPENCV_FOR_THREADS_NUM": "1"}
    command = [sys.executable, "-c", OPENED, depth, _seeds(tmp_path / "seeds"), *files]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == "[]"


def _seeds(folder: Path) -> str:
    """Write the seeds of the fuzzer: files of every type that is read, in folders with the name of the type."""
    for kind in get_args(FileKind):
        contents = archives() if kind == "zip" else of_kind(kind) if kind not in WITHOUT_CONTENT else []
        for number, content in enumerate(contents):
            file = folder / kind / str(number)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
    return str(folder)


def _film(file: Path) -> str:
    """Write a film: one stream of subtitles in Matroska, four pictures in the other forms."""
    if file.suffix == ".mkv":
        file.write_bytes(matroska("S_TEXT/UTF8", [b"quiet sea"]))
        return str(file)
    with av.open(str(file), "w") as container:
        stream = container.add_stream("mpeg4" if file.suffix != ".flv" else "flv", rate=4)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(4):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), "rgb24")))
        container.mux(stream.encode(None))
    return str(file)


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["mkv", "ts", "avi", "mp4"])
def test_a_quick_scan_reads_the_metadata_of_films(ending: str, tmp_path: Path) -> None:
    path = Path(_film(tmp_path / f"film.{ending}"))
    kind = detect_file_kind(path.read_bytes()[:4096], path.name)
    with path.open("rb") as file, Supervisor(Limits(workers=1), resources=ReaderResources(depth="quick")) as supervisor:
        reading = supervisor.read(OpenFile(file, "0" * 64, kind, path.stat().st_size))
    assert [reason.code for reason in reading.reasons] == []


def test_the_samples_are_files_that_readers_read() -> None:
    from opsec.readers.registry import READERS, read_file

    for kind, content in warm_up._SAMPLES:
        reading = read_file(io.BytesIO(content), kind, READERS)
        assert reading.status == "read", (kind, reading.reasons)
        assert reading.hints or reading.post or reading.posts, kind


def test_a_heif_photo_is_decoded_in_a_locked_worker() -> None:
    pillow_heif = pytest.importorskip("pillow_heif")
    image = Image.effect_noise((320, 240), 60).convert("RGB")
    with tempfile.TemporaryFile() as file:
        pillow_heif.from_pillow(image).save(file, format="HEIF")
        size_bytes = file.tell()
        file.seek(0)
        with Supervisor(Limits(workers=1)) as supervisor:
            reading = supervisor.read(OpenFile(file, "0" * 64, "heif", size_bytes))
    assert (reading.status, reading.reasons) == ("read", ())
