"""What people would use in place of the pack, on the same resources: cdk-nag, cfn-lint, checkov.

They are pinned in this folder and installed into a folder of their own. ``app.mjs`` declares the
default stack for the CDK, ``mistakes.json`` what LMI refuses or does not serve, and
``findings.json`` what to think of each finding.
"""

import json
import re
import subprocess
import venv
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from typing import Any, Final

from bench.engine import compiling_checkout, cpu_of_ended_children, preview
from bench.results import Spread, Table
from testing import node
from testing.policies.served import of_resource, of_stack, served
from testing.policies.support import UNKNOWN, Json, Res
from testing.project import PACK
from tools.setup.cache import cache_folder

ROUNDS: Final = 3

_HERE: Final = Path(__file__).parent
_PINNED: Final = ("package.json", "package-lock.json", ".npmrc", "app.mjs", "requirements.txt")
_MISTAKES: Final = json.loads((_HERE / "mistakes.json").read_text())
_FINDINGS: Final = json.loads((_HERE / "findings.json").read_text())

_REFERENCES: Final = {"Ref", "Fn::GetAtt", "Fn::Join"}
_FREE: Final = {"Variables", "PolicyDocument", "AssumeRolePolicyDocument"}
"""Properties whose own keys are not CloudFormation's."""

Findings = Mapping[str, set[str]]
"""Ids of rules by the name of the template, without its suffix."""


def run() -> Iterator[Table]:
    """Check the default stack, and one mistake after another, with general tools and the pack."""
    peers = _installed()
    with TemporaryDirectory(prefix="lmi-bench-") as name:
        folder = Path(name).resolve()
        template = json.loads(_synthesized(peers, folder / "cdk", NAG="1"))
        yield _costs(peers, folder)
        yield _findings(peers, folder, template)
        yield _mistakes(peers, folder / "mistakes", template)


def _installed() -> Path:
    """Install the tools unless they are there, and return their folder."""
    pinned = b"".join((_HERE / name).read_bytes() for name in _PINNED)
    folder = cache_folder() / f"peers-{sha256(pinned).hexdigest()[:12]}"
    complete = folder / "complete"
    if not complete.is_file():
        venv.create(folder, clear=True, symlinks=True, with_pip=True)
        for name in _PINNED:
            copy(_HERE / name, folder)
        pip = (folder / "bin/pip", "install", "--quiet", "--require-hashes", "-r")
        subprocess.run([*pip, "requirements.txt"], cwd=folder, check=True)
        node.run(node.NPM, "ci", "--no-audit", "--no-fund", folder=folder)
        complete.touch()
    return folder


def _synthesized(peers: Path, into: Path, **variables: str) -> str:
    """Return the template that ``cdk synth`` writes; errors of checks are left in its report."""
    cdk = peers / "node_modules/aws-cdk/bin/cdk"
    command = ("synth", "--quiet", "--no-notices", "--no-version-reporting", "--output", str(into))
    try:
        node.run(cdk, *command, "--app", "node app.mjs", folder=peers, **variables)
    except subprocess.CalledProcessError:
        if "NAG" not in variables:
            raise
    return (into / "lmi-streaming.template.json").read_text()


def _costs(peers: Path, folder: Path) -> Table:
    template = str(folder / "cdk/lmi-streaming.template.json")
    commands: dict[str, Callable[[], object]] = {
        "cdk synth": lambda: _synthesized(peers, folder / "plain"),
        "cdk synth with cdk-nag": lambda: _synthesized(peers, folder / "nag", NAG="1"),
        "cfn-lint": lambda: _cfn_lint(peers, template),
        "checkov": lambda: _checkov(peers, template),
    }
    rounds: list[dict[str, float]] = []
    with compiling_checkout() as checkout:
        checkout.up()
        for _ in range(ROUNDS + 1):
            ours = preview(checkout, checkout.folder, checkout.folder / "policies").cpu
            others = {name: _cpu(command) for name, command in commands.items()}
            rounds.append({"pulumi preview with this pack": ours} | others)
    del rounds[0]  # compiles
    first = next(iter(rounds[0]))
    return Table(
        "Checking the default stack before a deployment",
        ("command", "CPU, s", "preview with this pack takes so much of it"),
        {
            name: [
                Spread.of(one[name] for one in rounds),
                Spread.of_ratios((one[name], one[first]) for one in rounds),
            ]
            for name in rounds[0]
        },
        bars=("CPU, s",),
    )


def _cpu(command: Callable[[], object]) -> float:
    """Run a command, and return the seconds of processors that it took."""
    before = cpu_of_ended_children()
    command()
    return cpu_of_ended_children() - before


