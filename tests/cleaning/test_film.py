"""Copies of videos: the same pictures, times and sound in a file that has nothing else."""

import io
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest

from opsec.cleaning.clip_copy import write_copy
from opsec.cleaning.records import BlurRegion, CopyFacts, CopyOrder, SoundChoice
from opsec.demo.media_boxes import with_apple_place, with_xyz
from opsec.demo.media_exif import Shot
from opsec.model import FileKind, Fix, Point
from opsec.model.records import UnreadableError
from tests.cleaning.made_films import RATE, CameraFrame, Picture, crop, decode, encode, views
from tests.fixtures.media.tracks import with_gps5, with_subtitles
from tests.vision.decoding.test_video import set_rotation

PATH = [CameraFrame(330 + 2 * number, 110) for number in range(15)]
UNEVEN_MS = (0, 40, 160, 200, 230, 500, 520, 700, 760, 900, 1000, 1033, 1100, 1300, 1350)
PLACES = Shot(lat=34.0217, lon=43.2747, accuracy_m=5.0, taken_at="2026:11:17 16:05:00", offset="+03:00", model="Phone")


@cache
def pictures() -> tuple[tuple[Picture, ...], tuple[Any, ...]]:
    shown, boxes = zip(*views(PATH), strict=True)
    return shown, boxes


def copied(film: bytes, kind: FileKind, *regions: BlurRegion, sound: SoundChoice = "keep") -> tuple[bytes, CopyFacts]:
    """Copy a film; return the copy and what the worker reports about it."""
    out = io.BytesIO()
    facts = write_copy(io.BytesIO(film), kind, CopyOrder("mp4", sound, regions), out)
    return out.getvalue(), facts


def box_types(film: bytes) -> Iterator[str]:
    """Types of all boxes of an MP4."""
    containers = {"moov", "trak", "mdia", "minf", "stbl", "dinf", "edts", "udta", "meta"}
    waiting = [(0, len(film))]
    while waiting:
        at, end = waiting.pop()
        while at + 8 <= end:
            size, kind = int.from_bytes(film[at : at + 4], "big"), film[at + 4 : at + 8].decode("latin-1")
            yield kind
            assert size >= 8
            if kind in containers:
                waiting.append((at + (12 if kind == "meta" else 8), at + size))
            at += size


CONTAINERS: list[tuple[str, FileKind, str, str | None]] = [
    ("mp4", "mp4", "mpeg4", "aac"),
    ("mov", "mp4", "mpeg4", "pcm_s16le"),
    ("matroska", "matroska", "mpeg4", "flac"),
    ("matroska", "matroska", "libx264", "libopus"),
    ("webm", "matroska", "libvpx", None),
    ("avi", "avi", "mpeg4", "libmp3lame"),
    ("mpegts", "mpegts", "mpeg2video", "mp2"),
    ("mpegts", "mpegts", "libx264", "aac"),
    ("flv", "flv", "flv", None),
]


@pytest.mark.parametrize(("container", "kind", "codec", "sound"), CONTAINERS)
def test_pictures_times_and_sound_are_those_of_the_original(
    container: str, kind: FileKind, codec: str, sound: str | None
) -> None:
    rate = 25 if codec == "mpeg2video" else RATE
    original = encode(pictures()[0], kind=container, codec=codec, sound=sound, rate=rate)
    film, facts = copied(original, kind)
    (before, sound_before), (after, sound_after) = decode(original), decode(film)
    assert len(after) == len(before) == facts.frames
    assert after[0][1].shape == before[0][1].shape
    assert (facts.height_px, facts.width_px) == after[0][1].shape[:2]
    starts = before[0][0], after[0][0]
    assert [at_s - starts[1] for at_s, _ in after] == pytest.approx([at_s - starts[0] for at_s, _ in before], abs=0.002)
    assert abs(sound_after - sound_before) < 1.5 / rate
    for (_, one), (_, other) in zip(before, after, strict=True):
        assert np.abs(one.astype(int) - other).mean() < 6
    assert facts.sound == ("none" if sound is None else "encoded" if sound in {"pcm_s16le", "mp2"} else "copied")


