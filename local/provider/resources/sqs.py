"""SQS's resource type: ``aws:sqs/queue:Queue``.

Source: https://www.pulumi.com/registry/packages/aws/api-docs/sqs/queue/.
"""

from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.members import from_api, to_api
from local.provider.operations import Operations, OrdinaryResource
from local.provider.resources.documents import document
from local.provider.tagging import Tagging
from local.provider.validators import between, pattern
from local.provider.values import Props

_ATTRIBUTES = schema.table(
    contentBasedDeduplication=schema.boolean(default=False),
    delaySeconds=schema.integer(default=0, validators=(between(0, 900),)),
    fifoQueue=schema.boolean(default=False, replaces=True),
    kmsMasterKeyId=schema.string(),
    kmsDataKeyReusePeriodSeconds=schema.integer(computed=True, validators=(between(60, 86_400),)),
    maxMessageSize=schema.integer(
        default=262_144, member="MaximumMessageSize", validators=(between(1024, 1_048_576),)
    ),
    messageRetentionSeconds=schema.integer(
        default=345_600, member="MessageRetentionPeriod", validators=(between(60, 1_209_600),)
    ),
    policy=document(computed=True),
    receiveWaitTimeSeconds=schema.integer(
        default=0, member="ReceiveMessageWaitTimeSeconds", validators=(between(0, 20),)
    ),
    redriveAllowPolicy=document(computed=True),
    redrivePolicy=document(computed=True),
    sqsManagedSseEnabled=schema.boolean(computed=True),
    visibilityTimeoutSeconds=schema.integer(
        default=30, member="VisibilityTimeout", validators=(between(0, 43_200),)
    ),
)


class Queue(OrdinaryResource):
    """A queue. Its id is its URL, and SQS takes its properties as attributes, which are text."""

    pulumi_type = "aws:sqs/queue:Queue"
    auto_name = schema.AutoName(max_length=80)
    properties = schema.regional(
        name=schema.string(
            replaces=True, validators=(pattern(r"[\w-]{1,80}|[\w-]{1,75}\.fifo", "see QueueName"),)
        ),
        **_ATTRIBUTES,
        arn=schema.output(member="QueueArn"),
        url=schema.output(),
    )
    operations = Operations(
        service="sqs",
        create="create_queue",
        made="QueueUrl",
        read="get_queue_attributes",
        read_members={"AttributeNames": ["All"]},
        found="Attributes",
        update="set_queue_attributes",
        updates=tuple(_ATTRIBUTES),
        delete="delete_queue",
        key={"QueueUrl": "id"},
        optional=("kmsMasterKeyId",),
        derived={"url": "{id}"},
        tagging=Tagging(
            service="sqs",
            resource="QueueUrl",
            by_id=True,
            tag="tag_queue",
            untag="untag_queue",
            listing="list_queue_tags",
            created="tags",
        ),
    )

    def request(self, inputs: Props, *names: str) -> dict[str, Any]:
        """Return the name of a new queue, and the attributes as text."""
        attributes = to_api(_ATTRIBUTES, inputs)
        if names:
            # A queue is a FIFO queue or not from its creation on.
            attributes.pop("FifoQueue")
            attributes.setdefault("KmsMasterKeyId", "")
        if not inputs["fifoQueue"]:
            attributes.pop("FifoQueue", None)
            attributes.pop("ContentBasedDeduplication", None)
        members = {name: _text(value) for name, value in attributes.items()}
        return {"Attributes": members, **({} if names else {"QueueName": inputs["name"]})}

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the attributes as values, and the name, which ends the URL."""
        texts = from_api(_ATTRIBUTES, found)
        defaults = {"fifoQueue": False, "contentBasedDeduplication": False}
        values = {name: _value(_ATTRIBUTES[name].type, text) for name, text in texts.items()}
        return {**defaults, **values, "name": existing.id.rpartition("/")[2]}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _value(value_type: schema.ValueType, text: str) -> Any:
    if value_type is schema.ValueType.BOOLEAN:
        return text == "true"
    return int(text) if value_type is schema.ValueType.INTEGER else text
