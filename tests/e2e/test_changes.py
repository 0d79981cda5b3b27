"""Changes reach the running service as they would reach AWS."""

import re
from pathlib import Path

from testing.checkout import Checkout, answers
from testing.project import PROJECT
from testing.streams import open_streams

PAGE = (PROJECT / "docs/your-application.md").read_text()
LOCKED = (PROJECT / "app/requirements.txt").read_text()


def test_a_second_up_changes_nothing_and_says_so(running: Checkout) -> None:
    again = running.up()

    assert again.changes.keys() == {"unchanged"}


def test_concurrency_changes_the_function_in_place(running: Checkout) -> None:
    changed = running.up(maxConcurrency=2)

    assert changed.changes.keys() == {"updated", "unchanged"}
    assert changed.changes["updated"] == 1
    statuses = [stream.status for stream in open_streams(changed.url, 3)]
    assert sorted(statuses) == [200, 200, 429]


def test_other_instance_types_replace_the_capacity_provider_and_keep_the_url(
    running: Checkout,
) -> None:
    address = running.pulumi("stack", "output", "url", "--stack", "local").stdout.strip()

    changed = running.up(allowedInstanceTypes=["c7i.*"])

    assert changed.changes["replaced"] == 1
    assert changed.url == address
    (stream,) = open_streams(address, 1)
    assert stream.status == 200


def test_new_code_changes_the_response(running: Checkout) -> None:
    source = next(
        path
        for path in (running.folder / "app").rglob("*.py")
        if "This is streaming from" in path.read_text()
    )
    source.write_text(source.read_text().replace("This is streaming from", "Changed, from"))

    changed = running.up()

    assert changed.changes["updated"] == 1
    (stream,) = open_streams(changed.url, 1)
    assert stream.text.endswith("] Changed, from Lambda Managed Instances!")


def test_a_broken_application_is_undone(running: Checkout) -> None:
    main = running.folder / "app/main.py"
    working = main.read_text()

    main.write_text(f"{working}\nimport nonexistent_module\n")
    broken = running.local("up")
    main.write_text(working)

    assert broken.returncode != 0
    assert "nonexistent_module" in broken.stdout + broken.stderr
    again = running.up()
    assert "updated" in again.changes
    assert answers(again.url)
    assert running.up().changes.keys() == {"unchanged"}


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
