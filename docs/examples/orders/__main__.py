"""Orders: a list that streams from LMI, and an ordinary function that writes, behind one API."""

import secrets
import shutil
import sys
from pathlib import Path

import pulumi
import pulumi_aws as aws

# The components are in this checkout; a project of yours imports the wheel (two-services).
sys.path.append(str(Path(__file__).resolve().parents[3]))

from orders_api import serve

from infra import package
from infra.capacity import Capacity, CapacityArgs
from infra.iam import LAMBDA_TRUST_POLICY, policy
from infra.network import Network, NetworkArgs
from infra.service import Service, ServiceArgs
from infra.settings import FunctionSettings, ScalingSettings

HERE = Path(__file__).resolve().parent
region = pulumi.Config("aws").require("region")
on_local_aws = pulumi.Config().require_bool("localAws")
protect = pulumi.get_stack() == "prod"
target = package.Target.choose("host" if on_local_aws else "function", "x86_64")


def application() -> Path:
    """Return the example's application with the streaming toolkit of this repository."""
    assembled = HERE / ".build/application"
    shutil.rmtree(assembled, ignore_errors=True)
    not_needed = shutil.ignore_patterns("chat", "message.py", "Dockerfile", "requirements*")
    shutil.copytree(package.ROOT / "app", assembled, ignore=not_needed)
    shutil.copytree(HERE / "app", assembled, dirs_exist_ok=True)
    return assembled


archive = package.build(target, application(), HERE / ".build")
table = aws.dynamodb.Table(
    "orders",
    billing_mode="PAY_PER_REQUEST",
    hash_key="customer",
    range_key="order_id",
    attributes=[{"name": name, "type": "S"} for name in ("customer", "order_id")],
    point_in_time_recovery={"enabled": True},
    deletion_protection_enabled=protect,
    opts=pulumi.ResourceOptions(protect=protect),
)

# Neither the function's configuration nor its archive has the key that signs cursors.
cursor_secret = aws.secretsmanager.Secret("cursors", description="Signs the cursors of the list")
aws.secretsmanager.SecretVersion(
    "cursors",
    secret_id=cursor_secret.id,
    secret_string=pulumi.Output.secret(secrets.token_urlsafe(32)),
    # Each run makes another one, and the first one stays.
    opts=pulumi.ResourceOptions(ignore_changes=["secretString"]),
)

# No NAT: the table is reached through the gateway endpoint, which costs nothing.
network = Network(
    "orders", NetworkArgs(region=region, services=["logs", "secretsmanager", "dynamodb"])
)
capacity = Capacity(
    "orders",
    CapacityArgs(
        region=region,
        architecture=target.architecture,
        subnet_ids=list(network.subnet_ids.values()),
        security_group_ids=[network.security_group_id],
    ),
)
listing = Service(
    "orders-list",
    ServiceArgs(
        region=region,
        architecture=target.architecture,
        archive=archive,
        provider_arn=capacity.provider_arn,
        function=FunctionSettings(
            # Each list reads a whole partition: so many at once bound what the table has to serve.
            max_concurrency=16,
            environment={"TABLE": table.name},
            secrets={"CURSOR_SECRET": cursor_secret.arn},
            tracing=False,
        ),
        scaling=ScalingSettings(min_environments=1 if on_local_aws else 3, max_environments=6),
        depends_on=[network],
        protect=protect,
    ),
)
aws.iam.RolePolicy(
    "orders-list",
    role=listing.role_name,
    policy=policy({"Action": "dynamodb:Query", "Resource": table.arn}),
)

log_group = aws.cloudwatch.LogGroup("orders-write", retention_in_days=14)
role = aws.iam.Role("orders-write", assume_role_policy=LAMBDA_TRUST_POLICY)
aws.iam.RolePolicy(
    "orders-write",
    role=role.name,
    policy=policy(
        {
            "Action": ["dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:DeleteItem"],
            "Resource": table.arn,
        },
        {
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": pulumi.Output.concat(log_group.arn, ":*"),
        },
    ),
)
writing = aws.lambda_.Function(
    "orders-write",
    description="Creates, reads and deletes orders",
    code=pulumi.FileArchive(str(archive)),
    runtime="python3.13",
    handler="app.handler.handler",
    architectures=[target.architecture],
    memory_size=512,
    timeout=10,
    environment={"variables": {"TABLE": table.name}},
    logging_config={"log_format": "JSON", "log_group": log_group.name},
    role=role.arn,
)

auth = "NONE" if on_local_aws else "AWS_IAM"
pulumi.export("url", serve(region, auth, listing, writing))
pulumi.export("table", table.name)
