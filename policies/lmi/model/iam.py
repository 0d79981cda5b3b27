"""IAM roles, policies and what attaches them."""

from .access import Props
from .resource import Field, Named, Resource


class Role(Named):
    """An IAM role."""

    AWS = "aws:iam/role:Role"

    own_name = Field(Props.text, "name")
    trust = Field(Props.text, "assumeRolePolicy")
    managed_policies = Field(Props.texts, "managedPolicyArns")
    inline_policies = Field(Props.records, "inlinePolicies")


class Policy(Named):
    """A managed policy of one's own."""

    AWS = "aws:iam/policy:Policy"

    own_name = Field(Props.text, "name")
    document = Field(Props.text, "policy")


class RolePolicy(Resource):
    """A policy inside a role."""

    AWS = "aws:iam/rolePolicy:RolePolicy"
    NATIVE = "aws-native:iam:RolePolicy"

    role = Field(Props.text, "role", "roleName")
    document = Field(Props.text, "policy", "policyDocument")


class RolePolicyAttachment(Resource):
    """A managed policy on a role."""

    AWS = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"

    role = Field(Props.text, "role")
    policy = Field(Props.text, "policyArn")


class PolicyAttachment(Resource):
    """A managed policy on several roles, users and groups, which aws-native keeps inside it."""

    AWS = "aws:iam/policyAttachment:PolicyAttachment"
    NATIVE = "aws-native:iam:ManagedPolicy"

    roles = Field.alike(Props.texts, "roles")
    policy = Field.alike(Props.text, "policyArn")


class PolicyAttachments(Resource):
    """The managed policies of a role, all that it has."""

    AWS = "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive"

    role = Field(Props.text, "roleName")
    policies = Field(Props.texts, "policyArns")
