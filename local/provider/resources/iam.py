"""What is odd about IAM's managed policies."""

from local.provider.aws import Aws
from local.provider.operations import ResourceType
from local.provider.schema import Change, Existing


class Policy(ResourceType):
    """A managed policy. Its id is its ARN; a change makes another version the default one."""

    def update(self, aws: Aws, change: Change) -> None:
        """Make room for another version of the document."""
        if change.touches("policy"):
            self._delete_old_versions(aws, change.wanted)
        super().update(aws, change)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the policy with all its versions."""
        self._delete_old_versions(aws, existing)
        super().delete(aws, existing)

    def _delete_old_versions(self, aws: Aws, existing: Existing) -> None:
        key = self.key(existing)
        found = aws.find("iam", "list_policy_versions", **key) or {"Versions": []}
        for version in found["Versions"]:
            if not version["IsDefaultVersion"]:
                aws.call("iam", "delete_policy_version", **key, VersionId=version["VersionId"])
