"""opsec.toml: defaults, and refused values with their messages."""

from pathlib import Path

import pytest

from opsec.errors import SettingsError
from opsec.settings import Settings, load_settings_file


def test_defaults_apply_without_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings_file() == Settings()


def test_paths_are_relative_to_the_settings_file(tmp_path: Path) -> None:
    file = tmp_path / "opsec.toml"
    file.write_text('sites = "ours"\ncase = "week.db"\n', "utf-8")
    settings = load_settings_file(file)
    assert settings.sites == str(tmp_path / "ours")
    assert settings.case == str(tmp_path / "week.db")


def test_a_database_url_is_unchanged(tmp_path: Path) -> None:
    file = tmp_path / "opsec.toml"
    file.write_text('case = "postgresql://db.example/opsec"\n', "utf-8")
    assert load_settings_file(file).case == "postgresql://db.example/opsec"


@pytest.mark.parametrize(
    ("text", "expected_message"),
    [
        ("stes = 'x'", "unknown key stes; did you mean sites?"),
        ("[limits]\nfile_mb = 3", "unknown key limits.file_mb; did you mean file_mib?"),
        ("[limits]\nfile_mib = 0", "limits.file_mib"),
        ("[limits]\nmemory_mib = 'much'", "limits.memory_mib"),
        ("[thresholds]\nreview_likelihood = 0.95", "thresholds"),
        ("sites = ", "not valid TOML"),
        ("[terminal]\nbidi = 'maybe'", "terminal.bidi"),
        ("home = [37.6, 38.5, 29.0, 49.0]", "home must be south, west, north, east"),
        ("home = [29.0, 49.0, 37.6, 38.5]", "home must be south, west, north, east"),
        ("home = [29.0, 38.5, 91.0, 49.0]", "as [29.0, 38.5, 37.6, 49.0]"),
        ("home = [29.0, -181, 37.6, 49.0]", "home must be"),
        ("home = [nan, nan, nan, nan]", "home must be"),
        ("home = [29.0, 38.5]", "home.2"),
    ],
)
def test_an_error_is_one_sentence_with_the_file_and_the_key(text: str, expected_message: str, tmp_path: Path) -> None:
    file = tmp_path / "opsec.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings_file(file)
    assert expected_message in str(caught.value)
    assert str(file) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"\x00"])
def test_a_binary_file_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "opsec.toml"
    file.write_bytes(content)
    with pytest.raises(SettingsError, match="not valid TOML"):
        load_settings_file(file)


def test_a_named_file_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be opened"):
        load_settings_file(tmp_path / "none.toml")


def test_the_fingerprint_depends_only_on_settings_that_change_results() -> None:
    plain = Settings()
    assert plain.sha256() == Settings(case="other.db", lang="ar").sha256()
    assert plain.sha256() != Settings.model_validate({"thresholds": {"review_likelihood": 0.3}}).sha256()
