"""IAM's resource types: roles, their inline policies and attached ones.

Source: docs/facts/aws-provider.md#iam.
"""

import secrets
from types import MappingProxyType

from local.provider.aws import Aws
from local.provider.members import from_api, to_api
from local.provider.resources.documents import document_text, same_document
from local.provider.schema import (
    TAGS,
    AutoName,
    Change,
    Existing,
    ResourceType,
    boolean,
    integer,
    output,
    string,
)
from local.provider.tagging import IAM_ROLE
from local.provider.validators import arn, between, json_document, length, pattern
from local.provider.values import Props

_GONE = ("NoSuchEntity",)
_NAME = pattern(r"[\w+=,.@-]*", "must match [\\w+=,.@-]")
_POLICY = string(required=True, same=same_document, validators=(json_document,))


class Role(ResourceType):
    """A role. Its inline and managed policies have to be separate resources."""

    pulumi_type = "aws:iam/role:Role"
    auto_name = AutoName(max_length=64)
    regional = False
    properties = MappingProxyType(
        {
            "assumeRolePolicy": string(
                required=True,
                same=same_document,
                member="AssumeRolePolicyDocument",
                validators=(json_document,),
            ),
            "description": string(validators=(length(0, 1000),)),
            "forceDetachPolicies": boolean(default=False, sent=False),
            "maxSessionDuration": integer(default=3600, validators=(between(3600, 43200),)),
            "name": string(replaces=True, member="RoleName", validators=(length(1, 64), _NAME)),
            "path": string(default="/", replaces=True, validators=(length(0, 512),)),
            "permissionsBoundary": string(validators=(arn,)),
            **TAGS,
            "arn": output(),
            "createDate": output(),
            "uniqueId": output(member="RoleId"),
        }
    )

    def create(self, aws: Aws, inputs: Props) -> str:
        """Create the role."""
        aws.call(
            "iam",
            "create_role",
            **to_api(self.properties, inputs),
            **IAM_ROLE.creation(inputs),
        )
        return inputs["name"]

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Get the role."""
        answer = aws.find("iam", "get_role", _GONE, RoleName=existing.id)
        if answer is None:
            return None
        role = answer["Role"]
        return {
            **from_api(self.properties, role),
            "assumeRolePolicy": document_text(role["AssumeRolePolicyDocument"]),
            "createDate": role["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
            "permissionsBoundary": role.get("PermissionsBoundary", {}).get(
                "PermissionsBoundaryArn"
            ),
            **IAM_ROLE.found(role),
        }

    def update(self, aws: Aws, change: Change) -> None:
        """Update trust policy, description, session length, boundary and tags."""
        if change.touches("assumeRolePolicy"):
            aws.call(
                "iam",
                "update_assume_role_policy",
                RoleName=change.id,
                PolicyDocument=change.new["assumeRolePolicy"],
            )
        if change.touches("description", "maxSessionDuration"):
            aws.call(
                "iam",
                "update_role",
                RoleName=change.id,
                Description=change.new.get("description", ""),
                MaxSessionDuration=change.new["maxSessionDuration"],
            )
        if change.touches("permissionsBoundary"):
            _set_boundary(aws, change.id, change.new.get("permissionsBoundary"))
        IAM_ROLE.update(aws, change)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the role, and detach its policies first if ``forceDetachPolicies`` is set."""
        if existing.state.get("forceDetachPolicies"):
            _detach_policies(aws, existing.id)
        aws.find("iam", "delete_role", _GONE, RoleName=existing.id)


def _set_boundary(aws: Aws, role: str, boundary: str | None) -> None:
    if boundary:
        aws.call(
            "iam", "put_role_permissions_boundary", RoleName=role, PermissionsBoundary=boundary
        )
    else:
        aws.call("iam", "delete_role_permissions_boundary", RoleName=role)


def _detach_policies(aws: Aws, role: str) -> None:
    attached = aws.find("iam", "list_attached_role_policies", _GONE, RoleName=role) or {}
    for policy in attached.get("AttachedPolicies", []):
        aws.call("iam", "detach_role_policy", RoleName=role, PolicyArn=policy["PolicyArn"])
    inline = aws.find("iam", "list_role_policies", _GONE, RoleName=role) or {}
    for name in inline.get("PolicyNames", []):
        aws.call("iam", "delete_role_policy", RoleName=role, PolicyName=name)


class RolePolicy(ResourceType):
    """An inline policy of a role. Its id is ``role:policy``."""

    pulumi_type = "aws:iam/rolePolicy:RolePolicy"
    auto_name = AutoName()
    regional = False
    properties = MappingProxyType(
        {
            "name": string(replaces=True, validators=(length(1, 128), _NAME)),
            "policy": _POLICY,
            "role": string(required=True, replaces=True),
        }
    )

    def create(self, aws: Aws, inputs: Props) -> str:
        """Put the policy."""
        _put_policy(aws, inputs)
        return f"{inputs['role']}:{inputs['name']}"

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Get the policy."""
        role, _, name = existing.id.partition(":")
        answer = aws.find("iam", "get_role_policy", _GONE, RoleName=role, PolicyName=name)
        return answer and {
            "name": name,
            "role": role,
            "policy": document_text(answer["PolicyDocument"]),
        }

    def update(self, aws: Aws, change: Change) -> None:
        """Put the new policy."""
        _put_policy(aws, change.new)

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the policy."""
        role, _, name = existing.id.partition(":")
        aws.find("iam", "delete_role_policy", _GONE, RoleName=role, PolicyName=name)


def _put_policy(aws: Aws, inputs: Props) -> None:
    aws.call(
        "iam",
        "put_role_policy",
        RoleName=inputs["role"],
        PolicyName=inputs["name"],
        PolicyDocument=inputs["policy"],
    )


class RolePolicyAttachment(ResourceType):
    """The attachment of a managed policy to a role."""

    pulumi_type = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
    import_layout = "role/policyArn"
    regional = False
    delete_before_replace = True
    properties = MappingProxyType(
        {
            "policyArn": string(required=True, replaces=True, validators=(arn,)),
            "role": string(required=True, replaces=True),
        }
    )

    def id_of(self, keys: Props) -> str:
        """Return role and policy, as an import id does; ids are random on create."""
        return f"{keys['role']}-{keys['policyArn']}"

    def create(self, aws: Aws, inputs: Props) -> str:
        """Attach the policy."""
        aws.call(
            "iam", "attach_role_policy", RoleName=inputs["role"], PolicyArn=inputs["policyArn"]
        )
        return f"{inputs['role']}-{secrets.token_hex(13)}"

    def read(self, aws: Aws, existing: Existing) -> Props | None:
        """Find the policy among those that are attached."""
        attached = aws.find(
            "iam", "list_attached_role_policies", _GONE, RoleName=existing.state["role"]
        )
        arns = {policy["PolicyArn"] for policy in (attached or {}).get("AttachedPolicies", [])}
        return (
            {"policyArn": existing.state["policyArn"]}
            if existing.state["policyArn"] in arns
            else None
        )

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Detach the policy."""
        aws.find(
            "iam",
            "detach_role_policy",
            _GONE,
            RoleName=existing.state["role"],
            PolicyArn=existing.state["policyArn"],
        )
