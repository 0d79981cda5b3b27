"""GEN rules: what holds for anything on AWS, told to stacks with LMI only."""

import json
from dataclasses import replace
from typing import Any

import pytest

from testing.policies.support import (
    ADAPTER_LAYER,
    FUNCTION,
    PROVIDER,
    UNKNOWN,
    Json,
    Res,
    function_inputs,
    provider,
)
from tests.policies.judging import SILENT, judge, names
from tests.policies.native import native_provider
from tests.policies.networks import (
    EGRESS,
    GROUP,
    INGRESS,
    Stack,
    To,
    changed,
    closed,
    service,
    without,
    written,
)
from tests.policies.stacks import function

PERMISSION = "aws:lambda/permission:Permission"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
TABLE = "aws:dynamodb/table:Table"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
ROLE = "aws:iam/role:Role"


def general(*resources: Res) -> set[str]:
    """Return the general rules that are reported."""
    return {rule for rule in names(*resources) if rule.startswith("gen-")}


def permission(**changes: object) -> Res:
    good: Json = {"function": "api", "qualifier": "live", "action": "lambda:InvokeFunction"}
    return Res(PERMISSION, "allow", {**good, **changes})


ACCOUNT = {"sourceAccount": "123456789012"}


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        # GEN-01: everyone
        ({"principal": "123456789012"}, SILENT),
        ({"principal": "*"}, {"gen-01"}),
        ({"principal": "*", "principalOrgId": "o-1"}, SILENT),
        ({"principal": "*", "principalOrgId": UNKNOWN}, SILENT),
        ({"principal": "*", "principalOrgId": ""}, {"gen-01"}),
        ({"principal": "*", "invokedViaFunctionUrl": True}, SILENT),  # URL-12 tells about the URL
        ({"principal": "*", "action": "lambda:InvokeFunctionUrl"}, SILENT),
        ({"principal": UNKNOWN}, SILENT),
        # GEN-02: a service without its source
        ({"principal": "s3.amazonaws.com"}, {"gen-02"}),
        ({"principal": "s3.amazonaws.com", **ACCOUNT}, SILENT),
        ({"principal": "s3.amazonaws.com", "sourceArn": UNKNOWN}, SILENT),
    ],
)
def test_who_may_call(changes: Json, rules: set[str]) -> None:
    assert general(function(), permission(**changes)) == rules
    ordinary = function(capacityProviderConfig=None, publishTo=None)
    assert general(ordinary, permission(**changes)) == SILENT


def with_variables(**variables: object) -> Json:
    good = function_inputs()["environment"]["variables"]
    return {"environment": {"variables": {**good, **variables}}}


FIXED = len(json.dumps(with_variables(X="")["environment"]["variables"], separators=(",", ":")))


