"""The chat behind the real web adapter, with the AI SDK as its client."""

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from app.chat.protocol import CUT
from local.dataplane.plane import LocalDataPlane
from testing import node
from tests.app.chat.test_ai_sdk import FAILING, PART
from tests.app.packed import packed
from tests.app.test_adapter import deployed
from tests.local.dataplane.conftest import running
from tests.local.dataplane.harness import MemoryLogs

pytestmark = pytest.mark.skipif(
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
def url(plane: LocalDataPlane, zip_file: Path) -> str:
    """Return the URL of a function with a timeout of 3 seconds."""
    return deployed(plane, zip_file, "RESPONSE_STREAM", name="chat", timeout_seconds=3)


def chat(url: str, question: str) -> tuple[str, str | None, str]:
    """Ask, and return the status, the error and the answer as a user sees them."""
    seen: Any = json.loads(node.run("chat_client.js", f"{url}api/chat", "{}", question))
    return seen["status"], seen["error"], seen["messages"][1]["text"]


def test_an_answer_arrives_whole(url: str) -> None:
    assert chat(url, "stop") == ("ready", None, PART)


def test_an_answer_that_breaks_is_an_error(url: str) -> None:
    assert chat(url, "break") == ("error", CUT["error"], PART)


def test_an_answer_at_the_timeout_is_an_error(url: str) -> None:
    assert chat(url, "stall") == ("error", CUT["deadline"], PART)


def test_an_answer_at_a_shutdown_is_an_error(plane: LocalDataPlane, zip_file: Path) -> None:
    url = deployed(plane, zip_file, "RESPONSE_STREAM", name="ending")

    assert chat(url, "shut down") == ("error", CUT["shutdown"], PART)
