"""Runs the program against Pulumi's mocks, and keeps what it asked the engine for."""

import asyncio
import json
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast
from unittest import mock

import pulumi
import pulumi.runtime
import yaml
from google.protobuf import json_format
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks, set_mocks
from pulumi.runtime.proto import resource_pb2, source_pb2
from pulumi.runtime.settings import get_root_resource
from pulumi.runtime.stack import Stack

from infra import program
from infra.settings import Settings
from infra.settings.loader import load_settings

ACCOUNT = "123456789012"
REGION = "eu-west-1"
PROJECT_FILE = Path(__file__).parents[2] / "Pulumi.yaml"

Json = dict[str, Any]

PUBLIC: Json = {"urlAuth": "NONE", "urlAuthReason": "The message is for everyone."}
"""The settings of a stack whose front is open to the internet."""


@dataclass(frozen=True)
class Resource:
    """One resource as the program registered it.

    Attributes
    ----------
    type, name
        Type token and logical name.
    inputs
        Inputs, with the outputs of other resources in them.
    outputs
        What AWS answered.
    parent
        Type token of what it belongs to.
    depends_on
        URNs of what has to be there before it.
    options
        The whole registration, as the engine gets it.
    """

    urn: str
    type: str
    name: str
    inputs: Json
    outputs: Json
    parent: str
    depends_on: frozenset[str]
    options: Json

    def made_from(self, property_: str) -> list[str]:
        """Return the URNs of what a property was made from."""
        return self.options.get("propertyDependencies", {}).get(property_, {}).get("urns", [])


class Program:
    """What one run of the program asked for.

    Attributes
    ----------
    resources, outputs
        The resources that it registered, and the stack's outputs.
    calls
        Its calls of data sources, with their arguments.
    asked
        The explicit provider of each call; empty for the default one.
    """

    def __init__(self) -> None:
        self.resources: list[Resource] = []
        self.calls: list[tuple[str, Json]] = []
        self.asked: list[str] = []
        self.outputs: Json = {}

    def all(self, type_: str, **inputs: object) -> list[Resource]:
        """Return the resources of a type that have these inputs."""
        return [
            resource
            for resource in self.resources
            if resource.type == type_ and inputs.items() <= resource.inputs.items()
        ]

    def one(self, type_: str, **inputs: object) -> Resource:
        """Return the only such resource."""
        found = self.all(type_, **inputs)
        assert len(found) == 1, f"{len(found)} resources of type {type_} with {inputs}"
        return found[0]

    def named(self, type_: str, name: str = "lmi-streaming") -> Resource:
        """Return the resource of a type that has this logical name."""
        (found,) = [resource for resource in self.all(type_) if resource.name == name]
        return found

    def before(self, later: Resource) -> set[str]:
        """Return the URNs of all that the engine creates before a resource."""
        depends_on = {resource.urn: resource.depends_on for resource in self.resources}
        found: set[str] = set()
        waiting = set(later.depends_on)
        while waiting:
            urn = waiting.pop()
            found.add(urn)
            waiting |= depends_on.get(urn, frozenset()) - found
        return found


def declare(zones: int = 4, **config: object) -> Program:
    """Run the program with the defaults, changed by ``config``, in a region of ``zones`` zones."""
    return declare_with({f"lmi-streaming:{key}": value for key, value in config.items()}, zones)


def declare_with(config: Mapping[str, object], zones: int = 4) -> Program:
    """Run the program with keys of any namespace; ``None`` unsets one."""
    return declare_by(program.main, {**defaults(), **config}, zones)


