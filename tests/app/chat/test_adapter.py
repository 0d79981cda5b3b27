"""The chat behind a function URL and the real web adapter: for the AI SDK, and in a browser."""

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.chat.protocol import CUT
from local.dataplane.plane import LocalDataPlane
from testing import node
from tests.app.chat.test_ai_sdk import FAILING, PART
from tests.app.packed import packed
from tests.app.server import APP
from tests.app.test_adapter import deployed
from tests.local.dataplane.conftest import running
from tests.local.dataplane.harness import MemoryLogs
from tests.waiting import wait_until

with_ai_sdk = pytest.mark.skipif(
    not node.is_installed(), reason="the AI SDK is not installed: python -m testing.node"
)


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Generator[LocalDataPlane]:
    with running(tmp_path_factory.mktemp("plane"), MemoryLogs()) as plane:
        yield plane


@pytest.fixture(scope="module")
def zip_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return packed(tmp_path_factory.mktemp("chat"), FAILING)


@pytest.fixture(scope="module")
def sample_url(plane: LocalDataPlane, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the URL of the sample."""
    zip_file = packed(tmp_path_factory.mktemp("sample"), APP / "main.py")
    return deployed(plane, zip_file, "RESPONSE_STREAM", name="sample", concurrency=6)


@pytest.fixture(scope="module")
def url(plane: LocalDataPlane, zip_file: Path) -> str:
    """Return the URL of a function with a timeout of 3 seconds."""
    return deployed(plane, zip_file, "RESPONSE_STREAM", name="chat", timeout_seconds=3)


def chat(url: str, question: str) -> tuple[str, str | None, str]:
    """Ask, and return the status, the error and the answer as a user sees them."""
    seen: Any = json.loads(node.run("chat_client.js", f"{url}api/chat", "{}", question))
    return seen["status"], seen["error"], seen["messages"][1]["text"]


@with_ai_sdk
def test_an_answer_arrives_whole(url: str) -> None:
    assert chat(url, "stop") == ("ready", None, PART)


@with_ai_sdk
def test_an_answer_that_breaks_is_an_error(url: str) -> None:
    assert chat(url, "break") == ("error", CUT["error"], PART)


@with_ai_sdk
def test_an_answer_at_the_timeout_is_an_error(url: str) -> None:
    assert chat(url, "stall") == ("error", CUT["deadline"], PART)


@with_ai_sdk
def test_an_answer_at_a_shutdown_is_an_error(plane: LocalDataPlane, zip_file: Path) -> None:
    url = deployed(plane, zip_file, "RESPONSE_STREAM", name="ending")

    assert chat(url, "shut down") == ("error", CUT["shutdown"], PART)


def ask(page: Page, url: str, question: str) -> None:
    page.goto(url)
    page.get_by_role("textbox", name="Your message").fill(question)
    page.keyboard.press("Enter")


def test_tokens_reach_the_page_one_by_one(page: Page, sample_url: str) -> None:
    def have_moments_of_their_own() -> bool:
        """Tell whether most do: a busy machine joins some, and what buffers joins all."""
        ask(page, sample_url, "Hello")

        answer = page.get_by_role("article", name="Model")
        expect(answer).not_to_have_attribute("aria-busy", "true")
        moments = page.locator("[data-at]").evaluate_all(
            "all => all.map(e => Math.round(e.dataset.at))"
        )
        assert len(moments) > 50
        return len(set(moments)) > len(moments) / 2

    wait_until(have_moments_of_their_own)


def test_the_page_opens_six_streams_at_once(page: Page, sample_url: str) -> None:
    page.goto(sample_url)
    page.get_by_role("button", name="Open six streams").click()

    expect(page.locator("#streams-result")).to_contain_text("6 of 6")
    ids = page.locator("#streams li").evaluate_all("all => all.map(e => e.dataset.requestId)")
    assert len(set(ids)) == 6


def test_the_page_notes_a_timeout(page: Page, url: str) -> None:
    ask(page, f"{url}chat", "stall")

    expect(page.locator(".note")).to_have_text(CUT["deadline"])


def test_the_page_stops_an_answer(page: Page, plane: LocalDataPlane, zip_file: Path) -> None:
    url = deployed(plane, zip_file, "RESPONSE_STREAM", name="lasting")
    ask(page, f"{url}chat", "stall")
    page.get_by_role("button", name="Stop").click()

    expect(page.locator(".note")).to_have_text("You stopped this answer.")


def test_the_page_notes_an_environment_that_dies(
    page: Page, plane: LocalDataPlane, zip_file: Path
) -> None:
    url = deployed(plane, zip_file, "RESPONSE_STREAM", name="dying")
    ask(page, f"{url}chat", "die")

    expect(page.locator(".note")).to_contain_text("the connection ended before the answer did")
    expect(page.get_by_role("article", name="Model")).to_contain_text("a part")
