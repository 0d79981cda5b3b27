"""The errors that the Lambda API answers with, spelled as AWS spells them."""

# Errors that AWS gives though its service model does not list them, with their HTTP status.
# Only `NotImplementedException` is the local AWS's own.
UNLISTED_ERRORS = {
    "AccessDeniedException": 403,
    "NotImplementedException": 501,
    "SerializationException": 400,
    "UnknownOperationException": 404,
    "ValidationException": 400,
}


class AwsError(Exception):
    """A refusal that the caller gets in AWS's own shape.

    Attributes
    ----------
    code
        Name of the exception in the API, e.g. `ResourceConflictException`.
    message
        What is wrong, for people.
    Type
        Whose fault it is, as Lambda's exceptions carry it.
    """

    def __init__(self, code: str, message: str, fault: str = "User") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.Type = fault


def access_denied(message: str) -> AwsError:
    """Return an `AccessDeniedException`."""
    return AwsError("AccessDeniedException", message)


def conflict(message: str) -> AwsError:
    """Return a `ResourceConflictException`."""
    return AwsError("ResourceConflictException", message)


def invalid_parameter(message: str) -> AwsError:
    """Return an `InvalidParameterValueException`."""
    return AwsError("InvalidParameterValueException", message)


def not_found(message: str) -> AwsError:
    """Return a `ResourceNotFoundException`."""
    return AwsError("ResourceNotFoundException", message)


def not_in_local_aws(what: str) -> AwsError:
    """Refuse something that AWS has and the local AWS has not."""
    return AwsError("NotImplementedException", f"The local AWS does not have {what}.")


def over_limit(value: object, member: str, measure: str, limit: int) -> AwsError:
    """Return the `ValidationException` for more than the service takes.

    Parameters
    ----------
    member
        Path of the member, as in `ephemeralStorage.size`.
    measure
        What is limited: `value` or `length`.
    """
    return validation(
        f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy"
        f" constraint: Member must have {measure} less than or equal to {limit}"
    )


def precondition_failed(message: str) -> AwsError:
    """Return a `PreconditionFailedException`."""
    return AwsError("PreconditionFailedException", message)


def serialization(message: str) -> AwsError:
    """Return a `SerializationException`: the request cannot be read as the operation's input."""
    return AwsError("SerializationException", message)


def service_failure(message: str) -> AwsError:
    """Return a `ServiceException`: the local AWS itself failed."""
    return AwsError("ServiceException", message, fault="Service")


def unknown_operation(method: str, path: str) -> AwsError:
    """Refuse a request that no operation of Lambda matches."""
    return AwsError("UnknownOperationException", f"Lambda has no operation {method} {path}.")


def validation(message: str) -> AwsError:
    """Return a `ValidationException`: the request breaks the service model."""
    return AwsError("ValidationException", message)
