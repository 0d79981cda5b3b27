"""IAM's resource types: roles, managed policies, the policies of a role, instance profiles.

Source: docs/facts/aws-provider.md#iam.
"""

import secrets
from dataclasses import replace
from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import Operations, OrdinaryResource, Setter, calls
from local.provider.resources.documents import document, document_text
from local.provider.tagging import IAM_ROLE
from local.provider.validators import arn, between, length, pattern
from local.provider.values import Props

_NAME = pattern(r"[\w+=,.@-]*", "must match [\\w+=,.@-]")


class Role(OrdinaryResource):
    """A role. Its inline and managed policies have to be separate resources."""

    pulumi_type = "aws:iam/role:Role"
    id_layout = "{name}"
    auto_name = schema.AutoName(max_length=64)
    properties = schema.table(
        assumeRolePolicy=document(required=True, member="AssumeRolePolicyDocument"),
        description=schema.string(validators=(length(0, 1000),)),
        forceDetachPolicies=schema.boolean(default=False, sent=False),
        maxSessionDuration=schema.integer(default=3600, validators=(between(3600, 43200),)),
        name=schema.string(replaces=True, member="RoleName", validators=(length(1, 64), _NAME)),
        path=schema.string(default="/", replaces=True, validators=(length(0, 512),)),
        permissionsBoundary=schema.string(validators=(arn,)),
        **schema.outputs("arn", "createDate"),
        uniqueId=schema.output(member="RoleId"),
    )
    operations = Operations(
        service="iam",
        **calls("role"),
        found="Role",
        updates=("description", "maxSessionDuration"),
        cleared={"Description": ""},
        key={"RoleName": "id"},
        setters={
            "assumeRolePolicy": Setter(
                set="update_assume_role_policy", members=lambda policy: {"PolicyDocument": policy}
            ),
            "permissionsBoundary": Setter(
                set="put_role_permissions_boundary",
                unset="delete_role_permissions_boundary",
                members=lambda boundary: {"PermissionsBoundary": boundary},
            ),
        },
        tagging=IAM_ROLE,
    )

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the boundary, which IAM answers with its type."""
        boundary: Props = found.get("PermissionsBoundary", {})
        return {"permissionsBoundary": boundary.get("PermissionsBoundaryArn")}

    def delete(self, aws: Aws, existing: schema.Existing) -> None:
        """Delete the role, and detach its policies first if ``forceDetachPolicies`` is set."""
        if existing.state.get("forceDetachPolicies"):
            _detach_policies(aws, existing.id)
        super().delete(aws, existing)


def _detach_policies(aws: Aws, role: str) -> None:
    attached = aws.find("iam", "list_attached_role_policies", RoleName=role) or {}
    for policy in attached.get("AttachedPolicies", []):
        aws.call("iam", "detach_role_policy", RoleName=role, PolicyArn=policy["PolicyArn"])
    inline = aws.find("iam", "list_role_policies", RoleName=role) or {}
    for name in inline.get("PolicyNames", []):
        aws.call("iam", "delete_role_policy", RoleName=role, PolicyName=name)


class RolePolicy(OrdinaryResource):
    """An inline policy of a role. Its id is ``role:policy``."""

    pulumi_type = "aws:iam/rolePolicy:RolePolicy"
    id_layout = "{role}:{name}"
    auto_name = schema.AutoName()
    properties = schema.table(
        name=schema.string(replaces=True, member="PolicyName", validators=(length(1, 128), _NAME)),
        policy=document(required=True, member="PolicyDocument"),
        role=schema.string(required=True, replaces=True, member="RoleName"),
    )
    operations = Operations(
        service="iam",
        **calls("role_policy", create="put", update="put"),
        key={"RoleName": "role", "PolicyName": "name"},
    )


class Policy(OrdinaryResource):
    """A managed policy. Its id is its ARN; a change makes another version the default one."""

    pulumi_type = "aws:iam/policy:Policy"
    auto_name = schema.AutoName(max_length=128)
    properties = schema.table(
        description=schema.string(replaces=True, validators=(length(0, 1000),)),
        name=schema.string(replaces=True, member="PolicyName", validators=(length(1, 128), _NAME)),
        path=schema.string(default="/", replaces=True, validators=(length(0, 512),)),
        policy=document(required=True, member="PolicyDocument"),
        arn=schema.output(),
        attachmentCount=schema.output(type=schema.ValueType.INTEGER),
        policyId=schema.output(),
    )
    operations = Operations(
        service="iam",
        **calls("policy", update=""),
        made="Policy.Arn",
        found="Policy",
        key={"PolicyArn": "id"},
        optional=("description",),
        tagging=replace(IAM_ROLE, resource="PolicyArn", tag="tag_policy", untag="untag_policy"),
    )

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the document of the default version."""
        version = found["DefaultVersionId"]
        answer = aws.call("iam", "get_policy_version", **self.key(existing), VersionId=version)
        return {"policy": document_text(answer["PolicyVersion"]["Document"])}

    def update(self, aws: Aws, change: schema.Change) -> None:
        """Make the wanted document the default version, in place of the versions before."""
        if change.touches("policy"):
            key = self.key(schema.Existing(change.id, change.new))
            self._delete_old_versions(aws, key)
            wanted = change.new["policy"]
            aws.call(
                "iam", "create_policy_version", **key, PolicyDocument=wanted, SetAsDefault=True
            )
        super().update(aws, change)

    def delete(self, aws: Aws, existing: schema.Existing) -> None:
        """Delete the policy with all its versions."""
        if self.describe(aws, existing) is not None:
            self._delete_old_versions(aws, self.key(existing))
        super().delete(aws, existing)

    def _delete_old_versions(self, aws: Aws, key: Props) -> None:
        for version in aws.call("iam", "list_policy_versions", **key)["Versions"]:
            if not version["IsDefaultVersion"]:
                aws.call("iam", "delete_policy_version", **key, VersionId=version["VersionId"])


