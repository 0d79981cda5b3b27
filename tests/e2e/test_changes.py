"""Changes reach the running service as they would reach AWS."""

import re
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import httpx

from local.account import ACCOUNT_ID
from testing.checkout import Checkout, Up
from testing.project import PROJECT
from testing.streams import open_streams
from tests.waiting import wait_until

PAGE = (PROJECT / "docs/your-application.md").read_text()
NODE_SECTION = "## A server in Node.js"
LOCKED = "\n".join(
    (PROJECT / name).read_text() for name in ("app/requirements.txt", "requirements-dev.txt")
)


def test_concurrency_and_instance_types_change_and_the_url_stays(running: Checkout) -> None:
    address = running.pulumi("stack", "output", "url", "--stack", "local").stdout.strip()

    changed = running.up(maxConcurrency=2, allowedInstanceTypes=["c7i.*"])

    # The capacity provider is replaced; the function changes in place, and so do the arguments of
    # the components that have them.
    assert changed.changes["replaced"] == 1
    assert changed.changes["updated"] == 3
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
    again = running.pulumi("preview", "--stack", "local", "--expect-no-changes")

    assert broken.returncode != 0
    assert "What was deployed before still serves: http://" in broken.stderr
    assert "nonexistent_module" in broken.stdout + broken.stderr
    assert changed.changes["updated"] == 1
    (stream,) = open_streams(changed.url, 1)
    assert stream.text.endswith("] Changed, from Lambda Managed Instances!")
    assert again.returncode == 0, again.stdout


def test_changes_are_served_while_make_dev_runs(running: Checkout, tmp_path: Path) -> None:
    message = running.folder / "app/message.py"
    deployed = message.read_text()
    printed = tmp_path / "printed"

    def save(text: str) -> None:
        """Change the file at once: `make dev` would take one that is empty for a change too."""
        (tmp_path / "saved").write_text(text)
        (tmp_path / "saved").replace(message)

    def wait_for(text: str, *, since: int = 0) -> int:
        """Wait until a text was printed, and return where the rest begins."""
        end = time.monotonic() + 120
        while text not in printed.read_text()[since:]:
            assert time.monotonic() < end, printed.read_text()
            time.sleep(0.02)
        return len(printed.read_text())

    with printed.open("wb") as output, running.start("dev", output) as dev:
        try:
            began = wait_for("Watching")
            url = Up(printed.read_text()).url
            save(deployed.replace(" Lambda Managed", " the edited Lambda Managed"))
            wait_for("the change is served")
            edited = open_streams(url, 1)[0].text
            save("import nonexistent_module")
            broken = wait_for("What was served before it still is.")
            still = open_streams(url, 1)[0].text
            save(deployed)
            mended = wait_for("the change is served", since=broken)
            running.configure(maxConcurrency=3)
            wait_for("2 updated, 37 unchanged", since=mended)
            wait_for("Take down", since=mended)
            dev.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                dev.wait(60)
        finally:
            # It prints where it stands, should it not have ended.
            dev.send_signal(signal.SIGABRT)

    assert dev.returncode == 0, printed.read_text()
    assert "No module named 'nonexistent_module'" in printed.read_text()[began:broken]
    for text in (edited, still):
        assert text.endswith(" from the edited Lambda Managed Instances!")
    assert "edited since" not in running.local("status").stdout


SERVICES = """
import boto3


def round_trip(request: Request) -> PlainTextResponse:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="notes")
    s3.put_object(Bucket="notes", Key="one", Body=b"from S3")
    table = boto3.resource("dynamodb").create_table(
        TableName="notes",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    table.put_item(Item={"id": "one", "text": "from DynamoDB"})
    item = table.get_item(Key={"id": "one"})["Item"]
    body = s3.get_object(Bucket="notes", Key="one")["Body"].read().decode()
    caller = boto3.client("sts").get_caller_identity()["Arn"]
    return PlainTextResponse(f"{body}, {item['text']}, {caller}")


app.router.routes.append(Route("/round-trip", round_trip))
"""
"""Added to the application of the page: it calls AWS with nothing but boto3's own defaults."""
BOTO3 = ("boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3")


def test_an_application_of_ones_own_takes_the_place_of_the_sample(
    running: Checkout, tmp_path: Path
) -> None:
    folder = tmp_path / "my chat"
    folder.mkdir()
    for name in ("run.sh", "requirements.in"):
        (folder / name).write_text(content_on_the_page(name))
    (folder / "main.py").write_text(content_on_the_page("main.py") + SERVICES)
    (folder / "requirements.txt").write_text(locked("starlette", "uvicorn", *BOTO3))

    url = running.update(appFolder=str(folder), healthPath="/ready")

    wait_until(lambda: httpx.get(f"{url}ready", trust_env=False).status_code == 200)
    (stream,) = open_streams(url, 1)
    assert stream.text == "one\ntwo\nthree\n"
    wait_until(lambda: comes_in_pieces(url))
    round_trip = httpx.get(f"{url}round-trip", trust_env=False, timeout=30)
    session = rf"arn:aws:sts::{ACCOUNT_ID}:assumed-role/[\w-]+/lmi-streaming[\w-]*"
    assert re.fullmatch(f"from S3, from DynamoDB, {session}", round_trip.text)

    node = tmp_path / "node"
    node.mkdir()
    for name in ("run.sh", "server.js", "package.json"):
        (node / name).write_text(content_on_the_page(name, NODE_SECTION))

    running.update(appFolder=str(node), healthPath="/", runtime="nodejs24.x")

    wait_until(lambda: httpx.get(url, trust_env=False).text == "one\ntwo\n")
    wait_until(lambda: comes_in_pieces(url))
    running.configure(appFolder="app", healthPath="/health", runtime="python3.13")


def comes_in_pieces(url: str) -> bool:
    """Tell whether an answer does, of which a busy machine may join all."""
    (stream,) = open_streams(url, 1)
    return stream.arrivals[0] < stream.arrivals[-1]


def content_on_the_page(name: str, section: str = "") -> str:
    """Return the first code block after the file's name."""
    block = rf"^`{re.escape(name)}`, .*?^```\w+\n(.*?)^```"
    found = re.search(block, PAGE[PAGE.index(section) :], re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


def locked(*names: str) -> str:
    """Return our own locked requirements of these packages and of what they need.

    ``make lock`` would ask a package index.
    """
    needed = {*names, "anyio", "click", "h11", "idna", "typing-extensions"}
    requirements = re.findall(r"^[\w-]+==.*(?:\n    .*)*", LOCKED, re.MULTILINE)
    found = {each.partition("==")[0]: each for each in requirements}
    return "\n".join(found[name] for name in sorted(needed))
