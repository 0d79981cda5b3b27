"""``aws:lambda/layerVersion:LayerVersion``, with a ``.zip`` file.

Source: https://www.pulumi.com/registry/packages/aws/api-docs/lambda/layerversion/.
"""

from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import Operations, OrdinaryResource
from local.provider.resources.choices import choice
from local.provider.resources.lambda_.code import code_hash, code_location, ready_zip
from local.provider.validators import at_most_items
from local.provider.values import Props


class LayerVersion(OrdinaryResource):
    """A version of a layer. Its id is its ARN, and every change replaces it."""

    pulumi_type = "aws:lambda/layerVersion:LayerVersion"
    properties = schema.regional(
        layerName=schema.string(required=True, replaces=True),
        code=schema.archive(replaces=True, sent=False, validators=(ready_zip,)),
        compatibleArchitectures=schema.unordered(
            replaces=True, item=choice("lambda", "Architecture"), validators=(at_most_items(2),)
        ),
        compatibleRuntimes=schema.unordered(
            replaces=True, item=choice("lambda", "Runtime"), validators=(at_most_items(15),)
        ),
        description=schema.string(replaces=True),
        licenseInfo=schema.string(replaces=True),
        skipDestroy=schema.boolean(default=False, replaces=True, sent=False),
        sourceCodeHash=schema.string(computed=True, replaces=True, sent=False),
        arn=schema.output(member="LayerVersionArn"),
        **schema.outputs("codeSha256", "createdDate", "layerArn", "sourceCodeSize", "version"),
    )
    operations = Operations(
        service="lambda",
        create="publish_layer_version",
        made="LayerVersionArn",
        read="get_layer_version_by_arn",
        key={"Arn": "id"},
        optional=("compatibleArchitectures", "compatibleRuntimes", "licenseInfo"),
    )

    def request(self, inputs: Props, *names: str) -> dict[str, Any]:
        """Return the members with the code."""
        return {**super().request(inputs, *names), "Content": code_location(inputs)}

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the name in the ARN, and what AWS says of the code."""
        return {
            **code_hash(existing.state),
            "codeSha256": found["Content"]["CodeSha256"],
            "layerName": found["LayerArn"].rpartition(":")[2],
            "sourceCodeSize": found["Content"]["CodeSize"],
            "version": str(found["Version"]),
        }

    def delete(self, aws: Aws, existing: schema.Existing) -> None:
        """Delete the version, unless ``skipDestroy`` is set."""
        if not existing.state.get("skipDestroy"):
            layer, _, number = existing.id.rpartition(":")
            aws.call("lambda", "delete_layer_version", LayerName=layer, VersionNumber=int(number))
