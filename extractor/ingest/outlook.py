"""Mails that Outlook keeps in a file of its own (MSG)."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.errors import Reject
from extractor.ingest.mail import Attached, Mail, clean_name, parts_of, words_of
from extractor.ingest.reading import Part, Reading
from extractor.limits import Limits
from extractor.rulebook import Rulebook

#: properties of an attachment (MS-OXPROPS): the name under which HTML shows it, its name in 8.3 letters
_CONTENT_ID, _SHORT_NAME = 0x3712, 0x3704


def unpack(data: bytes, name: str, book: Rulebook, limits: Limits) -> Iterator[Part]:
    """As for other mails. Raises `Reject` (damaged, unpacks_too_large)."""
    yield from parts_of(_parse(data, limits), book, limits)


def read(data: bytes, name: str, book: Rulebook, limits: Limits) -> Iterator[Reading]:
    """The words of a mail none of whose attachments is a letter. Raises `Reject` (no_letter_inside)."""
    yield from words_of(_parse(data, limits), book, limits)


def _parse(data: bytes, limits: Limits) -> Mail:
    from oxmsg import Message

    try:
        message = Message.load(data)
        mail = Mail(" ".join(message.subject.split()))
        mail.text = (message.body or "").encode("utf-8", "replace")
        mail.html = (message.html_body or "").encode("utf-8", "replace")
        for n, attachment in enumerate(message.attachments, 1):
            if n > limits.files:
                raise Reject("unpacks_too_large", f"> {limits.files} tệp")
            properties = attachment.properties
            shown = attachment.file_name or properties.str_prop_value(_SHORT_NAME) or str(n)
            inline = bool(properties.str_prop_value(_CONTENT_ID))
            content, kind = attachment.file_bytes or b"", (attachment.mime_type or "").lower()
            mail.attached.append(Attached(clean_name(shown), kind, content, inline))
    except Reject:
        raise
    except Exception as e:  # the library raises whatever its parts raise on broken files
        raise Reject("damaged", f"{type(e).__name__}: {e}"[:100]) from None
    return mail
