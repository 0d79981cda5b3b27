"""Where the project and its policy pack are."""

from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).resolve().parents[1]
PACK: Final = PROJECT / "policies"
