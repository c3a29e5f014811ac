/**
 * Inks in, readings out, as the server gives them: the twin of `src/sutja/reader.py` for strokes. Runs any model that it
 * is given, and does no I/O.
 */

import type { Explanation, Item, NumberReading, Reading } from "../client";
import { BUNDLE } from "./constants";
import { weighed } from "./explanation";
import { isDot, type Paths } from "./ink";
import { marks } from "./numbers";
import { decide, PIN_RULE, type PinAnswer, type PinRule } from "./pin";
import { base64Of, type Glyph, GLYPH_SIZE, prepare } from "./prepare";
import { latticeOf } from "./segment/strokes";
import { DIGITS, hintsOf, judged, type Row, tempered, type Thresholds, verdictOf } from "./verdict";

/** Glyphs, one after another, become as many rows of ten or eleven probabilities. */
export type Model = (glyphs: Float32Array, count: number) => Promise<readonly Row[]>;

export class TwinReader {
  /** `name` is the sha-256 of the model, as it stands in each answer. */
  constructor(
    private readonly model: Model,
    private readonly thresholds: Thresholds,
    private readonly name: string,
  ) {}

  /** Read one digit. */
  async read(paths: Paths): Promise<Reading> {
    const glyph = prepare(paths);
    const isEmpty = !glyph.some((ink) => ink > 0);
    const [row = []] = isEmpty ? [] : await this.probabilities([glyph]);
    const dot = isDot(paths);
    const digits = isEmpty ? Array<number>(DIGITS).fill(0) : row.slice(0, DIGITS);
    const verdict = isEmpty ? "empty" : dot ? "not_a_digit" : verdictOf(row, this.thresholds);
    return {
      ...judged(digits, verdict),
      probabilities: Object.fromEntries(digits.map((share, digit) => [String(digit), share])),
      hints: [...(dot ? (["dot"] as const) : []), ...hintsOf(glyph)],
      model: this.name,
      glyph: base64Of(glyph),
    };
  }

  /** Tell which ink decided what one digit was read as. */
  async explain(paths: Paths): Promise<Explanation> {
    const [glyph, { digit, verdict }] = [prepare(paths), await this.read(paths)];
    const found = await weighed(glyph, digit, (glyphs) => this.probabilities(glyphs));
    return { ...found, digit, verdict, glyph: base64Of(glyph), model: this.name };
  }

  /** Read any number of digits; with a `length` exactly so many. */
  async readNumber(paths: Paths, length: number | null = null): Promise<NumberReading> {
    const lattice = latticeOf(paths);
    const rows = await this.probabilities(lattice.pieces.map(({ drawing }) => prepare(drawing)));
    const items = marks(lattice, rows, this.thresholds, length).flatMap(({ place, probabilities, verdict }): Item[] => {
      const piece = lattice.pieces[place];
      return piece ? [{ ...judged(probabilities, verdict), box: piece.box }] : [];
    });
    return { digits: items.map(({ digit }) => digit ?? "").join(""), items, model: this.name };
  }

  /** Read a PIN of one ink for each digit. */
  async readPin(inks: readonly Paths[], rule: PinRule = PIN_RULE): Promise<PinAnswer> {
    const readings: Reading[] = [];
    for (const paths of inks) readings.push(await this.read(paths));
    return this.#decided(readings, rule);
  }

  /** Read a PIN of one ink that holds all digits: it has, uncounted, just so many marks. */
  async readWidePin(paths: Paths, rule: PinRule = PIN_RULE): Promise<PinAnswer> {
    const { items: seen } = await this.readNumber(paths);
    const { items: counted } = await this.readNumber(paths, rule.length);
    const isWhole = seen.length === rule.length && counted.length === rule.length;
    const readings = seen.map((mark, place) => (mark.digit === null ? mark : (counted[place] ?? mark)));
    return this.#decided(isWhole ? readings : [], rule);
  }

  /** Of a model for which no thresholds were fitted no digit is ever sure. */
  #decided(readings: readonly Pick<Reading, "digit" | "confidence">[], rule: PinRule): PinAnswer {
    const doesAccept = this.thresholds.unsure_below < BUNDLE.NOTHING;
    return decide(readings, doesAccept ? rule : { ...rule, sureFrom: BUNDLE.NOTHING });
  }

  /** Eleven probabilities of each glyph, at the temperature of the model's card. */
  async probabilities(glyphs: readonly Glyph[]): Promise<Row[]> {
    if (glyphs.length === 0) return [];
    const joined = new Float32Array(glyphs.length * GLYPH_SIZE);
    for (const [place, glyph] of glyphs.entries()) joined.set(glyph, place * GLYPH_SIZE);
    const rows = await this.model(joined, glyphs.length);
    return rows.map((row) => tempered(row, this.thresholds.temperature));
  }
}
