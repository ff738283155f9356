"""Text of subtitles with styles: TTML, YouTube's XML, SubStation Alpha, and YouTube's JSON."""

import json

import pytest

from opsec.formats import timed_text
from tests.readers.telemetry.files.made import reading

Passages = list[tuple[float | None, float | None, str | None]]
TTML = '<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter"{}>{}</tt>'


def words(name: str, text: str | bytes) -> Passages:
    return [(hint.at_s, hint.until_s, hint.text) for hint in reading(name, text).hints if hint.kind == "text"]


def codes(name: str, text: str | bytes) -> list[str]:
    return [why.code for why in reading(name, text).reasons]


def ttml(body: str, attributes: str = "") -> str:
    return TTML.format(attributes, f"<body><div>{body}</div></body>")


TIMES = {
    "a clock": ('<p begin="00:01:02.500" end="00:01:04.000">gate</p>', "", 62.5, 64.0),
    "a clock with frames": ('<p begin="00:00:02:15" end="00:00:03:00">gate</p>', ' ttp:frameRate="30"', 2.5, 3.0),
    "seconds": ('<p begin="2.5s" dur="1s">gate</p>', "", 2.5, 3.5),
    "milliseconds": ('<p begin="2500ms" dur="1000ms">gate</p>', "", 2.5, 3.5),
    "minutes and hours": ('<p begin="1.5m" end="1h">gate</p>', "", 90.0, 3600.0),
    "frames": ('<p begin="50f" end="75f">gate</p>', ' ttp:frameRate="25"', 2.0, 3.0),
    "ticks": ('<p begin="25000000t" end="30000000t">gate</p>', ' ttp:tickRate="10000000"', 2.5, 3.0),
    "of the span inside": ('<p><span begin="2.5s" end="3s">gate</span></p>', "", 2.5, 3.0),
    "counted from the element around": ('<div begin="10s"><p begin="2.5s" end="3s">gate</p></div>', "", 12.5, 13.0),
    "none": ("<p>gate</p>", "", 0.0, 0.0),
    "no times": ('<p begin="soon" end="later">gate</p>', "", 0.0, 0.0),
}


@pytest.mark.parametrize("name", TIMES)
def test_times_of_ttml(name: str) -> None:
    body, attributes, at_s, until_s = TIMES[name]
    assert words("clip.ar.ttml", ttml(body, attributes)) == [(at_s, until_s, "gate")]
    assert words("clip.dfxp", ttml(body, attributes)) == [(at_s, until_s, "gate")]


def test_text_around_spans_and_breaks() -> None:
    body = '<p begin="1s" end="2s">welcome <span>to\n  Falcon</span> Camp<br/>at the <b>gate</b></p>'
    assert words("clip.ttml", ttml(body)) == [(1.0, 2.0, "welcome to Falcon Camp at the gate")]


def test_a_name_split_over_two_cues_and_the_title() -> None:
    head = "<head><metadata><title>Falcon film</title></metadata></head>"
    body = '<p begin="1s" end="2s">معسكر</p><p begin="2s" end="3s">الصقر</p>'
    text = TTML.format("", f"{head}<body><div>{body}</div></body>")
    assert words("clip.ttml", text) == [(1.0, 3.0, "معسكر الصقر"), (None, None, "Falcon film")]


YOUTUBE = {
    "clip.en.srv1": '<transcript><text start="1.5" dur="2">it&amp;#39;s Falcon Camp</text></transcript>',
    "clip.en.srv2": '<timedtext><text t="1500" d="2000">it&#39;s Falcon Camp</text></timedtext>',
    "clip.en.srv3": (
        '<timedtext format="3"><head><pen id="1"/></head><body><w t="0" id="1"/>'
        '<p t="1500" d="2000" w="1">it&#39;s<s t="300"> Falcon</s><s t="600"> Camp</s></p></body></timedtext>'
    ),
    "clip.en.json3": json.dumps({
        "wireMagic": "pb3",
        "events": [{"tStartMs": 0, "dDurationMs": 9000, "id": 1, "wpWinPosId": 1},
                   {"tStartMs": 1500, "dDurationMs": 2000, "segs": [{"utf8": "it's Falcon"}, {"utf8": " Camp"}]},
                   {"tStartMs": 3400, "aAppend": 1, "segs": [{"utf8": "\n"}]}],
    }),
}  # fmt: skip


