"""``aws:lambda/eventSourceMapping:EventSourceMapping``, for queues and streams.

Source: https://www.pulumi.com/registry/packages/aws/api-docs/lambda/eventsourcemapping/.
"""

from collections.abc import Collection
from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import Operations, OrdinaryResource, calls
from local.provider.resources.choices import choice
from local.provider.tagging import LAMBDA
from local.provider.validators import arn, between
from local.provider.values import Props, Value


def _same_reference(old: Value, new: Value) -> bool:
    """Return whether two names or ARNs mean the same function with the same qualifier."""
    return str(old).rpartition(":function:")[2] == str(new).rpartition(":function:")[2]


_UPDATABLE = schema.table(
    functionName=schema.string(required=True, same=_same_reference),
    enabled=schema.boolean(default=True),
    batchSize=schema.integer(computed=True),
    bisectBatchOnFunctionError=schema.boolean(computed=True),
    destinationConfig=schema.block(
        computed=True,
        fields={
            "onFailure": schema.block(
                fields={"destinationArn": schema.string(member="Destination")}
            )
        },
    ),
    filterCriteria=schema.block(
        fields={"filters": schema.unordered(item=schema.block(fields={"pattern": schema.string()}))}
    ),
    functionResponseTypes=schema.unordered(item=choice("lambda", "FunctionResponseType")),
    kmsKeyArn=schema.string(member="KMSKeyArn", validators=(arn,)),
    maximumBatchingWindowInSeconds=schema.integer(computed=True),
    maximumRecordAgeInSeconds=schema.integer(computed=True),
    maximumRetryAttempts=schema.integer(computed=True),
    parallelizationFactor=schema.integer(computed=True, validators=(between(1, 10),)),
    scalingConfig=schema.block(
        fields={"maximumConcurrency": schema.integer(validators=(between(2, 1000),))}
    ),
    tumblingWindowInSeconds=schema.integer(computed=True, validators=(between(0, 900),)),
)


class EventSourceMapping(OrdinaryResource):
    """An event source mapping. Its id is its UUID."""

    pulumi_type = "aws:lambda/eventSourceMapping:EventSourceMapping"
    properties = schema.regional(
        **_UPDATABLE,
        eventSourceArn=schema.string(replaces=True, validators=(arn,)),
        startingPosition=choice("lambda", "EventSourcePosition", replaces=True),
        arn=schema.output(member="EventSourceMappingArn"),
        **schema.outputs("functionArn", "lastModified", "state", "stateTransitionReason"),
        uuid=schema.output(member="UUID"),
    )
    operations = Operations(
        service="lambda",
        **calls("event_source_mapping"),
        made="UUID",
        updates=tuple(_UPDATABLE),
        cleared={
            "FilterCriteria": {},
            "FunctionResponseTypes": [],
            "KMSKeyArn": "",
            "ScalingConfig": {},
        },
        key={"UUID": "id"},
        optional=("filterCriteria", "functionResponseTypes", "kmsKeyArn", "scalingConfig"),
        tagging=LAMBDA,
    )

    def unsettled(self, change: schema.Change) -> Collection[str]:
        """Return the outputs that every update changes."""
        return ("lastModified", "state") if change.touches(*_UPDATABLE) else ()

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the function, and whether the mapping is enabled, from the members for them."""
        return {"functionName": found["FunctionArn"], "enabled": found["State"] == "Enabled"}
