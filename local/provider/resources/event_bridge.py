"""EventBridge's resource types, which Pulumi keeps with CloudWatch's: rules and their targets.

Sources: https://www.pulumi.com/registry/packages/aws/api-docs/cloudwatch/eventrule/ and
https://www.pulumi.com/registry/packages/aws/api-docs/cloudwatch/eventtarget/.

Parameters of targets other than Lambda, SNS and SQS are not supported.
"""

import secrets
from dataclasses import replace
from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import Operations, OrdinaryResource
from local.provider.resources.choices import choice
from local.provider.resources.documents import document
from local.provider.tagging import KEY_AND_VALUE, Tagging
from local.provider.validators import arn, between, length, pattern
from local.provider.values import Props


class EventRule(OrdinaryResource):
    """A rule of an event bus. Its id is its name, behind the bus where that is not the default."""

    pulumi_type = "aws:cloudwatch/eventRule:EventRule"
    import_layout = "eventBusName/name"
    auto_name = schema.AutoName(max_length=64)
    properties = schema.regional(
        name=schema.string(
            replaces=True, validators=(length(1, 64), pattern(r"[\w.-]+", "letters, digits, _.-"))
        ),
        eventBusName=schema.string(default="default", replaces=True),
        description=schema.string(validators=(length(0, 512),)),
        eventPattern=document(),
        forceDestroy=schema.boolean(default=False, sent=False),
        roleArn=schema.string(validators=(arn,)),
        scheduleExpression=schema.string(validators=(length(0, 256),)),
        state=choice("events", "RuleState", default="ENABLED"),
        arn=schema.output(),
    )
    operations = Operations(
        service="events",
        create="put_rule",
        read="describe_rule",
        update="put_rule",
        delete="delete_rule",
        key={"Name": "name", "EventBusName": "eventBusName"},
        optional=("description", "eventPattern", "roleArn", "scheduleExpression"),
        tagging=Tagging(
            service="events",
            resource="ResourceARN",
            listing="list_tags_for_resource",
            pair=KEY_AND_VALUE,
        ),
    )

    def id_of(self, keys: Props) -> str:
        """Return the name, or the bus and the name."""
        bus = keys["eventBusName"]
        return keys["name"] if bus == "default" else f"{bus}/{keys['name']}"


class EventTarget(OrdinaryResource):
    """A target of a rule. Its id is the rule and the target's own id, joined by a hyphen."""

    pulumi_type = "aws:cloudwatch/eventTarget:EventTarget"
    id_layout = "{rule}-{targetId}"
    import_layout = "eventBusName/rule/targetId"
    properties = schema.regional(
        arn=schema.string(required=True, validators=(arn,)),
        rule=schema.string(required=True, replaces=True, sent=False),
        eventBusName=schema.string(default="default", replaces=True, sent=False),
        targetId=schema.string(
            computed=True, replaces=True, member="Id", validators=(length(1, 64),)
        ),
        deadLetterConfig=schema.block(fields={"arn": schema.string(validators=(arn,))}),
        input=schema.string(validators=(length(0, 8192),)),
        inputPath=schema.string(validators=(length(0, 256),)),
        inputTransformer=schema.block(
            fields={
                "inputPaths": schema.mapping(member="InputPathsMap"),
                "inputTemplate": schema.string(required=True, validators=(length(1, 8192),)),
            }
        ),
        retryPolicy=schema.block(
            fields={
                "maximumEventAgeInSeconds": schema.integer(validators=(between(60, 86_400),)),
                "maximumRetryAttempts": schema.integer(validators=(between(0, 185),)),
            }
        ),
        roleArn=schema.string(validators=(arn,)),
        sqsTarget=schema.block(
            member="SqsParameters", fields={"messageGroupId": schema.string(required=True)}
        ),
    )
    operations = Operations(
        service="events",
        create="put_targets",
        read="list_targets_by_rule",
        found="Targets",
        match={"Id": "targetId"},
        update="put_targets",
        delete="remove_targets",
        key={"Rule": "rule", "EventBusName": "eventBusName"},
        delete_key={"Rule": "rule", "EventBusName": "eventBusName", "Ids": "[targetId]"},
        optional=("input", "inputPath", "roleArn"),
    )

    def create(self, aws: Aws, inputs: Props) -> str:
        """Put the target, with an invented id if the program gives none."""
        return super().create(aws, {"targetId": f"terraform-{secrets.token_hex(13)}", **inputs})

    def request(self, inputs: Props, *names: str) -> dict[str, Any]:
        """Return the rule, and the target in a list."""
        target = super().request(inputs)
        return {**self.key(schema.Existing("", inputs)), "Targets": [target]}

    def describe(self, aws: Aws, existing: schema.Existing) -> Props | None:
        """Find the target by its own id."""
        return super().describe(aws, replace(existing, state=_named(existing.id, existing.state)))

    def update(self, aws: Aws, change: schema.Change) -> None:
        """Put the target again."""
        super().update(aws, replace(change, new=_named(change.id, change.new)))


def _named(resource_id: str, props: Props) -> Props:
    """Return properties with the target's own id, which inputs lack if it is invented."""
    return {"targetId": resource_id.removeprefix(f"{props['rule']}-"), **props}
