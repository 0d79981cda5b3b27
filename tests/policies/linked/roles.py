"""Cases of roles, policies and keys, and of logs and tables beside them."""

from tests.policies.linked.case import Case
from tests.policies.linked.parts import (
    TRACING,
    a_function,
    a_pool,
    a_role,
    allowing,
    document,
    inline,
    on,
    operated_by,
    trusting,
)
from tests.policies.linked.references import KEY, POLICY, WAITS_FOR, To

LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
TABLE = "aws:dynamodb/table:Table"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
AWS_POLICY = "arn:aws:iam::aws:policy/"
OPERATOR_POLICY = f"{AWS_POLICY}AWSLambdaManagedEC2ResourceOperator"

MANAGED = {"managedPolicyArns": [OPERATOR_POLICY]}

ROLES = [
    Case(
        {
            "iam-01-lambda-may-assume-the-operator-role": "launcher",
            "iam-02-operator-policy-arn": "launcher-policy",
            "iam-08-operator-trust-names-the-account": "launcher",
            "iam-12-provider-after-its-policies": "launched-pool",
        },
        {
            **a_role("launcher"),
            "launcher-policy": (
                ATTACHMENT,
                {"role": To("launcher", "name"), "policyArn": OPERATOR_POLICY},
            ),
            **a_pool("launched-pool", **operated_by("launcher"), dependsOn=["launcher-policy"]),
        },
        {
            "launcher": {"assumeRolePolicy": trusting({"Service": "ec2.amazonaws.com"})},
            "launcher-policy": {
                "policyArn": f"{AWS_POLICY}service-role/AWSLambdaManagedEC2ResourceOperator"
            },
            "launched-pool": {WAITS_FOR: None},
        },
    ),
    Case(
        {"iam-02-operator-role-has-a-policy": "idler"},
        {**a_role("idler", **MANAGED), **a_pool("idle-pool", **operated_by("idler"))},
        {"idler": {"managedPolicyArns": None}},
    ),
    Case(
        {
            "iam-03-operator-role-allows-what-aws-lists": "writer",
            "iam-04-operator-role-may-no-more": "writer",
            "iam-11-operator-role-may-log": "writer",
        },
        {**a_role("writer", **MANAGED), **a_pool("written-pool", **operated_by("writer"))},
        {
            "writer": {
                "managedPolicyArns": None,
                **inline(allowing("ec2:RunInstances", "ec2:DescribeSecurityGroups", resource="*")),
            }
        },
    ),
    Case(
        {
            "iam-03-operator-role-may-launch": "tagger",
            "iam-03-operator-role-allows-what-aws-lists": "tagger",
            "iam-11-operator-role-may-log": "tagger",
        },
        {**a_role("tagger", **MANAGED), **a_pool("tagged-pool", **operated_by("tagger"))},
        {"tagger": {"managedPolicyArns": None, **inline(allowing("ec2:CreateTags", resource="*"))}},
    ),
    Case(
        {
            "iam-07-pass-certain-providers-only": "deployer",
            "gen-13-no-star-permissions": "deployer",
            "gen-14-pass-certain-roles-only": "deployer",
            "gen-15-trust-is-narrow": "guest",
        },
        {
            "deployer": (POLICY, {"policy": document(allowing("s3:GetObject"))}),
            **a_role("guest"),
            "guest-policy": (
                ATTACHMENT,
                {"role": To("guest", "name"), "policyArn": To("deployer")},
            ),
            **a_function("deployed", role=To("guest")),
        },
        {
            "deployer": {
                "policy": document(
                    allowing("lambda:PassCapacityProvider", "iam:PassRole", "s3:*", resource="*")
                )
            },
            "guest": {"assumeRolePolicy": trusting("*")},
        },
    ),
    Case(
        {
            "iam-09-no-network-permissions-for-functions": "runner",
            "iam-09-traces-may-be-sent": "tracer",
        },
        {
            **a_role("runner"),
            **a_function("ran", role=To("runner")),
            **a_role("tracer", **inline(allowing(*TRACING, resource="*"))),
            **a_function("traced", role=To("tracer"), tracingConfig={"mode": "Active"}),
        },
        {
            "runner": {
                "managedPolicyArns": [f"{AWS_POLICY}service-role/AWSLambdaVPCAccessExecutionRole"]
            },
            "tracer": inline(allowing(TRACING[0], resource="*")),
        },
    ),
    Case(
        {"fn-23-two-roles": "mixed"},
        {
            **a_role("operator", **MANAGED),
            **a_role("executor"),
            **a_pool("mixed-pool", **operated_by("operator")),
            **a_function("mixed", role=To("executor"), capacityProviderConfig=on("mixed-pool")),
        },
        {"mixed": {"role": To("operator")}},
    ),
    Case(
        {
            "iam-10-key-encrypts-volumes": "key",
            "gen-07-logs-end": "logs",
            "gen-08-logs-have-a-key": "logs",
            "gen-16-tables-recover": "table",
        },
        {
            "key": (KEY, {"isEnabled": True}),
            **a_pool("locked-pool", kmsKeyArn=To("key")),
            "logs": (LOG_GROUP, {"name": "logs", "retentionInDays": 14, "kmsKeyId": To("key")}),
            "table": (TABLE, {"pointInTimeRecovery": {"enabled": True}}),
            **a_function(
                "logged", loggingConfig={"logGroup": "logs"}, **{WAITS_FOR: ["logs", "table"]}
            ),
        },
        {
            "key": {"isEnabled": False},
            "logs": {"retentionInDays": None, "kmsKeyId": None},
            "table": {"pointInTimeRecovery": None},
        },
    ),
]
