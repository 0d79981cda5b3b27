"""A published version: what serves it now, and the deployment that is to take over."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from local.dataplane.failures import NotServingError
from local.dataplane.fleet import Fleet, why_not_serving
from local.dataplane.invocation import Invocation, InvocationRequest
from local.dataplane.model import Deployment, VersionStatus


class NewFleet(Protocol):
    """Starts the fleet of a deployment."""

    def __call__(
        self, deployment: Deployment, environments: int, on_complete: Callable[[Fleet], None]
    ) -> Fleet:
        """Begin to start the environments; `on_complete` says when they are up."""
        ...


class PublishedVersion:
    """Serves one version without a gap while deployments of it come and go.

    Parameters
    ----------
    new_fleet
        Starts the fleet of a deployment.
    """

    def __init__(self, new_fleet: NewFleet) -> None:
        self._new_fleet = new_fleet
        self._serving: Fleet | None = None
        self._coming: Fleet | None = None
        self._fleets: dict[Fleet, asyncio.Task[None] | None] = {}

    @property
    def status(self) -> VersionStatus | None:
        """How the newest deployment is doing; `None` before the first."""
        newest = self._coming or self._serving
        return None if newest is None else newest.status

    def deploy(self, deployment: Deployment, environments: int) -> None:
        """Start a deployment beside what serves; it takes over when it is complete."""
        if self._coming is not None:
            self._dismiss(self._coming)
        self._coming = self._new_fleet(deployment, environments, self._take_over)
        self._fleets[self._coming] = None

    def scale(self, environments: int) -> None:
        """Keep this many environments, of what serves and of what is to take over."""
        for fleet in (self._serving, self._coming):
            if fleet is not None:
                fleet.scale(environments)

    def invoke(self, request: InvocationRequest) -> Invocation:
        """Take a slot.

        Raises
        ------
        ThrottledError, NotServingError
            As a fleet does.
        """
        if self._serving is not None:
            return self._serving.invoke(request)
        raise NotServingError(why_not_serving(self.status or VersionStatus("Pending")))

    async def stop(self) -> None:
        """Stop every deployment, after its invocations."""
        for fleet, stopping in list(self._fleets.items()):
            if stopping is None:
                self._dismiss(fleet)
        while stopping := [task for task in self._fleets.values() if task is not None]:
            await asyncio.wait(stopping)

    def end_invocations(self) -> None:
        """Have `stop` wait for no invocation."""
        for fleet in self._fleets:
            fleet.end_invocations()

    def _take_over(self, fleet: Fleet) -> None:
        if fleet is not self._coming:
            return
        if self._serving is not None:
            self._dismiss(self._serving)
        self._serving, self._coming = self._coming, None

    def _dismiss(self, fleet: Fleet) -> None:
        stopping = asyncio.create_task(fleet.stop())
        self._fleets[fleet] = stopping
        stopping.add_done_callback(lambda _: self._fleets.pop(fleet))
