"""A stack that meets one mishap after another: each ``up`` goes on from where it was left.

Engine runs are dear, so that one stack meets all of them.
"""

import json
from contextlib import suppress

from tests.local.engine.harness import Stack
from tests.local.engine.world_program import urn, write_world
from tests.local.provider.samples import (
    EGRESS_RULE,
    FUNCTION,
    FUNCTION_URL,
    LOG_GROUP,
    METRIC_ALARM,
    PERMISSION,
    ROLE,
    ROLE_POLICY_ATTACHMENT,
    SECURITY_GROUP,
    SUBNET,
    TOPIC,
)
from tests.local.provider.world import WORLD, Made, import_id

OTHER_ACCOUNT = "210987654321"
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
CHANGED = (FUNCTION, LOG_GROUP)
DELETED = (FUNCTION_URL, METRIC_ALARM, EGRESS_RULE)
CHANGES = {
    TOPIC: {"displayName": "another"},
    PERMISSION: {"principal": OTHER_ACCOUNT},
    ROLE_POLICY_ATTACHMENT: {"policyArn": READ_ONLY},
}
"""One is updated, of one the new is made first, of one the old is deleted first."""


def independent() -> set[str]:
    """Return the URNs of the resources that need no other."""
    nothing = Made("function.zip")
    found: set[str] = set()
    for pulumi_type, recipe in WORLD.items():
        with suppress(KeyError):
            recipe(nothing)
            found.add(urn(pulumi_type))
    return found


def test_a_stack_goes_on_after_every_mishap_and_leaves_nothing(stack: Stack, zip_file: str) -> None:
    before = stack.holds()
    first = independent()

    is_killed_while_it_makes(stack, first)
    stack.delete_orphans(first)

    is_killed_while_it_makes(stack, first)
    stack.take_over({urn: import_id(stack.provider.made[urn]) for urn in first})
    assert not stack.state.was_interrupted()
    assert stack.checkpoint().resources.keys() == stack.provider.made.keys()

    fails_while_a_subnet_gets_ready(stack)
    is_cancelled_while_it_makes(stack, urn(FUNCTION))
    stack.up()

    is_changed_behind_its_back(stack)
    stack.pulumi("preview", "--refresh", "--expect-no-changes", "--stack", "local")

    write_world(stack.project, zip_file, CHANGES)
    is_cut_off_while_it_changes_resources(stack)
    stack.up()
    assert callers(stack) == {"*", f"arn:aws:iam::{OTHER_ACCOUNT}:root"}
    assert attached(stack) == {READ_ONLY}

    stack.destroy()
    assert stack.holds() == before


def is_killed_while_it_makes(stack: Stack, level: set[str]) -> None:
    """Kill an ``up``: its state names all that AWS may have made."""
    stack.killed_up(level)
    # This is what has `make up` start over.
    assert stack.state.was_interrupted()
    assert stack.checkpoint().pending >= level
    assert stack.provider.made.keys() == stack.checkpoint().resources.keys() | level


def fails_while_a_subnet_gets_ready(stack: Stack) -> None:
    printed = stack.refused_up("ModifySubnetAttribute")
    assert "ec2 ModifySubnetAttribute: 503" in printed
    assert stack.checkpoint().unfinished == {urn(SUBNET)}


def is_cancelled_while_it_makes(stack: Stack, later: str) -> None:
    """Press Ctrl-C in an ``up`` that first had to finish what failed before."""
    stack.cancelled_up({later})
    assert not stack.state.was_interrupted()
    assert stack.checkpoint().unfinished == set()
    assert stack.checkpoint().resources.keys() == stack.provider.made.keys() | {urn(SUBNET)}


def is_changed_behind_its_back(stack: Stack) -> None:
    """Change and delete resources by AWS's calls: a refresh finds these, and nothing else."""
    made = {
        pulumi_type: stack.provider.made[urn(pulumi_type)].id
        for pulumi_type in (*CHANGED, *DELETED, SECURITY_GROUP)
    }
    aws = stack.client
    aws("lambda").update_function_configuration(FunctionName=made[FUNCTION], Timeout=900)
    aws("logs").put_retention_policy(logGroupName=made[LOG_GROUP], retentionInDays=1)
    aws("lambda").delete_function_url_config(FunctionName=made[FUNCTION], Qualifier="live")
    aws("cloudwatch").delete_alarms(AlarmNames=[made[METRIC_ALARM]])
    aws("ec2").revoke_security_group_egress(
        GroupId=made[SECURITY_GROUP], SecurityGroupRuleIds=[made[EGRESS_RULE]]
    )

    printed = stack.up("--refresh")

    assert f"+ {len(DELETED)} created" in printed
    assert f"~ {len(CHANGED)} updated" in printed
    function = aws("lambda").get_function_configuration(FunctionName=made[FUNCTION])
    assert function["Timeout"] == 60


def is_cut_off_while_it_changes_resources(stack: Stack) -> None:
    """Kill an ``up``, and press Ctrl-C in the next one, during the same changes."""
    changed = set(map(urn, CHANGES))

    stack.killed_up(changed)
    assert stack.checkpoint().pending == changed
    stack.delete_orphans({urn(PERMISSION)})

    stack.cancelled_up(changed)
    # Of what was killed Pulumi keeps in mind only what may have been made.
    assert stack.checkpoint().pending == {urn(PERMISSION)}


def callers(stack: Stack) -> set[str]:
    """Return whom the function lets in."""
    function = stack.provider.made[urn(FUNCTION)].id
    answer = stack.client("lambda").get_policy(FunctionName=function, Qualifier="live")
    principals = [each["Principal"] for each in json.loads(answer["Policy"])["Statement"]]
    return {each if isinstance(each, str) else each["AWS"] for each in principals}


def attached(stack: Stack) -> set[str]:
    """Return the managed policies that the role has."""
    role = stack.provider.made[urn(ROLE)].id
    answer = stack.client("iam").list_attached_role_policies(RoleName=role)
    return {policy["PolicyArn"] for policy in answer["AttachedPolicies"]}
