"""Cases of what stands in front of a function: URLs, integrations, permissions."""

from tests.policies.linked.case import Case
from tests.policies.linked.parts import (
    a_function,
    a_permission,
    a_url,
    an_alias,
    buffered,
)
from tests.policies.linked.references import ACCOUNT, To

SLOW = {"timeout": 901}

FRONTS = [
    Case(
        {"url-02-qualifier-is-an-alias": "site-url", "url-04-adapter-and-url-agree": "site-url"},
        {**a_function("site"), "site-url": a_url("site", functionName=To("site"))},
        {"site-url": {"qualifier": "$LATEST", "invokeMode": "BUFFERED"}},
    ),
    Case(
        {"url-03-url-of-an-alias": "bare-url"},
        {**a_function("bare"), "bare-url": a_url("bare")},
        {"bare-url": {"qualifier": None}},
    ),
    Case(
        {
            "url-09-streams-end-within-900-seconds": "film-url",
            "fn-26-long-work-is-prepared": "film",
        },
        {
            **a_function("film"),
            "film-live": an_alias("film"),
            "film-url": a_url("film", functionName=To("film-live")),
        },
        {"film": SLOW},
    ),
    Case(
        {
            "fn-07-url-timeout-at-most-900-seconds": "report",
            "fn-26-long-work-is-prepared": "report",
        },
        {
            **a_function("report", environment=buffered()),
            "report-url": a_url("report", functionName=To("report"), invokeMode="BUFFERED"),
        },
        {"report": SLOW},
    ),
    Case(
        {"url-10-runtime-can-stream": "java-url"},
        {
            **a_function("java", runtime="java21", layers=None, environment=None),
            "java-url": a_url("java", functionName=To("java"), invokeMode="BUFFERED"),
        },
        {"java-url": {"invokeMode": "RESPONSE_STREAM"}},
    ),
    Case(
        {"url-13-both-permissions-of-a-url": "paired-url"},
        {
            **a_function("paired"),
            "paired-url": a_permission("paired", action="lambda:InvokeFunctionUrl"),
            "paired-function": a_permission("paired", invokedViaFunctionUrl=True),
        },
        {"paired-function": None},
    ),
    Case(
        {"url-04-adapter-and-integration-agree": "rest"},
        {
            **a_function("served"),
            "served-live": an_alias("served"),
            "rest": (
                "aws:apigateway/integration:Integration",
                {
                    "type": "AWS_PROXY",
                    "responseTransferMode": "STREAM",
                    "uri": To("served-live"),
                },
            ),
        },
        {"rest": {"responseTransferMode": None}},
    ),
    Case(
        {
            "gen-01-permission-not-for-everyone": "called-by-all",
            "gen-02-service-with-its-source": "called-by-service",
        },
        {
            **a_function("called"),
            "called-by-all": a_permission("called"),
            "called-by-service": a_permission(
                "called", principal="s3.amazonaws.com", sourceAccount=ACCOUNT
            ),
        },
        {"called-by-all": {"principal": "*"}, "called-by-service": {"sourceAccount": None}},
    ),
]
