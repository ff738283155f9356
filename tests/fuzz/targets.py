"""What each harness does with an input: parse it, and check what every parser promises.

A parser may refuse its input with a typed error. It may not raise anything else, take longer than the size of the
input allows, or return a record that the parent of the reading process would refuse.
"""

import io
import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

from opsec.errors import OpsecError
from opsec.formats.isobmff.sample_table import parse_tracks
from opsec.geo.notations import parse_coordinates
from opsec.model import FileKind, Reading
from opsec.model.records import UnreadableError
from opsec.readers.archive import unpack_member
from opsec.readers.registry import READERS, read_file
from opsec.runtime.program_faults import fault_of
from opsec.sandbox.protocol import LENGTH_PREFIX, FrameBuffer, InvalidMessageError, decode_reply, encode_reading
from opsec.sandbox.template_messages import decode_template_reply
from opsec.sites.fence_file import read_fence
from opsec.sites.importing.read_places import read_places
from opsec.sites.load import check_site, site_folders
from opsec.sites.packed_tree import PackedTree, pack_files
from opsec.text.views import text_views
from tests.fuzz import seeds

MAX_INPUT_BYTES = 64 << 10
_BASE_CPU_S = 2.0
_CPU_S_PER_KIB = 0.1
"""A reading process has 30 s for a file; this is a tenth of it for the largest input."""
_REPLY_BYTES = 16 << 20
_HOME = (29.0, 38.5, 37.6, 49.0)
_BY_LIBAV = {"ffmpeg_tags", "subtitle_tracks", "styled_subtitles"}
_OWN_READERS = tuple(reader for reader in READERS if reader.name not in _BY_LIBAV)
"""Readers without those that give the file to libav, whose code this fuzzer does not see."""


class BrokenPromiseError(AssertionError):
    """A parser did what no parser may do."""


@dataclass(frozen=True, slots=True)
class Target:
    """One harness."""

    run: Callable[[bytes], None]
    seeds: Callable[[], Sequence[bytes]]


def check(target: Target, data: bytes) -> None:
    """Run one input. Raises ``BrokenPromiseError``, or whatever else the parser raised."""
    data = data[:MAX_INPUT_BYTES]
    began_s = time.process_time()
    target.run(data)
    took_s, allowed_s = time.process_time() - began_s, _BASE_CPU_S + _CPU_S_PER_KIB * len(data) / 1024
    if took_s > allowed_s:
        raise BrokenPromiseError(f"took {took_s:.1f} s of processor time for {len(data)} bytes")


# ── files that the reading process reads ──────────────────────────────────────────────────────
def _files(*kinds: FileKind) -> Target:
    """Return a harness over the readers of these types of files; the first byte of an input chooses one."""

    def run(data: bytes) -> None:
        if data:
            _check_reading(read_file(io.BytesIO(data[1:]), kinds[data[0] % len(kinds)], _OWN_READERS))

    def found() -> list[bytes]:
        return [bytes([kinds.index(kind)]) + content for kind in kinds for content in seeds.of_kind(kind)]

    assert set(kinds) <= set(get_args(FileKind))
    return Target(run, found)


def _check_reading(reading: Reading) -> None:
    """Check that a reading holds no fault of the program, and that the parent accepts it."""
    faults = [fault_of(reason) or reason.code for reason in reading.reasons if reason.code in _FAULTS]
    if faults:
        raise BrokenPromiseError(f"{faults[0]}: {dict(reading.reasons[0].blanks)}")
    try:
        decode_reply(encode_reading(reading, _REPLY_BYTES)[LENGTH_PREFIX.size :])
    except InvalidMessageError as fault:
        raise BrokenPromiseError("the parent refuses this reading") from fault


_FAULTS = {"internal", "reader_fault"}


def _boxes(data: bytes) -> None:
    with suppress(UnreadableError):
        parse_tracks(io.BytesIO(data))
    _check_reading(read_file(io.BytesIO(data), "mp4", _OWN_READERS))


def _archives(data: bytes) -> None:
    reading = read_file(io.BytesIO(data), "zip", _OWN_READERS)
    _check_reading(reading)
    for member in reading.members[:20]:
        out = io.BytesIO()
        with suppress(UnreadableError):
            unpack_member(io.BytesIO(data), member.index, out, 1 << 20)
        if out.tell() > 1 << 20:
            raise BrokenPromiseError("a member is larger than allowed")


# ── text ──────────────────────────────────────────────────────────────────────────────────────
def _coordinates(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape" if data[:1] == b"\xff" else "replace")
    for match in parse_coordinates(text):
        if not (0 <= match.start < match.end <= len(text)):
            raise BrokenPromiseError(f"span {match.start}:{match.end} of {len(text)}")
    for _view in text_views(text, may_be_reversed=len(data) % 2 == 0):
        pass


# ── files of the officer ──────────────────────────────────────────────────────────────────────
def _site_files(data: bytes) -> None:
    """Load a pack of one site. The first byte chooses which of its files the input replaces."""
    if not data:
        return
    names = [*seeds.site_files()]
    files = {**seeds.site_files(), names[data[0] % len(names)]: data[1:]}
    tree = PackedTree(pack_files((f"lake/{name}", content) for name, content in files.items()), "pack")
    with suppress(OpsecError):
        for folder in site_folders(tree.root):
            check_site(folder, tree.root, _HOME)
            read_fence(folder / "fence.geojson", _HOME)


def _maps(data: bytes) -> None:
    path = PackedTree(pack_files([("map", data)]), "pack").root / "map"
    with suppress(OpsecError):
        read_places(cast("Path", path), _HOME, close=len(data) % 2 == 0)


def _packs(data: bytes) -> None:
    with suppress(OpsecError):
        tree = PackedTree(data, "pack")
        for name in tree.files()[:20]:
            tree.read(name, 1 << 20)


# ── messages of a process that a hostile file has taken over ──────────────────────────────────
def _protocol(data: bytes) -> None:
    frames = FrameBuffer(1 << 20)
    with suppress(InvalidMessageError):
        for body in frames.feed(data):
            json.loads(json.dumps(_shown(decode_reply(body))))
    with suppress(InvalidMessageError):
        decode_reply(data)
    with suppress(InvalidMessageError):
        decode_template_reply(data)


def _shown(reply: object) -> str:
    """Return the reply as text that can be written, as a page would be."""
    return repr(reply).encode("utf-8").decode("utf-8")


TARGETS: Mapping[str, Target] = {
    "boxes": Target(_boxes, lambda: seeds.of_kind("mp4")),
    "streams": _files("mpegts", "matroska", "avi", "flv", "mxf", "asf", "mpegps"),
    "images": _files("jpeg", "png", "webp", "tiff", "heif", "gif"),
    "tracks": _files("srt", "nmea", "gpx", "kml", "tcx", "fit", "vtt", "ass", "timed_text"),
    "sidecars": _files("info_json", "xmp", "xml", "post_list_csv", "post_list_jsonl"),
    "exports": _files("json"),
    "pages": _files("html", "text"),
    "archives": Target(_archives, seeds.archives),
    "coordinates": Target(_coordinates, seeds.texts),
    "site-files": Target(_site_files, seeds.replaced_site_files),
    "maps": Target(_maps, seeds.maps),
    "packs": Target(_packs, seeds.packs),
    "protocol": Target(_protocol, seeds.replies),
}
"""Name of each harness."""
