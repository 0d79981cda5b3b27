"""Resource types of API Gateway's HTTP APIs (docs/facts/aws-provider.md#api-gateway)."""
