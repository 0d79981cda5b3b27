"""Event source mappings: queues and streams that invoke functions (rules FN)."""

from collections.abc import Iterator

from ..facts import limits, sources
from ..graph.stack import Stack
from ..model.callers import EventSourceMapping, Queue
from ..model.functions import Function
from .checks import answers_late, number_within
from .rule import Finding, Setting, broken_at_run_time, refused, unwise


def _mappings(stack: Stack) -> Iterator[tuple[EventSourceMapping, Function]]:
    """Yield each mapping with its function, where that certainly runs on LMI."""
    for mapping in stack.all(EventSourceMapping):
        functions = stack.functions_of(mapping)
        if len(functions) == 1 and functions[0].is_managed:
            yield mapping, functions[0]


@unwise(
    "fn-19-mq-and-documentdb-within-15-minutes",
    why="The 90 minutes of LMI do not hold for these two sources.",
    fix="Set timeout to 900 or less.",
    sources=(sources.TIMEOUT, sources.DURABLE_SOURCES),
)
def broker_within_15_minutes(stack: Stack) -> Iterator[Finding]:
    """What Amazon MQ and DocumentDB invoke has a timeout of at most 900 seconds."""
    for mapping, function in _mappings(stack):
        if mapping.ends_after_15_minutes:
            yield from answers_late(mapping, function, "the source is Amazon MQ or DocumentDB")


@broken_at_run_time(
    "fn-21-mapping-invokes-published-code",
    why="LMI cannot be invoked with the qualifier $LATEST.",
    fix="Give {functionName} the ARN of an alias.",
    sources=(sources.EMULATOR, sources.CREATE_MAPPING),
)
def published_target(stack: Stack) -> Iterator[Finding]:
    """An event source mapping invokes published code."""
    for mapping, _ in _mappings(stack):
        if (mapping.function.or_none() or "").endswith(":$LATEST"):
            yield mapping.finding(
                problem=f"{mapping.spell(EventSourceMapping.function)} ends with $LATEST.",
                allowed=f"an alias, a version, {limits.LATEST_PUBLISHED}, or no qualifier",
            )


@refused(
    "fn-22-mapping-concurrency-from-2-to-1000",
    why="The API refuses any other number.",
    fix="Set {scalingConfig} {maximumConcurrency} within 2 to 1000, or leave it out.",
    sources=(sources.CREATE_MAPPING,),
)
def concurrency_in_range(mapping: EventSourceMapping) -> Iterator[Finding]:
    """The maximum concurrency of an event source mapping is from 2 to 1000."""
    yield from number_within(mapping, EventSourceMapping.maximum_concurrency, 2, 1000)


TIMES = Setting(
    "visibilityTimes", "How many times the function's timeout messages stay hidden at least.", 6
)


@unwise(
    "fn-25-messages-stay-hidden-long-enough",
    why="A message that becomes visible again while a function handles it is handled twice.",
    fix="Raise {visibilityTimeoutSeconds}, or lower timeout.",
    sources=(sources.BEST_PRACTICES,),
    settings=(TIMES,),
)
def visible_late_enough(stack: Stack, times: int) -> Iterator[Finding]:
    """A queue hides messages for six times the timeout of the function that reads it."""
    for mapping, function in _mappings(stack):
        queues = stack.links(mapping, EventSourceMapping.source, Queue).found
        timeout = function.timeout.or_default(limits.DEFAULT_TIMEOUT_SECONDS)
        if len(queues) != 1 or timeout is None:
            continue
        visibility = queues[0].visibility.or_default(limits.DEFAULT_VISIBILITY_SECONDS)
        least = min(times * timeout, limits.MAX_VISIBILITY_SECONDS)
        if visibility is None or visibility >= least:
            continue
        limit = "; Lambda refuses less than the timeout" if visibility < timeout else ""
        yield queues[0].finding(
            field=Queue.visibility,
            value=f"{visibility} s, and the function's timeout is {timeout} s",
            allowed=f"{least} s or more, {times} times the timeout{limit}",
            fix=queues[0].set_to(Queue.visibility, least) + " or more, or shorten the timeout",
        )


@refused(
    "fn-27-durable-within-the-source",
    why="Lambda refuses the mapping otherwise; Amazon MQ and DocumentDB allow 15 minutes.",
    fix="Set {durableConfig} {executionTimeout} to 5400 or less.",
    sources=(sources.DURABLE_SOURCES,),
)
def durable_within_the_source(stack: Stack) -> Iterator[Finding]:
    """A durable function behind an event source lasts at most 90 minutes."""
    for mapping, function in _mappings(stack):
        duration, slow = function.durable_timeout.or_none(), mapping.ends_after_15_minutes
        longest = limits.MAX_SYNCHRONOUS_TIMEOUT_SECONDS if slow else limits.MAX_TIMEOUT_SECONDS
        if duration is not None and duration > longest:
            yield mapping.finding(
                problem=f"{function.spell(Function.durable_timeout)} is {duration} s.",
                allowed=f"1 to {longest} s with this event source",
                fix=function.set_to(Function.durable_timeout, longest)
                + " or less, or start the execution without an event source mapping",
            )
