"""Accounts that publish well-known layers (rule GEN-06).

``layer_publishers.json`` has them by publisher, with the pages that name them; some have an account
for each Region.
"""

import json
from pathlib import Path
from typing import Final

from .limits import ADAPTER_LAYER_ACCOUNTS

_PUBLISHERS: Final[dict[str, dict[str, list[str]]]] = json.loads(
    Path(__file__).with_name("layer_publishers.json").read_text(encoding="utf-8")
)

KNOWN_PUBLISHERS: Final = frozenset(ADAPTER_LAYER_ACCOUNTS).union(
    *(publisher["accounts"] for publisher in _PUBLISHERS.values())
)
"""All of them; a layer of any other account is one whose publisher the pack does not know."""
