"""``python -m lmi.report``: findings of the engine's events as SARIF, JUnit and Markdown."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest
import yaml
from jsonschema import Draft4Validator

from policies.lmi.report.__main__ import main
from policies.lmi.rules import RULES
from policies.lmi.serving.pack import PACK_NAME
from testing import node
from testing.project import PACK
from tests.policies.conftest import analysis
from tests.policies.stacks import function, sized

if TYPE_CHECKING:
    from pathlib import Path

MEM_06, CON_11 = "mem-06-exact-ratio-multiple", "con-11-file-descriptors-for-each-request"
URN = "urn:pulumi:dev::shop::aws:lambda/function:Function::api"
SARIF_SCHEMA = node.FOLDER / "node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
needs_schema = pytest.mark.skipif(
    not node.is_installed(), reason="the schema is not installed: python -m testing.node"
)


def event(policy: str = MEM_06, **changes: str) -> str:
    known = {
        "resourceUrn": URN,
        "message": "Title.\nmemory_size is 6144 MB.\nAllowed: a | b.\nWhy: so.\nFix: set it.",
        "color": "never",
        "policyName": policy,
        "policyPackName": "lambda-managed-instances",
        "policyPackVersion": "0.1.0",
        "enforcementLevel": "mandatory",
    }
    return json.dumps({"sequence": 1, "timestamp": 0, "policyEvent": known | changes})


class Reports:
    """The three files that one call writes."""

    def __init__(self, folder: Path, events: str, *options: str) -> None:
        log = folder / "events.jsonl"
        log.write_text(events)
        names = {form: folder / f"report.{form}" for form in ("sarif", "junit", "markdown")}
        files = [word for form, path in names.items() for word in (f"--{form}", str(path))]
        assert main([str(log), *files, *options]) == 0
        self.sarif: dict[str, Any] = json.loads(names["sarif"].read_text())
        self.run: dict[str, Any] = self.sarif["runs"][0]
        self.junit = ElementTree.fromstring(names["junit"].read_text())  # noqa: S314 - our own
        self.markdown = names["markdown"].read_text()


@pytest.fixture(scope="module")
def analyzed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the events of the engine about a stack with findings of both levels."""
    bad = [sized(6144, 4, 129), function("é<&>|`*", memorySize=1024)]
    return analysis(tmp_path_factory.mktemp("analysis"), *bad, as_json=True).stdout


@needs_schema
def test_sarif_is_valid(tmp_path: Path, analyzed: str) -> None:
    validator = Draft4Validator(json.loads(SARIF_SCHEMA.read_text()))
    for events in (analyzed, ""):
        assert list(validator.iter_errors(Reports(tmp_path, events).sarif)) == []  # pyright: ignore[reportUnknownMemberType]


