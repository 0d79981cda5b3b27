"""A stack that is up, as its outputs, its configuration and the caller's credentials tell."""

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError

from local import local_aws
from local.aws_client import own_session
from local.cli.local_stack import settings
from local.workspace import PROJECT, TOOLS, Workspace

_LOCAL: Final = "local"
"""The stack of the local AWS, which has a backend and keys of its own."""


class StackError(Exception):
    """The stack cannot be reached; the message says why, and how to fix it."""


@dataclass(frozen=True)
class Stack:
    """A stack that is up."""

    outputs: Mapping[str, Any]  # its outputs; ``url`` is among them
    # Its configuration, by keys with their namespace, such as ``lmi-streaming:front``.
    config: Mapping[str, Any]
    session: Any  # a session of boto3 with the caller's credentials, in the stack's region
    endpoint_url: str | None = None  # where AWS's services answer; None means AWS itself

    def setting(self, key: str, default: str) -> str:
        """Return the value of a setting of the program, as it is written."""
        # A project made by `pulumi new` has a name of its own before the key.
        found = (value for name, value in self.config.items() if name.endswith(f":{key}"))
        return next((str(value.get("value", default)) for value in found), default)

    def client(self, service: str) -> Any:
        """Return boto3's client of one of AWS's services."""
        return self.session.client(service, endpoint_url=self.endpoint_url)

    def sign(self, method: str, url: str, body: bytes = b"") -> dict[str, str]:
        """Return the headers, ``host`` among them, that make a request to the front the caller's.

        Method, URL and body have to be those that will be sent, exactly.
        """
        host = url.split("/", 3)[2]
        signed: Any = AWSRequest(method, url, {"host": host}, body)
        service = "lambda" if self.setting("front", "url") == "url" else "execute-api"
        credentials = self.session.get_credentials().get_frozen_credentials()
        signer: Any = SigV4Auth(credentials, service, self.session.region_name)
        signer.add_auth(signed)
        return {name: str(value) for name, value in signed.headers.items()}


def find(name: str) -> Stack:
    """Return a stack by its name, such as ``dev``."""
    variables, endpoint_url = _local() if name == _LOCAL else ({}, None)
    outputs = _pulumi(variables, "stack", "output", "--json", "--stack", name)
    if "url" not in outputs:
        raise StackError(f"The stack {name} has no output url. Fix: pulumi up --stack {name}")
    config = _pulumi(variables, "config", "--json", "--stack", name)
    region = config.get("aws:region", {}).get("value")
    try:
        # What AWS set up for the shell would otherwise win over the keys of the local AWS.
        session: Any = own_session(region) if endpoint_url else boto3.Session(region_name=region)
        has_credentials = session.get_credentials() is not None
    except BotoCoreError as error:
        raise StackError(
            f"The AWS configuration of this shell cannot be used: {error}. Fix: mend it, or name a "
            "profile that exists: export AWS_PROFILE=NAME"
        ) from error
    if not has_credentials:
        raise StackError(
            "There are no AWS credentials to sign with. Allowed: those of a caller who may invoke "
            "the function. Fix: aws sso login, or export AWS_PROFILE=NAME"
        )
    if not session.region_name:
        raise StackError("No region is set. Fix: pulumi config set aws:region REGION")
    return Stack(outputs, config, session, endpoint_url)


def _local() -> tuple[dict[str, str], str]:
    """Return the variables and the endpoint of the local AWS."""
    workspace = Workspace.from_environment()
    instance = local_aws.running(workspace)
    if instance is None:
        raise StackError("The local stack is not up. Fix: make up, or name another: STACK=NAME")
    return settings(workspace), instance.endpoint_url


def _pulumi(variables: Mapping[str, str], *arguments: str) -> dict[str, Any]:
    path = f"{TOOLS}{os.pathsep}{os.environ.get('PATH', '')}"
    try:
        done = subprocess.run(
            ["pulumi", *arguments],
            cwd=PROJECT,
            env={**os.environ, **variables, "PATH": path, "PULUMI_SKIP_UPDATE_CHECK": "true"},
            check=True,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
    except FileNotFoundError as error:
        raise StackError(f"There is no Pulumi CLI in {TOOLS}. Fix: make setup") from error
    except subprocess.CalledProcessError as error:
        raise StackError(f"pulumi {' '.join(arguments)} failed:\n{error.stderr.strip()}") from error
    return json.loads(done.stdout)
