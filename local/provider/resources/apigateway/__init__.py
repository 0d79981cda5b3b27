"""Resource types of API Gateway's REST APIs (aws-provider.md section 9)."""
