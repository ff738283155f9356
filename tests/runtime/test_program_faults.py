"""Faults of this program: described without file content, and not trusted from a hostile process."""

import json
import struct
from typing import Any

import pytest

from opsec.i18n.reasons import make_reason
from opsec.runtime.program_faults import describe_fault, fault_of, is_fault_description, is_program_fault
from opsec.text.normalise import normalise

OURS, LIBRARY = "opsec.readers.metadata.exif", "some_library"


def _raised_in(modules: list[str], fault: Exception) -> BaseException:
    """An exception that passed through frames of these modules, the innermost last."""

    def fail() -> None:
        raise fault

    call: Any = fail
    for module in reversed(modules):
        names: dict[str, Any] = {"__name__": module, "call": call, "fault": fault}
        body = "raise fault" if call is fail else "call()"
        exec(compile(f"def next_call():\n    {body}\n", module, "exec"), names)
        call = names["next_call"]
    return _raised(call)


@pytest.mark.parametrize(
    ("modules", "fault", "is_fault"),
    [
        # raised by our own code
        ([OURS], TypeError(), True),
        ([OURS], AttributeError(), True),
        ([OURS], KeyError("x"), True),
        ([OURS], IndexError(), True),
        ([OURS], AssertionError(), True),
        ([OURS], ZeroDivisionError(), True),
        ([OURS], OverflowError(), True),
        (["opsec"], KeyError("x"), True),
        ([LIBRARY, OURS], KeyError("x"), True),  # a library that calls us back
        # raised by our parsers over malformed bytes
        ([OURS], ValueError(), False),
        ([OURS], UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), False),
        ([OURS], struct.error(), False),
        ([OURS], OSError(), False),
        ([OURS], EOFError(), False),
        # raised inside a library over malformed bytes
        ([OURS, LIBRARY], TypeError("int() argument must be a string"), False),
        ([OURS, LIBRARY], KeyError("x"), False),
        ([OURS, LIBRARY], ZeroDivisionError(), False),
        ([OURS, LIBRARY, LIBRARY], TypeError("f() got an unexpected keyword argument 'x'"), False),
        (["opsec_of_another"], KeyError("x"), False),
        # a library that refuses the arguments of our call
        ([OURS, LIBRARY], TypeError("f() got an unexpected keyword argument 'x'"), True),
        ([OURS, LIBRARY], TypeError("f() missing 1 required positional argument: 'x'"), True),
        ([OURS, LIBRARY], TypeError("f() takes exactly 2 arguments (1 given)"), True),
        ([OURS, LIBRARY], TypeError("Argument 'x' has incorrect type (expected int, got str)"), True),
        ([OURS, LIBRARY], ValueError("f() got an unexpected keyword argument 'x'"), False),
        # wherever it was raised
        ([OURS, LIBRARY, LIBRARY], NameError(), True),
        ([OURS, LIBRARY, LIBRARY], ModuleNotFoundError(), True),
        ([OURS, LIBRARY], ImportError("cannot import name 'x' from 'y'"), True),
        ([OURS, LIBRARY], ImportError("failed to map segment from shared object"), False),
    ],
)  # fmt: skip
def test_faults_of_this_program_differ_from_damaged_files(modules: list[str], fault: Exception, is_fault: bool) -> None:
    assert is_program_fault(_raised_in(modules, fault)) is is_fault


def test_real_exceptions_of_a_library_are_judged_by_the_same_rule() -> None:
    names: dict[str, Any] = {"__name__": OURS, "json": json}
    exec("def wrong():\n    json.loads('1', nonsense=1)\ndef damaged():\n    json.loads('{')\n", names)
    assert is_program_fault(_raised(names["wrong"])) is True
    assert is_program_fault(_raised(names["damaged"])) is False


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
def test_a_recorded_fault_can_be_read_back(text: str) -> None:
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
def test_text_of_a_hostile_process_is_not_passed_on(text: str) -> None:
    assert fault_of(make_reason("internal", error=text)) == "?"


def test_other_reasons_are_not_faults() -> None:
    assert fault_of(make_reason("not_read", part="exif", detail="TypeError")) is None
