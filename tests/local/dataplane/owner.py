"""Runs a data plane until it is killed: ``owner.py ADAPTER ZIP FOLDER``."""

import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path.cwd()))

from local.dataplane.host import DataPlaneSettings
from local.dataplane.plane import LocalDataPlane
from local.dataplane.ports import PortBook
from tests.local.dataplane.harness import MemoryLogs, deploy, deployment

if __name__ == "__main__":
    adapter, zip_file, folder = map(Path, sys.argv[1:])
    ports = PortBook(folder / "ports.json")
    plane = LocalDataPlane(
        DataPlaneSettings(adapter=adapter, folder=folder, ports=ports), MemoryLogs().write
    )
    plane.start()
    deploy(plane, deployment(zip_file))
    print("serving", flush=True)
    threading.Event().wait()
