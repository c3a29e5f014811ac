"""What is wrong with a site that was built: links to nothing, and whatever a browser would fetch from elsewhere.

Zensical checks the links of Markdown; this looks at the HTML, so that pictures, raw HTML and the theme are held too.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

FETCHED = {
    ("script", "src"),
    ("link", "href"),
    ("img", "src"),
    ("source", "srcset"),
    ("source", "src"),
    ("iframe", "src"),
}


@dataclass
class Page(HTMLParser):
    """What a page of HTML has: its ids, where it leads to, and what the browser fetches for it."""

    ids: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)
    fetched: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag leads to."""
        for name, value in attrs:
            if value and name in {"id", "name"}:
                self.ids.add(value)
            elif value and (tag, name) in FETCHED and dict(attrs).get("rel") != "canonical":
                self.fetched.add(value)
            elif value and (tag, name) == ("a", "href"):
                self.links.add(value)


def faults(site: Path) -> list[str]:
    """Return what is wrong, a line for each; nothing where all is well."""
    pages = {path: _parsed(path) for path in sorted(site.rglob("*.html"))}
    found = []
    for path, page in pages.items():
        here = path.relative_to(site).as_posix()
        found += [f"{here}: fetches {url}" for url in page.fetched if _is_foreign(url)]
        wanted = page.links | page.fetched
        found += [f"{here}: leads to {url}" for url in wanted if not _is_there(url, path, site, pages)]
    return sorted(found)


def _parsed(path: Path) -> Page:
    page = Page()
    page.feed(path.read_text("utf-8"))
    return page


def _is_foreign(url: str) -> bool:
    return bool(urlsplit(url).netloc)


def _is_there(url: str, path: Path, site: Path, pages: dict[Path, Page]) -> bool:
    parts = urlsplit(url)
    if parts.scheme or parts.netloc:
        return True
    # The page of what was not found is shown at any address: its links begin at the root.
    start = site if parts.path.startswith("/") else path.parent
    target = (start / unquote(parts.path).lstrip("/")).resolve() if parts.path else path
    target = target / "index.html" if target.is_dir() else target
    if target not in pages:
        return target.is_file()
    return not parts.fragment or unquote(parts.fragment) in pages[target].ids
