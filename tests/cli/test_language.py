"""Which language a run uses: the option, the variable, the settings, the locale, in this order."""

from pathlib import Path

import pytest

from tests.cli.conftest import Opsec

ARABIC, ENGLISH = "لا يوجد", "case file opsec-case.db does not exist"


@pytest.mark.parametrize(
    ("option", "variables", "expected_message"),
    [
        ([], {}, ARABIC),
        ([], {"LANG": "en_GB.UTF-8"}, ARABIC),
        ([], {"OPSEC_LANG": "en"}, ENGLISH),
        (["--lang", "en"], {}, ENGLISH),
        (["--lang", "ar"], {"OPSEC_LANG": "en"}, ARABIC),
    ],
)
def test_the_settings_file_sets_the_language_unless_an_option_does(
    option: list[str], variables: dict[str, str], expected_message: str, fresh_opsec: Opsec, tmp_path: Path
) -> None:
    (tmp_path / "opsec.toml").write_text('lang = "ar"\n', "utf-8")
    done = fresh_opsec("rematch", *option, **variables)
    assert done.returncode == 2
    assert expected_message in done.stderr