def test_a_variable_frame_rate_stays_one() -> None:
    film, facts = copied(encode(pictures()[0], times_ms=UNEVEN_MS), "mp4")
    assert [at_s for at_s, _ in decode(film)[0]] == pytest.approx([ms / 1000 for ms in UNEVEN_MS], abs=0.002)
    assert facts.seconds is not None
    assert 1.35 < facts.seconds < 1.6


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_rotated_film_is_turned_upright(turns: int) -> None:
    original = set_rotation(encode(pictures()[0][:4]), turns)
    before, after = decode(original)[0], decode(copied(original, "mp4")[0])[0]
    assert after[0][1].shape == before[0][1].shape
    assert np.abs(before[0][1].astype(int) - after[0][1]).mean() < 6


def test_boxes_of_a_rotated_film_refer_to_the_upright_frame() -> None:
    original = set_rotation(encode(pictures()[0][:4]), 1)
    region = BlurRegion(0.0, (0.0, 0.0, 0.5, 0.2), 0.0, 9.0, is_fixed=True)
    before, after = decode(original)[0][0][1], decode(copied(original, "mp4", region)[0])[0][0][1]
    changed = np.abs(before.astype(int) - after).mean(axis=2)
    assert crop(changed, (0.02, 0.02, 0.48, 0.18)).mean() > 12
    assert crop(changed, (0.55, 0.25, 1, 1)).mean() < 6


def test_the_sound_can_be_cut() -> None:
    film, facts = copied(encode(pictures()[0], sound="aac"), "mp4", sound="cut")
    assert facts.sound == "cut"
    assert decode(film)[1] == 0
    assert b"soun" not in film


def test_an_odd_size_loses_one_pixel() -> None:
    odd = [picture[:239, :319] for picture in pictures()[0][:3]]
    film, facts = copied(encode(odd, kind="avi", codec="mjpeg"), "avi")
    assert (facts.width_px, facts.height_px) == (318, 238)
    assert len(decode(film)[0]) == 3


def test_a_moving_board_is_blurred_in_every_frame_and_nothing_else() -> None:
    original = encode(pictures()[0])
    box = pictures()[1][7]
    region = BlurRegion(7 / RATE, (box[0] - 0.01, box[1] - 0.01, box[2] + 0.01, box[3] + 0.01), 0.3, 0.6)
    film, facts = copied(original, "mp4", region)
    assert facts.blurred_frames == facts.frames == len(PATH)
    for (_, before), (_, after), true in zip(decode(original)[0], decode(film)[0], pictures()[1], strict=True):
        assert (
            np.abs(np.diff(crop(after, true).astype(int), axis=1)).max()
            < 40
            < np.abs(np.diff(crop(before, true).astype(int), axis=1)).max()
        )
        assert np.abs(crop(before, (0, 0, 1, 0.2)).astype(int) - crop(after, (0, 0, 1, 0.2))).mean() < 6


def test_a_caption_is_blurred_in_its_place_while_it_is_shown() -> None:
    region = BlurRegion(0.0, (0.2, 0.7, 0.8, 0.9), 0.0, 0.1, is_fixed=True)
    original = encode(pictures()[0], times_ms=[100 * number for number in range(15)])
    film, facts = copied(original, "mp4", region)
    assert facts.blurred_frames == 7  # half a second before and after it was seen
    last = decode(film)[0][-1][1]
    assert np.abs(np.diff(crop(last, (0.2, 0.7, 0.8, 0.9)).astype(int), axis=1)).max() > 40


