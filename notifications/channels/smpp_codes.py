"""What each status in an answer of an SMPP gateway means for a delivery, and what each state in a receipt does."""

from notifications.message import ReceiptState, Result

NAMES = {
    0x00: "ROK",
    0x01: "RINVMSGLEN",
    0x04: "RINVBNDSTS",
    0x05: "RALYBND",
    0x08: "RSYSERR",
    0x0A: "RINVSRCADR",
    0x0B: "RINVDSTADR",
    0x0D: "RBINDFAIL",
    0x0E: "RINVPASWD",
    0x0F: "RINVSYSID",
    0x14: "RMSGQFUL",
    0x43: "RINVESMCLASS",
    0x45: "RSUBMITFAIL",
    0x48: "RINVSRCTON",
    0x49: "RINVSRCNPI",
    0x50: "RINVDSTTON",
    0x51: "RINVDSTNPI",
    0x53: "RINVSYSTYP",
    0x58: "RTHROTTLED",
    0x64: "RX_T_APPN",
    0x65: "RX_P_APPN",
    0x66: "RX_R_APPN",
    0xFE: "RDELIVERYFAILURE",
    0xFF: "RUNKNOWNERR",
}
OF_THE_NUMBER = {"RINVDSTADR"}
_OF_ONE_MESSAGE = {"RINVMSGLEN", "RINVDSTTON", "RINVDSTNPI", "RX_R_APPN", "RDELIVERYFAILURE"}
_PASSING = {"RINVBNDSTS", "RSYSERR", "RMSGQFUL", "RSUBMITFAIL", "RTHROTTLED", "RX_T_APPN", "RUNKNOWNERR"}
_OF_THE_ACCOUNT = {
    "RALYBND",
    "RBINDFAIL",
    "RINVESMCLASS",
    "RINVPASWD",
    "RINVSRCADR",
    "RINVSRCNPI",
    "RINVSRCTON",
    "RINVSYSID",
    "RINVSYSTYP",
    "RX_P_APPN",
}
CODES = {
    "ROK": Result.ACCEPTED,
    **dict.fromkeys(sorted(OF_THE_NUMBER | _OF_ONE_MESSAGE), Result.FAILED_FOR_GOOD),
    **dict.fromkeys(sorted(_PASSING), Result.FAILED_FOR_NOW),
    **dict.fromkeys(sorted(_OF_THE_ACCOUNT), Result.PROVIDER_DOWN),
    "…": Result.PROVIDER_DOWN,
}
"""Every status and what it means; an unknown one is the provider's own: the next way is asked."""
STATES = {
    "ACCEPTD": ReceiptState.SENT,
    "ENROUTE": ReceiptState.SENT,
    "DELIVRD": ReceiptState.DELIVERED,
    "DELETED": ReceiptState.FAILED,
    "EXPIRED": ReceiptState.FAILED,
    "REJECTD": ReceiptState.FAILED,
    "UNDELIV": ReceiptState.FAILED,
}
"""`UNKNOWN` says nothing."""
NUMBERED = {1: "ENROUTE", 2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 6: "ACCEPTD", 8: "REJECTD"}


def name_of(status: int) -> str:
    return NAMES.get(status, f"0x{status:08X}")


def classify(status: int) -> Result:
    return CODES.get(name_of(status), CODES["…"])
