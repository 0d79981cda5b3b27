"""What is odd about versions of layers."""

from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import OrdinaryResource
from local.provider.resources.lambda_.code import code_hash, code_location
from local.provider.values import Props


class LayerVersion(OrdinaryResource):
    """A version of a layer. Its id is its ARN, and every change replaces it."""

    def request(self, inputs: Props, *names: str) -> dict[str, Any]:
        """Return the members with the code."""
        return {**super().request(inputs, *names), "Content": code_location(inputs)}

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the name in the ARN, and the hash of the archive."""
        return {**code_hash(existing.state), "layerName": found["LayerArn"].rpartition(":")[2]}

    def delete(self, aws: Aws, existing: schema.Existing) -> None:
        """Delete the version, unless ``skipDestroy`` is set."""
        if not existing.state.get("skipDestroy"):
            layer, _, number = existing.id.rpartition(":")
            aws.call("lambda", "delete_layer_version", LayerName=layer, VersionNumber=int(number))
