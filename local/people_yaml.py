"""YAML in which a repeated key is a mistake, where PyYAML would take the last of them."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import ConstructorError


class _Loader(yaml.CSafeLoader):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys: list[object] = []
        for key, _ in node.value:
            if key.value in keys:
                problem = f'the key "{key.value}" is repeated'
                raise ConstructorError(None, None, problem, key.start_mark)
            keys.append(key.value)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> Any:
    """Return what a file holds; a ``YAMLError`` names the file and the line."""
    with path.open(encoding="utf-8") as file:
        return yaml.load(file, _Loader)  # noqa: S506 - it is a safe one
