"""What `rasid doctor` says of the optional entity recognition."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from rasid.doctor import entity_recognition


def test_missing_model_data_is_named_file_by_file(tmp_path: Path) -> None:
    """Without data every file that is missing is named, and that is no fault."""
    found = entity_recognition(tmp_path)
    assert found.verdict == "absent"
    assert all(name in found.detail for name in ("catalogue.json", "arabert/config.json", "model.safetensors"))


def test_model_data_that_is_there_is_not_missed(tmp_path: Path) -> None:
    """With the files in place, the weights in either form, only the packages may still be missing."""
    model = tmp_path / "data/ner/arabert"
    model.mkdir(parents=True)
    for path in (tmp_path / "catalogue.json", model / "config.json", model / "pytorch_model.bin"):
        path.write_text("{}", encoding="utf-8")
    found = entity_recognition(tmp_path)
    assert str(tmp_path / "catalogue.json") not in found.detail
    assert "config.json" not in found.detail
    installed = all(importlib.util.find_spec(name) for name in ("torch", "transformers"))
    assert found.verdict == ("ok" if installed else "absent")
