"""What holds for any function on AWS, carried for stacks with LMI (family GEN).

Numbers of this family are the pack's own. Rules that other tools have for ordinary functions and
that LMI turns around are missing on purpose: a VPC on the function, reserved concurrency and a
dead-letter queue. Stacks without Lambda Managed Instances get no findings from here.
"""

import json
import re
from collections.abc import Iterator
from typing import Final

from ..facts import limits, sources
from ..facts.layer_publishers import KNOWN_PUBLISHERS
from ..graph.references import qualifier_of
from ..graph.stack import Stack
from ..model.callers import FUNCTION_ARN, HttpIntegration, Integration, RestIntegration
from ..model.functions import Alias, Function, Permission
from ..model.general import LogGroup
from ..model.packages import package_of
from .checks import accounts_of, environment_of, layers_of, permissions_by_function
from .rule import Finding, broken_at_run_time, costly, hardening, insecure, refused, unwise

CREDENTIAL_NAME: Final = (
    r"(?i)PASSWORD|PASSWD|SECRET|TOKEN(?!S|I[SZ])|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIALS?"
    r"|PASSPHRASE|_PASS$|SIGNING_?KEY"
)
REFERENCE_NAME: Final = (
    r"(?i)_(ARN|ID|NAME|PATH|FILE|URL|URI|PARAMETER|TTL|SECONDS|HEADER|REGION|VERSION"
    r"|ALGORITHM|AUDIENCE|BACKEND|COUNT|ENDPOINT|FIELD|FORMAT|HOST|ISSUER|LEVEL|MODE|POLICY|PREFIX"
    r"|PROVIDER|SCOPE|SOURCE|STORE|TYPE|USE)$"
)
"""Ends of names whose value tells where a secret is, or something about it."""
SWITCHES: Final = (
    "true", "false", "none", "yes", "no", "on", "off", "enabled", "disabled", "auto",
    "include", "omit", "same-origin",
)  # fmt: skip
"""Values that turn something on or off, in lower case."""
HARMLESS_VALUE: Final = (
    r"[a-z0-9_.-]+(/[a-z0-9_.-]+)+|[0-9.]+ ?(%|[a-zA-Z]{1,2}|min|days)?|[a-z0-9+-]+://.*"
    r"|[\w.-]+\.(json|pem|key|crt|txt|ya?ml|toml|ini)|<\W*\w+\W*>|\[[A-Z]+\]"
)
"""The name of a secret in a hierarchy (keys have upper case somewhere), a number with its unit, an
address, the name of a file, and a token of a language model."""
KEY_VALUE: Final = (
    r"(AKIA|ASIA)[A-Z0-9]{16}|-----BEGIN [A-Z ]*PRIVATE KEY-----|://[^\s/:@]*:[^\s/:@]+@"
    r"|\b(sk_live_|sk-(ant|proj)-|gh[pousr]_|github_pat_|xox[abp]-)[A-Za-z0-9_-]{16}"
)
"""What is a secret under any name: keys, and addresses with a password."""
API_GATEWAY: Final = "apigateway.amazonaws.com"
LAYER: Final = r"arn:[^:]*:lambda:[^:]*:([0-9]{12}):layer:"


@insecure(
    "gen-01-permission-not-for-everyone",
    why="Every AWS account could call it, past the function URL and its authorization.",
    fix="Name an account, a role, or a service with its source.",
    sources=(sources.ACCESS_CONTROL,),
    equivalents=(
        "checkov:CKV_AWS_301",
        "cdk-nag:LambdaFunctionPublicAccessProhibited",
        "prowler:awslambda_function_not_publicly_accessible",
        "securityhub:Lambda.1",
    ),
)
def not_for_everyone(stack: Stack) -> Iterator[Finding]:
    """A permission to invoke a function is not for everyone."""
    for permission in _permissions(stack):
        is_of_url = permission.via_url.or_default(default=False) is not False
        is_of_url |= permission.action.or_none() == "lambda:InvokeFunctionUrl"
        if permission.principal.or_none() == "*" and not is_of_url and _is_unbound(permission):
            yield permission.finding(field=Permission.principal, value="*")


