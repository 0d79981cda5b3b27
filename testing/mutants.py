"""``python -m testing.mutants [PART ...]``: change code in small ways; list what no test notices.

Each change (a mutant) is one constant, operator, condition or named argument. A process of its own
runs the part's tests with it until one fails. Texts, types and decorators stay as they are.
"""

import ast
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from operator import setitem
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Final, cast

import pytest

CASES: Final = "tests/policies/test_linked.py::test_a_case_is_reported_once_it_is_broken"
SIZES: Final = "tests/policies/test_fixes_hold_together.py::test_sizes"


def _tests(folder: str, names: str) -> list[str]:
    return [f"tests/{folder}/test_{name}.py" for name in names.split()]


PARTS: Final[dict[str, tuple[list[str], list[str]]]] = {
    "limits": (
        ["policies/lmi/facts/limits.py"],
        _tests("policies", "limits memory concurrency scaling url tags function general sharing")
        + _tests("policies", "publishing capacity_provider event_source accelerator package"),
    ),
    "sizing": (
        ["policies/lmi/model/sizing.py"],
        [*_tests("policies", "memory concurrency scaling"), SIZES],
    ),
    "links": (
        ["policies/lmi/graph/index.py", "policies/lmi/graph/references.py"],
        [*_tests("policies", "stack integrations iam publishing scaling"), CASES],
    ),
    "iam": (
        ["policies/lmi/model/iam*.py", "policies/lmi/graph/permissions.py"],
        [*_tests("policies", "iam general"), CASES],
    ),
    "streaming": (["app/streaming/*.py"], _tests("app", "formats streaming endpoints")),
}
"""Files and tests by part."""

ROOMS: Final = {"app", "policies", "testing", "tests"}
PYTEST: Final = ["-x", "-q", "--tb=no", "--assert=plain", "-p", "no:cacheprovider"]
# What is counted there takes seconds; and what hangs has been noticed.
PYTEST_OPTIONS: Final = ["-k", "not costs_the_same", "--timeout=20", "--timeout-method=thread"]
UNSEEN: Final = {"cast", "isinstance", "TypeVar", "Literal", "list", "dict"}
"""Functions and types whose arguments no test sees."""
TYPES: Final = {"annotation", "returns", "bases", "decorator_list", "type_params"}
SWAPPED: Final[dict[type[ast.AST], type[Any]]] = {
    **{ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt},
    **{ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is},
    **{ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And},
    **{ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult},
    **{ast.FloorDiv: ast.Div, ast.Mod: ast.Div, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr},
}


@dataclass(frozen=True)
class Mutant:
    """One change of a file, which ``apply`` makes in its syntax tree."""

    line: int
    change: str
    in_function: bool
    apply: Callable[[], object]


def mutants(node: ast.AST, in_function: bool = False) -> Iterator[Mutant]:
    """Yield every change below a node."""
    for field, value in ast.iter_fields(node):
        children = cast("list[Any]", value if isinstance(value, list) else [value])
        for index, child in enumerate(children):
            if field in TYPES or not isinstance(child, ast.AST) or _is_left_out(child):
                continue
            for new in _alternatives(child, field, in_function):
                put = partial(setitem, children, index, new)
                apply = put if children is value else partial(setattr, node, field, new)
                change = f"{ast.unparse(child)[:80]} -> {ast.unparse(new)[:80]}"
                yield Mutant(getattr(child, "lineno", 0), change, in_function, apply)
            is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            is_inside = (in_function or is_function) and not isinstance(child, ast.arguments)
            yield from mutants(child, is_inside)


def _is_left_out(node: ast.AST) -> bool:
    match node:
        case ast.Expr(value=ast.Constant()):
            return True  # a docstring
        case ast.Call(func=ast.Name(id=name)) | ast.Subscript(value=ast.Name(id=name)):
            return name in UNSEEN
        case _:
            return False


