"""Resource types of API Gateway's REST APIs (docs/facts/aws-provider.md#api-gateway)."""
