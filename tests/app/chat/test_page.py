"""The page of the chat in a real Chromium: what people see, hear, and do by keyboard."""

import re
from collections.abc import Generator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from app.chat.protocol import CUT
from tests.app.requests import from_adapter
from tests.app.server import Server
from tests.waiting import wait_until

FAILING = Path(__file__).with_name("failing.py")
UUID = re.compile(r"request [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """Return the address of a page whose model fails as the question says."""
    folder = tmp_path_factory.mktemp("failing")
    with Server.started(folder, FAILING, AWS_LWA_PORT="0") as server:
        yield f"http://127.0.0.1:{server.port}/chat"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """Return the address of the sample."""
    with Server.started(tmp_path_factory.mktemp("sample"), AWS_LWA_PORT="0") as server:
        yield f"http://127.0.0.1:{server.port}/"


def ask(page: Page, question: str) -> None:
    page.get_by_role("textbox", name="Your message").fill(question)
    page.get_by_role("button", name="Send").click()


def test_tokens_are_shown_as_they_come(page: Page, sample: str) -> None:
    def have_moments_of_their_own() -> bool:
        """Tell whether most do; a buffered answer has one moment for all, a busy machine some."""
        page.goto(sample)
        ask(page, "Hello")
        answer = page.get_by_role("article", name="Model")
        expect(answer).not_to_have_attribute("aria-busy", "true")

        moments = page.locator("[data-at]").evaluate_all("all => all.map(e => +e.dataset.at)")
        expect(answer).to_contain_text("You wrote: Hello")
        assert moments == sorted(moments)
        return len({round(moment / 10) for moment in moments}) > len(moments) / 2

    wait_until(have_moments_of_their_own)


def test_an_answer_has_its_measures(page: Page, failing: str) -> None:
    page.goto(failing)
    ask(page, "stop")

    answer = page.get_by_role("article", name="Model")
    expect(answer).to_contain_text(UUID)
    expect(answer).to_contain_text(
        re.compile(r"first token \d+ ms · longest gap \d+ ms · 2 tokens")
    )
    expect(page.locator(".note")).to_have_count(0)


@pytest.mark.parametrize(
    ("question", "note"),
    [
        ("refuse", "The model is busy."),
        ("break", CUT["error"]),
        ("merely end", CUT["error"]),
        ("length", "The answer has reached the most tokens that it may have."),
    ],
)
def test_an_answer_that_is_not_whole_says_so(
    page: Page, failing: str, question: str, note: str
) -> None:
    page.goto(failing)
    ask(page, question)

    expect(page.locator(".note")).to_have_text(note)


def test_an_answer_at_its_deadline_says_so(browser: Browser, failing: str) -> None:
    with browser.new_context(extra_http_headers=from_adapter(seconds_left=6)) as context:
        page = context.new_page()
        page.goto(failing)
        ask(page, "stall")

        expect(page.locator(".note")).to_have_text(CUT["deadline"])


def test_a_server_that_dies_in_mid_stream_is_noted(page: Page, tmp_path: Path) -> None:
    with Server.started(tmp_path, FAILING, AWS_LWA_PORT="0") as server:
        page.goto(f"http://127.0.0.1:{server.port}/chat")
        ask(page, "die")

        expect(page.locator(".note")).to_contain_text("the connection ended before the answer did")


@pytest.mark.parametrize("by_key", [False, True])
def test_an_answer_can_be_stopped(page: Page, failing: str, by_key: bool) -> None:
    page.goto(failing)
    ask(page, "stall")
    expect(page.get_by_role("article", name="Model")).to_contain_text("a part")
    if by_key:
        page.keyboard.press("Escape")
    else:
        page.get_by_role("button", name="Stop").click()

    expect(page.locator(".note")).to_have_text("You stopped this answer.")
    expect(page.get_by_role("button", name="Send")).to_be_enabled()


def test_a_conversation_needs_no_pointer(page: Page, failing: str) -> None:
    page.goto(failing)
    for _ in range(2):  # the conversation, which scrolls by the arrow keys, then the text
        page.keyboard.press("Tab")
    page.keyboard.type("not sent")
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("refuse")
    page.keyboard.press("Enter")
    expect(page.locator(".note")).to_have_text("The model is busy.")

    # The text has the focus again.
    page.keyboard.type("stop")
    page.keyboard.press("Enter")
    expect(page.get_by_role("article", name="Model")).to_have_count(2)
    expect(page.locator(".question p")).to_have_text(["refuse", "stop"])


def test_an_answer_that_ends_takes_the_focus_from_nothing_else(page: Page, failing: str) -> None:
    page.goto(failing)
    ask(page, "stall")
    expect(page.get_by_role("article", name="Model")).to_contain_text("a part")
    page.get_by_role("button", name="Open six streams").focus()
    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Send")).to_be_enabled()
    expect(page.get_by_role("button", name="Open six streams")).to_be_focused()


def test_the_end_stays_in_view_unless_the_reader_has_scrolled_up(page: Page, sample: str) -> None:
    page.goto(sample)
    ask(page, "Hello " * 3000)  # an answer of a minute and a half
    conversation = page.get_by_role("log")
    tokens = page.locator("[data-at]")

    for top in ("0", "e.scrollHeight"):
        conversation.evaluate(f"e => {{ e.scrollTop = {top}; }}")
        expect(tokens.nth(tokens.count() + 5)).to_be_attached()
        hidden = conversation.evaluate("e => e.scrollHeight - e.scrollTop - e.clientHeight")
        assert (hidden < 8) == (top != "0")
    page.get_by_role("button", name="Stop").click()


def test_a_screen_reader_hears_the_answer_once_and_how_it_ended(page: Page, failing: str) -> None:
    page.goto(failing)
    ask(page, "break")

    expect(page.get_by_role("log")).to_have_attribute("aria-live", "off")
    announcement = page.get_by_role("status").first
    expect(announcement).to_contain_text("a part 日")
    expect(announcement).to_contain_text(CUT["error"])


def test_text_is_never_taken_for_markup(page: Page, sample: str) -> None:
    page.goto(sample)
    ask(page, "<img src=x onerror=alert(1)>")

    expect(page.get_by_role("article", name="Model")).to_contain_text(
        "<img src=x onerror=alert(1)>"
    )
    assert page.locator("img").count() == 0


def test_six_streams_run_at_once_with_six_ids(page: Page, sample: str) -> None:
    def run_beside_one_another() -> bool:
        """Open six streams; tell whether none had ended when the last was seen to begin."""
        page.goto(sample)
        page.get_by_role("button", name="Open six streams").click()
        seen = page.wait_for_function(
            """() => {
                const lines = [...document.querySelectorAll("#streams code")];
                const texts = lines.map((line) => line.textContent);
                return texts.length === 6 && texts.every((text) => text) && texts;
            }"""
        )
        return not any(text.endswith("!") for text in seen.json_value())

    wait_until(run_beside_one_another)
    expect(page.locator("#streams-result")).to_contain_text("6 of 6 streams are whole")
    ids = page.locator("#streams li").evaluate_all("a => a.map(e => e.dataset.requestId)")
    prefixes = page.locator("#streams code").evaluate_all(
        "a => a.map(e => e.textContent.slice(1, 9))"
    )
    assert [id_[:8] for id_ in ids] == prefixes
    assert len(set(ids)) == 6


def test_a_stream_that_is_cut_is_marked(browser: Browser, sample: str) -> None:
    with browser.new_context(extra_http_headers=from_adapter(seconds_left=2)) as context:
        page = context.new_page()
        page.goto(f"{sample}chat")
        page.get_by_role("button", name="Open six streams").click()

        expect(page.locator("#streams-result")).to_contain_text("0 of 6 streams are whole")
        expect(page.locator("#streams .cut")).to_have_count(6)


def test_the_page_asks_nobody_else_and_keeps_to_its_policy(page: Page, sample: str) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(sample)
    ask(page, "Hello " * 1000)  # an answer of half a minute
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".note")).to_have_count(1)

    assert {urlsplit(url).netloc for url in asked} == {urlsplit(sample).netloc}
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_follow_the_system_and_stay_readable(
    browser: Browser, sample: str, scheme: str
) -> None:
    with browser.new_context(color_scheme=scheme) as context:  # pyright: ignore[reportArgumentType]
        page = context.new_page()
        page.goto(sample)
        background, text = page.locator("section").first.evaluate(
            "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color]"
        )

    lighter = max(brightness(background), brightness(text))
    assert lighter == brightness(background if scheme == "light" else text)
    assert abs(brightness(background) - brightness(text)) > 128


def brightness(colour: str) -> float:
    return sum(map(int, re.findall(r"\d+", colour)[:3])) / 3