ROUTE = [Fix(float(second), Point(34.0217, 43.2747)) for second in range(3)]
HIDING = {
    "location box": lambda: with_xyz(encode(pictures()[0][:5]), 34.0217, 43.2747),
    "keys of a phone": lambda: with_apple_place(encode(pictures()[0][:5], kind="mov"), PLACES),
    "telemetry track": lambda: with_gps5(encode(pictures()[0][:5]), ROUTE),
    "subtitles": lambda: with_subtitles(encode(pictures()[0][:5]), ["Falcon Camp", "34.0217, 43.2747"]),
    "tags": lambda: encode(
        pictures()[0][:5], tags={"title": "Falcon Camp", "comment": "34.0217, 43.2747", "creation_time": "2026-11-17"}
    ),
}


@pytest.mark.parametrize("name", HIDING)
def test_the_copy_has_only_the_boxes_that_playing_needs(name: str) -> None:
    film = copied(HIDING[name](), "mp4")[0]
    found = set(box_types(film))
    assert found <= set(
        "ftyp free mdat moov mvhd trak tkhd edts elst mdia mdhd hdlr minf vmhd smhd dinf dref stbl stsd stts stss stsc "
        "stsz stco ctts sgpd sbgp udta meta ilst".split()
    )
    assert b"\0\0\0\x08ilst" in film  # an empty list of tags
    assert b"Falcon" not in film
    assert b"34.0217" not in film
    movie = film.index(b"mvhd") + 8
    assert film[movie : movie + 8] == bytes(8)  # no time of creation or modification


def test_streams_that_are_not_film_or_sound_are_left_out() -> None:
    def with_extras(container: Any) -> None:
        container.add_attachment("secret.txt", "text/plain", b"Falcon Camp")
        container.set_chapters([{"id": 1, "start": 0, "end": 500, "time_base": (1, 1000), "metadata": {"title": "x"}}])

    try:
        original = encode(pictures()[0][:5], kind="matroska", decorate=with_extras)
    except (AttributeError, TypeError, ValueError):
        pytest.skip("this PyAV writes no attachments or chapters")
    film = copied(original, "matroska")[0]
    import av

    with av.open(io.BytesIO(film)) as container:
        assert [one.type for one in container.streams] == ["video"]
        assert container.chapters() == []
    assert b"Falcon" not in film


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "mp4"),
        (b"no film at all", "mp4"),
        (b"\0\0\0\x18ftypisom\0\0\2\0isomiso2", "mp4"),
        (b"\x1a\x45\xdf\xa3" + bytes(60), "matroska"),
        (b"GIF89a" + bytes(20), "gif"),
    ],
)
def test_what_is_no_film_is_refused(content: bytes, kind: FileKind) -> None:
    import av

    with pytest.raises((UnreadableError, av.FFmpegError, EOFError, ValueError)):
        copied(content, kind)


def test_of_a_truncated_film_the_copy_has_what_can_be_decoded() -> None:
    original = encode(pictures()[0], kind="mpegts", codec="mpeg2video", rate=25)
    film, facts = copied(original[: len(original) // 2], "mpegts")
    assert 2 <= facts.frames < 15
    assert len(decode(film)[0]) == facts.frames


class FullDisk(io.BytesIO):
    """A file on a full disk."""

    def write(self, data: Any) -> int:
        raise OSError(28, "No space left on device")


def test_a_full_disk_is_named() -> None:
    with pytest.raises(UnreadableError) as stop:
        write_copy(io.BytesIO(encode(pictures()[0][:5])), "mp4", CopyOrder("mp4"), FullDisk())
    assert (stop.value.reason.code, dict(stop.value.reason.blanks)) == ("copy_not_written", {"number": "28"})


def test_the_same_film_gives_the_same_copy() -> None:
    original = encode(pictures()[0], sound="aac")
    region = BlurRegion(0.2, (0.4, 0.3, 0.7, 0.6), 0.0, 0.5)
    assert copied(original, "mp4", region)[0] == copied(original, "mp4", region)[0]
