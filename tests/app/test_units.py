"""Bundles of units: every total right whatever the order and number of imports, and nothing forged counts."""

import csv
import io
import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.app.bundle_export import check_bundle_name, export_week
from opsec.app.bundle_import import Imported, import_bundles
from opsec.app.unit_bundle import PayloadError, decode_payload, encode_payload
from opsec.app.units_week import sum_units, units_week
from opsec.casefile.case_file import open_case
from opsec.casefile.iso_week import Week
from opsec.casefile.serialisation import utc_text
from opsec.errors import CaseError, KeysError, UsageError
from opsec.i18n.messages import render
from opsec.keys.own_key import OwnKey, new_own_key
from opsec.keys.public_key import PublicKey
from opsec.keys.sealed_bundle import seal
from opsec.keys.trusted_keys import TrustedKey, forget, trust, trusted_keys
from opsec.model.audit import AuditMark, find_marks
from opsec.model.unit_week import CellCount, StoredBundle, UnitNumbers, UnitWeek, Withheld
from opsec.reports.units_page import render_units_page, summary_lines
from opsec.reports.units_tables import render_units_csv, render_units_json

WEEK = Week.parse("2026-W47")
NOW = WEEK.ends + timedelta(days=1)
ZERO = UnitNumbers(
    clips=0, flagged=0, findings=0, act_now=0, online=0, removed=0, hidden=0, not_fully_checked=0, by_group={}
)


def numbers(clips: int, **sites: int | Withheld) -> UnitNumbers:
    """Clips, all of them flagged, with findings by site code."""
    cells = tuple(CellCount(key=code, findings=count) for code, count in sites.items())
    return replace(ZERO, clips=clips, flagged=clips, findings=clips, by_group={"damaged": clips}, sites=cells)


SUNDAY, MONDAY = 6, 0


def a_week(
    unit: str = "unit",
    *,
    sequence: int = 1,
    at: datetime = NOW,
    of: UnitNumbers = ZERO,
    first_weekday: int | None = SUNDAY,
) -> UnitWeek:
    return UnitWeek(
        unit=unit,
        week=str(WEEK),
        first_weekday=first_weekday,
        sequence=sequence,
        made_at=utc_text(at),
        program="0.1.0",
        audit_count=7,
        audit_head="a" * 64,
        numbers=of,
    )


# ── the payload ───────────────────────────────────────────────────────────────────────────────
def test_a_payload_is_canonical_and_read_again() -> None:
    week = a_week(of=numbers(3, F7=2))
    assert decode_payload(encode_payload(week)) == week
    assert encode_payload(week) == encode_payload(decode_payload(encode_payload(week)))
    assert b" " not in encode_payload(week)


def changed(**values: object) -> bytes:
    return json.dumps(json.loads(encode_payload(a_week())) | values).encode()


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"[]",
        b"[" * 100_000,
        b'{"kind": "x"}',
        changed(sequence=0),
        changed(sequence=True),
        changed(sequence=10**9),
        changed(week="2026-W60"),
        changed(week="2026-W47\n"),
        changed(made_at="2026-13-45T00:00:00Z"),
        changed(unit="x" * 81),
        changed(caption="we are at the gate"),
        changed(schema_version="1"),
        changed(schema_version=0),
        changed(numbers={"clips": -1}),
        changed(audit={"count": 1, "head": "x"}),
        changed(first_weekday=7),
        changed(first_weekday=None),
        changed(schema_version=1),
    ],
    ids=range(19),
)
def test_a_payload_outside_its_bounds_is_refused(payload: bytes) -> None:
    with pytest.raises(PayloadError) as caught:
        decode_payload(payload)
    assert caught.value.code == "bad_content"


def test_a_payload_of_a_newer_version_is_distinguished() -> None:
    with pytest.raises(PayloadError) as caught:
        decode_payload(changed(schema_version=3, anything=1))
    assert (caught.value.code, caught.value.week) == ("newer_version", "2026-W47")


def test_a_payload_of_the_first_version_is_read() -> None:
    record = json.loads(changed(schema_version=1))
    del record["first_weekday"]
    assert decode_payload(json.dumps(record).encode()) == a_week(first_weekday=None)


# ── the sums ──────────────────────────────────────────────────────────────────────────────────
UNITS = tuple(TrustedKey(PublicKey(f"unit {n}", bytes([n] * 32), "age1"), "unit") for n in range(4))


