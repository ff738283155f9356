"""Apple's timed metadata: keys, accuracies and texts that are no place."""

import struct
from dataclasses import replace

import pytest

from tests.fixtures.media import tracks
from tests.readers.telemetry.routes import FILM, WAY, hints, points, remarks


def test_the_accuracy_is_the_phones_or_that_of_the_digits_written() -> None:
    rough = [replace(fix, accuracy_m=accuracy_m) for fix, accuracy_m in zip(WAY, (3.0, 40.0, 65.0), strict=True)]
    accuracies_m = [fix.accuracy_m for fix in hints(tracks.with_mebx(FILM, rough))[0].fixes]
    assert accuracies_m == pytest.approx([14.5, 40.0, 65.0], abs=0.5)


def test_a_track_of_other_keys_gives_nothing() -> None:
    raw = tracks.with_mebx(FILM, WAY).replace(b"location.ISO6709", b"location.ISO9999")
    assert hints(raw) == []
    assert remarks(raw) == []


@pytest.mark.parametrize("text", [b"+00.0000+000.0000/", b"+91.0000+043.0000/", b"nonsense", b"\xff\xfe", b""])
def test_texts_that_are_no_position(text: bytes) -> None:
    raw = tracks.with_mebx(FILM, WAY)
    entry = raw[raw.index(b"mebx") + 12 : raw.index(b"stts") - 4]
    sample = struct.pack(">II", len(text) + 8, 1) + text
    assert points(tracks.with_track(FILM, "mebx", [sample], entry=entry)) == []


def test_sizes_that_lie_end_the_list() -> None:
    raw = tracks.with_mebx(FILM, WAY[:1])
    entry = raw[raw.index(b"mebx") + 12 : raw.index(b"stts") - 4]
    good = struct.pack(">II", 27, 1) + b"+33.1000+043.1000/\0"
    lies = [struct.pack(">II", size, 1) for size in (0, 7, 0xFFFFFFFF)]
    assert points(tracks.with_track(FILM, "mebx", [*lies, good], entry=entry)) == [(33.1, 43.1)]
