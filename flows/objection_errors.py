"""Refusals that a person may set aside by saying so: what speaks against an act, told before it is done."""

from flows.errors import FlowError
from plans.model import Text


class ObjectionsError(FlowError):
    """Nothing was changed; asked again with a reason why all the same (`although`) it is done, and the record keeps both."""

    status = 409

    def __init__(self, act: str, objections: tuple[Text, ...]) -> None:
        super().__init__(act, objections)
        self.act, self.objections = act, objections

    def __str__(self) -> str:
        against = "; ".join(each.en for each in self.objections)
        remedy = "mend it, or say why all the same (--although REASON, in the API the field 'although'): the record keeps both"
        return f"cannot {self.act} just like that: {against}; nothing was changed; {remedy}"
