"""What each code in an answer of Tencent Cloud's voice service means for a call; what became of the call itself comes later."""

from notifications.message import Result

OF_THE_NUMBER = {"InvalidParameterValue.CalledNumberVerifyFail"}
_OF_ONE_MESSAGE = {
    "FailedOperation.ContainSensitiveWord",
    "FailedOperation.FailResolvePacket",
    "FailedOperation.InvalidJsonParameters",
    "FailedOperation.InvalidParameters",
    "FailedOperation.JsonParseFail",
    "FailedOperation.TemplateIncorrectOrUnapproved",
    "InvalidParameterValue.ContentLengthLimit",
    "LimitExceeded.DeliveryFrequencyLimit",  # this number had its calls: another way, not another try
    "UnsupportedOperation",
}
_OF_THE_ACCOUNT = {
    "AuthFailure.SecretIdNotFound",
    "AuthFailure.SignatureExpire",
    "AuthFailure.SignatureFailure",
    "AuthFailure.UnauthorizedOperation",
    "FailedOperation.InsufficientBalanceInVoicePackage",
    "FailedOperation.PhonenumberUnappliedOrExpired",
    "InternalError.RequestTimeException",  # a clock is wrong: ours, as a rule
    "InternalError.RestApiInterfaceNotExist",
    "InternalError.SigVerificationFail",
    "InvalidParameterValue.SdkAppidNotExist",
    "UnauthorizedOperation.SdkAppidIsDisabled",
    "UnauthorizedOperation.ServiceSuspendDueToArrears",
    "UnauthorizedOperation.VoiceSdkAppidVerifyFail",
}
_PASSING = {"RequestLimitExceeded", "ResourceUnavailable", "ServiceUnavailable"}
_IN_DOUBT = {  # their side waited for the carrier in vain, or cannot say what became of it
    "FailedOperation.AccessUpstreamTimeout",
    "FailedOperation.ParametersOtherError",
    "InternalError",
    "InternalError.AccessUpstreamTimeout",
    "InternalError.SsoSendRecvFail",
    "InternalError.UpstreamError",
}
_STARTS = {  # codes that are not listed, by how they begin
    "AuthFailure": Result.PROVIDER_DOWN,
    "FailedOperation": Result.FAILED_FOR_GOOD,
    "InternalError": Result.UNKNOWN,
    "InvalidParameter": Result.FAILED_FOR_GOOD,
    "MissingParameter": Result.FAILED_FOR_GOOD,
    "RequestLimitExceeded": Result.FAILED_FOR_NOW,
}
CODES = {
    **dict.fromkeys(OF_THE_NUMBER | _OF_ONE_MESSAGE, Result.FAILED_FOR_GOOD),
    **dict.fromkeys(_OF_THE_ACCOUNT, Result.PROVIDER_DOWN),
    **dict.fromkeys(_PASSING, Result.FAILED_FOR_NOW),
    **dict.fromkeys(_IN_DOUBT, Result.UNKNOWN),
    **{f"{start}…": result for start, result in _STARTS.items()},
    "…": Result.PROVIDER_DOWN,
}
"""Every code and what it means; `…` stands for whatever else begins so. An acceptance has none, it has the call's identifier."""


def classify(code: str) -> Result:
    if code in CODES:
        return CODES[code]
    return next((result for start, result in _STARTS.items() if code.startswith(start)), CODES["…"])
