"""The kinds of items. Adding one is a class in a family module here and its name in this list,
its controls and a template macro in ``surveyapp``, and nothing else.
"""

from __future__ import annotations

from typing import Annotated, get_args

from pydantic import Field

from questionnaires.kinds.allotting import ConstantSum, Points
from questionnaires.kinds.base import Item
from questionnaires.kinds.cascading import Cascade
from questionnaires.kinds.choosing import MultipleChoice, Ranking, Scale, SingleChoice
from questionnaires.kinds.contacting import Email, Location, Phone, Url
from questionnaires.kinds.entering import (
    Date,
    DateTime,
    Decimal,
    Integer,
    LongText,
    ShortText,
    Time,
)
from questionnaires.kinds.gauging import NetPromoter, Slider, Stars, YesNo
from questionnaires.kinds.interviewing import Topic
from questionnaires.kinds.people import CarriedFindings, File, Person, Photo, Signature, Unit
from questionnaires.kinds.presenting import Arm, Calculated, Consent, Hidden, Note
from questionnaires.kinds.rating import Matrix
from questionnaires.kinds.tabulating import MatrixDual, MatrixMultiple, MatrixNumber, MatrixText

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
    | CarriedFindings
    | YesNo
    | NetPromoter
    | Stars
    | Slider
    | Decimal
    | Time
    | Email
    | Phone
    | Url
    | Location
    | Photo
    | MatrixMultiple
    | MatrixNumber
    | MatrixText
    | MatrixDual
    | Cascade
    | ConstantSum
    | Points
    | Consent
    | Note
    | Calculated
    | Hidden
    | Arm,
    Field(discriminator="kind"),
]

KINDS: dict[str, type[Item]] = {
    get_args(kind.model_fields["kind"].annotation)[0]: kind
    for kind in get_args(get_args(AnyItem)[0])
}
