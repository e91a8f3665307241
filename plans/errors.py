"""What a caller of the plan language cannot go on from; a fault inside a plan is a `Diagnostic`."""

from plans.diagnostic import Diagnostic, nearest


class PlanError(Exception):
    """Base of this package; `status` is the HTTP status a door answers with."""

    status = 400


class PlanFaultsError(PlanError):
    status = 409

    def __init__(self, file: str, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__(file, diagnostics)
        self.file, self.diagnostics = file, diagnostics

    def __str__(self) -> str:
        return "\n".join(str(each) for each in self.diagnostics)


class PlanUnreadableError(PlanError):
    def __init__(self, file: str, reason: str) -> None:
        super().__init__(file, reason)
        self.file, self.reason = file, reason

    def __str__(self) -> str:
        return f"{self.file}: cannot be read: {self.reason}; expected a plan file in YAML (UTF-8, at most 4 MB)"


class UnknownPlanError(PlanError):
    status = 404

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(name, known)
        self.name, self.known = name, known

    def __str__(self) -> str:
        suggestion = nearest(self.name, self.known)
        hint = f"; did you mean {suggestion!r}?" if suggestion else ""
        names = ", ".join(self.known) or "none"
        return f"there is no plan {self.name!r}, expected a plan file or one of: {names}{hint}"


class NoPlansError(PlanError):
    status = 404

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self.folder = folder

    def __str__(self) -> str:
        return f"there is no plan in the folder {self.folder!r}, expected YAML files with 'plan', 'base' or 'extends'"


class ExpressionError(PlanError):
    """An expression that does not compile reached the engine; a checked plan has none."""

    def __init__(self, expression: str, reason: str) -> None:
        super().__init__(expression, reason)
        self.expression, self.reason = expression, reason

    def __str__(self) -> str:
        return f"the condition {self.expression!r} cannot be used: {self.reason}; check the plan again"
