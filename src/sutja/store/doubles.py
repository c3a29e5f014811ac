"""Doubles: which sample repeats another, byte for byte or nearly, so that the two count once.

A near double is looked for among samples of the same label by a perceptual hash of 64 bits, the signs of the lowest
frequencies of the glyph, of which 16 in a row have to be equal, which an index finds; then the glyphs themselves are
compared. The hash alone would not do: of the digits of MNIST's training part 27 to 72 % have another of their class
within 3 bits, while no two glyphs of 9,000 are less than 9.5 grey levels apart, and noise, a stray dot or a JPEG of
one stays below 9.
"""

import hashlib

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, or_, select, update

from sutja.sample import GlyphBytes, Label
from sutja.store.tables import samples

NEAR_RMS = 9.0  # grey levels of 255, over all pixels
LOOKED_AT = 50  # glyphs that are compared, of those with the nearest hashes
BANDS = (samples.c.band_0, samples.c.band_1, samples.c.band_2, samples.c.band_3)

_WAVES: NDArray[np.float64] = np.cos(np.pi * (2 * np.arange(28) + 1)[None] * np.arange(8)[:, None] / 56)  # (8, 28)


def sha_of(glyph: GlyphBytes) -> str:
    """Return the SHA-256 of a glyph."""
    return hashlib.sha256(glyph.tobytes()).hexdigest()


def bands_of(glyph: GlyphBytes) -> tuple[int, ...]:
    """Return the perceptual hash of a glyph: 64 bits, as four numbers of 16."""
    spectrum = _WAVES @ glyph.astype(np.float64) @ _WAVES.T  # the 8 x 8 lowest of a discrete cosine transform
    bits = np.packbits((spectrum > np.median(spectrum)).reshape(-1))
    return tuple(bits.view(">u2").tolist())


def original_of(connection: Connection, glyph: GlyphBytes, label: Label, besides: str = "") -> str | None:
    """Return the id of the sample, itself no double, that a glyph with that label repeats, or None."""
    is_labelled = samples.c.label.is_(None) if label is None else samples.c.label == label
    may_be = is_labelled & samples.c.double_of.is_(None) & (samples.c.id != besides)
    exact = select(samples.c.id).where(may_be, samples.c.glyph_sha == sha_of(glyph)).limit(1)
    found: str | None = connection.execute(exact).scalar()
    return found or _near(connection, glyph, may_be)


def elect(connection: Connection, original: str) -> None:
    """Let the first double of a sample, which goes, stand in for it, with what became of it; and others double that."""
    columns = (samples.c.id, samples.c.cycle)
    wanted = select(*columns).where(samples.c.double_of == original).order_by(samples.c.created, samples.c.id)
    heirs = connection.execute(wanted).all()
    if not heirs:
        return
    gone = connection.execute(select(samples.c.state, samples.c.cycle).where(samples.c.id == original)).one()
    heir = heirs[0]
    stands = {"double_of": None, "state": gone.state, "cycle": heir.cycle or gone.cycle}
    connection.execute(update(samples).where(samples.c.id == heir.id).values(**stands))
    connection.execute(update(samples).where(samples.c.double_of == original).values(double_of=heir.id))


def _near(connection: Connection, glyph: GlyphBytes, may_be: ColumnElement[bool]) -> str | None:
    bands = bands_of(glyph)
    shares = or_(*(column == band for column, band in zip(BANDS, bands, strict=True)))
    rows = connection.execute(select(samples.c.id, *BANDS).where(may_be, shares)).all()
    if not rows:
        return None
    apart = np.array([row[1:] for row in rows], np.uint16) ^ np.array(bands, np.uint16)
    distances = np.unpackbits(apart.view(np.uint8), axis=1).sum(1)
    nearest = [rows[place].id for place in np.argsort(distances, kind="stable")[:LOOKED_AT]]
    glyphs = select(samples.c.id, samples.c.glyph).where(samples.c.id.in_(nearest))
    for row in connection.execute(glyphs):
        apart_by = np.frombuffer(row.glyph, np.uint8).astype(np.float64) - glyph.reshape(-1)
        if np.sqrt(np.mean(apart_by**2)) < NEAR_RMS:
            return str(row.id)
    return None
