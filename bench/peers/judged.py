"""The resources of a CloudFormation template, judged by the policy pack as those of aws-native."""

import re
from collections.abc import Mapping
from typing import Any, Final

from testing.policies.served import of_resource, of_stack, served
from testing.policies.support import UNKNOWN, Json, Res
from testing.project import PACK

_REFERENCES: Final = {"Ref", "Fn::GetAtt", "Fn::Join"}
_FREE: Final = {"Variables", "PolicyDocument", "AssumeRolePolicyDocument"}
"""Properties whose own keys are not CloudFormation's."""


def rules_that_report(template: Mapping[str, Any]) -> set[str]:
    """Return the names of the policies that report a template."""
    names = set(template["Resources"])
    resources = [_native(name, it, names) for name, it in template["Resources"].items()]
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
        return [_value(key, it) for it in value]  # pyright: ignore[reportUnknownVariableType]
    if key in _FREE or not isinstance(value, dict):
        return value
    properties: Json = value  # pyright: ignore[reportUnknownVariableType]
    if properties.keys() & _REFERENCES:
        return UNKNOWN
    return {_camel(name): _value(name, it) for name, it in properties.items()}


def _camel(name: str) -> str:
    return name[0].lower() + name[1:]
