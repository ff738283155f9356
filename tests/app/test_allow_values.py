"""What an allow rule allows, as it is typed: what is accepted, and what the sentence names of everything else."""

import pytest

from opsec.app.allow_values import MAX_RADIUS_M, parse_rule
from opsec.errors import UsageError
from opsec.i18n.messages import LANGUAGES, Lang, render

SHA256 = "AB" * 32


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("account=@Press_Office ", ("account", "press_office")),
        (f"hash={SHA256}", ("hash", SHA256.lower())),
        (" Site = F-07 ", ("site", "F-07")),
        ("place=33.3, 44.4, 500", ("place", "33.3,44.4,500.0")),
        (f"place=-90,180,{MAX_RADIUS_M}", ("place", f"-90.0,180.0,{MAX_RADIUS_M}")),
        ("zone=F-07/gate", ("zone", "F-07/gate")),
    ],
)
def test_what_is_accepted(typed: str, stored: tuple[str, str]) -> None:
    assert parse_rule(typed) == stored


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("typed", "english"),
    [
        ("ip=1.2.3.4", "write account=NAME"),
        ("account", "account= needs a value"),
        ("account=@", "account= needs a value"),
        ("zone= ", "zone= needs a value"),
        ("hash=abc", "hash=abc is not a SHA-256"),
        (f"hash={SHA256}0", "64 digits"),
        ("place=33.1234,44.5", "three numbers"),
        ("place=33.1234,44.5,x", "three numbers"),
        ("place=200,44.5,500", "latitude"),
        ("place=nan,44.5,500", "latitude"),
        ("place=33.1234,inf,500", "longitude"),
        ("place=0,0,500", "no position was known"),
        ("place=33.1234,44.5,0", "radius"),
        ("place=33.1234,44.5,nan", "radius"),
        ("place=33.1234,44.5,10001", "at most 10,000 metres"),
        ("site=" + "x" * 3000, "--allow"),
    ],
)
def test_the_sentence_names_what_is_wrong_and_no_coordinate(typed: str, english: str, lang: Lang) -> None:
    with pytest.raises(UsageError) as caught:
        parse_rule(typed)
    sentence = render(caught.value.message, lang)
    assert english in sentence or lang != "en"
    assert "33.1234" not in sentence
    assert len(sentence) < 250
