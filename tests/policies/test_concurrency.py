"""CON rules: each row is one concurrency at a limit, and exactly the rules that speak about it."""

from typing import Any

import pytest

from testing.policies.support import UNKNOWN, Res, lmi
from tests.policies.judging import SILENT, message, names
from tests.policies.stacks import function, sized

NO_ADAPTER: Any = {"layers": None, "environment": None}
PLAIN_PYTHON: Any = {**NO_ADAPTER, "runtime": "python3.13", "handler": "main.handler"}
NODE: Any = {**NO_ADAPTER, "runtime": "nodejs24.x"}


@pytest.mark.parametrize(
    ("memory", "ratio", "concurrency", "rules"),
    [
        # CON-01: 1 to 1600
        (4096, 2, 0, SILENT),  # pulumi-aws sends nothing for 0
        (4096, 2, -1, {"con-01"}),
        (32768, 2, 1601, {"con-01"}),  # not CON-02 and CON-11 as well
        (32768, 2, 1600, {"con-02"}),
        # CON-02: 64 per vCPU
        (2048, 2, 64, SILENT),
        (2048, 2, 65, {"con-02"}),
        (2048, None, 64, SILENT),  # the default ratio makes it one vCPU
        (2048, None, 65, {"con-02"}),
        (4096, 2, 128, SILENT),
        (4096, 2, 129, {"con-02"}),
        (4096, 4, 65, {"con-02"}),
        (8192, 8, 64, SILENT),
        (8192, 8, 65, {"con-02"}),
        (8192, 4, 100, SILENT),  # AWS's own example
        (6144, 4, 128, {"mem-06"}),  # 1.5 vCPU count as 2, so one mistake is one message
        (6144, 4, 129, {"mem-06", "con-02"}),
        (2048, 4, 64, {"mem-05"}),  # half a vCPU counts as 1
        (2048, 4, 65, {"mem-05", "con-02"}),
        (2048, 2, None, SILENT),  # the default fits by definition
        # CON-03: 1024, which CON-02 tells already wherever the memory is right
        (32768, 2, 1025, {"con-02"}),
        (65536, 2, 1025, {"mem-02", "con-03", "con-08", "con-11"}),
        (65536, 2, 1024, {"mem-02", "con-08", "con-11"}),
        # CON-07: more than one
        (2048, 2, 1, {"con-07"}),
        (2048, 2, 2, SILENT),
        (16384, 2, 7, {"con-07"}),  # 8 vCPU
        (16384, 2, 8, SILENT),
        # CON-11: 4096 file descriptors, eight for each
        (16384, 2, 512, SILENT),
        (32768, 2, 513, {"con-08", "con-11"}),
        # what is not known silences what depends on it, and nothing else
        (2048, 2, UNKNOWN, SILENT),
        (UNKNOWN, 2, 65, SILENT),
        (UNKNOWN, 2, 1025, {"con-02"}),  # more than any memory allows
        (UNKNOWN, 8, 257, {"con-02"}),  # 32768 MB at 8 GiB are 4 vCPU
        (UNKNOWN, 8, 256, SILENT),
        (2048, UNKNOWN, 65, {"con-02"}),  # more than the smallest ratio allows
        (8192, UNKNOWN, 256, SILENT),
        (UNKNOWN, UNKNOWN, 1601, {"con-01"}),
        (UNKNOWN, UNKNOWN, 1, {"con-07"}),
        # a wrong type is for the provider to refuse
        (2048, 2, "64", SILENT),
        (2048, 2, 64.5, SILENT),
        (2048, 2, True, SILENT),
    ],
)
def test_concurrency(memory: object, ratio: object, concurrency: object, rules: set[str]) -> None:
    assert names(sized(memory, ratio, concurrency)) == rules


@pytest.mark.parametrize(
    ("memory", "ratio", "concurrency", "rules"),
    [
        # CON-05: 128 MB for each process; CON-14: 16 per vCPU; CON-06: 4 GiB per vCPU
        (4096, 4, 16, SILENT),
        (4096, 4, 17, {"con-14"}),
        (4096, 4, 32, {"con-14"}),  # 128 MB each
        (4096, 4, 33, {"con-05"}),  # 124 MB each; not CON-14 as well
        (4096, 4, None, SILENT),  # the default of 16
        (8192, 8, 17, {"con-14"}),
        (2048, 2, 16, {"con-06"}),
        (2048, None, 16, {"con-06"}),  # the default ratio
        (2048, 2, 17, {"con-05", "con-06"}),  # 120 MB each
        (4096, 4, 65, {"con-02"}),  # the greater mistake explains the lesser ones
        (32768, 4, 257, {"con-05"}),  # 127 MB each, of the most memory
        (4096, UNKNOWN, 16, SILENT),
        (4096, UNKNOWN, 33, {"con-05"}),
        (UNKNOWN, 4, 17, SILENT),
        (UNKNOWN, 2, 16, {"con-06"}),
    ],
)
def test_the_managed_python_runtime_runs_a_process_per_request(
    memory: object, ratio: object, concurrency: object, rules: set[str]
) -> None:
    assert names(sized(memory, ratio, concurrency, **PLAIN_PYTHON)) == rules


