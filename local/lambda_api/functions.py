"""Operations on functions: their code and configuration, and what an account has of both."""

from urllib.parse import urljoin

from local.lambda_api.configuration import check_settings, complete_settings, managed_instances
from local.lambda_api.errors import conflict, invalid_parameter, not_in_local_aws, over_limit
from local.lambda_api.protocol import Members, page, without
from local.lambda_api.references import check_references_of_function
from local.lambda_api.revisions import (
    Found,
    creation,
    describe,
    find_changeable,
    find_revision,
    summarize,
    update,
)
from local.lambda_api.state import (
    CONCURRENCY,
    LATEST,
    Function,
    Revision,
    Scope,
    store_package,
    weights_of,
)
from local.lambda_api.tags import check_tags
from local.lambda_api.versions import deploy, publish
from local.local_aws import ARCHIVES_PATH
from policies.lmi.facts.limits import MAX_UNZIPPED_BYTES, MAX_ZIP_BYTES

MAX_NAME_LENGTH = 64

# Members of AWS's API that the local AWS does not implement.
UNSUPPORTED_SETTINGS = (
    "AcceleratorConfig", "CodeSigningConfigArn", "DurableConfig", "FileSystemConfigs",
    "ImageConfig", "RuntimeConfig", "TenancyConfig",
)  # fmt: skip
_BESIDE_SETTINGS = (
    *UNSUPPORTED_SETTINGS,
    "Code", "FunctionName", "Publish", "PublishTo", "RevisionId", "Tags",
)  # fmt: skip

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
CONCURRENT_EXECUTIONS = 1000
TOTAL_CODE_BYTES = 75 * 1024**3


def create_function(scope: Scope, request: Members) -> Members:
    """Run ``CreateFunction``."""
    name, _ = scope.region.read_name(request["FunctionName"])
    _check_new(scope, name, request)
    settings = complete_settings(name, without(request, *_BESIDE_SETTINGS))
    check_settings(scope.region, settings)
    check_references_of_function(scope.region, request)
    package = store_package(scope.code_folder, request["Code"])
    latest = Revision(version=LATEST, settings=settings, package=package, change=creation(scope))
    arn = scope.region.arn(f"function:{name}")
    function = Function(name, arn, latest, tags=dict(request.get("Tags") or {}))
    deploy(scope, function, latest)
    revision = publish(scope, function, request).revision if request.get("Publish") else latest
    scope.region.functions[name] = function
    return describe(scope, Found(function, revision))


def get_function(scope: Scope, request: Members) -> Members:
    """Run ``GetFunction``."""
    found = find_revision(scope, request)
    location = urljoin(scope.endpoint_url, ARCHIVES_PATH) + found.revision.package.path.name
    return {
        "Configuration": describe(scope, found),
        "Code": {"RepositoryType": "S3", "Location": location},
        "Concurrency": found.function.options.get((CONCURRENCY, None)),
        "Tags": found.function.tags or None,
    }


def get_function_configuration(scope: Scope, request: Members) -> Members:
    """Run ``GetFunctionConfiguration``."""
    return describe(scope, find_revision(scope, request))


def get_function_code_signing_config(scope: Scope, request: Members) -> Members:
    """Run ``GetFunctionCodeSigningConfig``: no function here has one."""
    scope.region.find_function(request["FunctionName"])
    return {}


def list_functions(scope: Scope, request: Members) -> Members:
    """Run ``ListFunctions``."""
    has_versions = bool(request.get("FunctionVersion"))
    functions = [
        summarize(scope, Found(function, revision, revision.version if has_versions else None))
        for function in scope.region.functions.values()
        for revision in (function.revisions() if has_versions else [function.latest])
    ]
    return page(request, "Functions", functions)


def update_function_code(scope: Scope, request: Members) -> Members:
    """Run ``UpdateFunctionCode``."""
    function = find_changeable(scope, request)
    old = function.latest.settings
    settings = {**old, "Architectures": request.get("Architectures") or old["Architectures"]}
    check_settings(scope.region, settings)
    package = store_package(scope.code_folder, request)
    changed = Revision(version=LATEST, settings=settings, package=package, change=update(scope))
    if request.get("DryRun"):
        return describe(scope, Found(function, changed))
    function.latest = changed
    deploy(scope, function, changed)
    if not request.get("Publish"):
        return describe(scope, Found(function, changed))
    return describe(scope, publish(scope, function, request))


