"""The pack under the real engine, offline: ``pulumi policy analyze --file``."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from testing.policies.support import ALIAS, FUNCTION, URL, Res, function_inputs, provider
from testing.project import PACK
from tests.policies.conftest import Analyze
from tests.policies.judging import judge
from tests.policies.stacks import FUNCTION_ARN, sized

PERMISSION = "aws:lambda/permission:Permission"
MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"

GOOD = (
    provider(),
    Res(FUNCTION, "api", function_inputs(), function_inputs(arn=FUNCTION_ARN)),
    Res(ALIAS, "live", {"functionName": "api", "functionVersion": "$LATEST.PUBLISHED"}),
    Res(URL, "url", {"functionName": "api", "qualifier": "live", "invokeMode": "RESPONSE_STREAM"}),
)


def test_a_good_stack_passes_in_silence(analyze: Analyze) -> None:
    done = analyze(*GOOD)
    assert done.returncode == 0, done.stderr
    assert "[mandatory]" not in done.stdout
    assert "[advisory]" not in done.stdout
    assert "rules.md" not in done.stdout
    assert "lambda-managed-instances" in done.stdout


def test_wrong_sizes_stop_with_the_fix_and_name_the_page_of_rules_once(analyze: Analyze) -> None:
    done = analyze(sized(6144, 4), Res(FUNCTION, "other", sized(2048, 2, 65).inputs))
    assert done.returncode != 0
    for policy, words in {
        "mem-06-exact-ratio-multiple": ["6144", "4096 or 8192", "memory_size"],
        "con-02-at-most-64-per-vcpu": ["is 65", "1 to 64", "to 64 or less"],
    }.items():
        found = done.stdout.partition(f"[mandatory] [severity: high]  {policy}")[2]
        for word in words:
            assert word in found
    assert done.stdout.count(str(PACK / "rules.md")) == 1


def test_levels_and_thresholds_are_configurable(analyze: Analyze) -> None:
    config = {
        "mem-06-exact-ratio-multiple": "advisory",
        "con-11-file-descriptors-for-each-request": {
            "enforcementLevel": "mandatory",
            "fileDescriptorsPerRequest": 64,
        },
    }
    done = analyze(sized(6144, 4, 65), config=config)
    assert "[advisory] [severity: high]  mem-06-" in done.stdout
    assert "[mandatory] [severity: low]  con-11-" in done.stdout
    everything_off = analyze(sized(6144, 4, 65), config={"all": "disabled"})
    assert everything_off.returncode == 0


@pytest.mark.parametrize(
    "resources",
    [
        pytest.param([sized(6144, 4)], id="one finding"),
        pytest.param([provider(name="pool"), *GOOD[1:]], id="an advisory one"),
    ],
)
def test_the_first_finding_names_the_page_of_rules(resources: list[Res]) -> None:
    messages = [found.message for found in judge(*resources)]
    assert [str(PACK / "rules.md") in message for message in messages] == [
        number == 0 for number, _ in enumerate(messages)
    ]


def test_the_folder_alone_works_beside_another_project(analyze: Analyze, tmp_path: Path) -> None:
    project = tmp_path / "another-project"
    copy = project / "policies"
    shutil.copytree(PACK, copy, ignore=shutil.ignore_patterns(".venv", "__pycache__"))
    (copy / ".venv").symlink_to((PACK / ".venv").resolve())
    done = analyze(sized(6144, 4), pack=copy)
    assert done.returncode != 0
    assert "mem-06-exact-ratio-multiple" in done.stdout


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT], ids=lambda end: end.name)
def test_it_prints_its_port_and_nothing_else_until_it_is_ended(end: signal.Signals) -> None:
    """The engine reads the first line as a port: any other output would break the start."""
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(PACK)],
        cwd=PACK,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as pack:
        assert pack.stdout is not None
        first = pack.stdout.readline()
        pack.send_signal(end)
        rest, errors = pack.communicate(timeout=30)
    assert first.strip().isdecimal()
    assert rest == ""
    assert errors == ""


def test_it_ends_when_its_language_host_was_killed() -> None:
    start = "import subprocess, sys; subprocess.run(sys.argv[1:])"
    pack = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(PACK)]
    with subprocess.Popen(
        [sys.executable, "-c", start, *pack], cwd=PACK, stdout=subprocess.PIPE
    ) as host:
        assert host.stdout is not None
        host.stdout.readline()
        host.kill()
        # The output ends with the last process that may write to it.
        assert host.stdout.read() == b""
