"""A stack before an account of its own, and an engine that dies when the test says so."""

import json
import os
import signal
import subprocess
import threading
from collections.abc import Generator, Iterable, Mapping, Set
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import grpc
import psutil
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2

from local.aws_client import AwsClients
from local.cli.local_stack import settings
from local.cli.stack_state import STACK, StackState
from local.dataplane.ports import PortBook
from local.endpoint import Endpoint, serve_endpoint
from local.provider import server
from local.provider.servicer import Provider
from local.provider.values import decode
from local.workspace import TOOLS, Workspace
from tests.local.cut_off import CutOff
from tests.local.fake_data_plane import FakeDataPlane
from tests.local.inventory import Entry, inventory
from tests.local.provider.engine import REGION, Deployed, FakeEngine
from tests.waiting import wait_until

PATIENCE_SECONDS = 120
AT_ONCE = 50
"""More than are held at once, or the last of them would wait for the first."""


class HoldingProvider(Provider):
    """A provider that can keep to itself what AWS just did, as if the answer were on its way.

    Attributes
    ----------
    made
        What was created in all, by URN.
    """

    def __init__(self, endpoint_url: str) -> None:
        super().__init__(endpoint_url)
        self.made: dict[str, Deployed] = {}
        self._busy = 0
        self._held: set[str] = set()
        self._to_hold: set[str] = set()
        self._changed = threading.Condition()

    def Create(  # noqa: N802  # the protocol's name
        self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CreateResponse:
        """Create a resource, and answer unless it is one to hold."""
        with self._working():
            response = super().Create(request, context)
            if not request.preview:
                outputs = decode(response.properties)
                made = Deployed(request.type, request.name, response.id, {}, outputs)
                self.made[request.urn] = made
                self._hold(request.urn)
            return response

    def Update(  # noqa: N802  # the protocol's name
        self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.UpdateResponse:
        """Change a resource, and answer unless it is one to hold."""
        with self._working():
            response = super().Update(request, context)
            if not request.preview:
                self._hold(request.urn)
            return response

    def Delete(  # noqa: N802  # the protocol's name
        self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext
    ) -> Empty:
        """Delete a resource, and answer unless it is one to hold."""
        with self._working():
            response = super().Delete(request, context)
            self._hold(request.urn)
            return response

    def Cancel(  # noqa: N802  # the protocol's name
        self, request: Empty, context: grpc.ServicerContext
    ) -> Empty:
        """Stop waiting, and answer to what is held: the engine was told to end."""
        answer = super().Cancel(request, context)
        self.release()
        return answer

    @contextmanager
    def holding(self, urns: Set[str]) -> Generator[None]:
        """Answer in here to no change of these resources, until the engine is told to end."""
        with self._changed:
            self._held.clear()
            self._to_hold = set(urns)
        try:
            yield
        finally:
            self.release()

    def release(self) -> None:
        """Answer to what is held."""
        with self._changed:
            self._to_hold = set()
            self._changed.notify_all()

    def held(self, count: int) -> set[str]:
        """Wait until so many are held, or the engine is told to end; give them."""
        with self._changed:
            self._changed.wait_for(
                lambda: len(self._held) >= count or not self._to_hold, PATIENCE_SECONDS
            )
            return set(self._held)

    def comes_to_rest(self) -> bool:
        """Wait until nothing is being changed; tell whether it is so."""
        with self._changed:
            return self._changed.wait_for(lambda: self._busy == 0, PATIENCE_SECONDS)

    @contextmanager
    def _working(self) -> Generator[None]:
        with self._changed:
            self._busy += 1
        try:
            yield
        finally:
            with self._changed:
                self._busy -= 1
                self._changed.notify_all()

    def _hold(self, urn: str) -> None:
        with self._changed:
            if urn in self._to_hold:
                self._held.add(urn)
                self._changed.notify_all()
                self._changed.wait_for(lambda: urn not in self._to_hold)


@dataclass(frozen=True)
class Checkpoint:
    """What Pulumi wrote down of a stack."""

    deployment: dict[str, Any]

    @cached_property
    def resources(self) -> dict[str, dict[str, Any]]:
        """What a provider made, by URN."""
        return {
            resource["urn"]: resource
            for resource in self._listed("resources")
            if resource.get("custom") and not resource["type"].startswith("pulumi:")
        }

    @property
    def unfinished(self) -> set[str]:
        """URNs of what was made but did not get ready."""
        return {urn for urn, resource in self.resources.items() if resource.get("initErrors")}

    @property
    def pending(self) -> set[str]:
        """URNs of what was being changed when the engine ended."""
        return {operation["resource"]["urn"] for operation in self._listed("pending_operations")}

    def _listed(self, name: str) -> list[dict[str, Any]]:
        return self.deployment.get(name) or []


class Stack:
    """The stack ``local`` of a project, with an account that nothing else uses.

    Parameters
    ----------
    folder
        A new folder, for state, code and Pulumi's own home.
    project
        Folder of the program.
    """

    def __init__(self, folder: Path, project: Path) -> None:
        workspace = Workspace(folder)
        self.state = StackState(workspace, project)
        self._workspace = workspace
        self.project = project
        self._line = CutOff(Endpoint(FakeDataPlane(), workspace.code))
        self._endpoint = serve_endpoint(self._line)
        self._clients = AwsClients(self._endpoint.url)
        self.provider = HoldingProvider(self._endpoint.url)
        port = PortBook(workspace.ports).acquire("provider")
        self._server = server.serve(self.provider, port)
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PULUMI_")},
            **settings(workspace),
            "PATH": f"{TOOLS}{os.pathsep}{os.environ['PATH']}",
            "NO_COLOR": "1",
        }
        for needed in (workspace.backend, workspace.pulumi_home):
            needed.mkdir(parents=True)
        self.pulumi("stack", "init", STACK)

    def close(self) -> None:
        """Stop serving the account."""
        self._server.stop()
        self._endpoint.stop()

    def holds(self) -> set[Entry]:
        """List what the account holds."""
        return inventory(self._clients, REGION)

    def checkpoint(self) -> Checkpoint:
        """Read the state file as the engine left it."""
        (file,) = self._workspace.backend.glob(f".pulumi/stacks/*/{STACK}.json")
        return Checkpoint(json.loads(file.read_text())["checkpoint"]["latest"] or {})

    def pulumi(self, *command: str) -> str:
        """Run a command that has to succeed; give what it printed."""
        with self._start(*command) as running:
            printed, _ = running.communicate()
        assert running.returncode == 0, printed
        return printed

    def client(self, service: str) -> Any:
        """Return boto3's client of a service."""
        return self._clients.get(service, REGION)

    def up(self, *options: str) -> str:
        """Update the stack; give what was printed."""
        return self.pulumi(*_up(), *options)

    def destroy(self) -> None:
        """Delete every resource of the stack."""
        self.pulumi("destroy", "--yes", "--skip-preview", "--stack", STACK)

    def delete_orphans(self, urns: Iterable[str]) -> None:
        """Delete what AWS made and Pulumi does not know, as a person does by hand."""
        with closing(FakeEngine(self._server.port)) as by_hand:
            for urn in urns:
                by_hand.destroy(self.provider.made.pop(urn))

    def take_over(self, import_ids: Mapping[str, str]) -> None:
        """Do what a person does after a crash: find what is pending in AWS, and import it.

        Parameters
        ----------
        import_ids
            The ids by URN.
        """
        spare = ("--yes", "--skip-preview", "--stack", STACK)
        self.pulumi("refresh", "--clear-pending-creates", *spare)
        wanted = [
            {"type": resource.type, "name": resource.name, "id": import_ids[urn]}
            for urn, resource in self.provider.made.items()
            if urn in import_ids
        ]
        file = self._workspace.folder / "import.json"
        file.write_text(json.dumps({"resources": wanted}))
        options = ("--file", str(file), "--generate-code=false", "--protect=false")
        self.pulumi("import", *options, *spare)

    def refused_up(self, operation: str) -> str:
        """Update the stack while AWS does not answer to an operation; give what was printed."""
        with self._line.losing(operation), self._start(*_up()) as running:
            printed, _ = running.communicate()
        assert running.returncode != 0
        return printed

    def cancelled_up(self, urns: Set[str], at_once: int = AT_ONCE) -> set[str]:
        """Update the stack, and press Ctrl-C while AWS makes resources.

        Parameters
        ----------
        urns
            During which of them: all, or the first so many that are made at once.
        at_once
            How many resources the engine makes side by side.

        Returns
        -------
        set of str
            Those that AWS was making.
        """
        with self.provider.holding(urns), self._start(*_up(at_once)) as running:
            held = self._held(running, min(at_once, len(urns)))
            running.send_signal(signal.SIGINT)
            printed, _ = running.communicate()
        assert running.returncode != 0, printed
        return held

    def killed_up(self, urns: Set[str], at_once: int = AT_ONCE) -> set[str]:
        """Do as ``cancelled_up`` does, but kill the engine: Pulumi cannot know what AWS made."""
        of_earlier_kills = self.checkpoint().pending
        with self.provider.holding(urns), self._start(*_up(at_once)) as running:
            held = self._held(running, min(at_once, len(urns)))
            # What else is being made would be neither in the state nor among those held.
            wait_until(
                lambda: self.checkpoint().pending - of_earlier_kills == held - of_earlier_kills
            )
            _kill_all(running.pid)
        assert self.provider.comes_to_rest()
        self.state.remove_damaged_files()
        return held

    def _held(self, running: subprocess.Popen[str], count: int) -> set[str]:
        held = self.provider.held(count)
        if len(held) < count:
            _kill_all(running.pid)
            raise AssertionError(running.communicate()[0])
        return held

    def _start(self, *command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            ["pulumi", "--non-interactive", *command],
            cwd=self.project,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def _up(at_once: int = AT_ONCE) -> tuple[str, ...]:
    return ("up", "--yes", "--skip-preview", "--parallel", str(at_once), "--stack", STACK)


def _kill_all(pid: int) -> None:
    """End a process and all that it started, as a power cut does."""
    first = psutil.Process(pid)
    processes = [first, *first.children(recursive=True)]
    for process in processes:
        process.send_signal(signal.SIGKILL)
    psutil.wait_procs(processes[1:])
