"""What a person fills in to activate a plan from Prefect's UI: typed fields made from the plan's facts and levels."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from flows.deciding.facts import FORECAST
from plans.model import Fact, FactType, Plan


def facts_form(plan: Plan) -> type[BaseModel]:
    """One optional field for each fact, and one for each forecast; a fact left out is not known yet."""
    fields: dict[str, Any] = {}
    for fact in plan.facts.values():
        fields[fact.name] = (Annotated[_type(fact), Field(title=_title(fact), description=_description(fact))], None)
        if fact.forecast:
            fields[f"{fact.name}_forecast"] = (
                Annotated[float | None, Field(alias=fact.name + FORECAST, title=_title(fact, " 预报 forecast"))],
                None,
            )
    settings = ConfigDict(extra="forbid", title=f"{plan.title.zh} {plan.title.en}: facts")
    return create_model("Facts", __config__=settings, **fields)


def level_choice(plan: Plan) -> Any:
    """A type: the levels this plan has, or None where the facts decide."""
    return Literal[tuple(level.name for level in plan.levels)] | None


def given_facts(form: BaseModel | None) -> dict[str, Any]:
    """What was filled in, under the names that `flows.deciding.facts` reads."""
    return form.model_dump(by_alias=True, exclude_none=True) if form else {}


def _type(fact: Fact) -> Any:
    match fact.type:
        case FactType.NUMBER:
            return float | None
        case FactType.BOOLEAN:
            return bool | None
        case FactType.CHOICE:
            return Literal[fact.choices] | None
        case FactType.TEXT:
            return str | None


def _title(fact: Fact, more: str = "") -> str:
    unit = f" ({fact.unit})" if fact.unit else ""
    return f"{fact.title.zh} {fact.title.en}{more}{unit}"


def _description(fact: Fact) -> str:
    match fact.type:
        case FactType.NUMBER:
            return f"a number in {fact.unit}"
        case FactType.CHOICE:
            return "one of " + ", ".join(fact.choices)
        case FactType.BOOLEAN:
            return "true or false"
        case FactType.TEXT:
            return "text"
