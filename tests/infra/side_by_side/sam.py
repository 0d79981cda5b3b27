"""What AWS SAM makes of a template: the resources that CloudFormation then creates."""

from pathlib import Path
from typing import Any, cast

from tests.infra.declared import REGION, Json
from tests.infra.side_by_side.resources import Resources, comparable

_NAMES = {
    "Streamer": "function",
    "StreamerRole": "execution role",
    "StreamerAliaslive": "alias",
    "StreamerUrl": "URL",
    "StreamerUrlPublicPermissions": "statement lambda:InvokeFunctionUrl",
    "StreamerURLInvokeAllowPublicAccess": "statement lambda:InvokeFunction",
    "Pool": "capacity provider",
    "PoolOperatorRole": "operator role",
}


class _Session:
    """All that SAM asks of a session with AWS."""

    region_name = REGION


def expand(path: Path) -> Resources:
    """Expand the template of the streaming example."""
    # It takes half a second to import, which every worker would do that collects tests.
    from samtranslator import yaml_helper  # noqa: PLC0415
    from samtranslator.parser.parser import Parser  # noqa: PLC0415
    from samtranslator.translator.translator import Translator  # noqa: PLC0415

    translator = cast("Any", Translator)({}, cast("Any", Parser)(), boto_session=_Session())
    template = cast("Any", yaml_helper).yaml_parse(path.read_text())
    expanded = translator.translate(sam_template=template, parameter_values={})["Resources"]
    return {
        _name(logical_id): comparable(_resolved(resource["Properties"]))
        for logical_id, resource in expanded.items()
    }


def _name(logical_id: str) -> str:
    # A version's id ends in a hash of the code's address.
    return "version" if logical_id.startswith("StreamerVersion") else _NAMES[logical_id]


def _resolved(value: Any) -> Any:
    """Return what references lead to, in a value of any shape."""
    if isinstance(value, list):
        return [_resolved(item) for item in cast("list[Any]", value)]
    if isinstance(value, dict):
        return _resolved_structure(cast("Json", value))
    # A template may write a whole number as the API does, or not.
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _resolved_structure(value: Json) -> Any:
    match value:
        case {"Ref": logical_id}:
            return _name(logical_id)
        case {"Fn::GetAtt": [logical_id, attribute]}:
            return f"{attribute} of the {_name(logical_id)}"
        case {"Fn::Sub": text}:
            return text.replace("${AWS::Region}", REGION)
        case _:
            return {name: _resolved(member) for name, member in value.items()}
