"""Options work together on the local AWS, as far as it can run them."""

import httpx

from testing.checkout import Checkout
from testing.streams import MESSAGE, open_streams

PAGE = "https://app.example.com"
REGION = "us-east-1"
OPTIONS = {
    "vpcCidr": "10.64.0.0/20",
    "availabilityZones": [f"{REGION}a", f"{REGION}c"],
    "endpoints": ["sqs", "bedrock-runtime"],
    "flowLogDays": 30,
    "operatorPolicy": "least",
    "scalingMode": "Auto",
    "excludedInstanceTypes": ["c5.*", "m5.*"],
    "maxVcpu": 64,
    "memoryMb": 8192,
    "memoryGibPerVcpu": 4,
    "maxConcurrency": 128,
    "timeoutSeconds": 60,
    "ephemeralStorageMb": 1024,
    "publishing": "versions",
    "environment": {"PAGE_SIZE": "50"},
    "secrets": {"DATABASE": f"arn:aws:secretsmanager:{REGION}:123456789012:secret:db-AbCdEf"},
    "logLevel": "DEBUG",
    "logRetentionDays": 30,
    "trustZone": "shop",
    "observability": True,
    "corsOrigins": [PAGE],
    "corsMaxAge": 60,
}


def test_a_stack_with_many_options_comes_up_streams_and_stays_as_it_is(
    own_checkout: Checkout,
) -> None:
    url = own_checkout.up(**OPTIONS).url
    (stream,) = open_streams(url, 1)
    response = httpx.head(f"{url}health", headers={"origin": PAGE}, trust_env=False)
    again = own_checkout.up()

    assert stream.text.endswith(MESSAGE)
    assert response.headers["access-control-allow-origin"] == PAGE
    assert again.changes.keys() == {"unchanged"}