@insecure(
    "gen-02-service-with-its-source",
    why="Otherwise the service may call for resources of any account.",
    fix="Set {sourceArn}, or {sourceAccount}.",
    sources=(sources.ACCESS_CONTROL,),
    equivalents=(
        "checkov:CKV_AWS_364",
        "trivy:AVD-AWS-0067",
        "compliance-policies:aws-lambda-permission-configure-source-arn",
        "cfn-lint:W3663",
    ),
)
def service_has_a_source(stack: Stack) -> Iterator[Finding]:
    """A permission for a service names the source of its calls."""
    for permission in _permissions(stack):
        principal = permission.principal.or_none() or ""
        if principal.endswith(".amazonaws.com") and _is_unbound(permission):
            yield permission.finding("A service may call, and {sourceArn} is not set.")


@broken_at_run_time(
    "gen-27-permission-on-the-alias-that-is-invoked",
    why="A permission covers its own qualifier only: the call is refused, and clients get 500.",
    fix="Name the alias as {qualifier} of the permission, or give its ARN as the function.",
    sources=(sources.ACCESS_CONTROL, sources.ALIASES),
)
def permission_on_the_alias(stack: Stack) -> Iterator[Finding]:
    """API Gateway has its permission on the alias that it invokes."""
    integrations = (*stack.all(RestIntegration), *stack.all(HttpIntegration))
    invoking = [one for one in integrations if _needs_an_alias(stack, one)]
    aliased = {function for one in invoking for function in stack.functions_of(one)}
    for function, permissions in permissions_by_function(stack):
        mine = [one for one in permissions if one.principal.or_none() in (API_GATEWAY, None)]
        if function in aliased and all(_is_unqualified(stack, one) for one in mine):
            for permission in mine:
                yield permission.finding(
                    "It names no qualifier, and what API Gateway invokes has one."
                )


def _needs_an_alias(stack: Stack, integration: Integration) -> bool:
    """Return whether API Gateway certainly needs a permission on an alias, or on a version.

    It needs none where it has a role; of $LATEST PUB-11 speaks.
    """
    (address,) = integration.targets
    arn = re.search(FUNCTION_ARN, address.or_none() or "")
    is_aliased = not (arn["qualifier"] or "$").startswith("$") if arn else False
    if address.is_undecided:
        is_aliased = bool(stack.sources(integration, integration.reference, Alias))
    return is_aliased and not integration.role.may_be_set


def _is_unqualified(stack: Stack, permission: Permission) -> bool:
    """Return whether a permission for API Gateway certainly names a function alone."""
    is_known = permission.principal.is_present and bool(stack.functions_of(permission))
    is_of_alias = bool(stack.sources(permission, Permission.function, Alias))
    return is_known and qualifier_of(permission) == "" and not is_of_alias


@insecure(
    "gen-03-no-secrets-in-variables",
    why="Everyone who may read the function's configuration can read them.",
    fix=(
        "Put the value into Secrets Manager or Parameter Store, and pass its ARN or its name, by "
        "which the function reads it when it starts."
    ),
    sources=(sources.VARIABLES,),
    equivalents=("checkov:CKV_AWS_45", "prowler:awslambda_function_no_secrets_in_variables"),
)
def no_secret_variables(function: Function) -> Iterator[Finding]:
    """Environment variables hold no secrets."""
    for name, value in environment_of(function).items():
        word = re.search(CREDENTIAL_NAME, name)
        if value and (re.search(KEY_VALUE, value) or (word and _looks_secret(name, value))):
            hint = f' whose name contains "{word[0].upper()}"' if word else ""
            yield function.finding(f"An environment variable{hint} holds what looks like a secret.")
            return


@refused(
    "gen-04-no-reserved-variables",
    why="The API refuses these names.",
    fix="Use another name.",
    sources=(sources.VARIABLES,),
    equivalents=("cfn-lint:E3663",),
)
def no_reserved_variables(function: Function) -> Iterator[Finding]:
    """The environment sets no variable that Lambda sets."""
    yield from _taken(function, limits.RESERVED_VARIABLES)


