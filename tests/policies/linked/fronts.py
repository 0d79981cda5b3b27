"""Cases of what stands in front of a function: URLs, integrations, permissions."""

from typing import Any

from testing.policies.support import Json
from tests.policies.linked.case import Case
from tests.policies.linked.parts import a_function, a_permission, a_url, an_alias, arn_of, buffered
from tests.policies.linked.references import ACCOUNT, To

SLOW = {"timeout": 901}
FOR_CDN = {"principal": "cloudfront.amazonaws.com", "sourceAccount": ACCOUNT}
INTEGRATION = "aws:apigateway/integration:Integration"
REST_API = "aws:apigateway/restApi:RestApi"
STREAMED, WHOLE = "2021-11-15/{}/response-streaming-invocations", "2015-03-31/{}/invocations"


def an_integration(of: str, operation: str = STREAMED, **changes: Any) -> tuple[str, Json]:
    """Return an integration of a REST API that streams, unless told otherwise."""
    address = operation.format(f"functions/{arn_of(of)}")
    good: Json = {"type": "AWS_PROXY", "responseTransferMode": "STREAM"}
    good |= {"uri": f"arn:aws:apigateway:eu-west-1:lambda:path/{address}"}
    return INTEGRATION, {**good, "timeoutMilliseconds": 60_000, **changes}


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
            "paired-url": a_permission("paired", action="lambda:InvokeFunctionUrl", **FOR_CDN),
            "paired-function": a_permission("paired", invokedViaFunctionUrl=True, **FOR_CDN),
        },
        {"paired-function": None},
    ),
    Case(
        {"url-04-adapter-and-integration-agree": "rest"},
        {
            **a_function("served"),
            "served-live": an_alias("served"),
            "rest": (
                INTEGRATION,
                {"type": "AWS_PROXY", "responseTransferMode": "STREAM", "uri": To("served-live")},
            ),
        },
        {"rest": {"responseTransferMode": None}},
    ),
    Case(
        {"gen-27-permission-on-the-alias-that-is-invoked": "guarded-gateway"},
        {
            **a_function("guarded", environment=buffered()),
            "guarded-live": an_alias("guarded"),
            "guarded-http": (
                "aws:apigatewayv2/integration:Integration",
                {"integrationType": "AWS_PROXY", "integrationUri": To("guarded-live")},
            ),
            "guarded-gateway": a_permission(
                "guarded", principal="apigateway.amazonaws.com", sourceAccount=ACCOUNT
            ),
        },
        {"guarded-gateway": {"qualifier": None}},
    ),
    Case(
        {
            "gen-17-address-of-the-transfer-mode": "addressed-whole",
            "gen-20-streams-last-as-long-as-functions": "addressed",
            "gen-21-streams-without-the-edge": "addressed",
        },
        {
            **a_function("addressed-function", timeout=60),
            "addressed-api": (REST_API, {"endpointConfiguration": {"types": "REGIONAL"}}),
            "addressed": an_integration("addressed-function", restApi=To("addressed-api")),
        },
        {
            "addressed": {"timeoutMilliseconds": 59_999},
            "addressed-api": {"endpointConfiguration": None},
            "addressed-whole": an_integration("addressed-function", operation=WHOLE),
        },
    ),
    Case(
        {"gen-19-whole-answers-within-the-quota": "patient"},
        {
            **a_function("patient-function", environment=buffered()),
            "patient": an_integration(
                "patient-function",
                operation=WHOLE,
                responseTransferMode="BUFFERED",
                timeoutMilliseconds=29_000,
            ),
        },
        {"patient": {"timeoutMilliseconds": 29_001}},
    ),
    Case(
        {"gen-18-streams-from-rest-apis": "http"},
        {
            **a_function("http-function", environment=buffered()),
            "http": (
                "aws:apigatewayv2/integration:Integration",
                {"integrationType": "AWS_PROXY", "integrationUri": To("http-function")},
            ),
        },
        {"http": {"responseTransferMode": "STREAM"}},
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
