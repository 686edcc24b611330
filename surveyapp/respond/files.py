"""Files that belong to a response: kept beside it, each at the place of the answer it belongs to.

An answer holds what its file is called, how long it is, and its fingerprint; by that the two find
each other, wherever in the form it was chosen.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import delete, insert, select

from questionnaires import Answers, Questionnaire, Section
from questionnaires.kinds.people import File, Photo
from surveyapp.respond.models import Attachment
from surveyapp.respond.operations import KEY_BYTES
from surveyapp.statements import Link
from surveyapp.uploads import Upload

_MAX_MEDIA_TYPE = 127
_Values = Mapping[str, Any]


def attach(
    link: Link,
    questionnaire: Questionnaire,
    of: tuple[int, bytes],
    answers: Answers,
    files: Mapping[str, Upload],
) -> None:
    """Keep the files that answers speak of beside the response ``of`` (its group and its key).

    ``files``: fingerprint -> file; those that no answer speaks of are not kept.
    """
    group, response = of
    rows = [
        {
            "key": secrets.token_bytes(KEY_BYTES),
            "group_id": group,
            "response_key": response,
            "place": place,
            "file_name": answer["name"],
            "media_type": upload.media_type[:_MAX_MEDIA_TYPE],
            "size": len(upload.content),
            "content": upload.content,
        }
        for place, answer in _answers(questionnaire, answers.values)
        if (upload := files.get(answer["sha256"])) is not None
    ]
    if rows:
        link.execute(insert(Attachment), rows)


def detach(link: Link, of: tuple[int, bytes]) -> dict[str, Upload]:
    """Take the files of a response away, before it is written anew: fingerprint -> file."""
    mine = (Attachment.group_id == of[0], Attachment.response_key == of[1])
    columns = (Attachment.file_name, Attachment.media_type, Attachment.content)
    found = [Upload(*row) for row in link.execute(select(*columns).where(*mine))]
    link.execute(delete(Attachment).where(*mine))
    return {upload.sha256: upload for upload in found}


def kept(questionnaire: Questionnaire, raw: _Values, before: _Values) -> dict[str, Any]:
    """Return raw answers in which a file that was not sent again is the one that was there before.

    Browsers never send one back. An entry of a repeated section that was emptied stays empty.
    """
    found = {**raw}
    for section in questionnaire.sections:
        if not section.repeat:
            found |= _missing(section, raw, before)
        elif isinstance(entries := raw.get(section.id), list):
            earlier = [*before.get(section.id, ()), *({} for _ in entries)]
            found[section.id] = [
                entry if _empty(section, entry) else {**entry, **_missing(section, entry, there)}
                for entry, there in zip(entries, earlier, strict=False)
            ]
    return found


def _answers(questionnaire: Questionnaire, values: _Values) -> Iterator[tuple[str, _Values]]:
    """Yield (place, answer) of each file: ``item``, or ``section.number.item`` in an entry."""
    for section in questionnaire.sections:
        for item in _of_files(section):
            if not section.repeat:
                found = {item: values.get(item)}
            else:
                entries = enumerate(values.get(section.id, ()))
                found = {f"{section.id}.{n}.{item}": entry.get(item) for n, entry in entries}
            yield from ((place, answer) for place, answer in found.items() if answer)


def _missing(section: Section, raw: _Values, before: _Values) -> dict[str, Any]:
    return {
        item: before[item] for item in _of_files(section) if item in before and not raw.get(item)
    }


def _empty(section: Section, entry: _Values) -> bool:
    return all(item.is_blank(entry.get(item.id)) for item in section.items)


def _of_files(section: Section) -> list[str]:
    return [item.id for item in section.items if isinstance(item, File | Photo)]
