"""What AWS's own services tell about a stack that was just called."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from tools.stack import Stack
from tools.verify.outcome import Outcome, failed, ok, skipped

_SECONDS_BETWEEN_LOOKS: Final = 3.0
_Seen = TypeVar("_Seen")
_METRIC: Final = "ExecutionEnvironmentConcurrency"


def published(stack: Stack) -> Outcome:
    """Check that the alias points at a version that serves."""
    version = _version(stack)
    seen = f"the alias points at {version['Version']}, which is {version['State']}"
    if version["State"] == "Active":
        return ok(seen)
    reason = version.get("StateReason", "AWS gives no reason")
    return failed(
        f"{seen}: {reason}. Fix: wait until it is Active, or mend what the reason names and run "
        "pulumi up"
    )


def invoked(stack: Stack) -> tuple[Outcome, str]:
    """Check that the alias answers an invoke; return the id of the request too."""
    answer = stack.client("lambda").invoke(FunctionName=stack.outputs["alias_arn"], Payload=b"{}")
    payload = answer["Payload"].read()[:200].decode(errors="replace")
    request_id = answer["ResponseMetadata"]["RequestId"]
    if error := answer.get("FunctionError"):
        return failed(f"the alias answers {error}: {payload}. Fix: see the log"), request_id
    return ok(f"the alias answers an event that is no HTTP request: {payload[:40]}"), request_id


def logged(stack: Stack, request_id: str, patience: float) -> Outcome:
    """Check that lines of a request arrive in the log group."""
    group = stack.outputs["log_group"]
    if _waited_for(lambda: _lines(stack, group, request_id), patience):
        return ok(f"lines of the request {request_id} are in {group}")
    return failed(
        f"no line of the request {request_id} came to {group} within {patience:.0f} s: the "
        "instances do not reach CloudWatch Logs, or the role may not write. Fix: check the "
        "endpoint logs of the VPC and logs:PutLogEvents of the execution role"
    )


def reported(stack: Stack, request_id: str, patience: float) -> Outcome:
    """Check that Lambda reports a request in the log group."""
    level = _version(stack).get("LoggingConfig", {}).get("SystemLogLevel", "INFO")
    if level == "WARN":
        return skipped("the system log level is WARN, which leaves reports out")
    group = stack.outputs["log_group"]

    def reports() -> list[str]:
        return [line for line in _lines(stack, group, request_id) if "platform.report" in line]

    if found := _waited_for(reports, patience):
        return ok(f"Lambda's report: {found[0].strip()[:160]}")
    return failed(
        f"no platform.report of {request_id} came to {group} within {patience:.0f} s. Fix: set the "
        "function's system log level to INFO, or ask AWS: no page says that LMI leaves it out"
    )


def _lines(stack: Stack, group: str, request_id: str) -> list[str]:
    found = stack.client("logs").filter_log_events(
        logGroupName=group, filterPattern=f'"{request_id}"'
    )
    return [event["message"] for event in found["events"] if request_id in event["message"]]


def measured(stack: Stack, since: float, patience: float) -> Outcome:
    """Check that metrics arrive, and that one environment served several requests at once."""
    # What came first may be of the minute before the requests.
    _waited_for(lambda: (_highest_concurrency(stack, since) or 0) > 1, patience)
    highest = _highest_concurrency(stack, since)
    if highest is None:
        return failed(
            f"the metric {_METRIC} did not come within {patience:.0f} s. Fix: look again in ten "
            "minutes; then check that the alias points at a version on the capacity provider"
        )
    if highest > 1:
        return ok(f"an environment served {highest:.0f} requests at once, says {_METRIC}")
    return failed(
        f"{_METRIC} is {highest:.0f} after ten requests at once, so each environment served one: "
        "the adapter does not read AWS_LAMBDA_MAX_CONCURRENCY, or there are ten environments. Fix: "
        "check the adapter's layer (1.0.0 or newer)"
    )


def _highest_concurrency(stack: Stack, since: float) -> float | None:
    client = stack.client("cloudwatch")
    listed = client.list_metrics(
        Namespace="AWS/Lambda",
        MetricName=_METRIC,
        Dimensions=[{"Name": "FunctionName", "Value": stack.outputs["function_name"]}],
    )["Metrics"]
    highest: list[float] = []
    for metric in listed:
        points = client.get_metric_statistics(
            **metric,
            StartTime=datetime.fromtimestamp(since - 60, UTC),
            EndTime=datetime.fromtimestamp(time.time() + 60, UTC),
            Period=60,
            Statistics=["Maximum"],
        )["Datapoints"]
        highest += [point["Maximum"] for point in points]
    return max(highest, default=None)


def traced(stack: Stack, since: float, patience: float) -> Outcome:
    """Check that a trace of the function arrives in X-Ray."""
    if stack.setting("tracing", "true") == "false":
        return skipped("tracing is off (tracing: false)")
    name = stack.outputs["function_name"]
    if found := _waited_for(lambda: _traces(stack, name, since), patience):
        return ok(f"{len(found)} traces of the function are in X-Ray, such as {found[0]}")
    return failed(
        f"no trace of {name} came to X-Ray within {patience:.0f} s: the instances do not reach "
        "X-Ray, or the role may not write. Fix: check the endpoint xray of the VPC and "
        "xray:PutTraceSegments of the execution role"
    )


def _traces(stack: Stack, name: str, since: float) -> list[str]:
    pages = (
        stack.client("xray")
        .get_paginator("get_trace_summaries")
        .paginate(
            StartTime=datetime.fromtimestamp(since - 60, UTC),
            EndTime=datetime.fromtimestamp(time.time(), UTC),
        )
    )
    return [
        summary["Id"]
        for page in pages
        for summary in page["TraceSummaries"]
        if name in {service["Name"] for service in summary["ServiceIds"]}
    ]


def slots(stack: Stack) -> int:
    """Return how many requests the smallest number of environments serves at once."""
    version = _version(stack)
    scaling = stack.client("lambda").get_function_scaling_config(
        FunctionName=stack.outputs["function_name"], Qualifier=version["Version"]
    )
    provider = version["CapacityProviderConfig"]["LambdaManagedInstancesCapacityProviderConfig"]
    environments = scaling["AppliedFunctionScalingConfig"].get("MinExecutionEnvironments", 0)
    return environments * provider["PerExecutionEnvironmentMaxConcurrency"]


def _version(stack: Stack) -> dict[str, Any]:
    """Return the configuration of the version that the alias points at."""
    return stack.client("lambda").get_function_configuration(
        FunctionName=stack.outputs["alias_arn"]
    )


def _waited_for(look: Callable[[], _Seen], patience: float) -> _Seen:
    """Look until something is seen or the patience, in seconds, is over; return the last look."""
    ends = time.monotonic() + patience
    while not (seen := look()) and time.monotonic() < ends:
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    return seen
