"""The reader of pictures: what every viewer is shown, and what becomes of the checks whatever happens."""

import io
from collections.abc import Callable

import pytest

from opsec.model import Check, FileKind, Reading
from opsec.model.records import Answered, Looked
from opsec.model.resources import Kit
from opsec.readers.registry import equipped, read_file, readers_version
from opsec.readers.video import reader as frames
from opsec.readers.video.analyser import ViewerKind
from tests.fixtures.media.films import EVERYTHING, NOT_HERE, Watching, film, viewer

KIT = Kit()
FILM_KINDS = {"mp4": "mp4", "matroska": "matroska", "avi": "avi", "mpegts": "mpegts"}


def reading(data: bytes, *kinds: ViewerKind, kind: FileKind = "mp4") -> Reading:
    return read_file(io.BytesIO(data), kind, (frames.reader(KIT, kinds),))


@pytest.mark.parametrize("kind", FILM_KINDS)
def test_every_kind_of_film_is_shown_eight_times_a_second_to_its_end(kind: FileKind) -> None:
    watching = Watching()
    read = reading(film(48, kind=FILM_KINDS[kind]), viewer(watching), kind=kind)
    assert [number for number, _, _ in watching.seen] == [*range(0, 48, 3), 47]
    assert [at_s for _, at_s, _ in watching.seen] == pytest.approx(
        [*(number / 8 for number in range(16)), 47 / 24], abs=0.002
    )
    assert (read.status, read.frames_read, read.checks["signage"]) == ("read", 48, "ran")
    assert read.seconds_read == pytest.approx(47 / 24, abs=0.01)


def test_viewers_do_not_take_each_other_along() -> None:
    well, falling = Watching(), Watching(falls_at=6)
    read = reading(film(), viewer(well), viewer(falling, "layout"))
    assert len(well.seen) == 9
    assert len(falling.seen) == 2
    assert (read.checks["signage"], read.checks["layout"]) == ("ran", "failed")
    assert [hint.text for hint in read.hints] == ["9", "2"]
    assert (read.status, [why.code for why in read.reasons]) == ("partly", ["not_read"])


def test_one_that_falls_while_it_tells_keeps_what_it_told() -> None:
    read = reading(film(), viewer(Watching(falls_at_end=True)))
    assert [hint.text for hint in read.hints] == ["9"]
    assert (read.status, read.checks["signage"]) == ("partly", "failed")


def test_what_is_not_installed_is_said_and_makes_nothing_partly_read() -> None:
    read = reading(film(), viewer(NOT_HERE), viewer(Watching(), "layout"))
    assert (read.checks["signage"], read.checks["layout"]) == ("not_configured", "ran")
    assert (read.status, read.reasons) == ("read", (NOT_HERE,))


def test_a_check_that_nobody_answers_here_is_not_configured_and_nothing_is_decoded() -> None:
    read = reading(film())
    assert read.checks == dict.fromkeys(frames.PICTURE_CHECKS, "not_configured")
    assert read.frames_read == 0


def test_a_viewer_of_films_has_nothing_to_do_with_photos() -> None:
    films: frozenset[FileKind] = EVERYTHING - {"jpeg"}
    watching = Watching()
    read = reading(b"no jpeg", viewer(watching, "layout", films), kind="jpeg")
    assert (read.checks["layout"], watching.seen) == ("not_applicable", [])


@pytest.mark.parametrize(
    ("damage", "status", "state"),
    [
        (lambda data: data[: len(data) // 2], "partly", "ran"),  # cut off on the way
        (lambda data: data[:300], "partly", "failed"),
        (lambda data: b"", "partly", "failed"),
        (lambda data: b"\x1a\x45\xdf\xa3" + bytes(400), "partly", "failed"),
        (lambda data: data[: len(data) // 3] + bytes(range(256)) * 8 + data[len(data) // 3 + 2048 :], "partly", "ran"),
    ],
)
def test_a_damaged_film_is_never_taken_for_a_checked_one(
    damage: Callable[[bytes], bytes], status: str, state: str
) -> None:
    read = reading(damage(film(96, kind="matroska")), viewer(Watching()), kind="matroska")
    assert (read.status, read.checks["signage"]) == (status, state)
    assert read.reasons


def test_a_film_without_pictures_has_nothing_to_look_at() -> None:
    import av

    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as made:
        track = made.add_stream("aac", rate=44_100)
        assert isinstance(track, av.AudioStream)
        silence = av.AudioFrame(format="fltp", layout="mono", samples=1024)
        for plane in silence.planes:
            plane.update(bytes(plane.buffer_size))
        silence.sample_rate, silence.pts = 44_100, 0
        made.mux(track.encode(silence))
        made.mux(track.encode())
    found = list(frames.reader(KIT, (viewer(Watching()),)).read(io.BytesIO(out.getvalue()), "mp4"))
    assert Looked(0, None) in found
    assert Answered("signage", "not_applicable") in found


def test_the_version_of_the_readers_changes_with_what_they_are_equipped_with() -> None:
    def installed(kit: Kit) -> str:
        return kit.tessdata or "off"

    kind = ViewerKind(
        name="signs", version=1, check="signage", kinds=EVERYTHING, new=lambda kit: NOT_HERE, equipment=installed
    )
    versions = {readers_version((frames.reader(kit, (kind,)),)) for kit in (Kit(), Kit(tessdata="data"), Kit())}
    assert len(versions) == 2


def test_decoding_readers_come_last_and_what_was_found_before_is_sent_ahead() -> None:
    ahead: list[Reading] = []
    readers = (*equipped(KIT)[:-1], frames.reader(KIT, (viewer(Watching()),)))
    data = film()
    whole = read_file(io.BytesIO(data), "mp4", readers, on_words=ahead.append)
    assert [reader.decodes for reader in readers] == sorted(reader.decodes for reader in readers)
    assert len(ahead) == 1
    failed: Check
    for failed in frames.PICTURE_CHECKS:
        assert ahead[0].checks[failed] == "failed"
    assert ahead[0].claim == whole.claim
    assert len(ahead[0].hints) == len(whole.hints) - 1
