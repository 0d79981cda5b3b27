"""The resource types that rules look at, each as one class with typed fields.

A rule is written once: a `Field` knows where a property stands in pulumi-aws and in aws-native,
how to read it, and how users spell it in Python. Fields of a resource never raise; see `access`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Generic, Self, TypeAlias, TypeVar, overload

from .access import Path, Props, Reading, State
from .limits import ADAPTER_LAYER_NAMES, DEFAULT_ARCHITECTURE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")
R = TypeVar("R", bound="Resource")

THIS_PROJECT = "lmi-streaming:infra:"
"""How the component types of this repository's program begin, in a URN."""


class Field(Generic[T]):
    """One property of a resource class.

    Parameters
    ----------
    read
        Which reader of `Props` fits the property's type.
    aws, native
        Dotted path in pulumi-aws and in aws-native; None where the provider lacks the property.
    config_key
        The config key of this repository's program that sets the property.
    """

    def __init__(
        self,
        read: Callable[[Props, Path], Reading[T]],
        aws: str | None,
        native: str | None = None,
        config_key: str | None = None,
    ) -> None:
        self._read = read
        self._paths = {False: _path(aws), True: _path(native)}
        self.config_key = config_key

    @overload
    def __get__(self, resource: None, owner: type[Resource]) -> Self: ...
    @overload
    def __get__(self, resource: Resource, owner: type[Resource]) -> Reading[T]: ...
    def __get__(self, resource: Resource | None, owner: type[Resource]) -> Self | Reading[T]:
        return self if resource is None else self.of(resource)

    def of(self, resource: Resource) -> Reading[T]:
        """Return what ``resource`` has here; the inputs decide where the outputs cannot yet."""
        path = self._paths[resource.is_native]
        if path is None:
            return Reading(State.UNDECIDED)
        reading = self._read(resource.props, path)
        if reading.is_undecided and resource.inputs is not None:
            return self._read(resource.inputs, path)
        return reading

    def property_of(self, resource: Resource) -> str:
        """Return the top-level property, by which Pulumi records dependencies."""
        path = self._paths[resource.is_native]
        return str(path[0]) if path else ""

    def spelled_in(self, resource: Resource) -> str:
        """Return the property's name as a Python program writes it."""
        path = self._paths[resource.is_native] or self._paths[False] or ("?",)
        return snake_case(str([step for step in path if isinstance(step, str)][-1]))


def _path(dotted: str | None) -> Path | None:
    if dotted is None:
        return None
    return tuple(int(step) if step.isdigit() else step for step in dotted.split("."))