@pytest.mark.parametrize(
    ("variables", "rules"),
    [
        # GEN-03: secrets
        ({"DB_PASSWORD": "correct horse"}, {"gen-03"}),
        ({"dbpassword": "correct horse"}, {"gen-03"}),
        ({"API_KEY": "abc"}, {"gen-03"}),
        ({"DB_PASSWORD": ""}, SILENT),
        ({"DB_PASSWORD": UNKNOWN}, SILENT),
        ({"DB_PASSWORD": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db"}, SILENT),
        ({"SECRET_NAME": "shop/db"}, SILENT),
        ({"DB_SECRET": "shop/prod/db"}, SILENT),
        ({"DB_SECRET": "wJalrXUtnFEMI/K7MDENG"}, {"gen-03"}),
        ({"PARAMETERS_SECRETS_EXTENSION_LOG_LEVEL": "info"}, SILENT),
        ({"TOKEN_ISSUER": "login.shop.example"}, SILENT),
        ({"TOKENIZER": "bert-base"}, SILENT),
        ({"TOKEN_LIFETIME": "15m"}, SILENT),
        ({"TOKEN_BUDGET": "30 days"}, SILENT),
        ({"TOKEN_RATE": "0.7"}, SILENT),
        ({"GOOGLE_APPLICATION_CREDENTIALS": "robot-1.json"}, SILENT),
        ({"SECRET_LOCATION": "s3://shop/prod"}, SILENT),
        ({"STOP_TOKEN": "</s>"}, SILENT),
        ({"EOS_TOKEN": "<|end|>"}, SILENT),
        ({"PAD_TOKEN": "[PAD]"}, SILENT),
        ({"DB_PASSWORD": "15minutes"}, {"gen-03"}),
        ({"DB_PASSWORD": "<horse> staple"}, {"gen-03"}),
        ({"DB_PASS": "correct horse"}, {"gen-03"}),
        ({"PASSPHRASE": "correct horse"}, {"gen-03"}),
        ({"BYPASS": "correct horse"}, SILENT),
        ({"REDIS_URL": "redis://:horse@cache.shop.example"}, {"gen-03"}),
        ({"MAX_TOKENS": "many"}, SILENT),
        ({"HF_TOKEN": "hf_abc"}, {"gen-03"}),
        ({"TOKEN_COUNT": "4096"}, SILENT),
        ({"PLAIN": "AKIAIOSFODNN7EXAMPLE"}, {"gen-03"}),
        ({"PLAIN": "AKIAIOSFODNN7EXAMPL"}, SILENT),  # one character short
        ({"DATABASE_URL": "postgres://shop:horse@db.shop.example/orders"}, {"gen-03"}),
        ({"DATABASE_URL": "postgres://shop@db.shop.example:5432/orders"}, SILENT),
        ({"PLAIN": "-----BEGIN RSA PRIVATE KEY-----"}, {"gen-03"}),
        # GEN-04: names that Lambda takes
        ({"AWS_REGION": "eu-west-1"}, {"gen-04"}),
        ({"AWS_LAMBDA_RUNTIME_API": UNKNOWN}, {"gen-04"}),
        # GEN-26: names that the API takes and the runtime overwrites
        ({"_HANDLER": UNKNOWN}, {"gen-26"}),
        ({"_X_AMZN_TRACE_ID": "a"}, {"gen-26"}),
        ({"_HANDLERS": "a"}, SILENT),
        ({"AWS_REGIONS": "eu-west-1"}, SILENT),
        # GEN-05: 4096 bytes of compact JSON
        ({"X": "a" * (4096 - FIXED)}, SILENT),
        ({"X": "a" * (4096 - FIXED + 1)}, {"gen-05"}),
        ({"X": "é" * ((4096 - FIXED) // 2 + 1)}, {"gen-05"}),
        ({"X": "a" * (4096 - FIXED), "Y": UNKNOWN}, {"gen-05"}),
    ],
)
def test_variables(variables: Json, rules: set[str]) -> None:
    assert general(function(**with_variables(**variables))) == rules
    ordinary = function(capacityProviderConfig=None, **with_variables(**variables))
    assert general(ordinary) == SILENT


def layer(account: str) -> str:
    return f"arn:aws:lambda:eu-west-1:{account}:layer:tools:1"


@pytest.mark.parametrize(
    ("layers", "rules"),
    [
        ([ADAPTER_LAYER], SILENT),
        ([ADAPTER_LAYER, layer("123456789012")], SILENT),  # the capacity provider's account
        ([ADAPTER_LAYER, layer("017000801446")], SILENT),  # Powertools
        ([ADAPTER_LAYER, layer("580247275435")], SILENT),  # Lambda Insights
        ([ADAPTER_LAYER, layer("285320876703")], SILENT),  # Lambda Insights in Bahrain
        ([ADAPTER_LAYER, layer("015030872274")], SILENT),  # Parameters and Secrets, Ireland
        ([ADAPTER_LAYER, layer("901920570463")], SILENT),  # AWS Distro for OpenTelemetry
        ([ADAPTER_LAYER, layer("615299751070")], SILENT),  # the same with Application Signals
        ([ADAPTER_LAYER, layer("464622532012")], SILENT),  # Datadog
        ([ADAPTER_LAYER, layer("451483290750")], SILENT),  # New Relic
        ([ADAPTER_LAYER, layer("943013980633")], SILENT),  # Sentry
        ([ADAPTER_LAYER, layer("254067382080")], SILENT),  # Splunk
        ([ADAPTER_LAYER, layer("267093732750")], SILENT),  # Elastic
        ([ADAPTER_LAYER, layer("210987654321")], {"gen-06"}),
        ([layer("464622532012"), layer("464622532013")], {"gen-06"}),
        ([ADAPTER_LAYER, UNKNOWN], SILENT),
    ],
)
def test_layers_of_other_accounts(layers: list[str], rules: set[str]) -> None:
    assert general(function(layers=layers)) == rules


def test_without_an_account_every_layer_may_be_ones_own() -> None:
    inputs = function_inputs(layers=[ADAPTER_LAYER, layer("210987654321")])
    inputs["capacityProviderConfig"]["lambdaManagedInstancesCapacityProviderConfig"] |= {
        "capacityProviderArn": UNKNOWN
    }
    assert general(Res(FUNCTION, "api", inputs), provider()) == SILENT


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({}, SILENT),
        ({"retentionInDays": None}, {"gen-07"}),
        ({"retentionInDays": 0}, {"gen-07"}),
        ({"retentionInDays": 1}, SILENT),
        ({"retentionInDays": UNKNOWN}, SILENT),
        ({"kmsKeyId": None}, {"gen-08"}),
        ({"kmsKeyId": UNKNOWN}, SILENT),
    ],
)
def test_logs(changes: Json, rules: set[str]) -> None:
    good: Json = {"retentionInDays": 14, "kmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/k"}
    group = Res(LOG_GROUP, "logs", {**good, "name": "/aws/lambda/api", **changes})
    assert general(group, function()) == rules
    assert general(group, provider()) == SILENT  # of another function
    assert general(group) == SILENT  # no LMI here


@pytest.mark.parametrize(
    ("name", "users"),
    [
        pytest.param("/aws/lambda/api", [function()], id="the default of a function"),
        pytest.param("own", [function(loggingConfig={"logGroup": "own"})], id="a function's own"),
        pytest.param(
            UNKNOWN,
            [
                Res(
                    FUNCTION,
                    "api",
                    function_inputs(loggingConfig={"logGroup": UNKNOWN}),
                    made_from={"loggingConfig": ["logs"]},
                )
            ],
            id="by dependency",
        ),
        pytest.param(
            "/aws/lambda/capacity-provider/pool-0a1b2c3",
            [provider(name="pool-0a1b2c3")],
            id="the default of a capacity provider",
        ),
        pytest.param(
            "own",
            [native_provider(telemetryConfig={"loggingConfig": {"logGroup": "own"}})],
            id="a capacity provider's own",
        ),
    ],
)
def test_log_groups_of_lmi(name: str, users: list[Res]) -> None:
    inputs = {"kmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/k", "name": name}
    group = Res(LOG_GROUP, "logs", inputs)
    assert "gen-07" in general(group, *users)
    other = Res(LOG_GROUP, "logs", {**inputs, "name": "/ecs/shop"})
    if name != UNKNOWN:
        assert "gen-07" not in general(other, *users)


@pytest.mark.parametrize(
    ("recovery", "rules"),
    [
        ({"enabled": True}, SILENT),
        ({"enabled": False}, {"gen-16"}),
        (None, {"gen-16"}),
        (UNKNOWN, SILENT),
        ({"enabled": UNKNOWN}, SILENT),
    ],
)
def test_tables(recovery: object, rules: set[str]) -> None:
    table = Res(TABLE, "table", {"pointInTimeRecovery": recovery})
    for user in users_of("table"):
        assert general(table, *user) == rules
    assert general(table, function(), provider()) == SILENT  # used by something else
    assert general(table) == SILENT


def users_of(table: str) -> list[list[Res]]:
    """Return functions that use a table: by a variable, and by a policy of their role."""
    in_variables = Res(FUNCTION, "api", function_inputs(), made_from={"environment": [table]})
    with_role = Res(FUNCTION, "api", function_inputs(role=UNKNOWN), made_from={"role": ["role"]})
    role = Res(ROLE, "role", {"name": "role"})
    policy = Res(
        ROLE_POLICY, "policy", {"role": "role", "policy": UNKNOWN}, made_from={"policy": [table]}
    )
    return [[in_variables], [with_role, role, policy]]


def allowing(action: object, resource: object = "*", **others: object) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource, **others}
    return json.dumps({"Statement": [statement]})


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        # GEN-13: stars
        (allowing("*", "arn:aws:s3:::shop"), {"gen-13"}),
        (allowing("s3:*"), {"gen-13"}),
        (allowing("s3:*", "arn:aws:s3:::shop/*"), SILENT),
        (allowing("s3:Get*"), SILENT),
        (allowing("*", Effect="Deny"), SILENT),
        (allowing(None, NotAction="iam:*"), {"gen-13"}),
        (allowing(None, "arn:aws:s3:::shop/*", NotAction="s3:DeleteObject"), SILENT),
        (allowing(None, NotAction="s3:GetObject", Effect="Deny"), SILENT),
        # GEN-14: any role
        (allowing("iam:PassRole"), {"gen-14"}),
        (allowing("iam:Pass*", "arn:aws:iam::123456789012:role/*"), {"gen-14"}),
        (allowing("iam:PassRole", "arn:aws:iam::123456789012:role/shop/*"), SILENT),
        (allowing(["*", "s3:GetObject"]), {"gen-13"}),  # which names no action of IAM
        (UNKNOWN, SILENT),
        ("no JSON", SILENT),
    ],
)
def test_policies(text: str, rules: set[str]) -> None:
    policy = Res(ROLE_POLICY, "policy", {"role": "role", "policy": text})
    role = Res(ROLE, "role", {"name": "role"})
    user = Res(FUNCTION, "api", function_inputs(role=UNKNOWN), made_from={"role": ["role"]})
    assert general(policy, role, user) == rules
    assert general(policy, role, function(), provider()) == SILENT  # a role of something else
    assert general(policy) == SILENT


