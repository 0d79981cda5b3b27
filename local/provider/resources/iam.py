"""What is odd about IAM's roles, managed policies and instance profiles."""

import json
import secrets
from typing import Any

from local.provider.aws import Aws
from local.provider.operations import ResourceType
from local.provider.schema import Change, Existing
from local.provider.values import Props


class Role(ResourceType):
    """A role. Its inline and managed policies have to be separate resources."""

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the role, and detach its policies first if ``forceDetachPolicies`` is set."""
        if existing.state.get("forceDetachPolicies"):
            key = self.key(existing)
            attached = aws.find("iam", "list_attached_role_policies", **key) or {}
            for policy in attached.get("AttachedPolicies", []):
                aws.call("iam", "detach_role_policy", **key, PolicyArn=policy["PolicyArn"])
            inline = aws.find("iam", "list_role_policies", **key) or {}
            for name in inline.get("PolicyNames", []):
                aws.call("iam", "delete_role_policy", **key, PolicyName=name)
        super().delete(aws, existing)


class Policy(ResourceType):
    """A managed policy. Its id is its ARN; a change makes another version the default one."""

    def outputs(self, aws: Aws, existing: Existing, found: Props) -> dict[str, Any]:
        """Return the document of the default version."""
        version = found["DefaultVersionId"]
        answer = aws.call("iam", "get_policy_version", **self.key(existing), VersionId=version)
        document = answer["PolicyVersion"]["Document"]
        # boto3 may have parsed it.
        return {"policy": document if isinstance(document, str) else json.dumps(document)}

    def update(self, aws: Aws, change: Change) -> None:
        """Make the wanted document the default version, in place of the versions before."""
        if change.touches("policy"):
            key = self.key(change.wanted)
            self._delete_old_versions(aws, key)
            wanted = change.new["policy"]
            aws.call(
                "iam", "create_policy_version", **key, PolicyDocument=wanted, SetAsDefault=True
            )
        super().update(aws, change)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the policy with all its versions."""
        if self.describe(aws, existing) is not None:
            self._delete_old_versions(aws, self.key(existing))
        super().delete(aws, existing)

    def _delete_old_versions(self, aws: Aws, key: Props) -> None:
        for version in aws.call("iam", "list_policy_versions", **key)["Versions"]:
            if not version["IsDefaultVersion"]:
                aws.call("iam", "delete_policy_version", **key, VersionId=version["VersionId"])


class InstanceProfile(ResourceType):
    """An instance profile, which has one role at most. Its id is its name."""

    def complete(self, aws: Aws, made: Existing) -> None:
        """Add the role."""
        self._set_role(aws, made, made.state.get("role"))

    def update(self, aws: Aws, change: Change) -> None:
        """Put another role in the place of the role."""
        self._set_role(aws, change.wanted, change.new.get("role"))
        super().update(aws, change)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Remove the role, then delete the profile."""
        if self.describe(aws, existing) is not None:
            self._set_role(aws, existing, None)
        super().delete(aws, existing)

    def _set_role(self, aws: Aws, existing: Existing, wanted: str | None) -> None:
        key = self.key(existing)
        found = aws.call("iam", "get_instance_profile", **key)["InstanceProfile"]
        present = {role["RoleName"] for role in found["Roles"]}
        for name in present - {wanted}:
            aws.call("iam", "remove_role_from_instance_profile", **key, RoleName=name)
        if wanted and wanted not in present:
            aws.call("iam", "add_role_to_instance_profile", **key, RoleName=wanted)


class RolePolicyAttachment(ResourceType):
    """The attachment of a managed policy to a role."""

    def create(self, aws: Aws, inputs: Props) -> str:
        """Attach the policy. The real provider gives a random id; only an import id has its ARN."""
        super().create(aws, inputs)
        return f"{inputs['role']}-{secrets.token_hex(13)}"
