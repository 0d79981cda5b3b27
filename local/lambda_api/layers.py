"""Layers: their versions, and the archives of those that a function has."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from local.lambda_api.errors import not_found
from local.lambda_api.protocol import Members, page, without
from local.lambda_api.state import Region, Scope, store_package, timestamp


def publish_layer_version(scope: Scope, request: Members) -> Members:
    """Run ``PublishLayerVersion``."""
    package = store_package(scope.code_folder, request["Content"])
    name = _name(scope, request).rpartition(":")[2]
    arn = scope.region.arn(f"layer:{name}")
    versions = scope.region.layers.setdefault(name, [])
    version = {
        "Description": "",
        **without(request, "LayerName"),
        "LayerArn": arn,
        "LayerVersionArn": f"{arn}:{len(versions) + 1}",
        "Version": len(versions) + 1,
        "CreatedDate": timestamp(),
        "Archive": package.path,
        "Content": {
            "Location": package.path.as_uri(),
            "CodeSha256": package.sha256,
            "CodeSize": package.size,
        },
    }
    versions.append(version)
    return version


def get_layer_version(scope: Scope, request: Members) -> Members:
    """Run ``GetLayerVersion``."""
    arn = scope.region.arn(f"layer:{_name(scope, request)}:{request['VersionNumber']}")
    return get_layer_version_by_arn(scope, {"Arn": arn})


def get_layer_version_by_arn(scope: Scope, request: Members) -> Members:
    """Run ``GetLayerVersionByArn``."""
    if (version := _version(scope.region, request["Arn"])) is None:
        raise not_found("The resource you requested does not exist.")
    return version


def delete_layer_version(scope: Scope, request: Members) -> Members:
    """Run ``DeleteLayerVersion``; ignore a missing version. Its number is not used again."""
    versions = scope.region.layers.get(_name(scope, request), [])
    number = request["VersionNumber"]
    if 0 < number <= len(versions):
        versions[number - 1] = None
    return {}


def list_layer_versions(scope: Scope, request: Members) -> Members:
    """Run ``ListLayerVersions``, newest first."""
    versions = scope.region.layers.get(_name(scope, request), [])
    return page(request, "LayerVersions", _matching(versions, request))


def list_layers(scope: Scope, request: Members) -> Members:
    """Run ``ListLayers``, each with its newest version that matches."""
    layers = [
        {"LayerName": name, "LayerArn": newest["LayerArn"], "LatestMatchingVersion": newest}
        for name, versions in scope.region.layers.items()
        for newest in _matching(versions, request)[:1]
    ]
    return page(request, "Layers", layers)


def layer_files(region: Region, arns: Iterable[str]) -> Iterator[Path]:
    """Yield the archives of layer versions; layers of others, such as the adapter's, have none."""
    for arn in arns:
        if (version := _version(region, arn)) is not None:
            yield version["Archive"]


def _name(scope: Scope, request: Members) -> str:
    """Return the name of a layer; an ARN of another account or Region, which names none here."""
    name: str = request["LayerName"]
    return name.removeprefix(scope.region.arn("layer:"))


def _version(region: Region, arn: str) -> Members | None:
    versions = region.layers.get(arn.split(":")[-2], [])
    return next((each for each in versions if each and each["LayerVersionArn"] == arn), None)


def _matching(versions: Iterable[Members | None], request: Members) -> list[Members]:
    """Return the versions for the request's runtime and architecture, newest first."""
    wanted = {
        "CompatibleRuntimes": request.get("CompatibleRuntime"),
        "CompatibleArchitectures": request.get("CompatibleArchitecture"),
    }
    fitting = [
        version
        for version in versions
        if version is not None
        and all(value in {None, *version.get(member, [])} for member, value in wanted.items())
    ]
    return fitting[::-1]
