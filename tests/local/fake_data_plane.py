"""A data plane that runs nothing and remembers what it was asked."""

from collections.abc import Mapping
from pathlib import Path

from local.dataplane.failures import NotServingError
from local.dataplane.invocation import EventPolicy, Invocation, InvocationRequest
from local.dataplane.model import (
    ApiRoute,
    Deployment,
    EditResult,
    UrlRoute,
    VersionStatus,
    VersionUsage,
)
from local.dataplane.plane import LocalDataPlane


class FakeDataPlane(LocalDataPlane):
    """Holds what a data plane would run.

    Attributes
    ----------
    deployments
        Every deployment asked for, in order, with the number of environments.
    environments
        Wanted environments of each version that is up, by function and version.
    statuses
        What ``status`` says of a version instead of ``Active``.
    routes
        Served function URLs by id.
    stages
        Served stages of APIs by id.
    edits
        The last edit of each version.
    events, invoked
        Events that wait for a slot, and the function and version of each, in order.
    policies
        How long and how often each event is tried.
    """

    def __init__(self) -> None:
        self.deployments: list[tuple[Deployment, int]] = []
        self.environments: dict[tuple[str, str], int] = {}
        self.statuses: dict[tuple[str, str], VersionStatus] = {}
        self.routes: dict[str, UrlRoute] = {}
        self.stages: dict[str, ApiRoute] = {}
        self.edits: dict[tuple[str, str], Mapping[str, Path] | None] = {}
        self.events: list[InvocationRequest] = []
        self.invoked: list[tuple[str, str]] = []
        self.policies: list[EventPolicy] = []

    def forget(self) -> None:
        self.deployments.clear()
        self.environments.clear()
        self.statuses.clear()
        self.routes.clear()
        self.stages.clear()
        self.edits.clear()
        self.events.clear()
        self.invoked.clear()
        self.policies.clear()

    def deploy(self, deployment: Deployment, environments: int, maximum: int = 0) -> None:
        self.deployments.append((deployment, environments))
        self.environments[deployment.function_name, deployment.version] = environments

    def scale(self, function_name: str, version: str, environments: int, maximum: int = 0) -> None:
        self.environments[function_name, version] = environments

    def retire(self, function_name: str, version: str) -> None:
        self.environments.pop((function_name, version), None)

    def status(self, function_name: str, version: str) -> VersionStatus | None:
        if (function_name, version) not in self.environments:
            return None
        return self.statuses.get((function_name, version), VersionStatus("Active"))

    def usage(self) -> list[VersionUsage]:
        return [
            VersionUsage(
                function_name=function_name,
                version=version,
                state="Active",
                environments=environments,
                slots=environments,
                slots_in_use=0,
                edited=self.edits.get((function_name, version)) is not None,
            )
            for (function_name, version), environments in self.environments.items()
        ]

    def edit(
        self, function_name: str, version: str, edits: Mapping[str, Path] | None
    ) -> EditResult:
        self.edits[function_name, version] = edits
        return EditResult("served")

    def invoke(self, function_name: str, version: str, request: InvocationRequest) -> Invocation:
        raise NotServingError("Nothing runs here.")

    def enqueue(
        self, function_name: str, version: str, request: InvocationRequest, policy: EventPolicy
    ) -> None:
        self.events.append(request)
        self.policies.append(policy)
        self.invoked.append((function_name, version))

    def open_url(self, route: UrlRoute) -> str:
        self.routes[route.url_id] = route
        return f"http://127.0.0.1:1/{route.url_id}/"

    def open_api(self, route: ApiRoute) -> str:
        self.stages[route.id] = route
        return f"http://127.0.0.1:1{route.base_path}/"

    def close_front(self, front_id: str) -> None:
        self.routes.pop(front_id, None)
        self.stages.pop(front_id, None)
