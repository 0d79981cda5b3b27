"""IAM rules: who may operate a capacity provider."""

import json
from dataclasses import replace

import pytest
from moto.iam.aws_managed_policies import aws_managed_policies_data

from policies.lmi.facts.aws_policies import ACTIONS_OF
from testing.policies.support import (
    FUNCTION,
    PROVIDER,
    UNKNOWN,
    Json,
    Res,
    function_inputs,
    provider,
)
from tests.policies.judging import SILENT, judge, names, turned_on

ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
NATIVE_POLICY = "aws-native:iam:RolePolicy"
NATIVE_MANAGED_POLICY = "aws-native:iam:ManagedPolicy"
ROLE_ARN = "arn:aws:iam::123456789012:role/a/path/operator"
AWS_POLICY = "arn:aws:iam::aws:policy/"
OPERATOR_POLICY = f"{AWS_POLICY}AWSLambdaManagedEC2ResourceOperator"
TRUST = json.dumps(
    {
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    }
)


def role(trust: object = TRUST, **changes: object) -> Res:
    """Return an operator role with AWS's policy for it, but for the changes."""
    inputs: Json = {
        "name": "operator",
        "assumeRolePolicy": trust,
        "managedPolicyArns": [OPERATOR_POLICY],
        **changes,
    }
    return Res(ROLE, "operator", inputs, {**inputs, "arn": ROLE_ARN})


def bare() -> Res:
    """Return an operator role that gets its policies elsewhere."""
    return role(managedPolicyArns=[])


def statement(*actions: str, resource: object = "*", **others: object) -> Json:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource, **others}


def document(*statements: Json) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def inside(text: object, role: object = "operator") -> Res:
    """Return a policy inside a role."""
    return Res(ROLE_POLICY, "policy", {"role": role, "policy": text})


def trusting(principal: object, effect: str = "Allow", action: str = "sts:AssumeRole") -> str:
    statement = {"Effect": effect, "Principal": principal, "Action": action}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


OPERATED = provider(permissionsConfig={"capacityProviderOperatorRoleArn": ROLE_ARN})