def stored(week: UnitWeek, *, times: int = 1, signer: str | None = None) -> StoredBundle:
    key = next(one for one in UNITS if one.name == week.unit)
    payload = encode_payload(week)
    return StoredBundle(
        week=week,
        signer=signer or key.public.fingerprint,
        payload_sha256=f"{hash(payload) % 2**64:064x}",
        imported_at=utc_text(NOW),
        times=times,
    )


a_count = st.integers(0, 50)
a_bundle = st.builds(
    lambda unit, sequence, minutes, clips, first, second, times: stored(
        a_week(
            f"unit {unit}",
            sequence=sequence,
            at=NOW + timedelta(minutes=minutes),
            of=numbers(clips, **{code: n for code, n in (("F7", first), ("H2", second)) if n}),
        ),
        times=times,
    ),
    st.integers(0, 3),
    st.integers(1, 3),
    st.integers(0, 3),
    a_count,
    a_count,
    a_count,
    st.integers(1, 3),
)


@given(st.lists(a_bundle, max_size=12, unique_by=lambda one: one.payload_sha256), st.randoms(use_true_random=False))
def test_totals_are_right_under_every_permutation(bundles: list[StoredBundle], shuffler: random.Random) -> None:
    shuffled = bundles[:]
    shuffler.shuffle(shuffled)
    found = sum_units(WEEK, bundles, (), UNITS, NOW)
    assert sum_units(WEEK, shuffled, (), UNITS[::-1], NOW) == found
    best: dict[str, StoredBundle] = {}  # an own way to the same answer: the greatest of each unit
    for one in bundles:
        earlier = best.get(one.week.unit)
        if earlier is None or _rank(one) > _rank(earlier):
            best[one.week.unit] = one
    assert found.totals.clips == sum(one.week.numbers.clips for one in best.values())
    assert found.totals.by_group.get("damaged", 0) == found.totals.clips
    of_f7: list[Any] = [cell.findings for one in best.values() for cell in one.week.numbers.sites if cell.key == "F7"]
    site = next((one for one in found.sites if one.key == "F7"), None)
    assert (site.at_most, site.at_least) == (sum(of_f7), max(of_f7)) if site else not of_f7
    assert len({one.key for one in found.sites}) == len(found.sites)
    assert {line.unit for line in found.units if line.state == "missing"} == {one.name for one in UNITS} - best.keys()


def _rank(one: StoredBundle) -> tuple[int, str, str]:
    return one.week.sequence, one.week.made_at, one.payload_sha256


def test_each_state_is_shown() -> None:
    due = NOW
    bundles = [
        stored(a_week("unit 0", of=numbers(1)), times=3),
        stored(a_week("unit 1", of=numbers(10), at=due + timedelta(seconds=1))),
        stored(a_week("unit 2", of=numbers(100))),
        stored(a_week("unit 2", of=numbers(1000), sequence=2, at=due + timedelta(days=9))),
    ]
    found = sum_units(WEEK, bundles, (), UNITS, due)
    assert [line.state for line in found.units] == ["on_time", "late", "on_time", "missing"]
    assert [line.repeated for line in found.units] == [2, 0, 0, 0]
    assert [line.corrected for line in found.units] == [0, 0, 1, 0]
    assert found.totals.clips == 1011


def test_a_week_that_begins_on_another_day_is_shown_and_not_added() -> None:
    bundles = [
        stored(a_week("unit 0", of=numbers(1, F7=1))),
        stored(a_week("unit 1", of=numbers(10, F7=10), first_weekday=MONDAY)),
        stored(a_week("unit 2", of=numbers(100, F7=100), first_weekday=None)),
    ]
    found = sum_units(WEEK, bundles, (), UNITS[:3], NOW)
    assert [line.state for line in found.units] == ["on_time"] * 3
    assert [line.first_weekday for line in found.units] == [None, MONDAY, None]
    assert found.totals.clips == 101
    assert [(site.at_least, site.at_most) for site in found.sites] == [(100, 101)]
    page = [render(line, "en") for line in summary_lines(found)]
    assert "Not in the sums, as their weeks begin on another day: unit 1." in page
    assert "  its week begins on Monday: not in the sums" in page
    assert "  made by an older version: on which day its week begins is not known" in page


