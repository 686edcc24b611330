"""The value sets that a questionnaire brings with it, and a few that the standard itself defines.

A contained ValueSet lists its concepts (``expansion`` or ``compose``), takes those of a contained
CodeSystem, or those of other sets. What only a terminology server could work out is not here.
"""

from __future__ import annotations

from questionnaires.formats.fhir.extensions import Element, concept_property

#: Sets may take from sets this deeply.
MAX_DEPTH = 8
_YES_NO_UNKNOWN = (("Y", "Yes"), ("N", "No"), ("asked-unknown", "Don't know"))
#: Address -> the concepts of sets that the FHIR standard defines once and for all.
_STANDARD: dict[str, tuple[tuple[str, str], ...]] = {
    "http://hl7.org/fhir/ValueSet/administrative-gender": (
        *(("male", "Male"), ("female", "Female"), ("other", "Other"), ("unknown", "Unknown")),
    ),
    "http://hl7.org/fhir/ValueSet/yesnodontknow": _YES_NO_UNKNOWN,
    "http://terminology.hl7.org/ValueSet/yes-no-unknown-not-asked": (
        *(("Y", "Yes"), ("N", "No"), ("UNK", "Unknown"), ("NASK", "Not asked")),
    ),
    "http://terminology.hl7.org/ValueSet/v2-0136": (("Y", "Yes"), ("N", "No")),
}


class ValueSets:
    """The sets and code systems of one questionnaire, by their local and their full names."""

    def __init__(self, top: Element) -> None:
        self._top = top
        self._sets: dict[str, Element] = {}
        self._systems: dict[str, Element] = {}
        for contained in top.elements("contained"):
            sort = contained.get("resourceType")
            known = {"ValueSet": self._sets, "CodeSystem": self._systems}.get(str(sort))
            if known is None:
                contained.report.unused(f"contained {sort}", contained.where)
                continue
            for name in (f"#{contained.get('id')}", contained.get("url")):
                if isinstance(name, str):
                    known.setdefault(name, contained)

    def concepts(self, name: str) -> list[Element] | None:
        """Return the concepts of a set, or None when it is not here or only a rule."""
        return self._of_set(name, 0) or self._standard(name)

    def _standard(self, name: str) -> list[Element] | None:
        known = _STANDARD.get(name.split("|")[0])
        if known is None:
            return None
        raw = [{"code": code, "display": display} for code, display in known]
        return [Element(one, name, self._top.report) for one in raw]

    def _of_set(self, name: str, depth: int) -> list[Element]:
        found = self._sets.get(name) or self._sets.get(name.split("|")[0])
        if found is None or depth > MAX_DEPTH:
            return []
        expansion = found.inner("expansion")
        if expansion and (listed := _nested(expansion, "contains")):
            return listed
        compose = found.inner("compose")
        if compose is None:
            return []
        left_out = {
            (one.raw.get("code"))
            for part in compose.elements("exclude")
            for one in self._included(part, depth)
        }
        included = [c for part in compose.elements("include") for c in self._included(part, depth)]
        return [one for one in included if one.raw.get("code") not in left_out]

    def _included(self, part: Element, depth: int) -> list[Element]:
        """Return the concepts of one ``include``: listed, of a code system, or of other sets."""
        if listed := part.elements("concept"):
            return listed
        system = self._systems.get(str(part.get("system")))
        if system is not None:
            return self._of_system(system, part)
        names = [name for name in part.values("valueSet") if isinstance(name, str)]
        return [one for name in names for one in self._of_set(name, depth + 1)]

    def _of_system(self, system: Element, part: Element) -> list[Element]:
        filters = part.elements("filter")
        if not filters:
            return _nested(system, "concept")
        ancestors = [str(one.get("value")) for one in filters if one.get("op") in _HIERARCHY]
        if len(ancestors) < len(filters):
            return []  # a rule about properties, which is not worked out here
        whole = [one for one in _nested(system, "concept") if one.raw.get("code") in ancestors]
        own = [one for one, rule in zip(whole, filters, strict=False) if rule.get("op") == "is-a"]
        return [*own, *(below for one in whole for below in _nested(one, "concept"))]


#: Filters that take what stands beneath a concept; ``is-a`` takes the concept itself as well.
_HIERARCHY = ("is-a", "descendent-of")


def _nested(holder: Element, key: str) -> list[Element]:
    """Return concepts and those beneath them; one that is abstract only groups others."""
    found = []
    for one in holder.elements(key):
        if one.get("abstract") is not True and not concept_property(one, "notSelectable"):
            found.append(one)
        found += _nested(one, key)
    return found