@unwise(
    "gen-26-no-variables-of-the-runtime",
    why="The API accepts these names, and the runtime sets them again: the value never arrives.",
    fix="Use another name.",
    sources=(sources.VARIABLES,),
)
def no_runtime_variables(function: Function) -> Iterator[Finding]:
    """The environment sets no variable that the runtime sets for each invocation."""
    yield from _taken(function, limits.RUNTIME_VARIABLES)


def _taken(function: Function, names: frozenset[str]) -> Iterator[Finding]:
    """Yield a finding where the environment sets one of the names that are not its own."""
    taken = names.intersection(environment_of(function))
    if taken:
        yield function.finding(f"The environment sets {', '.join(sorted(taken))}.")


@refused(
    "gen-05-variables-within-4-kb",
    why="The API refuses more.",
    fix="Put large values into Parameter Store or the package.",
    sources=(sources.VARIABLES,),
    equivalents=("cfn-lint:E3697",),
)
def variables_fit(function: Function) -> Iterator[Finding]:
    """Names and values of all environment variables have 4 KB at most."""
    values = {name: value or "" for name, value in environment_of(function).items()}
    size = len(json.dumps(values, separators=(",", ":"), ensure_ascii=False).encode())
    if size > limits.MAX_VARIABLES_BYTES:
        yield function.finding(
            problem=f"The environment variables have {size} bytes or more.",
            allowed=f"{limits.MAX_VARIABLES_BYTES} bytes for all of them, as compact JSON",
        )


@insecure(
    "gen-06-layers-of-known-accounts",
    why="A layer's code runs in the function, with everything its role allows.",
    fix="Publish a copy of the layer in your own account, or exempt it with the reason.",
    sources=(sources.LAYERS,),
    equivalents=("prowler:awslambda_function_using_cross_account_layers", "cfn-lint:E3716"),
)
def layers_of_known_accounts(function: Function) -> Iterator[Finding]:
    """Layers come from your own account, or from one that is known to publish them."""
    own = accounts_of(function)
    layers = layers_of(function) if own else ()
    accounts = {match[1] for layer in layers if (match := re.match(LAYER, layer))}
    unknown = accounts - own - KNOWN_PUBLISHERS
    if unknown:
        yield function.finding(
            problem=f"{len(unknown)} layer(s) belong to accounts of unknown publishers.",
            allowed=(
                "layers of your own account and of AWS; of Datadog, Elastic, New Relic, Sentry "
                "and Splunk"
            ),
        )


@costly(
    "gen-07-logs-end",
    why="Otherwise CloudWatch keeps and bills them for ever.",
    fix="Set {retentionInDays}.",
    sources=(sources.LOG_GROUPS,),
    equivalents=(
        "checkov:CKV_AWS_66",
        "cdk-nag:CloudWatchLogGroupRetentionPeriod",
        "securityhub:CloudWatch.16",
    ),
)
def logs_end(stack: Stack) -> Iterator[Finding]:
    """A log group keeps its logs for a certain time."""
    for group in stack.used.log_groups:
        if group.retention_days.or_default(0) == 0:
            yield group.finding(
                field=LogGroup.retention_days,
                value="not set: logs stay for ever",
                fix=group.set_to(LogGroup.retention_days, 30),
            )


@hardening(
    "gen-08-logs-have-a-key",
    why="Who may read logs can then be decided, and audited, by the key as well.",
    fix="Set {kmsKeyId}, or exempt the log group with the reason why AWS's own key is enough.",
    sources=(sources.LOG_ENCRYPTION,),
    equivalents=("checkov:CKV_AWS_158", "trivy:AVD-AWS-0017"),
)
def logs_have_a_key(stack: Stack) -> Iterator[Finding]:
    """A log group is encrypted with a KMS key of your own."""
    for group in stack.used.log_groups:
        if group.kms_key.is_absent:
            yield group.finding("{kmsKeyId} is not set.")


