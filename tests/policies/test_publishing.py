"""PUB rules: what LMI can serve is published, and aliases point at it."""

import pytest

from testing.policies.support import ALIAS, UNKNOWN, URL, Json, Res, lmi
from tests.policies.judging import SILENT, judge, message, names
from tests.policies.stacks import FUNCTION_ARN, function


def alias(version: object, of: object = "api", **fields: object) -> Res:
    inputs: Json = {"name": "live", "functionName": of, "functionVersion": version}
    return Res(ALIAS, "live", inputs, **fields)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("publish", "rules"),
    [(True, SILENT), (False, {"pub-01"}), (None, {"pub-01"}), (UNKNOWN, SILENT), ("yes", SILENT)],
)
def test_functions_publish(publish: object, rules: set[str]) -> None:
    assert names(function(publish=publish)) == rules


def test_ordinary_functions_need_not_publish() -> None:
    assert names(function(publish=False, capacityProviderConfig=None)) == SILENT
    assert names(function(publish=False, capacityProviderConfig=UNKNOWN)) == SILENT


def test_the_fix_is_what_to_write() -> None:
    text = message("pub-01-publish", function(publish=None))
    assert 'set publish=True, with publish_to="LATEST_PUBLISHED"' in text


@pytest.mark.parametrize(
    ("version", "rules"),
    [
        ("$LATEST.PUBLISHED", SILENT),
        ("1", SILENT),
        ("$LATEST", {"pub-08"}),
        ("live", {"pub-08"}),
        ("1a", {"pub-08"}),
        ("", {"pub-08"}),
        (UNKNOWN, SILENT),  # function.version, before the first update
        (None, SILENT),  # the provider demands it
        (1, SILENT),
    ],
)
def test_aliases_point_at_published_code(version: object, rules: set[str]) -> None:
    assert names(function(), alias(version)) == rules


@pytest.mark.parametrize(
    "of", ["api", "api:live", FUNCTION_ARN, f"{FUNCTION_ARN}:live", "123456789012:function:api"]
)
def test_an_alias_names_its_function_in_any_form(of: str) -> None:
    deployed = function()
    deployed = Res(deployed.type, "api", deployed.inputs, {**deployed.inputs, "arn": FUNCTION_ARN})
    assert names(deployed, alias("$LATEST", of)) == {"pub-08"}


def test_an_alias_of_a_new_function_is_linked_by_dependency() -> None:
    unnamed = alias("$LATEST", UNKNOWN, made_from={"functionName": ["api"]})
    assert [found.resource for found in judge(function(), unnamed)] == ["live"]


@pytest.mark.parametrize(
    "of",
    [
        "other",
        "arn:aws:lambda:us-east-1:123456789012:function:api",  # same name, another Region
        "arn:aws:lambda:eu-west-1:123456789012:api",  # no function's ARN
        UNKNOWN,  # made from nothing in this stack
        None,
        7,
    ],
)
def test_an_alias_of_a_function_elsewhere_is_not_judged(of: object) -> None:
    deployed = function()
    deployed = Res(deployed.type, "api", deployed.inputs, {**deployed.inputs, "arn": FUNCTION_ARN})
    assert names(deployed, alias("$LATEST", of)) == SILENT


def test_ordinary_functions_may_have_an_alias_on_latest() -> None:
    ordinary = function(capacityProviderConfig=None)
    assert names(ordinary, alias("$LATEST")) == SILENT
    assert names(function(capacityProviderConfig=UNKNOWN), alias("$LATEST")) == SILENT


def test_an_uncertain_link_decides_only_if_all_candidates_agree() -> None:
    doubtful = alias("$LATEST", UNKNOWN, made_from={"functionName": ["api", "batch"]})
    managed = function("batch", name="batch")
    ordinary = function("batch", name="batch", capacityProviderConfig=None)
    assert names(function(), ordinary, doubtful) == SILENT
    assert names(function(), managed, doubtful) == {"pub-08"}


def test_one_unknown_function_does_not_silence_others() -> None:
    vague = function("vague", name=UNKNOWN, capacityProviderConfig=lmi(capacityProviderArn=UNKNOWN))
    assert names(vague, function(), alias("$LATEST")) == {"pub-08"}


PERMISSION = "aws:lambda/permission:Permission"
MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"


def url(of: object, **fields: object) -> Res:
    return Res(URL, "url", {"functionName": of, "invokeMode": "RESPONSE_STREAM", **fields})


