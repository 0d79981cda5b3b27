"""Findings as SARIF 2.1.0, with all that GitHub's code scanning asks for beyond the schema.

https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
"""

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final

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
    """Return the file for code scanning.

    Parameters
    ----------
    findings
        All of one run. Those without a rule, such as exemptions in force, are no alerts.
    program
        The file that alerts are shown at, relative to the repository; the engine knows no lines.
    category
        Tells apart the alerts of several stacks.
    """
    driver: dict[str, Any] = {"name": PACK_NAME, "rules": [_rule(rule) for rule in RULES]}
    if findings:
        driver["semanticVersion"] = findings[0].version
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"{PACK_NAME}/{category}/"},
        "results": [_result(one, program) for one in findings if one.rule is not None],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
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


def _result(finding: ReportedFinding, program: str) -> dict[str, Any]:
    place = f"{finding.policy} {finding.urn} {finding.labelled('Property')}"
    low = finding.rule is not None and finding.rule.severity is Severity.LOW
    return {
        "ruleId": finding.policy,
        "ruleIndex": _INDEX[finding.policy],
        "level": "error" if finding.stops else "note" if low else "warning",
        "message": {"text": f"{finding.resource}: {finding.message}"},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": program}, "region": _LINE},
                "logicalLocations": [
                    {
                        "name": finding.resource,
                        "fullyQualifiedName": finding.urn,
                        "kind": "resource",
                    }
                ],
            }
        ],
        # Without it all alerts of one rule would be one, since they are at the same line.
        "partialFingerprints": {"primaryLocationLineHash": sha256(place.encode()).hexdigest()},
        "properties": {"property": finding.labelled("Property")},
    }
