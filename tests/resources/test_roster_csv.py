"""What a person at the duty office gets for a roster, right or wrong."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from resources.errors import RosterFaultsError
from resources.roster_csv import Roster, Source, read_roster

ZONE = ZoneInfo("Asia/Shanghai")
PEOPLE = "id,name,phone,deputy\nwang,王建国,19900000001,li\nli,李梅,19900000002,\n"
DUTY = "role,person,from,to\nduty_officer,wang,,\n"


def read(people: str | bytes = PEOPLE, duty: str | bytes = DUTY, roles: tuple[str, ...] = ()) -> Roster:
    def to_bytes(content: str | bytes) -> bytes:
        return content if isinstance(content, bytes) else content.encode()

    return read_roster(Source("people.csv", to_bytes(people)), Source("duty.csv", to_bytes(duty)), ZONE, roles)


def faults_of(people: str | bytes = PEOPLE, duty: str | bytes = DUTY) -> list[str]:
    with pytest.raises(RosterFaultsError) as raised:
        read(people, duty)
    return [str(fault) for fault in raised.value.faults]


def person(**cells: str) -> str:
    row = {"id": "wang", "name": "王建国", "phone": "19900000001"} | cells
    return f"{','.join(row)}\n{','.join(row.values())}\n"


def shift(**cells: str) -> str:
    row = {"role": "duty_officer", "person": "wang", "from": "", "to": ""} | cells
    return f"{','.join(row)}\n{','.join(row.values())}\n"


def test_a_person_is_read_with_every_address_and_the_deputy():
    people = (
        "id,name,phone,wecom,email,language,post,organisation,deputy,exercises\n"
        "anna,Anna Müller,+4915112345678,anna_m,anna@example.org,en,Expert,Expert group,wang,yes\n"
        "wang,王建国,19900000001,,,,,,,\n"
    )

    duty = read(people).duty

    anna = duty.people["anna"]
    assert anna.addresses == {
        "sms": "+4915112345678",
        "voice": "+4915112345678",
        "wechat": "anna_m",
        "email": "anna@example.org",
    }
    assert (anna.language, anna.post, anna.organisation, anna.exercises) == ("en", "Expert", "Expert group", True)
    assert duty.deputy_of("anna") == duty.people["wang"]
    wang = duty.people["wang"]
    assert (wang.language, wang.exercises, set(wang.addresses)) == ("zh", False, {"sms", "voice"})


def test_chinese_headers_in_any_order_read_the_same_as_english_ones():
    chinese = "姓名,编号,代理人,手机,参演\n王建国,wang,li,19900000001,是\n李梅,li,,19900000002,否\n"
    english = "id,name,phone,deputy,exercises\nwang,王建国,19900000001,li,yes\nli,李梅,19900000002,,no\n"

    assert read(chinese, "角色,人员,开始,结束\nduty_officer,wang,,\n").duty == read(english).duty


@pytest.mark.parametrize(
    ("codec", "name"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8 with BOM"), ("gb18030", "GB18030"), ("gbk", "GB18030")]
)
def test_the_encoding_is_found_and_said(codec: str, name: str):
    roster = read(PEOPLE.encode(codec))

    assert roster.duty.people["wang"].name == "王建国"
    assert [(file.file, file.encoding, file.rows) for file in roster.files] == [("people.csv", name, 2), ("duty.csv", "UTF-8", 1)]


def test_rare_characters_of_names_survive_gb18030():
    roster = read("编号,姓名,手机\nwang,王𬭩㛃,19900000001\n".encode("gb18030"))

    assert roster.duty.people["wang"].name == "王𬭩㛃"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            b"PK\x03\x04rest",
            'people.csv:1: this is an Excel workbook (.xlsx), not CSV; in Excel or WPS choose "Save as" and "CSV UTF-8"',
        ),
        (PEOPLE.encode("utf-16"), 'people.csv:1: this is UTF-16 text, not CSV; in Excel or WPS choose "Save as" and "CSV UTF-8"'),
        (
            b"\x00\xff\x81\xff" * 9,
            'people.csv:1: neither UTF-8 nor GB18030 text; in Excel or WPS choose "Save as" and "CSV UTF-8"',
        ),
        (
            "id,name,phone\njose,José,19900000001\n".encode("latin-1"),
            'people.csv:1: neither UTF-8 nor GB18030 text; in Excel or WPS choose "Save as" and "CSV UTF-8"',
        ),
        (b"x" * 5_000_001, "people.csv:1: larger than 5 MB; expected a directory or a roster as CSV"),
        (
            b"",
            "people.csv:1: the file is empty; expected a first line with the columns "
            "id,name,phone,wecom,email,language,post,organisation,deputy,exercises",
        ),
        (b"id,name,phone\n\n", "people.csv:1: there is nothing below the header; expected one row for each entry"),
        (
            b"id;name;phone\nwang;Wang;19900000001\n",
            "people.csv:1: the cells are not separated by commas; save the file as CSV with commas",
        ),
    ],
    ids=["xlsx", "utf-16", "binary", "latin-1", "too large", "empty", "no rows", "semicolons"],
)
def test_a_file_that_is_no_roster_is_named_for_what_it_is(content: bytes, expected: str):
    assert faults_of(content)[0] == expected


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        (
            person(phone=""),
            "2:phone: there is no phone, so nobody can call 王建国; "
            "expected 11 digits that begin with 13 to 19, or + and the country code",
        ),
        (
            person(phone="1990000001"),
            "2:phone: '1990000001' is no mobile phone; expected 11 digits that begin with 13 to 19, or + and the country code",
        ),
        (
            person(phone="12900000001"),
            "2:phone: '12900000001' is no mobile phone; expected 11 digits that begin with 13 to 19, or + and the country code",
        ),
        (
            person(phone="+8612345"),
            "2:phone: '+8612345' is no mobile phone; expected 11 digits that begin with 13 to 19, or + and the country code",
        ),
        (
            person(phone="1.99E+10"),
            "2:phone: '1.99E+10' was rewritten by a spreadsheet; format the column as text and enter it again",
        ),
        (person(id=""), "2:id: there is no id; expected a short name that stays the same, as in zhangwei"),
        (person(id="wang jg"), "2:id: 'wang jg' is no id; expected letters, digits, '-', '_' or '.', without spaces"),
        (person(name=""), "2:name: there is no name; expected the name that a message begins with"),
        (person(language="fr"), "2:language: messages are not written in 'fr'; expected zh or en (中文, 英文)"),
        (
            person(exercises="maybe"),
            "2:exercises: 'maybe' does not say whether this person takes part in drills; expected yes or no (是, 否)",
        ),
        (person(email="wang"), "2:email: 'wang' is no address; expected one, as in name@example.org"),
        (
            person(wecom="王建国"),
            "2:wecom: '王建国' is no WeCom id; expected the userid of the WeCom directory (letters, digits, _ - . @)",
        ),
        (
            person(deputy="wang"),
            "2:deputy: 'wang' cannot stand in for themselves; name somebody else or leave it empty",
        ),
        (
            person(deputy="wnag"),
            "2:deputy: there is no person 'wnag'; expected an id of this file; did you mean 'wang'?",
        ),
        (
            PEOPLE.replace(",li\n", ",李梅\n"),
            "2:deputy: there is no person '李梅'; expected an id of this file; 李梅 has the id 'li'",
        ),
        (
            person() + "wang,李梅,19900000002\n",
            "3:id: 'wang' is already in line 2; each person needs an id of their own",
        ),
        ("id,name\nwang,王建国\n", "1:phone: there is no such column; expected phone or 手机 in the first line"),
        ("id,name,phone,deputi\nwang,王建国,19900000001,\n", "1:deputi: there is no such column; did you mean 'deputy'?"),
        ("id,name,phone,手机\nwang,王建国,19900000001,\n", "1:手机: this column is there twice; keep one"),
        (
            "编号,姓名,手机\nwang,王建国,\n",
            "2:手机: there is no phone, so nobody can call 王建国; "
            "expected 11 digits that begin with 13 to 19, or + and the country code",
        ),
        (
            "id,name,phone\nwang,王,建国,19900000001\n",
            "2: 4 cells under 3 columns; a cell that holds a comma needs quotes around it",
        ),
        (
            'id,name,phone\nli,李梅,19900000002\nwang,"王建国,19900000001\n',
            '3: not CSV from here on (unexpected end of data); each " around a cell must be closed, and doubled inside one',
        ),
    ],
)
def test_a_fault_in_people_says_where_what_and_how_to_mend_it(people: str, expected: str):
    assert faults_of(people, "role,person\nduty_officer,wang\n")[0] == f"people.csv:{expected}"


@pytest.mark.parametrize(
    ("duty", "expected"),
    [
        (shift(role=""), "2:role: there is no role; expected one of a plan, as in duty_officer"),
        (
            shift(role="Duty Officer"),
            "2:role: 'Duty Officer' is no role; "
            "expected the name that plans use: lower-case letters, digits and '_', as in duty_officer",
        ),
        (shift(person=""), "2:person: nobody is named; expected the id of a person, or no row at all"),
        (
            shift(person="wnag"),
            "2:person: there is no person 'wnag'; expected an id of the people file; did you mean 'wang'?",
        ),
        (
            shift(person="王建国"),
            "2:person: there is no person '王建国'; expected an id of the people file; 王建国 has the id 'wang'",
        ),
        (
            shift(**{"from": "08:00"}),
            "2:from: '08:00' is no time; expected a date and time as in 2026-11-24 08:00, or nothing for an open end",
        ),
        (
            shift(to="2026-02-30 08:00"),
            "2:to: '2026-02-30 08:00' is no time; expected a date and time as in 2026-11-24 08:00, or nothing for an open end",
        ),
        (
            shift(**{"from": "2026-11-24 20:00", "to": "2026-11-24 08:00"}),
            "2:to: the shift ends at 2026-11-24 08:00 but begins at 2026-11-24 20:00; one over midnight ends on the next day",
        ),
        (
            "角色,人员,开始,结束\nduty_officer,wang,八点,\n",
            "2:开始: '八点' is no time; expected a date and time as in 2026-11-24 08:00, or nothing for an open end",
        ),
    ],
)
def test_a_fault_in_duty_says_where_what_and_how_to_mend_it(duty: str, expected: str):
    assert faults_of(duty=duty) == [f"duty.csv:{expected}"]


def test_all_faults_of_both_files_are_told_at_once_in_reading_order():
    people = "id,name,phone,email\nwang,,1234,x\nli,李梅,19900000002,\nli,李梅,,\n"
    duty = "role,person,from,to\nX,wang,,\nduty_officer,zhao,yesterday,\n"

    places = [fault.split(": ")[0] for fault in faults_of(people, duty)]

    assert places == [
        "people.csv:2:name",
        "people.csv:2:phone",
        "people.csv:2:email",
        "people.csv:4:id",
        "people.csv:4:phone",
        "duty.csv:2:role",
        "duty.csv:3:person",
        "duty.csv:3:from",
    ]


def test_one_bad_phone_does_not_make_the_person_unknown_elsewhere():
    people = "id,name,phone,deputy\nwang,王建国,19900000001,li\nli,李梅,,\n"

    faults = faults_of(people, "role,person\nduty_officer,li\n")

    assert [fault.split(": ")[0] for fault in faults] == ["people.csv:3:phone"]


def test_an_unreadable_people_file_does_not_make_everybody_on_duty_unknown():
    assert len(faults_of(b"PK\x03\x04rest")) == 1


def test_the_error_closes_with_how_many_faults_and_that_nothing_was_imported():
    with pytest.raises(RosterFaultsError) as raised:
        read(person(phone="", language="fr"))

    assert str(raised.value).endswith("\n2 faults; nothing was imported")


def test_a_shared_phone_is_a_warning_however_it_is_written():
    roster = read("id,name,phone\nwang,王建国,19900000001\nli,李梅,+86 199-0000-0001\n")

    assert [str(warning) for warning in roster.warnings] == [
        "people.csv:3:phone: warning: 19900000001 is also the phone of 王建国 (line 2); correct one unless they share it"
    ]
    assert roster.duty.people["li"].addresses["sms"] == "19900000001"


def test_full_width_digits_are_a_phone():
    assert read(person(phone="１９９００００００１１")).duty.people["wang"].addresses["sms"] == "19900000011"


def test_a_strange_column_is_a_warning_and_the_rest_is_read():
    roster = read("id,name,phone,备注\nwang,王建国,19900000001,住得远\n")

    assert [str(warning) for warning in roster.warnings] == [
        "people.csv:1:备注: warning: not a column that is known here; it is not read"
    ]


def test_the_same_shift_twice_is_a_warning_and_counts_once():
    roster = read(duty="role,person\nduty_officer,wang\nduty_officer,wang\n")

    assert [str(warning) for warning in roster.warnings] == [
        "duty.csv:3: warning: the same shift is already in line 2; it counts once"
    ]
    assert len(roster.duty.shifts) == 1


def test_a_role_that_is_nearly_one_of_a_plan_is_a_warning_when_the_plans_are_known():
    duty = "role,person\nduty_officer,wang\nduty_oficer,wang\nhealth,wang\n"

    roster = read(duty=duty, roles=("duty_officer", "levee"))

    assert [str(warning) for warning in roster.warnings] == [
        "duty.csv:3:role: warning: no plan speaks of 'duty_oficer'; did you mean 'duty_officer'?"
    ]


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-24 20:00",
        "2026-11-24T20:00",
        "2026-11-24T20:00:00+08:00",
        "2026-11-24T12:00Z",
        "2026/11/24 20:00",
        "2026.11.24 20:00",
        "2026年11月24日 20:00",
        "2026年11月24日20时",
        "２０２６－１１－２４　２０：００",
    ],
)
def test_a_time_is_read_as_people_write_it_in_the_zone_of_the_bureau(written: str):
    roster = read(duty=shift(**{"from": written}))

    assert roster.duty.shifts[0].start == datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_a_date_alone_is_its_midnight_and_24_00_is_the_end_of_the_day():
    roster = read(duty=shift(**{"from": "2026-11-24", "to": "2026-11-24 24:00"}))

    assert roster.duty.shifts[0].start == datetime(2026, 11, 23, 16, tzinfo=UTC)
    assert roster.duty.shifts[0].end == datetime(2026, 11, 24, 16, tzinfo=UTC)


def test_a_shift_over_midnight_ends_on_the_next_day():
    duty = read(duty=shift(**{"from": "2026-11-24 20:00", "to": "2026-11-25 08:00"})).duty

    assert duty.holders("duty_officer", datetime(2026, 11, 25, 2, tzinfo=ZONE))
    assert not duty.holders("duty_officer", datetime(2026, 11, 25, 8, tzinfo=ZONE))
