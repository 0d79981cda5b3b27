"""The stack's index: names and ARNs, dependencies where values are not known, and its cost."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import FrameType
from typing import Any

import pytest

from policies.lmi.graph.references import is_qualified
from policies.lmi.graph.stack import Stack
from policies.lmi.model.access import Props
from policies.lmi.model.capacity_provider import CapacityProvider
from policies.lmi.model.functions import Alias, Function, FunctionUrl
from policies.lmi.model.iam import Role
from policies.lmi.model.resource import Resource
from testing.policies.large_stacks import full_of_lmi
from testing.policies.support import (
    ALIAS,
    FUNCTION,
    PROVIDER,
    UNKNOWN,
    URL,
    Res,
    function_inputs,
    lmi,
)
from tests.policies.judging import judge, resources_of


def stack_of(*resources: Res) -> Stack:
    return Stack(resources_of(*resources))


def function_named(resource: str, **changes: Any) -> Res:
    return Res(FUNCTION, resource, function_inputs(**{"name": resource, **changes}))


def alias_of(reference: object, **made_from: list[str]) -> Res:
    inputs = {"functionName": reference, "functionVersion": "1"}
    return Res(ALIAS, "live", inputs, made_from=made_from)


def linked(stack: Stack) -> list[str]:
    (alias,) = stack.all(Alias)
    return [function.name for function in stack.functions_of(alias)]


def test_resources_come_in_the_order_of_their_urns() -> None:
    stack = stack_of(function_named("b"), function_named("a"), function_named("c"))
    assert [function.name for function in stack.all(Function)] == ["a", "b", "c"]


def test_of_two_with_the_same_name_the_dependency_decides() -> None:
    east = Res(FUNCTION, "east", function_inputs(name="same", region="us-east-1"))
    west = Res(FUNCTION, "west", function_inputs(name="same", region="us-west-2"))
    assert linked(stack_of(east, west, alias_of("same"))) == ["east", "west"]
    assert linked(stack_of(east, west, alias_of("same", functionName=["west"]))) == ["west"]
    for region, found in (("us-west-2", ["west"]), ("eu-west-1", [])):  # ARNs are not known yet
        arn = f"arn:aws:lambda:{region}:123456789012:function:same"
        assert linked(stack_of(east, west, alias_of(arn))) == found


@pytest.mark.parametrize(
    "apart",
    [{"region": "us-east-1"}, {"made_by": "urn:pulumi:dev::shop::pulumi:providers:aws::us"}],
)
def test_of_two_with_the_same_name_those_of_the_same_account_and_region_belong_together(
    apart: dict[str, str],
) -> None:
    """A second Region has a provider of its own in a program, or a property on each resource."""
    region, made_by = apart.get("region", "eu-west-1"), apart.get("made_by", "urn:eu")

    def here(resource: Res) -> Res:
        return replace(
            resource, inputs={**resource.inputs, "region": "eu-west-1"}, made_by="urn:eu"
        )

    def there(resource: Res) -> Res:
        return replace(resource, inputs={**resource.inputs, "region": region}, made_by=made_by)

    managed = there(function_named("managed", name="same"))
    ordinary = here(function_named("ordinary", name="same", capacityProviderConfig=None))
    assert linked(stack_of(managed, ordinary, there(alias_of("same")))) == ["managed"]
    assert linked(stack_of(managed, ordinary, here(alias_of("same")))) == ["ordinary"]


def test_aliases_that_depend_on_each_other_belong_to_nothing() -> None:
    inputs = {"functionName": UNKNOWN, "functionVersion": "1"}
    one = Res(ALIAS, "one", inputs, made_from={"functionName": ["other"]})
    other = Res(ALIAS, "other", inputs, made_from={"functionName": ["one"]})
    stack = stack_of(one, other)
    assert [stack.functions_of(alias) for alias in stack.all(Alias)] == [(), ()]


def test_an_unknown_name_leads_through_each_alias_that_it_may_mean() -> None:
    aliases = [
        Res(ALIAS, name, {"functionName": function, "functionVersion": "1"})
        for name, function in (("one", "a"), ("other", "b"))
    ]
    outside = Res(ALIAS, "outside", {"functionName": "c", "functionVersion": "1"})
    made_from = {"functionName": ["one", "other"]}
    url = Res(URL, "url", {"functionName": UNKNOWN}, made_from=made_from)
    known = Res(URL, "known", {"functionName": "c"}, made_from={"functionName": ["one"]})
    stack = stack_of(function_named("a"), function_named("b"), *aliases, outside, url, known)
    found = {one.name: [f.name for f in stack.functions_of(one)] for one in stack.all(FunctionUrl)}
    assert found == {"known": [], "url": ["a", "b"]}


def test_a_resource_comes_after_all_that_it_waits_for_by_any_way() -> None:
    bridges = [function_named(name) for name in ("first", "second", "other", "end", "loose")]
    waits = {"first": ["end"], "second": ["first"], "other": ["loose"]}
    stack = stack_of(
        *(replace(one, depends_on=waits.get(one.name, [])) for one in bridges),
        Res(PROVIDER, "pool", {}, depends_on=["second", "other"]),
    )
    (pool,) = stack.all(CapacityProvider)
    functions = {function.name: function for function in stack.all(Function)}
    assert stack.comes_after(pool, functions.values())
    assert not stack.comes_after(functions["first"], [functions["second"]])


def test_what_was_left_out_of_the_operation_is_external() -> None:
    resources = resources_of(function_named("a"), function_named("b"), alias_of("a"))
    urns = {resource.name: resource.urn for resource in resources}
    inputs = {urns["a"]: Props({"name": "a"}), urns["b"]: Props({})}
    stack = Stack(resources, inputs)
    assert [one.is_external for one in stack.all(Function)] == [False, True]
    assert [one.inputs is None for one in stack.all(Function)] == [False, True]
    (alias,) = stack.all(Alias)
    assert alias.is_external
    assert stack.links(alias, Alias.function, Function).are_whole
    assert [one.is_external for one in Stack(resources).all(Function)] == [False, False]


def test_a_property_that_is_not_set_leads_to_nothing_else() -> None:
    (function,) = stack_of(function_named("a")).all(Function)
    nothing = stack_of(function_named("a")).links(function, Function.role, Role)
    assert (nothing.found, nothing.are_whole) == ((), True)


def test_one_resource_that_may_name_more_makes_a_group_open() -> None:
    known = replace(alias_of("a"), name="and another")
    stack = stack_of(function_named("a"), replace(alias_of(UNKNOWN), name="an alias"), known)
    aliases = stack.grouped(Alias, Alias.function, Function)
    assert aliases.has_others
    assert [alias.name for alias in aliases.of(*stack.all(Function))] == ["and another"]


@pytest.mark.parametrize("place", ["", "123456789012:", "eu-west-1:123456789012:"])
@pytest.mark.parametrize("qualifier", ["", "live", "$LATEST", "$LATEST.PUBLISHED"])
def test_a_function_is_linked_by_every_form_of_its_name(place: str, qualifier: str) -> None:
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:a"
    deployed = replace(function_named("a"), outputs={**function_inputs(name="a"), "arn": arn})
    end = f":{qualifier}" if qualifier else ""
    for reference in (f"{place}function:a{end}", f"{place}a{end}", f"{arn}{end}"):
        assert linked(stack_of(deployed, alias_of(reference))) == ["a"], reference
        assert is_qualified(reference) == bool(qualifier), reference


@pytest.mark.parametrize("place", ["210987654321:", "us-east-1:123456789012:"])
def test_a_part_of_an_arn_of_another_account_or_region_is_no_link(place: str) -> None:
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:a"
    deployed = replace(function_named("a"), outputs={**function_inputs(name="a"), "arn": arn})
    assert linked(stack_of(deployed, alias_of(f"{place}function:a"))) == []
    assert linked(stack_of(function_named("a"), alias_of(f"{place}function:a"))) == ["a"]


def test_a_known_name_outranks_a_dependency() -> None:
    stack = stack_of(function_named("a"), function_named("b"), alias_of("a", functionName=["b"]))
    assert linked(stack) == ["a"]


def test_a_dependency_of_another_property_is_no_link() -> None:
    stack = stack_of(function_named("a"), alias_of(UNKNOWN, functionVersion=["a"]))
    assert linked(stack) == []


def test_without_recorded_properties_any_dependency_may_be_the_link() -> None:
    resources = resources_of(function_named("a"), alias_of(UNKNOWN))
    function, alias = resources
    loose = replace(alias, depends_on=(function.urn,), made_from=None)
    assert linked(Stack([function, loose])) == ["a"]


def test_a_provider_is_linked_by_dependency_while_its_arn_is_unknown() -> None:
    inputs = function_inputs(capacityProviderConfig=lmi(capacityProviderArn=UNKNOWN))
    made_from = {"capacityProviderConfig": ["pool"], "role": ["spare"]}
    stack = stack_of(
        Res(PROVIDER, "pool", {"name": "pool"}),
        Res(PROVIDER, "spare", {"name": "spare"}),
        Res(FUNCTION, "api", inputs, made_from=made_from),
    )
    (function,) = stack.all(Function)
    assert [provider.name for provider in stack.providers_of(function)] == ["pool"]


def test_both_providers_of_pulumi_are_known() -> None:
    stack = stack_of(Res("aws-native:lambda:CapacityProvider", "pool", {}))
    assert [provider.is_native for provider in stack.all(CapacityProvider)] == [True]


class _Counted(Mapping[str, object]):
    """Properties that count how often anybody looks into them."""

    touched = 0

    def __init__(self, props: Mapping[str, object]) -> None:
        self._props = props

    def __getitem__(self, key: str) -> object:
        _Counted.touched += 1
        return self._props[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._props)

    def __len__(self) -> int:
        return len(self._props)


def _counted(resource: Resource) -> Resource:
    props = {name: resource.props.read((name,)).or_none() for name in resource.props.names()}
    return replace(resource, props=Props(_Counted(props)))


def test_a_property_is_read_once() -> None:
    (resource,) = map(_counted, resources_of(function_named("a")))
    (function,) = Stack([resource]).all(Function)
    _Counted.touched = 0
    assert function.own_name is function.own_name
    assert _Counted.touched == 1


def _reads_to_link(count: int) -> int:
    resources: list[Resource] = []
    for index in range(count):
        name = f"f{index}"
        alias = Res(ALIAS, f"a{index}", {"functionName": name, "functionVersion": "1"})
        resources += resources_of(function_named(name), alias)
    counted = list(map(_counted, resources))
    _Counted.touched = 0
    stack = Stack(counted)
    assert all(len(stack.functions_of(alias)) == 1 for alias in stack.all(Alias))
    return _Counted.touched


def test_linking_costs_the_same_for_each_resource_in_a_large_stack() -> None:
    assert _reads_to_link(1000) == 10 * _reads_to_link(100)


def _calls_to_judge(count: int) -> int:
    stack, calls = full_of_lmi(count), 0

    def count_call(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count_call)
    try:
        judge(*stack)
    finally:
        sys.setprofile(None)
    return calls


def test_judging_costs_the_same_for_each_resource_in_a_large_stack() -> None:
    """No rule looks through all resources for each of them."""
    small, large = _calls_to_judge(100), _calls_to_judge(200)
    assert 1.9 * small < large < 2.1 * small