def declare_by(
    main: Callable[[], object],
    config: Mapping[str, object],
    zones: int = 4,
    *,
    stack: str = "dev",
    recorded: Mapping[tuple[str, str], Json] = MappingProxyType({}),
    secret_keys: Sequence[str] = (),
    preview: bool = False,
) -> Program:
    """Run any program that uses the components, with this configuration alone.

    Parameters
    ----------
    stack
        Name of the stack.
    recorded
        Id and outputs of resources that a deployment made, by type token and logical name.
    secret_keys
        Keys of the configuration that hold a value marked secret.
    preview
        Whether outputs may be unknown.
    """
    declared = Program()
    aws = _Aws(declared, zones, recorded)
    # No test asks where in the program a resource was made, which the SDK spends a fifth on.
    untraced = mock.patch("pulumi.runtime.resource._get_stack_trace", source_pb2.StackTrace)
    with _event_loop(), untraced:
        set_mocks(
            aws,
            project="lmi-streaming",
            stack=stack,
            preview=preview,
            monitor=_Monitor(aws, declared),
        )
        pulumi.runtime.set_all_config(_as_the_engine_passes_it(config), list(secret_keys))
        run = cast("Callable[[], None]", cast("Any", pulumi.runtime).test(_running(main, declared)))
        run()
    return declared


def load(**config: object) -> Settings:
    """Read the settings of a stack with the defaults, changed by ``config``; declares nothing."""
    loaded: list[Settings] = []
    keys = {f"lmi-streaming:{key}": value for key, value in config.items()}
    declare_by(lambda: loaded.append(load_settings()), {**defaults(), **keys})
    return loaded[0]


def resource_id(prefix: str, logical_name: str) -> str:
    """Return the id that EC2 makes up for a resource, in the form that the API demands."""
    return f"{prefix}-{logical_name.replace('-', '')}"


@cache
def project_settings() -> Mapping[str, Json]:
    """Return what ``Pulumi.yaml`` says of every setting."""
    return cast("Json", yaml.safe_load(PROJECT_FILE.read_text()))["config"]


def defaults() -> dict[str, object]:
    """Return the defaults that the engine takes from ``Pulumi.yaml``."""
    return {
        f"lmi-streaming:{key}": setting["default"] for key, setting in project_settings().items()
    }


def stack_config(stack: str) -> dict[str, object]:
    """Return the configuration in a stack's file, with the project's name as the engine adds it."""
    content: Json = yaml.safe_load(PROJECT_FILE.with_name(f"Pulumi.{stack}.yaml").read_text())
    return {
        key if ":" in key else f"lmi-streaming:{key}": value
        for key, value in content["config"].items()
    }


@contextmanager
def _event_loop() -> Generator[None]:
    """Give the SDK, which looks for one, an event loop that only one run uses.

    At its end it cancels the tasks that a refused program leaves: one that had not begun yet would
    fail whichever test runs when it is collected.
    """
    with asyncio.Runner() as runner:
        # What these tasks raise is nobody's business any more.
        runner.get_loop().set_exception_handler(lambda _loop, _context: None)
        yield


def _running(main: Callable[[], object], declared: Program) -> Callable[[], pulumi.Output[None]]:
    def run() -> pulumi.Output[None]:
        stack = get_root_resource()
        assert isinstance(stack, Stack)
        # The stack, and what it exported, outlives a run.
        stack.outputs.clear()
        main()
        return pulumi.Output.all(**stack.outputs).apply(declared.outputs.update)

    return run


def _as_the_engine_passes_it(config: Mapping[str, object]) -> dict[str, str]:
    merged = {"aws:region": REGION, **config}
    return {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in merged.items()
        if value is not None
    }


