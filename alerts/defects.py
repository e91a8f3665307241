"""The catalogue of what can be wrong with an alert: one code, one severity, one text in each language."""

from collections.abc import Iterator

from alerts.model import Defect, DefectSeverity

_FATAL, _ERROR, _WARNING, _NOTE = DefectSeverity.FATAL, DefectSeverity.ERROR, DefectSeverity.WARNING, DefectSeverity.NOTE

_CATALOGUE: dict[str, tuple[DefectSeverity, str, str]] = {
    # bytes and envelope
    "too_large": (_FATAL, "文件 {size} 字节，上限 {limit} 字节", "{size} bytes; at most {limit} are read"),
    "doctype": (_FATAL, "含有 DOCTYPE，一律拒收", "has a DOCTYPE; CAP needs none and all are refused"),
    "encoding_unknown": (_FATAL, "不认识的编码 {encoding}", "unknown encoding {encoding!r}; send UTF-8"),
    "undecodable": (_FATAL, "第 {position} 字节不是 {encoding}", "byte {position} is not {encoding}; declare the right encoding"),
    "not_xml": (_FATAL, "不是完整的 XML（技术细节：{reason}）", "not well-formed XML: {reason}"),
    "too_many_elements": (_FATAL, "元素超过 {limit} 个", "more than {limit} elements"),
    "too_many_attributes": (_FATAL, "属性超过 {limit} 个", "more than {limit} attributes"),
    "too_deep": (_FATAL, "嵌套超过 {limit} 层", "nested deeper than {limit} elements"),
    "namespace_unknown": (
        _FATAL,
        "<{tag}> 不属于 CAP 1.0、1.1 或 1.2（命名空间 {namespace}）",
        "<{tag}> is not of CAP 1.0, 1.1 or 1.2 (namespace {namespace!r})",
    ),
    "no_alert": (_FATAL, "<{tag}> 里没有 CAP 预警", "there is no CAP alert in this <{tag}>"),
    "index_only": (
        _FATAL,
        "这是目录（{entries} 条），不含预警正文；请下载每条链接的文件",
        "an index of {entries} entries without the alerts themselves; hand in the files that it links to",
    ),
    "index_empty": (_NOTE, "空目录：目前没有预警", "an empty feed: no alerts at present"),
    "entry_incomplete": (_WARNING, "目录条目缺少 {missing}", "a feed entry lacks {missing}"),
    "internal": (
        _FATAL,
        "本系统读取时出错（技术细节：{reason}），不是发布者的错；原文已留存",
        "our own reader failed ({reason}); the sender is not to blame, the bytes are kept",
    ),
    # identity
    "identifier_missing": (_FATAL, "缺少 identifier，无法识别", "no identifier: the message cannot be told from others"),
    "sender_missing": (_FATAL, "缺少 sender，来源不明", "no sender: nobody to attribute the message to"),
    "sent_missing": (_FATAL, "缺少发布时间 sent", "no sent time: the identity is incomplete; expected 2026-07-01T08:00:00+08:00"),
    "sent_unparsable": (
        _FATAL,
        "发布时间 sent 无法识别：{text}",
        "sent {text!r} is not a time; expected 2026-07-01T08:00:00+08:00",
    ),
    "sender_unknown": (
        _FATAL,
        "来源 {source} 未登记发布者 {sender}",
        "{sender!r} is not a registered sender of {source!r}; add it to the profile if it is one",
    ),
    "identity_conflict": (
        _FATAL,
        "与已收到的 {other} 标识相同而内容不同；以先到者为准",
        "same identity as {other}, other content; the first one counts",
    ),
    "reissue": (_FATAL, "与 {other} 内容相同，未引用即重发", "the same content as {other}, issued again without a reference"),
    "name_unreferable": (
        _WARNING,
        "{element} 含空格或逗号，他文无法引用",
        "{element} has spaces or commas, so no other message can refer to it",
    ),
    "signature_invalid": (_FATAL, "签名无效（技术细节：{reason}）", "the signature is invalid: {reason}"),
    "signature_required": (
        _FATAL,
        "该来源必须有可验证的签名（技术细节：{reason}）",
        "this source requires a signature that verifies: {reason}",
    ),
    "signature_unverifiable": (_WARNING, "签名无法验证（技术细节：{reason}）", "the signature could not be verified: {reason}"),
    # envelope elements
    "status_missing": (_ERROR, "缺少 status，不作为实际预警", "no status: never taken for a real alert"),
    "status_unknown": (
        _ERROR,
        "status {text} 不明，不作为实际预警",
        "status {text!r} is not Actual, Exercise, System, Test or Draft: never taken for a real alert",
    ),
    "status_form": (
        _ERROR,
        "status 写作 {text}，需人工确认",
        "status is written {text!r}: a person must confirm what is meant",
    ),
    "type_missing": (_ERROR, "缺少 msgType，不触发响应", "no msgType: never starts anything"),
    "type_unknown": (
        _ERROR,
        "msgType {text} 不明，不触发响应",
        "msgType {text!r} is not Alert, Update, Cancel, Ack or Error: never starts anything",
    ),
    "type_form": (_ERROR, "msgType 写作 {text}，需人工确认", "msgType is written {text!r}: a person must confirm what is meant"),
    "value_unknown": (_WARNING, "{element} 的值 {text} 不在标准内", "{element} {text!r} is not a value of the standard"),
    "value_missing": (_WARNING, "缺少 {element}", "no {element}"),
    "element_order": (_NOTE, "<{element}> 位置不合标准次序", "<{element}> is out of the standard's order"),
    "element_foreign": (_NOTE, "标准之外的元素 <{element}>", "<{element}> is not an element of the standard here"),
    "element_repeated": (_WARNING, "<{element}> 重复，取第一个", "<{element}> appears more than once; the first is used"),
    "private_without_addresses": (_WARNING, "Private 却没有 addresses", "scope is Private but there are no addresses"),
    "references_unparsable": (
        _ERROR,
        "references 无法识别：{text}",
        "references {text!r} is not a list of sender,identifier,sent with spaces between",
    ),
    "references_postdated": (_WARNING, "引用的时间晚于本文", "refers to a message later than itself"),
    "references_self": (_WARNING, "引用了自己，略去", "refers to itself; ignored"),
    "references_of_alert": (_WARNING, "Alert 带引用，按 Update 处理", "an Alert with references; taken for an Update of them"),
    "update_without_references": (
        _WARNING,
        "Update 未引用前文，按新预警处理",
        "an Update that refers to nothing; taken for a new alert",
    ),
    "sent_in_future": (
        _WARNING,
        "发布时间比收到时间晚 {ahead}，请核对时钟",
        "sent {ahead} after it was received: one of the clocks is wrong",
    ),
    # times
    "time_unparsable": (
        _ERROR,
        "{element} 时间无法识别：{text}，按缺失处理",
        "{element} {text!r} is not a time; treated as missing",
    ),
    "time_zulu": (_NOTE, "{element} 用了 Z", "{element} ends in Z; the standard writes -00:00"),
    "time_fraction": (_NOTE, "{element} 带小数秒", "{element} has a fraction of a second"),
    "time_comma": (_NOTE, "{element} 时区前是逗号", "{element} has a comma for the sign of its offset"),
    "time_space": (_NOTE, "{element} 用空格代替 T", "{element} has a space instead of T"),
    "time_naive": (
        _WARNING,
        "{element} 没有时区，按 {zone} 理解",
        "{element} has no offset; read as {zone}, which this source is configured for",
    ),
    "time_form": (_NOTE, "{element} 时间格式不全", "{element} is not in the full form"),
    "time_leap": (_NOTE, "{element} 为 24:00 或闰秒", "{element} is 24:00 or a leap second"),
    "expires_missing": (_NOTE, "没有失效时间，按来源规则处理", "no expiry; the source's rule applies"),
    "expires_before_sent": (
        _WARNING,
        "失效时间不晚于发布时间，按来源规则处理",
        "expires no later than it was sent; the source's rule applies",
    ),
    "expired_on_arrival": (_WARNING, "收到时已失效（{expired}）", "had already expired when it arrived ({expired})"),
    # content
    "info_missing": (_WARNING, "没有 info，不能触发", "no info: it cannot trigger anything"),
    "event_missing": (_WARNING, "没有 event，交人工分拣", "no event: left to a person to sort"),
    "languages_disagree": (
        _WARNING,
        "各语种的 {element} 不一致，取较重者",
        "the languages disagree on {element}; the graver is used",
    ),
    "language_is_chinese": (_NOTE, "未标语种，按文字认作中文", "no language given; the script is Chinese"),
    "color_disagrees": (
        _WARNING,
        "颜色 {color} 与 severity {severity} 不一致，取较重者",
        "colour {color} and severity {severity} disagree; the graver is used",
    ),
    "uri_relative": (
        _WARNING,
        "附件地址 {text} 是相对的且没有内容",
        "the resource's uri {text!r} is relative and there is no content",
    ),
    "content_unreadable": (_WARNING, "附件内容不是 base64", "the resource's content is not base64"),
    "digest_mismatch": (
        _WARNING,
        "附件与摘要不符，不作为原件",
        "the resource does not match its digest; it is not shown as authentic",
    ),
    # areas
    "polygon_unreadable": (_WARNING, "多边形无法识别，略去", "a polygon is not a list of lat,lon; dropped"),
    "polygon_short": (_WARNING, "多边形少于 4 点，略去", "a polygon has fewer than 4 points; dropped"),
    "polygon_open": (_NOTE, "多边形未闭合，已闭合", "a polygon was not closed; closed"),
    "polygon_crossing": (_WARNING, "多边形自相交，已修复", "a polygon crosses itself; repaired"),
    "polygon_empty": (_WARNING, "多边形没有面积，略去", "a polygon encloses nothing; dropped"),
    "latitude_range": (
        _WARNING,
        "纬度超出 ±90（经纬度是否颠倒？），略去",
        "a latitude is beyond ±90 (are the axes swapped?); dropped",
    ),
    "longitude_range": (_NOTE, "经度超出 ±180，已折算", "a longitude is beyond ±180; wrapped"),
    "circle_unreadable": (_WARNING, "圆形无法识别，略去", "a circle is not lat,lon and a radius in km; dropped"),
    "ceiling_without_altitude": (_NOTE, "有 ceiling 而无 altitude", "a ceiling without an altitude"),
    "geocode_unknown": (_NOTE, "区划代码 {text} 无法识别", "{text!r} is not a division code"),
    "area_without_description": (_NOTE, "缺少 areaDesc", "no areaDesc"),
    "outside_jurisdiction": (_NOTE, "区域不在本辖区", "the area is outside this jurisdiction"),
    # lineage
    "status_crosses_chain": (
        _ERROR,
        "引用了状态不同的 {other}，对其无效",
        "refers to {other} of another status; without effect on it",
    ),
    "reference_foreign": (
        _ERROR,
        "引用了其他发布者的 {other}，对其无效",
        "refers to {other} of another sender; without effect on it",
    ),
    "references_cycle": (_WARNING, "互相引用，以最新者为准", "the references run in a circle; cut at the newest"),
    "references_dangling": (_NOTE, "引用的前文 {other} 未收到", "refers to {other}, which has not arrived"),
    "cancel_references_absent": (_ERROR, "Cancel 未写引用，不取消任何预警", "a Cancel without references cancels nothing"),
    "cancel_references_empty": (_ERROR, "Cancel 引用为空，不取消任何预警", "a Cancel with empty references cancels nothing"),
    "cancel_references_unparsable": (
        _ERROR,
        "Cancel 引用无法识别，不取消任何预警",
        "a Cancel whose references cannot be read cancels nothing",
    ),
    "cancel_references_unknown": (
        _ERROR,
        "Cancel 引用的预警尚未收到；收到即作废",
        "the Cancel refers to nothing that has arrived; what it names is cancelled when it comes",
    ),
    "cancel_references_foreign": (
        _ERROR,
        "Cancel 引用的是其他发布者或状态的预警，无效",
        "the Cancel refers to alerts of another sender or status; without effect",
    ),
}


def defect(code: str, path: str = "/", /, **data: object) -> Defect:
    severity, zh, en = _CATALOGUE[code]
    return Defect(code, path, severity, zh.format(**data), en.format(**data))


class Defects:
    """Collects everything wrong with one message in one pass."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str], Defect] = {}

    def add(self, code: str, path: str, /, **data: object) -> None:
        found = defect(code, path, **data)
        self._found.setdefault((found.code, found.path, found.en), found)

    def __iter__(self) -> Iterator[Defect]:
        return iter(self._found.values())
