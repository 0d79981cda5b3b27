"""The resource types that invoke functions: event source mappings, integrations, targets."""

import re
from typing import Any, ClassVar, Final, TypeAlias

from .access import ABSENT, Path, Props, Reading, known
from .resource import Field, FunctionPart, Named, Resource

FUNCTION_PROXY = "AWS_PROXY"
"""The type of integration that hands requests and answers of functions through as they are."""

FUNCTION_ARN: Final = (
    r"(?P<function>arn:[^:/]*:lambda:[^:/]*:[0-9]*:function:[^:/]+)(:(?P<qualifier>[^:/]+))?"
)
"""A function's ARN inside the address of an integration, with a version or an alias."""


class EventSourceMapping(
    FunctionPart, aws="lambda:EventSourceMapping", native="lambda:EventSourceMapping"
):
    """What reads a queue or a stream and invokes a function."""

    qualifier = Field(Props.text, None)  # a part of the function's name
    source = Field(Props.text, "eventSourceArn")
    broker_queues = Field(Props.read, "queues")
    document_db = Field(Props.read, "documentDbEventSourceConfig")
    destination = Field(Props.read, "destinationConfig")
    maximum_concurrency = Field(Props.integer, "scalingConfig.maximumConcurrency")

    @property
    def ends_after_15_minutes(self) -> bool | None:
        """Whether the source is Amazon MQ or DocumentDB; None where not known."""
        if self.broker_queues.is_present or self.document_db.is_present:
            return True
        if self.source.is_undecided:
            return None
        return re.match(r"arn:[^:]*:mq:", self.source.or_none() or "") is not None


class Queue(Named, aws="sqs:Queue", native="sqs:Queue"):
    """An SQS queue."""

    own_name = Field(Props.text, "name", "queueName")
    visibility = Field(Props.integer, "visibilityTimeoutSeconds", "visibilityTimeout")


class Invoker(Resource):
    """What invokes a function by an ARN, without being a part of the function."""

    target: ClassVar[Field[str]]

    @property
    def reference(self) -> Field[Any]:
        """The property in which it names what it invokes."""
        return type(self).target

    @property
    def targets(self) -> tuple[Reading[str], ...]:
        """What it invokes, of which an ARN of a function may be a part."""
        return (self.reference.of(self),)


class RestApi(Named, aws="apigateway:RestApi", native="apigateway:RestApi"):
    """A REST API; others refer to it by its id."""

    own_name = Field(Props.text, "id", "restApiId")
    endpoint = Field(Props.text, "endpointConfiguration.types", "endpointConfiguration.types.0")


def _function_in(props: Props, path: Path) -> Reading[str]:
    """Return the ARN of the function in an address, absent where it has none."""
    address = props.text(path)
    if address.is_undecided:
        return address
    arn = re.search(FUNCTION_ARN, address.or_none() or "")
    return Reading(arn["function"]) if arn else ABSENT


class RestIntegration(
    Invoker, FunctionPart, aws="apigateway:Integration", native="apigateway:Method"
):
    """An integration of a REST API, which aws-native keeps inside a method."""

    api = Field(Props.text, "restApi", "restApiId")
    target = Field(Props.text, "uri", "integration.uri")
    function = Field(_function_in, "uri", "integration.uri")
    integration_type = Field(Props.text, "type", "integration.type")
    role = Field(Props.text, "credentials", "integration.credentials")
    transfer_mode = Field(Props.text, "responseTransferMode", "integration.responseTransferMode")
    timeout_milliseconds = Field(
        Props.integer, "timeoutMilliseconds", "integration.timeoutInMillis"
    )

    @property
    def streams(self) -> bool | None:
        """Whether it streams what a function answers; None where not known, or no proxy."""
        if self.integration_type.or_none() != FUNCTION_PROXY:
            return None
        mode = self.transfer_mode.or_default("BUFFERED")
        return {"STREAM": True, "BUFFERED": False}.get(mode or "")


class HttpIntegration(
    Invoker, FunctionPart, aws="apigatewayv2:Integration", native="apigatewayv2:Integration"
):
    """An integration of an HTTP or WebSocket API."""

    api = Field(Props.text, "apiId")
    target = Field(Props.text, "integrationUri")
    function = Field(_function_in, "integrationUri")
    integration_type = Field(Props.text, "integrationType")
    role = Field(Props.text, "credentialsArn")
    transfer_mode = Field(Props.text, "responseTransferMode")  # which it does not have

    @property
    def streams(self) -> bool | None:
        """Whether it streams what a function answers, which none does; None if no proxy."""
        return False if self.integration_type.or_none() == FUNCTION_PROXY else None


