"""What each code in the body of an answer of Alibaba Cloud SMS means for a delivery."""

from notifications.message import Result

_OF_ONE_MESSAGE = {
    "isv.BUSINESS_LIMIT_CONTROL",  # this number had its fill today: another channel, not another try
    "isv.MOBILE_NUMBER_ILLEGAL",
    "isv.MOBILE_COUNT_OVER_LIMIT",
    "isv.TEMPLATE_MISSING_PARAMETERS",
    "isv.TEMPLATE_PARAMS_ILLEGAL",
    "isv.SMS_TEMPLATE_ILLEGAL",
    "isv.INVALID_PARAMETERS",
    "isv.INVALID_JSON_PARAM",
    "isv.SMS_CONTENT_ILLEGAL",
    "isv.EXTEND_CODE_ERROR",
    "isv.PARAM_LENGTH_LIMIT",
    "isv.PARAM_NOT_SUPPORT_URL",
    "isv.BLACK_KEY_CONTROL_LIMIT",
}
_OF_THE_ACCOUNT = {
    "isv.DAY_LIMIT_CONTROL",
    "isv.MONTH_LIMIT_CONTROL",
    "isv.SMS_SIGNATURE_ILLEGAL",
    "isv.SMS_SIGNATURE_SCENE_ILLEGAL",
    "isv.SIGN_STATE_ILLEGAL",
    "isv.OUT_OF_SERVICE",
    "isv.AMOUNT_NOT_ENOUGH",
    "isv.DENY_IP_RANGE",
    "isv.PRODUCT_UN_SUBSCRIPT",
    "isv.ACCOUNT_NOT_EXISTS",
    "isv.ACCOUNT_ABNORMAL",
    "isp.RAM_PERMISSION_DENY",
    "SignatureDoesNotMatch",
    "InvalidTimeStamp.Expired",
}
_PASSING = {"isp.SYSTEM_ERROR", "ServiceUnavailable", "InternalError"}


def classify(code: str) -> Result:
    if code == "OK":
        return Result.ACCEPTED
    if code in _OF_ONE_MESSAGE:
        return Result.FAILED_FOR_GOOD
    if code in _OF_THE_ACCOUNT or code.startswith("InvalidAccessKeyId"):
        return Result.PROVIDER_DOWN
    if code in _PASSING or code.startswith("Throttling"):
        return Result.FAILED_FOR_NOW
    if code == "SignatureNonceUsed":  # a first copy of this very request has been read
        return Result.UNKNOWN
    return Result.FAILED_FOR_GOOD if code.startswith("isv.") else Result.PROVIDER_DOWN
