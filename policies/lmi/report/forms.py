"""Findings in the forms that CI shows: SARIF, JUnit XML and Markdown.

SARIF has all that GitHub's code scanning asks for beyond its schema:
https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, tostring

from pulumi_policy import Severity

from ..model.spelling import spelled
from ..rules import RULES
from ..rules.rule import Failure, Rule
from ..serving.pack import PACK_NAME
from .events import ReportedFinding

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_SECURITY: Final = (Failure.INSECURE, Failure.HARDENING)
_SCORES: Final = {Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "3.0"}
"""``security-severity`` of GitHub: from 7.0 it is shown as high, from 4.0 as medium."""
_LINE: Final = {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 2}
_INDEX: Final = {rule.name: index for index, rule in enumerate(RULES)}


def sarif(findings: Sequence[ReportedFinding], program: str, category: str) -> str:
    """Return the SARIF file for code scanning.

    Parameters
    ----------
    findings
        All of one run. Those without a rule, such as exemptions in force, are no alerts.
    program
        The file that alerts are shown at, relative to the repository; the engine knows no lines.
    category
        Tells apart the alerts of several stacks.
    """
    driver: dict[str, Any] = {"name": PACK_NAME, "rules": [_alert_rule(rule) for rule in RULES]}
    if findings:
        driver["semanticVersion"] = findings[0].version
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"{PACK_NAME}/{category}/"},
        "results": [_alert(one, program) for one in findings if one.rule is not None],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _alert_rule(rule: Rule) -> dict[str, Any]:
    why, fix = spelled(rule.why), spelled(rule.fix)
    properties: dict[str, Any] = {"tags": rule.tags}
    if rule.failure in _SECURITY:
        properties["tags"].append("security")
        properties["security-severity"] = _SCORES[rule.severity]
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": f"{rule.title} {why}"},
        "help": {"text": f"{why}\n{fix}", "markdown": f"{why}\n\n**Fix:** {fix}"},
        "helpUri": rule.sources[0],
        "properties": properties,
    }


def _alert(finding: ReportedFinding, program: str) -> dict[str, Any]:
    place = f"{finding.policy} {finding.urn} {finding.labelled('Property')}"
    resource = {"name": finding.resource, "fullyQualifiedName": finding.urn, "kind": "resource"}
    low = finding.rule is not None and finding.rule.severity is Severity.LOW
    return {
        "ruleId": finding.policy,
        "ruleIndex": _INDEX[finding.policy],
        "level": "error" if finding.stops else "note" if low else "warning",
        "message": {"text": f"{finding.resource}: {finding.message}"},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": program}, "region": _LINE},
                "logicalLocations": [resource],
            }
        ],
        # Without it all alerts of one rule would be one, since they are at the same line.
        "partialFingerprints": {"primaryLocationLineHash": sha256(place.encode()).hexdigest()},
        "properties": {"property": finding.labelled("Property")},
    }


def junit(findings: Sequence[ReportedFinding]) -> str:
    """Return the JUnit file for CI systems: each rule is a test, which mandatory findings fail.

    Advisory findings are the output of tests that pass.
    """
    by_policy: defaultdict[str, list[ReportedFinding]] = defaultdict(list)
    for finding in findings:
        by_policy[finding.policy].append(finding)
    names = dict.fromkeys([*(rule.name for rule in RULES), *by_policy])
    failed = sum(any(one.stops for one in found) for found in by_policy.values())
    suite = Element("testsuite", name=PACK_NAME, tests=str(len(names)), failures=str(failed))
    for name in names:
        case = SubElement(suite, "testcase", classname=PACK_NAME, name=name)
        stopping = [one for one in by_policy[name] if one.stops]
        if stopping:
            failure = SubElement(case, "failure", message=stopping[0].problem, type="mandatory")
            failure.text = _text(stopping)
        told = [one for one in by_policy[name] if not one.stops]
        if told:
            SubElement(case, "system-out").text = _text(told)
    return tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _text(findings: Sequence[ReportedFinding]) -> str:
    return "\n\n".join(f"{one.urn}\n{one.message}" for one in findings)


def markdown(findings: Sequence[ReportedFinding], category: str) -> str:
    """Return the summary of a stack: what stops the deployment first, then what is advised."""
    stopping = [one for one in findings if one.stops]
    told = [one for one in findings if not one.stops]
    lines = [
        f"### Policies of Lambda Managed Instances: {_escaped(category)}",
        "",
        f"{len(stopping)} mandatory and {len(told)} advisory findings.",
    ]
    for title, group in (("Mandatory", stopping), ("Advisory", told)):
        if group:
            lines += ["", f"**{title}**", "", *_table(group)]
    return "\n".join(lines) + "\n"


def _table(findings: Sequence[ReportedFinding]) -> Iterator[str]:
    yield "| rule | resource | what is set | allowed | fix |"
    yield "|---|---|---|---|---|"
    for one in findings:
        allowed = one.labelled("Allowed") or (one.rule.title if one.rule else "")
        parts = (one.resource, one.problem, allowed, one.labelled("Fix"))
        yield f"| {_linked(one)} | {' | '.join(map(_escaped, parts))} |"


def _linked(finding: ReportedFinding) -> str:
    if finding.rule is None:
        return f"`{finding.policy}`"
    return f"[`{finding.policy}`]({finding.rule.sources[0]})"


def _escaped(text: str) -> str:
    """Return a text that Markdown shows as it is."""
    return re.sub(r"([\\`*_{}\[\]<>#|!$@~])", r"\\\1", text)
