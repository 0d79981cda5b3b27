"""What is odd about SQS's queues."""

from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.members import from_api, to_api
from local.provider.operations import OrdinaryResource
from local.provider.values import Props


class Queue(OrdinaryResource):
    """A queue. Its id is its URL, and SQS takes its properties as attributes, which are text."""

    def request(self, inputs: Props, *names: str) -> dict[str, Any]:
        """Return the name of a new queue, and the attributes as text."""
        attributes = to_api(self.properties, inputs, *self.operations.updates)
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
        """Return the attributes as values."""
        texts = from_api(self.properties, found, *self.operations.updates)
        defaults = {"fifoQueue": False, "contentBasedDeduplication": False}
        values = {name: _value(self.properties[name].type, text) for name, text in texts.items()}
        return {**defaults, **values}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _value(value_type: schema.ValueType, text: str) -> Any:
    if value_type is schema.ValueType.BOOLEAN:
        return text == "true"
    return int(text) if value_type is schema.ValueType.INTEGER else text
