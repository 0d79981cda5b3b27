"""The data sources of the stand-in provider."""

from collections.abc import Callable
from typing import Any

from local.provider.aws import Aws
from local.provider.errors import ProviderError
from local.provider.service_model import region
from local.provider.values import Props

Lookup = Callable[[Aws, Props], dict[str, Any]]


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
    zones = sorted(
        (zone for zone in answer["AvailabilityZones"] if not _excluded(zone, args)),
        key=lambda zone: zone["ZoneName"],
    )
    return {
        **args,
        "id": aws.region,
        "names": [zone["ZoneName"] for zone in zones],
        "zoneIds": [zone["ZoneId"] for zone in zones],
        "groupNames": sorted({zone.get("GroupName", aws.region) for zone in zones}),
    }


def _excluded(zone: dict[str, Any], args: Props) -> bool:
    return zone["ZoneName"] in args.get("excludeNames", []) or zone["ZoneId"] in args.get(
        "excludeZoneIds", []
    )


def _caller_identity(aws: Aws, args: Props) -> dict[str, Any]:
    del args
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


def _partition(aws: Aws, args: Props) -> dict[str, Any]:
    del args
    found = region(aws.region)
    return {
        "id": found.partition,
        "partition": found.partition,
        "dnsSuffix": found.dns_suffix,
        "reverseDnsPrefix": ".".join(reversed(found.dns_suffix.split("."))),
    }


_LOOKUPS: dict[str, Lookup] = {
    "aws:index/getAvailabilityZones:getAvailabilityZones": _availability_zones,
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getRegion:getRegion": _region,
}


def lookup(token: str) -> Lookup:
    """Return a data source by Pulumi's function token.

    Raises
    ------
    ProviderError
        When the local AWS lacks the function; the message says where it can be added.
    """
    found = _LOOKUPS.get(token)
    if found is None:
        raise ProviderError(
            f"the local AWS does not know the function {token}, which AWS may have: preview the "
            "stack against AWS, do without the call in the local stack, or add the function in "
            "local/provider/lookups.py"
        )
    return found
