"""URL rules: qualifiers that AWS takes, and streaming that both ends agree on."""

from dataclasses import replace

import pytest

from testing.policies.support import ALIAS, UNKNOWN, URL, Json, Res
from tests.policies.judging import SILENT, message, names
from tests.policies.stacks import function


def url(
    of: object = "api", made_from: dict[str, list[str]] | None = None, **changes: object
) -> Res:
    good: Json = {
        "functionName": of,
        "qualifier": "live",
        "authorizationType": "AWS_IAM",
        "invokeMode": "RESPONSE_STREAM",
        **changes,
    }
    inputs = {key: value for key, value in good.items() if value is not None}
    return Res(URL, "url", inputs, made_from=made_from or {})


def mode(value: object) -> Json:
    variables = {"AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap", "AWS_LWA_INVOKE_MODE": value}
    return {"variables": {key: value for key, value in variables.items() if value is not None}}


@pytest.mark.parametrize(
    ("qualifier", "rules"),
    [
        ("live", SILENT),
        ("1a", SILENT),
        ("a-b_C9", SILENT),
        (None, {"url-03"}),  # it works where an alias is surer
        ("1", {"url-02"}),
        ("$LATEST", {"url-02"}),
        ("$LATEST.PUBLISHED", {"url-02"}),
        ("with space", {"url-02"}),
        ("", {"url-03"}),  # the provider sends nothing then
        (UNKNOWN, SILENT),
        (1, SILENT),
    ],
)
def test_the_qualifier_is_an_alias(qualifier: object, rules: set[str]) -> None:
    assert names(function(), url(qualifier=qualifier)) == rules


def test_the_urls_of_ordinary_functions_are_not_judged() -> None:
    ordinary = function(capacityProviderConfig=None)
    assert names(ordinary, url(qualifier="$LATEST", invokeMode="BUFFERED")) == SILENT


def test_a_qualifier_is_wrong_whichever_function_it_belongs_to() -> None:
    assert names(url(UNKNOWN, qualifier="$LATEST")) == {"url-02"}


def test_text_of_unknown_meaning_is_not_repeated() -> None:
    assert "hunter 2" not in message("url-02-qualifier-is-an-alias", url(qualifier="hunter 2"))


@pytest.mark.parametrize(
    ("adapter", "invoke_mode", "rules"),
    [
        ("response_stream", "RESPONSE_STREAM", SILENT),
        ("RESPONSE_STREAM", "RESPONSE_STREAM", SILENT),  # the adapter ignores case
        ("buffered", "BUFFERED", SILENT),
        (None, "BUFFERED", SILENT),
        (None, None, SILENT),  # both default to buffered
        ("response_stream", "BUFFERED", {"url-04"}),
        ("response_stream", None, {"url-04"}),
        ("buffered", "RESPONSE_STREAM", {"url-04"}),
        (None, "RESPONSE_STREAM", {"url-04"}),
        (UNKNOWN, "RESPONSE_STREAM", SILENT),
        ("response_stream", UNKNOWN, SILENT),
        ("[secret]", "RESPONSE_STREAM", SILENT),  # offline, a secret that cannot be decrypted
        ("response_stream", "STREAM", {"url-01"}),
    ],
)
def test_adapter_and_url_agree(adapter: object, invoke_mode: object, rules: set[str]) -> None:
    assert names(function(environment=mode(adapter)), url(invokeMode=invoke_mode)) == rules


def test_without_an_adapter_there_is_nothing_to_agree_on() -> None:
    plain = function(runtime="nodejs24.x", layers=None, environment=None)
    assert names(plain, url()) == SILENT
    assert names(function(layers=None, environment=UNKNOWN), url()) == SILENT


def test_a_url_of_a_new_function_is_linked_by_dependency() -> None:
    disagreeing = url(UNKNOWN, {"functionName": ["api"]}, invokeMode="BUFFERED")
    assert names(function(), disagreeing) == {"url-04"}


