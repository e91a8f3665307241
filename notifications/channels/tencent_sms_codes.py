"""What each code in an answer of Tencent Cloud SMS means for a delivery: of the call, or of the one number in it."""

from notifications.message import Result

OF_THE_NUMBER = {"FailedOperation.PhoneNumberParseFail", "InvalidParameterValue.IncorrectPhoneNumber"}
_OF_ONE_MESSAGE = {
    "FailedOperation.ContainSensitiveWord",
    "FailedOperation.MarketingSendTimeConstraint",
    "FailedOperation.PhoneNumberInBlacklist",  # Tencent's list: another provider may reach the person
    "FailedOperation.TemplateIdNotExist",
    "FailedOperation.TemplateIncorrectOrUnapproved",
    "FailedOperation.TemplateParamSetNotMatchApprovedTemplate",
    "FailedOperation.TemplateUnapprovedOrNotExist",
    "InvalidParameter.DirtyWordFound",
    "InvalidParameterValue.ContentLengthLimit",
    "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter",
    "InvalidParameterValue.TemplateParameterFormatError",
    "InvalidParameterValue.TemplateParameterLengthLimit",
    "LimitExceeded.PhoneNumberCountLimit",
    "LimitExceeded.PhoneNumberDailyLimit",  # this number had its fill: another way, not another try
    "LimitExceeded.PhoneNumberOneHourLimit",
    "LimitExceeded.PhoneNumberSameContentDailyLimit",
    "MissingParameter.EmptyPhoneNumberSet",
    "UnsupportedOperation.ChineseMainlandTemplateToGlobalPhone",
    "UnsupportedOperation.ContainDomesticAndInternationalPhoneNumber",
    "UnsupportedOperation.GlobalTemplateToChineseMainlandPhone",
    "UnsupportedOperation.UnsupportedRegion",
}
_OF_THE_ACCOUNT = {
    "AuthFailure.InvalidAuthorization",
    "AuthFailure.InvalidSecretId",
    "AuthFailure.SecretIdNotFound",
    "AuthFailure.SignatureExpire",
    "AuthFailure.SignatureFailure",
    "AuthFailure.TokenFailure",
    "AuthFailure.UnauthorizedOperation",
    "FailedOperation.InsufficientBalanceInSmsPackage",
    "FailedOperation.SignatureIncorrectOrUnapproved",
    "InternalError.RequestTimeException",  # a clock is wrong: ours, as a rule
    "InvalidParameter.AppidAndBizId",
    "InvalidParameterValue.SdkAppIdNotExist",
    "LimitExceeded.AppDailyLimit",
    "LimitExceeded.AppMainlandChinaDailyLimit",
    "UnauthorizedOperation.RequestIpNotInWhitelist",
    "UnauthorizedOperation.RequestPermissionDeny",
    "UnauthorizedOperation.SdkAppIdIsDisabled",
    "UnauthorizedOperation.ServiceSuspendDueToArrears",
    "UnauthorizedOperation.SmsSdkAppIdVerifyFail",
}
_PASSING = {
    "LimitExceeded.DeliveryFrequencyLimit",
    "LimitExceeded.PhoneNumberThirtySecondLimit",
    "RequestLimitExceeded",
    "ResourceUnavailable",
    "ServiceUnavailable",
}
_IN_DOUBT = {  # their side waited for the carrier in vain, or cannot say what became of it
    "InternalError",
    "InternalError.OtherError",
    "InternalError.ParseBackendResponseFail",
    "InternalError.SendAndRecvFail",
    "InternalError.Timeout",
    "InternalError.UnknownError",
}
_STARTS = {  # codes that are not listed, by how they begin
    "FailedOperation": Result.FAILED_FOR_GOOD,
    "InternalError": Result.UNKNOWN,
    "InvalidParameter": Result.FAILED_FOR_GOOD,
    "MissingParameter": Result.FAILED_FOR_GOOD,
    "RequestLimitExceeded": Result.FAILED_FOR_NOW,
    "UnsupportedOperation": Result.FAILED_FOR_GOOD,
}
CODES = {
    "Ok": Result.ACCEPTED,
    **dict.fromkeys(OF_THE_NUMBER | _OF_ONE_MESSAGE, Result.FAILED_FOR_GOOD),
    **dict.fromkeys(_OF_THE_ACCOUNT, Result.PROVIDER_DOWN),
    **dict.fromkeys(_PASSING, Result.FAILED_FOR_NOW),
    **dict.fromkeys(_IN_DOUBT, Result.UNKNOWN),
    **{f"{start}…": result for start, result in _STARTS.items()},
    "…": Result.PROVIDER_DOWN,
}
"""Every code and what it means; `…` stands for whatever else begins so."""


def classify(code: str) -> Result:
    if code in CODES:
        return CODES[code]
    return next((result for start, result in _STARTS.items() if code.startswith(start)), CODES["…"])
