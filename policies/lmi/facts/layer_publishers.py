"""Accounts that publish well-known layers, each with the page that names it (rule GEN-06)."""

from typing import Final

from .limits import ADAPTER_LAYER_ACCOUNTS

WEB_ADAPTER: Final = ADAPTER_LAYER_ACCOUNTS

POWERTOOLS: Final = ("017000801446", "094274105915")
"""https://docs.aws.amazon.com/powertools/python/latest/getting-started/install/ and
https://docs.aws.amazon.com/powertools/typescript/latest/getting-started/lambda-layers/"""

LAMBDA_INSIGHTS: Final = (
    *("580247275435", "012438385374", "519774774795", "891564319516", "439286490199"),
    *("194566237122", "033019950311", "732604637566", "285320876703", "339249233099"),
    *("352183217350", "488211338238"),
)
"""https://github.com/awslabs/serverless-plugin-lambda-insights/blob/main/layerVersions.json"""

PARAMETERS_AND_SECRETS: Final = (
    *("317013901791", "768336418462", "133490724326", "738900069198", "576959938190"),
    *("176022468876", "070087711984", "044395824272", "665172237481", "490737872127"),
    *("200266452380", "287114880934", "287310001119", "187925254637", "772501565639"),
    *("427196147048", "325218067255", "524103009944", "015030872274", "133256977650"),
    *("780235371811", "858974508948", "832021897121", "933737806257", "177933569100"),
    *("590474943231", "129776340158", "127562683043", "997803712105", "345057560386"),
)
"""The AWS Parameters and Secrets Lambda Extension, an account for each Region.
https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/region-info/build-tools/fact-tables.ts
"""

ADOT: Final = (
    *("901920570463", "615299751070", "904233096616", "888577020596", "796973505492"),
    *("039612877180", "713881805771", "156041407956", "152034782359", "980416031188"),
)
"""The AWS Distro for OpenTelemetry: its older layers
(https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/region-info/build-tools/fact-tables.ts)
and those with Application Signals
(https://github.com/aws-observability/aws-otel-python-instrumentation/releases)."""

DATADOG: Final = ("464622532012", "002406178527")
"""https://github.com/DataDog/datadog-lambda-python/releases/tag/v48"""

NEW_RELIC: Final = ("451483290750",)
"""https://github.com/newrelic/serverless-newrelic-lambda-layers"""

SENTRY: Final = ("943013980633",)
"""https://docs.sentry.io/platforms/javascript/guides/aws-lambda/layer/"""

SPLUNK: Final = ("254067382080",)
"""https://github.com/signalfx/lambda-layer-versions/blob/main/splunk-apm/splunk-apm-arm.md"""

ELASTIC: Final = ("267093732750",)
"""https://github.com/elastic/apm-agent-java/releases/tag/v1.56.0"""

KNOWN_PUBLISHERS: Final = frozenset(
    (
        *WEB_ADAPTER,
        *POWERTOOLS,
        *LAMBDA_INSIGHTS,
        *PARAMETERS_AND_SECRETS,
        *ADOT,
        *DATADOG,
        *NEW_RELIC,
        *SENTRY,
        *SPLUNK,
        *ELASTIC,
    )
)
"""All of them; a layer of any other account is one whose publisher the pack does not know."""
