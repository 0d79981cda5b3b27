"""Names of functions and capacity providers in requests: a name, or a full or partial ARN."""

import re
from typing import NamedTuple

from local.account import ACCOUNT_ID
from local.lambda_api.errors import access_denied, invalid_parameter, not_found
from local.lambda_api.protocol import Members
from local.lambda_api.state import Function, Region

_FUNCTION = re.compile(
    r"(?:arn:[^:]+:lambda:)?(?:(?P<region>[a-z]+(?:-[a-z]+)+-\d):)?"
    r"(?:(?P<account>\d{12}):)?(?:function:)?"
    r"(?P<name>[^:]+)(?::(?P<qualifier>.+))?"
)

NOT_FOUND = "Function not found: {arn}"


class FunctionName(NamedTuple):
    """A function's name, and the qualifier in the request, if any."""

    name: str
    qualifier: str | None


def read_function_name(region: Region, text: str, qualifier: str | None = None) -> FunctionName:
    """Read a ``FunctionName``, together with the request's ``Qualifier``.

    An ARN has to be of this Region and account, and may have no other qualifier than the request.
    """
    match = _FUNCTION.fullmatch(text)
    if match is None:
        raise invalid_parameter(f"{text} is not the name or the ARN of a function.")
    if match["region"] not in {None, region.name}:
        raise not_found(
            f"Functions from '{match['region']}' are not reachable in this region ('{region.name}')"
        )
    if match["account"] not in {None, ACCOUNT_ID}:
        raise access_denied(f"{text} is a function of another account.")
    if match["qualifier"] and qualifier and match["qualifier"] != qualifier:
        raise invalid_parameter(
            "The derived qualifier from the function name does not match the specified qualifier."
        )
    return FunctionName(match["name"], qualifier or match["qualifier"])


def find_function(region: Region, text: str, missing: str = NOT_FOUND) -> Function:
    """Return the function that a request names, without regard to the qualifier.

    AWS's operations differ in what they say of a missing one; ``{arn}`` stands for its ARN.
    """
    name = read_function_name(region, text).name
    if name not in region.functions:
        raise not_found(missing.format(arn=region.arn(f"function:{name}")))
    return region.functions[name]


def find_capacity_provider(region: Region, text: str) -> Members:
    """Return the capacity provider with this name or ARN, which has to exist."""
    for name, provider in region.capacity_providers.items():
        if text in {name, provider["CapacityProviderArn"]}:
            return provider
    raise not_found(f"Capacity provider not found: {text}")
