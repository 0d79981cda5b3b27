"""What the Pulumi engine runs for programs in other languages that use ``StreamingService``."""

import sys
import tomllib
from pathlib import Path

import pulumi
import pulumi.provider
from pulumi.provider.experimental.analyzer import ComponentDefinition
from pulumi.provider.experimental.component import ComponentProvider
from pulumi.provider.server import ComponentInitError

# The engine keeps the whole repository, of which this folder is the plugin.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from infra.package import ROOT
from infra.streaming_service import StreamingService, refuse_unknown


class _Provider(ComponentProvider):
    """The SDK's provider, but for mistakes in arguments: a traceback, or a name without effect."""

    def map_inputs(
        self, inputs: pulumi.Inputs, component_def: ComponentDefinition
    ) -> pulumi.Inputs:
        """Name inputs as in Python; what they may be is the component's to say."""
        names = component_def.inputs_mapping
        refuse_unknown(inputs.keys() - names.keys() - set(names.values()), names)
        given = {name: value for name, value in inputs.items() if value is not None}
        return {names.get(name, name): value for name, value in given.items()}

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
        pulumi.InputPropertiesError
            With the one line to show, when an argument is wrong. It names no property, or the
            engine would show what the property holds, secrets in clear among it.
        """
        try:
            return super().construct(name, resource_type, inputs, options)
        except (ComponentInitError, pulumi.RunError) as error:
            mistake = error.inner if isinstance(error, ComponentInitError) else error
            if not isinstance(mistake, pulumi.RunError):
                raise
            # An empty list: the SDK makes no answer of none.
            raise pulumi.InputPropertiesError(str(mistake), []) from error


project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
provider = _Provider([StreamingService], project["name"], version=project["version"])
pulumi.provider.main(provider, sys.argv[1:])
