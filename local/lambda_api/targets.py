"""The version that a function's qualifier means now, for the fronts.

Nothing here takes the lock, since the data plane may ask while an operation that holds it waits for
the data plane. Aliases and statements of policies are replaced as a whole, so that reads are
always consistent.
"""

import fnmatch
import random

from local.lambda_api.managed_instances import managed_instances
from local.lambda_api.protocol import Members
from local.lambda_api.state import LATEST, LATEST_PUBLISHED, Function, weights_of


def version_behind(function: Function, qualifier: str | None) -> str | None:
    """Return the version that a qualifier means, ``None`` if there is none that can be invoked."""
    is_managed = managed_instances(function.latest.settings) is not None
    unqualified = LATEST_PUBLISHED if is_managed else LATEST  # URL-03
    version = _version_named(function, qualifier or unqualified)
    is_invocable = version in function.published or (version == LATEST and not is_managed)  # PUB-01
    return version if is_invocable else None


def _version_named(function: Function, qualifier: str) -> str:
    alias = function.aliases.get(qualifier)
    if alias is None:
        return qualifier
    for additional, weight in weights_of(alias).items():
        if random.random() < weight:  # noqa: S311  # shares traffic, guards nothing
            return additional
    return alias["FunctionVersion"]


def admits_api(function: Function, qualifier: str | None, source_arn: str) -> bool:
    """Return whether a qualifier's policy allows API Gateway to invoke for an API (PUB-12)."""
    policy = function.policies.get(qualifier)
    statements = list(policy.statements.values()) if policy else []
    return any(_lets_in(statement, source_arn) for statement in statements)


def _lets_in(statement: Members, source_arn: str) -> bool:
    if statement["Principal"] not in ("*", {"Service": "apigateway.amazonaws.com"}):
        return False
    if statement["Action"] not in ("lambda:InvokeFunction", "lambda:*", "*"):
        return False
    conditions: Members = statement.get("Condition", {})
    pattern: str = conditions.get("ArnLike", {}).get("AWS:SourceArn", "*")
    return conditions.keys() <= {"ArnLike"} and fnmatch.fnmatchcase(source_arn, pattern)
