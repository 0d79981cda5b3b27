"""The limits and the usage of an account in one region."""

from local.lambda_api.protocol import Members
from local.lambda_api.scope import Scope
from local.lambda_api.state import CONCURRENCY
from local.lambda_api.versions import all_revisions
from policies.lmi.facts.limits import MAX_UNZIPPED_BYTES, MAX_ZIP_BYTES

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
CONCURRENT_EXECUTIONS = 1000
TOTAL_CODE_BYTES = 75 * 1024**3


def get_account_settings(scope: Scope, request: Members) -> Members:  # noqa: ARG001  # has no input
    """Run ``GetAccountSettings``."""
    functions = scope.region.functions.values()
    reserved = sum(
        function.options.get((CONCURRENCY, None), {}).get("ReservedConcurrentExecutions", 0)
        for function in functions
    )
    return {
        "AccountLimit": {
            "TotalCodeSize": TOTAL_CODE_BYTES,
            "CodeSizeUnzipped": MAX_UNZIPPED_BYTES,
            "CodeSizeZipped": MAX_ZIP_BYTES,
            "ConcurrentExecutions": CONCURRENT_EXECUTIONS,
            "UnreservedConcurrentExecutions": CONCURRENT_EXECUTIONS - reserved,
        },
        "AccountUsage": {
            "TotalCodeSize": sum(
                revision.package.size
                for function in functions
                for revision in all_revisions(function)
            ),
            "FunctionCount": len(functions),
        },
    }
