"""What a person who joins relies on: one version, complete requirements, hooks that check as CI."""

import ast
import importlib.metadata
import re
import shlex
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FOLDERS = (
    *("infra", "policies", "app", "local", "plugin", "tools"),
    *("testing", "tests", "bench", "docs"),
)
LOCKS = (
    *("requirements.txt", "requirements-dev.txt", "policies/requirements.txt"),
    *("app/requirements.txt", "app/requirements-bedrock.txt", "packaging/sbom.txt"),
    "docs/examples/mcp-server/app/requirements.txt",
    "docs/examples/orders/app/requirements.txt",
)


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def third_party_imports() -> Iterator[tuple[str, Path]]:
    """Yield each top-level module that code imports and that is neither Python's nor ours."""
    own = {*FOLDERS, *sys.stdlib_module_names, "lmi", "lmi_streaming", "__main__"}
    own |= {path.stem for path in (ROOT / "docs/examples").glob("*/*.py")}
    for folder in FOLDERS:
        for file in (ROOT / folder).rglob("*.py"):
            if ".venv" in file.parts:
                continue
            for node in ast.walk(ast.parse(file.read_text())):
                names: list[str] = []
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                    names = [node.module]
                yield from ((n.split(".")[0], file) for n in names if n.split(".")[0] not in own)


def pinned(lock: str) -> set[str]:
    names = re.findall(r"^([\w.-]+)(?:\[.*\])?==", (ROOT / lock).read_text(), re.MULTILINE)
    return {normal(name) for name in names}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_program_and_pack_have_the_same_version() -> None:
    pack = yaml.safe_load((ROOT / "policies/PulumiPolicy.yaml").read_text())

    assert pack["version"] == project()["project"]["version"]


def test_pulumi_install_finds_nothing_to_build() -> None:
    assert "build-system" not in project()
    assert "dependencies" not in project()["project"]


def test_requirements_for_development_hold_everything_that_code_imports() -> None:
    distributions = importlib.metadata.packages_distributions()
    known = pinned("requirements-dev.txt")

    missing = {
        (module, str(file.relative_to(ROOT)))
        for module, file in third_party_imports()
        if not known & {normal(name) for name in distributions.get(module, [module])}
    }

    assert not missing


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_has_hashes_and_names_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text()
    entries = re.split(r"\n(?=\S)", text.strip())

    assert "://" not in text
    assert [e for e in entries if not e.startswith("#") and "--hash=sha256:" not in e] == []


def test_hooks_run_the_commands_of_make_lint() -> None:
    recipe = re.search(r"^lint:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]

    assert recipe
    assert [shlex.split(hook["entry"]) for hook in hooks] == [
        shlex.split(line) for line in recipe.group(1).splitlines()
    ]


def test_hooks_need_nothing_that_is_not_in_this_repository() -> None:
    repos = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]

    assert [repo["repo"] for repo in repos] == ["local"]


def test_hypothesis_draws_the_same_examples_in_every_run_and_sets_no_time() -> None:
    from hypothesis import settings  # noqa: PLC0415 - it takes a while to import

    assert settings.default is not None
    assert (settings.default.derandomize, settings.default.deadline) == (True, None)
