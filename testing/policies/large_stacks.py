"""Large stacks for the policy pack to judge: one of LMI alone, one as most stacks are."""

import json
from collections.abc import Iterator
from itertools import chain, count, islice

from testing.policies.networks import closed, written
from testing.policies.support import ALIAS, FUNCTION, URL, Json, Res, function_inputs, lmi

SERVICES_ON_A_PROVIDER = 25
OTHERS_FOR_EACH_OF_LMI = 9

_ARN = "arn:aws:lambda:eu-west-1:123456789012"
_TAGS = {"team": "checkout", "cost-center": "4711", "environment": "production"}
_DOCUMENT = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::files/*"]}
        ],
    }
)


def full_of_lmi(size: int) -> list[Res]:
    """Return functions in one network, 25 on a provider, each with what a service has."""
    return list(islice(_lmi(), size))


def mixed(size: int) -> list[Res]:
    """Return the same among nine times as many resources that no rule looks at."""
    return list(islice(_mixed(), size))


def _mixed() -> Iterator[Res]:
    others = chain.from_iterable(_storage(number) for number in count())
    for resource in _lmi():
        yield resource
        yield from islice(others, OTHERS_FOR_EACH_OF_LMI)


def _lmi() -> Iterator[Res]:
    network = written(closed(), first_preview=False)
    yield from (resource for resource in network if resource.name not in ("pool", "api"))
    for pool in (f"pool-{number}" for number in count()):
        yield _provider(pool)
        for number in range(SERVICES_ON_A_PROVIDER):
            yield from _service(f"{pool}-service-{number}", pool)


def _provider(name: str) -> Res:
    (pool,) = [one for one in written(closed(), first_preview=False) if one.name == "pool"]
    own = {"name": name, "arn": f"{_ARN}:capacity-provider:{name}", "tags": _TAGS}
    return Res(pool.type, name, {**pool.inputs, **own}, made_from=pool.made_from)


def _service(name: str, pool: str) -> Iterator[Res]:
    role, live, url = f"{name}-role", f"{name}-live", f"{name}-url"
    role_arn, arn = f"arn:aws:iam::123456789012:role/{role}", f"{_ARN}:function:{name}"
    yield Res("aws:iam/role:Role", role, {"name": role, "arn": role_arn, "tags": _TAGS})
    yield Res(
        "aws:iam/rolePolicy:RolePolicy",
        f"{name}-policy",
        {"role": role, "policy": _DOCUMENT},
        made_from={"role": [role]},
    )
    yield Res("aws:cloudwatch/logGroup:LogGroup", f"{name}-log", {"retentionInDays": 14})
    on_lmi = lmi(
        capacityProviderArn=f"{_ARN}:capacity-provider:{pool}",
        executionEnvironmentMemoryGibPerVcpu=2,
        perExecutionEnvironmentMaxConcurrency=64,
    )
    yield Res(
        FUNCTION,
        name,
        function_inputs(
            name=name, arn=arn, role=role_arn, capacityProviderConfig=on_lmi, tags=_TAGS
        ),
        made_from={"role": [role], "capacityProviderConfig": [pool]},
        depends_on=[f"{name}-policy", f"{name}-log"],
    )
    yield _part(ALIAS, live, name, name="live", functionVersion="$LATEST.PUBLISHED")
    yield _part(URL, url, name, qualifier="live", invokeMode="RESPONSE_STREAM")
    yield _part(
        "aws:lambda/functionScalingConfig:FunctionScalingConfig",
        f"{name}-scaling",
        name,
        qualifier="$LATEST.PUBLISHED",
        functionScalingConfig={"minExecutionEnvironments": 3, "maxExecutionEnvironments": 10},
    )


def _part(kind: str, resource: str, function: str, **inputs: object) -> Res:
    return Res(
        kind, resource, {"functionName": function, **inputs}, made_from={"functionName": [function]}
    )


def _storage(number: int) -> Iterator[Res]:
    bucket, topic = f"bucket-{number}", f"topic-{number}"
    yield Res("aws:s3/bucket:Bucket", bucket, {"bucket": bucket, "tags": _TAGS})
    access: Json = {"blockPublicAcls": True, "blockPublicPolicy": True}
    yield Res(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        f"{bucket}-access",
        {"bucket": bucket, **access, "ignorePublicAcls": True, "restrictPublicBuckets": True},
        made_from={"bucket": [bucket]},
    )
    yield Res(
        "aws:s3/bucketPolicy:BucketPolicy",
        f"{bucket}-policy",
        {"bucket": bucket, "policy": _DOCUMENT},
        made_from={"bucket": [bucket]},
    )
    yield Res("aws:sns/topic:Topic", topic, {"name": topic, "tags": _TAGS, "policy": _DOCUMENT})
    yield Res(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        f"{topic}-alarm",
        {
            "namespace": "AWS/SNS",
            "metricName": "NumberOfNotificationsFailed",
            "comparisonOperator": "GreaterThanThreshold",
            "threshold": 0,
            "period": 60,
            "evaluationPeriods": 5,
            "statistic": "Sum",
            "dimensions": {"TopicName": topic},
            "tags": _TAGS,
        },
        made_from={"dimensions": [topic]},
    )
