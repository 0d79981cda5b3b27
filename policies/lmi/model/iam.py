"""IAM roles, policies and what attaches them."""

from .access import Props
from .resource import Field, Named, Resource


class Role(Named, aws="iam:Role", native="iam:Role"):
    """An IAM role."""

    own_name = Field(Props.text, "name", "roleName")
    trust = Field(Props.document, "assumeRolePolicy", "assumeRolePolicyDocument")
    managed_policies = Field(Props.texts, "managedPolicyArns")
    inline_policies = Field(Props.records, "inlinePolicies", "policies")


class Policy(Named, aws="iam:Policy", native="iam:ManagedPolicy"):
    """A managed policy of one's own."""

    own_name = Field(Props.text, "name", "managedPolicyName")
    arn = Field(Props.text, "arn", "policyArn")
    document = Field(Props.document, "policy", "policyDocument")


class RolePolicy(Named, aws="iam:RolePolicy", native="iam:RolePolicy"):
    """A policy inside a role."""

    own_name = Field(Props.text, "name", "policyName")
    role = Field(Props.text, "role", "roleName")
    document = Field(Props.document, "policy", "policyDocument")


class RolePolicyAttachment(Resource, aws="iam:RolePolicyAttachment"):
    """A managed policy on a role."""

    role = Field(Props.text, "role")
    policy = Field(Props.text, "policyArn")


class PolicyAttachment(Resource, aws="iam:PolicyAttachment", native="iam:ManagedPolicy"):
    """A managed policy on several roles, users and groups, which aws-native keeps inside it."""

    roles = Field(Props.texts, "roles")
    policy = Field(Props.text, "policyArn")
    document = Field(Props.document, None, "policyDocument")


class PolicyAttachments(Resource, aws="iam:RolePolicyAttachmentsExclusive"):
    """The managed policies of a role, all that it has."""

    role = Field(Props.text, "roleName")
    policies = Field(Props.texts, "policyArns")
