"""The page of the local AWS lists the operations of Lambda that are missing."""

from pathlib import Path

from tools.pages.lambda_operations import page

PAGE = Path(__file__).parents[3] / "docs/local-aws.md"


def test_the_page_is_up_to_date() -> None:
    """After a change of operations, run ``python -m tools.pages``."""
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text
