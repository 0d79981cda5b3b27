"""Pulumi's provider protocol, as far as the engine uses it for ``aws``.

Source: docs/facts/pulumi.md#provider-protocol.

Each method decodes the request, calls the module that does the work, and encodes the response.
"""

# The protocol names the methods.
# ruff: noqa: N802

import json
from collections.abc import Mapping

from google.protobuf.empty_pb2 import Empty
from grpc import ServicerContext
from pulumi.runtime.proto import plugin_pb2, provider_pb2 as proto, provider_pb2_grpc

from local.aws_client import AwsClients
from local.provider.aws import Aws, ProviderError
from local.provider.check import Naming, check, merged_tags
from local.provider.diff import deletes_first, differences
from local.provider.engine_process import Engine, with_absolute_paths
from local.provider.init_failures import (
    is_unfinished,
    marks_of,
    recording_create,
    recording_update,
    unapplied,
)
from local.provider.lookups import lookup
from local.provider.operations import ResourceType
from local.provider.outputs import found_by, inputs_of, planned, settled
from local.provider.package_schema import package_schema
from local.provider.schema import Change, Difference, Existing
from local.provider.session import ProviderConfig, Session
from local.provider.tables import RESOURCES
from local.provider.unknown_types import UnknownTypes, resource_type
from local.provider.values import DEFAULTS, UNKNOWN, Props, Value, decode, encode

VERSION = "7.51.1"
"""The version of ``pulumi-aws`` that the stand-in provider imitates."""

