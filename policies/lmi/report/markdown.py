"""Findings as a summary in Markdown, for a pull request or the page of a workflow's run."""

import re
from collections.abc import Iterator, Sequence

from .events import ReportedFinding


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
        parts = (one.resource, one.problem, one.labelled("Allowed"), one.labelled("Fix"))
        yield f"| {_linked(one)} | {' | '.join(map(_escaped, parts))} |"


def _linked(finding: ReportedFinding) -> str:
    if finding.rule is None:
        return f"`{finding.policy}`"
    return f"[`{finding.policy}`]({finding.rule.sources[0]})"


def _escaped(text: str) -> str:
    """Return a text that Markdown shows as it is."""
    return re.sub(r"([\\`*_{}\[\]<>#|!$@~])", r"\\\1", text)
