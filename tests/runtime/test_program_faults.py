"""Faults of this program: described without a word of a file, and never believed from a hostile process."""

import pytest

from opsec.i18n.reasons import make_reason
from opsec.runtime.program_faults import describe_fault, fault_of, is_fault_description
from opsec.text.normalise import normalise


def _raised(call: object) -> BaseException:
    try:
        call()  # type: ignore[operator]
    except Exception as error:  # noqa: BLE001 - whatever it is
        return error
    raise AssertionError


def test_a_description_has_the_type_and_our_line_and_nothing_of_the_message() -> None:
    error = _raised(lambda: normalise(None))  # type: ignore[arg-type]
    text = describe_fault(error)
    assert text.startswith(f"{type(error).__name__} in opsec.text.")
    assert is_fault_description(text)
    assert describe_fault(_raised(lambda: int("Falcon Camp"))) == "ValueError in ?"


@pytest.mark.parametrize("text", ["KeyError in opsec.app.scan:12", "error in opsec.sandbox:1", "ValueError in ?"])
def test_a_recorded_fault_comes_back(text: str) -> None:
    assert fault_of(make_reason("internal", error=text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "TypeError",
        "Falcon in ?",
        "31.005 in opsec.app.scan:1",
        "KeyError in opsec.falcon_camp:1",
        "KeyError in ../x:1",
        "",
    ],
)
def test_words_of_a_hostile_process_are_not_passed_on(text: str) -> None:
    assert fault_of(make_reason("internal", error=text)) == "?"


def test_another_reason_is_no_fault() -> None:
    assert fault_of(make_reason("not_read", part="exif", detail="TypeError")) is None
