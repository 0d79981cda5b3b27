"""Publishing, versions and aliases (catalogue section 6, PUB)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pulumi_policy import EnforcementLevel

from ..kinds import Alias, Function
from ..limits import LATEST_PUBLISHED
from ..rule import Failure, Finding, ResourceRule, StackRule
from ..sources import ALIASES, CREATE_ALIAS, PUBLISHING, SCALING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..stack import Stack

PUBLISHED_VERSION = re.compile(r"\$LATEST\.PUBLISHED|[0-9]+")


def _publishes(function: Function) -> Iterator[Finding]:
    if not function.is_managed or function.publish.or_default(default=False) is not False:
        return
    state = "not set" if function.publish.is_absent else "False"
    yield Finding(
        problem=f"{function.spell(Function.publish)} is {state}.",
        allowed="True",
        fix=(
            'set publish=True, with publish_to="LATEST_PUBLISHED" for callers that name no '
            "version or an alias on " + LATEST_PUBLISHED
        ),
    )


PUB_01 = ResourceRule(
    id="PUB-01",
    name="pub-01-publish",
    title="A function on Lambda Managed Instances publishes its code.",
    why="LMI serves published code only, and Pulumi publishes nothing unless told to.",
    fix='Set publish=True, and publish_to="LATEST_PUBLISHED" unless versions must be numbered.',
    failure=Failure.BROKEN_AT_RUN_TIME,
    confidence=1,
    level=EnforcementLevel.MANDATORY,
    sources=(PUBLISHING, SCALING),
    subject=Function,
    check=_publishes,
)


def _alias_on_published_code(stack: Stack) -> Iterator[Finding]:
    for alias in stack.all(Alias):
        version = alias.version.or_none()
        if version is None or PUBLISHED_VERSION.fullmatch(version):
            continue
        functions = stack.functions_of(alias)
        if functions and all(function.is_managed for function in functions):
            yield Finding(
                problem=f"{alias.spell(Alias.version)} is {_shown(version)}.",
                allowed=f"{LATEST_PUBLISHED}, or the number of a version",
                fix=(
                    f'set {alias.spell(Alias.version)} to "{LATEST_PUBLISHED}", and depends_on to '
                    "the function"
                ),
                resource=alias,
            )


PUB_08 = StackRule(
    id="PUB-08",
    name="pub-08-alias-on-published-code",
    title="An alias of a function on Lambda Managed Instances points at published code.",
    why="LMI cannot invoke $LATEST, so every caller of such an alias would get an error.",
    fix='Set function_version to "$LATEST.PUBLISHED" or to the number of a version.',
    failure=Failure.BROKEN_AT_RUN_TIME,
    confidence=1,
    level=EnforcementLevel.MANDATORY,
    sources=(CREATE_ALIAS, PUBLISHING, ALIASES),
    sisters=("cdk-nag:LambdaLatestVersion",),
    check=_alias_on_published_code,
)


def _shown(version: str) -> str:
    return version if version == "$LATEST" else "neither of them"


RULES = (PUB_01, PUB_08)
