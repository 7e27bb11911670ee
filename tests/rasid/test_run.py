"""What `rasid run` says to somebody who sits before it."""

from __future__ import annotations

from pathlib import Path

import pytest

from rasid import settings
from rasid.run import welcome


@pytest.mark.parametrize(
    ("written", "page"),
    [
        ("{}", "http://127.0.0.1:8080/"),
        ("web: {port: 9000}", "http://127.0.0.1:9000/"),
        ('web: {url: "https://rasid.example/desk/"}', "https://rasid.example/desk/"),
    ],
)
def test_it_says_where_the_page_is(tmp_path: Path, written: str, page: str) -> None:
    """The address at which people reach it, and on it the page that says how Rasid is."""
    config = tmp_path / "rasid.yaml"
    config.write_text(written, encoding="utf-8")
    said = welcome(settings.load(config, {})).split()
    assert page in said
    assert f"{page}state" in said
