"""Reading a YAML file so that every mistake is reported at once, each with its line.

The one rule: a reader never raises on content; it notes what is wrong, hands back an empty value and goes on.
"""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from streams.errors import Misconfigured


class Nodes:
    """The mistakes found so far in one document, and the readers that add to them."""

    def __init__(self, reason: str) -> None:
        self._reason = reason
        self._mistakes: list[tuple[int, str]] = []

    def compose(self, text: str) -> yaml.Node | None:
        """The document's root node. Raises `Misconfigured` when it is not YAML at all."""
        try:
            return yaml.compose(text, Loader=yaml.SafeLoader)
        except (yaml.YAMLError, RecursionError) as error:
            raise Misconfigured(self._reason, f"not YAML: {' '.join(str(error).split())}") from error

    def wrong(self, node: yaml.Node | None, message: str) -> None:
        """Note a mistake at that node."""
        self._mistakes.append((node.start_mark.line + 1 if node else 1, message))

    def finish(self) -> None:
        """Raise `Misconfigured` naming every mistake by its line, if there was any."""
        if self._mistakes:
            told = "; ".join(f"line {line}: {message}" for line, message in sorted(self._mistakes))
            raise Misconfigured(self._reason, told)

    def mapping(self, node: yaml.Node | None, where: str, known: frozenset[str]) -> Mapping[str, yaml.Node]:
        """The entries of a mapping; keys outside `known` are mistakes."""
        if not isinstance(node, yaml.MappingNode):
            self.wrong(node, f"{where} must be a mapping")
            return {}
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = str(key.value)
            if name not in known:
                self.wrong(key, f"{where}: unknown key {name!r} (known: {', '.join(sorted(known))})")
            elif name in found:
                self.wrong(key, f"{where}: {name!r} stands twice")
            found[name] = value
        return found

    def sequence(self, node: yaml.Node | None, where: str) -> list[yaml.Node]:
        """The items of a list; a missing one is empty."""
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(node, f"{where} must be a list")
            return []
        return list(node.value)

    def string(self, node: yaml.Node | None, where: str) -> str:
        """A text that is not blank."""
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            self.wrong(node, f"{where} must be a text")
            return ""
        return str(node.value).strip()

    def strings(self, node: yaml.Node | None, where: str) -> tuple[str, ...]:
        """A list of texts that are not blank; a missing one is empty."""
        read = (self.string(item, f"{where}[{at}]") for at, item in enumerate(self.sequence(node, where)))
        return tuple(text for text in read if text)