@pytest.mark.parametrize(
    "changes",
    [
        {"layers": ["arn:aws:lambda:eu-west-1:753240598075:layer:LambdaAdapterLayerArm64:30"]},
        {"environment": {"variables": {"AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap"}}},
        {"environment": {"variables": {"AWS_LWA_PORT": "8000"}}},
        {"environment": {"variables": {"AWS_LWA_PORT": UNKNOWN}}},
        {"layers": [UNKNOWN]},
        {"layers": UNKNOWN},
        {"environment": UNKNOWN},
        {"environment": {"variables": UNKNOWN}},
        {"environment": {"variables": {"AWS_LAMBDA_EXEC_WRAPPER": UNKNOWN}}},
        {"runtime": UNKNOWN},
        {"runtime": "provided.al2023"},
    ],
    ids=lambda changes: str(changes).replace(UNKNOWN, "unknown"),
)
def test_python_rules_are_silent_behind_a_web_adapter_or_where_one_may_be(changes: Any) -> None:
    found = names(sized(2048, 2, 64, **{**PLAIN_PYTHON, **changes}))
    assert found & {"con-05", "con-06", "con-14"} == SILENT


def test_a_layer_of_another_kind_is_no_web_adapter() -> None:
    other = {"layers": ["arn:aws:lambda:eu-west-1:111111111111:layer:tools:1"]}
    assert names(sized(4096, 4, 17, **{**PLAIN_PYTHON, **other})) == {"con-14", "gen-06"}


@pytest.mark.parametrize(
    ("variables", "rules"),
    [
        ({"AWS_LAMBDA_MAX_CONCURRENCY": "64"}, {"con-09"}),
        # Reserved on every function; and the key alone decides.
        ({"AWS_LAMBDA_INITIALIZATION_TYPE": UNKNOWN}, {"gen-04"}),
        ({"aws_lambda_max_concurrency": "64"}, SILENT),
        (UNKNOWN, SILENT),
        ("text", SILENT),
    ],
)
def test_variables_that_lambda_sets(variables: object, rules: set[str]) -> None:
    node = function(**{**NODE, "environment": {"variables": variables}})
    assert names(node) == rules


@pytest.mark.parametrize(
    ("count", "concurrency", "rules"),
    [
        ("1", 2, SILENT),
        ("2", 2, SILENT),
        ("3", 2, {"con-10"}),  # more threads than requests
        ("0", 2, {"con-10"}),
        ("-1", 2, {"con-10"}),
        ("two", 2, {"con-10"}),
        ("16", -1, {"con-01"}),  # no number of requests to keep to
        ("", 2, {"con-10"}),
        ("64", None, SILENT),  # the default for Node.js is 64 per vCPU
        ("65", None, {"con-10"}),
        ("9" * 5000, 2, {"con-10", "gen-05"}),  # and more than 4 KB
        ("1600", UNKNOWN, SILENT),
        (UNKNOWN, 2, SILENT),
    ],
)
def test_node_workers(count: str, concurrency: object, rules: set[str]) -> None:
    variables = {"AWS_LAMBDA_NODEJS_WORKER_COUNT": count}
    node = {**NODE, "environment": {"variables": variables}}
    assert names(sized(2048, 2, concurrency, **node)) == rules


@pytest.mark.parametrize(("count", "rules"), [("128", SILENT), ("129", {"con-10"})])
def test_the_default_concurrency_follows_the_vcpus(count: str, rules: set[str]) -> None:
    variables = {"AWS_LAMBDA_NODEJS_WORKER_COUNT": count}
    assert names(sized(4096, 2, **{**NODE, "environment": {"variables": variables}})) == rules


