"""Where the facts come from: the URLs that rules name as their sources."""

_GUIDE = "https://docs.aws.amazon.com/lambda/latest/dg/"
_API = "https://docs.aws.amazon.com/lambda/latest/api/"
_SAM = "https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/"

OVERVIEW = f"{_GUIDE}lambda-managed-instances.html"
SCALING = f"{_GUIDE}lambda-managed-instances-scaling.html"
BEST_PRACTICES = f"{_GUIDE}lambda-managed-instances-best-practices.html"
TROUBLESHOOTING = f"{_GUIDE}lambda-managed-instances-troubleshooting.html"
CAPACITY_PROVIDERS = f"{_GUIDE}lambda-managed-instances-capacity-providers.html"
PUBLISHING = f"{_GUIDE}lambda-managed-instances-version-publishing.html"
RUNTIMES = f"{_GUIDE}lambda-managed-instances-runtimes.html"
PYTHON = f"{_GUIDE}lambda-managed-instances-python-runtime.html"
NODEJS = f"{_GUIDE}lambda-managed-instances-nodejs-runtime.html"
OPERATOR_ROLE = f"{_GUIDE}lambda-managed-instances-operator-role.html"
GETTING_STARTED = f"{_GUIDE}lambda-managed-instances-getting-started.html"
NETWORKING = f"{_GUIDE}lambda-managed-instances-networking.html"
TRACING = f"{_GUIDE}services-xray.html"
SECURITY = f"{_GUIDE}lambda-managed-instances-security.html"
ENVIRONMENT = f"{_GUIDE}lambda-managed-instances-execution-environment.html"
LMI_QUOTAS = f"{_GUIDE}lambda-managed-instances-quotas.html"
TAG_PROPAGATION = f"{_GUIDE}lambda-managed-instances-tag-propagation.html"
PROVIDER_LOGS = f"{_GUIDE}lambda-managed-instances-monitoring-system-logs.html"
TIMEOUT = f"{_GUIDE}configuration-timeout.html"
LOG_FORMAT = f"{_GUIDE}monitoring-cloudwatchlogs-logformat.html"
SNAP_START = f"{_GUIDE}snapstart.html"
TENANTS = f"{_GUIDE}tenant-isolation.html"
FILE_SYSTEMS = f"{_GUIDE}configuration-filesystem-efs.html"
DURABLE_SOURCES = f"{_GUIDE}durable-invoking-esm.html"
DURABLE = f"{_GUIDE}durable-configuration.html"
QUOTAS = f"{_GUIDE}gettingstarted-limits.html"
VARIABLES = f"{_GUIDE}configuration-envvars.html"
ALIASES = f"{_GUIDE}configuring-alias-routing.html"
URL_ACCESS = f"{_GUIDE}urls-auth.html"
URLS = f"{_GUIDE}urls-configuration.html"
STREAMING = f"{_GUIDE}configuration-response-streaming.html"

CREATE_FUNCTION = f"{_API}API_CreateFunction.html"
PUT_SCALING = f"{_API}API_PutFunctionScalingConfig.html"
CREATE_PROVIDER = f"{_API}API_CreateCapacityProvider.html"
PROVIDER_SCALING = f"{_API}API_CapacityProviderScalingConfig.html"
INSTANCE_REQUIREMENTS = f"{_API}API_InstanceRequirements.html"
TARGET_TRACKING = f"{_API}API_TargetTrackingScalingPolicy.html"
CREATE_MAPPING = f"{_API}API_CreateEventSourceMapping.html"
CREATE_ALIAS = f"{_API}API_CreateAlias.html"
CREATE_URL = f"{_API}API_CreateFunctionUrlConfig.html"
PROVIDER_CONFIG = f"{_API}API_LambdaManagedInstancesCapacityProviderConfig.html"

SAM_PROVIDER_CONFIG = f"{_SAM}sam-property-function-capacityproviderconfig.html"
SAM_ACCELERATOR = f"{_SAM}sam-property-function-acceleratorconfig.html"
SAM_FUNCTION = f"{_SAM}sam-resource-function.html"