class InstanceProfile(OrdinaryResource):
    """An instance profile, which has one role at most. Its id is its name."""

    pulumi_type = "aws:iam/instanceProfile:InstanceProfile"
    id_layout = "{name}"
    auto_name = schema.AutoName(max_length=128)
    properties = schema.table(
        name=schema.string(
            replaces=True, member="InstanceProfileName", validators=(length(1, 128), _NAME)
        ),
        path=schema.string(default="/", replaces=True, validators=(length(0, 512),)),
        role=schema.string(sent=False),
        **schema.outputs("arn", "createDate"),
        uniqueId=schema.output(member="InstanceProfileId"),
    )
    operations = Operations(
        service="iam",
        create="create_instance_profile",
        read="get_instance_profile",
        found="InstanceProfile",
        delete="delete_instance_profile",
        key={"InstanceProfileName": "id"},
        tagging=replace(
            IAM_ROLE,
            resource="InstanceProfileName",
            tag="tag_instance_profile",
            untag="untag_instance_profile",
        ),
    )

    def complete(self, aws: Aws, made: schema.Existing) -> None:
        """Add the role."""
        self._set_role(aws, made, made.state.get("role"))

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the name of the role."""
        return {"role": next((role["RoleName"] for role in found["Roles"]), None)}

    def update(self, aws: Aws, change: schema.Change) -> None:
        """Put another role in the place of the role."""
        self._set_role(aws, schema.Existing(change.id, change.new), change.new.get("role"))
        super().update(aws, change)

    def delete(self, aws: Aws, existing: schema.Existing) -> None:
        """Remove the role, then delete the profile."""
        if self.describe(aws, existing) is not None:
            self._set_role(aws, existing, None)
        super().delete(aws, existing)

    def _set_role(self, aws: Aws, existing: schema.Existing, wanted: str | None) -> None:
        key = self.key(existing)
        found = aws.call("iam", "get_instance_profile", **key)["InstanceProfile"]
        present = {role["RoleName"] for role in found["Roles"]}
        for name in present - {wanted}:
            aws.call("iam", "remove_role_from_instance_profile", **key, RoleName=name)
        if wanted and wanted not in present:
            aws.call("iam", "add_role_to_instance_profile", **key, RoleName=wanted)


class RolePolicyAttachment(OrdinaryResource):
    """The attachment of a managed policy to a role."""

    pulumi_type = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
    id_layout = "{role}-{policyArn}"
    import_layout = "role/policyArn"
    delete_before_replace = True
    properties = schema.table(
        policyArn=schema.string(required=True, replaces=True, validators=(arn,)),
        role=schema.string(required=True, replaces=True, member="RoleName"),
    )
    operations = Operations(
        service="iam",
        create="attach_role_policy",
        read="list_attached_role_policies",
        read_key={"RoleName": "role"},
        found="AttachedPolicies",
        match={"PolicyArn": "policyArn"},
        delete="detach_role_policy",
        key={"RoleName": "role", "PolicyArn": "policyArn"},
    )

    def create(self, aws: Aws, inputs: Props) -> str:
        """Attach the policy. The real provider gives a random id; only an import id has its ARN."""
        super().create(aws, inputs)
        return f"{inputs['role']}-{secrets.token_hex(13)}"
