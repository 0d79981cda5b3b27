"""Once a minute: publish the metrics of all functions, then evaluate all alarms.

moto only stores alarms. Each is evaluated over periods of which the newest ends at that time
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-limits.html).
"""

import json
import logging
import operator
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError
from moto.cloudwatch.models import cloudwatch_backends
from moto.sqs.models import sqs_backends

from local.account import ACCOUNT_ID
from local.aws_client import AwsClients
from local.cloudwatch.datapoints import Datapoints, Series, UnsupportedExpressionError, evaluate
from local.dataplane.metrics import Datum

_logger = logging.getLogger(__name__)

_COMPARISONS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
_ACTIONS: Final = {
    "ALARM": "AlarmActions",
    "OK": "OKActions",
    "INSUFFICIENT_DATA": "InsufficientDataActions",
}

_INTERVAL_SECONDS: Final = 60.0
_NAMESPACE: Final = "AWS/Lambda"


def _watched(alarm: Mapping[str, Any], data: Datapoints) -> Series:
    """Return the datapoints that an alarm compares with its threshold."""
    periods: int = alarm["EvaluationPeriods"]
    if not alarm.get("Metrics"):
        stat = alarm.get("Statistic") or alarm["ExtendedStatistic"]
        return data.of_metric(alarm, stat, alarm["Period"], periods)
    known: dict[str, Sequence[Series]] = {}
    expressions: list[Mapping[str, Any]] = []
    for query in alarm["Metrics"]:
        if (asked := query.get("MetricStat")) is not None:
            found = data.of_metric(asked["Metric"], asked["Stat"], asked["Period"], periods)
            known[query["Id"]] = [found]
        elif query["Expression"].startswith("SELECT"):
            known[query["Id"]] = data.of_query(query["Expression"], query["Period"], periods)
        else:
            expressions.append(query)
    for query in expressions:
        known[query["Id"]] = [evaluate(query["Expression"], known, periods)]
    (watched,) = [query["Id"] for query in alarm["Metrics"] if query.get("ReturnData", True)]
    if len(known[watched]) != 1:
        raise UnsupportedExpressionError("a query of several groups without an expression over it")
    return known[watched][0]


def _state(alarm: Mapping[str, Any], datapoints: Series) -> str:
    missing: str = alarm.get("TreatMissingData", "missing")
    present = [value for value in datapoints if value is not None]
    if not present and missing in ("missing", "ignore"):
        return "INSUFFICIENT_DATA" if missing == "missing" else alarm["StateValue"]
    comparison = _COMPARISONS.get(alarm["ComparisonOperator"])
    if comparison is None:
        raise UnsupportedExpressionError(f"the comparison {alarm['ComparisonOperator']}")
    breaching = sum(comparison(value, alarm["Threshold"]) for value in present)
    if missing == "breaching":
        breaching += len(datapoints) - len(present)
    needed: int = alarm.get("DatapointsToAlarm", alarm["EvaluationPeriods"])
    return "ALARM" if breaching >= needed else "OK"


def _message(alarm: Mapping[str, Any], state: str, reason: str) -> str:
    """Return the message of an alarm; its main members are those of AWS's."""
    return json.dumps(
        {
            "AlarmName": alarm["AlarmName"],
            "AlarmDescription": alarm.get("AlarmDescription"),
            "AlarmArn": alarm["AlarmArn"],
            "NewStateValue": state,
            "NewStateReason": reason,
            "OldStateValue": alarm["StateValue"],
            "StateChangeTime": datetime.now(UTC).isoformat(),
        }
    )


@cache
def _warn(region: str, name: str, unsupported: str) -> None:
    """Say once why an alarm is not evaluated."""
    message = "alarm %s in %s keeps its state: the local AWS does not evaluate %s"
    _logger.warning(message, name, region, unsupported)


class Monitoring:
    """Publishes metrics and evaluates alarms, from a thread of its own once it is started.

    ``measure`` returns, for each region, the data of metrics since its last call; ``now`` returns
    the time in seconds since 1970.
    """

    def __init__(
        self,
        clients: AwsClients,
        measure: Callable[[], Mapping[str, Sequence[Datum]]],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._clients = clients
        self._measure = measure
        self._now = now
        self._is_ending = threading.Event()
        self._thread = threading.Thread(target=self._repeat, name="monitoring", daemon=True)

    def start(self) -> None:
        """Start the thread. May be called once."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._is_ending.set()
        self._thread.join()

    def run_once(self) -> None:
        """Do what is due in one minute."""
        for region, data in self._measure().items():
            client = self._clients.get("cloudwatch", region)
            client.put_metric_data(Namespace=_NAMESPACE, MetricData=data)
        self._publish_queues()
        for region in list(cloudwatch_backends[ACCOUNT_ID]):
            self._evaluate(region)

    def _publish_queues(self) -> None:
        """Publish how many messages wait in queues, which moto does not."""
        for region, backend in list(sqs_backends[ACCOUNT_ID].items()):
            for name, queue in list(backend.queues.items()):
                self._clients.get("cloudwatch", region).put_metric_data(
                    Namespace="AWS/SQS",
                    MetricData=[
                        {
                            "MetricName": "ApproximateNumberOfMessagesVisible",
                            "Dimensions": [{"Name": "QueueName", "Value": name}],
                            "Timestamp": datetime.fromtimestamp(self._now(), UTC),
                            "Value": float(queue.approximate_number_of_messages),
                        }
                    ],
                )

    def _evaluate(self, region: str) -> None:
        """Set the state of each alarm, and run its actions."""
        pages = self._clients.get("cloudwatch", region).get_paginator("describe_alarms").paginate()
        data = Datapoints(region, self._now())
        for alarm in [alarm for page in pages for alarm in page["MetricAlarms"]]:
            try:
                datapoints = _watched(alarm, data)
                state = _state(alarm, datapoints)
            except UnsupportedExpressionError as unsupported:
                _warn(region, alarm["AlarmName"], str(unsupported))
                continue
            if state != alarm["StateValue"]:
                self._change(region, alarm, state, f"The last datapoints are {datapoints}.")

    def _change(self, region: str, alarm: Mapping[str, Any], state: str, reason: str) -> None:
        name = alarm["AlarmName"]
        _logger.info("alarm %s is %s: %s", name, state, reason)
        self._clients.get("cloudwatch", region).set_alarm_state(
            AlarmName=name, StateValue=state, StateReason=reason
        )
        topics: list[str] = alarm[_ACTIONS[state]] if alarm["ActionsEnabled"] else []
        for topic in topics:
            try:
                self._clients.get("sns", region).publish(
                    TopicArn=topic,
                    Subject=f'{state}: "{name}" in {region}',
                    Message=_message(alarm, state, reason),
                )
            except (BotoCoreError, ClientError) as error:
                _logger.warning("alarm %s was not published to %s: %s", name, topic, error)

    def _repeat(self) -> None:
        while not self._is_ending.wait(_INTERVAL_SECONDS):
            try:
                self.run_once()
            except Exception:  # the next minute is not this one's to lose
                _logger.exception("metrics were not published")