@pytest.mark.parametrize(
    ("caller", "rules"),
    [
        (url("api"), {"pub-03"}),
        (url(FUNCTION_ARN), {"pub-03"}),
        (url("api", qualifier="live"), SILENT),
        (url("api", qualifier=UNKNOWN), SILENT),
        (url("api:live"), SILENT),
        (url(f"{FUNCTION_ARN}:live"), SILENT),
        (url("123456789012:function:api"), {"pub-03"}),
        (url(UNKNOWN), SILENT),  # it may be the ARN of an alias
        (url("other"), SILENT),
        (Res(MAPPING, "mapping", {"functionName": "api"}), {"pub-03"}),
        (Res(MAPPING, "mapping", {"functionName": "api:live"}), SILENT),
        (Res(MAPPING, "mapping", {"functionName": UNKNOWN}), SILENT),
        (Res(PERMISSION, "allow", {"function": "api", "action": "lambda:*"}), {"pub-03"}),
    ],
)
def test_callers_without_qualifier_find_published_code(caller: Res, rules: set[str]) -> None:
    numbered = function(publishTo=None)
    assert names(numbered, caller) & {"pub-03"} == rules
    for other in (
        function(),
        function(publishTo=UNKNOWN),
        function(publishTo=None, capacityProviderConfig=None),
    ):
        assert names(other, caller) & {"pub-03"} == SILENT


def test_a_permission_beside_an_alias_calls_nothing_by_itself() -> None:
    unqualified = Res(PERMISSION, "allow", {"function": "api", "action": "lambda:*"})
    numbered, batch = function(publishTo=None), function("batch", name="batch")
    assert "pub-03" not in names(numbered, alias("1"), unqualified)
    assert "pub-03" in names(numbered, alias("1", "batch"), batch, unqualified)
    new = calling_new(PERMISSION, "function")
    assert "pub-16" not in names(new_function(publishTo=None), alias("1"), new)


INVOCATION = "aws:lambda/invocation:Invocation"


@pytest.mark.parametrize(
    ("call", "rules"),
    [
        ({"functionName": "api"}, {"pub-11"}),
        ({"functionName": FUNCTION_ARN, "qualifier": "$LATEST"}, {"pub-11"}),
        ({"functionName": "api", "qualifier": "live"}, SILENT),
        ({"functionName": "api:live"}, SILENT),
        ({"functionName": UNKNOWN}, SILENT),
        ({"functionName": "api", "qualifier": UNKNOWN}, SILENT),
    ],
)
def test_an_update_calls_published_code(call: Json, rules: set[str]) -> None:
    calling = Res(INVOCATION, "migrate", call, made_from={"functionName": ["api"]})
    assert names(function(), calling) == rules
    assert names(function(capacityProviderConfig=None), calling) == SILENT


@pytest.mark.parametrize(
    ("publish_to", "rules"),
    [
        ("LATEST_PUBLISHED", SILENT),
        ("$LATEST.PUBLISHED", {"pub-04"}),
        (UNKNOWN, SILENT),
        (None, {"pub-07"}),  # each deployment adds a numbered version
    ],
)
def test_where_code_is_published(publish_to: object, rules: set[str]) -> None:
    assert names(function(publishTo=publish_to)) == rules


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("live", SILENT),
        ("1a", SILENT),
        ("a" * 128, SILENT),
        ("a" * 129, {"pub-09"}),
        ("1", {"pub-09"}),
        ("my alias", {"pub-09"}),
        (UNKNOWN, SILENT),
    ],
)
def test_names_of_aliases(name: object, rules: set[str]) -> None:
    inputs = {"name": name, "functionName": "api", "functionVersion": "1"}
    named = Res(ALIAS, "live", inputs)
    assert names(function(), named) == rules
    assert names(function(capacityProviderConfig=None), named) == SILENT


@pytest.mark.parametrize(
    ("qualifier", "rules"),
    [
        ("live", SILENT),
        ("1", SILENT),
        ("$LATEST.PUBLISHED", {"pub-12"}),
        ("$LATEST", {"pub-12"}),
        (UNKNOWN, SILENT),
    ],
)
def test_permissions_are_granted_on_an_alias(qualifier: object, rules: set[str]) -> None:
    granted = Res(PERMISSION, "allow", {"function": "api", "qualifier": qualifier})
    assert names(function(), granted) == rules
    of_lmi = rules if qualifier == "$LATEST.PUBLISHED" else SILENT
    assert names(function(capacityProviderConfig=None), granted) == of_lmi


def invoke(arn: str) -> str:
    """Return what API Gateway calls the invocation of a function."""
    return f"arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{arn}/invocations"


