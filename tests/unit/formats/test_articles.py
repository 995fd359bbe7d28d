"""Articles as they come: pages, feeds, archives, office files, tables."""

import io
import zipfile
from collections.abc import Mapping

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from annotator.domain.text import check_clean
from annotator.formats import registry
from annotator.formats.articles.article import tidied
from annotator.formats.articles.markup import text_of
from annotator.formats.records import Diagnostic, DocumentRecord
from tests.unit.formats.samples import codes_in, read

PARAGRAPHS = (
    "Government forces entered the city on Thursday, residents and a military spokesman said by telephone.",
    "Il presidente ha detto che l’accordo con il governo è vicino, ma i ribelli non hanno risposto 🕊.",
    "The minister promised to reopen the border crossing within a week, once the mines had been cleared.",
)
PAGE = f"""<!DOCTYPE html>
<!-- saved from url=(0028)https://example.org/news/17 -->
<html lang="en"><head><meta charset="utf-8"><title>City taken - The Example</title>
<meta property="og:title" content="City taken"><meta property="og:site_name" content="The Example">
<meta property="article:published_time" content="2019-10-14T08:00:00Z"></head>
<body><nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<article><h1>City taken</h1>{"".join(f"<p>{p}</p>" for p in PARAGRAPHS)}</article>
<footer>All rights reserved. Cookies. Imprint.</footer><script>alert("never")</script></body></html>"""


def _documents(key: str, data: bytes, **options: object) -> list[DocumentRecord]:
    return [found for found in read(key, data, **options) if isinstance(found, DocumentRecord)]


def _zip(files: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def _docx(body: str, title: str = "City taken") -> bytes:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    kinds = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return _zip(
        {
            "[Content_Types].xml": f'<Types xmlns="{kinds}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override '
            f'PartName="/word/document.xml" ContentType="{main}"/></Types>'.encode(),
            "_rels/.rels": f'<Relationships xmlns="{kinds}/relationships"><Relationship Id="r1" '
            f'Type="{office}/officeDocument" Target="word/document.xml"/></Relationships>'.encode(),
            "docProps/core.xml": '<c xmlns:dc="http://purl.org/dc/elements/1.1/" '
            'xmlns:dcterms="http://purl.org/dc/terms/">'
            f"<dc:title>{title}</dc:title><dcterms:created>2019-10-14</dcterms:created></c>".encode(),
            "word/document.xml": f'<w:document xmlns:w="{word}"><w:body>{body}</w:body></w:document>'.encode(),
        }
    )


def _paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def _pdf(*pages: str) -> bytes:
    """A PDF with a page for each text, by hand: objects, their places, and where it all begins."""
    kids = " ".join(f"{5 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        "<< /Title (City taken) /CreationDate (D:20191014080000Z) >>",
    ]
    for number, text in enumerate(pages):
        lines = " ".join(f"({line}) Tj T*" for line in text.split("\n"))
        stream = f"BT /F1 12 Tf 14 TL 72 720 Td {lines} ET" if text else ""
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] "
            f"/Contents {6 + 2 * number} 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    made = b"%PDF-1.4\n"
    places = []
    for number, each in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n{each}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    end += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 4 0 R >>\nstartxref\n{len(made)}\n%%EOF\n"
    return made + end.encode()


def _warc(*answers: tuple[str, str, bytes, str], gzip: bool) -> bytes:
    target = io.BytesIO()
    writer = WARCWriter(target, gzip=gzip)
    for url, kind, body, status in answers:
        headers = StatusAndHeaders(status, [("Content-Type", kind)], protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(
                url,
                "response",
                payload=io.BytesIO(body),
                http_headers=headers,
                warc_headers_dict={"WARC-Date": "2019-10-15T00:00:00Z"},
            )
        )
    return target.getvalue()


def _feed(content: str) -> bytes:
    return f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>The Example</title>
