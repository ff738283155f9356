"""Messages in the pipe: every valid record arrives unchanged, everything else is refused."""

import json
import math
import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsec.model import Claim, Fix, Hint, ListedPost, Member, Note, Point, Post, Reading, Reason
from opsec.model.notes import NOTES, make_note
from opsec.model.reasons import REASONS
from opsec.sandbox.protocol import (
    LENGTH_PREFIX,
    FileHeader,
    FrameBuffer,
    InvalidMessageError,
    PartialResult,
    ReadRequest,
    ReadResult,
    Reply,
    Request,
    UnpackDone,
    UnpackRefused,
    UnpackRequest,
    decode_reply,
    decode_request,
    encode,
    encode_reading,
)


def body(frame: bytes) -> bytes:
    return frame[LENGTH_PREFIX.size :]


@st.composite
def reasons(draw: st.DrawFn) -> Reason:
    code = draw(st.sampled_from(sorted(REASONS)))
    names = REASONS[code].blank_names
    return Reason(code, tuple((name, draw(st.text(string.printable[:90], max_size=9))) for name in sorted(names)))


@st.composite
def notes(draw: st.DrawFn) -> Note:
    code = draw(st.sampled_from(sorted(NOTES)))
    return make_note(code, **{name: draw(st.text(max_size=9)) for name in sorted(NOTES[code].blank_names)})


st.register_type_strategy(Note, notes())
claims = st.from_type(Claim).filter(lambda claim: claim.duration_s is None or math.isfinite(claim.duration_s))
readings = st.builds(
    Reading,
    reasons=st.lists(reasons(), max_size=3).map(tuple),
    claim=st.none() | claims,
    hints=st.lists(st.from_type(Hint), max_size=3).map(tuple),
    posts=st.lists(st.from_type(ListedPost), max_size=2).map(tuple),
    members=st.lists(st.from_type(Member), max_size=2).map(tuple),
)
replies = st.one_of(
    st.builds(ReadResult, readings, reply=st.just("read_result")),
    st.builds(PartialResult, readings, reply=st.just("partial_result")),
    st.builds(FileHeader, claims, reply=st.just("file_header")),
    st.builds(UnpackRefused, reasons(), reply=st.just("unpack_refused")),
    st.just(UnpackDone()),
)


@settings(max_examples=60, deadline=None)
@given(replies)
def test_every_valid_record_arrives_unchanged(reply: Reply) -> None:
    assert decode_reply(body(encode(reply))) == reply


@pytest.mark.parametrize("request_", [ReadRequest("mp4"), UnpackRequest(3, 1 << 33)])
def test_requests_arrive_unchanged(request_: Request) -> None:
    assert decode_request(json.loads(body(encode(request_)))) == request_


# ── frames ────────────────────────────────────────────────────────────────────────────────────
@given(st.lists(st.binary(max_size=40), max_size=5), st.integers(1, 9))
def test_frames_are_reassembled_however_the_pipe_splits_them(bodies: list[bytes], step: int) -> None:
    stream = b"".join(LENGTH_PREFIX.pack(len(content)) + content for content in bodies)
    frames = FrameBuffer(40)
    pieces = (stream[at : at + step] for at in range(0, len(stream), step))
    assert [content for piece in pieces for content in frames.feed(piece)] == bodies


def test_an_overlong_frame_is_refused_before_its_content_arrives() -> None:
    frames = FrameBuffer(100)
    arriving = frames.feed(LENGTH_PREFIX.pack(2) + b"{}" + LENGTH_PREFIX.pack(101))
    assert next(arriving) == b"{}"
    with pytest.raises(InvalidMessageError):
        next(arriving)


# ── what is refused ───────────────────────────────────────────────────────────────────────────
def gave(inside: str) -> bytes:
    return f'{{"reply":"read_result","reading":{inside}}}'.encode()


def hint(inside: str) -> bytes:
    return gave(f'{{"hints":[{{"kind":"position","family":"META","reader":"r","field":"f",{inside}}}]}}')


