"""Where a function's qualifier leads now, for the fronts that call it.

What is made here takes no lock: the data plane may ask while an operation that holds it waits for
an answer. Aliases and policies' statements are replaced whole, never changed, so what it reads is
always consistent.
"""

import fnmatch
import random

from local.lambda_api.protocol import Members
from local.lambda_api.state import LATEST_PUBLISHED, Function


def version_behind(function: Function, qualifier: str | None) -> str | None:
    """Return the version that a qualifier leads to, `None` when it leads nowhere."""
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
    """Return whether a qualifier's policy lets API Gateway call for an API (PUB-12)."""
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
