"""What was changed or deleted behind the engine's back comes back with the next refresh."""

from tests.local.engine.harness import Stack
from tests.local.engine.world_program import urn
from tests.local.provider.samples import (
    EGRESS_RULE,
    FUNCTION,
    FUNCTION_URL,
    LOG_GROUP,
    METRIC_ALARM,
    SECURITY_GROUP,
)

CHANGED = (FUNCTION, LOG_GROUP)
DELETED = (FUNCTION_URL, METRIC_ALARM, EGRESS_RULE)


def test_an_up_with_refresh_repairs_and_recreates(stack: Stack) -> None:
    before = stack.holds()
    stack.up()
    made = {
        pulumi_type: stack.provider.made[urn(pulumi_type)].id
        for pulumi_type in (*CHANGED, *DELETED)
    }
    aws = stack.client
    aws("lambda").update_function_configuration(FunctionName=made[FUNCTION], Timeout=900)
    aws("logs").put_retention_policy(logGroupName=made[LOG_GROUP], retentionInDays=1)
    aws("lambda").delete_function_url_config(FunctionName=made[FUNCTION], Qualifier="live")
    aws("cloudwatch").delete_alarms(AlarmNames=[made[METRIC_ALARM]])
    aws("ec2").revoke_security_group_egress(
        GroupId=stack.provider.made[urn(SECURITY_GROUP)].id,
        SecurityGroupRuleIds=[made[EGRESS_RULE]],
    )

    printed = stack.up("--refresh")

    assert f"+ {len(DELETED)} created" in printed
    assert f"~ {len(CHANGED)} updated" in printed
    function = aws("lambda").get_function_configuration(FunctionName=made[FUNCTION])
    assert function["Timeout"] == 60
    stack.pulumi("preview", "--refresh", "--expect-no-changes", "--stack", "local")
    stack.destroy()
    assert stack.holds() == before
