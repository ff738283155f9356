"""The page of one clip: what an officer must see, in both languages, and what no hostile post can do to it."""

import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from opsec.app import decide as decisions
from opsec.app.purge import purge
from opsec.casefile.case_file import open_case
from opsec.console.clip_evidence_view import MAX_CAPTION_LENGTH, MAX_EVIDENCE, MAX_STILLS
from opsec.console.clip_view import MAX_FIELD_LINES
from opsec.console.map_features import MAX_POSITIONS
from opsec.i18n.messages import LANGUAGES, Lang
from opsec.model import Fix, Hint, Point, Post, ReadPost
from tests.console.made_console import INSIDE, SITE, OpenConsole, a_picture, a_post, open_console, scan_posts
from tests.console.shown_page import ShownPage, assert_inert
from tests.fixtures.records import make_site, position_hint, square_fence, text_hint
from tests.reports.hostile import HOSTILE

CAPTION = "صباح الخير من معسكر الصقر ☀ #واجب"
FACTS = Post(
    author="@eagle_77",
    caption=CAPTION,
    posted_at="2026-11-16T05:30:00+03:00",
    recorded_at="2026-11-16T05:20:00+03:00",
    url="https://video.example/p/1",
    source="yt-dlp",
)
SIGN = text_hint("FALCON CAMP", "sign", id="", family="SIGN", at_s=2.5, picture=a_picture())
FRAME = Hint(kind="features", family="VISUAL", reader="test", field="picture", at_s=1.0, picture=a_picture())
MORNING = a_post("morning.mp4", INSIDE, SIGN, FRAME, caption=CAPTION, post=FACTS)


def shown(page: str) -> ShownPage:
    return assert_inert(page)


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[OpenConsole, str]]:
    """A console over one flagged post, which no test changes, and the number of its finding."""
    with open_console(tmp_path_factory.mktemp("morning"), [MORNING]) as console:
        yield console, console.findings["morning.mp4"].number


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_answers_what_where_why_and_what_to_do(morning: tuple[OpenConsole, str], lang: Lang) -> None:
    console, number = morning
    page = console.get(f"/clip/{number}", lang)
    seen = shown(page)
    own = {"en": ("Act now", "Falcon Camp", "Nobody has decided yet."), "ar": ("معسكر الصقر", "لم يتخذ أحد")}[lang]
    assert all(words.lower() in seen.text.lower() for words in own)
    for words in ("morning.mp4", "99%", "F-07", number, "GPS-IN-FENCE", "FALCON CAMP", "@eagle_77"):
        assert words in seen.text
    assert 'dir="rtl"' in page if lang == "ar" else 'dir="ltr"' in page
    assert "/decide" in seen.all_of("form", "action")
    assert number in seen.all_of("input", "value")
    assert "/site/F-07" in seen.all_of("a", "href")


def test_the_words_of_the_caption_that_match_are_marked(morning: tuple[OpenConsole, str]) -> None:
    console, number = morning
    page = console.get(f"/clip/{number}")
    caption = page.split('<div class="caption"')[1].split("</div>")[0]
    assert re.findall("<mark>(.*?)</mark>", caption) == ["معسكر الصقر"]
    assert "".join(re.sub("<[^>]*>", "", caption.split(">", 1)[1])) == CAPTION


def test_times_are_those_of_the_site_and_of_utc(morning: tuple[OpenConsole, str]) -> None:
    console, number = morning
    text = shown(console.get(f"/clip/{number}")).text
    assert "posted 2026-11-16 05:30:00 (Asia/Baghdad)" in text
    assert "posted (UTC) 2026-11-16 02:30:00 (UTC)" in text
    assert "recorded (UTC) 2026-11-16 02:20:00 (UTC)" in text


def test_the_sum_is_printed_line_by_line(morning: tuple[OpenConsole, str]) -> None:
    console, number = morning
    page = console.get(f"/clip/{number}")
    table = page.split('<table class="sum">')[1].split("</table>")[0]
    weights = [float(text.replace("−", "-")) for text in re.findall(r">([+−][0-9.]+)<", table)]
    assert len(weights) > 3
    assert weights[-1] == pytest.approx(sum(weights[:-1]), abs=0.05)


