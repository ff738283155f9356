"""A unit's bundle and the report of all units give nothing away but counts, codes and the names of the keys."""

import json
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest

from opsec.app.bundle_export import export_week
from opsec.app.bundle_import import import_bundles
from opsec.app.units_week import units_week
from opsec.casefile.case_file import open_case
from opsec.casefile.week_data import WeekOptions
from opsec.i18n.messages import LANGUAGES, render
from opsec.keys.own_key import OwnKey, new_own_key
from opsec.keys.trusted_keys import trust
from opsec.model.audit import AuditMark
from opsec.reports.units_page import render_units_page, summary_lines
from opsec.reports.units_tables import render_units_csv, render_units_json
from tests.app.test_weekly_editions import AT, MADE, WEEK, kinds_in, secrets
from tests.casefile.made_weeks import SITES, fill_case

Outputs = dict[str, bytes]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("unit") / "case.db"
    with open_case(str(path)) as opened:
        fill_case(opened, MADE)
    return path


@pytest.fixture(scope="module")
def outputs(case: Path, tmp_path_factory: pytest.TempPathFactory) -> Outputs:
    """The payload of the bundle, every form of the report of all units, and the names of the files."""
    folder = tmp_path_factory.mktemp("stick")
    command, unit = new_own_key(folder / "command", "command"), new_own_key(folder / "unit", "U-04")
    trust(folder / "command", unit.public, name=None, role="unit")
    trust(folder / "unit", command.public, name=None, role="command")
    bundle, at = folder / f"{WEEK}.opsec", AT + timedelta(hours=1)
    export_week(WEEK, bundle, case=str(case), keys=folder / "unit", options=WeekOptions(sites=SITES), at=at)
    import_bundles([bundle], case=str(folder / "command.db"), keys=folder / "command", at=at)
    found = units_week(WEEK, case=str(folder / "command.db"), keys=folder / "command")
    assert found.totals.findings > 10
    mark = AuditMark(3, "c" * 64, "", "")
    made = {"bundle": _payload(bundle, command), "csv": render_units_csv(found, mark)}
    made["json"] = render_units_json(found, mark)
    for lang in LANGUAGES:
        made[f"{lang}.html"] = render_units_page(found, mark, lang)
        made[f"{lang}.txt"] = "\n".join(render(line, lang) for line in summary_lines(found)).encode()
    made["names of files"] = "\n".join(path.name for path in folder.rglob("*")).encode()
    return made


def _payload(bundle: Path, command: OwnKey) -> bytes:
    plain = pyrage.decrypt(bundle.read_bytes(), [pyrage.x25519.Identity.from_str(command.identity)])
    record = json.loads(plain[plain.index(b'{"audit"') :].rstrip(b"\0"))
    return json.dumps(record, ensure_ascii=False).encode()


def test_nothing_of_a_base_an_account_or_a_clip_is_in_any_byte(case: Path, outputs: Outputs) -> None:
    kinds = secrets(case)
    assert {name: kinds_in(kinds, data) for name, data in outputs.items()} == {name: set() for name in outputs}


def test_the_search_finds_every_kind_of_leak_in_every_form(case: Path, outputs: Outputs) -> None:
    kinds = secrets(case)
    for name, data in outputs.items():
        for kind, words in kinds.items():
            leak = max(words, key=lambda word: (len(word), word))
            text = data.decode("utf-8-sig")
            planted = text[: len(text) // 2] + leak + text[len(text) // 2 :]
            if name in {"json", "bundle"}:
                planted = json.dumps(json.loads(text) | {"leak": leak})
            assert kind in kinds_in(kinds, planted.encode()), (name, kind)
