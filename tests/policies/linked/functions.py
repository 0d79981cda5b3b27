"""Cases of functions: what they publish, what scales them, and what invokes them."""

import json

from testing.policies.support import lmi
from tests.policies.linked.case import Case
from tests.policies.linked.parts import (
    MAPPING,
    PERMISSION,
    a_function,
    a_mapping,
    an_alias,
    arn_of,
    environments,
)
from tests.policies.linked.references import ACCOUNT, QUEUE, To

ORDINARY = {"capacityProviderConfig": None}
SLOW = {"timeout": 901}

FUNCTIONS = [
    Case(
        {"pub-01-publish": "draft"},
        a_function("draft"),
        {"draft": {"publish": None, "publishTo": None}},
    ),
    Case(
        {
            "pub-03-unqualified-callers-are-served": "numbered-caller",
            "pub-07-versions-do-not-pile-up": "numbered",
            "sc-07-qualifier-exists": "numbered-scale",
        },
        {
            **a_function("numbered"),
            "numbered-caller": (
                PERMISSION,
                {
                    "function": To("numbered", "name"),
                    "action": "lambda:InvokeFunction",
                    "principal": ACCOUNT,
                },
            ),
            "numbered-scale": environments(3, 10, "numbered"),
        },
        {"numbered": {"publishTo": None}},
    ),
    Case(
        {"pub-12-permission-on-an-alias": "granted-caller"},
        {
            **a_function("granted"),
            "granted-caller": (
                PERMISSION,
                {
                    "function": To("granted", "name"),
                    "qualifier": "1",
                    "action": "lambda:InvokeFunction",
                    "principal": ACCOUNT,
                },
            ),
        },
        {"granted-caller": {"qualifier": "$LATEST"}},
    ),
    Case(
        {
            "pub-08-alias-on-published-code": "aliased-live",
            "pub-09-name-of-an-alias": "aliased-live",
            "pub-15-weights-of-two-versions": "aliased-live",
        },
        {**a_function("aliased"), "aliased-live": an_alias("aliased")},
        {
            "aliased-live": {
                "name": "12",
                "functionVersion": "$LATEST",
                "routingConfig": {"additionalVersionWeights": {"1": 0.1, "2": 0.1}},
            }
        },
    ),
    Case(  # the ARN of a version tells no preview which version it is: only known ones decide
        {"pub-11-integrations-invoke-published-code": "target"},
        {
            **a_function("invoked"),
            "target": ("aws:cloudwatch/eventTarget:EventTarget", {"arn": arn_of("invoked")}),
        },
        {"target": {"arn": arn_of("invoked") + ":$LATEST"}},
    ),
    Case(
        {"fn-18-not-at-the-edge": "distribution"},
        {
            **a_function("edge", **ORDINARY),
            "distribution": (
                "aws:cloudfront/distribution:Distribution",
                {
                    "defaultCacheBehavior": {
                        "lambdaFunctionAssociations": [{"lambdaArn": arn_of("edge") + ":1"}]
                    }
                },
            ),
        },
        {"edge": {"capacityProviderConfig": lmi()}},
    ),
    Case(
        {"fn-06-no-provisioned-concurrency": "warm-provisioned"},
        {
            **a_function("warm", **ORDINARY),
            "warm-provisioned": (
                "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig",
                {
                    "functionName": To("warm"),
                    "qualifier": "1",
                    "provisionedConcurrentExecutions": 1,
                },
            ),
        },
        {"warm": {"capacityProviderConfig": lmi()}},
    ),
    Case(
        {"sc-05-on-a-managed-function": "plain-scale"},
        {**a_function("plain"), "plain-scale": environments(3, 10, "plain")},
        {"plain": ORDINARY},
    ),
    Case(
        {"sc-13-called-version-is-on": "parked-scale"},
        {
            **a_function("parked"),
            "parked-live": an_alias("parked"),
            "parked-scale": environments(3, 10, "parked"),
        },
        {"parked-scale": environments(0, 0, "parked")},
    ),
    Case(
        {"sch-01-deployments-leave-schedules-alone": "nightly-scale"},
        {
            **a_function("nightly"),
            "nightly-scale": environments(3, 10, "nightly"),
            "nightly-schedule": (
                "aws:scheduler/schedule:Schedule",
                {
                    "target": {
                        "arn": "arn:aws:scheduler:::aws-sdk:lambda:invoke",
                        "input": json.dumps({"FunctionName": "nightly"}),
                    }
                },
            ),
        },
        {
            "nightly-schedule": {
                "target": {
                    "arn": "arn:aws:scheduler:::aws-sdk:lambda:putFunctionScalingConfig",
                    "input": json.dumps({"FunctionName": "nightly"}),
                }
            }
        },
    ),
    Case(
        {"q-04-form-of-tags": "tagged"},
        a_function("tagged", tags={"team": "shop"}),
        {"tagged": {"tags": {"aws:team": "shop"}}},
    ),
    Case(
        {"q-04-at-most-50-tags": "labelled"},
        a_function("labelled", tags={f"k{number}": "v" for number in range(50)}),
        {"labelled": {"tags": {f"k{number}": "v" for number in range(51)}}},
    ),
]

SOURCES = [
    Case(
        {"fn-19-mq-and-documentdb-within-15-minutes": "mq", "fn-26-long-work-is-prepared": "slow"},
        {
            **a_function("slow"),
            "mq": a_mapping("slow", f"arn:aws:mq:eu-west-1:{ACCOUNT}:broker:b:1", queues=["q"]),
        },
        {"slow": SLOW},
    ),
    Case(
        {"fn-21-mapping-invokes-published-code": "latest-mapping"},
        {**a_function("latest"), "latest-mapping": (MAPPING, {"functionName": arn_of("latest")})},
        {"latest-mapping": {"functionName": arn_of("latest") + ":$LATEST"}},
    ),
    Case(
        {"fn-25-messages-stay-hidden-long-enough": "work"},
        {
            **a_function("worker", timeout=30),
            "work": (QUEUE, {"visibilityTimeoutSeconds": 180}),
            "work-mapping": a_mapping("worker", To("work")),
        },
        {"work": {"visibilityTimeoutSeconds": 179}},
    ),
    Case(
        {"fn-27-durable-within-the-source": "durable-mapping"},
        {
            **a_function("durable", durableConfig={"executionTimeout": 5400}),
            "durable-mapping": a_mapping(
                "durable", f"arn:aws:kinesis:eu-west-1:{ACCOUNT}:stream/s"
            ),
        },
        {"durable": {"durableConfig": {"executionTimeout": 5401}}},
    ),
]
