"""What a zip is built for follows from the stack, and on the local AWS from this machine."""

from pathlib import Path
from typing import Any

import pulumi
import pytest

from infra.package import Target
from infra.settings import Runtime


def set_up(checkout: Path, tag: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the checkout of the program be another one, with a Python of some tag."""
    interpreter = checkout / ".venv/bin/python"
    interpreter.parent.mkdir(parents=True)
    interpreter.write_text(f"#!/bin/sh\necho {tag}\n")
    interpreter.chmod(0o755)
    monkeypatch.setattr("infra.target.ROOT", checkout)
    return interpreter


@pytest.mark.parametrize(("runtime", "python"), [("python3.13", "3.13"), ("python3.14", "3.14")])
def test_the_dependencies_are_for_the_runtimes_python(runtime: Runtime, python: str) -> None:
    target = Target.choose("function", "arm64", runtime)

    assert target.name == f"{runtime}-arm64"
    assert target.platform is not None
    assert target.platform.python_version == python


def test_another_python_than_the_local_aws_runs_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interpreter = set_up(tmp_path, "cpython-312", monkeypatch)

    # The default runtime runs by the Python that set-up found.
    assert Target.choose("host", "x86_64", "python3.13").interpreter == interpreter
    with pytest.raises(pulumi.RunError) as refused:
        Target.choose("host", "x86_64", "python3.14")

    assert str(refused.value) == (
        f"runtime is python3.14, and {interpreter}, which the local AWS runs functions with, is "
        "cpython-312. "
        "Allowed: python3.13, or a checkout that was set up with Python 3.14. "
        f"Fix: rm -r '{tmp_path}/.venv', then make setup with python3.14 on the PATH, or "
        "runtime='python3.13'"
    )


def test_the_host_is_the_interpreter_of_the_local_aws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interpreter = set_up(tmp_path, "cpython-399", monkeypatch)

    target = Target.choose("host", "x86_64")

    assert target.interpreter == interpreter
    assert target.name.startswith("host-cpython-399-")


def test_an_interpreter_that_does_not_run_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr("infra.target.ROOT", tmp_path)

    with pytest.raises(pulumi.RunError, match=r"^package_for is host, and .*Fix: make setup "):
        Target.choose("host", "x86_64")


def test_a_checkout_without_an_interpreter_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.target.ROOT", tmp_path)

    with pytest.raises(pulumi.RunError) as refused:
        Target.choose("host", "x86_64")

    assert str(refused.value) == (
        f"package_for is host, and {tmp_path}/.venv, whose Python the local AWS runs functions "
        "with, does not exist. Allowed: host after the set-up of a checkout. Fix: make setup in "
        'the checkout; with the wheel, eval "$(make -s -C CHECKOUT env)"'
    )


def test_the_local_aws_names_its_interpreter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interpreter = set_up(tmp_path / "named", "cpython-399", monkeypatch)
    monkeypatch.setattr("infra.target.ROOT", tmp_path / "site-packages")
    monkeypatch.setenv("LMI_LOCAL_PYTHON", str(interpreter))

    assert Target.choose("host", "x86_64").interpreter == interpreter


@pytest.mark.parametrize(
    ("machine", "architecture"),
    [("x86_64", "x86_64"), ("AMD64", "x86_64"), ("aarch64", "arm64"), ("arm64", "arm64")],
)
def test_the_host_decides_the_architecture(
    machine: str, architecture: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.machine", lambda: machine)

    assert Target.choose("host", "x86_64").architecture == architecture


def test_a_host_that_lambda_has_no_architecture_for_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")

    with pytest.raises(pulumi.RunError) as refused:
        Target.choose("host", "x86_64")

    assert str(refused.value) == (
        "package_for is host, but this machine is 'riscv64'. Allowed: host on x86_64 and arm64 "
        "machines. Fix: package_for='function'"
    )


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            ("hosts", "x86_64", "python3.13"),
            "package_for is 'hosts'. Allowed: function or host. Fix: package_for='function'",
        ),
        (
            ("function", "arm", "python3.13"),
            "architecture is 'arm'. Allowed: x86_64 or arm64. Fix: architecture='x86_64'",
        ),
        (
            ("function", "x86_64", "python3.9"),
            "runtime is 'python3.9'. Allowed: python3.13 or python3.14 or nodejs22.x or "
            "nodejs24.x. Fix: runtime='python3.13'",
        ),
    ],
)
def test_a_target_that_no_stack_has_is_one_clear_line(arguments: Any, line: str) -> None:
    with pytest.raises(pulumi.RunError) as refused:
        Target.choose(*arguments)

    assert str(refused.value) == line