_DEFAULT_TIMEOUT_SECONDS = 600.0


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """The gRPC service of the stand-in provider; the URL is that of the local AWS's endpoint."""

    def __init__(self, endpoint_url: str) -> None:
        self._clients = AwsClients(endpoint_url)
        # By the peer's address. One that is used again belongs to a new engine, which attaches to
        # and configures the provider again; so there are never more of them than ports.
        self._engines: dict[str, Engine] = {}
        self._sessions: dict[str, Session] = {}
        self._unknown_types = UnknownTypes()

    def Handshake(
        self, request: proto.ProviderHandshakeRequest, context: ServicerContext
    ) -> proto.ProviderHandshakeResponse:
        """Agree on the protocol."""
        return proto.ProviderHandshakeResponse(
            accept_secrets=True, supports_autonaming_configuration=True
        )

    def Attach(self, request: plugin_pb2.PluginAttach, context: ServicerContext) -> Empty:
        """Note the engine's address."""
        self._engines[context.peer()] = Engine(request.address)
        return Empty()

    def GetPluginInfo(self, request: Empty, context: ServicerContext) -> plugin_pb2.PluginInfo:
        """Return the version of the provider."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetSchema(
        self, request: proto.GetSchemaRequest, context: ServicerContext
    ) -> proto.GetSchemaResponse:
        """Return the schema, which programs in YAML need."""
        return proto.GetSchemaResponse(schema=json.dumps(package_schema(VERSION)))

    def CheckConfig(
        self, request: proto.CheckRequest, context: ServicerContext
    ) -> proto.CheckResponse:
        """Validate a configuration."""
        response = proto.CheckResponse(inputs=request.news)
        try:
            ProviderConfig.parse(decode(request.news))
        except ProviderError as error:
            response.failures.add(reason=str(error))
        return response

    def Configure(
        self, request: proto.ConfigureRequest, context: ServicerContext
    ) -> proto.ConfigureResponse:
        """Open the session of this connection."""
        config = ProviderConfig.parse(decode(request.args))
        self._sessions[context.peer()] = Session(config)
        return proto.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, supports_autonaming_configuration=True
        )

    def Cancel(self, request: Empty, context: ServicerContext) -> Empty:
        """Stop waiting."""
        if session := self._sessions.get(context.peer()):
            session.cancelled.set()
        return Empty()

    def Check(self, request: proto.CheckRequest, context: ServicerContext) -> proto.CheckResponse:
        """Validate and complete a resource's inputs."""
        session = self._session(context)
        try:
            if request.type not in RESOURCES:
                self._unknown_types.report(self._engine(context), request.type, request.urn)
                return proto.CheckResponse(inputs=request.news)
            resource = RESOURCES[request.type]
            news = with_absolute_paths(decode(request.news), self._engine(context))
            news.pop(DEFAULTS, None)
            olds = decode(request.olds)
            inputs, failures = check(resource, news, olds, session.config, _naming(request))
        except ProviderError as error:
            return _refused(str(error))
        if failures:
            return _refused(*failures)
        return proto.CheckResponse(inputs=encode(inputs, request.news))

    def Diff(self, request: proto.DiffRequest, context: ServicerContext) -> proto.DiffResponse:
        """Return what a deployment would change."""
        session = self._session(context)
        resource = resource_type(request.type, request.olds, request.news)
        state = decode(request.olds)
        news = _with_all_tags(resource, session, decode(request.news))
        response = _diff_response(resource, news, differences(resource, state, news))
        if marks_of(state):
            response.changes = proto.DiffResponse.DIFF_SOME
        return response

    def Create(
        self, request: proto.CreateRequest, context: ServicerContext
    ) -> proto.CreateResponse:
        """Create a resource, or return its planned outputs in a preview."""
        session = self._session(context)
        if not request.preview:
            self._refuse_changes(session, context)
        resource = resource_type(request.type, request.properties)
        inputs = _with_all_tags(resource, session, decode(request.properties))
        if request.preview:
            outputs = {"id": UNKNOWN, **planned(resource.properties, inputs, None)}
            return proto.CreateResponse(properties=encode(outputs, request.properties))
        aws = self._aws(session, inputs, request.timeout)
        made = Existing(resource.create(aws, inputs), inputs)
        with recording_create(resource, aws, made, request.properties):
            resource.complete(aws, made)
            outputs = _outputs(resource, aws, made)
        return proto.CreateResponse(id=made.id, properties=encode(outputs, request.properties))

    def Update(
        self, request: proto.UpdateRequest, context: ServicerContext
    ) -> proto.UpdateResponse:
        """Update a resource in place, or return its planned outputs in a preview."""
        session = self._session(context)
        resource = resource_type(request.type, request.olds, request.news)
        inputs = _with_all_tags(resource, session, decode(request.news))
        state = decode(request.olds)
        change = Change(request.id, state, inputs, _changed_names(resource, state, inputs))
        if request.preview:
            plan = planned(resource.properties, inputs, state, resource.unsettled(change))
            outputs = {"id": request.id, **plan}
            return proto.UpdateResponse(properties=encode(outputs, request.news))
        self._refuse_changes(session, context)
        aws = self._aws(session, inputs, request.timeout)
        with recording_update(resource, aws, change, request.news):
            if is_unfinished(state):
                resource.complete(aws, change.wanted)
            if change.names:
                resource.update(aws, change)
            outputs = _outputs(resource, aws, change.wanted)
        return proto.UpdateResponse(properties=encode(outputs, request.news))

    def Read(self, request: proto.ReadRequest, context: ServicerContext) -> proto.ReadResponse:
        """Return the current state of a resource; without an id if it does not exist."""
        session = self._session(context)
        resource = resource_type(request.type, request.properties, request.inputs)
        state = decode(request.properties)
        aws = self._aws(session, state, request.timeout)
        if not state:
            return _import(resource, aws, request.id, session.config)
        found = resource.read(aws, Existing(request.id, state))
        if found is None:
            return proto.ReadResponse()
        settled_now = settled(resource.properties, state, found)
        outputs = {"id": request.id, **marks_of(state), **settled_now}
        inputs = {
            name: outputs.get(name, value) if name != DEFAULTS else value
            for name, value in decode(request.inputs).items()
        }
        return proto.ReadResponse(
            id=request.id,
            properties=encode(outputs, request.properties),
            inputs=encode(inputs, request.inputs),
        )

    def Delete(self, request: proto.DeleteRequest, context: ServicerContext) -> Empty:
        """Delete a resource."""
        session = self._session(context)
        self._refuse_changes(session, context)
        resource = resource_type(request.type, request.properties)
        state = decode(request.properties)
        aws = self._aws(session, state, request.timeout)
        resource.delete(aws, Existing(request.id, state))
        return Empty()

    def Invoke(
        self, request: proto.InvokeRequest, context: ServicerContext
    ) -> proto.InvokeResponse:
        """Call a data source."""
        session = self._session(context)
        args = decode(request.args)
        response = proto.InvokeResponse()
        try:
            answer = lookup(request.tok).call(self._aws(session, args, 0), args)
        except ProviderError as error:
            response.failures.add(reason=str(error))
            return response
        getattr(response, "return").CopyFrom(encode(answer))
        return response

    def _engine(self, context: ServicerContext) -> Engine:
        return self._engines.get(context.peer(), Engine())

    def _session(self, context: ServicerContext) -> Session:
        if session := self._sessions.get(context.peer()):
            return session
        raise ProviderError("the engine has not configured the provider; run the command again")

    def _refuse_changes(self, session: Session, context: ServicerContext) -> None:
        """Raise for a stack that could also change AWS, or that has resources of unknown types."""
        session.config.refuse_changes_to_others()
        self._unknown_types.refuse_changes(self._engine(context))

    def _aws(self, session: Session, props: Props, timeout: float) -> Aws:
        region = props.get("region") or session.config.region
        return Aws(self._clients, region, session.cancelled, timeout or _DEFAULT_TIMEOUT_SECONDS)


