"""The version that a function's qualifier means now, for the fronts.

Nothing here takes the lock, since the data plane may ask while an operation that holds it waits for
the data plane. Aliases and statements of policies are replaced as a whole, so that reads are
always consistent.
"""

import fnmatch
import random

from local.lambda_api.protocol import Members
from local.lambda_api.state import LATEST_PUBLISHED, Function


def version_behind(function: Function, qualifier: str | None) -> str | None:
    """Return the version that a qualifier means, ``None`` if there is none."""
    if qualifier is None:  # URL-03
        return LATEST_PUBLISHED if LATEST_PUBLISHED in function.published else None
    alias = function.aliases.get(qualifier)
    if alias is None:
        return qualifier if qualifier in function.published else None
    for additional, weight in alias.weights.items():
        if random.random() < weight:  # noqa: S311  # shares traffic, guards nothing
            return additional
    return alias.version


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
