"""Pages made from the Markdown of `docs/`: methods, evaluation, data dictionary."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

from tasks.provenance.versions import ROOT
from tasks.publish.published import Published
from tasks.publish.site.evaluation_summary import backtested_estimators, papers_read
from tasks.publish.site.frame import Frame


class DocumentPage(NamedTuple):
    """A file of `docs/` and the page that is made from it."""

    source: str
    path: str
    name: str
    description: str


DOCUMENTS = (
    DocumentPage(
        "methods.md",
        "methods.html",
        "Methods",
        "How papers are read, how compute and costs are estimated, what is fitted.",
    ),
    DocumentPage(
        "evaluation.md",
        "evaluation.html",
        "Evaluation",
        "How well papers are read, and how the estimators did on the past.",
    ),
    DocumentPage("data_dictionary.md", "dictionary.html", "Data dictionary", "Every table and column of a release."),
)

_PAGES = {d.source: d.path for d in DOCUMENTS}


class _Renderer(RendererHTML):
    """HTML for the site: headings that can be linked to, tables and code that a keyboard can scroll, links to its pages
    alone."""

    def heading_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        tokens[idx].attrSet("id", slug(tokens[idx + 1].content))
        return self.renderToken(tokens, idx, options, env)

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        env["tables"] = env.get("tables", 0) + 1
        return f'<div class="scroll" role="region" aria-label="Table {env["tables"]}" tabindex="0"><table>'

    def table_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</table></div>"

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return super().fence(tokens, idx, options, env).replace("<pre>", '<pre tabindex="0">', 1)

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return super().code_block(tokens, idx, options, env).replace("<pre>", '<pre tabindex="0">', 1)

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        target, _, anchor = str(tokens[idx].attrGet("href")).partition("#")
        if target and "://" not in target:
            tokens[idx].attrSet("href", _PAGES.get(target, "methods.html") + (f"#{anchor}" if anchor else ""))
        return self.renderToken(tokens, idx, options, env)


def slug(heading: str) -> str:
    """The anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def html(markdown: str) -> Markup:
    """Markdown as HTML; raw HTML within it is text."""
    return Markup(MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable("table").render(markdown))


def pages(published: Published, frame: Frame) -> Mapping[str, bytes]:
    """A page for each document."""
    of_release = {"tested": backtested_estimators(published), "papers": papers_read(published)}
    return {d.path: _page(d, frame, of_release) for d in DOCUMENTS}


def _page(document: DocumentPage, frame: Frame, of_release: Mapping[str, Any]) -> bytes:
    heading, _, body = (ROOT / "docs" / document.source).read_text(encoding="utf-8").partition("\n")
    sections = re.findall(r"^## (.+)$", body, flags=re.M)
    return frame.page(
        document.path,
        "evaluation.html.j2" if document.path == "evaluation.html" else "document.html.j2",
        title=heading.removeprefix("# "),
        description=document.description,
        active="methods.html",
        body=html(body),
        contents=[(slug(name), name.replace("`", "")) for name in sections],
        documents=DOCUMENTS,
        **of_release,
    )