def update_function_configuration(scope: Scope, request: Members) -> Members:
    """Run ``UpdateFunctionConfiguration``."""
    function = find_changeable(scope, request)
    _refuse_unsupported(request)
    given = without(request, *_BESIDE_SETTINGS)
    if "CapacityProviderConfig" in given:
        given["CapacityProviderConfig"] = _moved_provider(function, given)
    settings = complete_settings(function.name, {**function.latest.settings, **given})
    check_settings(scope.region, settings)
    check_references_of_function(scope.region, request)
    function.latest = Revision(
        version=LATEST, settings=settings, package=function.latest.package, change=update(scope)
    )
    deploy(scope, function, function.latest)
    return describe(scope, Found(function, function.latest))


def delete_function(scope: Scope, request: Members) -> Members:
    """Run ``DeleteFunction``, for the whole function or one published version.

    A version that does not exist counts as deleted, as on AWS.
    """
    name, qualifier = scope.region.read_name(request["FunctionName"], request.get("Qualifier"))
    if qualifier == LATEST:
        raise invalid_parameter("$LATEST version cannot be deleted without deleting the function.")
    function = scope.region.find_function(name)
    if qualifier is not None:
        if qualifier in {*function.published, *function.aliases}:
            _delete_version(scope, find_revision(scope, request))
        return {"StatusCode": 204}
    for url in function.urls.values():
        scope.data_plane.close_front(url["UrlId"])
    for version in (LATEST, *function.published):
        scope.data_plane.retire(function.name, version)
    del scope.region.functions[function.name]
    return {"StatusCode": 204}


def _check_new(scope: Scope, name: str, request: Members) -> None:
    if name in scope.region.functions:
        raise conflict(f"Function already exist: {name}")
    if len(name) > MAX_NAME_LENGTH:
        too_long = over_limit(name, "functionName", "length", MAX_NAME_LENGTH)
        raise invalid_parameter(too_long.message)
    check_tags(request.get("Tags") or {})
    _refuse_unsupported(request)
    if request.get("PackageType") == "Image":
        raise not_in_local_aws("container images (PackageType Image)")
    if not (request.get("Runtime") and request.get("Handler")):
        raise invalid_parameter(
            "Runtime and Handler are mandatory parameters for functions created with deployment"
            " packages."
        )


def _refuse_unsupported(request: Members) -> None:
    for name in UNSUPPORTED_SETTINGS:
        if request.get(name):
            raise not_in_local_aws(f"the function setting {name}")


def _moved_provider(function: Function, given: Members) -> Members:
    """Return the new ``CapacityProviderConfig``; omitted members keep their values."""
    if managed_instances(function.latest.settings) is None:  # FN-01
        raise invalid_parameter(
            "CapacityProviderConfig isn't supported for Lambda Default functions."
        )
    key = "LambdaManagedInstancesCapacityProviderConfig"
    old: Members = function.latest.settings["CapacityProviderConfig"][key]
    return {key: {**old, **given["CapacityProviderConfig"][key]}}


def _delete_version(scope: Scope, found: Found) -> None:
    function, version = found.function, found.revision.version
    users = [
        name
        for name, alias in function.aliases.items()
        if version in {alias["FunctionVersion"], *weights_of(alias)}
    ]
    if users:
        raise conflict(
            f"Version {version} cannot be deleted while these aliases point to it:"
            f" {', '.join(users)}"
        )
    scope.data_plane.retire(function.name, version)
    del function.published[version]
    function.scaling.pop(version, None)
    function.policies.pop(version, None)


def get_account_settings(scope: Scope, request: Members) -> Members:  # noqa: ARG001  # has no input
    """Run ``GetAccountSettings``."""
    functions = scope.region.functions.values()
    reserved = sum(
        function.options.get((CONCURRENCY, None), {}).get("ReservedConcurrentExecutions", 0)
        for function in functions
    )
    return {
        "AccountLimit": {
            "TotalCodeSize": TOTAL_CODE_BYTES,
            "CodeSizeUnzipped": MAX_UNZIPPED_BYTES,
            "CodeSizeZipped": MAX_ZIP_BYTES,
            "ConcurrentExecutions": CONCURRENT_EXECUTIONS,
            "UnreservedConcurrentExecutions": CONCURRENT_EXECUTIONS - reserved,
        },
        "AccountUsage": {
            "TotalCodeSize": sum(
                revision.package.size for function in functions for revision in function.revisions()
            ),
            "FunctionCount": len(functions),
        },
    }
