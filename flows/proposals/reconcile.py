"""From what plans, alerts, proposals and responses say now to what is to be done. Pure, and asking twice does nothing twice.

One chain has at most one open proposal or running response for each plan. Nothing here ends a response.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from alerts.chains import Chain, ChainState, End
from flows.proposals.matching import match
from flows.proposals.model import (
    Content,
    Effect,
    Proposal,
    ProposalState,
    Propose,
    Revise,
    RunningResponse,
    TellResponse,
    Withdraw,
)
from plans.model import Plan, Text


def reconcile(
    plans: Sequence[Plan],
    chains: Sequence[Chain],
    proposals: Sequence[Proposal],
    responses: Sequence[RunningResponse],
    now: datetime,
) -> list[Effect]:
    return [effect for chain in chains for plan in plans for effect in _one(plan, chain, proposals, responses, now)]


def marker(content: Content) -> str:
    """Names what a content says to a response: the same marker is no news."""
    # the same moment in another zone is the same
    until = _moment(content.until and content.until.astimezone(UTC))
    said = (content.level, content.areas, until, content.messages)
    return "content:" + hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _one(
    plan: Plan, chain: Chain, proposals: Sequence[Proposal], responses: Sequence[RunningResponse], now: datetime
) -> Iterator[Effect]:
    ours = (proposal for proposal in proposals if proposal.plan == plan.name and proposal.messages & chain.keys)
    prior = sorted(ours, key=lambda proposal: (proposal.opened, proposal.id))
    running = {response.proposal: response for response in responses}
    lived = [(proposal, running[proposal.id]) for proposal in prior if proposal.id in running]
    opened = [proposal for proposal in prior if proposal.is_open]
    wanted = match(plan, chain, now)
    for proposal, response in lived:
        yield from _news(proposal, response, chain, wanted)
    yield from (_merged(proposal, opened[0]) for proposal in opened[1:])
    if opened:
        yield from _of_open(plan, opened[0], chain, wanted)
    elif wanted and not lived and (content := _afresh(prior, chain, wanted)):
        yield Propose(plan.name, plan.digest, content)


def _merged(proposal: Proposal, kept: Proposal) -> Withdraw:
    reason = Text(f"预警已合并，见 {kept.id}", f"the alerts have merged; see {kept.id}")
    return Withdraw(proposal.id, ProposalState.WITHDRAWN, reason)


def _of_open(plan: Plan, proposal: Proposal, chain: Chain, wanted: Content | None) -> Iterator[Effect]:
    if wanted is None:
        # an update that only begins later has replaced it: not a reason to take it back
        if chain.state is not ChainState.PENDING:
            state = ProposalState.EXPIRED if chain.end is End.EXPIRED else ProposalState.WITHDRAWN
            yield Withdraw(proposal.id, state, _why_ended(chain))
    elif marker(wanted) != marker(proposal.content) or wanted.question != proposal.content.question:
        rises = wanted.level < proposal.level
        yield Revise(proposal.id, plan.digest, wanted, difference(proposal.content, wanted), rises)


def _news(proposal: Proposal, response: RunningResponse, chain: Chain, wanted: Content | None) -> Iterator[Effect]:
    if wanted is not None:
        if marker(wanted) != proposal.told:
            change = difference(proposal.content, wanted)
            yield TellResponse(response.id, proposal.id, "changed", change, marker(wanted), wanted)
        return
    told = f"ended:{chain.end or chain.state}:{','.join(sorted(head.key for head in chain.heads))}"
    if told == proposal.told or chain.state is ChainState.PENDING:
        return
    match chain.end:
        case End.CANCELLED:
            why = _why_ended(chain)
            change = Text(f"{why.zh}：请研判是否终止响应", f"{why.en}: decide whether the response ends")
            yield TellResponse(response.id, proposal.id, "source_cancelled", change, told)
        case None:
            yield TellResponse(response.id, proposal.id, "changed", _why_ended(chain), told)
        case _:
            yield TellResponse(response.id, proposal.id, "source_ended", _why_ended(chain), told)


def _afresh(prior: Sequence[Proposal], chain: Chain, wanted: Content) -> Content | None:
    """What to propose after earlier proposals of this chain: only news, and after a decline only something graver."""
    if not prior:
        return wanted
    last = prior[-1]
    if set(wanted.messages) <= last.messages:
        return None
    if last.state is not ProposalState.DECLINED:
        return wanted
    is_reopened = chain.cancelled_at and last.decided_at and chain.cancelled_at > last.decided_at
    if wanted.level >= last.level and not is_reopened:
        return None
    zh = f"{last.id} 曾被 {last.decided_by} 否决（{last.reason}）"
    return _noted(wanted, Text(zh, f"{last.id} was declined by {last.decided_by} ({last.reason})"))


def _noted(content: Content, note: Text) -> Content:
    earlier = content.why.note
    joined = Text(f"{earlier.zh}；{note.zh}", f"{earlier.en}; {note.en}") if earlier else note
    return replace(content, why=replace(content.why, note=joined))


def _why_ended(chain: Chain) -> Text:
    match chain.end:
        case End.CANCELLED:
            return Text("发布单位已取消预警", "the source cancelled the alert")
        case End.ALL_CLEAR:
            return Text("发布单位已解除预警", "the source gave the all-clear")
        case End.EXPIRED:
            return Text("预警已过有效期", "the alert has expired")
        case None:
            return Text("预警更新后不再符合触发条件", "the alert as updated no longer meets any trigger")


def difference(before: Content, after: Content) -> Text:
    """Level, areas and times that differ, in words."""
    zh, en = [], []
    if after.level is not before.level:
        zh.append(f"级别 {before.level.name}→{after.level.name}")
        en.append(f"level {before.level.name} → {after.level.name}")
    added = [area for area in after.areas if area not in before.areas]
    dropped = [area for area in before.areas if area not in after.areas]
    for words, names in ((("新增区域", "areas added"), added), (("撤出区域", "areas dropped"), dropped)):
        if names:
            zh.append(f"{words[0]}：{'、'.join(names)}")
            en.append(f"{words[1]}: {', '.join(names)}")
    if after.until != before.until:
        zh.append(f"有效期至 {_moment(after.until) or '解除为止'}")
        en.append(f"until {_moment(after.until) or 'it is lifted'}")
    if after.why.note and after.why.note != before.why.note:
        zh.append(after.why.note.zh)
        en.append(after.why.note.en)
    return Text("；".join(zh) or "预警内容有更新", "; ".join(en) or "the alert's text was updated")


def _moment(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
