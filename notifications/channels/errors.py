"""What can be wrong with a channel's settings, in words for whoever wrote them; a secret never shows."""


class ChannelError(Exception):
    """The settings of a channel cannot be used; nothing was sent."""


class UnknownSchemeError(ChannelError):
    def __init__(self, kind: str, scheme: str, known: tuple[str, ...]) -> None:
        super().__init__(kind, scheme, known)
        self.kind, self.scheme, self.known = kind, scheme, known

    def __str__(self) -> str:
        known = ", ".join(f"{name}://" for name in self.known)
        scheme = self.scheme or "(empty)"
        return f"channel {self.kind!r}: there is no {scheme}://; expected one of {known}, or an address of apprise"


class MissingSecretError(ChannelError):
    def __init__(self, kind: str, name: str) -> None:
        super().__init__(kind, name)
        self.kind, self.name = kind, name

    def __str__(self) -> str:
        if self.name.startswith("file:"):
            path = self.name.removeprefix("file:")
            return f"channel {self.kind!r}: the file {path} cannot be read or is empty; put the secret on its first line"
        return (
            f"channel {self.kind!r}: the environment has no {self.name}; set it before the start, or write the value in its place"
        )


class ChannelUrlError(ChannelError):
    """`form` is the expected form of the address, so that the text helps without showing what was written."""

    def __init__(self, kind: str, reason: str, form: str) -> None:
        super().__init__(kind, reason, form)
        self.kind, self.reason, self.form = kind, reason, form

    def __str__(self) -> str:
        return f"channel {self.kind!r}: {self.reason}; expected {self.form}"
