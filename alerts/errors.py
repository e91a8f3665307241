"""What can go wrong around alerts. What is wrong *with* an alert is a `Defect`, a value."""


class AlertError(Exception):
    """Base of this package; `status` is the HTTP status a door answers with."""

    status = 409


class ProfileError(AlertError):
    status = 422

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(where, reason)
        self.where, self.reason = where, reason

    def __str__(self) -> str:
        return f"alert profile {self.where}: {self.reason}; see docs/alerts.md for the keys"


class UnknownAlertError(AlertError):
    status = 404

    def __init__(self, alert: str) -> None:
        super().__init__(alert)
        self.alert = alert

    def __str__(self) -> str:
        return f"there is no alert {self.alert!r}; `tocsin alert list` names the known ones (没有这条预警)"
