"""Where a stack answers, and how its requests are signed, as Pulumi and the AWS SDK know it."""

import json
import os
import subprocess
from dataclasses import dataclass
from typing import Any, Final

import boto3

from local.account import ACCESS_KEY, SECRET_KEY
from local.cli.local_stack import settings
from local.workspace import PROJECT, TOOLS, Workspace
from tools.open.errors import OpenError

_LOCAL: Final = "local"
"""The stack of the local AWS, which has a backend and keys of its own."""


@dataclass(frozen=True)
class Target:
    """What the proxy leads to.

    Attributes
    ----------
    url
        Address of the stack's front; ends with a slash.
    service
        Service that requests are signed for: ``lambda`` or ``execute-api``.
    region
        Region of the front.
    credentials
        The caller's credentials, an object of botocore, which fetches expired ones anew.
    """

    url: str
    service: str
    region: str
    credentials: Any


def find(stack: str) -> Target:
    """Return the target of a stack.

    Raises
    ------
    OpenError
        When Pulumi does not know the stack, or there are no credentials.
    """
    environment = _environment(stack)
    outputs = _pulumi(environment, "stack", "output", "--json", "--stack", stack)
    if "url" not in outputs:
        raise OpenError(f"The stack {stack} has no output url. Fix: pulumi up --stack {stack}")
    config = _pulumi(environment, "config", "--json", "--stack", stack)
    # What AWS set up for the shell would otherwise win over the keys of the local AWS.
    keys = {"aws_access_key_id": ACCESS_KEY, "aws_secret_access_key": SECRET_KEY}
    session: Any = boto3.Session(**(keys if stack == _LOCAL else {}))
    credentials = session.get_credentials()
    if credentials is None:
        raise OpenError(
            "There are no AWS credentials to sign with. Allowed: those of a caller who may invoke "
            "the function. Fix: aws sso login, or export AWS_PROFILE=NAME"
        )
    region = _value(config, "aws:region") or session.region_name
    if not region:
        raise OpenError("No region is set. Fix: pulumi config set aws:region REGION")
    front = _value(config, "lmi-streaming:front") or "url"
    service = "lambda" if front == "url" else "execute-api"
    return Target(outputs["url"], service, region, credentials)


def _environment(stack: str) -> dict[str, str]:
    path = f"{TOOLS}{os.pathsep}{os.environ.get('PATH', '')}"
    variables = {**os.environ, "PATH": path, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    if stack == _LOCAL:
        workspace = Workspace.from_environment()
        if not workspace.instance.is_file():
            raise OpenError("The local stack is not up. Fix: make up, or make open STACK=NAME")
        variables |= settings(workspace)
    return variables


def _pulumi(environment: dict[str, str], *arguments: str) -> dict[str, Any]:
    try:
        done = subprocess.run(
            ["pulumi", *arguments],
            cwd=PROJECT,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
    except FileNotFoundError as error:
        raise OpenError(f"There is no Pulumi CLI in {TOOLS}. Fix: make setup") from error
    except subprocess.CalledProcessError as error:
        raise OpenError(f"pulumi {' '.join(arguments)} failed:\n{error.stderr.strip()}") from error
    return json.loads(done.stdout)


def _value(config: dict[str, Any], key: str) -> str:
    return str(config.get(key, {}).get("value", ""))
