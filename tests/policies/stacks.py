"""Functions for the policy pack to judge."""

from typing import Any

from testing.policies.support import FUNCTION, Res, function_inputs, lmi

FUNCTION_ARN = "arn:aws:lambda:eu-west-1:123456789012:function:api"


def function(resource: str = "api", /, **changes: Any) -> Res:
    """Return an LMI function that every rule accepts, but for the changes; None removes."""
    return Res(FUNCTION, resource, function_inputs(**changes))


def sized(memory: object, ratio: object = None, concurrency: object = None, **changes: Any) -> Res:
    """Return a function of a certain size; None leaves a property out."""
    config = lmi(
        executionEnvironmentMemoryGibPerVcpu=ratio,
        perExecutionEnvironmentMaxConcurrency=concurrency,
    )
    return function(memorySize=memory, capacityProviderConfig=config, **changes)