@pytest.mark.parametrize("name", ["csv", "json", "html"])
def test_every_form_has_the_mark_of_commands_audit_trail(name: str) -> None:
    found = sum_units(WEEK, [stored(a_week("unit 0", first_weekday=MONDAY))], (), UNITS[:2], NOW)
    mark = AuditMark(12, "b" * 64, "", "")
    forms = {
        "csv": lambda: render_units_csv(found, mark),
        "json": lambda: render_units_json(found, mark),
        "html": lambda: render_units_page(found, mark, "en"),
    }
    assert find_marks(forms[name]().decode("utf-8-sig")) == [mark]
    rows = list(csv.DictReader(io.StringIO(render_units_csv(found, mark).decode("utf-8-sig"))))
    assert [(row["unit"], row["first_weekday"], row["is_summed"]) for row in rows] == [
        ("unit 0", "0", "0"), ("unit 1", "", "0"), ("TOTAL", "", ""),
    ]  # fmt: skip


def test_an_arabic_page_has_the_digits_of_the_setting_and_dates_in_words() -> None:
    found = sum_units(WEEK, [stored(a_week("unit 0", of=numbers(1_204, F7=45)))], (), UNITS[:2], NOW)
    page = render_units_page(found, AuditMark(9, "d" * 64, "", ""), "ar", "arabic-indic").decode()
    body = re.sub("<[^>]*>|[\u2066-\u2069]", " ", page[page.index("<header>") :])
    for words in ("١٥ تشرين الثاني ٢٠٢٦", "١٬٢٠٤", "٤٥"):
        assert words in body, words
    codes = re.compile(r"2026-W47|unit \d|opsec[a-z0-9-]*:\S+|opsec \S+|F7")
    assert re.findall(r"[0-9]+", codes.sub("", body)) == []


def test_two_reports_with_one_number_are_shown_and_the_later_counts() -> None:
    bundles = [stored(a_week("unit 0", of=numbers(5))), stored(a_week("unit 0", of=numbers(7), at=NOW + timedelta(1)))]
    found = sum_units(WEEK, bundles, (), UNITS, NOW)
    assert found.units[0].contradicted
    assert found.totals.clips == 7


def test_a_base_that_two_units_watch_is_one_base() -> None:
    bundles = [stored(a_week("unit 0", of=numbers(9, F7=5))), stored(a_week("unit 1", of=numbers(9, F7=3, H2=1)))]
    found = sum_units(WEEK, bundles, (), UNITS, NOW)
    assert [(site.key, site.at_least, site.at_most, len(site.units)) for site in found.sites] == [
        ("F7", 5, 8, 2),
        ("H2", 1, 1, 1),
    ]


def test_withheld_counts_widen_the_range() -> None:
    few, many = numbers(9, F7="<3", H2=">=3"), numbers(1, F7="<3")
    found = sum_units(WEEK, [stored(a_week("unit 0", of=few)), stored(a_week("unit 1", of=many))], (), UNITS, NOW)
    assert [(site.key, site.at_least, site.at_most) for site in found.sites] == [("H2", 3, 9), ("F7", 0, 3)]


def test_what_a_key_signed_that_is_no_longer_trusted_does_not_count() -> None:
    forgotten = stored(a_week("unit 3", of=numbers(5)))
    replaced = stored(a_week("unit 0", of=numbers(7)), signer="of a key that was stolen")
    found = sum_units(WEEK, [forgotten, replaced], (), UNITS[:3], NOW)
    assert found.totals == ZERO
    assert found.strangers == ("unit 0", "unit 3")
    former = replace(UNITS[0], former=("of a key that was stolen",))
    assert sum_units(WEEK, [replaced], (), (former,), NOW).totals.clips == 7


# ── files ─────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class World:
    """Units and a command that trust each other."""

    folder: Path
    units: tuple[OwnKey, ...]
    command: OwnKey

    @property
    def keys(self) -> Path:
        return self.folder / "command"

    @property
    def case(self) -> str:
        return str(self.folder / "command.db")

    def write(self, name: str, week: UnitWeek | bytes, by: OwnKey, to: OwnKey | None = None) -> Path:
        payload = week if isinstance(week, bytes) else encode_payload(week)
        path = self.folder / "stick" / f"{name}.opsec"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(seal(payload, by, (to or self.command).public.recipient))
        return path

    def read(self, *paths: Path) -> Imported:
        return import_bundles(paths or [self.folder / "stick"], case=self.case, keys=self.keys, at=NOW)


@pytest.fixture(scope="module")
def make_world(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], World]:
    def make(count: int) -> World:
        folder = tmp_path_factory.mktemp("world")
        command = new_own_key(folder / "command", "command")
        units = tuple(new_own_key(folder / f"unit-{n}", f"unit {n:02}") for n in range(count))
        for unit in units:
            trust(folder / "command", unit.public, name=None, role="unit")
        return World(folder, units, command)

    return make


