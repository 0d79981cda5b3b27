"""The data sources of the stand-in provider."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from local.people_yaml import read_yaml
from local.provider.aws import Aws, ProviderError, region
from local.provider.schema import Property
from local.provider.tables import properties_of
from local.provider.values import Props


@dataclass(frozen=True, kw_only=True)
class Lookup:
    """A data source: its call, and the names and types of inputs and outputs, but for ``id``."""

    call: Callable[[Aws, Props], dict[str, Any]]
    inputs: Mapping[str, Property]
    outputs: Mapping[str, Property]


def _availability_zones(aws: Aws, args: Props) -> dict[str, Any]:
    state = args.get("state")
    states = [{"Name": "state", "Values": [state]}] if state else []
    filters = [
        {"Name": entry["name"], "Values": entry["values"]} for entry in args.get("filters", [])
    ]
    answer = aws.call(
        "ec2",
        "describe_availability_zones",
        AllAvailabilityZones=args.get("allAvailabilityZones"),
        Filters=[*filters, *states] or None,
    )
    zones = [
        zone
        for zone in sorted(answer["AvailabilityZones"], key=lambda zone: zone["ZoneName"])
        if zone["ZoneName"] not in args.get("excludeNames", [])
        and zone["ZoneId"] not in args.get("excludeZoneIds", [])
    ]
    return {
        **args,
        "id": aws.region,
        "names": [zone["ZoneName"] for zone in zones],
        "zoneIds": [zone["ZoneId"] for zone in zones],
        "groupNames": sorted({zone.get("GroupName", aws.region) for zone in zones}),
    }


def _caller_identity(aws: Aws, _: Props) -> dict[str, Any]:
    caller = aws.call("sts", "get_caller_identity")
    return {
        "id": caller["Account"],
        "accountId": caller["Account"],
        "arn": caller["Arn"],
        "userId": caller["UserId"],
    }


def _region(aws: Aws, args: Props) -> dict[str, Any]:
    name = args.get("name") or args.get("region") or aws.region
    return {
        "id": name,
        "name": name,
        "region": name,
        "description": region(name).description,
        "endpoint": f"ec2.{name}.{region(name).dns_suffix}",
    }


def _partition(aws: Aws, _: Props) -> dict[str, Any]:
    found = region(aws.region)
    return {
        "id": found.partition,
        "partition": found.partition,
        "dnsSuffix": found.dns_suffix,
        "reverseDnsPrefix": ".".join(reversed(found.dns_suffix.split("."))),
    }


_CALLS: Final = {
    "getAvailabilityZones": _availability_zones,
    "getCallerIdentity": _caller_identity,
    "getPartition": _partition,
    "getRegion": _region,
}

_TABLE: Final = read_yaml(Path(__file__).with_suffix(".yaml"))
CONFIGURATION: Final = properties_of(_TABLE["configuration"])
LOOKUPS: Final[Mapping[str, Lookup]] = {
    f"aws:index/{name}:{name}": Lookup(
        call=_CALLS[name],
        inputs=properties_of(entry.get("inputs", {})),
        outputs=properties_of(entry["outputs"]),
    )
    for name, entry in _TABLE["lookups"].items()
}


def lookup(token: str) -> Lookup:
    """Return a data source by Pulumi's function token, or refuse one that the local AWS lacks."""
    if token not in LOOKUPS:
        raise ProviderError(
            f"the local AWS does not know the function {token}, which AWS may have: preview the "
            "stack against AWS, do without the call in the local stack, or add the function in "
            "local/provider/lookups.py and lookups.yaml"
        )
    return LOOKUPS[token]
