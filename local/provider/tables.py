"""Resource types out of the tables ``resources/*.yaml``, one for each of Pulumi's modules.

A table has an entry for each type, by its type token: the fields of ``ResourceType``, of which
``operations`` has the fields of ``Operations``. Beside these:

- ``class``: the class with what is odd about the type, such as ``iam.Policy``; without it the
  type is a ``ResourceType``.
- ``service``: boto3's name of the service, where that is not the module's.
- ``regional``: false for a type that lives in no Region.
- ``spelling: camel_case``: AWS spells members as Pulumi spells properties.
- ``properties``: the fields of ``Property`` by its name. Its ``type`` is ``string`` unless it says
  otherwise or has ``fields``; a ``document`` is a text with a JSON object. ``check`` names
  validators with their arguments (``local/provider/validation.py``).
- ``outputs``: strings that only AWS sets.
- ``tags``: the fields of ``Tagging``, or EC2's ``resource_type``, such as ``route-table``; it gives
  the type the properties ``tags`` and ``tagsAll``.
- ``noun``, ``ec2_noun`` in ``operations``: a resource whose calls AWS names as usual.

Functions and classes are named by their path below ``local/provider/resources``.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final, cast

from local.people_yaml import read_yaml
from local.provider.operations import (
    FurtherRead,
    Operations,
    ResourceType,
    Setter,
    calls,
    ec2_calls,
)
from local.provider.resources.changes import same_document
from local.provider.schema import AutoName, Property, Validator, ValueType, pascal_case
from local.provider.tagging import Tagging, ec2_tags
from local.provider.validation import validator

FOLDER: Final = Path(__file__).with_name("resources")

_Entry = Mapping[str, Any]

_REGION: Final = Property(computed=True, replaces=True, sent=False)
_TAGS: Final = {
    "tags": Property(type=ValueType.MAP, sent=False),
    "tagsAll": Property(type=ValueType.MAP, computed=True, sent=False),
}


class TableError(Exception):
    """An entry of a table has a mistake; the message has its file and its type."""


def resource_types() -> Iterator[ResourceType]:
    """Read all tables; a mistake in an entry, such as an unknown key, is a ``TableError``."""
    for path in sorted(FOLDER.glob("*.yaml")):
        table: dict[str, _Entry] = read_yaml(path)
        for token, entry in table.items():
            try:
                yield _Type(token, entry).resource_type()
            except (AttributeError, ImportError, LookupError, TypeError) as error:
                raise TableError(f"{path}: {token}: {error}") from error


def properties_of(entries: _Entry) -> dict[str, Property]:
    """Return properties out of another table than one of resource types."""
    table = _Type("aws:", {})
    return {name: table.property_of(name, **entry) for name, entry in entries.items()}


class _Type:
    """The entry of a resource type."""

    def __init__(self, token: str, entry: _Entry) -> None:
        self._fields: dict[str, Any] = {"pulumi_type": token, **entry}
        module = token.split(":")[1].partition("/")[0]
        self._service: str = self._fields.pop("service", module)
        self._spelling = str if self._fields.pop("spelling", None) == "camel_case" else pascal_case

    def resource_type(self) -> ResourceType:
        """Return the type."""
        fields = dict(self._fields)
        name = fields.pop("class", None)
        resource_class = cast("type[ResourceType]", _named(name)) if name else ResourceType
        fields["properties"] = dict(self._properties(fields))
        if "auto_name" in fields:
            fields["auto_name"] = AutoName(**fields["auto_name"])
        fields["operations"] = self._operations(**fields["operations"])
        if tags := fields.pop("tags", None):
            fields["tagging"] = self._tagging(**tags)
        return resource_class(**fields)

    def _properties(self, fields: dict[str, Any]) -> Iterator[tuple[str, Property]]:
        for name, entry in fields.pop("properties").items():
            yield name, self.property_of(name, **entry)
        for name in fields.pop("outputs", ()):
            yield name, self.property_of(name, output=True)
        if fields.pop("regional", True):
            yield "region", _REGION
        if "tags" in fields:
            yield from _TAGS.items()

    def property_of(self, name: str, **entry: Any) -> Property:
        """Return a property."""
        fields: dict[str, _Entry] = entry.pop("fields", {})
        value_type: str = entry.pop("type", "block" if fields else "string")
        checks = entry.pop("check", {})
        if value_type == "document":
            value_type, checks = "string", "json_document"
            entry["same"] = same_document
        for function in ("same", "replaces"):
            if isinstance(entry.get(function), str):
                entry[function] = _named(entry[function])
        items: _Entry | None = entry.pop("items", None)
        return Property(
            type=ValueType[value_type.upper()],
            member=entry.pop("member", self._spelling(name)),
            validators=tuple(self._validators(checks)),
            item=None if items is None else self.property_of(name, **items),
            fields={inner: self.property_of(inner, **each) for inner, each in fields.items()},
            **entry,
        )

    def _validators(self, checks: str | _Entry) -> Iterator[Validator]:
        plugin_framework = self._fields.get("plugin_framework", False)
        named: _Entry = {checks: []} if isinstance(checks, str) else checks
        for name, given in named.items():
            arguments = cast("list[Any]", given if isinstance(given, list) else [given])
            if "." in name:
                yield _named(name)
            elif name == "enum":
                yield validator(name, self._service, *arguments, plugin_framework=plugin_framework)
            else:
                yield validator(name, *arguments, plugin_framework=plugin_framework)

    def _operations(self, **entry: Any) -> Operations:
        if noun := entry.pop("noun", None):
            entry = {**calls(noun), **entry}
        if noun := entry.pop("ec2_noun", None):
            entry = {**ec2_calls(noun), **entry}
        setters: dict[str, _Entry] = entry.pop("setters", {})
        further_reads: list[_Entry] = entry.pop("further_reads", [])
        return Operations(
            service=self._service,
            setters={name: Setter(**each) for name, each in setters.items()},
            further_reads=[FurtherRead(**each) for each in further_reads],
            **entry,
        )

    def _tagging(self, **entry: Any) -> Tagging:
        if resource_type := entry.pop("resource_type", None):
            entry = {**ec2_tags(resource_type), **entry}
        return Tagging(service=self._service, **entry)


def _named(path: str) -> Any:
    """Return a class or function by its path below ``local/provider/resources``."""
    module, _, name = path.rpartition(".")
    return getattr(import_module(f"local.provider.resources.{module}"), name)


RESOURCES: Final[dict[str, ResourceType]] = {
    resource.pulumi_type: resource for resource in resource_types()
}


def file_for(token: str) -> str:
    """Return the table that has types of the token's service, such as ``aws:ec2``, or would."""
    name = f"{token.partition('/')[0].rpartition(':')[2]}.yaml"
    new = "" if (FOLDER / name).exists() else ", a new file"
    return f"local/provider/resources/{name}{new}"
