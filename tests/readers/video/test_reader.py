"""The video reader, the contract of every frame analyser: which frames it gets, and how its check ends."""

import io
from collections.abc import Callable

import pytest

from opsec.model import Check, FileKind, Reading
from opsec.model.records import CheckOutcome, DecodeExtent
from opsec.model.resources import ReaderResources
from opsec.readers.registry import configured_readers, read_file, readers_version
from opsec.readers.video import reader as video
from opsec.readers.video.analyser import AnalyserSpec
from tests.fixtures.media.videos import ALL_FILE_KINDS, NOT_INSTALLED, RecordingAnalyser, analyser_spec, encode_video

RESOURCES = ReaderResources()
FFMPEG_FORMATS = {"mp4": "mp4", "matroska": "matroska", "avi": "avi", "mpegts": "mpegts"}


def reading(data: bytes, *kinds: AnalyserSpec, kind: FileKind = "mp4") -> Reading:
    return read_file(io.BytesIO(data), kind, (video.create_reader(RESOURCES, kinds),))


@pytest.mark.parametrize("kind", FFMPEG_FORMATS)
def test_every_container_is_sampled_eight_times_a_second_to_its_end(kind: FileKind) -> None:
    recorder = RecordingAnalyser()
    read = reading(encode_video(48, kind=FFMPEG_FORMATS[kind]), analyser_spec(recorder), kind=kind)
    assert [number for number, _, _ in recorder.seen] == [*range(0, 48, 3), 47]
    assert [at_s for _, at_s, _ in recorder.seen] == pytest.approx(
        [*(number / 8 for number in range(16)), 47 / 24], abs=0.002
    )
    assert (read.status, read.frames_read, read.checks["signage"]) == ("read", 48, "ran")
    assert read.seconds_read == pytest.approx(47 / 24, abs=0.01)


def test_a_failing_analyser_does_not_stop_the_others() -> None:
    healthy, failing = RecordingAnalyser(), RecordingAnalyser(fails_at=6)
    read = reading(encode_video(), analyser_spec(healthy), analyser_spec(failing, "layout"))
    assert len(healthy.seen) == 9
    assert len(failing.seen) == 2
    assert (read.checks["signage"], read.checks["layout"]) == ("ran", "failed")
    assert [hint.text for hint in read.hints] == ["9", "2"]
    assert (read.status, [why.code for why in read.reasons]) == ("partly", ["not_read"])


def test_output_before_a_failure_at_the_end_is_kept() -> None:
    read = reading(encode_video(), analyser_spec(RecordingAnalyser(fails_at_end=True)))
    assert [hint.text for hint in read.hints] == ["9"]
    assert (read.status, read.checks["signage"]) == ("partly", "failed")


def test_a_missing_analyser_is_a_remark_and_not_a_gap() -> None:
    read = reading(encode_video(), analyser_spec(NOT_INSTALLED), analyser_spec(RecordingAnalyser(), "layout"))
    assert (read.checks["signage"], read.checks["layout"]) == ("not_configured", "ran")
    assert (read.status, read.reasons) == ("read", (NOT_INSTALLED,))


def test_checks_without_an_analyser_are_not_configured_and_nothing_is_decoded() -> None:
    read = reading(encode_video())
    assert read.checks == dict.fromkeys(video.PICTURE_CHECKS, "not_configured")
    assert read.frames_read == 0


def test_an_analyser_of_videos_does_not_apply_to_photos() -> None:
    videos: frozenset[FileKind] = ALL_FILE_KINDS - {"jpeg"}
    recorder = RecordingAnalyser()
    read = reading(b"no jpeg", analyser_spec(recorder, "layout", videos), kind="jpeg")
    assert (read.checks["layout"], recorder.seen) == ("not_applicable", [])


@pytest.mark.parametrize(
    ("damage", "status", "state"),
    [
        (lambda data: data[: len(data) // 2], "partly", "ran"),  # truncated
        (lambda data: data[:300], "partly", "failed"),
        (lambda data: b"", "partly", "failed"),
        (lambda data: b"\x1a\x45\xdf\xa3" + bytes(400), "partly", "failed"),
        (lambda data: data[: len(data) // 3] + bytes(range(256)) * 8 + data[len(data) // 3 + 2048 :], "partly", "ran"),
    ],
)
def test_a_damaged_video_is_never_reported_as_fully_checked(
    damage: Callable[[bytes], bytes], status: str, state: str
) -> None:
    read = reading(damage(encode_video(96, kind="matroska")), analyser_spec(RecordingAnalyser()), kind="matroska")
    assert (read.status, read.checks["signage"]) == (status, state)
    assert read.reasons


def test_a_file_without_a_video_stream_is_not_applicable() -> None:
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
    found = list(
        video.create_reader(RESOURCES, (analyser_spec(RecordingAnalyser()),)).read(io.BytesIO(out.getvalue()), "mp4")
    )
    assert DecodeExtent(0, None) in found
    assert CheckOutcome("signage", "not_applicable") in found


def test_the_readers_version_depends_on_installed_resources() -> None:
    def fingerprint(resources: ReaderResources) -> str:
        return resources.tessdata or "off"

    kind = AnalyserSpec(
        name="signs",
        version=1,
        check="signage",
        file_kinds=ALL_FILE_KINDS,
        create=lambda resources: NOT_INSTALLED,
        resource_fingerprint=fingerprint,
    )
    versions = {
        readers_version((video.create_reader(resources, (kind,)),))
        for resources in (ReaderResources(), ReaderResources(tessdata="data"), ReaderResources())
    }
    assert len(versions) == 2


def test_decoding_readers_run_last_and_earlier_results_are_sent_ahead() -> None:
    ahead: list[Reading] = []
    readers = (
        *configured_readers(RESOURCES)[:-1],
        video.create_reader(RESOURCES, (analyser_spec(RecordingAnalyser()),)),
    )
    data = encode_video()
    whole = read_file(io.BytesIO(data), "mp4", readers, on_words=ahead.append)
    assert [reader.decodes for reader in readers] == sorted(reader.decodes for reader in readers)
    assert len(ahead) == 1
    failed: Check
    for failed in video.PICTURE_CHECKS:
        assert ahead[0].checks[failed] == "failed"
    assert ahead[0].claim == whole.claim
    assert len(ahead[0].hints) == len(whole.hints) - 1
