"""A published version: the deployment that serves, and the one that will take over."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from local.dataplane.environment import ExecutionEnvironment
from local.dataplane.failures import NotServingError
from local.dataplane.fleet import Fleet, why_not_serving
from local.dataplane.host import Host
from local.dataplane.invocation import Invocation, InvocationRequest
from local.dataplane.model import Deployment, EditResult, VersionStatus


class PublishedVersion:
    """Serves one version without interruption while it is deployed anew."""

    def __init__(self, host: Host, deployment: Deployment, environments: int, maximum: int) -> None:
        self._host = host
        self._fleets: set[Fleet] = set()
        self._serving: Fleet | None = None
        self._newest = self._start(deployment, environments, maximum)

    @property
    def status(self) -> VersionStatus:
        """The status of the newest deployment."""
        if self._newest.deployment.edits is not None and self._serving is not None:
            return self._serving.status  # an edit that fails is no failed deployment
        return self._newest.status

    @property
    def edited(self) -> bool:
        """Whether edited files serve, not those that are deployed."""
        return self._serving is not None and self._serving.deployment.edits is not None

    @property
    def environments(self) -> list[ExecutionEnvironment]:
        """The execution environments of the deployment that serves."""
        return [] if self._serving is None else self._serving.environments

    def vcpus_beside(self, other: Deployment) -> int:
        """Return the vCPUs that the newest deployment wants where another is to be placed."""
        own = self._newest.deployment
        place = other.region, other.capacity_provider
        is_beside = (own.region, own.capacity_provider) == place
        return self._newest.wanted * own.vcpus if is_beside else 0

    def deploy(self, deployment: Deployment, environments: int, maximum: int) -> None:
        """Start a deployment beside the one that serves; it takes over when it is complete."""
        if self._newest is not self._serving:
            self._newest.stop()
        self._newest = self._start(deployment, environments, maximum)

    def _start(self, deployment: Deployment, environments: int, maximum: int) -> Fleet:
        self._maximum = maximum
        fleet = Fleet(deployment, environments, maximum, self._host, self._take_over)
        self._fleets.add(fleet)
        fleet.ended.add_done_callback(lambda _: self._fleets.discard(fleet))
        return fleet

    async def edit(self, edits: Mapping[str, Path] | None) -> EditResult:
        """Start the newest deployment again with edited files, and wait until it serves.

        Without edits this undoes earlier ones, and does nothing where there are none.
        """
        deployed = self._newest.deployment
        if edits is not None or deployed.edits is not None:
            self.deploy(replace(deployed, edits=edits), self._newest.wanted, self._maximum)
        newest = self._newest
        await newest.settled.wait()
        if newest.status.state == "Failed":
            return EditResult("failed", newest.status.reason)
        return EditResult("served" if newest is self._serving else "superseded")

    def scale(self, environments: int, maximum: int) -> None:
        """Set the smallest and the largest number of environments, of both deployments."""
        self._maximum = maximum
        for fleet in {self._newest, self._serving or self._newest}:
            fleet.scale(environments, maximum)

    def invoke(self, request: InvocationRequest) -> Invocation:
        """Admit an invocation; raise as ``Fleet.invoke``."""
        if self._serving is not None:
            return self._serving.invoke(request)
        raise NotServingError(why_not_serving(self.status))

    async def stop(self) -> None:
        """Stop every deployment, once its invocations have ended."""
        for fleet in self._fleets:
            fleet.stop()
        while self._fleets:
            await asyncio.wait([fleet.ended for fleet in self._fleets])

    def end_invocations(self) -> None:
        """Make ``stop`` wait for no invocation."""
        for fleet in self._fleets:
            fleet.end_invocations()

    def _take_over(self, fleet: Fleet) -> None:
        if fleet is self._newest and fleet is not self._serving:
            if self._serving is not None:
                self._serving.stop()
            self._serving = fleet
