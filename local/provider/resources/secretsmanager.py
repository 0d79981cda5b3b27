"""Secrets Manager's resource types: secrets and their versions.

Source: https://www.pulumi.com/registry/packages/aws/api-docs/secretsmanager/.

Replicas, and a policy as a property of the secret, are not supported.
"""

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import Operations, OrdinaryResource, calls
from local.provider.tagging import KEY_AND_VALUE, Tagging
from local.provider.validators import pattern
from local.provider.values import Props


class Secret(OrdinaryResource):
    """A secret. Its id is its ARN; a secret whose deletion is scheduled counts as deleted."""

    pulumi_type = "aws:secretsmanager/secret:Secret"
    auto_name = schema.AutoName()
    properties = schema.regional(
        name=schema.string(
            replaces=True,
            validators=(pattern(r"[0-9A-Za-z/_+=.@-]{1,512}", "letters, digits and /_+=.@-"),),
        ),
        description=schema.string(),
        forceOverwriteReplicaSecret=schema.boolean(default=False, sent=False),
        kmsKeyId=schema.string(),
        recoveryWindowInDays=schema.integer(default=30, sent=False),
        arn=schema.output(member="ARN"),
    )
    operations = Operations(
        service="secretsmanager",
        **calls("secret", read="describe", delete=""),
        made="ARN",
        updates=("description", "kmsKeyId"),
        cleared={"Description": "", "KmsKeyId": ""},
        key={"SecretId": "id"},
        optional=("description", "kmsKeyId"),
        tagging=Tagging(
            service="secretsmanager", resource="SecretId", by_id=True, pair=KEY_AND_VALUE
        ),
    )

    def describe(self, aws: Aws, existing: schema.Existing) -> Props | None:
        """Return the secret, unless its deletion is scheduled."""
        found = super().describe(aws, existing)
        return None if found is None or found.get("DeletedDate") else found

    def delete(self, aws: Aws, existing: schema.Existing) -> None:
        """Schedule the deletion, or delete the secret at once if the window is of 0 days."""
        if self.describe(aws, existing) is None:
            return
        days = existing.state.get("recoveryWindowInDays")
        days = 30 if days is None else int(days)
        window = {"RecoveryWindowInDays": days} if days else {"ForceDeleteWithoutRecovery": True}
        aws.call("secretsmanager", "delete_secret", **self.key(existing), **window)


class SecretVersion(OrdinaryResource):
    """The value of a secret. Its id is the secret's and its version's, joined by ``|``."""

    pulumi_type = "aws:secretsmanager/secretVersion:SecretVersion"
    id_layout = "{secretId}|{versionId}"
    properties = schema.regional(
        secretId=schema.string(required=True, replaces=True),
        secretString=schema.string(replaces=True),
        arn=schema.output(member="ARN"),
        versionId=schema.output(),
        versionStages=schema.output(type=schema.ValueType.SET),
    )
    operations = Operations(
        service="secretsmanager",
        **calls("secret_value", create="put", update="", delete=""),
        made="VersionId",
        gone=("InvalidRequestException",),
        key={"SecretId": "secretId", "VersionId": "versionId"},
    )

    def create(self, aws: Aws, inputs: Props) -> str:
        """Put the value, which becomes the current version."""
        version = super().create(aws, inputs)
        return self.id_of({**inputs, "versionId": version})

    def describe(self, aws: Aws, existing: schema.Existing) -> Props | None:
        """Return the version, which the id names."""
        secret, _, version = existing.id.partition("|")
        return super().describe(
            aws, schema.Existing(existing.id, {"secretId": secret, "versionId": version})
        )

    def delete(self, aws: Aws, existing: schema.Existing) -> None:
        """Do nothing: the current version of a secret is deleted with the secret alone."""
