"""Plausible sentences for the open items of the demonstration. They name nobody."""

from __future__ import annotations

from questionnaires import Text


def _texts(*pairs: tuple[str, str]) -> tuple[Text, ...]:
    return tuple(Text({"zh": chinese, "en": english}) for chinese, english in pairs)


PROBLEMS = _texts(
    (
        "村里的文化广场建好后没有人管，器材坏了大半年没修。",
        "Nobody looks after the village square; broken equipment has waited for months.",
    ),
    (
        "人手太少，一个人要对接好几个部门，表格重复填报。",
        "Too few people; one person serves several departments and fills in the same forms twice.",
    ),
    (
        "群众反映的问题转来转去，很久没有答复。",
        "Problems raised by residents are passed around and wait a long time for an answer.",
    ),
    (
        "返乡青年想创业，不知道找谁咨询，政策讲得不清楚。",
        "Young people who come back to start a business do not know whom to ask.",
    ),
    (
        "会议太多，真正下村的时间不够。",
        "Too many meetings; too little time left for visiting the villages.",
    ),
    (
        "部分道路的路灯损坏，晚上出行不安全。",
        "Street lamps on some roads are broken and it is unsafe after dark.",
    ),
    (
        "补助名单公示时间太短，有人没有看到。",
        "The list of grants was on display too briefly; some people never saw it.",
    ),
    (
        "制度写在墙上，执行的时候打折扣。",
        "The rules hang on the wall, but in practice they are followed only in part.",
    ),
    (
        "灌溉渠道年久失修，旱季用水紧张。",
        "The irrigation channels are in poor repair and water is short in the dry season.",
    ),
    (
        "年轻干部少，老同志用新系统比较吃力。",
        "There are few young staff, and the new systems are hard for older colleagues.",
    ),
    (
        "班子开会前征求意见不多，有时是决定之后才通知。",
        "Views are seldom asked before a decision; sometimes we only hear of it afterwards.",
    ),
    (
        "卫生室药品不全，老人看病要跑到县城。",
        "The clinic lacks medicines, so older people have to travel to the county town.",
    ),
)

SUGGESTIONS = _texts(
    ("建议把报表合并，一次填报多处使用。", "Merge the reports: fill in once, use everywhere."),
    (
        "希望每月有固定时间现场接待群众。",
        "Keep fixed hours each month when residents can come and talk.",
    ),
    (
        "公共设施应明确管护人，并公布联系电话。",
        "Name who looks after each shared facility and publish a phone number.",
    ),
    (
        "培训多讲实际案例，少念文件。",
        "Use real cases in training instead of reading documents aloud.",
    ),
    (
        "重大事项决定之前多听听村里的意见。",
        "Listen to the villages more before big decisions are taken.",
    ),
    (
        "建立问题台账，办完一件销一件，并告诉反映的人。",
        "Keep a list of problems, close them one by one, and tell those who raised them.",
    ),
    (
        "给返乡人员提供一张办事指南，写清楚流程和时限。",
        "Give people who return a one-page guide with the steps and the time each takes.",
    ),
    (
        "适当增加一线人员，工作任务分得更均衡一些。",
        "Add a few front-line staff and share the work out more evenly.",
    ),
    (
        "资金和项目安排公示时间长一点，方便大家监督。",
        "Display plans for funds and projects for longer, so that everyone can check them.",
    ),
    (
        "继续保持现在的做法，工作氛围比以前好。",
        "Carry on as now; the atmosphere is better than it used to be.",
    ),
)