def test_checks_that_did_not_run_are_named(morning: tuple[OpenConsole, str]) -> None:
    console, number = morning
    text = shown(console.get(f"/clip/{number}")).text
    assert "text in images: not available" in text


def test_evidence_of_a_sign_and_other_stills_are_shown_by_their_addresses(morning: tuple[OpenConsole, str]) -> None:
    console, number = morning
    seen = shown(console.get(f"/clip/{number}"))
    stills = seen.all_of("img", "src")
    assert len(stills) == 2
    assert {console.browser.get(one).headers["content-type"] for one in stills} == {"image/jpeg"}
    assert "still at 0:01.0" in seen.text


def test_a_key_of_a_post_names_it_too_and_other_posts_of_the_clip_are_linked(tmp_path: Path) -> None:
    again = replace(a_post("again.mp4", INSIDE, content="morning.mp4", post=Post(url="https://other.example/2")))
    with open_console(tmp_path, [MORNING, again]) as console:
        number = console.findings["morning.mp4"].number
        first = shown(console.get(f"/clip/{number}"))
        (other,) = [one for one in first.all_of("a", "href") if re.fullmatch("/clip/[0-9a-f]{64}", one)]
        page = shown(console.get(other))
        (back,) = [one for one in page.all_of("a", "href") if re.fullmatch("/clip/[0-9a-f]{64}", one)]
    assert "Other posts of this clip" in first.text
    paths = {"morning.mp4", "again.mp4"}
    assert {one for one in paths if f" {one} " in f"{first.text} "} == paths
    assert back != other


def test_decisions_are_shown_at_once_with_their_history(tmp_path: Path) -> None:
    with open_console(tmp_path, [MORNING]) as console:
        number = console.findings["morning.mp4"].number
        console.get(f"/clip/{number}")
        decisions.decide([number], case=console.case, state="confirmed", why="gate <b>seen</b>", by="Salim", until=None)
        decisions.undo([number], case=console.case, why=None, by="Salim")
        decisions.decide([number], case=console.case, state="confirmed", why="again", by="Layla", until=None)
        page = console.get(f"/clip/{number}")
        seen = shown(page)
    assert "from open to confirmed" in seen.text
    assert "gate <b>seen</b>" in seen.text
    assert "takes back change 1" in seen.text
    assert "confirmed by Layla: again" in seen.text.lower().replace("layla", "Layla")
    assert re.findall(r'<li value="(\d+)">', page) == ["1", "2", "3"]
    assert "takedown_requested" in seen.all_of("button", "value")
    assert "acknowledged" not in seen.all_of("button", "value")


def test_a_purged_post_keeps_its_history_and_says_what_is_missing(tmp_path: Path) -> None:
    with open_console(tmp_path, [MORNING]) as console:
        number = console.findings["morning.mp4"].number
        decisions.decide([number], case=console.case, state="dismissed", why="training film", by="Salim", until=None)
        purge("1d", case=console.case, at=datetime(2099, 1, 1, tzinfo=UTC))
        seen = shown(console.get(f"/clip/{number}"))
        stills = console.browser.get(f"/clip/{number}/map.json")
    assert "was purged on" in seen.text
    assert "training film" in seen.text
    assert "FALCON CAMP" not in seen.text
    assert seen.all_of("img", "src") == []
    assert stills.status_code == 404


def test_sites_that_changed_since_the_scan_are_said(tmp_path: Path) -> None:
    with open_console(tmp_path, [MORNING]) as console:
        number = console.findings["morning.mp4"].number
        assert "opsec rematch" not in console.get(f"/clip/{number}")
    moved = replace(SITE, fences=(square_fence(35.0, 45.0, 35.01, 45.01),), names={"en": ("Other",)}, weak_names=())
    (tmp_path / "moved").mkdir()
    with open_console(tmp_path / "moved", [MORNING], [moved]) as console:
        scan_posts(console.case, [MORNING])  # with the sites as they are now, unlike those of the console
        assert "opsec rematch" in console.get(f"/clip/{number_of(console.case)}")


def number_of(case: str) -> str:
    with sqlite3.connect(case) as connection:
        return str(connection.execute("SELECT number FROM findings").fetchone()[0])


