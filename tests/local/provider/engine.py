"""What an engine does with a provider, call by call, over a gRPC channel of its own."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import grpc
import pytest
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from local.account import ACCOUNT_ID
from local.provider.values import decode, encode

Props = Mapping[str, Any]

REGION = "us-east-1"
LOCAL_STACK = {"region": REGION, "allowedAccountIds": f'["{ACCOUNT_ID}"]'}


@dataclass(frozen=True)
class Deployed:
    """A resource that an engine has in its state."""

    type: str
    name: str
    id: str
    inputs: Props
    outputs: dict[str, Any]


class CheckError(Exception):
    """A check refused inputs; the text holds a line for each reason."""


class CreateFailedError(Exception):
    """A resource was made, but is not ready.

    Attributes
    ----------
    resource
        What the engine records.
    """

    def __init__(self, resource: Deployed) -> None:
        super().__init__(resource.id)
        self.resource = resource


class UpdateFailedError(Exception):
    """An update failed halfway.

    Attributes
    ----------
    resource
        What the engine records.
    """

    def __init__(self, resource: Deployed) -> None:
        super().__init__(resource.id)
        self.resource = resource


class FakeEngine:
    """Drives the provider as an engine does. Wire values are plain: UNKNOWN, Asset, dicts, lists.

    Parameters
    ----------
    port
        The provider's.
    config
        The stack's ``aws:`` configuration, structured values as JSON in a text; ``None`` to attach
        without configuring.
    """

    def __init__(self, port: int, config: Mapping[str, str] | None = LOCAL_STACK) -> None:
        # Python shares connections between channels; engines never do.
        options = [("grpc.use_local_subchannel_pool", 1)]
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}", options)
        # The stubs' types name modules that do not exist.
        self.stub = cast("Any", provider_pb2_grpc.ResourceProviderStub(self._channel))
        self.stub.Attach(plugin_pb2.PluginAttach(address=f"127.0.0.1:{port}"))
        if config is not None:
            self.configure(config)

    def configure(self, config: Mapping[str, str]) -> provider_pb2.ConfigureResponse:
        """Configure the provider."""
        return self.stub.Configure(
            provider_pb2.ConfigureRequest(args=encode(dict(config)), acceptSecrets=True)
        )

    def close(self) -> None:
        self._channel.close()

    def check(
        self, pulumi_type: str, inputs: Props, olds: Props | None = None, name: str = "thing"
    ) -> dict[str, Any]:
        """Return the checked inputs.

        Raises
        ------
        CheckError
            When the provider refuses them.
        """
        return decode(self.check_on_the_wire(pulumi_type, encode(dict(inputs)), olds, name))

    def check_on_the_wire(
        self, pulumi_type: str, news: Any, olds: Props | None = None, name: str = "thing"
    ) -> Struct:
        """Check inputs that are encoded already."""
        answer = self.stub.Check(
            provider_pb2.CheckRequest(
                **_named_so(pulumi_type, name),
                news=news,
                olds=encode(dict(olds or {})),
                randomSeed=secrets.token_bytes(32),
            )
        )
        if answer.failures:
            raise CheckError("\n".join(failure.reason for failure in answer.failures))
        return answer.inputs

    def diff(self, old: Deployed, inputs: Props) -> provider_pb2.DiffResponse:
        """Compare a deployed resource with new inputs."""
        return self.stub.Diff(
            provider_pb2.DiffRequest(
                **_named(old),
                olds=encode(old.outputs),
                old_inputs=encode(dict(old.inputs)),
                news=encode(self.check(old.type, inputs, old.inputs, old.name)),
            )
        )

    def preview(self, pulumi_type: str, inputs: Props) -> dict[str, Any]:
        """Return the outputs that a new resource would have."""
        checked = self.check(pulumi_type, inputs)
        return decode(self._create(pulumi_type, "thing", checked, preview=True).properties)

    def deploy(self, pulumi_type: str, inputs: Props, name: str = "thing") -> Deployed:
        """Create a resource.

        Raises
        ------
        CreateFailedError
            When it was made and is not ready, with what an engine would record.
        """
        checked = self.check(pulumi_type, inputs, name=name)
        try:
            created = self._create(pulumi_type, name, checked, preview=False)
        except grpc.RpcError as error:
            recorded = _recorded(error)
            if recorded is None:
                raise
            outputs = decode(recorded.properties)
            raise CreateFailedError(
                Deployed(pulumi_type, name, recorded.id, checked, outputs)
            ) from error
        return Deployed(pulumi_type, name, created.id, checked, decode(created.properties))

    def preview_update(self, old: Deployed, inputs: Props) -> dict[str, Any]:
        """Return the outputs that an update would lead to."""
        checked = self.check(old.type, inputs, old.inputs, old.name)
        return decode(self._update(old, checked, preview=True).properties)

    def update(self, old: Deployed, inputs: Props) -> Deployed:
        """Change a resource in place.

        Raises
        ------
        UpdateFailedError
            When the update failed halfway, with what an engine would record.
        """
        checked = self.check(old.type, inputs, old.inputs, old.name)
        try:
            updated = self._update(old, checked, preview=False)
        except grpc.RpcError as error:
            recorded = _recorded(error)
            if recorded is None:
                raise
            outputs = decode(recorded.properties)
            failed = replace(old, inputs=checked, outputs=outputs)
            raise UpdateFailedError(failed) from error
        return replace(old, inputs=checked, outputs=decode(updated.properties))

    def refresh(self, old: Deployed) -> Deployed | None:
        """Read a resource again; ``None`` when it is gone."""
        answer = self.stub.Read(
            provider_pb2.ReadRequest(
                **_named(old),
                properties=encode(old.outputs),
                inputs=encode(dict(old.inputs)),
            )
        )
        if not answer.id:
            return None
        return replace(old, inputs=decode(answer.inputs), outputs=decode(answer.properties))

    def adopt(self, pulumi_type: str, import_id: str, name: str = "thing") -> Deployed | None:
        """Read a resource by its import id, as ``pulumi import`` does; ``None`` if missing."""
        answer = self.stub.Read(
            provider_pb2.ReadRequest(**_named_so(pulumi_type, name), id=import_id)
        )
        if not answer.id:
            return None
        inputs, outputs = decode(answer.inputs), decode(answer.properties)
        return Deployed(pulumi_type, name, answer.id, inputs, outputs)

    def destroy(self, old: Deployed, timeout: float = 0) -> None:
        """Delete a resource, in so many seconds; 0 leaves the time to the provider."""
        self.stub.Delete(
            provider_pb2.DeleteRequest(
                **_named(old),
                properties=encode(old.outputs),
                timeout=timeout,
            )
        )

    def invoke(self, function: str, args: Props | None = None) -> dict[str, Any]:
        """Call a data source; its failures come back under ``failures``."""
        answer = self.stub.Invoke(
            provider_pb2.InvokeRequest(tok=function, args=encode(dict(args or {})))
        )
        if answer.failures:
            return {"failures": [failure.reason for failure in answer.failures]}
        return decode(getattr(answer, "return"))

    def _create(self, pulumi_type: str, name: str, checked: Props, preview: bool) -> Any:
        return self.stub.Create(
            provider_pb2.CreateRequest(
                **_named_so(pulumi_type, name),
                properties=encode(dict(checked)),
                preview=preview,
            )
        )

    def _update(self, old: Deployed, checked: Props, preview: bool) -> Any:
        return self.stub.Update(
            provider_pb2.UpdateRequest(
                **_named(old),
                olds=encode(old.outputs),
                old_inputs=encode(dict(old.inputs)),
                news=encode(dict(checked)),
                preview=preview,
            )
        )


def refusal(call: Callable[[], object]) -> str:
    """Return the one line with which the provider refuses a call."""
    with pytest.raises((grpc.RpcError, UpdateFailedError)) as caught:
        call()
    error = caught.value
    status = error if isinstance(error, grpc.RpcError) else error.__cause__
    said = cast("Any", status).details()
    assert said is not None
    assert "\n" not in said
    return said


def _recorded(error: grpc.RpcError) -> provider_pb2.ErrorResourceInitFailed | None:
    """Read out of a failure what the provider has the engine record."""
    details = dict(cast("Any", error).trailing_metadata()).get("grpc-status-details-bin")
    if details is None:
        return None
    (detail,) = status_pb2.Status.FromString(details).details
    recorded = provider_pb2.ErrorResourceInitFailed()
    assert detail.Unpack(recorded)
    return recorded


def _named(old: Deployed) -> dict[str, Any]:
    return {"id": old.id, **_named_so(old.type, old.name)}


def _named_so(pulumi_type: str, name: str) -> dict[str, Any]:
    return {
        "urn": f"urn:pulumi:local::demo::{pulumi_type}::{name}",
        "type": pulumi_type,
        "name": name,
    }
