"""A create that is cut off at any of its calls to AWS, and what the next ``up`` makes of it."""

from collections.abc import Generator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2

from local import provider
from local.aws_client import AwsClients
from local.endpoint import Endpoint, serve_endpoint
from local.provider.tables import RESOURCES
from tests.local.cut_off import CutOff
from tests.local.fake_data_plane import FakeDataPlane
from tests.local.inventory import Entry, inventory, listed_by
from tests.local.provider.engine import REGION, CreateFailedError, Deployed, FakeEngine
from tests.local.provider.samples import (
    CAPACITY_PROVIDER,
    EGRESS_RULE,
    INGRESS_RULE,
    LOG_GROUP,
    code,
)
from tests.local.provider.test_lifecycle import assert_settled
from tests.local.provider.world import build


class Account:
    """An account of its own, before which the line can be cut."""

    def __init__(self, code_folder: Path) -> None:
        self.line = CutOff(Endpoint(FakeDataPlane(), code_folder))
        self._endpoint = serve_endpoint(self.line)
        self._clients = AwsClients(self._endpoint.url)
        self._provider = provider.start(self._endpoint.url)
        self.engine = FakeEngine(self._provider.port)

    def close(self) -> None:
        self.engine.close()
        self._provider.stop()
        self._endpoint.stop()

    def holds(self) -> set[Entry]:
        return inventory(self._clients, REGION)

    def lists(self, operation: str) -> set[Entry]:
        return listed_by(self._clients, REGION, operation)


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Generator[Account]:
    made = Account(tmp_path_factory.mktemp("code"))
    yield made
    made.close()


LISTING = {
    CAPACITY_PROVIDER: "list_capacity_providers",
    EGRESS_RULE: "describe_security_group_rules",
    INGRESS_RULE: "describe_security_group_rules",
}
"""What lists the resources of the plugin framework that an interrupted create leaves behind."""


def through_every_cut(
    account: Account, pulumi_type: str, wanted: dict[str, Any], name: str
) -> Deployed:
    """Create a resource, at first cut off at each of the calls in turn that this takes."""
    recorded = RESOURCES[pulumi_type].plugin_framework is False
    listing = LISTING.get(pulumi_type)
    held: set[Entry] = account.lists(listing) if listing else set()
    for calls in count():
        try:
            with account.line.after(calls):
                return account.engine.deploy(pulumi_type, wanted, name)
        except CreateFailedError as cut:
            assert recorded
            goes_on(account.engine, cut.resource, wanted)
        except grpc.RpcError:
            assert not recorded or calls == 0
            for entry in account.lists(listing) - held if listing else ():
                take_over(account.engine, pulumi_type, entry, wanted)
    raise AssertionError


def goes_on(engine: FakeEngine, resource: Deployed, wanted: dict[str, Any]) -> None:
    """Do what the next ``up`` does with a resource that was recorded as unfinished."""
    found = engine.diff(resource, wanted)
    assert found.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert not found.replaces
    ready = engine.update(resource, wanted)
    assert_settled(engine, ready, wanted)
    engine.destroy(ready)


def take_over(engine: FakeEngine, pulumi_type: str, entry: Entry, wanted: dict[str, Any]) -> None:
    """Import what the plugin framework leaves behind unrecorded."""
    name = entry[1].rpartition(":")[2]
    adopted = engine.adopt(pulumi_type, name)
    assert adopted is not None
    named = {"name": name} if pulumi_type == CAPACITY_PROVIDER else {}
    assert not engine.diff(adopted, {**wanted, **named}).diffs
    engine.destroy(adopted)


def test_nothing_is_left_of_an_interrupted_create(account: Account, zip_file: str) -> None:
    before = account.holds()

    world = build(code(zip_file), partial(through_every_cut, account))

    for resource in reversed(world.resources.values()):
        account.engine.destroy(resource)
    assert account.holds() == before


def test_a_resource_that_cannot_be_read_is_recorded_with_its_inputs(account: Account) -> None:
    wanted = {"retentionInDays": 14}
    with pytest.raises(CreateFailedError) as cut, account.line.after(1, lost=100):
        account.engine.deploy(LOG_GROUP, wanted)
    assert "arn" not in cut.value.resource.outputs
    goes_on(account.engine, cut.value.resource, wanted)


def test_a_refresh_keeps_the_mark_of_an_unfinished_resource(account: Account) -> None:
    with pytest.raises(CreateFailedError) as cut, account.line.after(1):
        account.engine.deploy(LOG_GROUP, {"retentionInDays": 14})
    refreshed = account.engine.refresh(cut.value.resource)
    assert refreshed is not None
    goes_on(account.engine, refreshed, {"retentionInDays": 14})
