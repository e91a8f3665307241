"""The chapters of a plan document before its tasks: basis, grades, organisation, monitoring, levels, end."""

from collections.abc import Iterator

from plans.choice_words import choice
from plans.ending import end_approvers, end_chains
from plans.model import Fact, FactType, GradeRow, LevelRule, Plan
from plans.unit_words import unit_word
from service.explain.blocks import Block, Heading, Items, Paragraph, Table
from service.explain.teller import Teller


def basis(plan: Plan, teller: Teller) -> Iterator[Block]:
    yield Heading(f"1.1 {teller.word('basis')}", 2)
    if not plan.sources:
        yield Paragraph(teller.word("no_basis"), quiet=True)
    else:
        rows = [(each.title, _valid(each.valid_from, each.valid_to, teller)) for each in plan.sources.values()]
        yield Table((teller.word("name"), teller.word("valid")), tuple(rows), (70, 30))
    yield Heading(f"1.2 {teller.word('scope')}", 2)
    levels = teller.levels(plan.levels)
    opener = teller.roles(plan.activate) or teller.word("anybody")
    yield Paragraph(
        teller.two(
            f"本预案由{plan.owner}发布，用于《{plan.title.zh}》所指事件的应急响应，响应分{levels}级。可启动响应的岗位：{opener}。"
            "时限、条件和数值凡未注明依据的，为本预案默认，由发布单位核定。",
            f"Issued by {plan.owner} for the events that the {plan.title.en} names; responses have the levels {levels}. "
            f"They may be opened by: {opener}. Limits, conditions and figures without a source are defaults of this plan, "
            "for the issuer to confirm.",
        )
    )


def _valid(start: str, end: str, teller: Teller) -> str:
    if not start and not end:
        return teller.two("未注明", "not given")
    if not end:
        return teller.two(f"自{start}起", f"from {start}")
    return f"{start or '…'} – {end}"


