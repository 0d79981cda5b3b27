"""Functions for the policy pack to judge, and changes of the closed network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from testing.policies.support import FUNCTION, Res, function_inputs, lmi

if TYPE_CHECKING:
    from testing.policies.networks import Stack

NAT = "aws:ec2/natGateway:NatGateway"
INTERNET = "aws:ec2/internetGateway:InternetGateway"
ROUTE = "aws:ec2/route:Route"

EVERYWHERE = "0.0.0.0/0"
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


def changed(stack: Stack, name: str, **changes: Any) -> Stack:
    """Return a stack with some properties of a resource changed; None removes."""
    kind, inputs = stack[name]
    fresh = {key: value for key, value in {**inputs, **changes}.items() if value is not None}
    return {**stack, name: (kind, fresh)}


def without(stack: Stack, *names: str) -> Stack:
    """Return a stack without some resources."""
    return {name: resource for name, resource in stack.items() if name not in names}
