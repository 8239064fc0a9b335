"""Who signed a PDF file, and what that says of the letter."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pypdfium2
from asn1crypto import algos, cms, keys, x509

from extractor.ingest.signatures import Signature, evidence, signatures
from extractor.rulebook import Rulebook

_ALGORITHM = {"algorithm": "sha256_rsa"}


def contents(name: str, body: str, place: str) -> bytes:
    """A signature in CMS with a certificate of this name; nothing in it is signed."""
    subject = x509.Name.build(
        {"country_name": "VN", "organization_name": body, "locality_name": place, "common_name": name}
    )
    key = keys.PublicKeyInfo.wrap(keys.RSAPublicKey({"modulus": 3233, "public_exponent": 17}), "rsa")
    day = x509.Time({"utc_time": datetime(2023, 1, 1, tzinfo=UTC)})
    certificate = x509.Certificate(
        {
            "tbs_certificate": {
                "version": "v3", "serial_number": 7, "signature": _ALGORITHM, "issuer": subject,
                "validity": {"not_before": day, "not_after": day}, "subject": subject,
                "subject_public_key_info": key,
            },
            "signature_algorithm": _ALGORITHM,
            "signature_value": b"none",
        }
    )  # fmt: skip
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": {"issuer_and_serial_number": {"issuer": subject, "serial_number": 7}},
            "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
            "signature_algorithm": _ALGORITHM,
            "signature": b"none",
        }
    )
    signed = cms.SignedData(
        {
            "version": "v1", "digest_algorithms": [], "encap_content_info": {"content_type": "data"},
            "certificates": [certificate], "signer_infos": [signer],
        }
    )  # fmt: skip
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())


def signed_pdf(*found: tuple[bytes, str]) -> bytes:
    """A blank page with signatures: what each holds and when it was made."""
    fields = b" ".join(b"%d 0 R" % (10 + 2 * n) for n in range(len(found)))
    out = [
        b"%PDF-1.7",
        b"1 0 obj <</Type /Catalog /Pages 2 0 R /AcroForm <</SigFlags 3 /Fields ["
        + fields
        + b"]>> >> endobj",
        b"2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj",
        b"3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>> endobj",
    ]
    for n, (held, time) in enumerate(found):
        out.append(b"%d 0 obj <</FT /Sig /T (s%d) /V %d 0 R>> endobj" % (10 + 2 * n, n, 11 + 2 * n))
        out.append(
            b"%d 0 obj <</Type /Sig /SubFilter /adbe.pkcs7.detached /M (%b) /Contents <%b>>> endobj"
            % (11 + 2 * n, time.encode(), held.hex().encode())
        )
    return b"\n".join([*out, b"trailer <</Root 1 0 R>>", b"%%EOF"])


def test_name_body_place_and_day_are_read() -> None:
    held = contents("Ủy ban nhân dân tỉnh Bến Lâm", "Tỉnh Bến Lâm", "Bến Lâm")
    pdf = pypdfium2.PdfDocument(signed_pdf((held, "D:20240305101500+07'00'"), (b"no CMS", "D:99")))
    assert signatures(pdf) == [
        Signature("Ủy ban nhân dân tỉnh Bến Lâm", "Tỉnh Bến Lâm", "Bến Lâm", date(2024, 3, 5))
    ]


def test_a_signature_cut_anywhere_is_passed_over() -> None:
    held = contents("Trần Văn Ổn", "Sở Y tế", "Huế")
    for stop in range(0, len(held), 9):
        pdf = pypdfium2.PdfDocument(signed_pdf((held[:stop], "D:20240305")))
        assert len(signatures(pdf)) <= 1


OFFICE = Signature("Ủy ban nhân dân tỉnh Kon Tum", "Tỉnh Kon Tum", "Kon Tum", date(2024, 3, 5))
PERSON = Signature("Trần Văn Ổn", "Ủy ban nhân dân tỉnh Kon Tum", "Kon Tum", date(2024, 3, 5))
PUBLISHER = Signature("Trung tâm Công báo", "Ủy ban nhân dân tỉnh Kon Tum", "Kon Tum", date(2024, 3, 6))


def test_a_file_that_was_never_paper_tells_issuer_signer_and_day(book: Rulebook) -> None:
    found = {e.field: e.value for e in evidence([PERSON, OFFICE, OFFICE, PUBLISHER], False, book)}
    assert found == {"issuer": OFFICE.name, "signer": {"name": PERSON.name}, "issued_on": "2024-03-05"}


def test_a_scan_is_not_dated_by_its_signature(book: Rulebook) -> None:
    assert {e.field for e in evidence([PERSON, OFFICE], True, book)} == {"issuer"}


def test_who_publishes_is_no_issuer(book: Rulebook) -> None:
    assert evidence([PUBLISHER], False, book) == []


def test_two_bodies_or_two_people_leave_it_open(book: Rulebook) -> None:
    other = Signature("Sở Y tế tỉnh Kon Tum", "", "Kon Tum", None)
    second = Signature("Lê Thị Bé", "", "Kon Tum", date(2024, 3, 5))
    assert evidence([OFFICE, other], False, book) == []
    assert {e.field for e in evidence([PERSON, second, OFFICE], False, book)} == {"issuer"}


def test_a_body_without_its_place_is_not_taken(book: Rulebook) -> None:
    assert evidence([Signature("Sở Y tế", "Tỉnh Kon Tum", "Kon Tum", None)], False, book) == []
