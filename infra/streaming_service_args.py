"""The arguments of ``StreamingService``."""

from collections.abc import Mapping, Sequence
from typing import TypedDict

import pulumi


class StreamingServiceArgs(TypedDict, total=False):
    """The arguments of a streaming service; each has a default.

    What the policy pack judges in a preview is a plain value. What other resources may give is an
    input, which may be known at deployment only.
    """

    archive: pulumi.Input[pulumi.Archive]
    """A Lambda zip that is finished, in place of `appFolder`."""
    region: str
    """Region of the AWS provider. By default the one that `aws:region` configures."""
    # The rest is written by `python -m tools.pages` from the table of settings.
    app_folder: str
    """Folder of the application, from the program's folder or absolute, inside the checkout or not.
    It has the application's code, `run.sh`, which starts its server, and `requirements.txt` with
    versions and hashes (docs/your-application.md). By default `app`."""
    runtime: str
    """Runtime of the function. For Python the dependencies of `requirements.txt` are packaged; an
    application for Node.js brings its `node_modules`. One of `python3.13`, `python3.14`,
    `nodejs22.x`, `nodejs24.x`. By default `python3.13`."""
    health_path: str
    """Path of the application that Lambda Web Adapter asks until the answer is a status of 2xx; an
    execution environment takes requests from then on. The answer should need nothing that may be
    slow or fail, and does not stream. By default `/health`."""
    memory_mb: int
    """Memory of one execution environment, in MB, 2048 to 32768: a multiple of the ratio x 1024.
    With the ratio it sets the vCPUs; 2048 MB at 2 GiB per vCPU is one. By default `2048`."""
    memory_gib_per_vcpu: int
    """Memory to vCPU ratio, in GiB per vCPU: 2, 4 or 8, the shapes of the EC2 families c, m and r.
    An event loop for each vCPU serves every request, so the leanest shape is the default. By
    default `2`."""
    max_concurrency: int
    """Requests that one execution environment serves at once, 1 to 64 for each vCPU. An open stream
    holds its slot for its whole length, and waits far more than it computes. By default `64`."""
    max_vcpu: int
    """vCPUs that the capacity provider may run, 2 to 15000: the ceiling of what it costs. At least
    12 start three instances with a spare; every service on it adds what its environments need. By
    default `20`."""
    capacity_provider_arn: pulumi.Input[str]
    """ARN of an existing capacity provider to run on, in the same account and region, so that small
    services share its instances. Empty makes one, with its network."""
    min_environments: int
    """Execution environments that always run, 0 to 15000; 3 is one for each availability zone. 0,
    with a maximum of 0, switches the function off. By default `3`."""
    max_environments: int
    """Execution environments that may run, from the minimum to 15000. With the concurrency it
    bounds the open streams: 10 x 64. By default `10`."""
    timeout_seconds: int
    """The longest stream, in seconds, 1 to 900: a function URL calls synchronously, and such calls
    end after 15 minutes, although LMI allows longer ones. By default `120`."""
    environment: Mapping[str, pulumi.Input[str]]
    """Environment variables of the function, beside those of Lambda Web Adapter, which they
    override. They are stored in plain text; secrets have a setting of their own."""
    secrets: Mapping[str, pulumi.Input[str]]
    """ARNs of Secrets Manager secrets, by the environment variable that holds each ARN. The
    function may read these secrets and no others; their values are in neither the stack's state nor
    the environment."""
    architecture: str
    """`x86_64` or `arm64` (Graviton), for the instances, the function, its wheels and the web
    adapter. More packages have wheels for `x86_64`; `arm64` costs about a fifth less. One of
    `x86_64`, `arm64`. By default `x86_64`."""
    front: str
    """What callers reach the function through (docs/fronts.md). `url` is a function URL; `rest` an
    API Gateway REST API, which streams too and adds throttling and access logs; `http` an HTTP API,
    which buffers, and gives up after 30 seconds. A change makes a new address. One of `url`,
    `rest`, `http`. By default `url`."""
    url_auth: str
    """`AWS_IAM`, or `NONE`, which opens the front to the internet. A change replaces a function
    URL, and so its address; going back to `AWS_IAM` leaves the statements of the public URL in the
    alias's policy, where they grant nothing but should be removed by hand. One of `AWS_IAM`,
    `NONE`. By default `AWS_IAM`."""
    url_auth_reason: str
    """Why `auth` is `NONE`, in a sentence for whoever reviews the stack; a stack that gives none is
    refused. Empty under `AWS_IAM`."""
    url_callers: Sequence[str]
    """Account ids and IAM role ARNs that may call the function URL under `AWS_IAM`. Callers of the
    same account need no entry: a policy of their own with `lambda:InvokeFunctionUrl` and
    `lambda:InvokeFunction` suffices. An API takes none: its callers need `execute-api:Invoke` in a
    policy of the same account."""
    endpoints: Sequence[str]
    """AWS services that the application calls, each as its endpoint's suffix (`sqs`,
    `bedrock-runtime`), beside CloudWatch Logs, X-Ray, S3 and DynamoDB; the setting for secrets
    brings the endpoint of Secrets Manager. Interface endpoints are billed by the hour in each
    zone."""
    zone_count: int
    """How many availability zones to run in, 2 to 4, when none is named. With three an outage of
    one leaves two; each zone adds the hourly price of every interface endpoint. By default `3`."""
    vpc_id: pulumi.Input[str]
    """Id of an existing VPC to run in, together with its subnets and security groups; its
    endpoints, routes and rules are then yours to maintain. Empty makes a network."""
    subnet_ids: Sequence[pulumi.Input[str]]
    """Ids of the existing VPC's subnets to run in, in two or more availability zones."""
    security_group_ids: Sequence[pulumi.Input[str]]
    """Ids of the existing VPC's security groups for the instances, which need TLS out to the
    endpoints and nothing in."""
    observability: bool
    """Whether there are alarms on what goes wrong on LMI, an encrypted topic that they are
    published to, a dashboard and saved log queries. It costs some five USD a month; Pulumi.dev.yaml
    has it. By default `false`."""
    package_for: str
    """`function` builds the zip for the function's runtime; `host` builds it for this machine, with
    this machine's architecture, for the local AWS alone. One of `function`, `host`. By default
    `function`."""