def test_sarif_has_what_code_scanning_demands(tmp_path: Path, analyzed: str) -> None:
    run = Reports(tmp_path, analyzed, "--category", "dev").run

    assert run["automationDetails"]["id"] == "lambda-managed-instances/dev/"
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.name for rule in RULES]
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"]
        assert rule["help"]["text"]
    prints = [result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"]]
    assert len(set(prints)) == len(prints) > 1
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "__main__.py"
        assert set(place["region"]) == {"startLine", "startColumn", "endLine", "endColumn"}


def test_findings_carry_rule_resource_property_and_version(tmp_path: Path, analyzed: str) -> None:
    run = Reports(tmp_path, analyzed).run

    (result,) = [one for one in run["results"] if one["ruleId"] == MEM_06]
    assert result["level"] == "error"
    assert result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == URN
    assert result["properties"]["property"] == "memorySize"
    declared = yaml.safe_load((PACK / "PulumiPolicy.yaml").read_text())
    assert run["tool"]["driver"]["semanticVersion"] == declared["version"]


def test_junit_has_a_test_for_each_rule(tmp_path: Path, analyzed: str) -> None:
    suite = Reports(tmp_path, analyzed).junit

    cases = {case.get("name"): case for case in suite}
    assert cases.keys() >= {rule.name for rule in RULES}
    assert cases[MEM_06].find("failure") is not None
    assert cases["fn-10-no-snap-start"].find("failure") is None
    failures = [case for case in suite if case.find("failure") is not None]
    assert suite.get("failures") == str(len(failures))
    assert cases[CON_11].find("failure") is None


def test_advice_is_told_and_fails_nothing(tmp_path: Path) -> None:
    reports = Reports(tmp_path, event(CON_11, enforcementLevel="advisory"))

    assert reports.run["results"][0]["level"] == "note"
    assert reports.junit.get("failures") == "0"
    assert "system-out" in {part.tag for case in reports.junit for part in case}
    assert "0 mandatory and 1 advisory findings." in reports.markdown


def test_markdown_shows_names_as_they_are(tmp_path: Path) -> None:
    text = Reports(tmp_path, event(resourceUrn=f"{URN}<b>|x_y`")).markdown

    assert "| api\\<b\\>\\|x\\_y\\` | memory\\_size is 6144 MB. | a \\| b. | set it. |" in text


def test_markdown_shows_the_demand_where_the_message_leaves_it_to_the_title(tmp_path: Path) -> None:
    message = (
        "A function has at most 5 layers.\nlayers has 6 entries.\nWhy: so.\nFix: merge layers."
    )
    text = Reports(tmp_path, event("fn-14-at-most-5-layers", message=message)).markdown

    assert "| layers has 6 entries. | A function has at most 5 layers. | merge layers. |" in text


def test_an_update_repeats_the_findings_of_its_preview(tmp_path: Path) -> None:
    assert len(Reports(tmp_path, f"{event()}\n\n{event()}\n").run["results"]) == 1


def test_the_page_that_a_first_message_names_makes_no_other_finding(tmp_path: Path) -> None:
    first = json.loads(event())["policyEvent"]["message"]
    named = event(message=f"{first}\nAll rules, with their reasons and sources: /home/me/rules.md")

    (result,) = Reports(tmp_path, f"{named}\n{event()}").run["results"]
    assert "rules.md" not in result["message"]["text"]


def test_other_packs_and_events_are_left_out(tmp_path: Path) -> None:
    others = [event(policyPackName="another"), '{"sequence": 0, "preludeEvent": {}}']
    assert Reports(tmp_path, "\n".join(others)).run["results"] == []


def test_what_the_pack_says_of_its_configuration_is_no_alert(tmp_path: Path) -> None:
    line = event("pack-exemptions-in-force", enforcementLevel="advisory", resourceUrn="")
    reports = Reports(tmp_path, line)

    assert reports.run["results"] == []
    assert "pack-exemptions-in-force" in reports.markdown


def test_control_characters_of_names_break_no_file(tmp_path: Path) -> None:
    assert Reports(tmp_path, event(resourceUrn="a::b\x00\x1b")).run["results"]


@pytest.mark.parametrize("content", ["no JSON", "[]", "{"])
def test_another_file_is_refused_in_one_line(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "events.jsonl"
    log.write_text(f"{event()}\n{content}\n")

    assert main([str(log)]) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"python -m lmi.report: {log}: line 2 is no JSON object, as an event of the engine is"
    ]


@pytest.mark.parametrize("found", ["3", '"x"', "[3]", '{"policyPackName": "PACK"}'])
def test_an_event_that_is_none_of_the_engines_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], found: str
) -> None:
    log = tmp_path / "events.jsonl"
    log.write_text(f'{{"policyEvent": {found.replace("PACK", PACK_NAME)}}}')
    assert main([str(log)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("an event about a policy does not have what the engine writes")
    log.write_text("[" * 100_000)
    assert main([str(log)]) == 1


def test_the_folder_alone_reports(tmp_path: Path) -> None:
    log, summary = tmp_path / "events.jsonl", tmp_path / "summary.md"
    log.write_text(event())
    command = [sys.executable, "-m", "lmi.report", str(log), "--markdown", str(summary)]
    subprocess.run(command, cwd=PACK, check=True)
    assert "1 mandatory" in summary.read_text()


def test_the_name_of_a_resource_leads_each_alert(tmp_path: Path, analyzed: str) -> None:
    results = Reports(tmp_path, analyzed).run["results"]
    told = {result["message"]["text"].partition(": ")[0] for result in results}
    assert told == {"api", "é<&>|`*"}