def _changed_names(
    resource: ResourceType, state: Mapping[str, Value], inputs: Mapping[str, Value]
) -> set[str]:
    """Return the properties that differ, and those that a failed update may not have changed."""
    differing = {difference.property for difference in differences(resource, state, inputs)}
    again = {
        name
        for name in unapplied(state)
        if name in inputs or not resource.properties[name].computed
    }
    return differing | again


def _with_all_tags(
    resource: ResourceType, session: Session, inputs: Mapping[str, Value]
) -> dict[str, Value]:
    """Add ``tagsAll``, which the inputs of plugin-framework resources lack."""
    if not resource.tagged:
        return dict(inputs)
    return {"tagsAll": merged_tags(session.config, inputs), **inputs}


def _outputs(resource: ResourceType, aws: Aws, existing: Existing) -> dict[str, Value]:
    """Return the outputs of a resource that was just created or updated."""
    found = resource.read(aws, existing)
    if found is None:
        raise ProviderError(f"{existing.id} was gone again at once")
    return {"id": existing.id, **settled(resource.properties, existing.state, found)}


def _import(
    resource: ResourceType, aws: Aws, import_id: str, config: ProviderConfig
) -> proto.ReadResponse:
    """Return the resource with an import id; without an id if there is none."""
    found = found_by(resource, aws, import_id, config)
    if found is None:
        return proto.ReadResponse()
    return proto.ReadResponse(
        id=found.id,
        properties=encode({"id": found.id, **found.state}),
        inputs=encode(inputs_of(resource, found.state)),
    )


def _refused(*failures: str) -> proto.CheckResponse:
    return proto.CheckResponse(
        failures=[proto.CheckFailure(reason=failure) for failure in failures]
    )


def _naming(request: proto.CheckRequest) -> Naming:
    options = request.autonaming
    is_disabled = options.mode == proto.CheckRequest.AutonamingOptions.DISABLE
    return Naming(request.name, request.randomSeed, options.proposed_name, is_disabled)


def _diff_response(
    resource: ResourceType, news: Props, found: list[Difference]
) -> proto.DiffResponse:
    replacing = sorted({entry.property for entry in found if entry.replaces})
    return proto.DiffResponse(
        changes=(proto.DiffResponse.DIFF_SOME if found else proto.DiffResponse.DIFF_NONE),
        diffs=sorted({entry.property for entry in found}),
        replaces=replacing,
        deleteBeforeReplace=bool(replacing) and deletes_first(resource, news),
        detailedDiff={
            entry.path: proto.PropertyDiff(
                kind=proto.PropertyDiff.Kind.Value(entry.diff + "_REPLACE" * entry.replaces)
            )
            for entry in found
        },
        hasDetailedDiff=True,
    )
