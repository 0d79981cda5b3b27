"""Resource-based policies of functions, and of each version and alias of one."""

import fnmatch
import json
import re

from local.lambda_api.aliases import find_alias
from local.lambda_api.errors import conflict, invalid_parameter, not_found
from local.lambda_api.protocol import Members
from local.lambda_api.revisions import Found, find_revision, require_revision_id
from local.lambda_api.state import LATEST, NOT_FOUND, Function, Policy, Scope, new_revision_id

_ACCOUNT = re.compile(r"\d{12}")
_ALIAS = re.compile(r"(?!\d+$)[\w-]+", re.ASCII)
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazon(aws)?\.com(\.cn)?")


def add_permission(scope: Scope, request: Members) -> Members:
    """Run ``AddPermission``."""
    found = _find(scope, request, NOT_FOUND)
    if found.qualifier == LATEST:
        raise invalid_parameter("We currently do not support adding policies for $LATEST.")
    if "FunctionUrlAuthType" in request and request["Action"] != "lambda:InvokeFunctionUrl":
        raise invalid_parameter(
            "FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action"
        )
    alias = found.function.aliases.get(found.qualifier or "")
    # The first policy of an alias has the alias's revision id.
    first = Policy(revision_id=alias["RevisionId"]) if alias else Policy()
    policy = found.function.policies.get(found.qualifier, first)
    require_revision_id(request, policy.revision_id, "GetPolicy API")
    statement_id: str = request["StatementId"]
    if statement_id in policy.statements:
        raise conflict(
            f"The statement id ({statement_id}) provided already exists. Please provide a new"
            " statement id, or remove the existing statement."
        )
    policy.statements[statement_id] = _statement(request, found.arn)
    policy.revision_id = new_revision_id()
    found.function.policies[found.qualifier] = policy
    return {"Statement": json.dumps(policy.statements[statement_id])}


def remove_permission(scope: Scope, request: Members) -> Members:
    """Run ``RemovePermission``."""
    found = _find(scope, request, "No policy found for: {arn}")
    policy = _existing(found, "No policy is associated with the given resource.")
    require_revision_id(request, policy.revision_id, "GetPolicy API")
    if request["StatementId"] not in policy.statements:
        raise not_found(f"Statement {request['StatementId']} is not found in resource policy.")
    del policy.statements[request["StatementId"]]
    policy.revision_id = new_revision_id()
    if not policy.statements:
        del found.function.policies[found.qualifier]
    return {}


def get_policy(scope: Scope, request: Members) -> Members:
    """Run ``GetPolicy``."""
    missing = "The resource you requested does not exist."
    policy = _existing(find_revision(scope, request, missing), missing)
    document = {
        "Version": "2012-10-17",
        "Id": "default",
        "Statement": list(policy.statements.values()),
    }
    return {"Policy": json.dumps(document), "RevisionId": policy.revision_id}


def _find(scope: Scope, request: Members, missing: str) -> Found:
    """Return what a request names; AWS says of a missing alias what it says in ``GetAlias``."""
    name, qualifier = scope.region.read_name(request["FunctionName"], request.get("Qualifier"))
    if qualifier and _ALIAS.fullmatch(qualifier):
        find_alias(scope.region.find_function(name, missing), qualifier)
    return find_revision(scope, request, missing)


def _existing(found: Found, missing: str) -> Policy:
    if found.qualifier not in found.function.policies:
        raise not_found(missing)
    return found.function.policies[found.qualifier]


def _statement(request: Members, arn: str) -> Members:
    statement: Members = {
        "Sid": request["StatementId"],
        "Effect": "Allow",
        "Principal": _principal(request["Principal"]),
        "Action": request["Action"],
        "Resource": arn,
    }
    if conditions := _conditions(request):
        statement["Condition"] = conditions
    return statement


def _principal(text: str) -> Members | str:
    if text == "*":
        return "*"
    if _ACCOUNT.fullmatch(text):
        return {"AWS": f"arn:aws:iam::{text}:root"}
    if text.startswith("arn:"):
        return {"AWS": text}
    if not _SERVICE.fullmatch(text):
        raise invalid_parameter(
            "The provided principal was invalid. Please check the principal and try again."
        )
    return {"Service": text}


def _conditions(request: Members) -> Members:
    given: Members = {
        "StringEquals": {
            "AWS:SourceAccount": request.get("SourceAccount"),
            "aws:PrincipalOrgID": request.get("PrincipalOrgID"),
            "lambda:EventSourceToken": request.get("EventSourceToken"),
            "lambda:FunctionUrlAuthType": request.get("FunctionUrlAuthType"),
        },
        "ArnLike": {"AWS:SourceArn": request.get("SourceArn")},
        "Bool": {"lambda:InvokedViaFunctionUrl": request.get("InvokedViaFunctionUrl") and "true"},
    }
    blocks = {
        operator: {key: value for key, value in block.items() if value}
        for operator, block in given.items()
    }
    return {operator: block for operator, block in blocks.items() if block}


def admits_api(function: Function, qualifier: str | None, source_arn: str) -> bool:
    """Return whether a qualifier's policy allows API Gateway to invoke for an API (PUB-12)."""
    policy = function.policies.get(qualifier)
    return policy is not None and any(
        statement["Principal"] in ("*", {"Service": "apigateway.amazonaws.com"})
        and statement["Action"] in ("lambda:InvokeFunction", "lambda:*", "*")
        and _is_source(statement.get("Condition", {}), source_arn)
        for statement in list(policy.statements.values())
    )


def _is_source(conditions: Members, source_arn: str) -> bool:
    pattern: str = conditions.get("ArnLike", {}).get("AWS:SourceArn", "*")
    return conditions.keys() <= {"ArnLike"} and fnmatch.fnmatchcase(source_arn, pattern)
