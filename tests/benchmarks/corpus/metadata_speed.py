"""Time of reading: this program in this process and, where installed, ExifTool in the same run."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from opsec.ingest.file_type import HEAD_BYTES, detect_file_kind
from opsec.model import FileKind
from opsec.readers.interface import Reader
from opsec.readers.metadata import exif, mp4
from opsec.readers.position_consistency import RECORDED_KINDS
from opsec.readers.registry import READERS, read_file

SWITCHES = ("-ee", "-j", "-n", "-G1")


@dataclass(slots=True)
class Timing:
    """Milliseconds a file."""

    name: str
    files_ms: list[float] = field(default_factory=list)

    def line(self) -> str:
        """The figures in one line."""
        if not self.files_ms:
            return f"{self.name}: no files"
        middle, most, total_s = median(self.files_ms), max(self.files_ms), sum(self.files_ms) / 1_000
        return (
            f"{self.name}: median {middle:.2f} ms, most {most:.2f} ms, all {len(self.files_ms)} files {total_s:.2f} s"
        )


def own_times(paths: list[Path]) -> list[Timing]:
    """Of the readers of boxes and of EXIF alone, and of all readers together."""
    boxes, pictures, together = Timing("boxes"), Timing("EXIF"), Timing("all readers")
    for path in paths:
        for timing, readers in ((boxes, (mp4.READER,)), (pictures, (exif.READER,)), (together, READERS)):
            timing.files_ms += _cost_ms(path, readers)
    return [boxes, pictures, together]


def beside_exiftool(paths: list[Path]) -> Iterator[str]:
    """Lines of one run over videos and images, read by each program in turn; one line when it is not installed."""
    program = shutil.which("exiftool")
    if program is None:
        yield "ExifTool is not installed here: nothing to time beside it."
        return
    media = [path for path in paths if _kind(path) in RECORDED_KINDS]
    for path in media:
        path.read_bytes()  # all find the files in memory
    ours = Timing("opsec, in process", [cost for path in media for cost in _cost_ms(path, READERS)])
    alone = Timing("exiftool -ee, a process a file", [_process_ms(program, path) for path in media])
    with _StayOpen(program) as waiting:
        open_ = Timing("exiftool -ee -stay_open", [waiting.cost_ms(path) for path in media])
    for timing in (ours, alone, open_):
        yield timing.line()
    for other, least in ((alone, 100), (open_, 10)):
        each = median(theirs / mine for theirs, mine in zip(other.files_ms, ours.files_ms, strict=True))
        whole = sum(other.files_ms) / sum(ours.files_ms)
        yield f"{other.name}: {each:.0f} × ours in the median file, {whole:.0f} × in all (aim: {least} ×)"


def _kind(path: Path) -> FileKind:
    with path.open("rb") as file:
        return detect_file_kind(file.read(HEAD_BYTES), path.name)


def _process_ms(program: str, path: Path) -> float:
    began = time.perf_counter()
    subprocess.run([program, *SWITCHES, str(path)], capture_output=True, check=False)
    return (time.perf_counter() - began) * 1_000


def _cost_ms(path: Path, readers: tuple[Reader, ...]) -> list[float]:
    """From opening the file to its hints; nothing for a kind that none of these readers reads."""
    began = time.perf_counter()
    with path.open("rb") as file:
        kind = detect_file_kind(file.read(HEAD_BYTES), path.name)
        mine = tuple(reader for reader in readers if kind in reader.kinds)
        if not mine:
            return []
        read_file(file, kind, mine)
    return [(time.perf_counter() - began) * 1_000]


class _StayOpen:
    """One ExifTool that waits for the next file."""

    def __init__(self, program: str) -> None:
        self._process = subprocess.Popen(
            [program, "-stay_open", "True", "-@", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.cost_ms(Path(os.devnull))  # its start is not what is timed

    def __enter__(self) -> "_StayOpen":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(b"-stay_open\nFalse\n")

    def cost_ms(self, path: Path) -> float:
        """Milliseconds from the request to the last line of the answer."""
        ask, answer = self._process.stdin, self._process.stdout
        if ask is None or answer is None:
            raise RuntimeError("ExifTool has no pipes")
        began = time.perf_counter()
        ask.write("\n".join([*SWITCHES, str(path), "-execute", ""]).encode())
        ask.flush()
        while (line := answer.readline()) and not line.startswith(b"{ready}"):
            pass
        return (time.perf_counter() - began) * 1_000
