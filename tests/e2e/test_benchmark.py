"""A benchmark that is ended takes down what it has started."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from testing.checkout import environment_without_pulumi
from testing.project import PROJECT


def test_an_ended_benchmark_leaves_nothing(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "bench", "services"],
        cwd=PROJECT,
        env=environment_without_pulumi() | {"TMPDIR": str(tmp_path)},
        stdout=subprocess.DEVNULL,
    ) as benchmark:
        while not (records := list(tmp_path.glob("*/checkout/.local/aws.json"))):
            assert benchmark.poll() is None
            time.sleep(0.1)
        local_aws = psutil.Process(json.loads(records[0].read_text())["pid"])

        benchmark.terminate()

    assert benchmark.returncode == 128 + signal.SIGTERM
    assert not local_aws.is_running()
    assert list(tmp_path.iterdir()) == []