<entry><id>tag:example.org,2019:17</id><title>City taken</title><link href="https://example.org/news/17"/>
<published>2019-10-14T10:00:00+02:00</published><content type="html">{content}</content></entry>
<entry><id>tag:example.org,2019:18</id><title>Only a link</title><link href="https://example.org/news/18"/></entry>
</feed>""".encode()


def test_a_page_gives_its_article_without_what_is_around_it() -> None:
    (found,) = _documents("html", PAGE.encode(), name="saved.html")
    assert found.title == "City taken"
    assert found.published == "2019-10-14"
    assert found.source_url == "https://example.org/news/17"
    assert found.meta["outlet"] == "The Example"
    assert found.meta["file"] == "saved.html"
    assert str(found.meta["extractor"]).startswith("trafilatura ")
    assert all(paragraph in found.text for paragraph in PARAGRAPHS)
    assert not any(word in found.text for word in ("Sport", "Cookies", "never"))


def test_the_languages_of_a_page_are_told_by_paragraph() -> None:
    (found,) = _documents("html", PAGE.encode(), languages=["en", "it"])
    assert [part.lang for part in found.languages] == ["en", "it", "en"]


def test_a_page_in_an_envelope_is_unwrapped() -> None:
    body = PAGE.replace("<!-- saved from url=(0028)https://example.org/news/17 -->", "")
    envelope = (
        "From: <Saved by a browser>\r\nSnapshot-Content-Location: https://example.org/news/17\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        f"{body}\r\n--b--\r\n"
    ).encode()
    form = registry.guess(envelope, "page.mhtml")
    assert form is not None
    assert form.key == "html"
    (found,) = _documents("html", envelope)
    assert found.source_url == "https://example.org/news/17"
    assert PARAGRAPHS[1] in found.text


def test_a_page_without_an_article_comes_whole_and_says_so() -> None:
    found = read("html", b"<html><body><div>Short</div></body></html>")
    assert [each.text for each in found if isinstance(each, DocumentRecord)] == ["Short"]
    assert {each.code for each in found if isinstance(each, Diagnostic)} <= {"no_article"}


def test_markdown_is_read_without_its_marks_or_as_it_is() -> None:
    head = "---\ntitle: 'City taken'\ndate: 2019-10-14\n---\n"
    written = f"{head}# Taken\n\nThe **city** [fell](https://x.org).\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    (plain,) = _documents("markdown", written.encode())
    assert plain.text == "Taken\nThe city fell.\na\tb\n1\t2"
    assert (plain.title, plain.published) == ("City taken", "2019-10-14")
    (kept,) = _documents("markdown", written.encode(), as_written="true")
    assert "**city**" in kept.text


def test_a_word_document_gives_paragraphs_and_tables() -> None:
    row = f"<w:tr><w:tc>{_paragraph('left')}</w:tc><w:tc>{_paragraph('right')}</w:tc></w:tr>"
    data = _docx(_paragraph(PARAGRAPHS[1]) + f"<w:tbl>{row}</w:tbl>" + _paragraph("End."))
    (found,) = _documents("docx", data)
    assert found.text.split("\n")[0] == PARAGRAPHS[1]
    assert {"left", "right", "End."} <= set(found.text.replace("\t", "\n").split("\n"))
    assert (found.title, found.published) == ("City taken", "2019-10-14")


def test_a_pdf_gives_its_pages_and_joins_cut_words() -> None:
    (found,) = _documents("pdf", _pdf("The govern-\nment spoke.", "Second page."))
    assert found.text == "The government spoke.\n\nSecond page."
    assert (found.title, found.published, found.meta["pages"]) == ("City taken", "2019-10-14", 2)


def test_pages_beyond_the_limit_are_told() -> None:
    found = read("pdf", _pdf("One.", "Two."), pages=1)
    assert codes_in(found) == ["pages_left_out"]
    assert [each.text for each in found if isinstance(each, DocumentRecord)] == ["One."]


def test_a_scan_is_refused_in_words() -> None:
    assert codes_in(read("pdf", _pdf(""))) == ["scan"]


@pytest.mark.parametrize(("separator", "name"), [(",", "a.csv"), (";", "a.csv"), ("\t", "a.tsv")])
def test_a_table_gives_an_article_a_row(separator: str, name: str) -> None:
    rows = [
        ["Id", "Headline", "Body", "Section"],
        ["7", "One", '"First\nline"', "War"],
        ["8", "Two", "Text 🕊", ""],
    ]
    data = "\ufeff" + "\r\n".join(separator.join(row) for row in rows) + "\r\n"
    first, second = _documents("table", data.encode(), name=name)
    assert (first.id, first.client_key, first.title, first.text) == ("7", "7", "One", "First\nline")
    assert first.meta == {"file": name, "Section": "War"}
    assert second.text == "Text 🕊"


def test_a_table_names_the_line_of_what_is_wrong() -> None:
    data = b'text,title\n"a\nb",One\n,Empty\nx,y,z\nlast,Two\n'
    found = read("table", data)
    told = [(each.code, each.line) for each in found if isinstance(each, Diagnostic)]
    assert told == [("no_text", 4), ("broken_line", 5)]
    assert [each.text for each in found if isinstance(each, DocumentRecord)] == ["a\nb", "last"]


def test_a_column_can_be_named_and_must_be_there() -> None:
    (found,) = _documents("table", b"story,x\nText,1\n", text="story")
    assert found.text == "Text"
    assert codes_in(read("table", b"story,x\nText,1\n")) == ["no_text_column"]
    assert codes_in(read("table", b"story,x\nText,1\n", text="none")) == ["no_text_column"]
    assert codes_in(read("table", b"text\n\xff\n")) == ["not_utf8"]


def test_a_feed_gives_its_entries_and_tells_those_without_text() -> None:
    content = "".join(f"&lt;p&gt;{paragraph}&lt;/p&gt;" for paragraph in PARAGRAPHS)
    found = read("feed", _feed(content))
    (entry,) = [each for each in found if isinstance(each, DocumentRecord)]
    assert entry.text == "\n".join(PARAGRAPHS)
    assert (entry.title, entry.published) == ("City taken", "2019-10-14T08:00:00Z")
    assert entry.source_url == "https://example.org/news/17"
    assert entry.meta["outlet"] == "The Example"
    assert codes_in(found) == ["no_text"]


def test_a_feed_with_entities_of_its_own_is_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaa">]><rss><channel><item>&a;</item></channel></rss>'
    assert codes_in(read("feed", bomb)) == ["unreadable"]


@pytest.mark.parametrize("gzip", [False, True])
def test_a_web_archive_gives_its_pages(gzip: bool) -> None:
    data = _warc(
        ("https://example.org/news/17", "text/html; charset=utf-8", PAGE.encode(), "200 OK"),
        ("https://example.org/gone", "text/html", b"<html>gone</html>", "404 Not Found"),
        ("https://example.org/a.png", "image/png", b"\x89PNG", "200 OK"),
        gzip=gzip,
    )
    form = registry.guess(data[:1000], "crawl.warc.gz" if gzip else "crawl.warc")
    assert form is not None
    assert form.key == "warc"
    (found,) = _documents("warc", data)
    assert found.source_url == "https://example.org/news/17"
    assert found.meta["captured"] == "2019-10-15T00:00:00Z"
    assert PARAGRAPHS[0] in found.text


def test_a_web_archive_that_is_cut_off_keeps_what_came_before() -> None:
    data = _warc(("https://example.org/1", "text/html", PAGE.encode(), "200 OK"), gzip=True)
    found = read("warc", data + data[: len(data) // 2])
    assert sum(isinstance(each, DocumentRecord) for each in found) >= 1


def test_a_zip_gives_what_its_files_give() -> None:
    data = _zip(
        {
            "a/page.html": PAGE.encode(),
            "a/notes.txt": b"Siria, oggi.",
            "a/report.docx": _docx(_paragraph("In Word.")),
            "table.csv": b"id,text\n1,In a table\n",
            "__MACOSX/._page.html": b"\0",
            "picture.bin": b"\0\1\2\3",
            "inner.zip": _zip({"x.txt": b"x"}),
        }
    )
    form = registry.guess(data[:60_000], "all.zip")
    assert form is not None
    assert form.key == "archive"
    found = read("archive", data)
    files = {each.meta["file"] for each in found if isinstance(each, DocumentRecord)}
    assert files == {"a/page.html", "a/notes.txt", "a/report.docx", "table.csv"}
    assert {each.record for each in found if isinstance(each, Diagnostic)} == {"picture.bin", "inner.zip"}


@pytest.mark.parametrize(
    "files",
    [
        {"bomb.txt": b"0" * (8 << 20)},
        {"../outside.txt": b"text"},
        {"/etc/outside.txt": b"text"},
    ],
)
def test_a_zip_that_means_harm_is_refused_before_it_is_unpacked(files: Mapping[str, bytes]) -> None:
    assert codes_in(read("archive", _zip(files))) == ["unreadable"]


@pytest.mark.parametrize("key", ["html", "markdown", "docx", "pdf", "table", "feed", "warc", "archive"])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\0\0",
        b"PK\x03\x04" + b"\0" * 40,
        b"%PDF-1.7\n%%EOF",
        b"<" * 5_000,
        b"<div>" * 20_000,
        b"\xff\xfe<\0h\0",
        b"WARC/1.0\r\nContent-Length: 99999999999\r\n\r\nx",
        b'text\n"unclosed',
    ],
)
def test_nothing_makes_a_reader_fail(key: str, data: bytes) -> None:
    for found in read(key, data):
        if isinstance(found, DocumentRecord):
            check_clean(found.text)
        else:
            assert isinstance(found, Diagnostic)


def test_a_file_that_is_too_long_is_refused_before_it_is_read() -> None:
    assert codes_in(read("html", PAGE.encode(), size_limit=100)) == ["unreadable"]


def test_text_is_tidied_without_losing_a_visible_sign() -> None:
    assert tidied("a\u00adb \r\n\r\n\r\n\r\nc\x07\ufeff\n") == "ab\n\nc"
    assert tidied("x\u00a0y é e\u0301 🕊 שלום") == "x\u00a0y é e\u0301 🕊 שלום"


def test_markup_becomes_lines() -> None:
    assert text_of("<p>One<br>two</p><script>x()</script><ul><li>a<li>b</ul>tail") == "One\ntwo\na\nb\ntail"