def invoking(arn: object, uri: object = None) -> list[Res]:
    return [
        Res("aws:apigateway/integration:Integration", "rest", {"uri": uri or arn}),
        Res("aws:apigatewayv2/integration:Integration", "http", {"integrationUri": arn}),
        Res("aws:cloudwatch/eventTarget:EventTarget", "rule", {"arn": arn}),
        Res("aws:scheduler/schedule:Schedule", "night", {"target": {"arn": arn}}),
        Res("aws:sns/topicSubscription:TopicSubscription", "topic", {"endpoint": arn}),
        Res(
            "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
            "log",
            {"destinationArn": arn},
        ),
        Res("aws:lb/targetGroupAttachment:TargetGroupAttachment", "balancer", {"targetId": arn}),
        Res("aws:apigateway/authorizer:Authorizer", "guard", {"authorizerUri": uri or arn}),
        Res("aws:pipes/pipe:Pipe", "pipe", {"target": arn}),
        Res(
            "aws:appsync/dataSource:DataSource",
            "resolver",
            {"lambdaConfig": {"functionArn": arn}},
        ),
        Res(
            "aws:secretsmanager/secretRotation:SecretRotation",
            "rotation",
            {"rotationLambdaArn": arn},
        ),
        Res(
            "aws:s3/bucketNotification:BucketNotification",
            "bucket",
            {"lambdaFunctions": [UNKNOWN, {"lambdaFunctionArn": arn}]},
        ),
        Res("aws:iot/topicRule:TopicRule", "thing", {"lambdas": [{"functionArn": arn}]}),
        Res("aws:ses/receiptRule:ReceiptRule", "mail", {"lambdaActions": [{"functionArn": arn}]}),
        Res("aws-native:scheduler:Schedule", "evening", {"target": {"arn": arn}}),
        Res("aws-native:events:Rule", "event", {"targets": [{"arn": arn, "id": "it"}]}),
        Res("aws-native:sns:Subscription", "news", {"endpoint": arn}),
        Res(
            "aws-native:s3:Bucket",
            "files",
            {"notificationConfiguration": {"lambdaConfigurations": [{"function": arn}]}},
        ),
    ]


@pytest.mark.parametrize(
    ("arn", "rules"),
    [
        (f"{FUNCTION_ARN}:live", SILENT),
        (f"{FUNCTION_ARN}:1", SILENT),
        (f"{FUNCTION_ARN}:$LATEST.PUBLISHED", SILENT),
        (f"{FUNCTION_ARN}:$LATEST", {"pub-11"}),
        (FUNCTION_ARN, {"pub-11"}),  # the function numbers its versions
        ("arn:aws:sqs:eu-west-1:123456789012:api", SILENT),
        (UNKNOWN, SILENT),
        (None, SILENT),
    ],
)
def test_integrations_invoke_published_code(arn: str | None, rules: set[str]) -> None:
    uri = invoke(arn) if arn and arn.startswith("arn:aws:lambda") else None
    for invoker in invoking(arn, uri):
        assert names(function(publishTo=None), invoker) & {"pub-11"} == rules
        assert names(function(capacityProviderConfig=None, publish=False), invoker) == SILENT


def test_integrations_may_invoke_the_latest_published_code() -> None:
    for invoker in invoking(FUNCTION_ARN, invoke(FUNCTION_ARN)):
        assert names(function(), invoker) == SILENT
        assert names(function(publishTo=UNKNOWN), invoker) == SILENT


@pytest.mark.parametrize(
    ("weights", "rules"),
    [
        ({"2": 0}, SILENT),
        ({"2": 1}, SILENT),
        ({"2": 1.01}, {"pub-15"}),
        ({"2": -0.01}, {"pub-15"}),
        ({"2": 0.1, "3": 0.1}, {"pub-15"}),
        ({"$LATEST": 0.1}, {"pub-15"}),
        ({"1": 0.1}, {"pub-15"}),  # the alias's own
        ({"live": 0.1}, {"pub-15"}),
        ({"2": UNKNOWN}, SILENT),
        ({"live": UNKNOWN}, {"pub-15"}),
        ({}, SILENT),
        (UNKNOWN, SILENT),
    ],
)
def test_weights(weights: object, rules: set[str]) -> None:
    inputs = {"name": "live", "functionName": "api", "functionVersion": "1"}
    weighted = Res(
        ALIAS, "live", {**inputs, "routingConfig": {"additionalVersionWeights": weights}}
    )
    assert names(function(), weighted) == rules
    assert names(function(capacityProviderConfig=None), weighted) == SILENT


