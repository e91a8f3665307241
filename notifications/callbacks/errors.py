"""Why a call from a provider is not believed; whoever called gets none of the detail, the log gets all of it."""


class CallbackError(Exception):
    """Refused; nothing was taken from it."""


class CallbackShapeError(CallbackError):
    def __init__(self, provider: str, expected: str) -> None:
        super().__init__(provider, expected)
        self.provider, self.expected = provider, expected

    def __str__(self) -> str:
        return f"callback of {self.provider}: expected {self.expected}"


class CallbackSignatureError(CallbackError):
    def __init__(self, provider: str) -> None:
        super().__init__(provider)
        self.provider = provider

    def __str__(self) -> str:
        return f"callback of {self.provider}: the signature does not fit; compare token and key in our settings with theirs"


class CallbackSourceError(CallbackError):
    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.source = source

    def __str__(self) -> str:
        return f"callback from {self.source!r}: not among the sources under [callbacks] in tocsin.toml; add its network there"


class CallbackTooOldError(CallbackError):
    def __init__(self, provider: str, seconds: int) -> None:
        super().__init__(provider, seconds)
        self.provider, self.seconds = provider, seconds

    def __str__(self) -> str:
        return f"callback of {self.provider}: its time is {self.seconds} s from ours, at most 300 s are allowed; check the clock"


class CallbackKeyError(CallbackError):
    """Our own setting is wrong: said at the start, not at the first call."""

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length

    def __str__(self) -> str:
        return f"WeCom's EncodingAESKey: expected 43 letters and digits, found {self.length}; copy it again from the application"
