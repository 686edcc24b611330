"""The kinds of items. Adding one is a class in a family module here and its name in this list,
a WTForms field and a template macro in ``surveyapp``, and nothing else.
"""

from __future__ import annotations

from typing import Annotated, get_args

from pydantic import Field

from questionnaires.kinds.base import Item
from questionnaires.kinds.choosing import MultipleChoice, Ranking, Scale, SingleChoice
from questionnaires.kinds.entering import Date, DateTime, Integer, LongText, ShortText
from questionnaires.kinds.interviewing import Topic
from questionnaires.kinds.people import CarriedFindings, File, Person, Signature, Unit
from questionnaires.kinds.rating import Matrix

AnyItem = Annotated[
    Scale
    | SingleChoice
    | MultipleChoice
    | Ranking
    | Matrix
    | ShortText
    | LongText
    | Integer
    | Date
    | DateTime
    | Unit
    | Person
    | File
    | Signature
    | Topic
    | CarriedFindings,
    Field(discriminator="kind"),
]

KINDS: dict[str, type[Item]] = {
    get_args(kind.model_fields["kind"].annotation)[0]: kind
    for kind in get_args(get_args(AnyItem)[0])
}
