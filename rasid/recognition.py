"""camel-tools' recognition of named entities, for organisations that neither the watchlist nor a cue gives away.

Its models are the operator's to install: the extra `ner` (torch, transformers) and camel-tools' own data; what is
missing, `rasid doctor` says. The only module that imports it, and only where the settings ask for it.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

from streams.errors import Misconfigured
from streams.extract.discovery import Recognise

_MODEL = Path("data/ner/arabert")


def missing(models: Path) -> list[str]:
    """What recognition lacks to run with the data in the folder `models`. Looks at files and imports nothing.

    camel-tools itself would download its catalogue when it is imported without one.
    """
    model = models / _MODEL
    weights = any((model / name).is_file() for name in ("model.safetensors", "pytorch_model.bin"))
    files = {
        models / "catalogue.json": (models / "catalogue.json").is_file(),
        model / "config.json": (model / "config.json").is_file(),
        model / "model.safetensors": weights,
    }
    lacking = [str(path) for path, there in files.items() if not there]
    return lacking + [
        f"{name} (rasid[ner])" for name in ("torch", "transformers") if importlib.util.find_spec(name) is None
    ]


def load(models: Path) -> Recognise:
    """The recogniser with the data in the folder `models`: words as written -> their labels.

    Raises `Misconfigured` (reason `entity_recognition`) naming what is missing; nothing is downloaded.
    """
    if lacking := missing(models):
        raise Misconfigured("entity_recognition", f"it is switched on and cannot run; missing: {', '.join(lacking)}")
    from camel_tools.ner import NERecognizer  # noqa: PLC0415 (imports torch: only for who asked for it)

    recogniser = NERecognizer(str(models / _MODEL))
    return lambda words: recogniser.predict_sentence(list(words))
