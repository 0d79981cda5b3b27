"""KMS's resource type: ``aws:kms/key:Key`` (docs/facts/aws-provider.md#kms-and-sns)."""

from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import Operations, OrdinaryResource, Setter, calls
from local.provider.resources.choices import choice
from local.provider.resources.documents import document
from local.provider.tagging import KMS
from local.provider.validators import between, length
from local.provider.values import Props

_POLICY_NAME = "default"
_DEFAULT_WINDOW_DAYS = 30


class Key(OrdinaryResource):
    """A key. Its deletion is scheduled, and from then on the provider treats it as deleted."""

    pulumi_type = "aws:kms/key:Key"
    properties = schema.regional(
        customerMasterKeySpec=choice(
            "kms", "KeySpec", default="SYMMETRIC_DEFAULT", replaces=True, member="KeySpec"
        ),
        deletionWindowInDays=schema.integer(sent=False, validators=(between(7, 30),)),
        description=schema.string(computed=True, validators=(length(0, 8192),)),
        enableKeyRotation=schema.boolean(default=False, sent=False),
        keyUsage=choice("kms", "KeyUsageType", default="ENCRYPT_DECRYPT", replaces=True),
        policy=document(computed=True),
        **schema.outputs("arn", "keyId"),
    )

    operations = Operations(
        service="kms",
        **calls("key", read="describe", update="", delete=""),
        made="KeyMetadata.KeyId",
        found="KeyMetadata",
        gone=("KMSInvalidStateException",),
        key={"KeyId": "id"},
        setters={
            "description": Setter(
                set="update_key_description", members=lambda text: {"Description": text}
            ),
            "enableKeyRotation": Setter(set="enable_key_rotation", unset="disable_key_rotation"),
            "policy": Setter(
                set="put_key_policy",
                members=lambda policy: {"PolicyName": _POLICY_NAME, "Policy": policy},
            ),
        },
        state="KeyState",
        ended=("PendingDeletion",),
        tagging=KMS,
    )

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
