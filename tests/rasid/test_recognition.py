"""Entity recognition runs when all of it is there, and says what is missing when not."""

from __future__ import annotations

from pathlib import Path

import pytest

from rasid import recognition, seeds, settings
from streams.errors import Misconfigured

_SAMPLE = Path(__file__).parents[2] / "seeds/sample.yaml"


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    """Files of the model and the packages that run it; each goes from the list when it is there."""
    lacking = recognition.missing(tmp_path)
    assert str(tmp_path / "catalogue.json") in lacking
    assert "torch (rasid[ner])" in lacking
    (tmp_path / "catalogue.json").write_text("{}", encoding="utf-8")
    assert set(lacking) - set(recognition.missing(tmp_path)) == {str(tmp_path / "catalogue.json")}


def test_switched_on_without_its_model_it_refuses_to_start(tmp_path: Path) -> None:
    """The operator asked for it: reading without it would be silent about what it leaves out."""
    chosen = settings.load(_SAMPLE, {"RASID_ENTITY_RECOGNITION": str(tmp_path)})
    with pytest.raises(Misconfigured, match="switched on"):
        seeds.make_reader(chosen)
    seeds.make_reader(settings.load(_SAMPLE, {}))  # off, it asks for nothing
