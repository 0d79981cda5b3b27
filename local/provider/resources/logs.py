"""CloudWatch Logs' resource type: ``aws:cloudwatch/logGroup:LogGroup``.

Source: docs/facts/aws-provider.md#log-group.
"""

from types import MappingProxyType
from typing import Any

from local.provider.aws import Aws
from local.provider.members import from_api, to_api
from local.provider.schema import (
    REGION,
    TAGS,
    AutoName,
    Change,
    Existing,
    ResourceType,
    boolean,
    integer,
    output,
    string,
)
from local.provider.tagging import LOGS
from local.provider.validators import arn, length, one_of, one_of_enum, pattern
from local.provider.values import Props
from policies.lmi.facts.limits import LOG_RETENTION_DAYS

_GONE = ("ResourceNotFoundException",)


class LogGroup(ResourceType):
    """A log group. A retention of 0 days keeps its events for ever."""

    pulumi_type = "aws:cloudwatch/logGroup:LogGroup"
    auto_name = AutoName()
    properties = MappingProxyType(
        {
            "name": string(
                replaces=True,
                member="logGroupName",
                validators=(length(1, 512), pattern(r"[.\-_/#A-Za-z0-9]+", "see LogGroupName")),
            ),
            "kmsKeyId": string(member="kmsKeyId", validators=(arn,)),
            "logGroupClass": string(
                computed=True,
                replaces=True,
                member="logGroupClass",
                validators=(one_of_enum("logs", "LogGroupClass"),),
            ),
            "retentionInDays": integer(
                default=0,
                sent=False,
                validators=(one_of(*LOG_RETENTION_DAYS),),
            ),
            "skipDestroy": boolean(default=False, sent=False),
            "region": REGION,
            **TAGS,
            "arn": output(),
        }
    )

    def create(self, aws: Aws, inputs: Props) -> str:
        """Create the log group."""
        aws.call(
            "logs",
            "create_log_group",
            **to_api(self.properties, inputs),
            **LOGS.creation(inputs),
        )
        return inputs["name"]

    def complete(self, aws: Aws, made: Existing) -> None:
        """Set the retention."""
        if made.state["retentionInDays"]:
            _set_retention(aws, made.id, made.state["retentionInDays"])

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Describe the log group."""
        group = _describe(aws, existing.id)
        if group is None:
            return None
        group_arn = group["arn"].removesuffix(":*")
        tags = aws.call("logs", "list_tags_for_resource", resourceArn=group_arn)["tags"]
        return {
            "logGroupClass": "STANDARD",
            "kmsKeyId": None,
            **from_api(self.properties, group),
            "retentionInDays": group.get("retentionInDays", 0),
            "arn": group_arn,
            "tagsAll": tags,
        }

    def update(self, aws: Aws, change: Change) -> None:
        """Change retention, key and tags."""
        if change.touches("retentionInDays"):
            _set_retention(aws, change.id, change.new["retentionInDays"])
        if change.touches("kmsKeyId"):
            _set_key(aws, change.id, change.new.get("kmsKeyId"))
        LOGS.update(aws, change)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the log group, unless ``skipDestroy`` is set."""
        if not existing.state.get("skipDestroy"):
            aws.find("logs", "delete_log_group", _GONE, logGroupName=existing.id)


def _describe(aws: Aws, name: str) -> dict[str, Any] | None:
    answer = aws.call("logs", "describe_log_groups", logGroupNamePrefix=name)
    return next((group for group in answer["logGroups"] if group["logGroupName"] == name), None)


def _set_retention(aws: Aws, name: str, days: int) -> None:
    if days:
        aws.call("logs", "put_retention_policy", logGroupName=name, retentionInDays=days)
    else:
        aws.call("logs", "delete_retention_policy", logGroupName=name)


def _set_key(aws: Aws, name: str, key: str | None) -> None:
    if key:
        aws.call("logs", "associate_kms_key", logGroupName=name, kmsKeyId=key)
    else:
        aws.call("logs", "disassociate_kms_key", logGroupName=name)