class _Monitor(MockMonitor):
    """A monitor that also keeps what mocks do not see: parents, dependencies, options.

    The SDK calls it on threads of its own, and makes an event loop there that it never closes.
    """

    def __init__(self, mocks: Mocks, declared: Program) -> None:
        super().__init__(mocks)
        self._declared = declared

    def Invoke(  # noqa: N802
        self, request: resource_pb2.ResourceInvokeRequest
    ) -> resource_pb2.ResourceInvokeResponse:
        with _event_loop():
            return cast("Any", super()).Invoke(request)

    def RegisterResource(  # noqa: N802
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        with _event_loop():
            response = cast("Any", super()).RegisterResource(request)
        if request.type != "pulumi:pulumi:Stack":
            registration = json_format.MessageToDict(request)
            self._declared.resources.append(
                Resource(
                    urn=response.urn,
                    type=request.type,
                    name=request.name,
                    inputs=registration.get("object", {}),
                    outputs=json_format.MessageToDict(response).get("object", {}),
                    parent=request.parent.split("::")[-2].split("$")[-1],
                    depends_on=frozenset(request.dependencies),
                    options=registration,
                )
            )
        return response


class _Aws(Mocks):
    """Answers as AWS would, as far as the program looks at the answer."""

    def __init__(
        self, declared: Program, zones: int, recorded: Mapping[tuple[str, str], Json]
    ) -> None:
        self._declared = declared
        self._zones = zones
        self._recorded = recorded

    def call(self, args: MockCallArgs) -> tuple[Json, list[tuple[str, str]]]:
        self._declared.asked.append(str(args.provider))
        self._declared.calls.append((args.token, cast("Json", cast("Any", args).args)))
        letters = "abcdef"[: self._zones]
        own = [it for it in self._declared.resources if str(args.provider).startswith(it.urn)]
        region = own[0].inputs["region"] if own else pulumi.Config("aws").get("region")
        # In no order, as the API documents none.
        return {"names": [f"{region or REGION}{letter}" for letter in reversed(letters)]}, []

    def new_resource(self, args: MockResourceArgs) -> tuple[str, Json]:
        inputs = cast("Json", cast("Any", args).inputs)
        if known := self._recorded.get((args.typ, args.name)):
            return known["id"], known["outputs"]
        name = inputs.get("name", f"{args.name}-1a2b3c4")
        outputs = {**inputs, "name": name, **self._computed(args.typ, args.name, inputs, name)}
        return outputs.get("id", f"{name}-id"), outputs

    def _computed(self, type_: str, logical_name: str, inputs: Json, name: str) -> Json:
        kind = type_.rpartition(":")[-1]
        function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function"
        arn = {
            "Role": f"arn:aws:iam::{ACCOUNT}:role/{name}",
            "LogGroup": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}",
            "CapacityProvider": f"arn:aws:lambda:{REGION}:{ACCOUNT}:capacity-provider:{name}",
            "Function": f"{function}:{name}",
            "Queue": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}",
            "ScheduleGroup": f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule-group/{name}",
            "Topic": f"arn:aws:sns:{REGION}:{ACCOUNT}:{name}",
            "Key": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{name}",
            "MetricAlarm": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}",
            "Alias": f"{function}:{inputs.get('functionName')}:{name}",
        }
        prefix = {"Vpc": "vpc", "Subnet": "subnet", "SecurityGroup": "sg", "RouteTable": "rtb"}
        computed: Json = {"arn": arn.get(kind, "")}
        if kind == "Function":
            computed["version"] = "$LATEST" if inputs.get("publishTo") else "7"
        if kind == "Vpc":
            computed["ownerId"] = ACCOUNT
        if kind in prefix:
            computed["id"] = resource_id(prefix[kind], logical_name)
        if kind == "VpcEndpoint":
            computed["prefixListId"] = f"pl-{logical_name}"
        if kind in ("RestApi", "Api"):
            computed |= {
                "executionArn": f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{name}-id",
                "rootResourceId": "root",
            }
        if kind == "Stage":
            # The provider ends the address of the default stage alone in a slash.
            stage = str(inputs.get("stageName", ""))
            computed["invokeUrl"] = f"https://abc.execute-api.{REGION}.amazonaws.com/{stage}"
        if kind == "FunctionUrl":
            computed["functionUrl"] = f"https://abc.lambda-url.{REGION}.on.aws/"
        return computed
