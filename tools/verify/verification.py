"""The checks of a stack: later ones look for what earlier requests left at AWS's services."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from tools.stack import Stack
from tools.verify import streams
from tools.verify.outcome import CheckFailedError, CheckSkippedError

_REQUESTS_AT_ONCE: Final = 10
_SECONDS_BETWEEN_LOOKS: Final = 3.0
_MINUTE: Final = timedelta(minutes=1)
_METRIC: Final = "ExecutionEnvironmentConcurrency"
_Seen = TypeVar("_Seen")


class Verification:
    """Checks one stack, whose application streams under a path.

    One that ``saturates`` also sends a quarter more requests than there are slots. The patience is
    how long to wait for what arrives late, in seconds: LMI's metrics take minutes.
    """

    def __init__(
        self, stack: Stack, path: str, *, saturates: bool = False, patience: float = 600
    ) -> None:
        self._stack = stack
        self._path = path
        self._patience = patience
        self._since = datetime.now(UTC) - _MINUTE
        self._request_id = ""
        self._answers: Sequence[streams.Answer] = ()
        self.checks: Mapping[str, Callable[[], str]] = {
            "alias": self._published,
            "invoke": self._invoked,
            "stream": self._streamed,
            "ids": lambda: streams.at_once(self._answers),
            "log": self._logged,
            "report": self._reported,
            "metric": self._measured,
            "trace": self._traced,
            **({"slots": self._saturated} if saturates else {}),
        }

    def make(self, name: str) -> tuple[str, str]:
        """Make one check; return ``ok``, ``failed`` or ``skipped``, and what it has to say."""
        try:
            return "ok", self.checks[name]()
        except CheckSkippedError as error:
            return "skipped", str(error)
        except CheckFailedError as error:
            return "failed", str(error)
        except (BotoCoreError, ClientError) as error:
            return "failed", f"{error}. Fix: use credentials that may do that, or mend the stack"

    def _published(self) -> str:
        version = self._version()
        seen = f"the alias points at {version['Version']}, which is {version['State']}"
        if version["State"] == "Active":
            return seen
        reason = version.get("StateReason", "AWS gives no reason")
        fix = "wait until it is Active, or mend what the reason names and run pulumi up"
        raise CheckFailedError(f"{seen}: {reason}. Fix: {fix}")

    def _invoked(self) -> str:
        alias = self._stack.outputs["alias_arn"]
        answer = self._stack.client("lambda").invoke(FunctionName=alias, Payload=b"{}")
        payload = answer["Payload"].read()[:200].decode(errors="replace")
        self._request_id = answer["ResponseMetadata"]["RequestId"]
        if error := answer.get("FunctionError"):
            raise CheckFailedError(f"the alias answers {error}: {payload}. Fix: see the log")
        return f"the alias answers an event that is no HTTP request: {payload[:40]}"

    def _streamed(self) -> str:
        self._answers = streams.ask(self._stack, self._path, _REQUESTS_AT_ONCE)
        return streams.in_pieces(self._stack, self._path, self._answers)

    def _logged(self) -> str:
        lines = f"of the request {self._request_id}"
        group = self._stack.outputs["log_group"]
        if self._waited_for(self._lines):
            return f"lines {lines} are in {group}"
        raise CheckFailedError(
            f"no line {lines} came to {group} within {self._patience:.0f} s: the instances do not "
            "reach CloudWatch Logs, or the role may not write. Fix: check the endpoint logs of the "
            "VPC and logs:PutLogEvents of the execution role"
        )

    def _reported(self) -> str:
        if self._version().get("LoggingConfig", {}).get("SystemLogLevel") == "WARN":
            raise CheckSkippedError("the system log level is WARN, which leaves reports out")

        def reports() -> list[str]:
            return [line for line in self._lines() if "platform.report" in line]

        if found := self._waited_for(reports):
            return f"Lambda's report: {found[0].strip()[:160]}"
        raise CheckFailedError(
            f"no platform.report of {self._request_id} came to {self._stack.outputs['log_group']} "
            f"within {self._patience:.0f} s. Fix: set the function's system log level to INFO, or "
            "ask AWS: no page says that LMI leaves it out"
        )

    def _lines(self) -> list[str]:
        """Return the lines of the invocation in the log group."""
        if not self._request_id:
            raise CheckSkippedError("no request was served that could have left a line")
        found = self._stack.client("logs").filter_log_events(
            logGroupName=self._stack.outputs["log_group"], filterPattern=f'"{self._request_id}"'
        )
        messages = [event["message"] for event in found["events"]]
        return [message for message in messages if self._request_id in message]

    def _measured(self) -> str:
        # What came first may be of the minute before the requests.
        self._waited_for(lambda: self._highest_concurrency() > 1)
        highest = self._highest_concurrency()
        if highest > 1:
            return f"an environment served {highest:.0f} requests at once, says {_METRIC}"
        if highest < 0:
            raise CheckFailedError(
                f"the metric {_METRIC} did not come within {self._patience:.0f} s. Fix: look again "
                "in ten minutes; then check that the alias points at a version on the capacity "
                "provider"
            )
        raise CheckFailedError(
            f"{_METRIC} is {highest:.0f} after ten requests at once, so each environment served "
            "one: the adapter does not read AWS_LAMBDA_MAX_CONCURRENCY, or there are ten "
            "environments. Fix: check the adapter's layer (1.0.0 or newer)"
        )

    def _highest_concurrency(self) -> float:
        """Return how many requests an environment served at once; -1 where nothing came yet."""
        cloudwatch = self._stack.client("cloudwatch")
        listed = cloudwatch.list_metrics(
            Namespace="AWS/Lambda",
            MetricName=_METRIC,
            Dimensions=[{"Name": "FunctionName", "Value": self._stack.outputs["function_name"]}],
        )["Metrics"]
        asked = {
            "StartTime": self._since,
            "EndTime": datetime.now(UTC) + _MINUTE,
            "Period": 60,
            "Statistics": ["Maximum"],
        }
        answers = [cloudwatch.get_metric_statistics(**metric, **asked) for metric in listed]
        points = [point["Maximum"] for answer in answers for point in answer["Datapoints"]]
        return max(points, default=-1)

    def _traced(self) -> str:
        if self._stack.setting("tracing", "true") == "false":
            raise CheckSkippedError("tracing is off (tracing: false)")
        if found := self._waited_for(self._traces):
            return f"{len(found)} traces of the function are in X-Ray, such as {found[0]}"
        raise CheckFailedError(
            f"no trace of {self._stack.outputs['function_name']} came to X-Ray within "
            f"{self._patience:.0f} s: the instances do not reach X-Ray, or the role may not write. "
            "Fix: check the VPC's endpoint xray and xray:PutTraceSegments of the execution role"
        )

    def _traces(self) -> list[str]:
        name = self._stack.outputs["function_name"]
        summaries = self._stack.client("xray").get_paginator("get_trace_summaries")
        return [
            summary["Id"]
            for page in summaries.paginate(StartTime=self._since, EndTime=datetime.now(UTC))
            for summary in page["TraceSummaries"]
            if name in {service["Name"] for service in summary["ServiceIds"]}
        ]

    def _saturated(self) -> str:
        """Send more requests than the smallest number of environments serves at once."""
        version = self._version()
        scaling = self._stack.client("lambda").get_function_scaling_config(
            FunctionName=self._stack.outputs["function_name"], Qualifier=version["Version"]
        )
        provider = version["CapacityProviderConfig"]["LambdaManagedInstancesCapacityProviderConfig"]
        environments = scaling["AppliedFunctionScalingConfig"].get("MinExecutionEnvironments", 0)
        slots = environments * provider["PerExecutionEnvironmentMaxConcurrency"]
        answers = streams.ask(self._stack, self._path, slots + slots // 4)
        return streams.saturated(answers, slots)

    def _version(self) -> dict[str, Any]:
        """Return the configuration of the version that the alias points at."""
        alias = self._stack.outputs["alias_arn"]
        return self._stack.client("lambda").get_function_configuration(FunctionName=alias)

    def _waited_for(self, look: Callable[[], _Seen]) -> _Seen:
        """Look until something is seen or the patience is over; return the last look."""
        ends = time.monotonic() + self._patience
        while not (seen := look()) and time.monotonic() < ends:
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        return seen