def _findings(peers: Path, folder: Path, template: Mapping[str, Any]) -> Table:
    """Say what to think of each rule that reports the default stack, which LMI serves."""
    path = str(folder / "cdk/lmi-streaming.template.json")
    report = json.loads((folder / "cdk/validation-report.json").read_text())
    violations = [one for plugin in report["pluginReports"] for one in plugin["violations"]]
    found = {
        "cdk synth with cdk-nag": {
            one["ruleName"].split("[")[0].split("::")[-1] for one in violations
        },
        "cfn-lint": _all(_cfn_lint(peers, path)),
        "checkov": _all(_checkov(peers, path)),
        "this pack": _rules_that_report(template),
    }
    rows = {
        rule: [tool, *_FINDINGS.get(rule, ("not judged yet", ""))]
        for tool, rules in found.items()
        for rule in sorted(rules)
    }
    columns = ("rule", "of", "is", "because")
    return Table("What the tools report of the default stack", columns, rows)


def _mistakes(peers: Path, folder: Path, template: Mapping[str, Any]) -> Table:
    folder.mkdir()
    templates = {"right": template}
    for number, changes in enumerate(_MISTAKES.values()):
        templates[str(number)] = changed = deepcopy(dict(template))
        for place, values in changes.items():
            resource, *path = place.split(".")
            properties = changed["Resources"][resource]["Properties"]
            for key in path:
                properties = properties[key]
            properties |= values
    for name, one in templates.items():
        (folder / f"{name}.json").write_text(json.dumps(one))
    paths = [str(path) for path in sorted(folder.iterdir())]
    tools = [_cfn_lint(peers, *paths), _checkov(peers, *paths)]
    tools.append({name: _rules_that_report(one) for name, one in templates.items()})
    return Table(
        "Which tool reports a mistake",
        ("mistake", "cfn-lint", "checkov", "this pack"),
        {
            mistake: [
                ", ".join(sorted(tool.get(str(number), set()) - tool.get("right", set())))
                for tool in tools
            ]
            for number, mistake in enumerate(_MISTAKES)
        },
    )


def _all(findings: Findings) -> set[str]:
    return {rule for rules in findings.values() for rule in rules}


def _cfn_lint(peers: Path, *templates: str) -> Findings:
    found: dict[str, set[str]] = {}
    for match in _printed_json(peers / "bin/cfn-lint", "--format", "json", "--", *templates):
        found.setdefault(Path(match["Filename"]).stem, set()).add(match["Rule"]["Id"])
    return found


def _checkov(peers: Path, *templates: str) -> Findings:
    quiet = ("--quiet", "--compact", "--skip-download", "--output", "json", "--file", *templates)
    printed = _printed_json(peers / "bin/checkov", "--framework", "cloudformation", *quiet)
    found: dict[str, set[str]] = {}
    for check in printed["results"]["failed_checks"]:
        found.setdefault(Path(check["file_path"]).stem, set()).add(check["check_id"])
    return found


def _printed_json(*command: str | Path) -> Any:
    """Run a scanner, which fails where it finds something."""
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def _rules_that_report(template: Mapping[str, Any]) -> set[str]:
    """Return the policies that report a CloudFormation template, read as aws-native's."""
    names = set(template["Resources"])
    resources = [_native(name, one, names) for name, one in template["Resources"].items()]
    with served(PACK) as pack:
        answers = [pack.analyzer.Analyze(of_resource(one)) for one in resources]
        answers.append(pack.analyzer.AnalyzeStack(of_stack(resources)))
    return {found.policyName for answer in answers for found in answer.diagnostics}


def _native(name: str, resource: Json, names: set[str]) -> Res:
    _, service, what = resource["Type"].split("::")
    properties: Json = resource.get("Properties", {})
    words = {key: set(re.findall(r"\w+", str(value))) for key, value in properties.items()}
    return Res(
        f"aws-native:{service.lower()}:{what}",
        name,
        {_camel(key): _value(key, value) for key, value in properties.items()},
        made_from={_camel(key): sorted(found & names) for key, found in words.items()},
    )


def _value(key: str, value: Any) -> Any:
    """Return a property as a preview has it: references are not known yet."""
    if isinstance(value, list):
        return [_value(key, item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    if key in _FREE or not isinstance(value, dict):
        return value
    properties: Json = value  # pyright: ignore[reportUnknownVariableType]
    if properties.keys() & _REFERENCES:
        return UNKNOWN
    return {_camel(name): _value(name, one) for name, one in properties.items()}


def _camel(name: str) -> str:
    return name[0].lower() + name[1:]
