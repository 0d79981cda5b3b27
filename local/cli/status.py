"""``make status``: what runs in the workspace, what it uses now, and where its logs are."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from local import local_aws
from local.cli import edits
from local.cli.stack_state import StackState
from local.function_logs import log_file
from local.local_aws import LocalAws
from local.workspace import Workspace


def run(workspace: Workspace) -> None:
    """Print the status on one screen; start and change nothing."""
    print("\n".join(describe(workspace)))


def describe(workspace: Workspace) -> Iterable[str]:
    """Return the lines of the status."""
    instance = local_aws.running(workspace)
    if instance is None:
        yield f"No local AWS runs in {workspace.folder}; `make up` starts one."
        yield from _logs(workspace)
        return
    state = StackState(workspace)
    is_deployed = state.belongs_to(instance)
    yield from _local_aws(instance)
    yield from _stack(instance, state.outputs() if is_deployed else {})
    yield from _logs(workspace, *(state.log_groups().values() if is_deployed else ()))


def _local_aws(instance: LocalAws) -> Iterable[str]:
    since = datetime.fromtimestamp(instance.started).astimezone()
    yield f"The local AWS runs as process {instance.pid} since {since:%Y-%m-%d %H:%M:%S}"
    if told := instance.outdated():
        yield told
    yield _row("endpoint", instance.endpoint_url)
    yield _row("provider", f"127.0.0.1:{instance.provider_port}")


def _stack(instance: LocalAws, outputs: dict[str, Any]) -> Iterable[str]:
    if "url" not in outputs:
        yield "The stack is not deployed; `make up` deploys it"
    else:
        yield "The stack is deployed"
        yield _row("URL", outputs["url"])
    for version in edits.usage(instance):
        yield _row("function", f"{version['function_name']}, version {version['version']}")
        yield _row(
            "",
            f"{version['state']}: {version['slots_in_use']} of {version['slots']} slots in use, "
            f"execution environments: {version['environments']}",
        )
        if version["edited"]:
            yield _row("", "edited since the last `make up`, by `make dev`")


def _logs(workspace: Workspace, *groups: str) -> Iterable[str]:
    """Return the log files that exist; those of functions by their log groups."""
    files = [("pulumi", workspace.engine_log), ("local AWS", workspace.aws_log)]
    files += [("function", log_file(workspace.logs, group)) for group in groups]
    existing = [_row(name, str(path)) for name, path in files if path.is_file()]
    if existing:
        yield "Logs"
        yield from existing


def _row(name: str, value: str) -> str:
    return f"  {name:<11}{value}"
