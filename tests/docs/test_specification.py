"""What SPECIFICATION.md and the pages of benchmarks name exists: commands, tests and pages."""

import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SPECIFICATION = (ROOT / "SPECIFICATION.md").read_text()
BENCHMARKS = ROOT / "docs/benchmarks"
PAGES = sorted(BENCHMARKS.glob("*.json"))


@pytest.fixture(scope="module")
def benchmarks() -> set[str]:
    """Return the names that ``python -m bench`` takes."""
    shown = subprocess.run(
        [sys.executable, "-m", "bench", "-h"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    _, _, names = shown.partition("\n  NAME ")
    return set(re.findall(r"[\w-]+", names.partition("\n\n")[0]))


def test_promises_are_numbered_without_a_gap() -> None:
    numbers = [int(number) for number in re.findall(r"^\| (\d+) \|", SPECIFICATION, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert numbers


@pytest.mark.parametrize("named", re.findall(r"`(tests/[\w/]+\.py::\w+)`", SPECIFICATION))
def test_a_named_test_exists(named: str) -> None:
    path, name = named.split("::")
    assert re.search(rf"^(async )?def {name}\(", (ROOT / path).read_text(), re.MULTILINE)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"`make (\w+)", SPECIFICATION))))
def test_a_named_target_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("module", sorted(set(re.findall(r"`python -m ([\w.]+)", SPECIFICATION))))
def test_a_named_module_can_be_run(module: str) -> None:
    assert find_spec(f"{module}.__main__")


def test_every_promise_is_shown_by_a_command() -> None:
    for row in re.findall(r"^\| \d+ \|.*$", SPECIFICATION, re.MULTILINE):
        *_, shown, _held, _ = row.split(" |")
        assert re.search(r"`(python -m|make) ", shown), row


def test_named_benchmarks_exist(benchmarks: set[str]) -> None:
    how_to_read = (BENCHMARKS / "README.md").read_text()
    named = re.findall(r"python -m bench(?: --write)? ([\w-]+)", SPECIFICATION + how_to_read)
    explained = re.findall(r"^## (.+)$", how_to_read, re.MULTILINE)
    assert {*named, *explained} <= benchmarks
    assert benchmarks - {"all", "screenshots"} <= set(explained)


@pytest.mark.parametrize("kept", PAGES, ids=lambda kept: kept.stem)
def test_a_kept_benchmark_says_where_it_ran(kept: Path) -> None:
    machine = json.loads(kept.read_text())["machine"]
    page = kept.with_suffix(".md").read_text()
    assert all(value in page for value in machine.values())
    plots = re.findall(r"\]\(([\w-]+\.svg)\)", page)
    assert all((BENCHMARKS / plot).is_file() for plot in plots)
