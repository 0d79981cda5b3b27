"""What a rule sees of one resource: a class for each Pulumi type, with fields that never raise."""
