"""Tags of functions, capacity providers and event source mappings."""

from local.lambda_api.event_source_mappings import find_event_source_mapping
from local.lambda_api.names import find_capacity_provider, find_function
from local.lambda_api.protocol import Members
from local.lambda_api.scope import Operation, Scope


def tag_resource(scope: Scope, request: Members) -> Members:
    """Run ``TagResource``."""
    _tags(scope, request["Resource"]).update(request["Tags"])
    return {}


def untag_resource(scope: Scope, request: Members) -> Members:
    """Run ``UntagResource``."""
    tags = _tags(scope, request["Resource"])
    for key in request["TagKeys"]:
        tags.pop(key, None)
    return {}


def list_tags(scope: Scope, request: Members) -> Members:
    """Run ``ListTags``."""
    return {"Tags": dict(_tags(scope, request["Resource"]))}


def _tags(scope: Scope, arn: str) -> dict[str, str]:
    if ":capacity-provider:" in arn:
        return find_capacity_provider(scope.region, arn).tags
    if ":event-source-mapping:" in arn:
        return find_event_source_mapping(scope, arn.rpartition(":")[2]).tags
    return find_function(scope.region, arn).tags


OPERATIONS: dict[str, Operation] = {
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
    "ListTags": list_tags,
}
