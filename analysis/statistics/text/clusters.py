"""Problems that recur in open text: groups of similar sentences, each with its most typical one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from analysis.statistics.results import Floats, Reason
from analysis.statistics.text.names import Names
from analysis.statistics.text.segmentation import Segmenter, sentences, words

#: Fewest people in a group that is shown in words.
MIN_GROUP = 5
#: The cosine from which sentences are alike.
ALIKE = 0.3
#: Different sentences among which groups are formed; others join the group they resemble most.
MOST_SENTENCES = 5_000
#: Sentences compared with all others at a time, and words that name a group.
BLOCK, KEYWORDS = 512, 5

Places = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Problem:
    """A group of similar sentences: of how many ``people``, how many ``sentences``, the most
    typical one, and the words that mark it. With fewer than the least number of people there is
    neither sentence nor word (SMALL_BASE); nor a sentence where each might name somebody."""

    people: int
    sentences: int
    sentence: str | None
    keywords: tuple[str, ...]
    texts: tuple[int, ...]
    reason: Reason | None = None


def problems(
    texts: Sequence[str],
    people: Sequence[int] | None = None,
    names: Names | None = None,
    min_group: int = MIN_GROUP,
    alike: float = ALIKE,
    segment: Segmenter | None = None,
) -> tuple[Problem, ...]:
    """Return the groups of similar sentences in texts, those of most people first.

    Sentences are vectors of tf-idf (Salton and Buckley 1988, Information Processing & Management
    24:513), alike from a cosine of ``alike``. The sentence with the most people among those like it
    founds a group and takes them, then the next among those left: greedy covering, so every member
    resembles the founder, and the same texts give the same groups. ``people`` are who wrote the
    texts, by default one each; ``Problem.texts`` are positions of texts, for use behind the
    anonymity floor only.
    """
    writers = range(len(texts)) if people is None else people
    if len(writers) != len(texts):
        raise ValueError("every text has a writer")
    known = names or Names()
    found = _Sentences.of(texts, writers, segment)
    groups = _groups(found, alike)
    shown = [_problem(found, founder, members, known, min_group) for founder, members in groups]
    return tuple(sorted(shown, key=lambda p: (-p.people, -p.sentences, p.texts)))


@dataclass(frozen=True, eq=False)
class _Sentences:
    """The S different sentences: as words, as rows of ``vectors`` (S, W), who said each, where."""

    said: list[str]
    bags: list[tuple[str, ...]]
    vectors: csr_array
    writers: list[frozenset[int]]
    texts: list[tuple[int, ...]]

    @classmethod
    def of(
        cls, texts: Sequence[str], writers: Sequence[int], segment: Segmenter | None
    ) -> _Sentences:
        where: dict[tuple[str, ...], list[tuple[str, int]]] = {}
        for at, text in enumerate(texts):
            for sentence in sentences(text):
                bag = tuple(sorted(words(sentence, segment)))
                if bag:
                    where.setdefault(bag, []).append((sentence, at))
        # The most frequent sentences first: among them groups are formed where there are too many.
        order = sorted(where, key=lambda bag: (-len(where[bag]), where[bag][0][1], bag))
        said = [min(Counter(s for s, _ in where[bag]).items(), key=_first)[0] for bag in order]
        return cls(
            said,
            order,
            _vectors(order),
            [frozenset(writers[at] for _, at in where[bag]) for bag in order],
            [tuple(sorted({at for _, at in where[bag]})) for bag in order],
        )


def _first(entry: tuple[str, int]) -> tuple[int, str]:
    return -entry[1], entry[0]


def _vectors(bags: list[tuple[str, ...]]) -> csr_array:
    """Rows of (1 + ln tf) · (1 + ln((1 + S) / (1 + df))), each of length 1."""
    spread = Counter(word for bag in bags for word in set(bag))
    place = {word: at for at, word in enumerate(sorted(spread))}
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for row, bag in enumerate(bags):
        weights = {
            word: (1 + np.log(times)) * (1 + np.log((1 + len(bags)) / (1 + spread[word])))
            for word, times in Counter(bag).items()
        }
        length = float(np.sqrt(sum(weight**2 for weight in weights.values())))
        rows += [row] * len(weights)
        columns += [place[word] for word in weights]
        values += [weight / length for weight in weights.values()]
    return csr_array((values, (rows, columns)), shape=(len(bags), len(place)))


def _groups(found: _Sentences, alike: float) -> list[tuple[int, list[int]]]:
    """Founders and members, by greedy covering; ties go to the earlier sentence."""
    size = min(len(found.said), MOST_SENTENCES)
    near = _neighbours(found.vectors[:size], alike)
    free = np.ones(size, np.bool_)
    queue = [(-_people(found, near[at]), at) for at in range(size)]
    heapify(queue)
    groups: list[tuple[int, list[int]]] = []
    while queue:
        promised, at = heappop(queue)
        if not free[at]:
            continue
        members = near[at][free[near[at]]]
        held = -_people(found, members)
        if held > promised:
            heappush(queue, (held, at))
            continue
        free[members] = False
        groups.append((at, members.tolist()))
    return _joined(found, groups, size, alike)


def _people(found: _Sentences, members: Places) -> int:
    return len(frozenset().union(*(found.writers[at] for at in members.tolist())))


def _neighbours(vectors: csr_array, alike: float) -> list[Places]:
    """For each sentence those alike, itself among them."""
    near: list[Places] = []
    columns = vectors.T.tocsc()
    for start in range(0, vectors.shape[0], BLOCK):
        cosines = (vectors[start : start + BLOCK] @ columns).toarray()
        for offset, row in enumerate(cosines):
            row[start + offset] = 1.0
            near.append(np.flatnonzero(row >= alike - 1e-12).astype(np.int32))
    return near


def _joined(
    found: _Sentences, groups: list[tuple[int, list[int]]], start: int, alike: float
) -> list[tuple[int, list[int]]]:
    """The groups with the sentences from ``start`` on; those like no founder stand alone."""
    rest = range(start, len(found.said))
    if not rest:
        return groups
    founders = found.vectors[[founder for founder, _ in groups]].T.tocsc()
    alone: list[tuple[int, list[int]]] = []
    for first in range(start, len(found.said), BLOCK):
        cosines: Floats = (found.vectors[first : first + BLOCK] @ founders).toarray()
        for at, row in enumerate(cosines, first):
            best = int(row.argmax())
            if row[best] >= alike - 1e-12:
                groups[best][1].append(at)
            else:
                alone.append((at, [at]))
    return groups + alone


def _problem(
    found: _Sentences, founder: int, members: list[int], names: Names, min_group: int
) -> Problem:
    people = len(frozenset().union(*(found.writers[at] for at in members)))
    texts = tuple(sorted({text for at in members for text in found.texts[at]}))
    said = sum(len(found.texts[at]) for at in members)
    if people < min_group:
        return Problem(people, said, None, (), texts, Reason.SMALL_BASE)
    sentence = _typical(found, members, names)
    return Problem(people, said, sentence, _keywords(found, members, names, min_group), texts)


def _typical(found: _Sentences, members: list[int], names: Names) -> str | None:
    """The sentence closest to the mean of its group that names nobody; earlier ones win ties."""
    weights = np.array([len(found.writers[at]) for at in members], float)
    rows = found.vectors[members]
    closeness = rows @ (rows.T @ weights)
    order = np.lexsort((members, -np.round(closeness, 12)))
    sentences_of = (found.said[members[place]] for place in order)
    return next((sentence for sentence in sentences_of if not names.within(sentence)), None)


def _keywords(
    found: _Sentences, members: list[int], names: Names, min_group: int
) -> tuple[str, ...]:
    """The words that most people of the group share, those that at least ``min_group`` used."""
    users: dict[str, set[int]] = {}
    for at in members:
        for word in set(found.bags[at]):
            users.setdefault(word, set()).update(found.writers[at])
    shared = [word for word in users if len(users[word]) >= min_group and not names.is_name(word)]
    return tuple(sorted(shared, key=lambda word: (-len(users[word]), word))[:KEYWORDS])