def snake_case(name: str) -> str:
    """Return a property's Python name, by the rule of Pulumi's code generator."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


@dataclass(frozen=True, eq=False)
class Resource:
    """What every rule sees of a resource.

    `props` are the inputs for a rule about one resource and the outputs for a rule about the
    stack. `inputs` are set in the second case only: a first preview does not know the outputs that
    AWS will fill in, but it does know that the program left them out.
    """

    AWS: ClassVar[str]
    NATIVE: ClassVar[str | None] = None

    type: str
    name: str
    urn: str
    props: Props
    inputs: Props | None = None
    depends_on: tuple[str, ...] = ()
    """URNs of the resources that this one waits for."""
    made_from: Mapping[str, tuple[str, ...]] | None = None
    """The same for each top-level property; None where that was not recorded."""

    @classmethod
    def tokens(cls) -> frozenset[str]:
        """Return the Pulumi types that this class stands for."""
        return frozenset(token for token in (cls.AWS, cls.NATIVE) if token is not None)

    @property
    def is_native(self) -> bool:
        """Whether the resource is of the aws-native provider."""
        return self.type == self.NATIVE

    def spell(self, wanted: Field[T]) -> str:
        """Return the name of a field as a Python program writes it."""
        return wanted.spelled_in(self)

    def set_to(self, wanted: Field[T], value: object) -> str:
        """Return the words that tell how to give a field a value."""
        words = f"set {self.spell(wanted)} to {value}"
        if wanted.config_key and THIS_PROJECT in self.urn:
            words += f" (`pulumi config set {wanted.config_key} {value}`)"
        return words


class Named(Resource):
    """A resource that others refer to by its name or its ARN."""

    own_name: ClassVar[Field[str]]
    arn: ClassVar[Field[str]]


_LMI = "capacityProviderConfig.lambdaManagedInstancesCapacityProviderConfig"


class Function(Named):
    """A Lambda function."""

    AWS = "aws:lambda/function:Function"
    NATIVE = "aws-native:lambda:Function"

    own_name = Field(Props.text, "name", "functionName")
    arn = Field(Props.text, "arn", "arn")
    runtime = Field(Props.text, "runtime", "runtime")
    memory_mb = Field(Props.integer, "memorySize", "memorySize", "memoryMb")
    architectures = Field(Props.texts, "architectures", "architectures", "architecture")
    layers = Field(Props.texts, "layers", "layers")
    variables = Field(Props.nested, "environment.variables", "environment.variables")
    subnet_ids = Field(Props.texts, "vpcConfig.subnetIds", "vpcConfig.subnetIds")
    security_group_ids = Field(
        Props.texts, "vpcConfig.securityGroupIds", "vpcConfig.securityGroupIds"
    )
    publish = Field(Props.flag, "publish")
    provider_block = Field(Props.read, "capacityProviderConfig", "capacityProviderConfig")
    provider_arn = Field(Props.text, f"{_LMI}.capacityProviderArn", f"{_LMI}.capacityProviderArn")
    ratio = Field(
        Props.number,
        f"{_LMI}.executionEnvironmentMemoryGibPerVcpu",
        f"{_LMI}.executionEnvironmentMemoryGiBPerVCpu",
        "memoryGibPerVcpu",
    )
    concurrency = Field(
        Props.integer,
        f"{_LMI}.perExecutionEnvironmentMaxConcurrency",
        f"{_LMI}.perExecutionEnvironmentMaxConcurrency",
        "maxConcurrency",
    )

    @property
    def is_managed(self) -> bool | None:
        """Whether the function runs on LMI, whichever its provider; None where not known."""
        block = self.provider_block
        return None if block.is_undecided else block.is_present

    @property
    def runtime_family(self) -> str | None:
        """The managed runtime's language, such as ``python``; None for images and unknowns."""
        name = re.match(r"[a-z]+", self.runtime.or_none() or "")
        return name.group() if name else None

    @property
    def architecture(self) -> str | None:
        """The one architecture, by default x86_64; None where not known."""
        return _only(self.architectures)

    def variable(self, key: str) -> Reading[str]:
        """Return one environment variable."""
        variables = self.variables
        found = variables.or_none()
        return found.text((key,)) if found else Reading(variables.state)

    @property
    def has_web_adapter(self) -> bool | None:
        """Whether the Lambda Web Adapter answers for the function; None where not known."""
        signs = (self._adapter_layer(), self._adapter_wrapper(), self._adapter_variable())
        if any(signs):
            return True
        return None if None in signs else False

    def _adapter_layer(self) -> bool | None:
        layers = self.layers.or_default(())
        if layers is None:
            return None
        names = tuple(ADAPTER_LAYER_NAMES.values())
        if any(f":layer:{name}" in (layer.or_none() or "") for layer in layers for name in names):
            return True
        return None if any(layer.is_undecided for layer in layers) else False

    def _adapter_wrapper(self) -> bool | None:
        wrapper = self.variable("AWS_LAMBDA_EXEC_WRAPPER").or_default("")
        return None if wrapper is None else wrapper == "/opt/bootstrap"

    def _adapter_variable(self) -> bool | None:
        variables = self.variables
        found = variables.or_none()
        if found is None:
            return None if variables.is_undecided else False
        return any(key.startswith("AWS_LWA_") for key in found.names())


class CapacityProvider(Named):
    """An LMI capacity provider."""

    AWS = "aws:lambda/capacityProvider:CapacityProvider"
    NATIVE = "aws-native:lambda:CapacityProvider"
    ARCHITECTURES = tuple(ADAPTER_LAYER_NAMES)

    own_name = Field(Props.text, "name", "capacityProviderName")
    arn = Field(Props.text, "arn", "arn")
    requirements = Field(Props.nested, "instanceRequirements.0", "instanceRequirements")
    architectures = Field(
        Props.texts,
        "instanceRequirements.0.architectures",
        "instanceRequirements.architectures",
        "architecture",
    )

    @property
    def architecture(self) -> str | None:
        """The one architecture, x86_64 without instance requirements; None where not known."""
        if self.requirements.is_present and self.architectures.is_absent:
            return None
        return _only(self.architectures)


class Alias(Resource):
    """An alias of a function."""

    AWS = "aws:lambda/alias:Alias"
    NATIVE = "aws-native:lambda:Alias"

    arn = Field(Props.text, "arn", "aliasArn")
    function = Field(Props.text, "functionName", "functionName")
    version = Field(Props.text, "functionVersion", "functionVersion")


class FunctionUrl(Resource):
    """A function URL."""

    AWS = "aws:lambda/functionUrl:FunctionUrl"
    NATIVE = "aws-native:lambda:Url"

    function = Field(Props.text, "functionName", "targetFunctionArn")
    qualifier = Field(Props.text, "qualifier", "qualifier")
    invoke_mode = Field(Props.text, "invokeMode", "invokeMode")


FunctionPart: TypeAlias = Alias | FunctionUrl
"""Resources that belong to a function and name it."""

KINDS: tuple[type[Resource], ...] = (Function, CapacityProvider, Alias, FunctionUrl)
KIND_OF_TYPE: Mapping[str, type[Resource]] = {
    token: kind for kind in KINDS for token in kind.tokens()
}


def _only(architectures: Reading[tuple[Reading[str], ...]]) -> str | None:
    names = architectures.or_default(())
    if names is None:
        return None
    if not names:
        return DEFAULT_ARCHITECTURE
    return names[0].or_none() if len(names) == 1 else None
