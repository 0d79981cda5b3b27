"""What is odd about secrets and their versions."""

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import OrdinaryResource
from local.provider.values import Props


class Secret(OrdinaryResource):
    """A secret. Its id is its ARN; a secret whose deletion is scheduled counts as deleted."""

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
    """The value of a secret, deleted with it. Its id is the secret's, ``|`` and the version's."""

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
