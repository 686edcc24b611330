"""The rest of the table of kinds: gauging, tables, numbers, contacts, points, reading."""

from __future__ import annotations

from typing import Any

from .kinds_case import Kind

ROWS = "rows: [{value: r1, label: {zh: 甲, en: A}}, {value: r2, label: {zh: 乙, en: B}}]"
OPTIONS = "options: [{value: a, label: {zh: 灯, en: Light}}, {value: b, label: {zh: 椅, en: Seat}},"
OPTIONS += " {value: no, exclusive: true, label: {zh: 不缺, en: Nothing}}]"
SHARES = ROWS.replace("rows", "shares")
TREE = "branches: [{value: e, label: {zh: 东, en: East}, branches: [{value: p, label: {zh: 松, en: "
TREE += "Pine}}]}, {value: w, label: {zh: 西, en: West}}]"
PHOTO = {"name": "井盖.png", "size": 120, "sha256": "a" * 64}


def not_one_of(*raws: Any) -> list[tuple[Any, list[tuple[str, str]]]]:
    return [(raw, [("option_unknown", "q")]) for raw in raws]


def each(code: str, *raws: Any) -> list[tuple[Any, list[tuple[str, str]]]]:
    return [(raw, [(code, "q")]) for raw in raws]


MORE: dict[str, Kind] = {
    "yes_no": Kind(
        "unfavourable: 'no', not_applicable: true",
        accepted=[("yes", "yes"), ("no", "no"), ("na", "na")],
        refused=not_one_of("maybe", True, ["yes"], 1),
        shown=("no", "否", "No"),
        columns={"q": ["yes", "no", "na"]},
        packed=("no", [2]),
        required=("required_choice", "q"),
    ),
    "net_promoter": Kind(
        "hint: H",
        accepted=[("0", "0"), ("10", "10")],
        refused=not_one_of("11", "-1", 9, "9.5"),
        shown=("9", "9", "9"),
        columns={"q": [str(n) for n in range(11)]},
        packed=("10", [11]),
        required=("required_choice", "q"),
    ),
    "stars": Kind(
        "stars: 3, unfavourable_to: 1",
        accepted=[("1", "1"), ("3", "3")],
        refused=not_one_of("0", "4", 3),
        shown=("1", "1星", "1 star"),
        columns={"q": ["1", "2", "3"]},
        packed=("3", [3]),
        required=("required_choice", "q"),
    ),
    "slider": Kind(
        "min: 0, max: 1, step: 0.1",
        accepted=[("0.3", 0.3), ("０．７", 0.7), (1, 1), ("0", 0)],
        refused=[
            *each("number_step", "0.35"),
            *each("number_too_large", "1.1"),
            *each("number_too_small", "-0.1"),
            *each("decimal_invalid", "x", True, [1], "1e3"),
        ],
        shown=(0.3, "0.3", "0.3"),
        required=("required_number", "q"),
    ),
    "decimal": Kind(
        "min: 0, max: 100, digits: 1, unit: {zh: 公里, en: km}",
        accepted=[("2.5", 2.5), ("2,5", 2.5), ("３", 3), (2.5, 2.5)],
        refused=[
            *each("decimal_digits", "2.55"),
            *each("number_too_large", "100.1"),
            *each("number_too_small", "-1"),
            *each("decimal_invalid", "two", "1e3", float("nan"), True, ["1"]),
        ],
        shown=(2.5, "2.5 公里", "2.5 km"),
    ),
    "time": Kind(
        "hint: H",
        accepted=[
            ("9:05", "09:05"),
            ("23:59", "23:59"),
            ("０９：３０", "09:30"),
            ("09:30:00", "09:30"),
        ],
        refused=each("time_invalid", "24:00", "9", "9:5", 930, "12:60"),
        shown=("09:05", "09:05", "09:05"),
    ),
    "email": Kind(
        "hint: H",
        accepted=[("li.na@example.org", "li.na@example.org")],
        refused=[
            *each("email_invalid", "li.na", "@example.org", "a@b", "a b@c.org", "a@b..org"),
            (5, [("value_shape", "q")]),
        ],
        shown=("a@b.org", "a@b.org", "a@b.org"),
        columns={"q": []},
    ),
    "phone": Kind(
        "hint: H",
        accepted=[
            ("0571-8888 0000", "0571-8888 0000"),
            ("＋８６１３８００００００００", "+8613800000000"),
        ],
        refused=[
            *each("phone_invalid", "call me", "12", "1" * 25, "+"),
            (5, [("value_shape", "q")]),
        ],
        shown=("110 220", "110 220", "110 220"),
    ),
    "url": Kind(
        "hint: H",
        accepted=[("https://example.org/a?b=1", "https://example.org/a?b=1")],
        refused=[
            *each(
                "url_invalid",
                "example.org",
                "javascript:alert(1)",
                "ftp://a.org",
                "http://",
                "http://[",
                "https://a b.org",
            ),
            (5, [("value_shape", "q")]),
        ],
        shown=("https://a.org", "https://a.org", "https://a.org"),
    ),
    "location": Kind(
        "hint: H",
        accepted=[
            ({"latitude": "30.5", "longitude": "-120"}, {"latitude": 30.5, "longitude": -120}),
            ({"latitude": 0, "longitude": 0}, {"latitude": 0, "longitude": 0}),
        ],
        refused=[
            ({"latitude": "91", "longitude": "1"}, [("latitude_invalid", "q.latitude")]),
            ({"latitude": "1"}, [("longitude_invalid", "q.longitude")]),
            ({"latitude": "1", "longitude": "1", "x": "1"}, [("value_shape", "q")]),
            ("30,120", [("value_shape", "q")]),
        ],
        shown=({"latitude": 30.5, "longitude": -120}, "30.5, -120", "30.5, -120"),
        columns={"q.latitude": [], "q.longitude": []},
        required=("latitude_invalid", "q.latitude"),
    ),
    "photo": Kind(
        "max_megabytes: 1",
        accepted=[(PHOTO, PHOTO)],
        refused=[("photo.png", [("value_shape", "q")])],
        shown=(PHOTO, "井盖.png (0 kB)", "井盖.png (0 kB)"),
        required=("required_file", "q"),
    ),
    "matrix_multiple": Kind(
        f"{ROWS}, {OPTIONS}",
        accepted=[
            ({"r1": ["b", "a"]}, {"r1": ["a", "b"]}),
            ({"r1": [], "r2": ["no"]}, {"r2": ["no"]}),
        ],
        refused=[
            ({"r1": ["x"]}, [("option_unknown", "q.r1")]),
            ({"r1": "a"}, [("option_unknown", "q.r1")]),
            ({"r2": ["no", "a"]}, [("choices_exclusive", "q.r2")]),
            ({"r9": ["a"]}, [("row_unknown", "q")]),
            ("a", [("value_shape", "q")]),
        ],
        shown=({"r1": ["a", "b"]}, "甲：灯；椅", "A: Light; Seat"),
        columns={f"q.{row}.{o}": ["no", "yes"] for row in ("r1", "r2") for o in ("a", "b", "no")},
        packed=({"r1": ["b"]}, [1, 2, 1, 0, 0, 0]),
        required=("required_rows", "q.r1"),
    ),
    "matrix_number": Kind(
        f"{ROWS}, min: 0",
        accepted=[
            ({"r1": "３", "r2": "2.5"}, {"r1": 3, "r2": 2.5}),
            ({"r1": 0, "r2": ""}, {"r1": 0}),
        ],
        refused=[
            ({"r1": "x"}, [("decimal_invalid", "q.r1")]),
            ({"r2": "-1"}, [("number_too_small", "q.r2")]),
            ({"r9": "1"}, [("row_unknown", "q")]),
        ],
        shown=({"r1": 3}, "甲：3", "A: 3"),
        columns={"q.r1": [], "q.r2": []},
        required=("required_rows", "q.r1"),
    ),
    "matrix_text": Kind(
        f"{ROWS}, max_characters: 3",
        accepted=[({"r1": " 张三 "}, {"r1": "张三"})],
        refused=[
            ({"r1": "四个字长"}, [("text_too_long", "q.r1")]),
            ({"r1": ["x"]}, [("value_shape", "q.r1")]),
        ],
        shown=({"r2": "李"}, "乙：李", "B: 李"),
        columns={"q.r1": [], "q.r2": []},
        required=("required_rows", "q.r1"),
    ),
    "matrix_dual": Kind(
        f"{ROWS}, scale: mark, second_scale: mark, first_label: {{zh: 重, en: Weight}}, "
        "second_label: {zh: 满, en: Content}",
        accepted=[({"r1": {"first": "3", "second": ""}}, {"r1": {"first": "3"}})],
        refused=[
            ({"r1": {"first": "9"}}, [("option_unknown", "q.r1.first")]),
            ({"r1": "3"}, [("value_shape", "q.r1")]),
            ({"r1": {"third": "3"}}, [("value_shape", "q.r1")]),
        ],
        shown=({"r1": {"first": "3"}}, "甲：重 好，满 —", "A: Weight Good, Content —"),
        columns={
            f"q.{row}.{side}": ["3", "2", "1", "dk"]
            for row in ("r1", "r2")
            for side in ("first", "second")
        },
        packed=({"r2": {"first": "3", "second": "1"}}, [0, 0, 1, 3]),
        required=("required_rows", "q.r1"),
    ),
    "cascade": Kind(
        TREE,
        accepted=[("e/p", ["e", "p"]), (["w"], ["w"])],
        refused=[
            *not_one_of("e", "p", "e/p/x", ["e", 1]),
            (5, [("value_shape", "q")]),
        ],
        shown=(["e", "p"], "东 / 松", "East / Pine"),
        required=("required_choice", "q"),
    ),
    "constant_sum": Kind(
        f"total: 10, {SHARES}",
        accepted=[({"r1": "４", "r2": "6"}, {"r1": 4, "r2": 6}), ({"r1": 10}, {"r1": 10, "r2": 0})],
        refused=[
            ({"r1": "4", "r2": "5"}, [("sum_wrong", "q")]),
            ({"r1": "-1", "r2": "11"}, [("number_invalid", "q.r1")]),
            ({"r1": "x"}, [("number_invalid", "q.r1")]),
            ({"r9": "10"}, [("value_shape", "q")]),
            ("10", [("value_shape", "q")]),
        ],
        shown=({"r1": 4, "r2": 6}, "甲：4\n乙：6", "A: 4\nB: 6"),
        columns={"q.r1": [], "q.r2": []},
        required=("required_number", "q.r1"),
    ),
    "points": Kind(
        "sign: penalty, min: 1, max: 5",
        accepted=[("３", 3), (5, 5)],
        refused=[
            *each("number_too_small", "0"),
            *each("number_too_large", "6"),
            *each("number_invalid", "2.5", "x", True),
        ],
        shown=(3, "−3", "−3"),
        required=("required_number", "q"),
    ),
    "consent": Kind(
        "hint: H",
        accepted=[("agreed", "agreed")],
        refused=not_one_of("yes", True, ["agreed"]),
        shown=("agreed", "同意", "Agreed"),
        columns={"q": ["agreed"]},
        packed=("agreed", [1]),
        required=("required_consent", "q"),
    ),
}
#: Kinds that nobody answers: what is sent for them is refused.
SILENT = {
    "note": Kind("hint: H", [], each("value_shape", "x"), ("x", "x", "x"), columns={}),
    "calculated": Kind("calculate: 1 + 1", [], each("value_shape", "x"), (2, "2", "2")),
    "hidden": Kind("value: pilot", [], each("value_shape", "x"), ("pilot", "pilot", "pilot")),
    "arm": Kind(
        "arms: [{value: a, label: {zh: 甲, en: Alpha}}, {value: b, label: {zh: 乙, en: Beta}}]",
        [("a", "a"), ("b", "b")],
        each("value_shape", "c", 1, ["a"]),
        ("b", "乙", "Beta"),
        columns={"q": ["a", "b"]},
        packed=("b", [2]),
    ),
}
