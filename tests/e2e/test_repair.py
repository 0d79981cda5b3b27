"""Whatever of the local AWS dies, `make up` brings the service back; `make down` ends all of it."""

from collections.abc import Callable

import httpx
import psutil
import pytest

from tests.e2e.checkout import Checkout
from tests.e2e.test_changes import bring_up, printed_url

PARTS: dict[str, Callable[[psutil.Process], bool]] = {
    "the local AWS": lambda process: "local.serve" in process.cmdline(),
    "the web adapter": lambda process: "lambda-adapter" in process.cmdline()[0],
    "the application": lambda process: "uvicorn" in process.cmdline(),
    "the process guard": lambda process: "guard" in " ".join(process.cmdline()),
}


def processes(checkout: Checkout) -> list[psutil.Process]:
    aws = psutil.Process(int(str(checkout.aws()["pid"])))
    return [aws, *aws.children(recursive=True)]


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}health", trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.mark.parametrize("part", PARTS)
def test_up_after_a_kill_gives_a_working_url(own_checkout: Checkout, part: str) -> None:
    bring_up(own_checkout)
    victims = [process for process in processes(own_checkout) if PARTS[part](process)]
    assert len(victims) == 1
    victims[0].kill()
    victims[0].wait(timeout=10)

    url = printed_url(bring_up(own_checkout))

    assert answers(url)


def test_down_leaves_no_process_and_no_state(own_checkout: Checkout) -> None:
    url = printed_url(bring_up(own_checkout))
    running = processes(own_checkout)
    assert len(running) >= 3

    done = own_checkout.local("down")

    assert done.returncode == 0, done.stdout + done.stderr
    assert [process for process in running if process.is_running()] == []
    assert not answers(url)
    assert not (own_checkout.folder / ".local/state").exists()
