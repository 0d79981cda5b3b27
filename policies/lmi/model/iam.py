"""IAM roles, policies and what attaches them."""

from .access import Props
from .resource import Field, Named, Resource


class Role(Named):
    """An IAM role."""

    TYPES = ("aws:iam/role:Role", "aws-native:iam:Role")

    own_name = Field(Props.text, "name", "roleName")
    trust = Field(Props.document, "assumeRolePolicy", "assumeRolePolicyDocument")
    managed_policies = Field(Props.texts, "managedPolicyArns")
    inline_policies = Field(Props.records, "inlinePolicies", "policies")


class Policy(Named):
    """A managed policy of one's own."""

    TYPES = ("aws:iam/policy:Policy", "aws-native:iam:ManagedPolicy")

    own_name = Field(Props.text, "name", "managedPolicyName")
    arn = Field(Props.text, "arn", "policyArn")
    document = Field(Props.document, "policy", "policyDocument")


class RolePolicy(Named):
    """A policy inside a role."""

    TYPES = ("aws:iam/rolePolicy:RolePolicy", "aws-native:iam:RolePolicy")

    own_name = Field(Props.text, "name", "policyName")
    role = Field(Props.text, "role", "roleName")
    document = Field(Props.document, "policy", "policyDocument")


class RolePolicyAttachment(Resource):
    """A managed policy on a role."""

    TYPES = ("aws:iam/rolePolicyAttachment:RolePolicyAttachment",)

    role = Field(Props.text, "role")
    policy = Field(Props.text, "policyArn")


class PolicyAttachment(Resource):
    """A managed policy on several roles, users and groups, which aws-native keeps inside it."""

    TYPES = ("aws:iam/policyAttachment:PolicyAttachment", "aws-native:iam:ManagedPolicy")

    roles = Field(Props.texts, "roles")
    policy = Field(Props.text, "policyArn")
    document = Field(Props.document, None, "policyDocument")


class RolePolicies(Resource):
    """The names of the policies inside a role, all that it has."""

    TYPES = ("aws:iam/rolePoliciesExclusive:RolePoliciesExclusive",)

    role = Field(Props.text, "roleName")
    policies = Field(Props.texts, "policyNames")


class PolicyAttachments(Resource):
    """The managed policies of a role, all that it has."""

    TYPES = ("aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",)

    role = Field(Props.text, "roleName")
    policies = Field(Props.texts, "policyArns")
