"""Tags of functions, capacity providers and event source mappings."""

from local.lambda_api.errors import invalid_parameter
from local.lambda_api.event_source_mappings import find_event_source_mapping
from local.lambda_api.protocol import Members
from local.lambda_api.state import Scope

MAX_TAGS = 50


def tag_resource(scope: Scope, request: Members) -> Members:
    """Run ``TagResource``."""
    tags = _tags(scope, request["Resource"])
    if not request["Tags"]:
        raise invalid_parameter("An error occurred and the request cannot be processed.")
    check_tags({**tags, **request["Tags"]})
    tags.update(request["Tags"])
    _touch(scope, request["Resource"])
    return {}


def untag_resource(scope: Scope, request: Members) -> Members:
    """Run ``UntagResource``."""
    tags = _tags(scope, request["Resource"])
    for key in request["TagKeys"]:
        tags.pop(key, None)
    _touch(scope, request["Resource"])
    return {}


def list_tags(scope: Scope, request: Members) -> Members:
    """Run ``ListTags``."""
    return {"Tags": dict(_tags(scope, request["Resource"]))}


def check_tags(tags: Members) -> None:
    """Raise for more tags than a resource may have, and for those that AWS alone may set."""
    if len(tags) > MAX_TAGS:
        raise invalid_parameter("Number of tags exceeds resource tag limit.")
    if any(key.startswith("aws:") for key in tags):
        raise invalid_parameter("A key of a tag may not begin with aws:, which is AWS's own.")


def _touch(scope: Scope, arn: str) -> None:
    """Give a tagged function a new revision id; other resources have none."""
    if ":function:" in arn:
        scope.region.find_function(arn).touch()


def _tags(scope: Scope, arn: str) -> dict[str, str]:
    if ":capacity-provider:" in arn:
        return scope.region.find_capacity_provider(arn)["Tags"]
    if ":event-source-mapping:" in arn:
        return find_event_source_mapping(scope, arn.rpartition(":")[2])["Tags"]
    if scope.region.read_name(arn)[1]:
        raise invalid_parameter(
            "Tags on function aliases and versions are not supported. Please specify a function"
            " ARN."
        )
    return scope.region.find_function(arn).tags