@pytest.mark.parametrize(
    ("layer", "rules"),
    [
        ("AWSLambdaPowertoolsPythonV3-python313-x86_64:1", SILENT),  # the name tells no more
        ("AWSLambdaPowertoolsPythonV2:79", {"con-12"}),
        ("AWSLambdaPowertoolsPythonV2-Arm64:79", {"con-12"}),
        ("AWSLambdaPowertoolsPython:1", {"con-12"}),
        ("AWSLambdaPowertoolsTypeScriptV2:1", SILENT),
        ("AWSLambdaPowertoolsTypeScript:1", {"con-12"}),
        ("MyAWSLambdaPowertoolsPythonV2:1", SILENT),
        (UNKNOWN, SILENT),
    ],
)
def test_libraries_in_layers(layer: str, rules: set[str]) -> None:
    arn = layer if layer == UNKNOWN else f"arn:aws:lambda:eu-west-1:094274105915:layer:{layer}"
    node = {**NODE, "layers": [UNKNOWN, arn]}
    assert names(function(**node)) == rules
    assert names(function(**node, capacityProviderConfig=None, publish=False)) == SILENT


def test_worker_count_matters_to_node_alone() -> None:
    java = {**NODE, "runtime": "java21"}
    java["environment"] = {"variables": {"AWS_LAMBDA_NODEJS_WORKER_COUNT": "0"}}
    assert names(function(**java)) == SILENT


def test_ordinary_functions_have_no_concurrency_to_judge() -> None:
    assert names(function(capacityProviderConfig=None, publish=False, **PLAIN_PYTHON)) == SILENT


def test_the_ceiling_and_both_ways_to_keep_it_are_named() -> None:
    text = message("con-02-at-most-64-per-vcpu", sized(2048, 2, 65))
    assert "per_execution_environment_max_concurrency is 65" in text
    assert "1 to 64" in text
    assert "set per_execution_environment_max_concurrency to 64 or less" in text
    assert "set memory_size to 4096" in text


@pytest.mark.parametrize(
    ("policy", "wrong", "fix"),
    [
        # No more than file descriptors allow, although there are 16 vCPU.
        ("con-02-at-most", sized(32768, 2, 1600), "max_concurrency to 512 or less"),
        ("mem-01", sized(128, 4, **PLAIN_PYTHON), "memory_size to 4096"),
        ("mem-04", sized(6144, 5), "gib_per_vcpu to 2"),  # 4 is nearer, and does not fit 6144 MB
        ("mem-04", sized(3000, 3), "gib_per_vcpu to 2"),  # none fits
        ("mem-06-exact", sized(5000, UNKNOWN), "memory_size to 6144"),  # for the smallest ratio
    ],
)
def test_what_is_proposed_is_near_and_right(policy: str, wrong: Res, fix: str) -> None:
    assert fix in message(policy, wrong)


def test_thresholds_can_be_configured() -> None:
    small = sized(4096, 4, 17, **PLAIN_PYTHON)
    stricter = {"con-05-memory-for-each-python-process": {"minimumMemoryPerProcessMb": 256.0}}
    assert "con-05" in names(small, config=stricter)
    looser = {"con-11-file-descriptors-for-each-request": {"fileDescriptorsPerRequest": 4.0}}
    assert names(sized(32768, 2, 1024), config=looser) == {"con-08"}
    roomy = {"con-08-storage-for-each-request": {"leastStoragePerRequestMb": 4.0}}
    assert names(sized(8192, 2, 128), config=roomy) == SILENT
    assert names(sized(8192, 2, 129), config=roomy) == {"con-08"}


@pytest.mark.parametrize(
    ("storage", "concurrency", "rules"),
    [
        (None, 512, SILENT),  # 512 MB by default
        (None, 513, {"con-08"}),
        (1024, 1024, SILENT),
        (1023, 1024, {"con-08"}),
        (1023, UNKNOWN, SILENT),
        (UNKNOWN, 1024, SILENT),
        (511, 512, SILENT),  # FN-16 says that it is too little for anybody
    ],
)
def test_storage_for_each_request(storage: object, concurrency: object, rules: set[str]) -> None:
    changes = {"ephemeralStorage": {"size": storage}} if storage else {}
    assert names(sized(32768, 2, concurrency, **changes)) & {"con-08"} == rules


def test_values_that_may_be_secret_are_not_shown() -> None:
    variables = {"AWS_LAMBDA_NODEJS_WORKER_COUNT": "hunter2"}
    text = message(
        "con-10-node-workers-within-concurrency",
        function(runtime="nodejs24.x", environment={"variables": variables}),
    )
    assert "hunter2" not in text


def test_a_block_without_a_provider_is_still_lmi() -> None:
    config = lmi(capacityProviderArn=None, perExecutionEnvironmentMaxConcurrency=129)
    assert names(function(capacityProviderConfig=config)) == {"con-02"}
