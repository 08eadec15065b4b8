"""Pages: templates filled in the reader's language, with the mode on every one of them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import ChainableUndefined, Environment, PackageLoader, select_autoescape

from contracts.agencies import Agency, Names
from gateway.policy import Action, may_ever
from gateway.purpose import OPEN_STATES
from gateway.texts import LANGUAGES, Texts, read_catalogue
from gateway.viewers import Viewer

__all__ = ["LANGUAGE", "NAVIGATION", "Pages"]

DATED = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:[\d.]+)?(Z|[+-]\d\d:\d\d))?")
LANGUAGE = "tapal_language"
NAVIGATION = (
    ("/alerts", "nav.alerts", Action.READ_ALERTS),
    ("/cases", "nav.cases", Action.READ_CASES),
    ("/reviews", "nav.reviews", Action.LIST_REVIEWS),
    ("/find", "nav.find", Action.FIND_PERSON),
    ("/protection", "nav.protection", Action.LIST_MATTERS),
    ("/access", "nav.access", Action.READ_AUDIT),
    ("/guards", "nav.guards", Action.READ_EMERGENCIES),
    ("/data-protection", "nav.privacy", Action.READ_CORRECTIONS),
    ("/quarantine", "nav.quarantine", Action.READ_QUARANTINE),
    ("/uploads", "nav.uploads", Action.UPLOAD),
    ("/telephone", "nav.telephone", Action.TELEPHONE),
    ("/sources", "nav.sources", Action.READ_SOURCES),
    ("/rules", "nav.rules", Action.READ_RULES),
    ("/accounts", "nav.accounts", Action.ADMINISTER_ACCOUNTS),
    ("/live", "nav.live", Action.READ_CHECKLIST),
    ("/notifications", "nav.notifications", Action.READ_SUBSCRIPTIONS),
)


@dataclass(frozen=True)
class Directory:
    """Names of agencies and their sources in one language."""

    agencies: Mapping[str, Agency]
    texts: Texts

    def agency(self, code: str) -> str:
        """The agency's name, or its code where it is not one of ours."""
        agency = self.agencies.get(code)
        return self._pick(agency.names) if agency else code

    def source(self, agency: str, source: str) -> str:
        """The name of a source, given by its code or its uri."""
        known = self.agencies.get(agency)
        for item in known.sources if known else ():
            if source in (item.code, item.uri):
                return self._pick(item.names)
        return self.agency(agency)

    def _pick(self, names: Names) -> str:
        return self.texts.pick(names.model_dump())


class Pages:
    """Renders templates."""

    def __init__(self, agencies: Sequence[Agency], mode: str, now: Callable[[], datetime], idle: timedelta) -> None:
        self._agencies = {agency.code: agency for agency in agencies}
        self._practice = mode == "practice"
        self._idle = int(idle.total_seconds())
        self.now = now
        self._catalogue = read_catalogue()
        self._templates = Environment(
            loader=PackageLoader("gateway"),
            autoescape=select_autoescape(default=True),
            undefined=ChainableUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def texts(self, request: Request) -> Texts:
        """The texts in the language this reader chose; Indonesian at first."""
        chosen = request.cookies.get(LANGUAGE, "")
        return Texts(self._catalogue, chosen if chosen in LANGUAGES else LANGUAGES[0])

    def directory(self, texts: Texts) -> Directory:
        return Directory(self._agencies, texts)

    def show(
        self, request: Request, template: str, viewer: Viewer | None, status: int = 200, **fields: Any
    ) -> HTMLResponse:
        """The page. What a part did not tell is a blank, not an error: fields come and go with its version."""
        texts = self.texts(request)
        directory = self.directory(texts)
        text = self._templates.get_template(template).render(
            t=texts,
            viewer=viewer,
            here=request.url.path,
            now=self.now(),
            practice=self._practice,
            idle=self._idle,
            open_states=OPEN_STATES,
            nav=[(path, key) for path, key, action in NAVIGATION if viewer and may_ever(viewer.role, action)],
            agency_name=directory.agency,
            team=[code for code, agency in self._agencies.items() if agency.receives],
            source_name=directory.source,
            subject=lambda row: _subject(row, texts, directory),
            value=lambda item: _value(item, texts),
            **{"position": "", **fields},
        )
        return HTMLResponse(text, status, {"vary": "cookie"})


def _subject(row: Mapping[str, Any], texts: Texts, directory: Directory) -> str:
    kind, id = row["subject"]["kind"], row["subject"]["id"]
    if kind == "source":
        return directory.source(*id.partition("/")[::2])
    return row.get("subject_name") or (texts("subject.unnamed") if kind == "person" else texts.word(f"subject.{kind}"))


def _value(item: Any, texts: Texts) -> str:
    match item:
        case bool():
            return texts(str(item).lower())
        case dict():
            return ", ".join(f"{name}: {_value(value, texts)}" for name, value in item.items())
        case list() if item:
            return "; ".join(_value(value, texts) for value in item)
        case str() if DATED.fullmatch(item):
            return texts.moment(item) if "T" in item else texts.day(item)
    return "–" if item is None or item == [] else str(item)
