"""Why a backup is not made or not restored, in words for whoever has to do it in the night."""


class BackupError(Exception):
    status = 422

    def __init__(self, place: str, fault: str) -> None:
        super().__init__(place, fault)
        self.place, self.fault = place, fault

    def __str__(self) -> str:
        return f"{self.place}: {self.fault}"
