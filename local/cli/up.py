"""``make up``: brings up the local AWS and the local stack, and repairs what a crash left."""

import shutil
import time
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urljoin

from botocore.exceptions import BotoCoreError

from local.aws_client import AwsClients
from local.cli import daemon, edits
from local.cli.local_stack import LocalStack
from local.cli.stack_state import StackState
from local.cli.terminal import LocalError, progress, say
from local.loopback import UNANSWERED, answer
from local.workspace import PROJECT, Workspace
from policies.lmi.facts.limits import ADAPTER_READINESS_PATH

_PATIENCE_SECONDS = 150
_MB: Final = 1024 * 1024
NEEDED_BYTES: Final = 200 * _MB
"""Room for the zip and its dependencies, the unpacked execution environments, state and logs."""


def run(workspace: Workspace) -> None:
    """Update the local stack, wait until it serves, and print its URL."""
    with daemon.exclusive(workspace):
        require_space(workspace)
        stack = LocalStack(workspace)
        instance = daemon.ready(workspace, stack)
        deployed = StackState(workspace).outputs()
        before = deployed.get("url")
        if "alias_arn" in deployed:
            publish_again_if_failed(instance.endpoint_url, deployed["alias_arn"])
        try:
            stack.up()
            edits.undo(instance)
            outputs = StackState(workspace).outputs()
            wait_until_serving(instance.endpoint_url, outputs["alias_arn"], outputs["url"])
        except LocalError as error:
            if before and answers(before):
                raise LocalError(
                    f"{error}\n\nWhat was deployed before still serves: {before}\n"
                    "Undo the change, or mend it, and run `make up` again."
                ) from error
            raise
    print(f"\nThe service: {outputs['url']}")
    print(f"Call it:     curl -N {outputs['url']}")
    # Where standard output is a file, `make dev` goes on for hours before its end.
    print("Take down:   make down", flush=True)


def require_space(workspace: Workspace) -> None:
    """Raise when a disk that is written to is nearly full; the engine would notice it late."""
    for folder in dict.fromkeys((workspace.folder, PROJECT)):
        existing = next(path for path in (folder, *folder.parents) if path.exists())
        free = shutil.disk_usage(existing).free
        if free < NEEDED_BYTES:
            raise LocalError(
                f"the disk of {folder} has {free // _MB} MB free. "
                f"Allowed: {NEEDED_BYTES // _MB} MB or more. "
                "Fix: free space, or set LMI_LOCAL_DIR to a folder on another disk"
            )


def publish_again_if_failed(endpoint_url: str, alias_arn: str) -> None:
    """Publish the version behind the alias again when it has failed.

    What ended its first environment may be gone, and an ``up`` that finds nothing to change would
    not publish it.
    """
    client = lambda_client(endpoint_url, alias_arn)
    try:
        published = client.get_function_configuration(FunctionName=alias_arn)
    except client.exceptions.ResourceNotFoundException:
        return
    if (published["State"], published["Version"]) == ("Failed", "$LATEST.PUBLISHED"):
        client.publish_version(FunctionName=published["FunctionName"], PublishTo="LATEST_PUBLISHED")


def wait_until_serving(endpoint_url: str, alias_arn: str, url: str) -> None:
    """Wait until the version behind the alias is active and its URL answers.

    Pulumi's provider does not wait for it (docs/facts/aws-provider.md#function-calls). Asking for
    the version also makes the local AWS replace an environment that crashed.

    Raise ``LocalError``, with Lambda's reason, when the version failed; also when it is not active
    in time, or when the local AWS has ended.
    """
    client = lambda_client(endpoint_url, alias_arn)

    def published() -> dict[str, Any]:
        try:
            return client.get_function_configuration(FunctionName=alias_arn)
        except BotoCoreError as error:
            raise LocalError(f"the local AWS no longer answers: {error}") from error

    _wait_for(lambda: _is_up(published()))
    if published()["State"] == "Deactivated":
        say("The function is parked, by its settings or a schedule, and serves nothing.")
        return
    path = published()["Environment"]["Variables"].get(ADAPTER_READINESS_PATH, "/")
    _wait_for(lambda: answers(urljoin(url, path)))


def lambda_client(endpoint_url: str, arn: str) -> Any:
    """Return boto3's client for Lambda in the Region of an ARN."""
    return AwsClients(endpoint_url).get("lambda", region=arn.split(":")[3])


def _wait_for(condition: Callable[[], bool]) -> None:
    if condition():
        return
    deadline = time.monotonic() + _PATIENCE_SECONDS
    with progress("Waiting until the function serves"):
        while not condition():
            if time.monotonic() > deadline:
                raise LocalError(f"no execution environment served within {_PATIENCE_SECONDS} s")
            time.sleep(0.05)


def _is_up(published: dict[str, Any]) -> bool:
    if "Failed" in (published.get("State"), published.get("LastUpdateStatus")):
        reason = published.get("StateReason") or published.get("LastUpdateStatusReason")
        code = published.get("StateReasonCode") or published.get("LastUpdateStatusReasonCode")
        raise LocalError(f"the published version did not come up: {code}: {reason}")
    return published.get("State") in ("Active", "Deactivated")


def answers(url: str) -> bool:
    """Return whether a function serves behind a URL.

    A refusal (403, 429) is an answer too: only a front that is served gives one.
    """
    try:
        with answer("GET", url, timeout=5) as answered:
            return answered.status < 500
    except UNANSWERED:
        return False
