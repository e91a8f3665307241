"""What each code in the body of an answer of Alibaba Cloud SMS means for a delivery."""

from notifications.message import Result

OF_THE_NUMBER = {"isv.MOBILE_NUMBER_ILLEGAL"}
_OF_ONE_MESSAGE = {
    "isv.BUSINESS_LIMIT_CONTROL",  # this number had its fill today: another channel, not another try
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
_STARTS = {  # codes that are not listed, by how they begin
    "InvalidAccessKeyId": Result.PROVIDER_DOWN,
    "Throttling": Result.FAILED_FOR_NOW,
    "isv.": Result.FAILED_FOR_GOOD,
}
CODES = {
    "OK": Result.ACCEPTED,
    **dict.fromkeys(OF_THE_NUMBER | _OF_ONE_MESSAGE, Result.FAILED_FOR_GOOD),
    **dict.fromkeys(_OF_THE_ACCOUNT, Result.PROVIDER_DOWN),
    **dict.fromkeys(_PASSING, Result.FAILED_FOR_NOW),
    "SignatureNonceUsed": Result.UNKNOWN,  # a first copy of this very request has been read
    **{f"{start}…": result for start, result in _STARTS.items()},
    "…": Result.PROVIDER_DOWN,
}
"""Every code and what it means; `…` stands for whatever else begins so."""


def classify(code: str) -> Result:
    if code in CODES:
        return CODES[code]
    return next((result for start, result in _STARTS.items() if code.startswith(start)), CODES["…"])
