"""docs/components.md says what the components say, and its examples run."""

import runpy

import pulumi
import pytest

from infra.streaming_service import StreamingService
from tests.infra.api_requests import assert_the_api_takes
from tests.infra.declared import Program, declare_by
from tools.pages.components import COMPONENTS, EXAMPLES, page

PAGE = EXAMPLES.parents[1] / "components.md"


@pytest.fixture(scope="module")
def examples(wheel: None) -> Program:
    return declare_by(lambda: runpy.run_path(str(EXAMPLES)), {})


def test_the_page_is_in_sync() -> None:
    """After a change of components, run ``python -m tools.pages``."""
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text


def test_every_component_is_on_the_page() -> None:
    ours = (made for made in pulumi.ComponentResource.__subclasses__() if _is_ours(made))

    assert {StreamingService, *COMPONENTS} == set(ours)


def test_the_examples_make_every_component_and_the_api_takes_them(examples: Program) -> None:
    assert_the_api_takes(examples)
    for component in COMPONENTS:
        assert examples.all(f"lmi-streaming:infra:{component.__name__}")


def _is_ours(component: type) -> bool:
    return component.__module__.startswith("infra.")
