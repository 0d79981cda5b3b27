"""The logs of a capacity provider, which aws-native can set up (rules TEL)."""

from collections.abc import Iterator

from ..facts import sources
from ..graph.stack import Stack
from ..model.capacity_provider import CapacityProvider
from ..model.general import LogGroup
from .checks import text_matching, value_among
from .rule import Finding, costly, loses_telemetry, refused

LEVELS = ("DEBUG", "INFO", "WARN")
LOG_GROUP = r"[.\-_/#A-Za-z0-9]+"
LOG_GROUP_LENGTH = 512


@refused(
    "tel-01-known-log-level",
    why="The API knows no other level.",
    fix="Set {systemLogLevel} to DEBUG, INFO or WARN.",
    sources=(sources.PROVIDER_LOGS, sources.CREATE_PROVIDER),
)
def known_level(provider: CapacityProvider) -> Iterator[Finding]:
    """The level of a capacity provider's logs is DEBUG, INFO or WARN."""
    yield from value_among(provider, CapacityProvider.log_level, LEVELS)


@refused(
    "tel-02-name-of-a-log-group",
    why="The API refuses other characters, and more than 512 of them.",
    fix="Use letters, digits and . - _ / # in {logGroup}.",
    sources=(sources.PROVIDER_LOGS, sources.CREATE_PROVIDER),
)
def name_of_a_log_group(provider: CapacityProvider) -> Iterator[Finding]:
    """The log group of a capacity provider has a name that AWS takes."""
    meaning = "letters, digits and . - _ / #"
    field = CapacityProvider.log_group
    yield from text_matching(provider, field, LOG_GROUP, LOG_GROUP_LENGTH, meaning)


@loses_telemetry(
    "tel-05-log-group-that-is-delivered-to",
    why="CloudWatch keeps such names for itself, and nothing is delivered there.",
    fix="Give {logGroup} a name that does not begin with aws/.",
    sources=(sources.PROVIDER_LOGS,),
)
def delivered(provider: CapacityProvider) -> Iterator[Finding]:
    """The log group of a capacity provider does not begin with aws/."""
    if (provider.log_group.or_none() or "").startswith("aws/"):
        yield provider.finding(
            problem=f"{provider.spell(CapacityProvider.log_group)} begins with aws/.",
            allowed="a name that begins otherwise, or /aws/ with a slash before it",
        )


@costly(
    "tel-04-log-group-before-its-provider",
    why="Lambda makes it otherwise, without a retention, and it stays when the stack is gone.",
    fix="Add a log group of that name with a retention, which the capacity provider waits for.",
    confidence=3,
    sources=(sources.PROVIDER_LOGS,),
)
def group_is_there_first(stack: Stack) -> Iterator[Finding]:
    """A log group that a program names for its capacity provider is there before it."""
    groups = {group.own_name.or_none(): group for group in stack.all(LogGroup)}
    if any(group.own_name.is_undecided for group in stack.all(LogGroup)):
        return
    for provider in stack.all(CapacityProvider):
        is_named = provider.is_native and not provider.log_group.is_absent
        if not is_named and provider.fixed_name is None:
            continue
        group = groups.get(provider.logs_to)
        if group is None and not (is_named and provider.logs_to):
            continue  # CP-31 reports a fixed name, and tells of the log group
        if group is not None and stack.comes_after(provider, [group]):
            continue
        yield provider.finding(
            problem=(
                "The stack has no log group of the name in {logGroup}."
                if group is None
                else "The capacity provider does not wait for its log group."
            ),
            allowed="a log group of exactly that name, which is there before the provider",
            fix=(
                "add a log group of that name with a retention"
                if group is None
                else "add the log group to {dependsOn} of the capacity provider"
            ),
        )
