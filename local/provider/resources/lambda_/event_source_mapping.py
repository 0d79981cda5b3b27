"""``aws:lambda/eventSourceMapping:EventSourceMapping``, for queues and streams.

Source: https://www.pulumi.com/registry/packages/aws/api-docs/lambda/eventsourcemapping/.
"""

from collections.abc import Collection
from typing import Any

from local.provider.aws import Aws
from local.provider.operations import Operations, OrdinaryResource
from local.provider.resources.lambda_.names import GONE
from local.provider.schema import (
    REGION,
    TAGS,
    Change,
    Existing,
    block,
    boolean,
    integer,
    output,
    string,
    table,
    unordered,
)
from local.provider.tagging import LAMBDA
from local.provider.validators import arn, between, one_of_enum
from local.provider.values import Props, Value


def _same_reference(old: Value, new: Value) -> bool:
    """Return whether two names or ARNs mean the same function with the same qualifier."""
    return str(old).rpartition(":function:")[2] == str(new).rpartition(":function:")[2]


_UPDATABLE = table(
    functionName=string(required=True, same=_same_reference),
    enabled=boolean(default=True),
    batchSize=integer(computed=True),
    bisectBatchOnFunctionError=boolean(computed=True),
    destinationConfig=block(
        computed=True,
        fields={
            "onFailure": block(fields={"destinationArn": string(member="Destination")}),
        },
    ),
    filterCriteria=block(
        fields={"filters": unordered(item=block(fields={"pattern": string()}))},
    ),
    functionResponseTypes=unordered(
        item=string(validators=(one_of_enum("lambda", "FunctionResponseType"),))
    ),
    kmsKeyArn=string(member="KMSKeyArn", validators=(arn,)),
    maximumBatchingWindowInSeconds=integer(computed=True),
    maximumRecordAgeInSeconds=integer(computed=True),
    maximumRetryAttempts=integer(computed=True),
    parallelizationFactor=integer(computed=True, validators=(between(1, 10),)),
    scalingConfig=block(fields={"maximumConcurrency": integer(validators=(between(2, 1000),))}),
    tumblingWindowInSeconds=integer(computed=True, validators=(between(0, 900),)),
)


class EventSourceMapping(OrdinaryResource):
    """An event source mapping. Its id is its UUID."""

    pulumi_type = "aws:lambda/eventSourceMapping:EventSourceMapping"
    properties = table(
        **_UPDATABLE,
        eventSourceArn=string(replaces=True, validators=(arn,)),
        startingPosition=string(
            replaces=True, validators=(one_of_enum("lambda", "EventSourcePosition"),)
        ),
        region=REGION,
        **TAGS,
        arn=output(member="EventSourceMappingArn"),
        functionArn=output(),
        lastModified=output(),
        state=output(),
        stateTransitionReason=output(),
        uuid=output(member="UUID"),
    )
    operations = Operations(
        service="lambda",
        create="create_event_source_mapping",
        made="UUID",
        read="get_event_source_mapping",
        update="update_event_source_mapping",
        updates=tuple(_UPDATABLE),
        cleared={
            "FilterCriteria": {},
            "FunctionResponseTypes": [],
            "KMSKeyArn": "",
            "ScalingConfig": {},
        },
        delete="delete_event_source_mapping",
        gone=GONE,
        key={"UUID": "id"},
        optional=("filterCriteria", "functionResponseTypes", "kmsKeyArn", "scalingConfig"),
        tagging=LAMBDA,
    )

    def unsettled(self, change: Change) -> Collection[str]:
        """Return the outputs that every update changes."""
        return ("lastModified", "state") if change.touches(*_UPDATABLE) else ()

    def outputs(self, aws: Aws, existing: Existing, found: Props) -> dict[str, Any]:
        """Return the function, and whether the mapping is enabled, from the members for them."""
        del aws, existing
        return {"functionName": found["FunctionArn"], "enabled": found["State"] == "Enabled"}
