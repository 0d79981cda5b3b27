"""The AI SDK itself, as the client: it accepts every stream, and takes a cut one for an error."""

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from app.chat.protocol import CUT
from app.chat.requests import MAX_CHARACTERS
from testing import node
from tests.app.chat.failing import REASONS
from tests.app.requests import from_adapter
from tests.app.server import Server

pytestmark = pytest.mark.skipif(
    not node.is_installed(), reason="the AI SDK is not installed: python -m testing.node"
)

FAILING = Path(__file__).with_name("failing.py")
PART = "a part 日\n\ndata: [DONE]\n\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    with Server.started(tmp_path_factory.mktemp("chat"), FAILING, AWS_LWA_PORT="0") as server:
        yield server


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    with Server.started(tmp_path_factory.mktemp("sample"), AWS_LWA_PORT="0") as server:
        yield server


def chat(server: Server, *questions: str, **headers: str) -> dict[str, Any]:
    """Ask with ``useChat``'s own parts, and return what its user sees."""
    url = f"http://127.0.0.1:{server.port}/api/chat"
    return json.loads(node.run("chat_client.js", url, json.dumps(headers), *questions))


@pytest.mark.parametrize("reason", REASONS)
def test_every_way_to_finish_is_accepted(server: Server, reason: str) -> None:
    seen = chat(server, reason)

    assert (seen["status"], seen["error"]) == ("ready", None)
    assert seen["messages"][1]["text"] == PART
    assert seen["finishes"] == [{"finishReason": reason, "isError": False, "isDisconnect": False}]


def test_an_answer_without_a_word_is_accepted(server: Server) -> None:
    seen = chat(server, "nothing")

    assert (seen["status"], seen["finishes"][0]["finishReason"]) == ("ready", "stop")


@pytest.mark.parametrize(
    ("question", "text", "error"),
    [
        ("refuse", "", "The model is busy."),
        ("model error", PART, "The model is gone."),
        ("break", PART, CUT["error"]),
        ("merely end", PART, CUT["error"]),
    ],
)
def test_a_failure_is_an_error(server: Server, question: str, text: str, error: str) -> None:
    seen = chat(server, question)

    assert (seen["status"], seen["error"]) == ("error", error)
    assert "".join(message["text"] for message in seen["messages"][1:]) == text


def test_a_stream_that_is_cut_before_its_first_part_is_an_error(server: Server) -> None:
    seen = chat(server, "stall", **from_adapter(seconds_left=-1))

    assert (seen["status"], seen["error"]) == ("error", CUT["deadline"])


def test_a_refused_request_shows_its_reason(server: Server) -> None:
    seen = chat(server, "x" * (MAX_CHARACTERS + 1))

    assert seen["status"] == "error"
    assert "50001 characters; at most 50000" in seen["error"]


def test_a_conversation_goes_on_after_an_error(server: Server) -> None:
    seen = chat(server, "model error", "stop", "nothing")

    assert (seen["status"], seen["error"]) == ("ready", None)
    assert [message["role"] for message in seen["messages"]] == ["user", "assistant"] * 3


def test_the_sample_answers(sample: Server) -> None:
    seen = chat(sample, "Hello", "How are you?")

    assert (seen["status"], seen["error"]) == ("ready", None)
    assert [message["text"][:22] for message in seen["messages"]] == [
        "Hello",
        "You wrote: Hello\n\nI am",
        "How are you?",
        "You wrote: How are you",
    ]
    assert len({message["id"] for message in seen["messages"]}) == 4
