"""The tables as the first folders had them, on an empty database."""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

from store.append_only import guards

revision = "0002"
down_revision = None

# one letter a type; "?" after a name: it may be empty
_TYPES = {"s": sa.String, "i": sa.Integer, "t": sa.BigInteger, "j": sa.Text, "b": sa.Boolean, "x": sa.LargeBinary}
_MESSAGE = (
    "s:response,plan_digest,assignment,step i:epoch s:person,channel,address,name,language,template j:parameters i:priority"
    " b:answerable i:code? t:at,expires s:state i:attempts,look_ups t:next_at? s:claimed_by,provider_id?,provider_code,detail"
    " b:in_doubt t:queued_at,sending_at?,accepted_at?,sent_at?,delivered_at?,read_at?,answered_at?,ended_at?"
)
_STATES = "queued sending unknown accepted sent failed withdrawn expired delivered read answered"


def upgrade() -> None:
    _roster()
    _alerts()
    _proposals()
    _replies()
    _table("plan_version", "s:digest", "s:name x:canonical t:stored_at")
    op.create_index("ix_plan_version_name", "plan_version", ["name"])
    for kind, prefix in (("real", "R-"), ("drill", "D-")):
        _responses(kind, prefix)
        _messages(kind)
    op.create_index("real_response_incident", "real_response", ["plan", "incident", "status"])


def _responses(kind: str, prefix: str) -> None:
    def only(column: str) -> sa.CheckConstraint:
        return sa.CheckConstraint(f"{column} LIKE '{prefix}%'", name=f"{kind}_only")

    _table(
        f"{kind}_response",
        "s:id",
        "s:key,asked,plan,digest,incident,place i:level s:status t:opened_at,closed_at? i:version s:hash x:snapshot s:flow_run?",
        only("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index(f"ix_{kind}_response_status", f"{kind}_response", ["status"])
    _table(f"{kind}_entry", "s:response i:entry", "s:kind t:at,recorded_at s:by,via,body,hash", only("response"))
    for statement in guards(op.get_bind().dialect.name, f"{kind}_entry"):
        op.get_bind().exec_driver_sql(statement)
    columns = "s:task,status j:assignees t:opened_at,acknowledge_by,done_by b:awaits_decision"
    _table(f"{kind}_assignment", "s:response,assignment", columns, only("response"))
    _table(f"{kind}_clock", "s:response,assignment,clock,name i:epoch", "t:due", only("response"))
    op.create_index(f"ix_{kind}_clock_due", f"{kind}_clock", ["due"])


def _messages(kind: str) -> None:
    table = f"{kind}_message"
    own = "response LIKE 'D-%' AND id LIKE 'd-%'" if kind == "drill" else "response NOT LIKE 'D-%' AND id LIKE 'r-%'"
    _table(
        table,
        "s:id",
        _MESSAGE,
        sa.UniqueConstraint("response", "assignment", "step", "epoch", "person", "channel", name=f"{table}_once"),
        sa.CheckConstraint(own, name=f"{table}_kind"),
        sa.CheckConstraint(f"state IN ({_listed(_STATES.split())})", name=f"{table}_state"),
    )
    for name, column in (("due", "next_at"), ("provider", "provider_id")):
        _partial_index(f"{table}_{name}", table, [column], f"{column} IS NOT NULL")


def _roster() -> None:
    _table("person", "s:id", "i:position s:name j:addresses s:language,post,organisation,deputy b:exercises")
    _table("shift", "i:position", "s:role,person t:start?,end?", sa.ForeignKeyConstraint(["person"], ["person.id"]))
    _table("roster_version", "i:version", "t:imported i:people,shifts")


def _alerts() -> None:
    _table("alert_raw", "s:sha256", "x:body i:size t:received j:quarantine?")
    _table("alert_sighting", "s:sha256,source", "i:seen t:first_seen,last_seen")
    columns = (
        "s:identity,sender,identifier,sent,raw,place,source t:received i:seen t:last_seen"
        " s:digest,fingerprint,withheld,signature j:alert?,policy,defects t:wakes?"
    )
    _table("alert_message", "s:key", columns, sa.ForeignKeyConstraint(["raw"], ["alert_raw.sha256"]))
    for column in ("identity", "fingerprint", "wakes", "received"):
        op.create_index(f"alert_message_{column}", "alert_message", [column])
    _table("alert_reference", "s:message,target", "", sa.ForeignKeyConstraint(["message"], ["alert_message.key"]))
    op.create_index("alert_reference_target", "alert_reference", ["target"])


def _proposals() -> None:
    _table(
        "proposal",
        "s:id",
        "s:plan,plan_digest i:level j:content s:state t:opened s:told,decided_by t:decided_at? s:reason,response i:rise,round"
        " t:called_at?",
        sa.CheckConstraint("id LIKE 'P-%'", name="proposal_id"),
        sa.CheckConstraint(
            f"state IN ({_listed(('open', 'accepted', 'declined', 'withdrawn', 'expired'))})", name="proposal_state_known"
        ),
    )
    op.create_index("proposal_state", "proposal", ["state"])
    _table("proposal_message", "s:proposal,message", "", sa.ForeignKeyConstraint(["proposal"], ["proposal.id"]))
    op.create_index("proposal_message_message", "proposal_message", ["message"])
    _table("proposal_news", "i:id", "s:response,proposal,kind,zh,en t:at,told_at?")
    op.create_index("proposal_news_told", "proposal_news", ["told_at"])


def _replies() -> None:
    _table("short_code", "i:id", "s:person,address?,member? i:code s:response,assignment b:is_open")
    for name, unique in (
        ("person", ["person", "code"]),
        ("address", ["address", "code"]),
        ("assignment", ["response", "assignment", "person"]),
    ):
        _partial_index(f"short_code_{name}", "short_code", unique, "is_open = 1", "is_open", unique=True)
    op.create_index("short_code_known", "short_code", ["address"])
    op.create_index("short_code_member", "short_code", ["member"])
    columns = (
        "s:channel,external_id,address,text t:at s:delivery j:extra t:received_at"
        " s:meaning,why,response,assignment,person,verb,reason,say_back t:settled_at? s:settled_by"
    )
    _table("inbound", "i:id", columns, sa.UniqueConstraint("channel", "external_id", name="inbound_once"))
    op.create_index("inbound_address", "inbound", ["address", "received_at"])
    _table("unmatched_receipt", "i:id", "s:delivery,state t:at s:code t:received_at")
    op.create_index("unmatched_receipt_delivery", "unmatched_receipt", ["delivery"])


def _table(name: str, key: str, columns: str, *rules: sa.Constraint) -> None:
    op.create_table(name, *_columns(key, is_key=True), *_columns(columns), *rules)


def _columns(written: str, *, is_key: bool = False) -> Iterable[sa.Column[object]]:
    for group in written.split():
        kind, names = group.split(":")
        for name in names.split(","):
            is_empty = name.endswith("?")
            yield sa.Column(name.removesuffix("?"), _TYPES[kind](), primary_key=is_key, nullable=is_empty)


def _partial_index(name: str, table: str, columns: list[str], sqlite: str, postgresql: str = "", *, unique: bool = False) -> None:
    on_sqlite, on_postgresql = sa.text(sqlite), sa.text(postgresql or sqlite)
    op.create_index(name, table, columns, unique=unique, sqlite_where=on_sqlite, postgresql_where=on_postgresql)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)
