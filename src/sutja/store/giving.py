"""Giving: how a gift becomes a sample, within a writer's transaction."""

import hashlib
import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from sqlalchemy import Connection, func, insert, select, update

from sutja.errors import ConflictError, QuotaError
from sutja.sample import PIN_SOURCE, VISITOR, Gift, SampleState, is_keyless
from sutja.store.doubles import bands_of, original_of, sha_of
from sutja.store.engine import Database
from sutja.store.rules import Rules
from sutja.store.seals import is_seal, seal
from sutja.store.tables import gifts, labels, samples, tallies

GIVER = "giver"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a giver gets: the token that deletes the sample, its id, whether it is new, and what it is a double of.

    `is_kept` is False where the key was that of a sample which is deleted since: it does not come back.
    """

    token: str = field(repr=False)
    sample: str
    is_new: bool
    double_of: str | None
    is_kept: bool = True


def give(database: Database, rules: Rules, connection: Connection, gift: Gift, *, is_counted: bool) -> Receipt:
    """Keep a gift. Raises `ConflictError` for a key that another gift had, and `QuotaError`."""
    content = _content_sha(gift)
    if gift.key is not None:
        before = _given(connection, gift, content)
        if before is not None:
            return _receipt_of(database, connection, before)
    now = database.clock().astimezone(UTC)
    if is_counted:
        _count(connection, gift.source, now.date(), rules)
    name = uuid.uuid4().hex
    double_of = original_of(connection, gift.glyph, gift.label)
    _insert(connection, name, gift, _moment(gift, now), rules, double_of)
    if gift.key is not None:
        kept = {"source": gift.source, "key_sha": _key_sha(gift), "content_sha": content, "sample": name, "at": now}
        connection.execute(insert(gifts).values(**kept))
    return Receipt(token(database.secret, name), name, is_new=True, double_of=double_of)


def token(secret: bytes, sample: str) -> str:
    """Return the receipt of a sample: nobody can make it who has not the secret."""
    return f"{sample}.{seal(secret, 'receipt', sample.encode())[:32]}"


def sample_of(secret: bytes, receipt: str) -> str | None:
    """Return the id of the sample that a receipt is for, or None where nobody was given such a receipt."""
    name, _, _ = receipt.partition(".")
    return name if is_seal(receipt, token(secret, name)) else None


def _given(connection: Connection, gift: Gift, content: str) -> str | None:
    """Return the sample that the same key gave before."""
    mine = (gifts.c.source == gift.source) & (gifts.c.key_sha == _key_sha(gift))
    row = connection.execute(select(gifts.c.sample, gifts.c.content_sha).where(mine)).one_or_none()
    if row is None:
        return None
    if row.content_sha != content:
        raise ConflictError("Expected a key to come with the sample that it came with before. Received another sample.")
    return str(row.sample)


def _receipt_of(database: Database, connection: Connection, name: str) -> Receipt:
    """Return the receipt of a sample that was given before, and may be deleted since."""
    kept = connection.execute(select(samples.c.double_of).where(samples.c.id == name)).one_or_none()
    double_of = kept.double_of if kept else None
    return Receipt(token(database.secret, name), name, is_new=False, double_of=double_of, is_kept=kept is not None)


def _count(connection: Connection, source: str, day: date, rules: Rules) -> None:
    """Count a gift. What was withdrawn meanwhile stays counted: else giving and withdrawing by turns had no end."""
    mine = (tallies.c.day == day) & (tallies.c.source == source)
    count = connection.execute(select(tallies.c.count).where(mine)).scalar() or 0
    if count >= rules.quota_source:
        raise QuotaError(f"Expected at most {rules.quota_source} samples a day from one source. Received more.")
    if is_keyless(source):
        are_keyless = (tallies.c.day == day) & tallies.c.source.startswith(VISITOR)
        together = connection.execute(select(func.sum(tallies.c.count)).where(are_keyless)).scalar() or 0
        if together >= rules.quota_keyless:
            raise QuotaError(f"Expected at most {rules.quota_keyless} samples a day without a key. Received more.")
    if count:
        connection.execute(update(tallies).where(mine).values(count=count + 1))
    else:
        connection.execute(insert(tallies).values(day=day, source=source, count=1))


def _moment(gift: Gift, now: datetime) -> datetime:
    """Return when it was given: of a PIN's digit no more than the day."""
    return datetime.combine(now.date(), time(), UTC) if gift.source == PIN_SOURCE else now


def _insert(
    connection: Connection, name: str, gift: Gift, moment: datetime, rules: Rules, double_of: str | None
) -> None:
    values = {
        "id": name,
        "source": gift.source,
        "consent": gift.consent,
        "created": moment,
        "day": moment.date(),
        "expires": rules.expiry(gift.source, moment, gift.expires),
        "state": SampleState.NEW,
        "label": gift.label,
        "read": gift.read,
        "confidence": gift.confidence,
        "bundle": gift.bundle,
        "glyph": gift.glyph.tobytes(),
        "glyph_sha": sha_of(gift.glyph),
        "ink": None if gift.ink is None else json.dumps(gift.ink.to_json()),
        "picture": gift.picture,
        "double_of": double_of,
    }
    values |= {f"band_{place}": band for place, band in enumerate(bands_of(gift.glyph))}
    connection.execute(insert(samples).values(**values))
    if gift.source != PIN_SOURCE:  # whose labels would lie in the order in which they came
        said = {"sample": name, "label": gift.label, "by": GIVER, "at": moment}
        connection.execute(insert(labels).values(**said))


def _key_sha(gift: Gift) -> str:
    return hashlib.sha256((gift.key or "").encode("utf-8", "surrogatepass")).hexdigest()


def _content_sha(gift: Gift) -> str:
    said = f"{gift.label} {gift.read} {gift.consent} ".encode("utf-8", "surrogatepass")
    return hashlib.sha256(said + gift.glyph.tobytes()).hexdigest()