def test_a_url_may_be_linked_through_its_alias() -> None:
    live = Res(
        ALIAS,
        "live",
        {"name": "live", "functionName": UNKNOWN, "functionVersion": "$LATEST.PUBLISHED"},
        made_from={"functionName": ["api"]},
    )
    disagreeing = url(UNKNOWN, {"functionName": ["live"]}, invokeMode="BUFFERED")
    assert names(function(), live, disagreeing) == {"url-04"}


def test_each_side_can_be_told_to_follow() -> None:
    streaming = message("url-04-adapter-and-url-agree", function(environment=mode(None)), url())
    assert "set AWS_LWA_INVOKE_MODE=response_stream" in streaming
    buffered = message("url-04-adapter-and-url-agree", function(), url(invokeMode=None))
    assert 'set invoke_mode="RESPONSE_STREAM"' in buffered


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({"authorizationType": "NONE"}, {"url-12"}),  # known, and open
        ({"authorizationType": "IAM"}, {"url-01"}),
        ({"invokeMode": "response_stream"}, {"url-01"}),
        ({"invokeMode": UNKNOWN, "authorizationType": UNKNOWN}, SILENT),
    ],
)
def test_values_that_aws_knows(changes: Json, rules: set[str]) -> None:
    assert names(function(), url(**changes)) == rules


def layer(
    name: str = "LambdaAdapterLayerX86", version: int = 30, account: str = "753240598075"
) -> str:
    return f"arn:aws:lambda:eu-west-1:{account}:layer:{name}:{version}"


WRAPPER = {"AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap"}
COPY = "arn:aws:lambda:eu-west-1:123456789012:layer:adapter:1"
OTHER_WRAPPER = {"AWS_LWA_PORT": "8080", "AWS_LAMBDA_EXEC_WRAPPER": "/opt/other"}


def test_what_a_provider_writes_for_no_qualifier_is_none() -> None:
    """Outputs of pulumi-aws have "" where the program set nothing."""
    unqualified = url(qualifier=None)
    written = replace(unqualified, outputs={**unqualified.inputs, "qualifier": ""})
    assert names(function(), written) == names(function(), unqualified) == {"url-03"}


@pytest.mark.parametrize(
    ("layers", "variables", "rules"),
    [
        ([layer()], WRAPPER, SILENT),
        # URL-05: the layer and what starts it
        ([layer()], {}, {"url-05"}),
        ([layer()], {"AWS_LAMBDA_EXEC_WRAPPER": "/opt/other"}, {"url-05"}),
        ([layer()], {"AWS_LAMBDA_EXEC_WRAPPER": UNKNOWN}, SILENT),
        ([layer()], UNKNOWN, SILENT),
        ([], WRAPPER, {"url-05"}),
        ([], {"AWS_LWA_PORT": "8080"}, {"url-05"}),
        ([], {"AWS_LWA_PORT": "8080", "AWS_LAMBDA_EXEC_WRAPPER": "/var/task/start"}, SILENT),
        ([UNKNOWN], WRAPPER, SILENT),
        ([COPY], WRAPPER, SILENT),  # another layer may bring the adapter
        ([layer(), COPY], {"AWS_LAMBDA_EXEC_WRAPPER": "/opt/other"}, SILENT),  # or the wrapper
        ([COPY], OTHER_WRAPPER, SILENT),  # or both
        (UNKNOWN, WRAPPER, SILENT),
        (UNKNOWN, OTHER_WRAPPER, SILENT),
        # URL-06: version 26 is the first for LMI
        ([layer(version=26)], WRAPPER, SILENT),
        ([layer(version=25)], WRAPPER, {"url-06"}),
        ([layer(version=31)], WRAPPER, SILENT),
        ([layer(version=25, account="041581134020")], WRAPPER, {"url-06"}),  # Beijing
        ([layer(version=1, account="123456789012")], WRAPPER, SILENT),  # a copy of one's own
        # URL-07: the architecture
        ([layer("LambdaAdapterLayerArm64")], WRAPPER, {"url-07"}),
    ],
)
def test_the_adapter_in_a_zip(layers: object, variables: object, rules: set[str]) -> None:
    assert names(function(layers=layers, environment={"variables": variables})) == rules


