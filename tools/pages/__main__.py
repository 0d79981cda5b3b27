"""``python -m tools.pages``: write everything that follows from the code."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tools.pages import components, lambda_operations, rules, settings, streaming_service

ROOT: Final = Path(__file__).parents[2]

PAGES: Final[Mapping[str, Callable[[str], str]]] = {
    "Pulumi.yaml": settings.project,
    "infra/streaming_service_args.py": streaming_service.arguments,
    "plugin/schema.json": streaming_service.schema,
    "docs/components.md": components.page,
    "docs/local-aws.md": lambda_operations.page,
    "policies/rules.md": rules.page,
    "docs/settings.md": settings.page,
}
"""What each file becomes, by its present text."""


def main() -> None:
    """Write the files, and print the names of those that changed."""
    for name, written in PAGES.items():
        path = ROOT / name
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        if (after := written(before)) != before:
            path.write_text(after, encoding="utf-8")
            print(f"wrote {name}")


if __name__ == "__main__":
    main()
