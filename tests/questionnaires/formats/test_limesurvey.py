"""LimeSurvey .lss files: what each question type becomes, and that nothing is lost silently."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from questionnaires import Text
from questionnaires.formats.limesurvey import FORMAT
from questionnaires.formats.limits import MAX_BYTES, MAX_ITEMS
from questionnaires.formats.losses import Imported

from .importing import accepted, codes, converts, lost, only, refusal, shared_files

Rows = list[dict[str, Any]]


def table(name: str, rows: Rows) -> str:
    body = "".join(
        "<row>" + "".join(f"<{k}>{escape(str(v))}</{k}>" for k, v in row.items()) + "</row>"
        for row in rows
    )
    return f"<{name}><rows>{body}</rows></{name}>"


def survey(**tables: Rows) -> bytes:
    """Return a file of the older shape, in which every row names its language."""
    default: dict[str, Rows] = {
        "groups": [{"gid": 1, "group_name": "G", "language": "en", "grelevance": ""}],
        "surveys": [{"sid": 7, "language": "en"}],
        "surveys_languagesettings": [{"surveyls_language": "en", "surveyls_title": "T"}],
    }
    body = "".join(table(name, rows) for name, rows in (default | tables).items())
    doctype = "<LimeSurveyDocType>Survey</LimeSurveyDocType>"
    return f'<?xml version="1.0" encoding="UTF-8"?><document>{doctype}{body}</document>'.encode()


def question(sort: str, title: str = "q", qid: int = 10, **rest: Any) -> dict[str, Any]:
    row = {"qid": qid, "parent_qid": 0, "sid": 7, "gid": 1, "type": sort, "title": title}
    return {**row, "question": f"About {title}", "language": "en", "question_order": qid, **rest}


def subs(*titles: str, qid: int = 10, scale: int = 0, **rest: Any) -> Rows:
    return [
        {
            "qid": qid * 100 + scale * 50 + number,
            "parent_qid": qid,
            "title": title,
            "question": title.upper(),
            "language": "en",
            "scale_id": scale,
            "question_order": number,
            **rest,
        }
        for number, title in enumerate(titles)
    ]


def answers(*titles: str, qid: int = 10, scale: int = 0) -> Rows:
    return [
        {"qid": qid, "code": c, "answer": c.upper(), "sortorder": n, "language": "en",
         "scale_id": scale, "assessment_value": n}
        for n, c in enumerate(titles)
    ]  # fmt: skip


def attributes(qid: int = 10, **values: Any) -> Rows:
    return [{"qid": qid, "attribute": name, "value": value} for name, value in values.items()]


def read(**tables: Rows) -> Imported:
    return FORMAT.read(survey(**tables), "survey.lss")


class TestTypes:
    @pytest.mark.parametrize(
        ("sort", "kind"),
        [
            ("L", "single_choice"), ("!", "single_choice"), ("M", "multiple_choice"),
            ("R", "ranking"), ("5", "scale"), ("G", "single_choice"), ("Y", "yes_no"),
            ("N", "decimal"), ("S", "short_text"), ("T", "long_text"), ("U", "long_text"),
            ("D", "date"), ("X", "note"), ("|", "file"), ("I", "note"), ("Q", "matrix_text"),
            ("K", "matrix_number"), ("A", "matrix"), ("B", "matrix"), ("C", "matrix"),
            ("E", "matrix"), ("F", "matrix"), ("H", "matrix"), ("?", "long_text"),
        ],
    )  # fmt: skip
    def test_every_type_has_a_kind(self, sort: str, kind: str) -> None:
        tables = {"subquestions": subs("s1", "s2"), "answers": answers("a1", "a2")}
        assert only(read(questions=[question(sort)], **tables)).kind == kind

    def test_a_comment_beside_a_choice_is_a_question_of_its_own(self) -> None:
        imported = read(questions=[question("O")], answers=answers("a1", "a2"))
        assert [(i.id, i.kind) for i in accepted(imported).items] == [
            ("q", "single_choice"),
            ("q_comment", "long_text"),
        ]
        imported = read(questions=[question("P")], subquestions=subs("s1", "s2"))
        assert [i.kind for i in accepted(imported).items] == ["multiple_choice", "matrix_text"]

    def test_a_table_of_numbers_has_a_question_for_each_column(self) -> None:
        rows = [*subs("r1", "r2"), *subs("c1", "c2", scale=1)]
        imported = read(questions=[question(":")], subquestions=rows)
        assert [(i.id, i.kind) for i in accepted(imported).items] == [
            ("q_c1", "matrix_number"),
            ("q_c2", "matrix_number"),
        ]
        ticked = attributes(multiflexible_checkbox=1)
        imported = read(questions=[question(":")], subquestions=rows, question_attributes=ticked)
        assert only(imported).kind == "matrix_multiple"

    def test_two_scales_stay_together(self) -> None:
        levels = [*answers("a1", "a2"), *answers("b1", "b2", scale=1)]
        headers = attributes(dualscale_headerA="Weight", dualscale_headerB="Mark")
        found: Any = only(
            read(
                questions=[question("1")],
                subquestions=subs("s1"),
                answers=levels,
                question_attributes=headers,
            )
        )
        assert found.kind == "matrix_dual"
        assert (found.first_label, found.second_label) == (
            Text({"en": "Weight"}),
            Text({"en": "Mark"}),
        )

    def test_settings_of_a_multiple_choice(self) -> None:
        found: Any = only(
            read(
                questions=[question("M", other="Y", mandatory="Y")],
                subquestions=subs("s1", "s2", "s3"),
                question_attributes=attributes(
                    max_answers=2, exclude_all_others="s3", random_order=1
                ),
            )
        )
        assert (found.max_choices, found.random_order, found.required) == (2, True, True)
        assert [(o.value, o.exclusive, o.text) for o in found.options] == [
            ("s1", False, False),
            ("s2", False, False),
            ("s3", True, False),
            ("-oth-", False, True),
        ]

    def test_settings_of_numbers_and_texts(self) -> None:
        limits = attributes(num_value_int_only=1, min_num_value_n=1, max_num_value_n=9)
        found: Any = only(read(questions=[question("N")], question_attributes=limits))
        assert (found.kind, found.min, found.max) == ("integer", 1, 9)
        short = attributes(maximum_chars=20)
        found = only(read(questions=[question("S")], question_attributes=short))
        assert found.max_characters == 20
        shared = attributes(equals_num_value=100)
        rows = subs("s1", "s2")
        found = only(read(questions=[question("K")], subquestions=rows, question_attributes=shared))
        assert (found.kind, found.total) == ("constant_sum", 100)

    def test_assessment_values_are_scores(self) -> None:
        found: Any = only(read(questions=[question("L")], answers=answers("a0", "a1", "a2")))
        assert [option.score for option in found.options] == [None, 1, 2]

    def test_markup_becomes_plain_text_with_a_note(self) -> None:
        imported = read(questions=[question("S", question="<p>How <b>are</b> you?</p>&nbsp;")])
        assert only(imported).label == Text({"en": "How are you?"})
        assert lost(imported, "setting_unused").values["key"] == "HTML"

    def test_texts_in_tables_of_their_own_are_read_in_every_language(self) -> None:
        row = {"qid": 10, "parent_qid": 0, "sid": 7, "gid": 1, "type": "S", "title": "q"}
        words = [
            {"qid": 10, "question": "Name", "help": "", "language": "en"},
            {"qid": 10, "question": "姓名", "help": "", "language": "zh-Hans"},
        ]
        imported = read(questions=[row], question_l10ns=words)
        assert only(imported).label == Text({"en": "Name", "zh-Hans": "姓名"})


class TestConditions:
    @pytest.mark.parametrize(
        ("theirs", "ours"),
        [
            ("one=='a1'", "${one} = 'a1'"),
            ("one.NAOK eq 'a1' and num > 3", "${one} = 'a1' and ${num} > 3"),
            ("((one.NAOK == \"a1\"))", "${one} = 'a1'"),
            ("many_s1 == 'Y'", "selected(${many}, 's1')"),
            ("many_s1.NAOK != 'Y'", "not(selected(${many}, 's1'))"),
            ("!is_empty(many_s1)", "not(not(selected(${many}, 's1')))"),
            ("7X1X12s1.NAOK == 'Y'", "selected(${many}, 's1')"),
            ("7X1X11 == 'a2'", "${one} = 'a2'"),
            ("yes == 'Y' || yes == \"N\"", "${yes} = 'yes' or ${yes} = 'no'"),
            ("is_empty(num)", "not(${num} != '')"),
            ("count(one, num) >= 1",
             "if(${one} != '', 1, 0) + if(${num} != '', 1, 0) >= 1"),
            ("count(many) == 2", "count-selected(${many}) = 2"),
            ("if(num > 1, 'x', 'y') ne 'x'", "if(${num} > 1, 'x', 'y') != 'x'"),
            ("regexMatch('/^[0-9]+$/', num)", "regex(${num}, '^[0-9]+$')"),
            (r"regexMatch('/^\d{2}\.\d$/', num)", r"regex(${num}, '^\d{2}\.\d$')"),
            (r"one == 'it\'s \\ \n'", r"""${one} = "it's \ \n" """.strip()),
            ("strlen(one.shown) > 2", "string-length(choice-label(${one})) > 2"),
            ("one.shown == 'A1'", "choice-label(${one}) = 'A1'"),
            ("strlen(num.shown) > 2", "string-length(${num}) > 2"),
            ("grid_s2 > 1", "${grid_s2} > 1"),
        ],
    )  # fmt: skip
    def test_relevance_is_translated(self, theirs: str, ours: str) -> None:
        assert self._target(theirs).item_by_id["target"].relevant == ours

    @pytest.mark.parametrize(
        "text", ["one.shown(", "unknown == 1", "one = 'a1'", "rand(1,2) > 1", "that.x.sq_1 > 1"]
    )
    def test_what_cannot_be_translated_is_left_out_with_its_text(self, text: str) -> None:
        assert self._target(text, flagged=1).item_by_id["target"].relevant is None

    def test_a_group_has_its_own_relevance(self) -> None:
        groups = [
            {"gid": 1, "group_name": "A", "language": "en", "group_order": 0},
            {"gid": 2, "group_name": "B", "language": "en", "group_order": 1, "grelevance": "q>1"},
        ]
        asked = [question("N"), question("S", "s", 11, gid=2)]
        found = accepted(read(groups=groups, questions=asked))
        assert [s.relevant for s in found.sections] == [None, "${q} > 1"]

    def test_an_array_filter_offers_what_was_chosen_before(self) -> None:
        asked = [question("M", "src"), question("M", "dst", 11)]
        rows = [*subs("a", "b"), *subs("a", "b", qid=11)]
        filtered = attributes(11, array_filter="src")
        found: Any = accepted(
            read(questions=asked, subquestions=rows, question_attributes=filtered)
        ).item_by_id["dst"]
        assert found.carry_forward.model_dump() == {"item": "src", "which": "chosen"}

    def test_texts_show_answers_and_work_out_words(self) -> None:
        asked = [
            question("N", "age", 10),
            question("Y", "sex", 11),
            question(
                "S", "why", 12, question="At {age.shown}: {if(sex=='Y','he','she')} {TOKEN:X}"
            ),
        ]
        imported = read(questions=asked)
        found: Any = accepted(imported).item_by_id
        assert found["why"].label.get("en") == "At ${age}: ${why-text} [TOKEN:X]"
        assert found["why-text"].calculate == "if(${sex} = 'yes', 'he', 'she')"
        assert "TOKEN:X" in lost(imported, "piping_fixed").message("en")
        assert lost(imported, "text_calculated").values["name"] == "why-text"

    def test_a_brace_before_a_blank_is_a_brace(self) -> None:
        imported = read(questions=[question("S", question="Set { q }")])
        assert accepted(imported).items[0].label.get("en") == "Set [ q ]"
        assert lost(imported, "braces_changed").severity == "info"

    def test_a_first_answer_may_be_worked_out(self) -> None:
        given = [{"qid": 11, "sqid": 0, "defaultvalue": "{q + 1}"}]
        asked = [question("N"), question("N", "r", 11)]
        found = accepted(read(questions=asked, defaultvalues=given)).item_by_id["r"]
        assert found.model_dump()["default"] == {"calculate": "${q} + 1"}

    def test_groups_and_questions_in_random_order(self) -> None:
        groups = [
            {"gid": gid, "group_name": f"G{gid}", "group_order": gid, "randomization_group": name}
            for gid, name in ((1, ""), (2, "x"), (3, "x"))
        ]
        asked = [question("S", f"q{n}", n, gid=gid) for n, gid in ((10, 1), (11, 2), (12, 3))]
        asked += [question("S", "more", 13, gid=1), question("S", "last", 14, gid=1)]
        random = attributes(10, random_group="a") + attributes(13, random_group="a")
        made = accepted(read(groups=groups, questions=asked, question_attributes=random))
        assert made.random_sections
        assert [section.fixed for section in made.sections] == [True, False, False]
        assert [section.random_order for section in made.sections] == [True, False, False]
        assert [item.fixed for item in made.sections[0].items] == [False, False, True]

    def test_rows_with_conditions_become_questions(self) -> None:
        asked = [question("M", "src"), question("K", "dst", 11)]
        rows = [*subs("a", "b"), *subs("a", "b", qid=11, relevance="src_a=='Y'")]
        found = accepted(read(questions=asked, subquestions=rows))
        assert [(i.id, i.relevant) for i in found.items[1:]] == [
            ("dst_a", "selected(${src}, 'a')"),
            ("dst_b", "selected(${src}, 'a')"),
        ]

    def test_validation_and_equations(self) -> None:
        asked = [question("N", "n"), question("*", "sum", 11, question="{n * 2}")]
        checked = attributes(em_validation_q="n > 3", em_validation_q_tip="More than 3")
        found: Any = accepted(read(questions=asked, question_attributes=checked)).item_by_id
        assert found["n"].constraint == ". > 3"
        assert found["n"].constraint_message == Text({"en": "More than 3"})
        assert found["sum"].calculate == "${n} * 2"

    def test_tables_that_are_not_read_are_named(self) -> None:
        imported = read(questions=[question("S")], plugin_settings=[{"name": "x"}], themes=[])
        assert lost(imported, "setting_dropped").where == "plugin_settings"

    def test_rows_of_every_column_become_questions(self) -> None:
        asked = [question("M", "src"), question(":", "dst", 11)]
        rows = [
            *subs("a", "b"),
            *subs("a", "b", qid=11, relevance="src_a=='Y'"),
            *subs("x", "y", qid=11, scale=1),
            {**question("S", "after", 12, relevance="dst_b_y > 1"), "parent_qid": 0},
        ]
        found = accepted(read(questions=[*asked, rows.pop()], subquestions=rows))
        names = [item.id for item in found.items[1:]]
        assert names == ["dst_x_a", "dst_x_b", "dst_y_a", "dst_y_b", "after"]
        assert found.item_by_id["after"].relevant == "${dst_y_b} > 1"

    def test_every_row_keeps_its_own_check(self) -> None:
        asked = [question("Q", "q", preg="/^(a|b)$/")]
        ruled = attributes(em_validation_sq="strlen(this) > 1", em_validation_sq_tip="Longer")
        found = accepted(
            read(questions=asked, subquestions=subs("a", "b"), question_attributes=ruled)
        )
        checks = {item.constraint for item in found.items}
        assert checks == {"string-length(.) > 1 and (. = '' or regex(., '^(a|b)$'))"}

    @pytest.mark.parametrize(
        ("limit", "ours"),
        [
            ("2020-01-01", ". = '' or . >= '2020-01-01'"),
            ("2020", ". = '' or . >= '2020-01-01'"),
            ("born", ". = '' or . >= ${born}"),
        ],
    )
    def test_the_first_day_of_a_date_is_a_constraint(self, limit: str, ours: str) -> None:
        asked = [question("D", "born", 10), question("D", "d", 11)]
        limits = attributes(11, date_min=limit)
        found = accepted(read(questions=asked, question_attributes=limits))
        assert found.item_by_id["d"].constraint == ours

    def _target(self, relevance: str, flagged: int = 0) -> Any:
        asked = [
            question("L", "one", 11), question("M", "many", 12), question("Y", "yes", 13),
            question("N", "num", 14), question("K", "grid", 15),
            question("S", "target", 20, relevance=relevance),
        ]  # fmt: skip
        rows = [*subs("s1", "s2", qid=12), *subs("s1", "s2", qid=15)]
        imported = read(questions=asked, subquestions=rows, answers=answers("a1", "a2", qid=11))
        assert (imported.expressions, imported.flagged) == (1, flagged)
        return accepted(imported)


class TestOldConditions:
    """The table ``conditions``: one row compares one field with one value."""

    @pytest.mark.parametrize(
        ("rows", "ours"),
        [
            ([("7X1X14", "==", "3")], "${num} = 3"),
            ([("7X1X14", "<=", "3")], "${num} <= 3"),
            ([("7X1X11", "==", "a1")], "${one} = 'a1'"),
            ([("7X1X11", "==", "a1"), ("7X1X11", "==", "a2")], "${one} = 'a1' or ${one} = 'a2'"),
            ([("7X1X12", "==", "s1")], "selected(${many}, 's1')"),
            ([("+7X1X12s1", "!=", "Y")], "not(selected(${many}, 's1'))"),
            ([("7X1X11", "==", "a1"), ("7X1X14", ">", "1")], "${one} = 'a1' and ${num} > 1"),
            ([("7X1X11", "==", "a1"), ("7X1X14", ">", "1", 2)], "${one} = 'a1' or ${num} > 1"),
            ([("7X1X14", "==", " ")], "not(${num} != '')"),
            ([("7X1X14", "RX", "^[0-9]+$")], "regex(${num}, '^[0-9]+$')"),
            ([("7X1X14", ">", "@7X1X16@")], "${num} > ${other}"),
            ([("7X1X15s2", ">", "2")], "${grid_s2} > 2"),
        ],
    )  # fmt: skip
    def test_they_become_relevance(self, rows: list[tuple[Any, ...]], ours: str) -> None:
        imported = self._read([self._row(*row) for row in rows])
        assert accepted(imported).item_by_id["target"].relevant == ours
        assert (imported.expressions, imported.flagged) == (1, 0)
        assert lost(imported, "conditions_joined").severity == "info"

    def test_relevance_that_stands_there_says_the_same_and_is_kept(self) -> None:
        imported = self._read([self._row("7X1X14", "==", "3")], relevance="num == 3")
        assert accepted(imported).item_by_id["target"].relevant == "${num} = 3"
        assert "conditions_joined" not in codes(imported)

    def test_a_condition_about_the_invitation_is_flagged(self) -> None:
        imported = self._read([self._row("{TOKEN:ATTRIBUTE_1}", "==", "x")])
        assert accepted(imported).item_by_id["target"].relevant is None
        assert "TOKEN" in str(lost(imported, "expression_untranslated").values["text"])

    def _row(self, field: str, method: str, value: str, scenario: int = 1) -> dict[str, Any]:
        cqid = field.split("X")[-1][:2]
        named = {"qid": 20, "cqid": cqid, "cfieldname": field}
        return {**named, "method": method, "value": value, "scenario": scenario}

    def _read(self, rows: Rows, relevance: str = "1") -> Imported:
        asked = [
            question("L", "one", 11), question("M", "many", 12), question("N", "num", 14),
            question("K", "grid", 15), question("N", "other", 16),
            question("S", "target", 20, relevance=relevance),
        ]  # fmt: skip
        parts = [*subs("s1", "s2", qid=12), *subs("s1", "s2", qid=15)]
        options = answers("a1", "a2", qid=11)
        return read(questions=asked, subquestions=parts, answers=options, conditions=rows)


class TestSettingsOfTheSurvey:
    def test_each_that_was_set_is_reported_with_its_value(self) -> None:
        row = {"sid": 7, "language": "en", "expires": "2027-01-01", "format": "S", "admin": "Li"}
        row |= {"assessments": "Y", "anonymized": "Y", "usetokens": "N", "showprogress": "I"}
        found = {loss.where: loss for loss in read(questions=[question("S")], surveys=[row]).losses}
        assert found["surveys.expires"].code == "setting_of_round"
        assert found["surveys.format"].code == "setting_about_looks"
        assert (found["surveys.admin"].values["text"]) == "Li"
        assert found["surveys.assessments"].severity == "warning"
        assert not {"surveys.usetokens", "surveys.showprogress"} & set(found)

    def test_texts_around_the_questions(self) -> None:
        said = {"surveyls_language": "en", "surveyls_title": "T", "surveyls_description": "About"}
        said |= {"surveyls_welcometext": "Welcome", "surveyls_endtext": "Thanks"}
        said |= {"surveyls_email_invite": "Dear all"}
        imported = read(questions=[question("S")], surveys_languagesettings=[said])
        assert accepted(imported).intro == Text({"en": "About\n\nWelcome"})
        found = {loss.where: loss for loss in imported.losses}
        ending = found["surveys_languagesettings.surveyls_endtext"]
        assert "Thanks" in ending.message("en")
        assert "surveys_languagesettings.surveyls_email_invite" in found

    def test_a_quota_counts_the_answers_of_its_members(self) -> None:
        quota = [
            {"id": 1, "name": "women", "qlimit": 30, "active": 1, "action": 2},
            {"id": 2, "name": "off", "qlimit": 30, "active": 0},
            {"id": 3, "name": "empty", "qlimit": 30, "active": 1},
        ]
        members = [
            *({"quota_id": number, "qid": 10, "code": "F"} for number in (1, 2)),
            {"quota_id": 1, "qid": 11, "code": "Y"},
            {"quota_id": 1, "qid": 11, "code": "N"},
        ]
        said = {"quotals_language": "en", "quotals_message": "Full"}
        worded = [{"quotals_quota_id": 1, **said}]
        imported = read(
            questions=[question("G"), question("Y", "r", 11)],
            quota=quota,
            quota_members=members,
            quota_languagesettings=worded,
        )
        (only_one,) = accepted(imported).quotas
        assert only_one.model_dump() == {
            "id": "women",
            "when": "${q} = 'F' and (${r} = 'yes' or ${r} = 'no')",
            "limit": 30,
            "message": "Full",
        } | {"message": {"en": "Full"}}
        told = {loss.where: str(loss.values["text"]) for loss in imported.losses if loss.values}
        assert told["quota[1].action"].startswith("soft")
        assert told["quota[2]"] == "off: q = F <= 30"
        assert told["quota[3]"] == "empty:  <= 30"

    def test_assessments_are_told_one_by_one(self) -> None:
        scored = [{"id": 4, "name": "Low", "minimum": 0, "maximum": 9, "language": "en"}]
        imported = read(questions=[question("G")], assessments=scored)
        told = {loss.where: str(loss.values["text"]) for loss in imported.losses if loss.values}
        assert told["assessments[4]"] == "0-9: Low"

    @pytest.mark.parametrize(
        ("setting", "asks", "mode"),
        [("N", "Colour", "confidential"), ("Y", "Colour", "sealed_code"),
         ("I", "Colour", "sealed_code"), ("Y", "What is your name?", "named")],
    )  # fmt: skip
    def test_no_more_is_promised_than_is_true(self, setting: str, asks: str, mode: str) -> None:
        row = {"sid": 7, "language": "en", "anonymized": setting}
        imported = read(questions=[question("S", question=asks)], surveys=[row])
        assert accepted(imported).anonymity.mode == mode
        assert ("anonymity_named" in codes(imported)) == (mode == "named")

    def test_a_program_in_a_question_is_reported(self) -> None:
        words = [{"qid": 10, "question": "Q", "language": "en", "script": "alert(1)"}]
        row = {k: v for k, v in question("S").items() if k not in ("question", "language")}
        imported = read(questions=[row], question_l10ns=words)
        assert lost(imported, "program_dropped").where == "questions[q].script"


class TestHostileFiles:
    def test_entities_are_refused_before_they_grow(self) -> None:
        entities = "".join(
            f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10)
        )
        bomb = f"<?xml version='1.0'?><!DOCTYPE d [{entities}]><document>&l9;</document>"
        assert "entities" in refusal(FORMAT.read(bomb.encode(), "bomb.lss"))
        outside = b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>'
        assert "entities" in refusal(FORMAT.read(outside, "outside.lss"))

    def test_deep_nesting_and_large_files_are_refused(self) -> None:
        assert "nested" in refusal(FORMAT.read(b"<a>" * 20_000 + b"</a>" * 20_000, "deep.lss"))
        assert str(MAX_BYTES) in refusal(FORMAT.read(b"<" * (MAX_BYTES + 1), "big.lss"))

    def test_too_many_questions_are_refused(self) -> None:
        many = [{"qid": n, "type": "S", "title": f"q{n}"} for n in range(1, 20_000)]
        assert str(MAX_ITEMS) in refusal(read(questions=many))

    @pytest.mark.parametrize(
        "content", [b"", b"x", b"<a", b"<a/>", b"\xff\xfe", b"<document><questions/></document>"]
    )
    def test_what_is_no_survey_is_refused_with_a_reason(self, content: bytes) -> None:
        assert refusal(FORMAT.read(content, "x.lss"))

    def test_a_file_in_gb18030_is_read(self) -> None:
        text = survey(questions=[question("S", question="您的姓名")]).decode()
        for declared in ("UTF-8", "GB18030"):
            content = text.replace("UTF-8", declared).encode("gb18030")
            imported = FORMAT.read(content, "x.lss")
            assert only(imported).label == Text({"en": "您的姓名"})
            assert "encoding_guessed" in codes(imported)

    def test_conditions_in_a_circle_lose_one_of_them(self) -> None:
        asked = [question("S", "a", 1, relevance="b==1"), question("S", "b", 2, relevance="a==1")]
        imported = read(questions=asked)
        assert sorted(bool(item.relevant) for item in accepted(imported).items) == [False, True]
        assert lost(imported, "condition_dropped")

    def test_fields_that_are_missing_or_wrong_lose_no_question(self) -> None:
        asked = [
            {"qid": "x", "type": "L"},
            {"type": "K", "title": "k", "question_order": "first"},
            question("N", "n", 5),
        ]
        limits = attributes(5, min_num_value_n="9e999", max_num_value_n="-", maximum_chars="x")
        assert len(accepted(read(questions=asked, question_attributes=limits)).items) == 3


@pytest.mark.parametrize("file", shared_files("lss", ".lss"))
def test_every_shared_survey_converts(file: Path) -> None:
    converts(FORMAT, file)
