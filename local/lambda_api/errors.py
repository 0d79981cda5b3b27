"""The errors of the Lambda API, with AWS's names. What finds or checks something raises them."""

from functools import partial

# Errors of AWS that its service model does not list, with their HTTP status.
# Only `NotImplementedException` is the local AWS's own.
UNLISTED_ERRORS = {
    "AccessDeniedException": 403,
    "NotImplementedException": 501,
    "RequestEntityTooLargeException": 413,
    "SerializationException": 400,
    "UnknownOperationException": 404,
    "ValidationException": 400,
}


class AwsError(Exception):
    """An error that is answered in AWS's format.

    The code is the name of the exception in the API. ``Type`` is ``User`` or ``Server``, and
    ``Reason`` a member of ``ThrottleReason``; Lambda's exceptions spell both like this.
    """

    def __init__(
        self, code: str, message: str, fault: str = "User", reason: str | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.Type = fault
        self.Reason = reason


# Each takes the message.
access_denied = partial(AwsError, "AccessDeniedException")
conflict = partial(AwsError, "ResourceConflictException")
invalid_parameter = partial(AwsError, "InvalidParameterValueException")
invalid_request_content = partial(AwsError, "InvalidRequestContentException")
not_found = partial(AwsError, "ResourceNotFoundException")
precondition_failed = partial(AwsError, "PreconditionFailedException")
request_too_large = partial(AwsError, "RequestEntityTooLargeException")
serialization = partial(AwsError, "SerializationException")
unknown_operation = partial(AwsError, "UnknownOperationException")
validation = partial(AwsError, "ValidationException")

# CON-13: a version without a free slot.
too_many_requests = partial(
    AwsError, "TooManyRequestsException", reason="ConcurrentInvocationLimitExceeded"
)


def not_in_local_aws(what: str) -> AwsError:
    """Return the error for a feature of AWS that the local AWS lacks."""
    return AwsError("NotImplementedException", f"The local AWS does not have {what}.")


def over_limit(value: object, member: str, measure: str, limit: int) -> AwsError:
    """Return the error for a member whose ``value`` or ``length`` is above a limit."""
    return validation(
        f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy"
        f" constraint: Member must have {measure} less than or equal to {limit}"
    )
