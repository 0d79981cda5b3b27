"""``make env``: the environment variables with which a shell works on the local AWS alone."""

import os
import shlex
from typing import Final

from local.account import ACCESS_KEY, SECRET_KEY
from local.cli import daemon
from local.cli.local_stack import LocalStack, settings
from local.cli.stack_config import configured
from local.cli.terminal import say
from local.local_aws import LocalAws
from local.workspace import TOOLS, Workspace

_ELSEWHERE: Final = ("AWS_PROFILE", "AWS_SESSION_TOKEN")
"""Variables that would lead AWS's clients to another account."""


def run(workspace: Workspace) -> None:
    """Start the local AWS if needed, and print ``export`` lines for a shell."""
    with daemon.exclusive(workspace):
        instance = daemon.ready(workspace, LocalStack(workspace))
    variables = {**settings(workspace), **aws_variables(instance)}
    for name, value in variables.items():
        print(f"export {name}={shlex.quote(value)}")
    print(f"unset {' '.join(_ELSEWHERE)}")
    print(f'export PATH={shlex.quote(str(TOOLS))}{os.pathsep}"$PATH"')
    say(
        "This shell then works on the local AWS alone: pulumi, aws and boto3. To leave it, open "
        f"another shell, or: unset {' '.join(variables)}"
    )


def aws_variables(instance: LocalAws) -> dict[str, str]:
    """Return the variables with which AWS's clients reach a local AWS, and never AWS."""
    region = configured("aws:region", "us-east-1")
    return {
        "AWS_ENDPOINT_URL": instance.endpoint_url,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
    }
