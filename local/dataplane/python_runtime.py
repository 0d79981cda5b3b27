"""What Lambda's Python runtimes have: the interpreter, AWS's runtime client, and the AWS SDK.

Source: docs/facts/lmi.md#python-runtime.
"""

import shutil
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

_CLIENT = ("awslambdaric", "runtime_client", "simplejson", "snapshot_restore_py")
_SDK = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3")


@dataclass(frozen=True)
class PythonRuntime:
    """A folder with links to the interpreter and to packages.

    Parameters
    ----------
    folder
        The folder; ``provide`` makes it anew.
    """

    folder: Path

    @property
    def programs(self) -> Path:
        """The folder with ``python3``, as ``/var/lang/bin`` on Lambda."""
        return self.folder / "bin"

    @property
    def packages(self) -> Path:
        """The folder with the packages that need no bundling, as ``/var/runtime`` on Lambda."""
        return self.folder / "packages"

    @property
    def has_client(self) -> bool:
        """Whether the runtime client is installed, which AWS publishes for Linux alone."""
        return (self.packages / _CLIENT[0]).exists()

    @property
    def command(self) -> tuple[str, ...]:
        """The command that runs a handler, without the handler's name."""
        return (str(self.programs / "python3"), "-m", _CLIENT[0])

    def provide(self) -> None:
        """Make the links.

        The interpreter is the one that this process's virtual environment was made from: its own
        folder may hold other versions under the name ``python3``. The packages are linked one by
        one, so that a function finds no others of the virtual environment.
        """
        shutil.rmtree(self.folder, ignore_errors=True)
        self.programs.mkdir(parents=True)
        self.packages.mkdir()
        versioned = f"python{sys.version_info.major}.{sys.version_info.minor}"
        base = Path(sys.base_exec_prefix) / "bin" / versioned
        for name in ("python", "python3", versioned):
            (self.programs / name).symlink_to(base)
        for name in (*_CLIENT, *_SDK):
            if (source := _source_of(name)) is not None:
                (self.packages / source.name).symlink_to(source)


def _source_of(module: str) -> Path | None:
    """Return the folder of a package, or the file of a module, if it is installed."""
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        return None
    origin = Path(spec.origin)
    return origin.parent if origin.name == "__init__.py" else origin
