"""What is odd about flow logs."""

from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import OrdinaryResource
from local.provider.values import Props

_SOURCES = {"eniId": "NetworkInterface", "subnetId": "Subnet", "vpcId": "VPC"}


class FlowLog(OrdinaryResource):
    """A flow log."""

    def request(self, inputs: Props, *names: str) -> dict[str, Any]:
        """Name the source beside the properties that EC2 takes as they are."""
        source = next(name for name in _SOURCES if name in inputs)
        members = super().request(inputs, *names)
        return {**members, "ResourceIds": [inputs[source]], "ResourceType": _SOURCES[source]}

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the source, which EC2 answers by its id alone."""
        return {f"{found['ResourceId'].partition('-')[0]}Id": found["ResourceId"]}