NEW = {"arn": UNKNOWN}
"""What a first preview knows of a function's ARN."""


def new_function(**changes: object) -> Res:
    inputs = function(**changes).inputs
    return Res("aws:lambda/function:Function", "api", inputs, {**inputs, **NEW})


def calling_new(type_: str, key: str, made_from: str = "api", **inputs: object) -> Res:
    return Res(type_, "caller", {key: UNKNOWN, **inputs}, made_from={key: [made_from]})


@pytest.mark.parametrize(
    ("changes", "others", "rules"),
    [
        pytest.param({}, [], {"pub-03"}, id="the ARN of the new function"),
        pytest.param({"qualifier": "live"}, [], SILENT, id="a qualifier"),
        pytest.param({"qualifier": UNKNOWN}, [], SILENT, id="an unknown qualifier"),
        pytest.param({}, [alias("1")], SILENT, id="an alias that the ARN may name"),
        pytest.param({}, [alias("1", UNKNOWN)], SILENT, id="an alias of some function"),
        pytest.param(
            {},
            [alias("1", "batch"), function("batch", name="batch")],
            {"pub-03"},
            id="an alias of another function",
        ),
    ],
)
def test_a_first_preview_decides_for_urls(
    changes: Json, others: list[Res], rules: set[str]
) -> None:
    caller = calling_new(URL, "functionName", invokeMode="RESPONSE_STREAM", **changes)
    assert names(new_function(publishTo=None), caller, *others) & {"pub-03"} == rules
    for other in (new_function(), new_function(publishTo=UNKNOWN), new_function(publish=None)):
        assert names(other, caller, *others) & {"pub-03"} == SILENT
    deployed = function(publishTo=None)
    deployed = Res(deployed.type, "api", deployed.inputs, {**deployed.inputs, "arn": FUNCTION_ARN})
    assert names(deployed, caller, *others) & {"pub-03"} == SILENT  # it may have an alias by now


NEW_CALLERS = [
    (PERMISSION, "function"),
    (MAPPING, "functionName"),
    ("aws:apigateway/integration:Integration", "uri"),
    ("aws:apigatewayv2/integration:Integration", "integrationUri"),
    ("aws:cloudwatch/eventTarget:EventTarget", "arn"),
    ("aws:sns/topicSubscription:TopicSubscription", "endpoint"),
    ("aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter", "destinationArn"),
    ("aws:lb/targetGroupAttachment:TargetGroupAttachment", "targetId"),
    ("aws:alb/targetGroupAttachment:TargetGroupAttachment", "targetId"),
    ("aws:apigateway/authorizer:Authorizer", "authorizerUri"),
    ("aws:apigatewayv2/authorizer:Authorizer", "authorizerUri"),
    ("aws:pipes/pipe:Pipe", "target"),
    ("aws-native:pipes:Pipe", "target"),
    ("aws-native:logs:SubscriptionFilter", "destinationArn"),
]


@pytest.mark.parametrize(("type_", "key"), NEW_CALLERS)
def test_a_first_preview_advises_where_an_arn_may_have_a_qualifier(type_: str, key: str) -> None:
    caller = calling_new(type_, key)
    advised = names(new_function(publishTo=None), caller)
    assert "pub-16" in advised
    assert not advised & {"pub-03", "pub-11"}
    for other in (new_function(), new_function(publishTo=UNKNOWN), new_function(publish=None)):
        assert "pub-16" not in names(other, caller)
    ordinary = new_function(publishTo=None, capacityProviderConfig=None)
    assert "pub-16" not in names(ordinary, caller)
    through_alias = calling_new(type_, key, "live")
    assert "pub-16" not in names(new_function(publishTo=None), alias("1"), through_alias)


def test_nested_callers_are_advised_too() -> None:
    numbered = new_function(publishTo=None)
    night = Res(
        "aws:scheduler/schedule:Schedule",
        "night",
        {"target": {"arn": UNKNOWN}},
        made_from={"target": ["api"]},
    )
    bucket = Res(
        "aws:s3/bucketNotification:BucketNotification",
        "bucket",
        {"lambdaFunctions": [{"lambdaFunctionArn": UNKNOWN}]},
        made_from={"lambdaFunctions": ["api"]},
    )
    for caller in (night, bucket):
        assert "pub-16" in names(numbered, caller)
    qualified = calling_new(PERMISSION, "function", qualifier="live")
    assert "pub-16" not in names(numbered, qualified)
