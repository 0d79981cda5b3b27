"""Resource types of API Gateway's HTTP APIs (aws-provider.md section 9)."""