def test_twenty_units_are_summed_up(make_world: Callable[[int], World]) -> None:
    world = make_world(20)
    for n, unit in enumerate(world.units):
        world.write(f"{n:02}", a_week(unit.public.name, of=numbers(n + 1, F7=n + 1)), unit)
    done = world.read()
    assert (done.new, done.again, done.refused) == (20, 0, ())
    assert world.read().again == 20
    found = units_week(WEEK, case=world.case, keys=world.keys)
    assert [line.state for line in found.units] == ["on_time"] * 20
    assert found.totals.clips == sum(range(1, 21))
    assert [(site.at_least, site.at_most) for site in found.sites] == [(20, 210)]


def test_what_is_wrong_is_refused_with_one_sentence_and_the_rest_is_summed(make_world: Callable[[int], World]) -> None:
    world = make_world(3)
    first, second, third = world.units
    stranger = new_own_key(world.folder / "stranger", "unit 00")
    world.write("a", a_week("unit 00", of=numbers(5)), first)
    flipped = world.write("b", a_week("unit 01", of=numbers(7)), second)
    data = bytearray(flipped.read_bytes())
    data[-100] ^= 1
    flipped.write_bytes(data)
    world.write("c", a_week("unit 00", of=numbers(11)), stranger)
    world.write("d", changed(schema_version=99), third)
    world.write("e", replace(a_week(), week="2027-W20"), third)
    world.write("f", a_week(at=NOW + timedelta(days=30)), third)
    world.write("g", a_week(of=numbers(13)), second, to=stranger)
    world.write("h", b"{}", third)
    (world.folder / "stick" / "i.opsec").write_bytes(b"")
    done = world.read()
    sentences = [render(message, "en") for message in done.refused]
    assert done.new == 1
    assert [Path(sentence.split(".opsec")[0]).name for sentence in sentences] == list("bcdefghi")
    for word, sentence in zip(
        (
            "damaged",
            "not trusted",
            "newer version",
            "not begun",
            "in the future",
            "another key",
            "unexpected",
            "damaged",
        ),
        sentences,
        strict=True,
    ):
        assert word in sentence
    found = units_week(WEEK, case=world.case, keys=world.keys)
    assert found.totals.clips == 5
    assert [line.state for line in found.units] == ["on_time", "missing", "missing"]
    assert found.units[2].refused == ("future_time", "newer_version")
    assert found.refused["not_a_bundle"] == 2
    assert found.refused["unknown_signer"] == 1


def test_a_refused_bundle_counts_once_its_key_is_trusted(make_world: Callable[[int], World]) -> None:
    world = make_world(1)
    late = new_own_key(world.folder / "late", "unit 99")
    path = world.write("late", a_week("unit 99", of=numbers(4)), late)
    assert len(world.read(path).refused) == 1
    trust(world.keys, late.public, name=None, role="unit")
    assert world.read(path).new == 1
    found = units_week(WEEK, case=world.case, keys=world.keys)
    assert (found.totals.clips, dict(found.refused)) == (4, {})
    forget(world.keys, "unit 99")
    assert units_week(WEEK, case=world.case, keys=world.keys).strangers == ("unit 99",)


def test_the_name_in_a_bundle_is_not_believed(make_world: Callable[[int], World]) -> None:
    world = make_world(2)
    world.write("a", a_week("unit 01", of=numbers(4)), world.units[0])
    world.read()
    found = units_week(WEEK, case=world.case, keys=world.keys)
    assert [line.state for line in found.units] == ["on_time", "missing"]


def test_a_key_of_a_command_reports_no_unit(make_world: Callable[[int], World]) -> None:
    world = make_world(1)
    other = new_own_key(world.folder / "other", "other command")
    trust(world.keys, other.public, name=None, role="command")
    (refused,) = world.read(world.write("a", a_week(of=numbers(4)), other)).refused
    assert "as that of a unit" in render(refused, "en")


def test_an_edited_case_file_gives_no_report(make_world: Callable[[int], World]) -> None:
    world = make_world(1)
    world.write("a", a_week("unit 00", of=numbers(4)), world.units[0])
    world.read()
    with open_case(world.case) as case_file, case_file.transactions.write() as connection:
        connection.exec_driver_sql("UPDATE unit_bundles SET payload = CAST('{}' AS BLOB)")
    with pytest.raises(CaseError, match="damaged"):
        units_week(WEEK, case=world.case, keys=world.keys)


def test_without_a_trusted_unit_nothing_is_expected(make_world: Callable[[int], World]) -> None:
    world = make_world(0)
    open_case(world.case).close()
    with pytest.raises(KeysError, match="none is expected"):
        units_week(WEEK, case=world.case, keys=world.keys)


