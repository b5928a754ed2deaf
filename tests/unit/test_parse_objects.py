"""Files of which an object is damaged or missing, and those that only look so."""

import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from schemas.codes import Coded
from schemas.codes.parsing import ParseNote
from tasks.parse.objects import object_notes

_COMPRESSED = zlib.compress(b"BT /F1 12 Tf 72 700 Td (Top-1 accuracy 76.3) Tj ET\n" * 40)


def _stream(pdf: Pdf, content: bytes = _COMPRESSED, **entries: object) -> pikepdf.Object:
    return pdf.make_indirect(Stream(pdf, content, Filter=Name.FlateDecode, **entries))


def _three_pages(path: Path, change: Callable[[Pdf], None]) -> list[Coded[ParseNote]]:
    """What is noted of a document of three pages, the second of them changed."""
    with Pdf.new() as pdf:
        for _ in range(3):
            pdf.add_blank_page().obj.Contents = _stream(pdf)
        change(pdf)
        pdf.save(path, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return object_notes(path)


def _contents(content: bytes) -> Callable[[Pdf], None]:
    def change(pdf: Pdf) -> None:
        pdf.pages[1].obj.Contents = _stream(pdf, content)

    return change


def _resource(kind: str, make: Callable[[Pdf], pikepdf.Object]) -> Callable[[Pdf], None]:
    def change(pdf: Pdf) -> None:
        pdf.pages[1].obj.Resources = Dictionary({kind: Dictionary(X=make(pdf))})

    return change


def _form_in_form(pdf: Pdf) -> pikepdf.Object:
    inner = _stream(pdf, _COMPRESSED[:-9], Subtype=Name.Form)
    return _stream(pdf, Subtype=Name.Form, Resources=Dictionary(XObject=Dictionary(Y=inner)))


def _letters(pdf: Pdf) -> pikepdf.Object:
    return pdf.make_indirect(Dictionary(Type=Name.Font, ToUnicode=_stream(pdf, _COMPRESSED[:-9])))


def _flipped(content: bytes) -> bytes:
    return content[:30] + bytes([content[30] ^ 4]) + content[31:]


@pytest.mark.parametrize(
    "change",
    [
        _contents(_COMPRESSED[:-9]),
        _contents(_flipped(_COMPRESSED)),
        _contents(bytes(100)),
        _resource("/XObject", _form_in_form),
        _resource("/Font", _letters),
        _resource("/Font", lambda pdf: Array([_letters(pdf)])),
    ],
    ids=["cut", "a bit flipped", "zeroed", "a form within a form", "letters of a font", "in an array"],
)
def test_a_page_painted_with_a_damaged_stream_is_told(change: Callable[[Pdf], None], tmp_path: Path) -> None:
    assert _three_pages(tmp_path / "x.pdf", change) == [Coded.of(ParseNote.STREAMS_DAMAGED, pages="2")]


@pytest.mark.parametrize(
    "change",
    [
        lambda pdf: None,
        _contents(b""),
        _contents(_COMPRESSED + b"\r\n"),
        _resource("/XObject", lambda pdf: _stream(pdf, _COMPRESSED[:-9], Subtype=Name.Image)),
        lambda pdf: pdf.Root.__setitem__("/Metadata", _stream(pdf, _COMPRESSED[:-9], Subtype=Name.XML)),
    ],
    ids=["whole", "an empty page", "bytes after the end", "a picture", "what is said of the file"],
)
def test_what_paints_no_text_is_no_damage(change: Callable[[Pdf], None], tmp_path: Path) -> None:
    assert _three_pages(tmp_path / "x.pdf", change) == []


def test_an_object_that_is_named_and_not_there_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    assert _three_pages(path, _resource("/Font", lambda pdf: pdf.make_indirect(Dictionary(Type=Name.Font)))) == []
    content = path.read_bytes()
    number = content.split(b"/X ")[1].split()[0]
    path.write_bytes(content.replace(b"\n%s 0 obj" % number, b"\n%s 0 xxx" % number))
    assert object_notes(path) == [Coded.of(ParseNote.OBJECTS_MISSING, objects=1)]


def test_an_object_that_is_declared_empty_is_not_missing(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    _three_pages(path, _resource("/Font", lambda pdf: pdf.make_indirect(Dictionary(A=1111111))))
    content = path.read_bytes()
    dictionary = content[content.index(b"<<", content.index(b"1111111") - 20) :].split(b">>")[0] + b">>"
    path.write_bytes(content.replace(dictionary, b"null".ljust(len(dictionary))))
    assert object_notes(path) == []


def test_a_file_that_only_the_viewer_can_repair_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    _three_pages(path, lambda pdf: None)
    path.write_bytes(path.read_bytes()[:150])
    [note] = object_notes(path)
    assert note.code is ParseNote.OBJECTS_UNREADABLE
    assert str(tmp_path) not in str(note.parameters)


def test_a_locked_but_readable_file_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    _three_pages(path, lambda pdf: None)
    with pikepdf.open(path) as pdf:
        pdf.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(owner="secret", user=""))
    assert object_notes(tmp_path / "locked.pdf") == []
