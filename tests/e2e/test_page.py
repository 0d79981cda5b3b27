"""The page of the chat works in a browser; ``test_fronts`` has those of other fronts."""

from playwright.sync_api import Page, expect


def test_a_function_url_serves_the_page(url: str, page: Page) -> None:
    assert_that_it_chats_and_streams(page, url)


def assert_that_it_chats_and_streams(page: Page, url: str) -> None:
    """Ask the page that a browser is led to, and open its six streams."""
    page.goto(url)
    assert page.url == f"{url}chat"
    page.get_by_role("textbox", name="Your message").fill("Hello")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("button", name="Open six streams").click()

    expect(page.get_by_role("article", name="Model")).to_contain_text("You wrote: Hello")
    expect(page.locator("#streams-result")).to_contain_text("6 of 6 streams")
    expect(page.get_by_role("button", name="Send")).to_be_enabled()
    expect(page.locator(".note")).to_have_count(0)
