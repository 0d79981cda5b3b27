"""The function, from its log group to its alias.

Lambda Managed Instances serve published code only, so the function publishes itself to
``$LATEST.PUBLISHED`` or to numbered versions. Alias, scaling configuration and, through the alias,
the front use that qualifier (docs/design.md#publishing). Publishing starts execution
environments at once, so the function comes after all that they need
(docs/design.md#order-of-creation).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pulumi
import pulumi_aws as aws
from pulumi_aws.cloudwatch.log_group import LogGroup

from . import web_adapter
from .iam import LAMBDA_TRUST_POLICY, account_of, bedrock_statements, policy, trust_zone_tags
from .limits import LATEST_PUBLISHED
from .schedules import Schedules, SchedulesArgs
from .settings import Architecture, FunctionSettings, ScalingSettings
from .settings.arguments import checked_inputs
from .settings.checked import Checked
from .settings.mistakes import ArgumentWords, Fix, refuse, worded
from .timetable import numbers_in_force
from .zip_layout import HANDLER

ALIAS: Final = "live"
"""Name of the alias. Without one the provider would generate a name.

Source: docs/facts/aws-provider.md#names.
"""

_BUILD: Final = "ServiceArgs(archive=package.build(...))"
_TIMEOUTS: Final = pulumi.CustomTimeouts(create="30m", update="30m")
"""Publishing waits for instances to be launched (docs/facts/aws-provider.md#timeouts)."""


class ServiceArgs(Checked):
    """The arguments of a service."""

    region: str
    """Region of the web adapter's layer."""
    architecture: Architecture
    """Architecture of the function, the zip and the capacity provider."""
    archive: Path | str | pulumi.Input[pulumi.Archive] | None = None
    """The Lambda zip; none where ``function.image_uri`` names a container image."""
    layer: Path | str | None = None
    """The zip of a layer with the dependencies; none where ``archive`` has them."""
    provider_arn: pulumi.Input[str]
    """ARN of the capacity provider."""
    function: FunctionSettings = field(default_factory=FunctionSettings)
    """One execution environment: its size, what it is told, and how it is published."""
    scaling: ScalingSettings = field(default_factory=ScalingSettings)
    """Numbers of execution environments."""
    streams: bool = True
    """Whether its front streams; all but an HTTP API do."""
    serves_api_docs: bool = True
    """Whether the application serves ``/docs`` and ``/openapi.json``."""
    depends_on: Sequence[pulumi.Resource] = ()
    """What execution environments need before the first one starts: the network, if the program
    makes one."""
    trust_zone: str = ""
    """Value of the tag ``trust-zone`` (SEC-01); empty adds no tag."""
    protect: bool = False
    """Whether Pulumi refuses to delete the log group, the function and its alias."""


class Service(pulumi.ComponentResource):
    """A published function and its alias."""

    function_name: pulumi.Output[str]
    function_arn: pulumi.Output[str]
    """The function, unqualified."""
    alias_name: pulumi.Output[str]
    alias_arn: pulumi.Output[str]
    """The alias that its front calls."""
    role_name: pulumi.Output[str]
    """Name of the execution role, for policies of what the application needs."""
    log_group_name: pulumi.Output[str]
    """Name of the log group that its execution environments write to."""
    dead_letter_queue_name: pulumi.Output[str] | None
    """Name of the queue of the schedules' failed calls; None without schedules."""
    settings: FunctionSettings
    """The function's settings, which its front uses too."""

    def __init__(
        self, name: str, args: ServiceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        inputs = checked_inputs(args, ServiceArgs)
        super().__init__("lmi-streaming:infra:Service", name, inputs, opts)
        self._name = name
        self._args = args
        self.settings = args.function
        self._as_child = pulumi.ResourceOptions(parent=self)

        log_group = self._build_log_group()
        role = self._build_execution_role()
        permission = self._create_role_policy(role, log_group)
        function = self._build_function(role, log_group, permission)
        qualifier = self._qualifier(function)
        alias = self._build_alias(function, qualifier)
        self._create_scaling_config(function, qualifier)
        schedules = self._create_schedules(function, qualifier)

        self.function_name = function.name
        self.function_arn = function.arn
        self.alias_name = alias.name
        self.alias_arn = alias.arn
        self.role_name = role.name
        self.log_group_name = log_group.name
        self.dead_letter_queue_name = schedules and schedules.dead_letter_queue_name
        self.register_outputs(
            {
                "functionName": self.function_name,
                "functionArn": self.function_arn,
                "aliasName": self.alias_name,
                "aliasArn": self.alias_arn,
                "logGroupName": self.log_group_name,
            }
        )

    def require_invoke_mode(self, *, streams: bool, front: str) -> None:
        """Refuse a front with another invoke mode than the web adapter's (URL-04)."""
        if self._args.streams is not streams:
            refuse(
                f"service {self._name} has streams={self._args.streams}, and {front} before it",
                allowed=f"streams={streams} before {front}, or clients cannot read the responses",
                fix=(f"ServiceArgs(streams={streams})", "another front"),
            )

    def _build_log_group(self) -> LogGroup:
        return LogGroup(
            self._name,
            retention_in_days=self._args.function.log_retention_days,
            kms_key_id=self._args.function.log_kms_key_arn or None,
            opts=pulumi.ResourceOptions(parent=self, protect=self._args.protect or None),
        )

    def _build_execution_role(self) -> aws.iam.Role:
        return aws.iam.Role(
            f"{self._name}-execution",
            description="Execution role of the streaming function",
            assume_role_policy=LAMBDA_TRUST_POLICY,
            opts=self._as_child,
        )

    def _create_role_policy(self, role: aws.iam.Role, log_group: LogGroup) -> aws.iam.RolePolicy:
        """Allow the function to write its log, send traces and read its secrets, nothing else."""
        settings = self._args.function
        statements: list[dict[str, Any]] = [
            {
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": pulumi.Output.concat(log_group.arn, ":*"),
            }
        ]
        if settings.tracing:
            statements.append(
                {
                    "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
                    # X-Ray has no resources for policies.
                    "Resource": "*",
                }
            )
        if settings.secrets:
            statements.append(
                {
                    "Action": "secretsmanager:GetSecretValue",
                    "Resource": pulumi.Output.all(*settings.secrets.values()).apply(
                        lambda arns: sorted(set(arns))
                    ),
                }
            )
        if settings.bedrock_model:
            account_id = account_of(self._args.provider_arn)
            statements += bedrock_statements(settings.bedrock_model, self._args.region, account_id)
        return aws.iam.RolePolicy(
            f"{self._name}-execution",
            role=role.name,
            policy=policy(*statements),
            opts=self._as_child,
        )

    def _build_function(
        self, role: aws.iam.Role, log_group: LogGroup, permission: aws.iam.RolePolicy
    ) -> aws.lambda_.Function:
        args, settings = self._args, self._args.function
        return aws.lambda_.Function(
            self._name,
            description="Streams from Lambda Managed Instances",
            **self._build_code(),
            architectures=[args.architecture],
            environment={
                "variables": {
                    **web_adapter.variables(
                        settings, streams=args.streams, serves_api_docs=args.serves_api_docs
                    ),
                    **settings.environment,
                    **settings.secrets,
                }
            },
            memory_size=settings.memory_mb,
            timeout=settings.timeout_seconds,
            ephemeral_storage={"size": settings.ephemeral_storage_mb},
            role=role.arn,
            logging_config={
                "log_format": "JSON",
                "log_group": log_group.name,
                "application_log_level": settings.log_level,
            },
            tracing_config={"mode": "Active" if settings.tracing else "PassThrough"},
            capacity_provider_config={
                "lambda_managed_instances_capacity_provider_config": {
                    "capacity_provider_arn": args.provider_arn,
                    "execution_environment_memory_gib_per_vcpu": settings.memory_gib_per_vcpu,
                    "per_execution_environment_max_concurrency": settings.max_concurrency,
                }
            },
            # LMI serves published code only (PUB-03, PUB-05).
            publish=True,
            publish_to="LATEST_PUBLISHED" if self._publishes_to_latest else None,
            tags=trust_zone_tags(args.trust_zone),
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=args.protect or None,
                depends_on=[permission, *args.depends_on],
                custom_timeouts=_TIMEOUTS,
                # $LATEST.PUBLISHED would stay, and remain the newest version.
                replace_on_changes=["publishTo"],
            ),
        )

    def _build_code(self) -> Mapping[str, Any]:
        """Return the arguments of the function that say what it runs."""
        args, settings = self._args, self._args.function
        if bool(settings.image_uri) == (args.archive is not None):
            has = "both an archive and" if settings.image_uri else "neither an archive nor"
            refuse(
                f"service {self._name} has {has} an image",
                allowed="one of them",
                fix=(_BUILD, "FunctionSettings(image_uri=...)"),
            )
        if settings.image_uri:
            return {"package_type": "Image", "image_uri": settings.image_uri}
        with worded(ArgumentWords("ServiceArgs")):
            refuse_unfinished(args.archive, _BUILD)
        return {
            "code": pulumi.FileArchive(str(args.archive))
            if isinstance(args.archive, Path | str)
            else args.archive,
            "handler": HANDLER,
            "runtime": settings.runtime,
            "layers": [
                web_adapter.layer_arn(args.region, args.architecture),
                *([self._build_layer(args.layer).arn] if args.layer else []),
            ],
        }

    def _build_layer(self, layer: Path | str) -> aws.lambda_.LayerVersion:
        return aws.lambda_.LayerVersion(
            f"{self._name}-dependencies",
            layer_name=f"{self._name}-dependencies",
            code=pulumi.FileArchive(str(layer)),
            compatible_runtimes=[self._args.function.runtime],
            compatible_architectures=[self._args.architecture],
            opts=self._as_child,
        )

    def _qualifier(self, function: aws.lambda_.Function) -> pulumi.Input[str]:
        """Return what is published (docs/facts/aws-provider.md#published-qualifier)."""
        return LATEST_PUBLISHED if self._publishes_to_latest else function.version

    @property
    def _publishes_to_latest(self) -> bool:
        return self._args.function.publishing == "latest"

    def _build_alias(
        self, function: aws.lambda_.Function, qualifier: pulumi.Input[str]
    ) -> aws.lambda_.Alias:
        return aws.lambda_.Alias(
            f"{self._name}-{ALIAS}",
            name=ALIAS,
            function_name=function.name,
            function_version=qualifier,
            # A constant carries no dependency (docs/facts/aws-provider.md#published-qualifier).
            opts=pulumi.ResourceOptions(
                parent=self, protect=self._args.protect or None, depends_on=[function]
            ),
        )

    def _create_scaling_config(
        self, function: aws.lambda_.Function, qualifier: pulumi.Input[str]
    ) -> None:
        settings = self._args.scaling
        minimum, maximum = numbers_in_force(settings, datetime.now(UTC))
        aws.lambda_.FunctionScalingConfig(
            self._name,
            function_name=function.name,
            qualifier=qualifier,
            function_scaling_config={
                "min_execution_environments": minimum,
                "max_execution_environments": maximum,
            },
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=[function],
                custom_timeouts=_TIMEOUTS,
                # What a schedule sets is not in the state, so it would look like a change.
                ignore_changes=["functionScalingConfig"] if settings.schedules else None,
                # For the same reason the end of all schedules would not look like one. A
                # replacement puts the numbers anew (docs/facts/pulumi.md#replacements).
                replacement_trigger="schedules" if settings.schedules else "settings",
                # Deleting it would reset the version to AWS's defaults and activate it (SC-19).
                retain_on_delete=True,
            ),
        )

    def _create_schedules(
        self, function: aws.lambda_.Function, qualifier: pulumi.Input[str]
    ) -> Schedules | None:
        if not self._args.scaling.schedules:
            return None
        return Schedules(
            self._name,
            SchedulesArgs(
                function_name=function.name,
                function_arn=function.arn,
                qualifier=qualifier,
                scaling=self._args.scaling,
            ),
            self._as_child,
        )


def refuse_unfinished(archive: object, fix: Fix) -> None:
    """Refuse an archive that is missing, or made by the engine, without the modes of its files."""
    path = archive.path if isinstance(archive, pulumi.FileArchive) else archive
    is_path = isinstance(path, str | Path)
    allowed = "an archive that is a finished zip"
    if is_path and not Path(path).exists():
        refuse(f"is {path}, which does not exist", path="archive", allowed=allowed, fix=fix)
    if (is_path and Path(path).is_dir()) or isinstance(archive, pulumi.AssetArchive):
        refuse(
            "is a folder or a list of files, which Pulumi packs without their modes, so that "
            "nothing could start run.sh",
            path="archive",
            allowed=allowed,
            fix=fix,
        )
