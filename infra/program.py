"""The program: it reads the settings, creates the components, and exports the stack's outputs."""

from pathlib import Path
from typing import Final

import pulumi

from .compose import build_application, compose
from .settings.loader import load_settings
from .settings.mistakes import ConfigurationWords, worded

_README: Final = Path("Pulumi.README.md")
"""What Pulumi Cloud shows of a stack, with its outputs put in
(https://www.pulumi.com/docs/pulumi-cloud/projects-and-stacks/#stack-readme)."""


@worded(ConfigurationWords())
def main() -> None:
    """Declare the stack."""
    settings = load_settings()
    composed = compose(settings, build_application(settings, Path(".build")))
    pulumi.export("url", composed.url)
    pulumi.export("function_name", composed.service.function_name)
    pulumi.export("function_arn", composed.service.function_arn)
    pulumi.export("alias_arn", composed.service.alias_arn)
    pulumi.export("capacity_provider_arn", composed.provider_arn)
    pulumi.export("vpc_id", composed.vpc_id)
    pulumi.export("log_group", composed.service.log_group_name)
    pulumi.export("idle_cost", composed.idle_cost)
    if _README.exists():
        pulumi.export("readme", _README.read_text(encoding="utf-8"))
    if composed.watched:
        pulumi.export("alarm_topic_arn", composed.watched.topic_arn)
        pulumi.export("dashboard", composed.watched.dashboard_name)
