"""``python -m tools.pages``: write every page that follows from the code."""

from pathlib import Path
from typing import Final

from tools.pages import components, rules

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = {"docs/components.md": components.page, "docs/rules.md": rules.page}


def main() -> None:
    """Write the pages, and print those that changed."""
    for name, page in PAGES.items():
        path, text = ROOT / name, page()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {name}")


if __name__ == "__main__":
    main()
