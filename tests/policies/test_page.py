"""policies/rules.md says what the rules say."""

from policies.lmi.model.spelling import spelled
from policies.lmi.rules import RULES
from tests.policies.conftest import ROOT
from tools.pages.rules import NOT_CHECKED, page

PAGE = (ROOT / "policies" / "rules.md").read_text(encoding="utf-8")


def test_the_page_is_in_sync() -> None:
    """After a change of rules, run ``python -m tools.pages``."""
    assert page(PAGE) == PAGE


def test_every_rule_and_every_reason_is_on_the_page() -> None:
    text = page(PAGE)
    assert all(f"## {rule.name}\n" in text and spelled(rule.why) in text for rule in RULES)
    assert all(f"| {row} |" in text for row in NOT_CHECKED)
