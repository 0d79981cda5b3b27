"""Event source mappings: stored and returned. Nothing polls the sources."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from local.lambda_api.errors import conflict, not_found
from local.lambda_api.protocol import Members, page
from local.lambda_api.revisions import find_revision
from local.lambda_api.state import Scope
from local.people_yaml import read_yaml

DEFAULTS: Mapping[str, Members] = read_yaml(Path(__file__).with_suffix(".yaml"))
"""AWS's defaults, by the service of the source."""


def create_event_source_mapping(scope: Scope, request: Members) -> Members:
    """Run ``CreateEventSourceMapping``."""
    source: str = request.get("EventSourceArn", "")
    arn = find_revision(scope, request).arn
    for other in scope.region.event_source_mappings.values():
        if source and (source, arn) == (other.get("EventSourceArn"), other["FunctionArn"]):
            raise conflict(
                f'An event source mapping with event source arn (" {source} ") and function (" '
                f'{arn} ") already exists. Please update or delete the existing mapping with UUID '
                f"{other['UUID']}"
            )
    uuid = str(uuid4())
    service = source.partition("arn:aws:")[2].partition(":")[0]
    mapping = {
        **DEFAULTS.get(service, {}),
        **request,
        "UUID": uuid,
        "EventSourceMappingArn": scope.region.arn(f"event-source-mapping:{uuid}"),
        "FunctionArn": arn,
        "LastModified": datetime.now(UTC),
        "StateTransitionReason": "USER_INITIATED",
        "Tags": dict(request.get("Tags") or {}),
    }
    scope.region.event_source_mappings[uuid] = mapping
    return _describe(mapping, "Creating")


def get_event_source_mapping(scope: Scope, request: Members) -> Members:
    """Run ``GetEventSourceMapping``."""
    return _describe(find_event_source_mapping(scope, request["UUID"]))


def update_event_source_mapping(scope: Scope, request: Members) -> Members:
    """Run ``UpdateEventSourceMapping``."""
    mapping = find_event_source_mapping(scope, request["UUID"])
    if "FunctionName" in request:
        mapping["FunctionArn"] = find_revision(scope, request).arn
    mapping.update(request, LastModified=datetime.now(UTC))
    return _describe(mapping, "Updating")


def delete_event_source_mapping(scope: Scope, request: Members) -> Members:
    """Run ``DeleteEventSourceMapping``."""
    mapping = find_event_source_mapping(scope, request["UUID"])
    del scope.region.event_source_mappings[mapping["UUID"]]
    return _describe(mapping, "Deleting")


def list_event_source_mappings(scope: Scope, request: Members) -> Members:
    """Run ``ListEventSourceMappings``, of one function or source if the request names it."""
    source: str | None = request.get("EventSourceArn")
    name: str | None = request.get("FunctionName")
    prefix = f"{scope.region.find_function(name).arn}:" if name else ""
    mappings = [
        _describe(mapping)
        for mapping in scope.region.event_source_mappings.values()
        if source in {None, mapping.get("EventSourceArn", "")}
        and f"{mapping['FunctionArn']}:".startswith(prefix)
    ]
    return page(request, "EventSourceMappings", mappings, default=100)


def find_event_source_mapping(scope: Scope, uuid: str) -> Members:
    """Return an event source mapping, which has to exist."""
    if uuid not in scope.region.event_source_mappings:
        raise not_found("The resource you requested does not exist.")
    return scope.region.event_source_mappings[uuid]


def _describe(mapping: Members, state: str | None = None) -> Members:
    # An update clears a setting by an empty value.
    described = {name: value for name, value in mapping.items() if value not in ({}, [], "")}
    settled = "Enabled" if mapping.get("Enabled", True) else "Disabled"
    return {**described, "State": state or settled}