@pytest.mark.parametrize(
    "name",
    ["0123456789", "f" * 64, "zz", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "a" * 5_000, "'; DROP TABLE posts; --"],
)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_unknown_clip_is_one_sentence(morning: tuple[OpenConsole, str], name: str, lang: Lang) -> None:
    console, _number = morning
    answer = console.browser.get(f"/clip/{name}?lang={lang}")
    assert answer.status_code == 404
    assert console.browser.get(f"/clip/{name}/map.json").status_code == 404
    sentences = re.findall(r'role="alert"><p>(.*?)</p>', answer.text)
    assert len(sentences) == 1
    assert len(sentences[0]) < 300
    shown(answer.text)


def test_a_damaged_case_gives_no_page(tmp_path: Path) -> None:
    with open_console(tmp_path, [MORNING]) as console:
        number = console.findings["morning.mp4"].number
        with sqlite3.connect(console.case) as connection:
            connection.execute("UPDATE posts SET last_seen_at = 'yesterday'")
        answer = console.browser.get(f"/clip/{number}?lang=en")
    assert answer.status_code == 500
    assert "FALCON" not in answer.text
    assert "damaged" in answer.text


# ── hostile posts ─────────────────────────────────────────────────────────────────────────────
def hostile_post(name: str, text: str) -> ReadPost:
    """A flagged post with this text wherever a post, a file or a reading process can put text."""
    short = text[:200]
    sign = text_hint(f"{short} FALCON CAMP", "sign", id="", family="SIGN", at_s=1.0, picture=a_picture())
    facts = Post(author=short, caption=text, posted_at=short[:40], recorded_at=short[:40], url=short)
    named = text_hint(f"{text[:900]} معسكر الصقر", short[:150], id="")
    other = text_hint(short, "sign", id="", family="SIGN", at_s=2.0, picture=a_picture())  # names no site
    return a_post(f"{name}/{short}.mp4", INSIDE, sign, other, named, caption=text, content=name, post=facts)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[OpenConsole, dict[str, str]]]:
    """A console over all hostile posts, and the number of the finding of each."""
    site = replace(SITE, names={"en": ("Falcon Camp", HOSTILE["script"], HOSTILE["override"]), "ar": ("معسكر الصقر",)})
    posts = [hostile_post(name, text) for name, text in HOSTILE.items()]
    with open_console(tmp_path_factory.mktemp("hostile"), posts, [site]) as console:
        yield console, {path.split("/")[0]: one.number for path, one in console.findings.items()}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_hostile_text_is_inert_everywhere(hostile: tuple[OpenConsole, dict[str, str]], lang: Lang, name: str) -> None:
    console, numbers = hostile
    page = console.get(f"/clip/{numbers[name]}", lang)
    shapes = console.get(f"/clip/{numbers[name]}/map.json", lang)
    shown(page)
    assert len(page.encode()) < 300_000
    assert json.loads(shapes)["features"]
    assert not any(control in shapes for control in "\x1b\u202e")


UNSAFE_LINKS = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "//evil.example/x",
    "https://e.example/\u202ex",
    " https://e.example",
)


def test_only_a_plain_web_address_is_a_link(tmp_path: Path) -> None:
    posts = [a_post(f"{number}.mp4", INSIDE, post=Post(url=url)) for number, url in enumerate(UNSAFE_LINKS)]
    plain = a_post("plain.mp4", INSIDE, post=Post(url="https://video.example/p/1"))
    with open_console(tmp_path, [*posts, plain]) as console:
        links = {
            path: [
                one
                for one in shown(console.get(f"/clip/{found.number}")).all_of("a", "href")
                if not one.startswith(("/", "#"))
            ]
            for path, found in console.findings.items()
        }
    assert links == {post.path: [] for post in posts} | {"plain.mp4": ["https://video.example/p/1"]}


