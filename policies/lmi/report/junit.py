"""Findings as JUnit XML: each rule is a test, which fails where a finding stops a deployment."""

from collections import defaultdict
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from ..rules import RULES
from ..serving.pack import PACK_NAME
from .events import ReportedFinding


def junit(findings: Sequence[ReportedFinding]) -> str:
    """Return the file for CI systems; advisory findings are the output of tests that pass."""
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