@unwise(
    "gen-16-tables-recover",
    why="What a mistake overwrites is lost otherwise.",
    fix='Set {pointInTimeRecovery}={"enabled": {true}}.',
    sources=(sources.RECOVERY,),
    equivalents=("checkov:CKV_AWS_28", "securityhub:DynamoDB.2"),
)
def tables_recover(stack: Stack) -> Iterator[Finding]:
    """A DynamoDB table can be restored to a point in time."""
    for table in stack.used.tables:
        if table.recovery.or_default(default=False) is False:
            yield table.finding("Point-in-time recovery is off.")


def _permissions(stack: Stack) -> Iterator[Permission]:
    """Yield the permissions that may be about a function on LMI of the stack."""
    for permission in stack.all(Permission) if stack.runs_lmi else ():
        if any(one.is_managed is not False for one in stack.functions_of(permission)):
            yield permission


def _is_unbound(permission: Permission) -> bool:
    bounds = (permission.source_arn, permission.source_account, permission.organization)
    return all(not bound.may_be_set for bound in bounds)


def _looks_secret(name: str, value: str) -> bool:
    is_plain = value.lower() in SWITCHES or re.fullmatch(HARMLESS_VALUE, value)
    return not (is_plain or value.startswith(("arn:", "/")) or re.search(REFERENCE_NAME, name))


MB: Final = 1024 * 1024
PRELOADED: Final = "LD_PRELOAD"
NEEDED: Final = {"PATH": ("/var/lang/bin", "/usr/bin"), "PYTHONPATH": ("/var/runtime",)}
"""Folders that Lambda itself puts into these variables, and without which programs do not start."""


@unwise(
    "gen-23-search-paths-keep-what-lambda-sets",
    why=(
        "A value replaces Lambda's own, for the runtime, the adapter and extensions alike, and "
        "nothing in it is expanded."
    ),
    fix="Set or extend it in the script that starts the application, where $PATH is expanded.",
    sources=(sources.VARIABLES,),
)
def search_paths_are_kept(function: Function) -> Iterator[Finding]:
    """The environment leaves the search paths of programs and libraries as Lambda needs them."""
    variables = environment_of(function)
    if PRELOADED in variables and function.variable(PRELOADED).may_be_set:
        yield function.finding(
            f"The environment sets {PRELOADED}, which loads a library into every process."
        )
    is_zip = function.package_type.or_default("Zip") == "Zip"
    for name, folders in NEEDED.items():
        value = variables.get(name) or ""
        missing = [folder for folder in folders if folder not in value.split(":")]
        if value and ("$" in value or (is_zip and missing)):
            lacks = "is not expanded" if "$" in value else f"lacks {' and '.join(missing)}"
            yield function.finding(
                f"The environment sets {name}, and its value {lacks}.",
                allowed=f"a value without $, which keeps {' and '.join(folders)}",
            )


@refused(
    "gen-24-zip-below-50-mb",
    why="The zip is sent inside the request, and Lambda takes no longer one.",
    fix="Leave packages out, or upload the zip to S3 and set {s3Bucket} and {s3Key}.",
    sources=(sources.QUOTAS,),
)
def zip_fits_the_request(function: Function) -> Iterator[Finding]:
    """A zip that is uploaded directly is smaller than 50 MB."""
    package = package_of(function.code.or_none()) if function.is_managed else None
    zipped = None if package is None else package.zipped
    if zipped is not None and zipped >= limits.MAX_ZIP_BYTES:
        yield function.finding(f"The zip in code has {zipped / MB:.1f} MB.")


@refused(
    "gen-25-files-below-250-mb",
    why="Lambda unpacks no more, layers included, however small the zip is.",
    fix="Leave packages out, or use an image, which may have 10 GB.",
    sources=(sources.QUOTAS,),
)
def files_fit_the_environment(function: Function) -> Iterator[Finding]:
    """The files of a function's package have less than 250 MB together."""
    package = package_of(function.code.or_none()) if function.is_managed else None
    if package is not None and package.unzipped >= limits.MAX_UNZIPPED_BYTES:
        yield function.finding(f"The files in code have {package.unzipped / MB:.1f} MB together.")
