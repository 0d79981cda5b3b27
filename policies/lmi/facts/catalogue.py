"""Why some of what is known to matter on LMI has no rule.

Every id is a rule of ``rules`` or has its reason in ``not_checked.json``. Rules on general practice
(``GEN``) are the pack's own and are not counted.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

NOT_CHECKED: Final[Mapping[str, str]] = json.loads(
    Path(__file__).with_name("not_checked.json").read_text(encoding="utf-8")
)
"""Reasons by catalogue id."""
