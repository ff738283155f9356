"""The ablation replaces attributes by name: every name must exist."""

from tests.benchmarks.landmarks.ablation import techniques


def test_every_replaced_attribute_exists() -> None:
    replaced = [(owner, name) for row in techniques() for owner, name, _value in row.replacements]
    assert len(replaced) > 15
    assert [name for owner, name in replaced if not hasattr(owner, name)] == []