def test_a_role_is_reported_once_for_all_its_policies() -> None:
    inline = [{"name": name, "policy": allowing("*")} for name in ("one", "two")]
    role = Res(ROLE, "role", {"name": "role", "inlinePolicies": inline})
    user = Res(FUNCTION, "api", function_inputs(role=UNKNOWN), made_from={"role": ["role"]})
    assert [found.policy for found in judge(role, user)].count("gen-13-no-star-permissions") == 1


def test_a_function_is_no_administrator() -> None:
    policies = ["arn:aws:iam::aws:policy/AdministratorAccess"]
    role = Res(ROLE, "role", {"name": "role", "managedPolicyArns": policies})
    user = Res(FUNCTION, "api", function_inputs(role=UNKNOWN), made_from={"role": ["role"]})
    assert general(role, user) == {"gen-13"}
    assert general(role, function()) == SILENT  # the role of another service


@pytest.mark.parametrize(
    ("principal", "condition", "rules"),
    [
        ("*", None, {"gen-15"}),
        ({"AWS": ["*"]}, None, {"gen-15"}),
        ({"AWS": "*"}, {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, SILENT),
        ({"AWS": "123456789012"}, None, SILENT),
        ({"Service": "lambda.amazonaws.com"}, None, SILENT),
    ],
)
def test_trust(principal: object, condition: object, rules: set[str]) -> None:
    statement = {"Effect": "Allow", "Principal": principal, "Condition": condition}
    trust = json.dumps({"Statement": statement})
    operated = Res(
        PROVIDER, "pool", operated_by(UNKNOWN), made_from={"permissionsConfig": ["role"]}
    )
    role = Res(ROLE, "role", {"assumeRolePolicy": trust})
    assert general(role, operated) == rules
    assert general(Res(ROLE, "role", {"assumeRolePolicy": UNKNOWN}), operated) == SILENT
    assert general(role, provider()) == SILENT  # a role of something else


def operated_by(role: str) -> Json:
    return {**provider().inputs, "permissionsConfig": {"capacityProviderOperatorRoleArn": role}}


FLOW_LOG = {"flow": ("aws:ec2/flowLog:FlowLog", {"vpcId": To("vpc")})}
DEFAULT_KIND = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"


def default_group(**rules: object) -> Stack:
    return {"default": (DEFAULT_KIND, {"vpcId": To("vpc"), **rules})}


def rule(kind: str, **changes: Any) -> Stack:
    """Return a rule for everyone of a group that is not the instances'."""
    tcp: Json = {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "cidrIpv4": "0.0.0.0/0"}
    return {"rule": (kind, {"securityGroupId": To("door"), **tcp, **changes})}


def elsewhere(kind: str, **changes: Any) -> Stack:
    """Return the good network with a rule of a group that nothing on LMI has."""
    group = {"other": (GROUP, {"vpcId": To("vpc")})}
    return {**NET, **group, **rule(kind, securityGroupId=To("other"), **changes)}


OF_ORGANIZATION = {"StringEquals": {"aws:ResourceOrgID": "o-1"}}
BY_ORGANIZATION = {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}
"""A condition on who calls: with keys of another account it is the other who calls."""
POLICY_OF_ITS_OWN: Stack = {
    "s3-policy": (
        "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy",
        {"vpcEndpointId": To("s3"), "policy": "{}"},
    )
}
NAT_ROUTE: Stack = {
    "nat": ("aws:ec2/natGateway:NatGateway", {"availabilityMode": "regional"}),
    "route": (
        "aws:ec2/route:Route",
        {
            "routeTableId": To("table"),
            "destinationCidrBlock": "0.0.0.0/0",
            "natGatewayId": To("nat"),
        },
    ),
}


NET = {**closed(), **FLOW_LOG, **default_group()}


@pytest.mark.parametrize("first_preview", [False, True], ids=["ids known", "first preview"])
@pytest.mark.parametrize(
    ("stack", "rules"),
    [
        (NET, SILENT),
        # GEN-09: flow logs
        (without(NET, "flow"), {"gen-09"}),
        (changed(NET, "flow", vpcId=UNKNOWN), SILENT),
        (changed(NET, "flow", vpcId="vpc-else"), {"gen-09"}),
        (changed(NET, "flow", vpcId=None, subnetId=To("a")), SILENT),  # perhaps of every subnet
        # GEN-10: the default group
        (without(NET, "default"), {"gen-10"}),
        ({**NET, **default_group(ingress=[{"protocol": "-1", "self": True}])}, {"gen-10"}),
        ({**NET, **default_group(ingress=[], egress=UNKNOWN)}, SILENT),
        ({**NET, **default_group(vpcId="vpc-else", ingress=[{"self": True}])}, {"gen-10"}),
        # GEN-11: into the group of an endpoint
        ({**NET, **rule(INGRESS)}, SILENT),  # TLS
        ({**NET, **rule(INGRESS, fromPort=22, toPort=22)}, {"gen-11"}),
        ({**NET, **rule(INGRESS, fromPort=443, toPort=444)}, {"gen-11"}),
        ({**NET, **rule(INGRESS, fromPort=22, toPort=22, cidrIpv4="10.0.0.0/8")}, SILENT),
        ({**NET, **rule(INGRESS, fromPort=22, toPort=22, cidrIpv4=UNKNOWN)}, SILENT),
        ({**NET, **rule(INGRESS, ipProtocol="-1", cidrIpv4=None, cidrIpv6="::/0")}, {"gen-11"}),
        (elsewhere(INGRESS, fromPort=22, toPort=22), SILENT),
        # GEN-12: out of the groups of instances and endpoints
        ({**NET, **rule(EGRESS)}, SILENT),
        ({**NET, **rule(EGRESS, ipProtocol="-1")}, {"gen-12"}),
        ({**NET, **rule(EGRESS, ipProtocol="-1", cidrIpv4="10.0.0.0/8")}, SILENT),
        ({**NET, **rule(EGRESS, ipProtocol=UNKNOWN)}, SILENT),
        ({**NET, **rule(EGRESS, ipProtocol="-1", securityGroupId=To("sg"))}, {"gen-12"}),
        (elsewhere(EGRESS, ipProtocol="-1"), SILENT),
        # GEN-22: the accounts that a gateway endpoint leads to
        (changed(NET, "s3", policy=None), {"gen-22"}),
        (changed(NET, "s3", policy=allowing("*", Principal="*")), {"gen-22"}),
        (changed(NET, "s3", policy=allowing("s3:GetObject", Principal="*")), {"gen-22"}),
        (changed(NET, "s3", policy=allowing("s3:*", "arn:aws:s3:::shop/*")), SILENT),
        (changed(NET, "s3", policy=allowing("*", Condition=OF_ORGANIZATION)), SILENT),
        (changed(NET, "s3", policy=allowing("*", Condition=BY_ORGANIZATION)), {"gen-22"}),
        (changed(NET, "s3", policy=UNKNOWN), SILENT),
        (changed(NET, "s3", policy=None, serviceName=service("dynamodb")), {"gen-22"}),
        ({**changed(NET, "s3", policy=None), **POLICY_OF_ITS_OWN}, SILENT),
        ({**changed(NET, "s3", policy=None), **NAT_ROUTE}, SILENT),  # which leads anywhere
        (changed(NET, "s3", policy=None, vpcId="vpc-else"), SILENT),
    ],
)
def test_networks(stack: Stack, rules: set[str], *, first_preview: bool) -> None:
    assert general(*written(stack, first_preview=first_preview)) == rules


@pytest.mark.parametrize("first_preview", [False, True], ids=["ids known", "first preview"])
def test_the_flow_log_of_the_vpc_keeps_its_logs_for_a_time(*, first_preview: bool) -> None:
    group = {"flows": (LOG_GROUP, {"name": "id-flows", "kmsKeyId": "arn:aws:kms:x"})}
    recorded = {**NET, **group, **changed(NET, "flow", logDestination=To("flows"))}
    assert general(*written(recorded, first_preview=first_preview)) == {"gen-07"}
    unrelated = changed(recorded, "flow", vpcId="vpc-else")
    assert "gen-07" not in general(*written(unrelated, first_preview=first_preview))


FUNCTIONS = "arn:aws:lambda:eu-west-1:123456789012:function:"
REST = ("aws:apigateway/integration:Integration", "restApi", "uri", "aws:apigateway/stage:Stage")
HTTP = (
    "aws:apigatewayv2/integration:Integration",
    "apiId",
    "integrationUri",
    "aws:apigatewayv2/stage:Stage",
)


@pytest.mark.parametrize(("integration", "api", "target", "stage"), [REST, HTTP])
@pytest.mark.parametrize("first_preview", [False, True], ids=["ids known", "first preview"])
def test_the_access_logs_of_fronts_are_kept_for_a_time(
    integration: str, api: str, target: str, stage: str, *, first_preview: bool
) -> None:
    def front(name: str, function: str) -> Stack:
        logs = {"destinationArn": To(f"{name}-logs"), "format": "$context.requestId"}
        return {
            f"{name}-api": ("aws:apigateway/restApi:RestApi", {}),
            f"{name}-logs": (LOG_GROUP, {"name": f"id-{name}-logs", "kmsKeyId": "arn:aws:kms:x"}),
            name: (integration, {api: To(f"{name}-api"), target: To(function)}),
            f"{name}-stage": (stage, {api: To(f"{name}-api"), "accessLogSettings": logs}),
        }

    ordinary = function_inputs(name="thumbnails", capacityProviderConfig=None)
    functions: Stack = {"thumbnails": (FUNCTION, ordinary)}
    stack: Stack = {**NET, **functions, **front("own", "api"), **front("other", "thumbnails")}
    resources = written(stack, first_preview=first_preview)
    if not first_preview:
        known = {"own": {target: f"{FUNCTIONS}api"}, "other": {target: f"{FUNCTIONS}thumbnails"}}
        known |= {name: {"arn": f"{FUNCTIONS}{name}"} for name in ("api", "thumbnails")}
        resources = [
            replace(one, outputs={**(one.outputs or {}), **known.get(one.name, {})})
            for one in resources
        ]
    found = judge(*resources)
    told = {one.resource for one in found if one.policy == "gen-07-logs-end"}
    assert told == {"own-logs"}


def test_one_lmi_function_changes_nothing_for_the_rest_of_a_stack() -> None:
    rest = [
        Res(LOG_GROUP, "of-ecs", {"name": "/ecs/shop"}),
        Res(TABLE, "orders", {}),
        Res(ROLE, "ops", {"name": "ops", "assumeRolePolicy": ANYONE}),
        Res(ROLE_POLICY, "all", {"role": "ops", "policy": allowing(["*", "iam:PassRole"])}),
        Res(GROUP, "web", {"ingress": [OPEN], "egress": [OPEN]}),
        Res(DEFAULT_KIND, "default", {"vpcId": "vpc-else", "ingress": [OPEN]}),
        Res(PERMISSION, "bucket", {"function": "thumbnails", "principal": "s3.amazonaws.com"}),
    ]
    assert judge(*rest, function()) == judge(function())


ANYONE = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*"}]})
OPEN: Json = {"protocol": "-1", "cidrBlocks": ["0.0.0.0/0"]}


def test_rules_that_are_wrong_on_lmi_do_not_exist() -> None:
    """No VPC on the function, no reserved concurrency and no dead-letter queue are all fine."""
    assert names(function(), Res(PROVIDER, "pool", provider().inputs)) == SILENT
