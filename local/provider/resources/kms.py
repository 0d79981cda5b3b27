"""KMS's resource type: ``aws:kms/key:Key`` (docs/facts/aws-provider.md#kms-and-sns)."""

from types import MappingProxyType

from local.provider.aws import Aws
from local.provider.members import from_api, to_api
from local.provider.resources.documents import same_document
from local.provider.schema import (
    REGION,
    TAGS,
    Change,
    Existing,
    ResourceType,
    boolean,
    integer,
    output,
    string,
)
from local.provider.tagging import KMS
from local.provider.validators import between, json_document, length, one_of_enum
from local.provider.values import Props

_GONE = ("NotFoundException", "KMSInvalidStateException")
_POLICY_NAME = "default"
_DEFAULT_WINDOW_DAYS = 30


class Key(ResourceType):
    """A key. Its deletion is scheduled, and from then on the provider treats it as deleted."""

    pulumi_type = "aws:kms/key:Key"
    properties = MappingProxyType(
        {
            "customerMasterKeySpec": string(
                default="SYMMETRIC_DEFAULT",
                replaces=True,
                member="KeySpec",
                validators=(one_of_enum("kms", "KeySpec"),),
            ),
            "deletionWindowInDays": integer(sent=False, validators=(between(7, 30),)),
            "description": string(computed=True, validators=(length(0, 8192),)),
            "enableKeyRotation": boolean(default=False, sent=False),
            "keyUsage": string(
                default="ENCRYPT_DECRYPT",
                replaces=True,
                validators=(one_of_enum("kms", "KeyUsageType"),),
            ),
            "policy": string(computed=True, same=same_document, validators=(json_document,)),
            "region": REGION,
            **TAGS,
            "arn": output(),
            "keyId": output(),
        }
    )

    def create(self, aws: Aws, inputs: Props) -> str:
        """Create the key."""
        return aws.call(
            "kms",
            "create_key",
            **to_api(self.properties, inputs),
            **KMS.creation(inputs),
        )["KeyMetadata"]["KeyId"]

    def complete(self, aws: Aws, made: Existing) -> None:
        """Enable rotation if it is wanted."""
        if made.state["enableKeyRotation"]:
            aws.call("kms", "enable_key_rotation", KeyId=made.id)

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Describe the key."""
        answer = aws.find("kms", "describe_key", _GONE, KeyId=existing.id)
        if answer is None or answer["KeyMetadata"]["KeyState"] == "PendingDeletion":
            return None
        key = {"KeyId": existing.id}
        tags = aws.call("kms", "list_resource_tags", **key)["Tags"]
        return {
            **from_api(self.properties, answer["KeyMetadata"]),
            "enableKeyRotation": aws.call("kms", "get_key_rotation_status", **key)[
                "KeyRotationEnabled"
            ],
            "policy": aws.call("kms", "get_key_policy", **key, PolicyName=_POLICY_NAME)["Policy"],
            "tagsAll": {tag["TagKey"]: tag["TagValue"] for tag in tags},
        }

    def update(self, aws: Aws, change: Change) -> None:
        """Update description, rotation, policy and tags."""
        key, new = {"KeyId": change.id}, change.new
        if change.touches("description"):
            aws.call("kms", "update_key_description", **key, Description=new["description"])
        if change.touches("enableKeyRotation"):
            switch = "enable" if new["enableKeyRotation"] else "disable"
            aws.call("kms", f"{switch}_key_rotation", **key)
        if change.touches("policy"):
            aws.call("kms", "put_key_policy", **key, PolicyName=_POLICY_NAME, Policy=new["policy"])
        KMS.update(aws, change)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Schedule the deletion."""
        if self.read(aws, existing) is not None:
            days = existing.state.get("deletionWindowInDays") or _DEFAULT_WINDOW_DAYS
            aws.call(
                "kms", "schedule_key_deletion", KeyId=existing.id, PendingWindowInDays=int(days)
            )
