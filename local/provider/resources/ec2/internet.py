"""What is odd about internet gateways, elastic IP addresses, NAT gateways and routes."""

import zlib
from collections.abc import Iterator
from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.errors import ProviderError
from local.provider.members import to_api
from local.provider.operations import OrdinaryResource
from local.provider.values import Props


class InternetGateway(OrdinaryResource):
    """An internet gateway, attached to a VPC."""

    def complete(self, aws: Aws, made: schema.Existing) -> None:
        """Attach the gateway to the VPC, unless it is attached already."""
        self._attach(aws, made)

    def update(self, aws: Aws, change: schema.Change) -> None:
        """Move the gateway to another VPC, and update the tags."""
        if change.touches("vpcId"):
            self._attach(aws, change.wanted)
        super().update(aws, change)

    def delete(self, aws: Aws, existing: schema.Existing) -> None:
        """Detach and delete the gateway."""
        self._attach(aws, schema.Existing(existing.id, {}))
        super().delete(aws, existing)

    def _attach(self, aws: Aws, wanted: schema.Existing) -> None:
        """Attach the gateway to the wanted VPC alone, or to none."""
        found, key = self.describe(aws, wanted) or {}, self.key(wanted)
        attached = {each["VpcId"] for each in found.get("Attachments", [])}
        wanted_vpc = {wanted.state["vpcId"]} if wanted.state.get("vpcId") else set[str]()
        for vpc_id in attached - wanted_vpc:
            aws.call("ec2", "detach_internet_gateway", **key, VpcId=vpc_id)
        for vpc_id in wanted_vpc - attached:
            aws.call("ec2", "attach_internet_gateway", **key, VpcId=vpc_id)


class Eip(OrdinaryResource):
    """An elastic IP address. Other resources associate it."""

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the public host name, which the real provider derives from the address."""
        zone = "compute-1" if aws.region == "us-east-1" else f"{aws.region}.compute"
        return {"publicDns": f"ec2-{found['PublicIp'].replace('.', '-')}.{zone}.amazonaws.com"}


_OF_A_SUBNET = ("allocationId", "associationId", "networkInterfaceId", "privateIp", "publicIp")


class NatGateway(OrdinaryResource):
    """A NAT gateway, of one subnet or of all zones of a VPC (``availabilityMode: regional``).

    moto has no regional NAT gateways, so a regional one is in any subnet of its VPC there.
    """

    def failures(self, inputs: Props) -> Iterator[schema.Failure]:
        """Demand the VPC of a regional gateway."""
        if inputs.get("availabilityMode") == "regional" and "vpcId" not in inputs:
            yield "vpcId", '"vpc_id": required when availability_mode is regional'

    def create(self, aws: Aws, inputs: Props) -> str:
        """Create the gateway, a regional one in any subnet."""
        if inputs.get("availabilityMode") == "regional":
            inputs = {**inputs, "subnetId": _any_subnet(aws, inputs["vpcId"])}
        return super().create(aws, inputs)

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the mode, and no address of a regional gateway."""
        mode = existing.state.get("availabilityMode") or "zonal"
        addresses = dict.fromkeys(("subnetId", *_OF_A_SUBNET)) if mode == "regional" else {}
        return {"availabilityMode": mode, **addresses}

    def delete(self, aws: Aws, existing: schema.Existing) -> None:
        """Delete the gateway, and its network interface and association, which moto leaves."""
        addresses: list[Props] = (self.describe(aws, existing) or {}).get("NatGatewayAddresses", [])
        super().delete(aws, existing)
        for address in addresses:
            if association := address.get("AssociationId"):
                aws.find("ec2", "disassociate_address", AssociationId=association)
            interface = address["NetworkInterfaceId"]
            aws.find("ec2", "delete_network_interface", NetworkInterfaceId=interface)


def _any_subnet(aws: Aws, vpc_id: str) -> str:
    """Return the id of a subnet of a VPC; the program may be creating it at the same time."""
    filters = [{"Name": "vpc-id", "Values": [vpc_id]}]

    def subnets() -> list[Props]:
        return aws.call("ec2", "describe_subnets", Filters=filters)["Subnets"]

    what = f"a subnet in {vpc_id}, where the local AWS puts the NAT gateway"
    return aws.wait(what, subnets, 60)[0]["SubnetId"]


_DESTINATIONS = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")


class Route(OrdinaryResource):
    """A route of a route table. Its id is ``r-``, the table's id and a hash of the destination."""

    def id_of(self, keys: Props) -> str:
        """Return the id that the real provider derives from table and destination."""
        destination = next(keys[name] for name in _DESTINATIONS if keys.get(name))
        return f"r-{keys['routeTableId']}{zlib.crc32(destination.encode())}"

    def named(self, aws: Aws, import_id: str) -> schema.Existing:
        """Parse ``table_destination``."""
        route_table, _, destination = import_id.partition("_")
        if not destination:
            raise ProviderError(
                f"unexpected format of ID ({import_id}), expected ROUTETABLEID_DESTINATION"
            )
        if destination.startswith("pl-"):
            name = "destinationPrefixListId"
        else:
            name = "destinationIpv6CidrBlock" if ":" in destination else "destinationCidrBlock"
        keys = {"routeTableId": route_table, name: destination}
        return schema.Existing(self.id_of(keys), keys)

    def describe(self, aws: Aws, existing: schema.Existing) -> Props | None:
        """Return the route with the destination among those of the table."""
        routes: list[Props] = (super().describe(aws, existing) or {}).get("Routes", [])
        wanted = to_api(self.properties, existing.state, *_DESTINATIONS)
        return next((route for route in routes if wanted.items() <= route.items()), None)

    def delete(self, aws: Aws, existing: schema.Existing) -> None:
        """Delete the route."""
        if self.describe(aws, existing) is not None:
            destination = to_api(self.properties, existing.state, *_DESTINATIONS)
            aws.find("ec2", "delete_route", **self.key(existing), **destination)