def grades(plan: Plan, teller: Teller) -> Iterator[Block]:
    graded = [fact for fact in plan.facts.values() if fact.table]
    if not graded:
        yield Paragraph(teller.word("no_grades"), quiet=True)
    for number, fact in enumerate(graded, 1):
        yield Heading(f"2.{number} {teller.say(fact.title)}", 2)
        columns = [plan.facts[column.fact] for column in fact.table]
        rows = []
        for grade in fact.choices:
            cells = [
                teller.two("；", "; ").join(_interval(row, about, teller) for row in column.rows if row.grade == grade)
                for column, about in zip(fact.table, columns, strict=True)
            ]
            rows.append((choice(fact, grade, teller.language), *(cell or "—" for cell in cells)))
        titles = (teller.word("grade"), *(teller.say(each.title) for each in columns))
        yield Table(titles, tuple(rows), (16, *(84 // len(columns) for _ in columns)))
        rule = teller.two(
            "任一项达到即为该等级，取最高者；人工认定的优先。",
            "Any one column is enough; the highest counts, unless a person has recorded another.",
        )
        bounds = teller.two("分级界限为本预案默认。", "The bounds are defaults of this plan.")
        yield Paragraph(f"{rule} {teller.basis(fact.source) if fact.source else bounds}", quiet=True)


def _interval(row: GradeRow, about: Fact, teller: Teller) -> str:
    if row.values:
        words = {"true": teller.two("是", "yes"), "false": teller.two("否", "no")}
        return teller.listed(words.get(value) or choice(about, value, teller.language) for value in row.values)
    # a title that names its unit has said it
    called = unit_word(about.unit, teller.language)
    unit = f" {called}" if called and "（" not in about.title.zh else ""
    low = f"≥ {row.low:g}" if row.low is not None else ""
    high = f"< {row.high:g}" if row.high is not None else ""
    return teller.two("，", ", ").join(part for part in (low, high) if part) + unit


def organisation(plan: Plan, teller: Teller) -> Iterator[Block]:
    rows = []
    for role in plan.roles.values():
        duties = [teller.task(task.name) for task in plan.tasks.values() if task.role == role.name]
        rows.append(
            (
                teller.say(role.title),
                "\n".join(duties) or teller.word("no_own_task"),
                "\n".join(powers(plan, teller, role.name)) or "—",
            )
        )
    yield Table((teller.word("role"), teller.word("duties"), teller.word("powers")), tuple(rows), (20, 48, 32))


def powers(plan: Plan, teller: Teller, role: str) -> list[str]:
    """What a role may decide, beside its tasks."""
    told = [teller.word("gets_alerts")] if role in plan.roles and plan.roles[role].alert else []
    told += [teller.word("may_open")] if role in plan.activate else []
    levels = [rule.level for rule in plan.levels.values() if role in rule.approve]
    told += [f"{teller.word('approve_level')} {teller.levels(levels)}"] if levels else []
    ends = [level for level in plan.levels if role in end_approvers(plan, level)]
    told += [f"{teller.word('approve_end')} {teller.levels(ends)}"] if ends else []
    signs = [task.name for task in plan.tasks.values() if task.report and role in task.report.sign]
    told += [f"{teller.word('signer')}{teller.tasks(signs)}"] if signs else []
    sends = [task.name for task in plan.tasks.values() if task.signal and role in task.signal.send]
    told += [f"{teller.word('sends')}{teller.two('：', ': ')}{teller.tasks(sends)}"] if sends else []
    return told


def monitoring(plan: Plan, teller: Teller) -> Iterator[Block]:
    yield Heading(f"4.1 {teller.word('triggers')}", 2)
    if not plan.triggers:
        yield Paragraph(teller.word("no_triggers"), quiet=True)
    else:
        rows = []
        for trigger in plan.triggers:
            lines = [teller.ways(trigger.when)]
            lines += [f"{teller.word('hold')} {teller.long(trigger.hold)}"] if trigger.hold else []
            lines += [teller.word("event")] if trigger.event else []
            lines += [teller.word("release") + teller.condition(trigger.release)] if trigger.release else []
            kind = teller.word("alert" if trigger.on == "cap" else "reading")
            rows.append((kind, "\n".join(lines), trigger.propose.name))
        columns = (teller.word("source_of"), teller.word("when"), teller.word("proposes"))
        yield Table(columns, tuple(rows), (12, 76, 12))
        yield Paragraph(teller.two("只提出建议，由人批准后启动。", "They only propose; a person approves."), quiet=True)
    yield Heading(f"4.2 {teller.word('observed')}", 2)
    observed = [fact for fact in plan.facts.values() if fact.forecast or fact.fresh]
    if not observed:
        yield Paragraph(teller.word("no_observed"), quiet=True)
    else:
        rows = [
            (
                teller.say(fact.title)
                + (teller.two("（", " (") + teller.word("forecast") + teller.two("）", ")") if fact.forecast else ""),
                unit(fact, teller),
                teller.long(fact.fresh) if fact.fresh else "—",
            )
            for fact in observed
        ]
        yield Table((teller.word("name"), teller.word("unit"), teller.word("freshness")), tuple(rows), (60, 18, 22))


def unit(fact: Fact, teller: Teller) -> str:
    return unit_word(fact.unit, teller.language) or "—"


def levels(plan: Plan, teller: Teller) -> Iterator[Block]:
    rows = [
        (rule.level.name, _begins(rule, teller), _approval(rule, teller), teller.long(rule.expect) if rule.expect else "—")
        for rule in plan.levels.values()
    ]
    columns = (teller.word("level"), teller.word("when"), teller.word("approve"), teller.word("expect"))
    yield Table(columns, tuple(rows), (8, 50, 30, 12))
    yield Paragraph(
        teller.two(
            "尚不知道的数值不算满足条件。条件满足只提出建议；无人批准不等于批准。",
            "A value nobody knows yet meets no condition. Conditions only propose; silence approves nothing.",
        ),
        quiet=True,
    )


def _begins(rule: LevelRule, teller: Teller) -> str:
    lines = [teller.ways(rule.when)] if rule.when else [teller.two("由人决定", "decided by people")]
    lines += [f"{teller.word('hold')} {teller.long(rule.hold)}"] if rule.hold else []
    return "\n".join(lines)


def _approval(rule: LevelRule, teller: Teller) -> str:
    lines = [teller.roles(rule.approve)]
    lines += [teller.word("two_person")] if rule.two_person else []
    lines += [f"{teller.word('paper')}{teller.long(rule.paper)}"] if rule.paper else []
    return "\n".join(lines)


def changes(plan: Plan, teller: Teller) -> Iterator[Block]:
    rows = []
    for rule in plan.levels.values():
        ladder = plan.ladders.get(rule.sign)
        climbs = teller.word("signed_up") + teller.climbs(ladder) if ladder else "—"
        rows.append((rule.level.name, teller.ways(rule.keep or rule.when) if rule.keep or rule.when else "—", climbs))
    yield Table((teller.word("level"), teller.word("stays"), teller.word("approve")), tuple(rows), (8, 56, 36))
    yield Paragraph(
        teller.two(
            "条件达到更高级别时可越级提升。升级、降级均须批准。",
            "Levels may be jumped when the conditions of a higher one are met. Raising and lowering are both approved.",
        )
    )
    yield Heading(f"8.1 {teller.word('on_downgrade')}", 2)
    kept = [task for task in plan.tasks.values() if task.on_downgrade.value != "cancel"]
    if not kept:
        yield Paragraph(teller.word("none_kept"), quiet=True)
        return
    treated = [
        (
            teller.task(task.name),
            teller.word("keep") if not task.hand_over else teller.word("hand_over") + teller.role(task.hand_over),
        )
        for task in kept
    ]
    yield Table((teller.word("task"), teller.word("treatment")), tuple(treated), (60, 40))


def end(plan: Plan, teller: Teller) -> Iterator[Block]:
    lines = [teller.word("when") + teller.two("：", ": ") + teller.ways(plan.end.when)]
    lines.append(f"{teller.word('hold')} {teller.long(plan.end.hold)}")
    chains = (f"{teller.levels(levels)} {teller.roles(roles)}" for roles, levels in end_chains(plan).items())
    lines.append(teller.word("approve") + teller.two("：", ": ") + teller.clauses(chains))
    if ladder := plan.ladders.get(plan.end.sign):
        lines.append(teller.word("signed_up") + teller.climbs(ladder))
    kept = [teller.code(task.name) for task in plan.tasks.values() if task.on_end.value == "keep"]
    lines += [teller.word("kept_at_end") + teller.two("：", ": ") + teller.listed(kept)] if kept else []
    yield Items(tuple(lines))


def facts(plan: Plan, teller: Teller) -> Iterator[Block]:
    if not plan.facts:
        yield Paragraph(teller.word("no_facts"), quiet=True)
        return
    kinds = {FactType.NUMBER: ("数字", "number"), FactType.BOOLEAN: ("是/否", "yes or no"), FactType.TEXT: ("文字", "text")}
    rows = []
    for fact in plan.facts.values():
        values = teller.listed(choice(fact, each, teller.language) for each in fact.choices) or teller.two(*kinds[fact.type])
        if isinstance(fact.default, float):
            values += teller.two(f"；默认 {fact.default:.15g}", f"; default {fact.default:.15g}")
        origin = teller.source(fact.source) if fact.source else "—"
        rows.append((teller.say(fact.title), unit(fact, teller), values, origin))
    columns = (teller.word("name"), teller.word("unit"), teller.word("values"), teller.word("basis"))
    yield Table(columns, tuple(rows), (34, 10, 36, 20))
