"""Changes reach the running service as they would reach AWS."""

import re
from pathlib import Path

from testing.checkout import Checkout
from testing.project import PROJECT
from testing.streams import open_streams

PAGE = (PROJECT / "docs/your-application.md").read_text()
LOCKED = (PROJECT / "app/requirements.txt").read_text()


def test_concurrency_and_instance_types_change_and_the_url_stays(running: Checkout) -> None:
    address = running.pulumi("stack", "output", "url", "--stack", "local").stdout.strip()

    changed = running.up(maxConcurrency=2, allowedInstanceTypes=["c7i.*"])

    # The capacity provider is replaced, and the function changes in place.
    assert changed.changes["replaced"] == 1
    assert changed.changes["updated"] == 1
    assert changed.url == address
    statuses = [stream.status for stream in open_streams(address, 3)]
    assert sorted(statuses) == [200, 200, 429]


def test_a_broken_application_is_undone_by_new_code(running: Checkout) -> None:
    main = running.folder / "app/main.py"
    working = main.read_text()
    message = running.folder / "app/message.py"
    said = "This is streaming from"
    assert said in message.read_text()

    main.write_text(f"{working}\nimport nonexistent_module\n")
    broken = running.local("up")
    main.write_text(working)
    message.write_text(message.read_text().replace(said, "Changed, from"))
    changed = running.up()
    again = running.up()

    assert broken.returncode != 0
    assert "What was deployed before still serves: http://" in broken.stderr
    assert "nonexistent_module" in broken.stdout + broken.stderr
    assert changed.changes["updated"] == 1
    (stream,) = open_streams(changed.url, 1)
    assert stream.text.endswith("] Changed, from Lambda Managed Instances!")
    assert again.changes.keys() == {"unchanged"}


def test_an_application_of_ones_own_takes_the_place_of_the_sample(
    running: Checkout, tmp_path: Path
) -> None:
    folder = tmp_path / "my chat"
    folder.mkdir()
    for name in ("main.py", "run.sh", "requirements.in"):
        (folder / name).write_text(content_on_the_page(name))
    (folder / "requirements.txt").write_text(locked("starlette", "uvicorn"))

    deployed = running.up(appFolder=str(folder), healthPath="/ready")

    (stream,) = open_streams(deployed.url, 1)
    assert stream.text == "one\ntwo\nthree\n"
    assert stream.arrivals[0] < stream.arrivals[-1]
    running.configure(appFolder="app", healthPath="/health")


def content_on_the_page(name: str) -> str:
    """Return the first code block after the file's name."""
    block = rf"^`{re.escape(name)}`, .*?^```\w+\n(.*?)^```"
    found = re.search(block, PAGE, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


def locked(*names: str) -> str:
    """Return the sample's locked requirements of these packages and of what they need.

    ``make lock`` would ask a package index.
    """
    needed = {*names, "anyio", "click", "h11", "idna", "typing-extensions"}
    requirements = re.findall(r"^[\w-]+==.*(?:\n    .*)*", LOCKED, re.MULTILINE)
    return "\n".join(each for each in requirements if each.partition("==")[0] in needed)