def test_an_os_only_runtime_starts_the_package_itself() -> None:
    """It knows no wrapper: the package's ``bootstrap`` is the application."""
    assert names(function(runtime="provided.al2023", environment=None)) == SILENT
    assert names(function(runtime=UNKNOWN, environment=None)) == SILENT
    inside = {"layers": None, "environment": {"variables": {"AWS_LWA_PORT": "8080"}}}
    assert names(function(runtime="provided.al2023", **inside)) == SILENT


def test_an_image_brings_the_adapter_itself() -> None:
    assert names(function(packageType="Image", layers=None)) == SILENT


def test_an_image_may_bring_the_mode_of_the_adapter_too() -> None:
    configured = {"variables": {"AWS_LWA_PORT": "8000"}}
    image = {"packageType": "Image", "layers": None, "environment": configured}
    assert names(function(**image), url()) == SILENT
    buffered = {**configured["variables"], "AWS_LWA_INVOKE_MODE": "buffered"}
    assert names(function(**{**image, "environment": {"variables": buffered}}), url()) == {"url-04"}


def test_the_layer_follows_the_architecture() -> None:
    arm = {"layers": [layer("LambdaAdapterLayerArm64")], "architectures": ["arm64"]}
    assert names(function(**arm)) == SILENT
    assert names(function(**{**arm, "architectures": [UNKNOWN]})) == SILENT
    assert names(function(architectures=["arm64"])) == {"url-07"}


@pytest.mark.parametrize(
    ("runtime", "rules"),
    [
        ("python3.13", {"url-10"}),
        ("java21", {"url-10"}),
        ("dotnet8", {"url-10"}),
        ("nodejs24.x", SILENT),
        ("provided.al2023", SILENT),
        (UNKNOWN, SILENT),
    ],
)
def test_not_every_runtime_streams(runtime: object, rules: set[str]) -> None:
    plain = function(runtime=runtime, layers=None, environment=None)
    assert names(plain, url()) & {"url-10"} == rules
    assert names(plain, url(invokeMode="BUFFERED")) & {"url-10"} == SILENT
    assert names(function(runtime=runtime), url()) == SILENT


@pytest.mark.parametrize(
    ("authorization", "rules"),
    [("AWS_IAM", SILENT), ("NONE", {"url-12"}), (UNKNOWN, SILENT), (None, SILENT)],
)
def test_a_url_asks_who_calls(authorization: object, rules: set[str]) -> None:
    assert names(url(authorizationType=authorization)) == rules


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({}, {"url-03"}),
        ({"publishTo": UNKNOWN}, SILENT),
        ({"publishTo": None}, SILENT),  # PUB-03 says what is wrong there
        ({"capacityProviderConfig": None}, SILENT),
    ],
)
def test_a_url_belongs_to_an_alias(changes: Json, rules: set[str]) -> None:
    assert names(function(**changes), url(qualifier=None)) & {"url-03"} == rules
    assert names(function(**changes), url(UNKNOWN, qualifier=None)) & {"url-03"} == SILENT


@pytest.mark.parametrize(
    ("cors", "authorization", "rules"),
    [
        ({"allowOrigins": ["*"]}, "AWS_IAM", SILENT),
        ({"allowOrigins": ["*"], "allowCredentials": False}, "AWS_IAM", SILENT),
        ({"allowOrigins": ["*"], "allowCredentials": True}, "AWS_IAM", {"url-14"}),
        ({"allowOrigins": [UNKNOWN, "*"]}, "NONE", {"url-14"}),
        ({"allowOrigins": ["https://shop.example"], "allowCredentials": True}, "NONE", SILENT),
        ({"allowOrigins": UNKNOWN, "allowCredentials": True}, "NONE", SILENT),
        ({"allowOrigins": ["*"], "allowCredentials": UNKNOWN}, UNKNOWN, SILENT),
        (UNKNOWN, "NONE", SILENT),
    ],
)
def test_origins_are_named(cors: object, authorization: object, rules: set[str]) -> None:
    open_url = url(cors=cors, authorizationType=authorization)
    assert names(function(), open_url) & {"url-14"} == rules
