"""Messages name properties as the language of the user's program does."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

import pytest
from pulumi.runtime.proto.analyzer_pb2 import AnalyzerStackConfigureRequest

from policies.lmi.model.resource import CLASSES_OF_TYPE, Field, Resource
from policies.lmi.model.spelling import PLACEHOLDER, RUNTIME_TAG, spelled
from testing.policies.served import of_resource, of_stack, served
from testing.policies.support import URL, Res
from testing.project import PACK
from tests.policies.stacks import sized

RULES = PACK / "lmi/rules"
SNAKE_CASE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
NO_PROPERTIES = {"response_stream", "capacity_provider"}
"""A value of the web adapter's, and a file of the provider's source."""
IDS = re.compile(r"[a-z-]+:\S+")
"""Ids of other tools, such as ``cfn-lint:E3663``."""

OTHER_NAMES = {
    *("dependsOn", "ignoreChanges"),
    *("predefinedMetricType", "true", "false"),
    *("invokeArn", "qualifiedArn", "responseStreamingInvokeArn"),
}
"""Options of resources, members of what a field reads as a whole, literals, and outputs."""

TEXT = "set {memorySize} of {vpcConfig} to 4096, publish to {true}, x86_64 as ever"


@pytest.mark.parametrize("runtime", ["python", "hcl", ""])
def test_python_names_are_for_python_and_for_stacks_without_the_tag(runtime: str) -> None:
    shown = spelled(TEXT, {RUNTIME_TAG: runtime} if runtime else {})

    assert shown == "set memory_size of vpc_config to 4096, publish to True, x86_64 as ever"


@pytest.mark.parametrize("runtime", ["nodejs", "yaml", "go", "dotnet", "java"])
def test_other_languages_see_the_names_of_the_schema(runtime: str) -> None:
    shown = spelled(TEXT, {RUNTIME_TAG: runtime})

    assert shown == "set memorySize of vpcConfig to 4096, publish to true, x86_64 as ever"


def test_the_stacks_tag_reaches_every_message() -> None:
    one = sized(6144, 4)
    url = Res(URL, "url", {"functionName": one.name}, made_from={"functionName": [one.name]})
    with served(PACK) as pack:
        pack.analyzer.ConfigureStack(AnalyzerStackConfigureRequest(tags={RUNTIME_TAG: "nodejs"}))
        answers = [
            pack.analyzer.Analyze(of_resource(one)),
            pack.analyzer.Analyze(of_resource(url)),
            pack.analyzer.AnalyzeStack(of_stack([one, url])),
        ]

    for answer in (answers[0], answers[-1]):
        messages = [diagnostic.message for diagnostic in answer.diagnostics]
        assert messages
        assert _properties_in(messages) == set()


@pytest.mark.parametrize("module", sorted(RULES.glob("[a-z]*.py")), ids=lambda path: path.stem)
def test_rules_name_properties_as_the_schema_does(module: Path) -> None:
    classes = {class_ for found in CLASSES_OF_TYPE.values() for class_ in found}
    known = {step for class_ in classes for step in _steps(class_)} | OTHER_NAMES
    named = {name for text in _texts(module) for name in PLACEHOLDER.findall(text)}

    assert _properties_in(_texts(module)) == set()
    assert named - known == set()


def _steps(class_: type[Resource]) -> Iterator[object]:
    """Yield every name on the way to each property of a resource class."""
    for member in (member for base in class_.mro() for member in vars(base).values()):
        if isinstance(member, Field):
            for native in (False, True):
                yield from cast("Field[object]", member).path(native=native) or ()


def _properties_in(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in SNAKE_CASE.findall(text)} - NO_PROPERTIES


def _texts(module: Path) -> Iterator[str]:
    """Read what people are shown: the strings of a module, without docstrings but a rule's."""
    tree = ast.parse(module.read_text())
    docstrings = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and isinstance(node.body[0], ast.Expr)
        and not getattr(node, "decorator_list", ())  # a rule's docstring is its title
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or node in docstrings:
            continue
        if isinstance(node.value, str) and not IDS.fullmatch(node.value):
            yield node.value
