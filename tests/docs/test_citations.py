"""Citations lead somewhere: pages with their headings, links of pages, and ids of rules.

A page of this repository is cited as ``docs/facts/lmi.md#defaults``, in code, settings and messages
alike. Public sources are cited by their URL, which no test opens.
"""

import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import pytest

ROOT: Final = Path(__file__).parents[2]

READ: Final = {".cfg", ".in", ".json", ".md", ".py", ".rs", ".sh", ".toml", ".yaml", ".yml", ""}
"""Suffixes of the files that are searched for citations."""

CITATION: Final = re.compile(
    r"(?<![\w./-])(?P<page>(?:docs|policies)/[\w./-]+\.md)(?:#(?P<heading>[\w-]+))?"
)
LINK: Final = re.compile(r"\]\((?P<target>[^)\s]+)\)")
RULE: Final = re.compile(
    r"\b(?:CON|COST|CP|FN|GEN|GPU|IAM|MEM|NET|PUB|Q|SC|SCH|SEC|TAG|TEL|URL)-\d{2}\b"
)

LEADS_NOWHERE: Final = re.compile(
    r"\bsections?\s[1-9]\d*(?:\.\d+)*\b"
    r"|\bcatalogue,?\ssections?\b"
    r"|\b(?:design\s)?decision\s[1-9]"
    r"|(?<!facts/)\b(?:aws-provider|web-adapter)\.md\s(?:sections?\s)?[1-9]"
    r"|\b(?:pulumi-engine|observability-and-fronts|lmi-rules|lambda-api-answers)\.md",
    re.IGNORECASE,
)
"""Numbers of sections without a page, and names of documents that are not in this repository."""


class Text(NamedTuple):
    """A file of the repository and what it says, its line breaks and comment signs taken out."""

    path: str
    text: str


@cache
def files() -> tuple[Text, ...]:
    """Read all files of the repository that may cite something."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    here = Path(__file__).relative_to(ROOT).as_posix()
    left_out = {here, "LICENSE"}  # the licence cites its own sections
    paths = (ROOT / name for name in listed.stdout.splitlines() if name not in left_out)
    return tuple(
        Text(path.relative_to(ROOT).as_posix(), _one_line(path.read_text()))
        for path in paths
        if path.suffix in READ and path.is_file()
    )


def _one_line(text: str) -> str:
    return re.sub(r"\s*\n\s*(?:# )?", " ", text)


@cache
def headings(page: Path) -> frozenset[str]:
    """Return the anchors that GitHub gives to the headings of a page."""
    seen: Counter[str] = Counter()
    anchors: list[str] = []
    for title in _titles(page.read_text()):
        shown = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", title)
        anchor = re.sub(r"[^\w\- ]", "", shown.lower()).replace(" ", "-")
        anchors.append(f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor)
        seen[anchor] += 1
    return frozenset(anchors)


def _titles(text: str) -> Iterator[str]:
    is_code = False
    for line in text.splitlines():
        if line.startswith("```"):
            is_code = not is_code
        elif not is_code and (title := re.fullmatch(r"#{1,6} (.+)", line)):
            yield title[1]


def _leads_nowhere(page: Path, heading: str | None) -> bool:
    return not page.exists() or bool(heading and heading not in headings(page))


def test_every_cited_page_has_the_heading() -> None:
    wrong = [
        f"{file.path}: {citation[0]}"
        for file in files()
        for citation in CITATION.finditer(file.text)
        if _leads_nowhere(ROOT / citation["page"], citation["heading"])
    ]
    assert wrong == []


def test_every_relative_link_of_a_page_leads_somewhere() -> None:
    wrong = [
        f"{file.path}: {link['target']}"
        for file in files()
        if file.path.endswith(".md")
        for link in LINK.finditer(file.text)
        if not link["target"].startswith(("http:", "https:", "mailto:"))
        if _leads_nowhere(*_split(ROOT / file.path, link["target"]))
    ]
    assert wrong == []


def _split(page: Path, target: str) -> tuple[Path, str | None]:
    name, _, heading = target.partition("#")
    return (page.parent / name if name else page, heading or None)


def test_every_rule_that_is_cited_exists() -> None:
    known = set(RULE.findall((ROOT / "policies/rules.md").read_text().upper()))
    wrong = [
        f"{file.path}: {rule}"
        for file in files()
        for rule in RULE.findall(file.text)
        if rule not in known
    ]
    assert wrong == []


def test_no_section_is_cited_without_its_page() -> None:
    wrong = [
        f"{file.path}: {citation[0]}"
        for file in files()
        for citation in LEADS_NOWHERE.finditer(file.text)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "the order is the provider's (aws-provider.md section 2.3)",
        "Catalogue section 1",
        "see sections 2 and 3",
        "what LMI gives a runtime (section 9)",
        "design decision 7",
        "as aws-provider.md 2.1 says",
        "observability-and-fronts.md",
    ],
)
def test_a_section_without_a_page_is_found(text: str) -> None:
    assert LEADS_NOWHERE.search(text)


@pytest.mark.parametrize(
    "text",
    ["docs/facts/aws-provider.md#function-calls", "three sections", "the decision", "section A"],
)
def test_other_words_are_no_citation(text: str) -> None:
    assert LEADS_NOWHERE.search(text) is None