@pytest.mark.parametrize("name", YOUTUBE)
def test_subtitles_of_youtube(name: str) -> None:
    assert words(name, YOUTUBE[name]) == [(1.5, 3.5, "it's Falcon Camp")]
    assert codes(name, YOUTUBE[name]) == []


@pytest.mark.parametrize(
    "events",
    [
        [],
        [{"segs": None}, {"tStartMs": "x", "segs": [1, None, {"utf8": 5}, "a"]}],
        [{"tStartMs": -1, "segs": [{}]}, 7],
        [{"tStartMs": 10**30, "segs": []}],
    ],
)
def test_malformed_json_of_youtube_is_safe(events: list[object]) -> None:
    assert reading("clip.json3", json.dumps({"wireMagic": "pb3", "events": events})).status == "read"


ASS = """[Script Info]
Title: Falcon film
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname
Style: Default,Arial

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:05.00,0:00:06.00,Default,,0,0,0,,later, at the gate
Dialogue: 0,0:00:01.50,0:00:02.00,Default,,0,0,0,,{\\an8\\pos(1,2)}welcome{\\i1} to{\\i0}\\NFalcon\\hCamp
Dialogue: 0,0:00:20.00,0:00:21.00,Default,,0,0,0,,{\\p1}m 0 0 l 100 0 100 100{\\p0}
Comment: 0,0:00:09.00,0:00:10.00,Default,,0,0,0,,a note of the author
"""


def test_events_of_substation_alpha() -> None:
    assert words("clip.ass", ASS) == [
        (1.5, 2.0, "welcome to Falcon Camp"),
        (5.0, 6.0, "later, at the gate"),
        (None, None, "Falcon film"),
    ]


def test_fields_in_another_order_and_older_scripts() -> None:
    text = "[Events]\nFormat: Start, End, Text\nDialogue: 0:00:01.00,0:00:02.00,gate, two\n"
    assert words("clip.ssa", text) == [(1.0, 2.0, "gate, two")]
    old = "[Events]\nDialogue: Marked=0,0:00:01.00,0:00:02.00,Default,,0000,0000,0000,,gate\n"
    assert words("clip.ssa", old) == [(1.0, 2.0, "gate")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "windows-1256"])
def test_encodings(encoding: str) -> None:
    text = "[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,معسكر الصقر\n".encode(encoding)
    assert words("clip.ass", text) == [(1.0, 2.0, "معسكر الصقر")]
    assert codes("clip.ass", text) == (["old_letters"] if encoding == "windows-1256" else [])


@pytest.mark.parametrize(
    "text",
    [
        "[Events]",
        "Dialogue:",
        "Dialogue: ,,,",
        "[Events]\nFormat:\nDialogue: x",
        "\0" * 99,
        "{\\p1}" * 999,
        ":\n" * 999,
    ],
)
def test_malformed_scripts_are_safe(text: str) -> None:
    found = reading("clip.ass", text)
    assert (found.status, [hint for hint in found.hints if hint.at_s]) == ("read", [])


def test_too_many_cues_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timed_text, "MAX_CUES", 2)
    monkeypatch.setattr("opsec.readers.text.styled_subtitles.MAX_CUES", 2)
    body = "".join(f'<p begin="{10 * n}s" end="{10 * n + 1}s">gate</p>' for n in range(4))
    assert (len(words("a.ttml", ttml(body))), codes("a.ttml", ttml(body))) == (2, ["too_many"])
    script = "[Events]\n" + "".join(
        f"Dialogue: 0,0:00:{9 * n}.00,0:00:{9 * n + 1}.00,D,,0,0,0,,gate\n" for n in range(4)
    )
    assert (len(words("a.ass", script)), codes("a.ass", script)) == (2, ["too_many"])


def test_xml_without_cues_is_read_as_text() -> None:
    assert words("clip.ttml", "<tt><note>Falcon Camp</note></tt>") == [(None, None, "Falcon Camp")]


def test_cues_before_damage_are_kept_and_nesting_is_bounded() -> None:
    text = ttml('<p begin="1s" end="2s">gate</p><p begin="9s">later</p>')
    assert (words("a.ttml", text[:-40]), codes("a.ttml", text[:-40])) == ([(1.0, 2.0, "gate")], ["broken"])
    deep = ttml('<p begin="1s" end="2s">gate</p>' + "<p>" * 100_000)
    assert (words("a.ttml", deep), codes("a.ttml", deep)) == ([(1.0, 2.0, "gate")], ["too_deep"])
