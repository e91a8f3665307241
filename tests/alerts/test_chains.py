"""Behaviours 27, 34-37, 41-48, 50-67 and 24: a set of messages gives one state, whatever order it arrived in."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from alerts.chains import Chain, ChainState, End, Fold, Message, fold
from alerts.lineage import lineage_of
from alerts.profile import Profile
from alerts.testing import NOON, cap, hours, info, message, written


def alert(name: str = "one", at: float = 0, **more) -> Message:
    return message(cap(name, sent=hours(at), **more))


def update(name: str, at: float, *of: tuple[str, float], **more) -> Message:
    return alert(name, at, kind="Update", references=[(other, hours(when)) for other, when in of], **more)


def cancel(name: str, at: float, *of: tuple[str, float], **more) -> Message:
    return alert(name, at, kind="Cancel", references=[(other, hours(when)) for other, when in of], infos="", **more)


def only(messages: list[Message], at: float = 3) -> Chain:
    (chain,) = fold(messages, hours(at)).chains
    return chain


def told(folded: Fold) -> object:
    """All that can be seen of a fold."""
    chains = [
        (
            chain.id,
            chain.state,
            chain.end,
            chain.cancelled_at,
            [head.key for head in chain.heads],
            [target.state for target in chain.targets],
        )
        for chain in folded.chains
    ]
    return chains, folded.withheld, folded.findings


RAIN = info(event="Rain")

STORIES = {
    "superseded": [alert(), update("two", 1, ("one", 0)), update("three", 2, ("two", 1))],
    "cancelled": [alert(), update("two", 1, ("one", 0)), cancel("three", 2, ("two", 1))],
    "cancelled by the first name": [alert(), update("two", 1, ("one", 0)), cancel("three", 2, ("one", 0))],
    "reopened": [alert(), cancel("two", 1, ("one", 0)), update("three", 2, ("one", 0))],
    "merged": [alert(), alert("other", infos=RAIN), update("three", 1, ("one", 0), ("other", 0))],
    "branched": [
        alert(),
        update("a", 1, ("one", 0)),
        update("b", 1, ("one", 0), infos=RAIN),
        cancel("c", 2, ("a", 1)),
    ],
    "circular": [alert(), update("two", 1, ("three", 2), infos=RAIN), update("three", 2, ("two", 1), infos=RAIN)],
    "dangling": [update("two", 1, ("gone", 0)), update("three", 2, ("gone", 0), infos=RAIN)],
    "repeated": [alert(), alert("again", 1), cancel("c", 2, ("one", 0))],
    "repeated at once": [alert(), alert("again"), update("c", 2, ("again", 0), infos=RAIN)],
    "crossing": [alert(), cancel("x", 1, ("one", 0), status="Exercise"), update("y", 2, ("one", 0), status="Test")],
    "foreign": [alert(), cancel("x", 1, sender="mallory@x.example"), update("two", 1, ("one", 0))],
}


@pytest.mark.parametrize("story", STORIES)
def test_27_every_order_of_arrival_gives_the_same_state(story: str) -> None:
    expected = told(fold(STORIES[story], hours(3)))

    for order in permutations(STORIES[story]):
        assert told(fold(order, hours(3))) == expected


@settings(max_examples=150, deadline=None)
@given(some.data())
def test_27_any_web_of_references_in_any_order_gives_the_same_state(data: some.DataObject) -> None:
    count = data.draw(some.integers(1, 6))
    names = [f"m{number}" for number in range(count)]
    times = data.draw(some.lists(some.integers(0, 3), min_size=count, max_size=count))
    messages = []
    for name, at in zip(names, times, strict=True):
        kind = data.draw(some.sampled_from(["Alert", "Update", "Cancel"]))
        of = data.draw(some.lists(some.integers(0, count - 1), max_size=3))
        references = [(names[number], hours(times[number])) for number in of]
        status = data.draw(some.sampled_from(["Actual", "Actual", "Exercise"]))
        messages.append(alert(name, at, kind=kind, status=status, references=references, infos=info(event=name)))

    shuffled = data.draw(some.permutations(messages))

    assert told(fold(shuffled, hours(5))) == told(fold(messages, hours(5)))


def test_41_a_plain_alert_is_active() -> None:
    chain = only([alert()])

    assert (chain.state, chain.is_real) == (ChainState.ACTIVE, True)


@pytest.mark.parametrize("status", ["Test", "System", "Draft", "Unheard", ""])
def test_43_to_45_other_statuses_are_no_chain_at_all(status: str) -> None:
    assert fold([alert(status=status)], NOON).chains == ()


def test_42_an_exercise_is_a_chain_of_its_own_kind() -> None:
    assert not only([alert(status="Exercise")]).is_real


@pytest.mark.parametrize("status", ["Exercise", "Test", "Draft"])
@pytest.mark.parametrize("kind", ["Cancel", "Update"])
def test_47_an_exercise_or_test_never_touches_a_real_chain(status: str, kind: str) -> None:
    crossing = alert("two", 1, status=status, kind=kind, references=[("one", NOON)])
    folded = fold([alert(), crossing], hours(3))
    (real,) = [chain for chain in folded.chains if chain.is_real]

    assert real.state is ChainState.ACTIVE
    assert [head.alert.identifier for head in real.heads] == ["one"]
    if status == "Exercise":
        assert "status_crosses_chain" in {defect.code for defect in folded.findings[crossing.key]}


def test_47_a_real_and_an_exercise_update_of_something_unknown_stay_apart() -> None:
    messages = [update("a", 1, ("gone", 0)), update("b", 1, ("gone", 0), status="Exercise")]

    assert sorted(chain.is_real for chain in fold(messages, hours(3)).chains) == [False, True]


@pytest.mark.parametrize("kind", ["Ack", "Error", "Shout", ""])
def test_67_acks_errors_and_unknown_types_never_touch_a_chain(kind: str) -> None:
    other = alert("two", 1, kind=kind, references=[("one", NOON)])

    assert [head.alert.identifier for head in only([alert(), other]).heads] == ["one"]


def test_50_an_alert_with_references_is_taken_for_an_update() -> None:
    chain = only([alert(), alert("two", 1, references=[("one", NOON)])])

    assert [head.alert.identifier for head in chain.heads] == ["two"]


def test_51_and_52_an_update_supersedes_all_it_names_and_merges_their_chains() -> None:
    chain = only(STORIES["merged"])

    assert [head.alert.identifier for head in chain.heads] == ["three"]
    assert len(chain.messages) == 3


def test_53_what_was_superseded_before_it_arrived_is_born_superseded() -> None:
    newer = update("two", 1, ("one", 0))
    before = fold([newer], hours(2))

    assert "references_dangling" in {defect.code for defect in before.findings[newer.key]}
    assert [head.alert.identifier for head in only([newer, alert()]).heads] == ["two"]


def test_54_an_update_without_references_is_current_by_itself() -> None:
    assert only([alert(kind="Update")]).state is ChainState.ACTIVE


def test_55_a_cancel_ends_the_chain() -> None:
    chain = only(STORIES["cancelled"])

    assert (chain.state, chain.end, chain.cancelled_at) == (ChainState.ENDED, End.CANCELLED, hours(2))


def test_55_a_cancel_that_names_an_older_message_ends_what_had_superseded_it() -> None:
    assert only(STORIES["cancelled by the first name"]).end is End.CANCELLED


def test_56_a_cancel_never_counts_by_its_severity() -> None:
    loud = alert("two", 1, kind="Cancel", references=[("one", NOON)], infos=info(severity="Extreme", urgency="Immediate"))
    chain = only([alert(), loud])

    assert chain.active == ()
    assert fold([loud], hours(3)).chains == ()


@pytest.mark.parametrize(
    ("references", "reason"),
    [
        (None, "cancel_references_absent"),
        ("", "cancel_references_empty"),
        ("one", "cancel_references_unparsable"),
        ("water@city.example,nosuch,2026-07-01T12:00:00-00:00", "cancel_references_unknown"),
        ("mallory@x.example,one,2026-07-01T12:00:00-00:00", "cancel_references_unknown"),
    ],
)
def test_58_a_cancel_that_names_nothing_known_cancels_nothing_not_even_the_latest(references: str | None, reason: str) -> None:
    useless = alert("two", 1, kind="Cancel", references=references, infos="")
    folded = fold([alert(), useless], hours(3))

    assert folded.withheld[useless.key].code == reason
    assert folded.chains[0].state is ChainState.ACTIVE


def test_59_another_sender_cancels_and_supersedes_nothing() -> None:
    reference = f"water@city.example,one,{written(NOON)}"
    for kind in ("Cancel", "Update"):
        foreign = message(cap("two", sender="mallory@x.example", sent=hours(1), kind=kind, references=reference))
        folded = fold([alert(), foreign], hours(3))
        ours = next(chain for chain in folded.chains if chain.messages[0].alert.identifier == "one")

        assert ours.state is ChainState.ACTIVE
        assert [head.alert.identifier for head in ours.heads] == ["one"]
        assert "reference_foreign" in {defect.code for defect in folded.findings[foreign.key]}


def test_59_a_sender_of_the_same_authority_may_cancel() -> None:
    profile = Profile("open", ("*",), authorities={"bureau": ("*@city.example",)})
    reference = f"water@city.example,one,{written(NOON)}"
    first = message(cap(), profile)
    colleague = message(cap("two", sender="night@city.example", sent=hours(1), kind="Cancel", references=reference), profile)

    assert only([first, colleague]).end is End.CANCELLED


def test_60_an_alert_whose_cancel_came_first_is_born_cancelled() -> None:
    early = cancel("two", 1, ("one", 0))

    assert fold([early], hours(2)).withheld[early.key].code == "cancel_references_unknown"
    assert only([early, alert()]).end is End.CANCELLED


def test_61_an_update_after_the_cancel_opens_the_chain_again_and_the_cancel_is_remembered() -> None:
    chain = only(STORIES["reopened"])

    assert (chain.state, chain.cancelled_at) == (ChainState.ACTIVE, hours(1))


def test_62_a_message_that_refers_to_itself_supersedes_nothing() -> None:
    assert only([alert(kind="Update", references=[("one", NOON)])]).state is ChainState.ACTIVE


def test_62_references_in_a_circle_are_cut_at_the_newest() -> None:
    messages = STORIES["circular"]
    chain = next(chain for chain in fold(messages, hours(3)).chains if len(chain.messages) == 2)

    assert [head.alert.identifier for head in chain.heads] == ["three"]
    assert "references_cycle" in {defect.code for defect in lineage_of(messages).findings[messages[1].key]}


def test_65_an_all_clear_ends_only_its_own_block() -> None:
    cleared = info("<area><areaDesc>A</areaDesc></area>", responseType="AllClear")
    stays = info("<area><areaDesc>B</areaDesc></area>")
    chain = only([alert(), update("two", 1, ("one", 0), infos=cleared + stays)])

    assert [target.target.areas[0].description for target in chain.active] == ["B"]


def test_66_an_all_clear_ends_the_chain_whatever_its_severity() -> None:
    clear = update("two", 1, ("one", 0), infos=info(severity="Extreme", responseType="AllClear"))

    assert only([alert(), clear]).end is End.ALL_CLEAR


def test_34_an_alert_ends_when_its_time_is_over() -> None:
    chain = only([alert()], at=25)

    assert (chain.state, chain.end) == (ChainState.ENDED, End.EXPIRED)


def test_36_an_effective_time_before_sending_is_active_at_once() -> None:
    assert only([alert(infos=info(effective=written(hours(-5))))], at=0).state is ChainState.ACTIVE


def test_37_a_later_effective_time_is_pending_and_then_active() -> None:
    scheduled = [alert(infos=info(effective=written(hours(4))))]

    assert [only(scheduled, at=at).state for at in (3, 5)] == [ChainState.PENDING, ChainState.ACTIVE]


def test_37_a_cancel_before_the_effective_time_means_it_never_was_active() -> None:
    messages = [alert(infos=info(effective=written(hours(4)))), cancel("two", 1, ("one", 0))]

    assert [only(messages, at=at).end for at in (3, 5)] == [End.CANCELLED, End.CANCELLED]


def test_32_an_alert_from_a_clock_that_runs_ahead_is_active_now() -> None:
    assert only([alert(at=1)], at=0).state is ChainState.ACTIVE


def test_24_the_same_content_again_without_a_reference_is_withheld() -> None:
    repeated = alert("two", 1)
    folded = fold([alert(), repeated], hours(3))

    assert folded.withheld[repeated.key].code == "reissue"
    assert [[head.alert.identifier for head in chain.heads] for chain in folded.chains] == [["one"]]


@pytest.mark.parametrize("name", ["one", "two"])
def test_24_what_ends_or_updates_either_of_the_two_counts_for_both(name: str) -> None:
    twice = [alert(), alert("two", 1)]
    since = 0 if name == "one" else 1

    assert only([*twice, cancel("c", 2, (name, since))]).end is End.CANCELLED
    updated = only([*twice, update("u", 2, (name, since), infos=RAIN)])
    assert [head.alert.identifier for head in updated.heads] == ["u"]


def test_24_after_a_cancel_by_the_second_name_the_same_content_is_news() -> None:
    again = alert("three", 3)

    assert again.key not in fold([alert(), alert("two", 1), cancel("c", 2, ("two", 1)), again], hours(3)).withheld


def test_24_an_earlier_one_that_arrives_late_with_its_cancel_does_not_take_the_later_one_along() -> None:
    again = alert("again", 2)

    chains = fold([again, alert(), cancel("c", 1, ("one", 0))], hours(3)).chains

    assert ChainState.ACTIVE in {chain.state for chain in chains if again in chain.heads}


def test_24_a_relay_cannot_cancel_what_it_repeats() -> None:
    relayed = message(cap("relayed", sender="relay@x.example", sent=hours(1)))
    reference = f"relay@x.example,relayed,{written(hours(1))}"
    stop = message(cap("stop", sender="relay@x.example", sent=hours(2), kind="Cancel", references=reference, infos=""))

    chain = only([alert(), relayed, stop])

    assert (chain.state, [head.alert.identifier for head in chain.heads]) == (ChainState.ACTIVE, ["one"])


@pytest.mark.parametrize(
    "between",
    [[cancel("c", 1, ("one", 0))], [update("u", 1, ("one", 0), infos=info(severity="Minor"))]],
    ids=["cancelled", "downgraded"],
)
def test_24_the_same_content_after_a_cancel_or_another_update_is_news(between: list[Message]) -> None:
    again = alert("two", 2)

    assert again.key not in fold([alert(), *between, again], hours(3)).withheld


def test_24_the_same_content_after_the_first_ran_out_is_news() -> None:
    block = info(expires="")
    again = alert("two", 30, infos=block)

    assert again.key not in fold([alert(infos=block), again], hours(31)).withheld


def test_69_a_message_without_info_has_no_target() -> None:
    chain = only([alert(infos="")])

    assert (chain.state, chain.targets) == (ChainState.ACTIVE, ())


def test_withheld_messages_touch_nothing() -> None:
    stranger = message(cap("two", sent=hours(1), kind="Cancel", references=[("one", NOON)]), Profile("strict", ("nobody",)))

    assert stranger.withheld == "sender_unknown"
    assert only([alert(), stranger]).state is ChainState.ACTIVE


def test_a_long_chain_is_folded_in_a_moment() -> None:
    messages = [alert("m0"), *(update(f"m{n}", n / 100, (f"m{n - 1}", (n - 1) / 100)) for n in range(1, 300))]

    chain = only(messages)

    assert [head.alert.identifier for head in chain.heads] == ["m299"]
