"""Numbers of execution environments (rules SC)."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import permutations

from ..facts import limits, sources
from ..graph.references import qualifier_of
from ..graph.stack import Stack
from ..model.callers import EventSourceMapping, Schedule
from ..model.functions import Alias, Function, FunctionUrl, Permission, ScalingConfig
from ..model.resource import Fix, Resource, together
from .checks import PUBLISHED_VERSION, number_within, text_matching
from .rule import Finding, broken_at_run_time, refused, unwise

PART = "functionScalingConfig"
SCALING_CALL = ":aws-sdk:lambda:putfunctionscalingconfig"
"""How a schedule names the call in its target, in lower case: AWS's pages print it with a small and
with a capital P (rule SCH-01)."""
SCHEDULED_FUNCTION = r'"FunctionName"\s*:\s*"([^"]+)"'
"""The function in the JSON that such a schedule sends."""
UNQUALIFIED = r"(arn:[^:]*:lambda:)?([a-z]+(-[a-z]+)+-\d:)?(\d{12}:)?(function:)?[a-zA-Z0-9-_]+"


@refused(
    "sc-01-from-0-to-15000",
    why="Lambda's API refuses any other number.",
    fix="Set {minExecutionEnvironments} and {maxExecutionEnvironments} within 0 to 15000.",
    sources=(sources.PUT_SCALING, sources.SCALING),
)
def numbers_in_range(config: ScalingConfig) -> Iterator[Finding]:
    """The numbers of execution environments are from 0 to 15000."""
    fix = _set_both(config)
    yield from number_within(config, ScalingConfig.minimum, 0, limits.MAX_ENVIRONMENTS, fix=fix)
    yield from number_within(config, ScalingConfig.maximum, 0, limits.MAX_ENVIRONMENTS, fix=fix)


@refused(
    "sc-02-minimum-within-maximum",
    why="No number of environments could satisfy both.",
    fix="Raise {maxExecutionEnvironments} or lower {minExecutionEnvironments}.",
    confidence=2,
    sources=(sources.CDK_PROVIDER, sources.SCALING),
)
def minimum_below_maximum(config: ScalingConfig) -> Iterator[Finding]:
    """The minimum of execution environments is no more than the maximum."""
    minimum, maximum = config.sound_minimum.or_none(), config.sound_maximum.or_none()
    if minimum is None or maximum is None or minimum <= maximum:
        return
    yield config.finding(
        field=ScalingConfig.minimum,
        value=f"{minimum}, and {config.spell(ScalingConfig.maximum)} is {maximum}",
        fix=_set_both(config) + " or more",
    )


@refused(
    "sc-03-qualifier-is-a-version",
    why="Environments belong to published code; AWS takes neither aliases nor $LATEST here.",
    fix='Set qualifier to "$LATEST.PUBLISHED" or to the number of a version.',
    sources=(sources.PUT_SCALING,),
)
def published_qualifier(config: ScalingConfig) -> Iterator[Finding]:
    """Scaling is set on $LATEST.PUBLISHED or on a numbered version."""
    qualifier = config.qualifier.or_none()
    if qualifier is not None and not re.fullmatch(PUBLISHED_VERSION, qualifier):
        found = qualifier if qualifier == "$LATEST" else "no version"
        yield _on_latest_published(config, found)


@refused(
    "sc-05-on-a-managed-function",
    why="AWS answers AccessDeniedException for any other function.",
    fix="Remove the scaling config, or give the function a capacity provider when it is created.",
    sources=(sources.CDK_PROBE, sources.PUT_SCALING),
)
def on_a_managed_function(stack: Stack) -> Iterator[Finding]:
    """Scaling is set on a function that has a capacity provider."""
    for config, functions in stack.scaling_configs():
        if functions and all(function.is_managed is False for function in functions):
            yield config.finding("The function has no capacity provider.")


@refused(
    "sc-06-function-without-qualifier",
    why="The API takes an unqualified name of at most 140 characters; qualifier names the version.",
    fix="Set {functionName} to the function's name, and qualifier to the version.",
    sources=(sources.PUT_SCALING,),
)
def unqualified_name(config: ScalingConfig) -> Iterator[Finding]:
    """Scaling names its function without a version or alias."""
    meaning = "the function's name or ARN, without a version or alias at its end"
    if not config.is_native:  # there it is inside what it scales
        yield from text_matching(config, ScalingConfig.function, UNQUALIFIED, 140, meaning)


@refused(
    "sc-07-qualifier-exists",
    why="With publish={true} alone there are numbered versions, and no $LATEST.PUBLISHED.",
    fix='Set publish={true} and {publishTo}="LATEST_PUBLISHED" on the function.',
    sources=(sources.PUBLISHING, sources.PUT_SCALING),
)
def qualifier_exists(stack: Stack) -> Iterator[Finding]:
    """Scaling on $LATEST.PUBLISHED needs a function that publishes there."""
    for config, functions in stack.scaling_configs():
        if config.qualifier.or_none() != limits.LATEST_PUBLISHED or not functions:
            continue
        if all(f.is_managed and f.publishes_latest is False for f in functions):
            yield config.finding(f"The function publishes nothing to {limits.LATEST_PUBLISHED}.")


@unwise(
    "sc-12-enough-environments-for-every-zone",
    why="With fewer, losing a zone can leave none until Lambda has launched another instance.",
    fix="Set {minExecutionEnvironments} to 3 or more; fewer is fine where an outage is acceptable.",
    sources=(sources.SCALING, sources.BEST_PRACTICES),
)
def enough_for_every_zone(config: ScalingConfig) -> Iterator[Finding]:
    """At least three execution environments run, one for each of three zones."""
    minimum = config.minimum.or_none()
    if minimum is None or not 0 < minimum < limits.DEFAULT_MIN_ENVIRONMENTS:
        return
    yield config.finding(field=ScalingConfig.minimum, value=minimum, fix=_set_both(config))


@broken_at_run_time(
    "sc-13-called-version-is-on",
    why="With 0 and 0 a version has no environments, and no request starts any.",
    fix="Set {minExecutionEnvironments} to 1 or more.",
    stops=False,
    sources=(sources.SCALING,),
)
def not_switched_off(stack: Stack) -> Iterator[Finding]:
    """A version that something calls is not switched off."""
    called = _callers_by_version(stack)
    for config, functions in stack.scaling_configs():
        if config.minimum.or_none() != 0 or config.maximum.or_none() != 0 or len(functions) != 1:
            continue
        if _is_left_alone(config):  # a schedule starts the version again
            continue
        callers = called.get((functions[0], config.version or ""), ())
        if callers:
            yield config.finding(
                f"Minimum and maximum are 0, and {callers[0].name} calls this version.",
                fix=config.set_to(ScalingConfig.minimum, 1) + " or more, or call another version",
            )


@unwise(
    "sc-16-both-minimum-and-maximum",
    why="AWS gives the other its default (3, or no ceiling), and Pulumi keeps what it was before.",
    fix="Set both {minExecutionEnvironments} and {maxExecutionEnvironments}.",
    sources=(sources.SCALING,),
)
def both_or_none(config: ScalingConfig) -> Iterator[Finding]:
    """Minimum and maximum of execution environments are set together."""
    for field, other in permutations((ScalingConfig.minimum, ScalingConfig.maximum)):
        if field.of(config).is_absent and other.of(config).is_present:
            found = "not set, and its counterpart is"
            yield config.finding(field=field, value=found, fix=_set_both(config))


@refused(
    "sc-17-zero-for-both-only",
    why="LMI does not scale to zero by itself; 0 for both deactivates a version.",
    fix="Set {minExecutionEnvironments} to 1 or more, or both to 0.",
    sources=(sources.SCALING,),
)
def zero_means_off(config: ScalingConfig) -> Iterator[Finding]:
    """A minimum of 0 goes with a maximum of 0."""
    maximum = config.sound_maximum.or_none()
    if config.minimum.or_none() != 0 or not maximum:
        return
    yield config.finding(
        field=ScalingConfig.minimum,
        value=f"0, and {config.spell(ScalingConfig.maximum)} is {maximum}",
        fix=_set_both(config) + ", or both to 0 to switch the version off",
    )


@broken_at_run_time(
    "sc-18-scaling-carries-over",
    why="Set on a numbered version it stays there, and the next one starts with the defaults.",
    fix='Set qualifier to "$LATEST.PUBLISHED", or declare a scaling config for each version.',
    stops=False,
    sources=(sources.SCALING, sources.BEST_PRACTICES),
)
def carries_over(config: ScalingConfig) -> Iterator[Finding]:
    """Scaling carries over to the next version that is published."""
    if (config.qualifier.or_none() or "").isdecimal():
        yield _on_latest_published(config, "a version number")


@unwise(
    "sch-01-deployments-leave-schedules-alone",
    why="A deployment would reset what the schedule set, and start what it had deactivated.",
    fix="Add {ignoreChanges} for {functionScalingConfig}.",
    sources=(sources.SCALING,),
)
def schedules_are_let_be(stack: Stack) -> Iterator[Finding]:
    """Where a schedule scales a function, deployments do not change the numbers."""
    scheduled = {
        function
        for schedule in stack.all(Schedule)
        if (schedule.target.or_none() or "").lower().endswith(SCALING_CALL)
        for name in re.findall(SCHEDULED_FUNCTION, schedule.payload.or_none() or "")
        for function in stack.named(Function, name)
    }
    for config, functions in stack.scaling_configs():
        if not _is_left_alone(config) and scheduled.intersection(functions):
            yield config.finding("A schedule changes these numbers, and so does every deployment.")


def _on_latest_published(config: ScalingConfig, found: str) -> Finding:
    qualifier = ScalingConfig.qualifier
    fix = config.set_to(qualifier, limits.LATEST_PUBLISHED)
    return config.finding(field=qualifier, value=found, fix=fix)


def _set_both(config: ScalingConfig) -> Fix:
    """Return the words that give a version numbers near to its own, which no rule reports."""
    minimum, maximum = config.minimum.or_none() or 0, config.maximum.or_none()
    least = min(max(minimum, limits.DEFAULT_MIN_ENVIRONMENTS), limits.MAX_ENVIRONMENTS)
    most = min(max(maximum or 0, least), limits.MAX_ENVIRONMENTS)
    if minimum <= 0 and maximum is not None and maximum <= 0:
        least = most = 0
    fields = ((ScalingConfig.minimum, least), (ScalingConfig.maximum, most))
    wrong = [(field, number) for field, number in fields if field.of(config).or_none() != number]
    return together(config.set_to(field, number) for field, number in wrong)


def _is_left_alone(config: ScalingConfig) -> bool:
    """Return whether deployments do not change the numbers."""
    return any(name.split(".")[0] in (PART, "*") for name in config.ignored)


def _callers_by_version(stack: Stack) -> dict[tuple[Function, str], list[Resource]]:
    """Return what calls each version of each function, as far as known."""
    called: dict[tuple[Function, str], list[Resource]] = defaultdict(list)
    parts = (*stack.all(Alias), *stack.all(FunctionUrl), *stack.all(Permission))
    for part in (*parts, *stack.all(EventSourceMapping)):
        functions = stack.functions_of(part)
        for version in _versions_called(part) if len(functions) == 1 else ():
            called[functions[0], version].append(part)
    return called


def _versions_called(caller: Alias | FunctionUrl | Permission | EventSourceMapping) -> set[str]:
    """Return the versions that are called without an alias between, as far as known."""
    if isinstance(caller, Alias):
        weighted = (version.or_none() for version, weight in caller.weights if weight.or_none())
        return {version for version in (caller.version.or_none(), *weighted) if version}
    qualifier = qualifier_of(caller) if caller.function.is_present else None
    return set() if qualifier is None else {qualifier or limits.LATEST_PUBLISHED}
