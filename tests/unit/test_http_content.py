"""What bytes are, and which addresses are public."""

import gzip
import io
import ipaddress
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.http import Refused
from tasks.http.addresses import is_public
from tasks.http.content import HEAD_BYTES, KINDS, check_kind, media_type, quote


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


GOOD = [
    ("pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
    ("pdf", b"\n\njunk before %PDF-1.4"),
    ("csv", b"\xef\xbb\xbfEntity,Code,Year\nWorld,,2000\n"),
    ("csv", "Modèle,Année\nBERT,2018\n".encode("latin-1")),  # what is no UTF-8 is the reader's to report
    ("csv", b'"<b>","x"\n'),
    ("xml", b"<?xml version='1.0' encoding='UTF-8'?>\n<feed xmlns='http://www.w3.org/2005/Atom'>"),
    ("xml", b"\xef\xbb\xbf\n<OAI-PMH>"),
    ("xml", b"<feed><entry><title>An <html> tag in a title"),
    ("json", b' {"a": 1}'),
    ("json", b"[]"),
    ("gzip", gzip.compress(b"x")),
    ("zip", zipped(a=b"b")),
    ("zip", zipped()),
    ("parquet", b"PAR1\x15\x04"),
]
HTML = [
    b"<!DOCTYPE html><title>Oops</title>",
    b"\xef\xbb\xbf\n <HTML><head><title>Oops</title>",
    b'<?xml version="1.0"?>\n<!-- proxy -->\n<!DOCTYPE html PUBLIC "x"><html><title>Oops</title>',
    b"<head><title>\nOops</title> %PDF-",
]


@pytest.mark.parametrize(("kind", "head"), GOOD, ids=range(len(GOOD)))
def test_each_kind_is_known_by_its_first_bytes(kind, head):
    check_kind(head[:HEAD_BYTES], kind)


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_takes_what_is_plainly_another(kind):
    for other, head in GOOD:
        if other != kind:
            with pytest.raises(Refused, match=f"what came is not {kind}"):
                check_kind(head, kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("page", HTML)
def test_no_kind_takes_a_page(kind, page):
    with pytest.raises(Refused, match=r"an HTML page came instead of .*“Oops”"):
        check_kind(page, kind)


@pytest.mark.parametrize(
    ("kind", "head"),
    [
        ("csv", b"Service unavailable"),
        ("csv", b'{"error": "rate, limited"}'),
        ("xml", b"Rate exceeded."),
        ("pdf", b"%PD"),
    ],
)
def test_errors_that_are_no_pages_are_refused_too(kind, head):
    with pytest.raises(Refused, match="not"):
        check_kind(head, kind)


@given(st.binary(max_size=2000), st.sampled_from(sorted(KINDS)))
def test_any_bytes_are_taken_or_refused_with_a_short_reason(head, kind):
    try:
        check_kind(head, kind)
    except Refused as refused:
        assert 10 < len(str(refused)) < 250 and "\n" not in str(refused)
    assert media_type(head) in (
        "application/x-empty",
        "application/pdf",
        "text/html",
        "text/plain",
        "application/octet-stream",
    )


def test_words_are_quoted_without_marks_and_bytes_in_hexadecimal():
    assert quote(b"<html><style>b {}</style><body>Too <b>many</b>\n requests <script>x()") == "“Too many requests”"
    feed = b"<feed><title>Query: a&amp;b</title><entry><summary>bad id &lt;z&gt;</summary></entry></feed>"
    assert quote(feed) == "“bad id <z>”"
    assert quote(b"PK\x03\x04\0\0") == "it starts with the bytes 50 4b 03 04 00 00"
    assert len(quote(json.dumps("x" * 5000).encode())) < 130


PRIVATE = [
    "10.0.0.0/8",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "0.0.0.0/8",
    "192.0.0.0/24",
    "192.88.99.0/24",
    "240.0.0.0/4",
]


@given(st.sampled_from(PRIVATE).flatmap(lambda n: st.ip_addresses(v=4, network=n)))
def test_no_spelling_of_a_private_address_is_public(ip):
    for prefix, shift in (("::ffff:0:0", 0), ("::", 0), ("64:ff9b::", 0), ("64:ff9b:1::", 0), ("2002::", 80)):
        inside = ipaddress.IPv6Address(int(ipaddress.IPv6Address(prefix)) | int(ip) << shift)
        assert not is_public(inside), inside
    assert not is_public(ip)


NOT_GIVEN_OUT = [
    "::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "2001:db8::/32",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fec0::/10",
]


@given(st.sampled_from(NOT_GIVEN_OUT).flatmap(lambda n: st.ip_addresses(v=6, network=n)))
def test_what_is_not_given_out_for_the_internet_is_not_public(ip):
    assert not is_public(ip)


@pytest.mark.parametrize("ip", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"])
def test_public_addresses_are_public(ip):
    assert is_public(ipaddress.ip_address(ip))
