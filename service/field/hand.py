"""Does what a form of the phone page says, as the person of its link; keeps what was typed for when it is refused."""

from collections.abc import Iterable, Mapping
from threading import Lock

from starlette.datastructures import FormData

from flows.errors import UnknownNameError
from flows.running.engine import Turn
from plans.model import EvidenceField, FindingKind, Task, Text
from service.auth import LinkGrant
from service.desk.duty import Desk
from service.desk.evidence_files import EvidenceFiles
from service.desk.ground_desk import Found, GroundDesk
from service.desk.report_desk import Filing, ReportDesk
from service.field.forms import LONGEST_TEXT, Evidence, FormError, evidence_of, lines_of, text_of
from service.field.ground import fields_beside
from service.field.views import called_for, last_progress, task_of
from service.wiring import Home

VIA = "link"
LONGEST_LABEL = 200
_ONE_REPORT = Lock()


class Hand:
    """One form that was sent. `evidence` is what it gave, of the task or of a finding of the kind `of`."""

    def __init__(self, home: Home, grant: LinkGrant, form: FormData) -> None:
        self._home, self._grant, self._form = home, grant, form
        self.verb = text_of(form, "verb")
        self.of = text_of(form, "of") if self.verb == "find" else ""
        self.evidence: Evidence | None = None

    @property
    def typed(self) -> dict[str, str]:
        short = {name: text_of(self._form, name) for name in ("reason", "label", "signed_by", "receipt")}
        long = {"text": text_of(self._form, "text", LONGEST_TEXT), "report": lines_of(self._form, "report")}
        return {**short, **long, "of": self.of}

    def act(self) -> Turn | None:
        """None when it had been done before."""
        desk, task = Desk(self._home), task_of(self._home, self._grant)
        about = (self._grant.response, self._grant.assignment, self._grant.person, VIA)
        reason = text_of(self._form, "reason")
        match self.verb:
            case "acknowledge":
                return desk.acknowledge(*about)
            case "decline":
                return desk.decline(*about, reason)
            case "start":
                return desk.start(*about)
            case "progress":
                return self._reported(desk)
            case "complete":
                return desk.complete(*about, self._evidence(task.evidence, reason), reason)
            case "send_back":
                return desk.send_back(*about, reason)
            case "file":
                return self._filed(task, reason)
            case "find":
                return self._found()
            case _:
                told = Text("没有这个操作，请使用页面上的按钮。", "There is no such verb; use the buttons of the page.")
                raise FormError(400, told)

    def _reported(self, desk: Desk) -> Turn | None:
        """The same words twice in a row are one report: a thumb pressed twice."""
        text = text_of(self._form, "text", LONGEST_TEXT)
        if not text:
            raise FormError(422, Text("请写明进展情况。", "Say what is going on."))
        with _ONE_REPORT:
            if last_progress(self._home, self._grant) == text:
                return None
            return desk.progress(self._grant.response, self._grant.assignment, self._grant.person, VIA, text)

    def _filed(self, task: Task, reason: str) -> Turn:
        """What stands in the form is what went out, as the person says by sending it."""
        filing = Filing(
            report=self._grant.assignment,
            text=lines_of(self._form, "report"),
            signed_by=text_of(self._form, "signed_by"),
            receipt=text_of(self._form, "receipt"),
            evidence=self._evidence(fields_beside(task), reason),
            reason=reason,
            by=self._grant.person,
        )
        return ReportDesk(self._home).file(self._grant.response, filing, VIA)

    def _found(self) -> Turn:
        # what is not known yet may follow: a finding does not wait for its form
        evidence = self._read(self._kind().fields, may_lack=True)
        label = text_of(self._form, "label", LONGEST_LABEL)
        another = bool(text_of(self._form, "another"))
        found = Found(of=self.of, label=label, values=evidence.for_engine, by=self._grant.person, another=another)
        return GroundDesk(self._home).report(self._grant.response, found, VIA)

    def _kind(self) -> FindingKind:
        plan = self._home.engine.plan_of(self._home.engine.head(self._grant.response))
        if self.of not in plan.findings:
            raise UnknownNameError("kind of finding", self.of, plan.findings, f"plan {plan.name!r}")
        return plan.findings[self.of]

    def _evidence(self, fields: Iterable[EvidenceField], reason: str) -> Mapping[str, str | tuple[str, ...]]:
        """Of a task that has ended nothing is read: the page has no form to mend, it says who was first."""
        head = self._home.engine.head(self._grant.response)
        if called_for(head, self._grant).has_ended:
            return {}
        return self._read(fields, may_lack=bool(reason)).for_engine

    def _read(self, fields: Iterable[EvidenceField], *, may_lack: bool) -> Evidence:
        files = EvidenceFiles(self._home.folder.evidence / self._grant.response)
        self.evidence = evidence_of(fields, self._form, files, self._home.zone, may_lack=may_lack)
        if self.evidence.faults:
            raise FormError(422, Text("请补充标红的内容后再提交。", "Mend what is marked in red, then send it again."))
        return self.evidence
