"""What is odd about capacity providers, and the scaling of functions on them.

Sizes and bounds that only AWS checks are not checked here; the Lambda API refuses them.
"""

from collections.abc import Iterator
from typing import Any

from local.provider.aws import Aws
from local.provider.operations import OrdinaryResource
from local.provider.schema import Existing, Failure
from local.provider.values import Props

_IN_USE = ("ResourceConflictException",)

_IN_USE_SECONDS = 3


class CapacityProvider(OrdinaryResource):
    """A capacity provider."""

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the capacity provider and wait until it does not exist.

        On AWS a deleted function counts for some more minutes. So a deletion that is refused
        while the capacity provider is in use is repeated, here for some seconds.
        """
        if self.describe(aws, existing) is None:
            return
        key = self.key(existing)
        aws.retry(_IN_USE, _IN_USE_SECONDS, "lambda", "delete_capacity_provider", **key)
        gone = f"the capacity provider {existing.state['name']} to be gone"
        aws.wait(gone, lambda: self.describe(aws, existing) is None)


class FunctionScalingConfig(OrdinaryResource):
    """The scaling configuration of a published version. An update keeps omitted fields."""

    def failures(self, inputs: Props) -> Iterator[Failure]:
        """Demand a minimum or a maximum."""
        if inputs.get("functionScalingConfig") == {}:
            yield (
                "functionScalingConfig",
                "Invalid Attribute Combination. At least one of these attributes must be "
                "configured: [min_execution_environments,max_execution_environments]",
            )

    def is_ready(self, aws: Aws, existing: Existing) -> bool:
        """Return whether the configuration is applied."""
        found = self.describe(aws, existing) or {}
        requested = found.get("RequestedFunctionScalingConfig")
        return not requested and "AppliedFunctionScalingConfig" in found

    def outputs(self, aws: Aws, existing: Existing, found: Props) -> dict[str, Any]:
        """Return the state of the version. The real provider keeps that of the last Put."""
        state = existing.state.get("functionState")
        if not state:
            version = aws.call("lambda", "get_function_configuration", **self.key(existing))
            state = version.get("State")
        return {"functionState": state}