REFUSED: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"\xff\xfe",
    "a list": b"[]",
    "an unknown word": b'{"reply":"obey"}',
    "no word": b'{"reading":{}}',
    "an unknown key beside": b'{"reply":"unpack_done","more":1}',
    "an unknown key of a reading": gave('{"more":1}'),
    "an unknown key deep inside": hint('"point":{"lat":1,"lon":1,"more":1}'),
    "a latitude beyond the pole": hint('"point":{"lat":90.01,"lon":1}'),
    "half a point": hint('"point":{"lat":1}'),
    "not a number": hint('"heading_deg":NaN'),
    "an endless number": hint('"accuracy_m":Infinity'),
    "a number too large for one": hint('"accuracy_m":1e999'),
    "a number in letters": hint('"heading_deg":"1"'),
    "a word for a truth": gave('{"status":"fine"}'),
    "an endless claim": b'{"reply":"file_header","claim":{"duration_s":Infinity}}',
    "an image of half a pixel": b'{"reply":"file_header","claim":{"width_px":0.5}}',
    "an image without pixels": b'{"reply":"file_header","claim":{"width_px":0}}',
    "a box of three numbers": hint('"box":[0,0,1]'),
    "a box larger than the frame": hint('"box":[0,0,1.1,1]'),
    "an unknown check": gave('{"checks":{"smell":"ran"}}'),
    "an unknown hint kind": hint('"kind":"smell"'),
    "too long a text": hint(f'"text":"{"x" * 100_001}"'),
    "too many fixes": hint('"fixes":[' + ",".join(['{"at_s":0,"point":{"lat":0,"lon":0}}'] * 20_001) + "]"),
    "too many reasons": gave('{"reasons":[' + ",".join(['{"code":"empty"}'] * 51) + "]}"),
    "an unknown reason": gave('{"reasons":[{"code":"because"}]}'),
    "a reason without its blank": gave('{"reasons":[{"code":"playlist"},{"code":"unsupported"}]}'),
    "a reason with a blank too many": gave('{"reasons":[{"code":"empty","blanks":[["type","x"]]}]}'),
    "a reason with a blank twice": gave('{"reasons":[{"code":"unsupported","blanks":[["type","x"],["type","y"]]}]}'),
    "a refusal for no known reason": b'{"reply":"unpack_refused","reason":{"code":"{file.__class__}"}}',
    "an unknown note": hint('"notes":[{"code":"because"}]'),
    "a note without its blank": hint('"notes":[{"code":"other_datum"}]'),
    "a note with a blank too many": hint('"notes":[{"code":"presence","blanks":[["x","y"]]}]'),
    "a note as a text": hint('"note":"time and presence"'),
    "nesting without end": gave("[" * 100_000),
    "half of a surrogate pair": hint('"text":"\\ud800"'),
}


@pytest.mark.parametrize("answer", REFUSED.values(), ids=REFUSED.keys())
def test_values_out_of_bounds_are_refused(answer: bytes) -> None:
    with pytest.raises(InvalidMessageError):
        decode_reply(answer)


def test_the_frames_of_the_refused_answers_are_valid() -> None:
    """Guards the table above: its frame around an allowed hint must be accepted."""
    reply = decode_reply(hint('"point":{"lat":90,"lon":1},"box":[0,0,1,1]'))
    assert isinstance(reply, ReadResult)
    assert reply.reading.hints[0].point == Point(90, 1)


def test_placeholder_values_are_sanitised() -> None:
    reply = decode_reply(gave('{"reasons":[{"code":"unsupported","blanks":[["type","\\u001b[2J\\u202e"]]}]}'))
    assert isinstance(reply, ReadResult)
    assert reply.reading.reasons == (Reason("unsupported", (("type", "\\x1b[2J\\u202e"),)),)


# ── what is sent ──────────────────────────────────────────────────────────────────────────────
def test_half_of_a_surrogate_pair_is_replaced_before_it_is_sent() -> None:
    caption = Post(caption="ق\ud83d!")
    reply = decode_reply(body(encode(ReadResult(Reading(post=caption)))))
    assert reply == ReadResult(Reading(post=Post(caption="ق?!")))


@pytest.mark.parametrize("value", [b"bytes", {1, 2}, object(), Reading])
def test_only_records_can_be_sent(value: Any) -> None:
    with pytest.raises(TypeError):
        encode(ReadResult(Reading(post=Post(caption=value))))


def test_an_overlong_answer_is_cut_and_marked() -> None:
    rows = tuple(ListedPost(Post(caption=f"{number} {'x' * 900}")) for number in range(2_000))
    fix = Fix(1.0, Point(33.0, 44.0))
    whole = Reading(posts=rows, hints=(Hint(kind="track", family="META", reader="r", field="f", fixes=(fix,)),))
    frame = encode_reading(whole, 1 << 20)
    reply = decode_reply(body(frame))
    assert isinstance(reply, ReadResult)
    assert len(frame) <= (1 << 20) + LENGTH_PREFIX.size
    assert reply.reading.status == "partly"
    assert reply.reading.posts == rows[: len(reply.reading.posts)]
    assert len(reply.reading.posts) >= 500
    assert reply.reading.hints == whole.hints
    assert reply.reading.reasons == (Reason("reply_cut", (("limit_mib", "1"),)),)


def test_an_answer_within_the_limit_is_not_cut() -> None:
    reading = Reading(members=(Member(0, "a.mp4", 5),))
    assert decode_reply(body(encode_reading(reading, 1 << 20))) == ReadResult(reading)
