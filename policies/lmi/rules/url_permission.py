"""Who may call a function URL: two statements that belong together (rule URL-13)."""

from collections import defaultdict
from collections.abc import Iterator

from ..facts import sources
from ..graph.references import qualifier_of
from ..graph.stack import Stack
from ..model.functions import Function, Permission
from .rule import Failure, Finding, rule

URL_ACTION = "lambda:InvokeFunctionUrl"
FUNCTION_ACTION = "lambda:InvokeFunction"


@rule(
    "url-13-both-permissions-of-a-url",
    why="Since October 2025 a URL answers 403 unless both actions are granted on its qualifier.",
    fix="Grant lambda:InvokeFunctionUrl and lambda:InvokeFunction to the same caller.",
    failure=Failure.BROKEN_AT_RUN_TIME,
    sources=(sources.URL_ACCESS,),
)
def half_pairs(stack: Stack) -> Iterator[Finding]:
    """Who may call a function URL has both permissions that it takes."""
    of_function: dict[Function, list[Permission]] = defaultdict(list)
    somewhere: list[Permission] = []
    for permission in stack.all(Permission):
        functions = stack.functions_of(permission)
        for function in functions:
            of_function[function].append(permission)
        if not functions and permission.function.is_undecided:
            somewhere.append(permission)
    for function, permissions in of_function.items():
        for permission in permissions if function.is_managed else ():
            missing = _missing_half(permission)
            others = (*permissions, *somewhere)
            if missing and not any(_grants(one, missing, permission) for one in others):
                yield _half(permission, missing)


def _missing_half(permission: Permission) -> str | None:
    """Return the action that a permission for a URL needs beside it; None where it needs none."""
    action = permission.action.or_none()
    if action == URL_ACTION and permission.url_authorization.or_none() != "NONE":
        return FUNCTION_ACTION
    if action == FUNCTION_ACTION and permission.via_url.or_none():
        return URL_ACTION
    return None


def _grants(one: Permission, action: str, beside: Permission) -> bool:
    """Whether a permission may grant an action to the caller of another one."""
    granted = one.action.or_none()
    if granted is not None and granted not in (action, "lambda:*", "*"):
        return False
    principals = {one.principal.or_none(), beside.principal.or_none()}
    qualifiers = {qualifier_of(one), qualifier_of(beside)}
    return all(len(values - {None}) <= 1 for values in (principals, qualifiers))


def _half(permission: Permission, missing: str) -> Finding:
    condition = ", with {invokedViaFunctionUrl}={true}" if missing == FUNCTION_ACTION else ""
    return permission.finding(
        problem=f"It grants one half of what calling a function URL takes; {missing} is missing.",
        allowed=f"both {URL_ACTION} and {FUNCTION_ACTION} for the same caller and qualifier",
        fix=f"add a permission with action {missing}{condition}",
    )