def _alternatives(node: ast.AST, field: str, in_function: bool) -> Iterator[ast.AST]:
    match node:
        case ast.Constant(value):
            if in_function or isinstance(value, int):
                yield from map(ast.Constant, _other_values(value))
        case ast.Compare(left, ops, rights):
            for index, swapped in ((i, SWAPPED[type(op)]()) for i, op in enumerate(ops)):
                yield ast.Compare(left, [*ops[:index], swapped, *ops[index + 1 :]], rights)
        case ast.BoolOp(op, values):
            yield ast.BoolOp(SWAPPED[type(op)](), values)
        case ast.BinOp(left, op, right) if in_function:
            yield ast.BinOp(left, SWAPPED[type(op)](), right)
        case ast.AugAssign(target, _, value):
            yield ast.Assign([target], value, lineno=node.lineno)
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.Name() | ast.Attribute() | ast.Call() if field in ("test", "ifs"):
            yield ast.UnaryOp(ast.Not(), node)
        case ast.Call(function, arguments, keywords):
            for index in range(len(keywords)):
                others = [*keywords[:index], *keywords[index + 1 :]]
                yield ast.Call(function, arguments, others)
        case _:
            pass


def _other_values(value: object) -> list[Any]:
    """Return what stands for a constant; nothing for a text, which has a space."""
    match value:
        case bool():
            return [not value]
        case int() | float():
            return [value + 1]
        case str() if " " not in value:
            return [f"XX{value}XX"]
        case bytes() if b" " not in value:
            return [b"XX%sXX" % value]
        case _:
            return []


def _is_caught(path: Path, tree: ast.Module, mutant: Mutant, tests: list[str]) -> bool:
    """Return whether a test fails in a process of its own, in which the mutant is in force."""
    process = os.fork()
    if process:
        return os.waitpid(process, 0)[1] != 0
    ended = 1
    with suppress(BaseException):
        mutant.apply()
        code = compile(ast.fix_missing_locations(tree), path, "exec")
        name = ".".join(path.with_suffix("").parts)
        if mutant.in_function:
            _put_into(vars(sys.modules[name]), code)
        else:
            _import_anew(name, code)
        ended = _test(tests)
    os._exit(ended)


def _put_into(space: Mapping[str, Any], code: CodeType) -> None:
    """Give the functions of a module or a class the code of the mutant's functions."""
    for inner in code.co_consts:
        if isinstance(inner, CodeType) and (found := space.get(inner.co_name)) is not None:
            if isinstance(found, type):
                _put_into(vars(found), inner)
                continue
            getattr(found, "cache_clear", int)()
            for wrapped in ("fget", "func", "__func__", "__wrapped__"):
                found = getattr(found, wrapped, found)
            found.__code__ = inner


def _import_anew(name: str, code: CodeType) -> None:
    """Forget what was imported from here, and import the mutant."""
    for other in [other for other in sys.modules if other.partition(".")[0] in ROOMS]:
        del sys.modules[other]
    package, _, last = name.rpartition(".")
    module = ModuleType(name)
    module.__package__, module.__file__ = package, code.co_filename
    setattr(import_module(package), last, module)
    sys.modules[name] = module
    exec(code, module.__dict__)  # noqa: S102


def _test(tests: list[str]) -> int:
    with Path(os.devnull).open("w") as nothing, redirect_stdout(nothing), redirect_stderr(nothing):
        return int(pytest.main([*PYTEST, *PYTEST_OPTIONS, *tests]))


def main(names: list[str]) -> None:
    """Print every mutant that survives, and how many of how many do not."""
    for part in names or PARTS:
        patterns, tests = PARTS[part]
        if _test(tests):
            sys.exit(f"error: the tests of {part} fail without a change")
        for path in sorted(path for pattern in patterns for path in Path().glob(pattern)):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            caught = count = 0
            for mutant in mutants(tree):
                count += 1
                if _is_caught(path, tree, mutant, tests):
                    caught += 1
                else:
                    print(f"{path}:{mutant.line}: {mutant.change}", flush=True)
            print(f"{part}: {caught} of {count} in {path} caught", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
