"""The page of the local AWS lists the resource types that there are."""

import re
from pathlib import Path

from local.provider.tables import RESOURCES

PAGE = Path(__file__).parents[3] / "docs/local-aws.md"


def listed() -> set[str]:
    """Return the types of the page's table, such as ``ec2.Vpc``."""
    _, _, section = PAGE.read_text().partition("## Resource types")
    found: set[str] = set()
    for row in section.partition("\n## ")[0].splitlines():
        for part in row.split(";"):
            module, names = "", re.findall(r"`([\w.]+)`", part)
            for name in names:
                prefix, _, last = name.rpartition(".")
                module = prefix.removeprefix("aws.") or module
                found.add(f"{module}.{last}")
    return found


def test_every_resource_type_is_listed() -> None:
    tokens = (token.split(":") for token in RESOURCES)
    assert listed() == {f"{module.partition('/')[0]}.{name}" for _, module, name in tokens}
