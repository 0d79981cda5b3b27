"""Once a minute: publish the metrics of all functions, then evaluate all alarms."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from moto.cloudwatch.models import cloudwatch_backends
from moto.sqs.models import sqs_backends

from local.account import ACCOUNT_ID
from local.aws_client import AwsClients
from local.cloudwatch.alarms import Alarms
from local.dataplane.metrics import Datum

_logger = logging.getLogger(__name__)

_INTERVAL_SECONDS: Final = 60.0
_NAMESPACE: Final = "AWS/Lambda"


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
        self._alarms = Alarms(clients)
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
            self._alarms.evaluate(region, self._now())

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

    def _repeat(self) -> None:
        while not self._is_ending.wait(_INTERVAL_SECONDS):
            try:
                self.run_once()
            except Exception:  # the next minute is not this one's to lose
                _logger.exception("metrics were not published")