# ── export ────────────────────────────────────────────────────────────────────────────────────
def test_each_export_of_a_week_is_a_correction(make_world: Callable[[int], World]) -> None:
    world = make_world(1)
    case, keys = str(world.folder / "unit.db"), world.folder / "unit-0"
    open_case(case).close()
    trust(keys, world.command.public, name=None, role="command")
    paths = []
    for n in (1, 2):
        paths.append(world.folder / f"{n}.opsec")
        assert export_week(WEEK, paths[-1], case=case, keys=keys, at=NOW).sequence == n
    assert world.read(*paths[::-1]).new == 2
    (line,) = units_week(WEEK, case=world.case, keys=world.keys).units
    assert line.counted is not None
    assert (line.counted.week.sequence, line.corrected, line.contradicted) == (2, 1, False)
    assert line.counted.week.audit_count == 1  # the trail as it was before this bundle was issued


def test_a_bundle_that_was_not_written_was_not_issued(make_world: Callable[[int], World]) -> None:
    world = make_world(1)
    case, keys = str(world.folder / "unit.db"), world.folder / "unit-0"
    open_case(case).close()
    with pytest.raises(KeysError):
        export_week(WEEK, world.folder / "a.opsec", case=case, keys=keys, at=NOW)
    trust(keys, world.command.public, name=None, role="command")
    with pytest.raises(UsageError, match="not begun"):
        export_week(Week.parse("2031-W01"), world.folder / "a.opsec", case=case, keys=keys, at=NOW)
    assert export_week(WEEK, world.folder / "a.opsec", case=case, keys=keys, at=NOW).sequence == 1


def test_a_bundle_holds_counts_and_codes_alone(make_world: Callable[[int], World]) -> None:
    world = make_world(1)
    case, keys = str(world.folder / "unit.db"), world.folder / "unit-0"
    open_case(case).close()
    trust(keys, world.command.public, name=None, role="command")
    export_week(WEEK, world.folder / "a.opsec", case=case, keys=keys, at=NOW)
    data = (world.folder / "a.opsec").read_bytes()
    plain = pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(world.command.identity)])
    record = json.loads(plain[plain.index(b'{"audit"') :].rstrip(b"\0"))
    assert set(record) == {
        "kind",
        "schema_version",
        "unit",
        "week",
        "first_weekday",
        "sequence",
        "made_at",
        "program",
        "audit",
        "numbers",
    }
    assert trusted_keys(keys)[0].name == "command"


def test_a_bundle_has_the_ending_that_folders_are_searched_for() -> None:
    check_bundle_name(Path("a.opsec"))
    with pytest.raises(UsageError, match=r"must end in \.opsec"):
        check_bundle_name(Path("a.age"))


def test_the_notes_of_macos_are_no_bundles_and_capitals_are(make_world: Callable[[int], World], tmp_path: Path) -> None:
    world, stick = make_world(1), tmp_path / "stick"
    stick.mkdir()
    path = world.write("a", a_week("unit 00"), world.units[0])
    (stick / "A.OPSEC").write_bytes(path.read_bytes())
    (stick / "._A.OPSEC").write_bytes(b"Mac OS X")
    done = world.read(stick)
    assert (done.new, done.refused) == (1, ())


def test_a_folder_that_cannot_be_listed_is_one_sentence(
    make_world: Callable[[int], World], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_self: Path) -> None:
        raise PermissionError(13, "Permission denied")

    world = make_world(1)
    monkeypatch.setattr(Path, "iterdir", refused)
    with pytest.raises(UsageError, match="cannot be opened"):
        world.read(tmp_path)


def test_the_longest_code_of_a_site_is_in_bounds() -> None:
    week = a_week(of=numbers(3, **{"F" * 200: 3}))
    assert decode_payload(encode_payload(week)) == week


def test_an_import_of_nothing_is_an_error(make_world: Callable[[int], World], tmp_path: Path) -> None:
    world = make_world(1)
    for path in (tmp_path, tmp_path / "none.opsec"):
        with pytest.raises(UsageError):
            world.read(path)


def test_clocks_may_differ_by_a_day(make_world: Callable[[int], World]) -> None:
    world = make_world(1)
    path = world.write("a", a_week("unit 00", at=NOW + timedelta(hours=23)), world.units[0])
    assert world.read(path).new == 1
    path = world.write("b", a_week("unit 00", at=NOW + timedelta(hours=25)), world.units[0])
    assert len(world.read(path).refused) == 1
