"""The project's own language host, driven by the real engine."""

import signal
import time

import psutil
import pytest

from tests.tools.engine import Engine, diagnostics

PROGRAM_WITH_A_COMPONENT = """
    import pulumi

    pulumi.ComponentResource("demo:index:Thing", "thing")
    """
PACK = """
    from pathlib import Path

    from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy

    def check(args, report_violation):
        if args.resource_type == "demo:index:Thing" and {refuse}:
            report_violation(f"refused in {{Path.cwd()}}", None)

    policy = ResourceValidationPolicy("no-things", "There are no things.", check)
    PolicyPack("pack", [policy], enforcement_level=EnforcementLevel.MANDATORY)
    """


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return Engine(tmp_path_factory.mktemp("engine"))


def test_a_program_gets_its_config_and_exports_outputs(engine: Engine) -> None:
    engine.write_program("""
        import os, sys
        import pulumi

        config = pulumi.Config()
        pulumi.export("said", config.require("word") + "!")
        pulumi.export("hidden", config.require_secret("secret"))
        pulumi.export("stack", f"{pulumi.get_project()}/{pulumi.get_stack()}")
        pulumi.export("folder", os.getcwd())
        pulumi.export("sys.path", sys.path[0])
        """)
    engine.pulumi("config", "set", "--stack", "test", "word", "hello")
    engine.pulumi("config", "set", "--stack", "test", "--secret", "secret", "hunter2")
    shown = engine.preview()
    assert shown.returncode == 0
    assert 'said    : "hello!"' in shown.stdout
    assert "hidden  : [secret]" in shown.stdout
    assert 'stack   : "demo/test"' in shown.stdout
    assert f'folder  : "{engine.project}"' in shown.stdout
    assert f'sys.path: "{engine.project}"' in shown.stdout
    assert "warning" not in shown.stdout


def test_an_unhandled_exception_is_shown_from_the_program_on(engine: Engine) -> None:
    (engine.project / "parts.py").write_text('def build():\n    return {}["missing"]\n')
    engine.write_program("""
        import parts

        parts.build()
        """)
    failed = engine.preview()
    assert failed.returncode != 0
    shown = diagnostics(failed.stdout)
    assert f'File "{engine.project}/__main__.py", line 4' in shown
    assert f'File "{engine.project}/parts.py", line 2, in build' in shown
    assert "KeyError: 'missing'" in shown
    assert "pulumi/runtime" not in shown


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import pulumi; raise pulumi.RunError('memoryMb is 1')", "error: memoryMb is 1"),
        (
            "import pulumi\n"
            "def refuse(_): raise pulumi.RunError('from an apply')\n"
            "pulumi.export('x', pulumi.Output.from_input(1).apply(refuse))",
            "error: from an apply",
        ),
        (
            "import sys; sys.exit(3)",
            "error: an unhandled error occurred: The program exited with code 3",
        ),
    ],
    ids=["RunError", "RunError in an apply", "sys.exit"],
)
def test_a_program_that_exits_is_reported_in_one_line(
    engine: Engine, source: str, said: str
) -> None:
    engine.write_program(source)
    failed = engine.preview()
    assert failed.returncode != 0
    assert [line.strip() for line in diagnostics(failed.stdout).splitlines()] == [
        "pulumi:pulumi:Stack (demo-test):",
        said,
    ]


def test_a_folder_without_a_program_is_reported_in_one_line(engine: Engine) -> None:
    (engine.project / "__main__.py").unlink(missing_ok=True)
    assert "has no __main__.py" in diagnostics(engine.preview().stdout)


def test_a_pack_stops_a_preview_quietly_and_at_once(engine: Engine) -> None:
    engine.write_program(PROGRAM_WITH_A_COMPONENT)

    def takes_no_longer() -> bool:
        passed = seconds_under_the_pack(engine, refuse=False)
        return seconds_under_the_pack(engine, refuse=True) < passed + 4

    # The engine waits 5 s for a host that does not end when it is interrupted, every time; a busy
    # machine is slow now and then.
    assert any(takes_no_longer() for _ in range(5))


def seconds_under_the_pack(engine: Engine, *, refuse: bool) -> float:
    """Preview under a pack that refuses everything, or nothing; return how long that took."""
    pack = engine.write_pack(PACK.format(refuse=refuse))
    begin = time.monotonic()
    ended = engine.preview("--policy-pack", str(pack))
    seconds = time.monotonic() - begin
    assert (ended.returncode != 0) == refuse
    assert "Traceback" not in ended.stdout
    # A pack runs in its own folder.
    assert (f"refused in {pack}" in ended.stdout) == refuse
    return seconds


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_a_running_program_ends_with_its_preview(engine: Engine, end: signal.Signals) -> None:
    engine.write_program("""
        import time

        print("running")
        time.sleep(60)
        """)
    with engine.start("preview", "--stack", "test") as preview:
        assert preview.stdout
        for line in preview.stdout:
            if "running" in line:
                break
        started = psutil.Process(preview.pid).children(recursive=True)
        preview.send_signal(end)
        rest = preview.stdout.read()
    assert preview.returncode != 0
    assert "Traceback" not in rest
    assert len(started) >= 2, "the host and the program"
    psutil.wait_procs(started, timeout=60)
    assert not [process for process in started if is_alive(process)]


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
