"""The output of functions is delivered, whatever happens to that of another one."""

from pathlib import Path

from local.aws_client import AwsClients
from local.dataplane.model import LogStream
from local.endpoint import ServedEndpoint
from local.function_logs import FunctionLogs, log_file

REGION = "eu-west-1"


def test_a_file_that_cannot_be_written_stops_no_other_log(
    endpoint: ServedEndpoint, tmp_path: Path
) -> None:
    client = AwsClients(endpoint.url).get("logs", REGION)
    client.create_log_group(logGroupName="/two")
    log_file(tmp_path, "/one").mkdir()
    logs = FunctionLogs(endpoint.url, tmp_path)

    logs.write(LogStream(REGION, "/one", "stream"), ["lost"])
    logs.write(LogStream(REGION, "/two", "stream"), ["kept"])
    logs.stop()

    assert log_file(tmp_path, "/two").read_text() == "stream  kept\n"
    found = client.get_log_events(logGroupName="/two", logStreamName="stream")["events"]
    assert [event["message"] for event in found] == ["kept"]
