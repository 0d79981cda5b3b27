"""Large stacks for the policy pack to judge: one of LMI alone, one as most stacks are."""

import json
from collections.abc import Iterator
from itertools import chain, count, islice

from testing.policies.support import (
    ALIAS,
    FUNCTION,
    PROVIDER,
    URL,
    Json,
    Res,
    function_inputs,
    lmi,
    provider,
)

SERVICES_ON_A_PROVIDER = 25
OTHERS_FOR_EACH_OF_LMI = 9

_ARN = "arn:aws:lambda:eu-west-1:123456789012"
_ZONES = ("a", "b", "c")
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
    yield from _network()
    for pool in (f"pool-{number}" for number in count()):
        yield _provider(pool)
        for number in range(SERVICES_ON_A_PROVIDER):
            yield from _service(f"{pool}-service-{number}", pool)


def _network() -> Iterator[Res]:
    """Yield a closed network in three zones, with endpoints for logs and for S3."""
    yield Res("aws:ec2/vpc:Vpc", "vpc", {"id": "vpc-1", "enableDnsHostnames": True})
    yield _of_vpc("aws:ec2/routeTable:RouteTable", "table", id="rtb-1")
    for number, zone in enumerate(_ZONES):
        own: Json = {"id": f"subnet-{zone}", "availabilityZone": f"eu-west-1{zone}"}
        yield _of_vpc("aws:ec2/subnet:Subnet", zone, **own, cidrBlock=f"10.0.{number}.0/24")
        yield Res(
            "aws:ec2/routeTableAssociation:RouteTableAssociation",
            f"of-{zone}",
            {"subnetId": f"subnet-{zone}", "routeTableId": "rtb-1"},
            made_from={"subnetId": [zone], "routeTableId": ["table"]},
        )
    for group, peer, direction in (("sg", "door", "Egress"), ("door", "sg", "Ingress")):
        yield _of_vpc("aws:ec2/securityGroup:SecurityGroup", group, id=f"sg-{group}")
        kind = f"aws:vpc/securityGroup{direction}Rule:SecurityGroup{direction}Rule"
        peers = {"securityGroupId": f"sg-{group}", "referencedSecurityGroupId": f"sg-{peer}"}
        tls = {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443}
        yield Res(kind, direction, {**peers, **tls}, made_from={"securityGroupId": [group]})
    interface: Json = {"vpcEndpointType": "Interface", "privateDnsEnabled": True}
    interface |= {"subnetIds": [f"subnet-{zone}" for zone in _ZONES]}
    yield _endpoint("logs", **interface, securityGroupIds=["sg-door"])
    yield _endpoint("s3", routeTableIds=["rtb-1"], policy=_DOCUMENT)


def _of_vpc(kind: str, resource: str, **inputs: object) -> Res:
    return Res(kind, resource, {"vpcId": "vpc-1", **inputs}, made_from={"vpcId": ["vpc"]})


def _endpoint(service: str, **inputs: object) -> Res:
    name = f"com.amazonaws.eu-west-1.{service}"
    return _of_vpc("aws:ec2/vpcEndpoint:VpcEndpoint", service, serviceName=name, **inputs)


def _provider(name: str) -> Res:
    network: Json = {"subnetIds": [f"subnet-{zone}" for zone in _ZONES]}
    own = {"name": name, "arn": f"{_ARN}:capacity-provider:{name}", "tags": _TAGS}
    inputs = provider(vpcConfig={**network, "securityGroupIds": ["sg-sg"]}, **own).inputs
    return Res(PROVIDER, name, inputs, made_from={"vpcConfig": [*_ZONES, "sg"]})


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