CDK_PROVIDER = (
    "https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_lambda.CapacityProviderProps.html"
)
CDK_PROBE = "https://github.com/go-to-k/cdkd/issues/1616"
DURABLE_ISSUE = "https://github.com/aws/aws-durable-execution-sdk-js/issues/495"
POWERTOOLS_ISSUE = "https://github.com/aws-powertools/powertools-lambda-typescript/issues/5735"
EMULATOR = "https://github.com/localstack/localstack/pull/13493"
ADAPTER_CRASH = "https://github.com/aws/aws-lambda-web-adapter/issues/623"

BLOG = (
    "https://aws.amazon.com/blogs/compute/"
    "build-high-performance-apps-with-aws-lambda-managed-instances/"
)
SKILL = (
    "https://github.com/awslabs/agent-plugins/tree/main/plugins/aws-serverless/skills/"
    "aws-lambda-managed-instances"
)
TOOLKIT = (
    "https://github.com/aws/agent-toolkit-for-aws/blob/main/skills/specialized-skills/"
    "serverless-skills/aws-lambda-managed-instances/references/troubleshooting.md"
)
CALCULATOR = (
    "https://github.com/aws-samples/sample-aws-lambda-managed-instances/tree/main/tools/"
    "pricing-calculator"
)
WEB_ADAPTER = "https://github.com/aws/aws-lambda-web-adapter"
WEB_ADAPTER_ZIP = (
    "https://awslabs.github.io/aws-lambda-web-adapter/getting-started/zip-packages.html"
)
_API_GATEWAY = "https://docs.aws.amazon.com/apigateway/latest/developerguide/"
API_STREAMING = f"{_API_GATEWAY}response-transfer-mode-lambda.html"
API_TRANSFER_MODE = f"{_API_GATEWAY}response-transfer-mode.html"
API_QUOTAS = f"{_API_GATEWAY}api-gateway-execution-service-limits-table.html"
API_ENDPOINTS = f"{_API_GATEWAY}api-gateway-api-endpoint-types.html"
API_STREAM_REFUSED = "https://github.com/hashicorp/terraform-provider-aws/issues/45649"
API_STREAMING_TROUBLES = f"{_API_GATEWAY}response-streaming-troubleshoot.html"
_VPC = "https://docs.aws.amazon.com/vpc/latest/privatelink/"
GATEWAY_ENDPOINTS = f"{_VPC}gateway-endpoints.html"
PRIVATE_DNS = f"{_VPC}interface-endpoints.html"
ENDPOINT_POLICIES = f"{_VPC}vpc-endpoints-access.html"
ACCESS_CONTROL = f"{_GUIDE}access-control-resource-based.html"
LAYERS = f"{_GUIDE}chapter-layers.html"
_LOGS = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/"
LOG_GROUPS = f"{_LOGS}Working-with-log-groups-and-streams.html"
LOG_ENCRYPTION = f"{_LOGS}encrypt-log-data-kms.html"
RECOVERY = (
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html"
)
_VPC_GUIDE = "https://docs.aws.amazon.com/vpc/latest/userguide/"
ENCRYPTION_CONTROLS = f"{_VPC_GUIDE}vpc-encryption-controls.html"
FLOW_LOGS = f"{_VPC_GUIDE}flow-logs.html"
DEFAULT_GROUP = f"{_VPC_GUIDE}default-security-group.html"
GROUP_RULES = f"{_VPC_GUIDE}security-group-rules.html"
_IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
LEAST_PRIVILEGE = f"{_IAM}best-practices.html"
PASS_ROLE = f"{_IAM}id_roles_use_passrole.html"
TRUST = f"{_IAM}reference_policies_elements_principal.html"
CONFUSED_DEPUTY = "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"
PROVIDER_SOURCE = (
    "https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/lambda/"
)
