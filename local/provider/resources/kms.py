"""What is odd about KMS's keys."""

from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import OrdinaryResource
from local.provider.values import Props

_POLICY_NAME = "default"
_DEFAULT_WINDOW_DAYS = 30


class Key(OrdinaryResource):
    """A key. Its deletion is scheduled, and from then on the provider treats it as deleted."""

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return rotation and policy, for which KMS has calls of their own."""
        key = self.key(existing)
        rotation = aws.call("kms", "get_key_rotation_status", **key)
        policy = aws.call("kms", "get_key_policy", **key, PolicyName=_POLICY_NAME)
        return {"enableKeyRotation": rotation["KeyRotationEnabled"], "policy": policy["Policy"]}

    def delete(self, aws: Aws, existing: schema.Existing) -> None:
        """Schedule the deletion."""
        if self.describe(aws, existing) is not None:
            days = existing.state.get("deletionWindowInDays") or _DEFAULT_WINDOW_DAYS
            key = self.key(existing)
            aws.call("kms", "schedule_key_deletion", **key, PendingWindowInDays=int(days))
