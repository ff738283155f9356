"""Pictures and features are kept as bytes and restored exactly; earlier forms of a row are still read."""

import base64
import json
import zlib
from dataclasses import replace

import numpy as np
import pytest

from opsec.casefile.binary_fields import MARK, join_binary, split_binary
from opsec.casefile.serialisation import dump, pack, unpack
from opsec.casefile.stored_post import PostRow, to_row
from opsec.i18n.reasons import make_reason
from opsec.model import Features, Hint, Picture, Reading
from tests.casefile.made import a_post

PICTURE = Picture(40, 30, base64.b64encode(b"\xff\xd8" + np.random.default_rng(1).bytes(2_000)).decode("ascii"))


def some_features(count: int, *, maker: str = "sift", coding: str = "transform", size: int = 128) -> Features:
    """Features as a reader gives them: most bytes of a descriptor are alike."""
    rng = np.random.default_rng(count)
    keypoints = rng.integers(0, 1_200, (count, 4)).astype("<u2").tobytes()
    descriptors = np.clip(np.rint(rng.laplace(0, 0.5, (count, size))) + 128, 0, 255).astype(np.uint8).tobytes()
    places, rows = (base64.b64encode(one).decode("ascii") for one in (keypoints, descriptors))
    return Features(600, 338, count, places, rows, maker=maker, coding=coding)


def frame(features: Features | None, picture: Picture | None = PICTURE) -> Hint:
    return Hint(
        kind="features", family="VISUAL", reader="landmarks", field="picture", at_s=1.0,
        features=features, picture=picture,
    )  # fmt: skip


FRAMES = Reading(hints=(frame(some_features(300)), frame(some_features(1)), frame(None), frame(some_features(200))))
MIXED = Reading(
    hints=(
        frame(some_features(50)),
        frame(some_features(40, maker="model-1", coding="plain", size=64)),
        frame(some_features(30, coding="plain")),
        frame(some_features(20)),
        frame(some_features(0), None),
    )
)
ODD = [
    Features(9, 9, 3, "AAAA", "AAAA"),
    Features(9, 9, 1, "AAAAAAAAAAA=", "AAB="),
    Features(9, 9, 1, "AAAAAAAAAAA=", "not base64"),
    Features(9, 9, 2, base64.b64encode(bytes(16)).decode(), base64.b64encode(bytes(3)).decode()),
    Features(9, 9, 0, "", "AAAA"),
    Features(9, 9, 1, base64.b64encode(bytes(8)).decode(), ""),
    Features(9, 9, 1, base64.b64encode(bytes(8)).decode(), base64.b64encode(bytes(5_000)).decode()),
]


@pytest.mark.parametrize("reading", [FRAMES, MIXED, Reading(hints=(frame(None),) * 20)], ids=["same", "mixed", "jpeg"])
def test_a_record_is_restored_exactly(reading: Reading) -> None:
    packed = pack(reading)
    assert packed.startswith(MARK)
    assert unpack(Reading, packed) == reading
    assert pack(reading) == packed


def test_features_take_much_less_than_compressed_json_and_a_repeated_picture_is_kept_once() -> None:
    assert len(pack(FRAMES)) < 0.7 * len(zlib.compress(dump(FRAMES)))
    assert len(pack(Reading(hints=(frame(None),) * 20))) < 3_000


@pytest.mark.parametrize("features", ODD)
def test_a_string_that_is_not_what_it_claims_stays_as_it_is(features: Features) -> None:
    reading = Reading(hints=(frame(some_features(60)), frame(features), frame(None, Picture(9, 9, "AAB=" * 200))))
    assert unpack(Reading, pack(reading)) == reading


def test_readings_inside_the_row_of_a_post_are_kept_so_too() -> None:
    row = to_row(a_post(reading=replace(FRAMES, reasons=(make_reason("timeout", limit_s=20),))))
    packed = pack(row)
    assert packed.startswith(MARK)
    assert unpack(PostRow, packed) == row


def test_a_row_of_an_earlier_version_is_read() -> None:
    old = Reading(hints=(frame(some_features(60, coding="plain")),))
    plain = json.loads(dump(old))
    del plain["hints"][0]["features"]["coding"]
    for row in (json.dumps(plain).encode(), zlib.compress(json.dumps(plain).encode())):
        assert unpack(Reading, row) == old


def test_a_text_that_quotes_a_key_is_unchanged() -> None:
    text = '"jpeg_base64": {"picture": {}, "features": {}} ' * 40
    reading = Reading(hints=(Hint(kind="text", family="TEXT", reader="words", field="caption", text=text),))
    assert join_binary(dump(reading)) is None
    assert unpack(Reading, pack(reading)) == reading


PACKED = pack(FRAMES)


@pytest.mark.parametrize("end", [1, 3, 5, 30, 400, len(PACKED) // 2, len(PACKED) - 1])
def test_a_cut_row_is_an_error(end: int) -> None:
    with pytest.raises(ValueError, match=r".+"):
        unpack(Reading, PACKED[:end])


@pytest.mark.parametrize(
    "record",
    [
        [],
        [{}, [-5]],
        [{}, ["x"]],
        {"hints": [{"picture": {}}]},
        {"hints": [{"picture": {"jpeg_base64": 0}}]},
        {"hints": [{"features": {"keypoints": 0, "count": 3}}]},
        {"hints": [{"features": {"keypoints": 10**12, "count": 3}}]},
        {"hints": [{"features": {"keypoints": "", "count": "x"}}]},
    ],
    ids=str,
)
def test_a_damaged_row_is_an_error(record: object) -> None:
    text = zlib.compress(json.dumps([record, []] if isinstance(record, dict) else record).encode())
    with pytest.raises(ValueError, match=r".+"):
        unpack(Reading, MARK + len(text).to_bytes(4, "little") + text)
    assert split_binary(PACKED) == dump(FRAMES)
