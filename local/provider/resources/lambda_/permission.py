"""`aws:lambda/permission:Permission` (aws-provider.md section 6). Every change replaces it."""

import json
from types import MappingProxyType
from typing import Any

from local.provider.aws import Aws
from local.provider.members import to_api
from local.provider.resources.lambda_.names import same_function
from local.provider.schema import REGION, AutoName, Existing, ResourceType, boolean, string
from local.provider.validators import arn, length, one_of_enum, pattern
from local.provider.values import Props

_GONE = ("ResourceNotFoundException",)
_FUNCTION = r"(arn:[\w-]+:lambda:)?([\w-]+-\d:)?(\d{12}:)?(function:)?[a-zA-Z0-9-_]+"
_QUALIFIER = r"(:(\$LATEST|[a-zA-Z0-9-_]+))?"


class Permission(ResourceType):
    """A statement in the resource policy of a function or of one of its qualifiers.

    A duplicate statement id, which keeps the real provider trying for 15 minutes, fails at once.
    """

    pulumi_type = "aws:lambda/permission:Permission"
    auto_name = AutoName("statementId", max_length=100)
    properties = MappingProxyType(
        {
            "action": string(
                required=True,
                replaces=True,
                validators=(pattern(r"lambda:\*|lambda:[a-zA-Z]+|\*", "must match lambda:Action"),),
            ),
            "function": string(
                required=True,
                replaces=True,
                same=same_function,
                member="FunctionName",
                validators=(
                    length(1, 140),
                    pattern(_FUNCTION + _QUALIFIER, "must be a function name or ARN"),
                ),
            ),
            "principal": string(required=True, replaces=True),
            "eventSourceToken": string(
                replaces=True,
                validators=(length(0, 256), pattern(r"[a-zA-Z0-9._\-]+", "letters and digits")),
            ),
            "functionUrlAuthType": string(
                replaces=True, validators=(one_of_enum("lambda", "FunctionUrlAuthType"),)
            ),
            "invokedViaFunctionUrl": boolean(replaces=True),
            "principalOrgId": string(replaces=True, member="PrincipalOrgID"),
            "qualifier": string(
                replaces=True,
                validators=(
                    length(1, 128),
                    pattern(r"[a-zA-Z0-9$_-]+", "must match [a-zA-Z0-9$_-]+"),
                ),
            ),
            "sourceAccount": string(
                replaces=True, validators=(pattern(r"\d{12}", "must be 12 digits"),)
            ),
            "sourceArn": string(replaces=True, validators=(arn,)),
            "statementId": string(
                replaces=True,
                validators=(pattern(r"[a-zA-Z0-9-_]{1,100}", "1 to 100 of [a-zA-Z0-9-_]"),),
            ),
            "region": REGION,
        }
    )

    def create(self, aws: Aws, inputs: Props) -> str:
        """Add the statement."""
        statement = to_api(self.properties, inputs)
        if not inputs.get("invokedViaFunctionUrl"):
            statement.pop("InvokedViaFunctionUrl", None)
        aws.call("lambda", "add_permission", **statement)
        return inputs["statementId"]

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Look the statement up in the policy."""
        answer = aws.find("lambda", "get_policy", _GONE, **_key(existing.state))
        if answer is None:
            return None
        statements: list[dict[str, Any]] = json.loads(answer["Policy"])["Statement"]
        found = next((entry for entry in statements if entry["Sid"] == existing.id), None)
        return found and {"statementId": existing.id, "action": found["Action"]}

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Remove the statement."""
        aws.find(
            "lambda", "remove_permission", _GONE, **_key(existing.state), StatementId=existing.id
        )


def _key(props: Props) -> dict[str, Any]:
    return {"FunctionName": props["function"], "Qualifier": props.get("qualifier")}
