"""What each code in an answer of Alibaba Cloud's voice service means for a call; what became of the call itself comes later."""

from notifications.message import Result

OF_THE_NUMBER = {"isv.MOBILE_NUMBER_ILLEGAL"}
_OF_ONE_MESSAGE = {
    "InvalidParameters",
    "isv.BLACK_KEY_CONTROL_LIMIT",
    "isv.BUSINESS_LIMIT_CONTROL",  # 1 a minute, 5 an hour, 20 a day to one number: another way, not another try
    "isv.COMPLAINT_REJECT",
    "isv.INVALID_PARAMETERS",
    "isv.MOBILE_COUNT_OVER_LIMIT",
    "isv.PARAM_LENGTH_LIMIT",
    "isv.PARAM_NOT_SUPPORT_URL",
    "isv.TEMPLATE_ILLEGAL",
    "isv.TEMPLATE_MISSING_PARAMETERS",
    "isv.TEMPLATE_PARAMS_ILLEGAL",
    "isv.TTS_TEMPLATE_ILLEGAL",
    "isv.VOICE_FILE_ILLEGAL",
}
_OF_THE_ACCOUNT = {
    "InvalidTimeStamp.Expired",
    "SignatureDoesNotMatch",
    "isp.RAM_PERMISSION_DENY",
    "isp.USER_NOT_EXIST",
    "isv.ACCOUNT_ABNORMAL",
    "isv.ACCOUNT_NOT_EXISTS",
    "isv.AMOUNT_NOT_ENOUGH",
    "isv.BILLID_NOT_EXIST",
    "isv.DISPLAY_NUMBER_ILLEGAL",
    "isv.OUT_OF_SERVICE",
    "isv.PRODUCT_UNSUBSCRIBE",
    "isv.PRODUCT_UN_SUBSCRIPT",
    "isv.VOICE_CALL_PERIOD_ERROR",
    "isv.VOICE_ROBOT_NOT_PERIOD",
}
_PASSING = {"InternalError", "ServiceUnavailable", "isp.SYSTEM_ERROR", "isv.VOICE_CALL_FAIL"}
_IN_DOUBT = {"SignatureNonceUsed", "isp.GATEWAY_ERROR", "isp.UNKNOWN"}  # the phone may be ringing
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
    **dict.fromkeys(_IN_DOUBT, Result.UNKNOWN),
    **{f"{start}…": result for start, result in _STARTS.items()},
    "…": Result.PROVIDER_DOWN,
}
"""Every code and what it means; `…` stands for whatever else begins so."""


def classify(code: str) -> Result:
    if code in CODES:
        return CODES[code]
    return next((result for start, result in _STARTS.items() if code.startswith(start)), CODES["…"])