Integration: TypeAlias = RestIntegration | HttpIntegration


class RestStage(Resource, aws="apigateway:Stage", native="apigateway:Stage"):
    """A stage of a REST API."""

    api = Field(Props.text, "restApi", "restApiId")
    log_group = Field(
        Props.text, "accessLogSettings.destinationArn", "accessLogSetting.destinationArn"
    )


class HttpStage(Resource, aws="apigatewayv2:Stage", native="apigatewayv2:Stage"):
    """A stage of an HTTP or WebSocket API."""

    api = Field(Props.text, "apiId")
    log_group = Field(Props.text, "accessLogSettings.destinationArn")


class Schedule(Invoker, aws="scheduler:Schedule", native="scheduler:Schedule"):
    """An EventBridge schedule, which may call any AWS API."""

    target = Field(Props.text, "target.arn")
    payload = Field(Props.text, "target.input")


_TARGETS: Final = {
    "alb:TargetGroupAttachment": "targetId",
    "apigateway:Authorizer": "authorizerUri",
    "apigatewayv2:Authorizer": "authorizerUri",
    "appsync:DataSource": "lambdaConfig.functionArn",
    "bedrock:AgentAgentActionGroup": "actionGroupExecutor.lambda",
    "cloudwatch:EventTarget": "arn",
    "cloudwatch:LogSubscriptionFilter": "destinationArn",
    "connect:LambdaFunctionAssociation": "functionArn",
    "iot:TopicRule": "lambdas[].functionArn",
    "lb:TargetGroupAttachment": "targetId",
    "pipes:Pipe": "target",
    "s3:BucketNotification": "lambdaFunctions[].lambdaFunctionArn",
    "secretsmanager:SecretRotation": "rotationLambdaArn",
    "ses:ReceiptRule": "lambdaActions[].functionArn",
    "sns:TopicSubscription": "endpoint",
    "vpclattice:TargetGroupAttachment": "target.id",
}
_NATIVE_TARGETS: Final = {
    "apigateway:Authorizer": "authorizerUri",
    "apigatewayv2:Authorizer": "authorizerUri",
    "appsync:DataSource": "lambdaConfig.lambdaFunctionArn",
    "elasticloadbalancingv2:TargetGroup": "targets[].id",
    "events:Rule": "targets[].arn",
    "logs:SubscriptionFilter": "destinationArn",
    "pipes:Pipe": "target",
    "s3:Bucket": "notificationConfiguration.lambdaConfigurations[].function",
    "secretsmanager:RotationSchedule": "rotationLambdaArn",
    "sns:Subscription": "endpoint",
}
"""Where resources of each type name functions, among others; in a list of objects before ``[]``."""


class ArnInvoker(Invoker, aws=" ".join(_TARGETS), native=" ".join(_NATIVE_TARGETS)):
    """What invokes functions by ARNs in one property: targets, a subscription, a pipe."""

    @property
    def _place(self) -> tuple[str, str]:
        """Where the ARN stands or the list of objects is, and the key of the ARN in these."""
        _, module, name = self.type.split(":")
        places = _NATIVE_TARGETS if self.is_native else _TARGETS
        place, _, key = places[f"{module.partition('/')[0]}:{name}"].partition("[].")
        return place, key

    @property
    def reference(self) -> Field[Any]:
        """The property in which it names what it invokes."""
        place, key = self._place
        return Field(Props.records if key else Props.text, place)

    @property
    def targets(self) -> tuple[Reading[str], ...]:
        """What it invokes, as far as known."""
        found, (_, key) = self.reference.of(self), self._place
        return tuple(one.text((key,)) for one in known(found)) if key else (found,)


class Distribution(Resource, aws="cloudfront:Distribution"):
    """A CloudFront distribution, which may run functions at its edge."""

    default_functions = Field(Props.records, "defaultCacheBehavior.lambdaFunctionAssociations")
    ordered = Field(Props.records, "orderedCacheBehaviors")

    @property
    def edge_functions(self) -> tuple[Reading[str], ...]:
        """The functions that run at the edge, as far as known."""
        key = ("lambdaFunctionAssociations",)
        associated = (self.default_functions, *(one.records(key) for one in known(self.ordered)))
        return tuple(one.text(("lambdaArn",)) for found in associated for one in known(found))


INVOKERS = (RestIntegration, HttpIntegration, Schedule, ArnInvoker)