@pytest.mark.slow
def test_a_huge_post_gives_a_page_of_bounded_size_that_says_what_is_left_out(tmp_path: Path) -> None:
    hints = [replace(INSIDE, field=f"point {n}", point=Point(31.005, 42.0 + n / 1e6)) for n in range(4_900)]
    stills = [replace(FRAME, at_s=float(n), picture=replace(a_picture(), width_px=n + 1)) for n in range(40)]
    comments = [text_hint("معسكر الصقر " * 50, "comment", id="") for _number in range(40)]
    post = a_post("huge.mp4", *hints, *comments, caption="معسكر الصقر " + "ا" * 99_000)
    beside = replace(a_post("beside", *hints, *stills).parts[0], role="sidecar", kind="info_json")
    whole = replace(post, parts=(*post.parts, beside))
    assert sum(len(part.reading.hints) for part in whole.parts) > 9_800
    with open_console(tmp_path, [whole]) as console:
        number = next(iter(console.findings.values())).number
        page = console.get(f"/clip/{number}")
        features = json.loads(console.get(f"/clip/{number}/map.json"))["features"]
    seen = shown(page)
    assert len(page.encode()) < 400_000
    assert page.count('<div class="match">') == MAX_EVIDENCE
    assert "weaker pieces of evidence are not shown" in seen.text
    assert f"first {MAX_FIELD_LINES} lines" in seen.text
    assert "more positions are not drawn" in seen.text
    assert f"The last {len('معسكر الصقر ') + 99_000 - MAX_CAPTION_LENGTH:,} characters are not shown" in seen.text
    assert len([one for one in features if one["properties"]["kind"] == "position"]) == MAX_POSITIONS
    assert len(page.split('<div class="stills">')[-1].split("</div>")[0].split("<img ")) - 1 <= 2 * MAX_STILLS


# ── the map ───────────────────────────────────────────────────────────────────────────────────
def test_the_features_of_the_map_are_geojson_with_errors_zones_and_tracks(tmp_path: Path) -> None:
    gate = square_fence(31.000, 42.004, 31.001, 42.006, role="zone", name="North gate", zone_class="gate")
    site = make_site(fences=(*SITE.fences, gate))
    fixes = tuple(Fix(float(n), Point(31.002 + n / 1e5, 42.003), heading_deg=90.0) for n in range(900))
    track = Hint(kind="track", family="META", reader="test", field="gpmd", fixes=fixes)
    far = position_hint(10.0, 20.0, id="", field="EXIF GPS far", heading_deg=45.0)
    with open_console(tmp_path, [a_post("a.mp4", INSIDE, track, far)], [site]) as console:
        number = console.findings["a.mp4"].number
        page = console.get(f"/clip/{number}")
        answer = console.browser.get(f"/clip/{number}/map.json")
    assert answer.headers["content-type"] == "application/geo+json"
    found: dict[str, list[dict[str, Any]]] = {}
    for one in answer.json()["features"]:
        found.setdefault(one["properties"]["kind"], []).append(one)
    assert found["fence"][0]["geometry"]["coordinates"][0][0][0] == [42.0, 31.0]
    assert found["zone"][0]["properties"] == {
        "kind": "zone",
        "label": "North gate, gate",
        "matched": False,
        "zone": "gate",
    }
    near = next(one for one in found["position"] if one["properties"]["matched"])
    assert near["geometry"] == {"type": "Point", "coordinates": [42.004, 31.005]}
    assert near["properties"]["accuracy_m"] == 12.0
    assert [one["properties"]["matched"] for one in found["position"]].count(False) == 1
    assert len(found["track"][0]["geometry"]["coordinates"]) == 400
    (start, end) = found["heading"][0]["geometry"]["coordinates"]
    assert start[0] < end[0]
    assert start[1] < end[1]
    assert "1 position is outside this plan." in shown(page).text
    assert 'class="over-matched"' in page
    assert 'class="over-track"' in page


def test_a_post_without_a_site_has_a_page_without_a_map(tmp_path: Path) -> None:
    quiet: ReadPost = a_post("quiet.mp4", position_hint(10.0, 20.0, id=""), caption="a quiet day")
    with open_console(tmp_path, [quiet]) as console:
        with open_case(console.case) as case_file, case_file.transactions.read() as connection:
            (key,) = connection.exec_driver_sql("SELECT key FROM posts").scalars()
        seen = shown(console.get(f"/clip/{key}"))
    assert "No piece of evidence points to one of your sites." in seen.text
    assert "a quiet day" in seen.text
    assert "/decide" not in seen.all_of("form", "action")
    assert "10.000000, 20.000000" in seen.text
