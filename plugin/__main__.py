"""What the Pulumi engine runs for programs in other languages that use ``StreamingService``."""

import sys
import tomllib
from pathlib import Path

import pulumi
import pulumi.provider
from pulumi.provider.experimental.component import ComponentProvider
from pulumi.provider.server import ComponentInitError

# The engine keeps the whole repository, of which this folder is the plugin.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from infra.package import ROOT
from infra.settings.mistakes import SettingError
from infra.streaming_service import StreamingService


class _Provider(ComponentProvider):
    """The SDK's provider, but for mistakes in arguments, which it shows with a traceback."""

    def construct(
        self,
        name: str,
        resource_type: str,
        inputs: pulumi.Inputs,
        options: pulumi.ResourceOptions | None = None,
    ) -> pulumi.provider.ConstructResult:
        """Create a component.

        Raises
        ------
        pulumi.InputPropertyError
            With the one line to show, when an argument is wrong.
        """
        try:
            return super().construct(name, resource_type, inputs, options)
        except ComponentInitError as error:
            if not isinstance(error.inner, pulumi.RunError):
                raise
            path = error.inner.mistake.path if isinstance(error.inner, SettingError) else ""
            raise pulumi.InputPropertyError(path, str(error.inner)) from error


project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
provider = _Provider([StreamingService], project["name"], version=project["version"])
pulumi.provider.main(provider, sys.argv[1:])