@pytest.mark.parametrize(
    ("trust", "rules"),
    [
        (trusting({"Service": "lambda.amazonaws.com"}), SILENT),
        (trusting({"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]}), SILENT),
        (trusting({"Service": "ec2.amazonaws.com"}), {"iam-01"}),
        (trusting({"Service": "scaler.lambda.amazonaws.com"}), {"iam-01"}),
        (trusting({"AWS": "123456789012"}), {"iam-01"}),
        (trusting({"Service": "lambda.amazonaws.com"}, "Deny"), {"iam-01"}),
        (trusting({"Service": "lambda.amazonaws.com"}, action="sts:TagSession"), {"iam-01"}),
        (trusting({"Service": "lambda.amazonaws.com"}, action="sts:*"), SILENT),
        (trusting("*", "Deny"), {"iam-01"}),
        (trusting("*"), {"gen-15"}),  # open, which is another matter
        (trusting({"AWS": "*"}), {"gen-15"}),  # the same
        (json.dumps({"Statement": {"Effect": "Allow", "Principal": {}}}), {"iam-01"}),
        (UNKNOWN, SILENT),
        ("no JSON", SILENT),
        ("[]", SILENT),
        ("7", SILENT),
        (json.dumps({"Statement": [7]}), SILENT),
        ("{}", SILENT),
    ],
)
def test_lambda_may_assume_the_operator_role(trust: object, rules: set[str]) -> None:
    assert names(role(trust), OPERATED) == rules
    assert names(role(trust)) == SILENT  # nobody operates with it


def test_a_new_role_is_linked_by_dependency() -> None:
    inputs = {**OPERATED.inputs, "permissionsConfig": {"capacityProviderOperatorRoleArn": UNKNOWN}}
    new = Res(OPERATED.type, "pool", inputs, made_from={"permissionsConfig": ["operator"]})
    wrong = role(trusting({"Service": "ec2.amazonaws.com"}))
    assert names(wrong, new) == {"iam-01"}
    assert len(judge(wrong, new, replace(new, name="second"))) == 1  # they share the role


@pytest.mark.parametrize(
    ("arn", "rules"),
    [
        (OPERATOR_POLICY, SILENT),
        ("arn:aws-us-gov:iam::aws:policy/AWSLambdaManagedEC2ResourceOperator", SILENT),
        (f"{AWS_POLICY}service-role/AWSLambdaManagedEC2ResourceOperator", {"iam-02"}),
        (f"{AWS_POLICY}AmazonEC2ReadOnlyAccess", SILENT),
        (f"{AWS_POLICY}AmazonLambdaCapacityProviderOperatorRolePolicy", {"iam-02"}),
        ("arn:aws:iam::123456789012:policy/AWSLambdaManagedEC2ResourceOperator", SILENT),
        (UNKNOWN, SILENT),
    ],
)
def test_the_managed_policy_has_no_path(arn: str, rules: set[str]) -> None:
    assert names(Res(ATTACHMENT, "a", {"policyArn": arn, "role": "operator"})) == rules
    assert names(role(managedPolicyArns=[arn])) == rules


EXCLUSIVE = "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive"
POLICIES = [OPERATOR_POLICY]
ATTACHED = {"role": "operator", "policyArn": OPERATOR_POLICY}


@pytest.mark.parametrize(
    ("resources", "rules"),
    [
        ([bare()], {"iam-02"}),
        ([role(managedPolicyArns=UNKNOWN)], SILENT),
        ([bare(), Res(ATTACHMENT, "a", ATTACHED)], SILENT),
        ([bare(), Res(ATTACHMENT, "a", {**ATTACHED, "role": "another"})], {"iam-02"}),
        ([bare(), Res(ATTACHMENT, "a", {**ATTACHED, "policyArn": UNKNOWN})], SILENT),
        ([bare(), Res(EXCLUSIVE, "a", {"roleName": "operator", "policyArns": []})], {"iam-02"}),
        ([bare(), Res(EXCLUSIVE, "a", {"roleName": "operator", "policyArns": POLICIES})], SILENT),
        ([bare(), Res(EXCLUSIVE, "a", {"roleName": "operator", "policyArns": UNKNOWN})], SILENT),
        ([bare(), Res(EXCLUSIVE, "a", {"roleName": UNKNOWN, "policyArns": POLICIES})], SILENT),
        # whose role it is may turn out later, or follow from a dependency
        ([bare(), Res(ATTACHMENT, "a", {**ATTACHED, "role": UNKNOWN})], SILENT),
        (
            [
                bare(),
                Res(ATTACHMENT, "a", {**ATTACHED, "role": UNKNOWN}),
                Res(ATTACHMENT, "b", {**ATTACHED, "role": "another"}),
            ],
            SILENT,
        ),
        (
            [
                bare(),
                Res(ROLE, "spare", {"name": "spare"}),
                Res(ATTACHMENT, "a", {**ATTACHED, "role": UNKNOWN}, made_from={"role": ["spare"]}),
            ],
            {"iam-02"},
        ),
        (
            [
                bare(),
                Res(
                    "aws:iam/policyAttachment:PolicyAttachment",
                    "a",
                    {"roles": ["operator"], "policyArn": UNKNOWN},
                ),
            ],
            SILENT,
        ),
        ([bare(), inside(UNKNOWN)], SILENT),
        # policies of aws-native beside a role of pulumi-aws
        ([bare(), Res(NATIVE_POLICY, "a", {"roleName": "operator", "policyDocument": {}})], SILENT),
        ([bare(), Res(NATIVE_POLICY, "a", {"roleName": "another"})], {"iam-02"}),
        (
            [
                bare(),
                Res(NATIVE_MANAGED_POLICY, "a", {"roles": ["operator"], "policyDocument": {}}),
            ],
            SILENT,
        ),
        ([bare(), Res(NATIVE_MANAGED_POLICY, "a", {"roles": ["another"]})], {"iam-02"}),
    ],
)
def test_an_operator_role_has_a_policy(resources: list[Res], rules: set[str]) -> None:
    waiting = Res(OPERATED.type, "pool", OPERATED.inputs, made_from={"tags": _others(resources)})
    assert names(*resources, waiting) == rules
    assert names(*resources) == SILENT  # nobody operates with it


def _others(resources: list[Res]) -> list[str]:
    return [resource.name for resource in resources]


LAUNCH = (
    *["ec2:RunInstances", "ec2:CreateTags", "ec2:AttachNetworkInterface"],
    *["ec2:CreateNetworkInterface", "ec2:Describe*"],
)
LOGS = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
MANAGED = {"Condition": {"StringEquals": {"ec2:ManagedResourceOperator": "x"}}}
GOOD = statement(*LAUNCH, *LOGS, **MANAGED)


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        (document(GOOD), SILENT),
        (document(statement("EC2:*instances", **MANAGED), GOOD), SILENT),
        # IAM-03: what launching takes
        (document(statement(*LAUNCH[1:], *LOGS)), {"iam-03"}),
        (document(statement(*LAUNCH[:-1], *LOGS, **MANAGED)), {"iam-03"}),
        (document(statement("ec2:[a-zA-Z]*", *LOGS)), {"iam-03"}),  # no pattern of IAM's
        (document({**GOOD, "Effect": "Deny"}), {"iam-03", "iam-11"}),
        (document({"Effect": "Allow", "NotAction": "ec2:RunInstances"}), {"iam-03"}),
        # IAM-11: the provider's own logs
        (document(statement(*LAUNCH, *LOGS[:-1], **MANAGED)), {"iam-11"}),
        (document(statement(*LAUNCH, **MANAGED), statement("logs:*")), SILENT),
        # IAM-04: more than that
        (document(GOOD, statement("ec2:*")), {"iam-04"}),
        (document(statement("*")), {"iam-04"}),
        (document(statement(*LAUNCH, *LOGS)), {"iam-04"}),
        (document(statement(*LAUNCH, *LOGS, resource=["arn:aws:ec2:*:*:subnet/*"])), SILENT),
        (document(statement(*LAUNCH, *LOGS, resource="arn:aws:ec2:*:*:instance/*")), {"iam-04"}),
        # what cannot be read
        (UNKNOWN, SILENT),
        ("no JSON", SILENT),
        ("[]", SILENT),
        ('{"Statement": [7]}', SILENT),
        ('{"Statement": []}', SILENT),
    ],
)
def test_a_hand_written_operator_policy(text: str, rules: set[str]) -> None:
    operated = Res(OPERATED.type, "pool", OPERATED.inputs, made_from={"tags": ["policy"]})
    own = names(bare(), inside(text), operated) - GENERAL
    assert own == rules
    written = role(managedPolicyArns=[], inlinePolicies=[{"name": "p", "policy": text}])
    assert names(written, OPERATED) - GENERAL == rules


@pytest.mark.parametrize(
    ("policies", "rules"),
    [
        ({}, {"iam-02"}),
        ({"managedPolicyArns": [OPERATOR_POLICY]}, SILENT),
        ({"policies": [{"policyName": "p", "policyDocument": json.loads(document(GOOD))}]}, SILENT),
        (
            {"policies": [{"policyDocument": {"Statement": [statement("a:b")]}}]},
            {"iam-03", "iam-11"},
        ),
        (
            {"policies": [{"policyName": "p", "policyDocument": {"Statement": UNKNOWN}}]},
            SILENT,
        ),
    ],
)
def test_roles_of_aws_native_have_objects_for_documents(policies: Json, rules: set[str]) -> None:
    inputs = {"roleName": "operator", "assumeRolePolicyDocument": json.loads(TRUST), **policies}
    native = Res("aws-native:iam:Role", "operator", inputs, {**inputs, "arn": ROLE_ARN})
    assert names(native, OPERATED) == rules
    distrusted = json.loads(trusting({"Service": "ec2.amazonaws.com"}))
    changed = {**inputs, "assumeRolePolicyDocument": distrusted}
    wrong = Res("aws-native:iam:Role", "operator", changed, {**changed, "arn": ROLE_ARN})
    assert names(wrong, OPERATED) == rules | {"iam-01"}


def test_policies_of_aws_native_are_read_where_they_are_attached() -> None:
    text = {"Statement": [statement("a:b")]}
    inputs = {"roles": ["operator"], "policyDocument": text}
    managed = Res(NATIVE_MANAGED_POLICY, "a", inputs)
    inner = Res(NATIVE_POLICY, "b", {"roleName": "operator", "policyDocument": text})
    for policy in (managed, inner):
        waiting = Res(OPERATED.type, "pool", OPERATED.inputs, made_from={"tags": [policy.name]})
        assert names(bare(), policy, waiting) == {"iam-03", "iam-11"}


GENERAL = {"gen-13"}
"""Rules about any policy, which have tests of their own."""


def test_a_policy_of_ones_own_is_read_where_it_is_attached() -> None:
    own = Res("aws:iam/policy:Policy", "own", {"name": "own", "policy": document(statement("a:b"))})
    by_arn = role(managedPolicyArns=["arn:aws:iam::123456789012:policy/own"])
    assert names(by_arn, own, OPERATED) == {"iam-03", "iam-11"}
    attached = {"role": "operator", "policyArn": UNKNOWN}
    attachment = Res(ATTACHMENT, "a", attached, made_from={"policyArn": ["own"]})
    operated = Res(OPERATED.type, "pool", OPERATED.inputs, made_from={"tags": ["a"]})
    assert names(bare(), own, attachment, operated) == {"iam-03", "iam-11"}


def test_a_new_policy_of_ones_own_is_read_where_the_role_lists_it() -> None:
    own = Res("aws:iam/policy:Policy", "own", {"name": "own", "policy": document(statement("a:b"))})
    inputs = role(managedPolicyArns=[UNKNOWN]).inputs
    made_from = {"managedPolicyArns": ["own"]}
    new = Res(ROLE, "operator", inputs, {**inputs, "arn": ROLE_ARN}, made_from)
    assert names(own, new, OPERATED) == {"iam-03", "iam-11"}
    both = {**inputs, "managedPolicyArns": [UNKNOWN, UNKNOWN]}  # one of them is another stack's
    doubtful = Res(ROLE, "operator", both, {**both, "arn": ROLE_ARN}, made_from)
    assert names(own, doubtful, OPERATED) == SILENT


def test_a_managed_policy_beside_a_hand_written_one_may_allow_the_rest() -> None:
    operated = Res(OPERATED.type, "pool", OPERATED.inputs, made_from={"tags": ["policy"]})
    assert names(role(), inside(document(statement("a:b"))), operated) == SILENT


BASIC = "service-role/AWSLambdaBasicExecutionRole"
VPC_ACCESS = "service-role/AWSLambdaVPCAccessExecutionRole"


@pytest.mark.parametrize(
    ("policies", "rules"),
    [
        ([VPC_ACCESS], {"iam-03"}),  # it has the logs, and not what launching takes
        (["AWSXRayDaemonWriteAccess"], {"iam-03", "iam-11"}),
        ([BASIC, "AmazonEC2ReadOnlyAccess"], SILENT),  # one of unknown content
    ],
)
def test_policies_of_aws_allow_what_is_known_of_them(policies: list[str], rules: set[str]) -> None:
    attached = role(managedPolicyArns=[AWS_POLICY + policy for policy in policies])
    assert names(attached, OPERATED) == rules


@pytest.mark.parametrize("policy", ACTIONS_OF)
def test_what_is_known_of_policies_of_aws_is_so_in_moto_too(policy: str) -> None:
    known: Json = json.loads(aws_managed_policies_data)[policy.rpartition("/")[2]]
    (only,) = known["Document"]["Statement"]
    assert known["Path"] == f"/{policy}".rpartition("/")[0] + "/"
    assert sorted(only["Action"]) == sorted(ACTIONS_OF[policy])
    assert only["Resource"] in ("*", ["*"])


@pytest.mark.parametrize(
    ("policy", "rules"),
    [
        ("AdministratorAccess", {"iam-04"}),
        ("AmazonEC2FullAccess", {"iam-04"}),
        ("AmazonEC2ReadOnlyAccess", SILENT),
    ],
)
def test_an_operator_is_no_administrator(policy: str, rules: set[str]) -> None:
    assert names(role(managedPolicyArns=[AWS_POLICY + policy]), OPERATED) - GENERAL == rules
    inputs = {"policyArn": AWS_POLICY + policy, "role": "operator", "roles": ["operator"]}
    waiting = Res(OPERATED.type, "pool", OPERATED.inputs, made_from={"tags": ["a"]})
    for type_ in (ATTACHMENT, "aws:iam/policyAttachment:PolicyAttachment"):
        assert names(bare(), Res(type_, "a", inputs), waiting) - GENERAL == rules


@pytest.mark.parametrize(
    ("action", "resource", "rules"),
    [
        ("lambda:PassCapacityProvider", "*", {"iam-07"}),
        ("lambda:Pass*", ["arn:aws:lambda:*:*:capacity-provider:*"], {"iam-07"}),
        ("lambda:PassCapacityProvider", "arn:aws:lambda:*:*:capacity-provider:shop-*", SILENT),
        ("lambda:InvokeFunction", "*", SILENT),
        ("lambda:PassCapacityProvider", 7, SILENT),
    ],
)
def test_passing_any_provider(action: str, resource: object, rules: set[str]) -> None:
    text = document(statement(action, resource=resource))
    assert names(inside(text)) - GENERAL == rules
    written = Res("aws:iam/policy:Policy", "own", {"policy": text})
    assert names(written) - GENERAL == rules


def test_a_wildcard_is_about_providers_where_there_are_some() -> None:
    text = document(statement("lambda:*"))
    assert names(inside(text)) - GENERAL == SILENT
    assert names(inside(text), provider()) - GENERAL == {"iam-07"}


SOURCED = {"Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}}


@pytest.mark.parametrize(
    ("others", "rules"), [({}, {"iam-08"}), (SOURCED, SILENT), ({"Condition": 7}, {"iam-08"})]
)
def test_the_trust_may_name_the_account(others: Json, rules: set[str]) -> None:
    trust = json.dumps({"Statement": {**json.loads(TRUST)["Statement"], **others}})
    on = turned_on("iam-08-operator-trust-names-the-account")
    assert names(role(trust), OPERATED, config=on) == rules
    assert names(role(UNKNOWN), OPERATED, config=on) == SILENT
    assert names(role(trust), OPERATED) == SILENT  # off, because nobody has tried it


def execution(*managed: str, policy: object = None) -> Res:
    inline = [] if policy is None else [{"name": "p", "policy": policy}]
    inputs: Json = {"name": "api", "managedPolicyArns": list(managed), "inlinePolicies": inline}
    return Res(ROLE, "api-role", inputs)


@pytest.mark.parametrize(
    ("managed", "rules"),
    [
        (AWS_POLICY + BASIC, SILENT),
        (AWS_POLICY + VPC_ACCESS, {"iam-09"}),
        (UNKNOWN, SILENT),
    ],
)
def test_a_function_needs_no_network_interfaces(managed: str, rules: set[str]) -> None:
    user = Res(FUNCTION, "api", function_inputs(role=UNKNOWN), made_from={"role": ["api-role"]})
    assert names(execution(managed), user) == rules
    assert names(execution(managed)) == SILENT  # a role of something else


@pytest.mark.parametrize(
    ("mode", "policy", "rules"),
    [
        ("Active", document(statement("logs:PutLogEvents")), {"iam-09"}),
        ("Active", document(statement("xray:Put*")), SILENT),
        ("Active", document(statement("xray:PutTraceSegments")), {"iam-09"}),
        ("PassThrough", document(statement("logs:PutLogEvents")), SILENT),
        (UNKNOWN, document(statement("logs:PutLogEvents")), SILENT),
        ("Active", UNKNOWN, SILENT),
    ],
)
def test_a_traced_function_may_send_traces(mode: str, policy: str, rules: set[str]) -> None:
    inputs = function_inputs(
        role="arn:aws:iam::123456789012:role/api", tracingConfig={"mode": mode}
    )
    traced = Res(FUNCTION, "api", inputs)
    assert names(execution(policy=policy), traced) == rules
    assert names(execution(AWS_POLICY + BASIC, policy=policy), traced) == rules
    sending = execution(f"{AWS_POLICY}AWSXRayDaemonWriteAccess", policy=policy)
    assert names(sending, traced) == SILENT


@pytest.mark.parametrize(
    ("key", "rules"),
    [
        ({}, SILENT),
        ({"isEnabled": False}, {"iam-10"}),
        ({"customerMasterKeySpec": "SYMMETRIC_DEFAULT"}, SILENT),
        ({"customerMasterKeySpec": "RSA_2048"}, {"iam-10"}),
        ({"customerMasterKeySpec": UNKNOWN, "isEnabled": UNKNOWN}, SILENT),
    ],
)
def test_the_key_encrypts_volumes(key: Json, rules: set[str]) -> None:
    pool = Res(
        PROVIDER,
        "pool",
        {**provider().inputs, "kmsKeyArn": UNKNOWN},
        made_from={"kmsKeyArn": ["k"]},
    )
    on = turned_on("iam-10-key-encrypts-volumes")
    assert names(Res("aws:kms/key:Key", "k", key), pool, config=on) == rules


@pytest.mark.parametrize(
    ("waits_for", "rules"),
    [(["a"], SILENT), (["bridge"], SILENT), ([], {"iam-12"}), (["operator"], {"iam-12"})],
)
def test_the_provider_waits_for_the_policy(waits_for: list[str], rules: set[str]) -> None:
    attachment = Res(ATTACHMENT, "a", ATTACHED)
    bridge = Res("aws:s3/bucket:Bucket", "bridge", {}, made_from={"tags": ["a"]})
    pool = Res(OPERATED.type, "pool", OPERATED.inputs, made_from={"tags": waits_for})
    assert names(bare(), attachment, bridge, pool) == rules


@pytest.mark.parametrize(("role_name", "rules"), [("operator", {"fn-23"}), ("spare", SILENT)])
def test_two_roles_by_dependency(role_name: str, rules: set[str]) -> None:
    spare = Res(ROLE, "spare", {"name": "spare"})
    user = Res(FUNCTION, "api", function_inputs(role=UNKNOWN), made_from={"role": [role_name]})
    assert names(role(), spare, user, OPERATED) == rules
