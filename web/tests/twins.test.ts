import { describe, expect, it } from "vitest";
import { modelOf } from "../src/device/session";
import { pathsOf } from "../src/twins/ink";
import { decide, PIN_RULE } from "../src/twins/pin";
import { prepare } from "../src/twins/prepare";
import { type Model, TwinReader } from "../src/twins/reader";
import { latticeOf } from "../src/twins/segment/strokes";
import { judged, tempered, verdictOf } from "../src/twins/verdict";
import { answers, inks, runtime, shipped } from "./python";

const GLYPH_TOLERANCE = 1 / 255;
const TOLERANCE = 1e-4;
/** In units of the ink: boxes are sums and differences of its coordinates. */
const BOX_TOLERANCE = 1e-6;

const python = answers();
const { sha256, thresholds } = python.card;
const reader = new TwinReader(remembering(await modelOf(shipped(), runtime())), thresholds, sha256);

/** The same model, which need not run twice on the same glyphs: each number is read in several ways. */
function remembering(model: Model): Model {
  const known = new Map<string, ReturnType<Model>>();
  return (glyphs, count) => {
    const key = Buffer.from(glyphs.buffer).toString("latin1");
    const rows = known.get(key) ?? model(glyphs, count);
    known.set(key, rows);
    return rows;
  };
}

function farthest(some: ArrayLike<number>, others: ArrayLike<number>): number {
  expect(some.length).toBe(others.length);
  return Array.from(some).reduce((most, value, place) => Math.max(most, Math.abs(value - (others[place] ?? NaN))), 0);
}

function floatsOf(base64: string): Float32Array {
  return new Float32Array(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer);
}

/** An answer but for its numbers, which may differ by little. */
const namesOf = ({ digit, verdict, alternatives }: Parameters<typeof confidencesOf>[0] & { digit: number | null; verdict: string }) => ({
  digit,
  verdict,
  alternatives: alternatives.map((other) => other.digit),
});

function confidencesOf({ confidence, alternatives }: { confidence: number; alternatives: readonly { digit: number; probability: number }[] }): number[] {
  return [confidence, ...alternatives.map(({ probability }) => probability)];
}

// Two languages read some hundred inks: a while, where the machine has other things to do.
describe("the twins", { timeout: 300_000 }, () => {
  it("are held by at least 300 inks of one digit, each kind of verdict among the answers", () => {
    expect(inks.digits.length).toBeGreaterThanOrEqual(300);
    expect(python.digits).toHaveLength(inks.digits.length);
    expect(new Set(python.digits.map(({ verdict }) => verdict))).toEqual(new Set(["digit", "unsure", "not_a_digit", "empty"]));
    expect(new Set(python.digits.flatMap(({ hints }) => hints))).toEqual(new Set(["dot", "two_shapes"]));
  });

  it("see the same glyphs", () => {
    const differences = inks.digits.map((ink, place) => farthest(prepare(pathsOf(ink)), floatsOf(python.digits[place]?.glyph ?? "")));
    expect(Math.max(...differences)).toBeLessThanOrEqual(GLYPH_TOLERANCE);
  });

  it("make the same verdicts of the same probabilities", () => {
    const { rows, thresholds: others, tempered: wanted, verdicts } = python.verdicts;
    const found = rows.map((row) => tempered(row, others.temperature));
    expect(Math.max(...found.map((row, place) => farthest(row, wanted[place] ?? [])))).toBeLessThan(1e-6);
    expect(found.map((row) => verdictOf(row, others))).toEqual(verdicts);
    expect(new Set(verdicts).size).toBe(3);
  });

  it("explain alike", async () => {
    expect(python.explanations.length).toBeGreaterThan(10);
    for (const [place, { share, least, weights }] of python.explanations.entries()) {
      const found = await reader.explain(pathsOf(inks.digits[25 * place] ?? []));
      expect(farthest([found.share, found.least], [share, least]), `ink ${25 * place}`).toBeLessThan(TOLERANCE);
      expect(farthest(found.weights.flat(), weights.flat()), `ink ${25 * place}`).toBeLessThan(TOLERANCE);
    }
  });

  it("read each ink alike", async () => {
    for (const [place, ink] of inks.digits.entries()) {
      const [found, wanted] = [await reader.read(pathsOf(ink)), python.digits[place]];
      if (!wanted) throw new Error("Expected an answer for each ink.");
      expect({ ...namesOf(found), hints: found.hints }, `ink ${place}`).toEqual({ ...namesOf(wanted), hints: wanted.hints });
      expect(farthest(confidencesOf(found), confidencesOf(wanted)), `ink ${place}`).toBeLessThan(TOLERANCE);
      expect(farthest(Object.values(found.probabilities), wanted.probabilities), `ink ${place}`).toBeLessThan(TOLERANCE);
      expect(found.model).toBe(sha256);
    }
  });

  it("cut ink into the same pieces", () => {
    for (const [place, ink] of inks.numbers.entries()) {
      const { pieces } = latticeOf(pathsOf(ink));
      expect(pieces.map(({ places }) => places), `ink ${place}`).toEqual(python.numbers[place]?.pieces);
      expect(farthest(pieces.map(({ prior }) => prior), python.numbers[place]?.priors ?? []), `ink ${place}`).toBeLessThan(1e-9);
    }
  });

  it("read the same numbers, of any length and of a given one, in the same boxes", async () => {
    for (const [place, ink] of inks.numbers.entries()) {
      for (const wanted of python.numbers[place]?.readings ?? []) {
        const found = await reader.readNumber(pathsOf(ink), wanted.length);
        const what = `ink ${place} of length ${wanted.length}`;
        expect(found.digits, what).toBe(wanted.digits);
        expect(found.items.map(namesOf), what).toEqual(wanted.items.map(namesOf));
        const boxes = [found, wanted].map(({ items }) => items.flatMap(({ box }) => [box.left, box.top, box.width, box.height]));
        expect(farthest(boxes[0] ?? [], boxes[1] ?? []), what).toBeLessThan(BOX_TOLERANCE);
        expect(farthest(found.items.flatMap(confidencesOf), wanted.items.flatMap(confidencesOf)), what).toBeLessThan(TOLERANCE);
      }
    }
  });
});

describe("a PIN", { timeout: 300_000 }, () => {
  it("is accepted, or asked again at the same places, as by the Python", async () => {
    const found = [];
    for (const four of inks.pins) found.push(await reader.readPin(four.map(pathsOf)));
    expect(found).toEqual(python.pins);
    const asked = found.map((answer) => ("pin" in answer ? 0 : answer.rewrite.length));
    expect(new Set(asked).size, "some are accepted, some are to be written again in part").toBeGreaterThan(2);
  });

  it("in one ink is what the Python makes of it", async () => {
    const found = [];
    for (const ink of inks.numbers) found.push(await reader.readWidePin(pathsOf(ink)));
    expect(found).toEqual(python.wide_pins);
    expect(found.some((answer) => "pin" in answer)).toBe(true);
  });

  it("is never accepted by a model without thresholds", async () => {
    const bare = new TwinReader(async (_, count) => Array.from({ length: count }, () => [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), { ...thresholds, unsure_below: 1.01 }, "");
    const zero = pathsOf([[[0, 0], [5, 9]]]);
    expect(await bare.readPin([zero, zero, zero, zero])).toEqual({ rewrite: [0, 1, 2, 3] });
  });
});

describe("decide", () => {
  const sure = { digit: 7, confidence: 0.99 };

  it("asks for all places where the count is wrong", () => {
    expect(decide([sure, sure, sure], PIN_RULE)).toEqual({ rewrite: [0, 1, 2, 3] });
    expect(decide([sure, sure, sure, sure, sure], PIN_RULE)).toEqual({ rewrite: [0, 1, 2, 3] });
  });

  it("asks for the fewest places, and of equals keeps the first", () => {
    expect(decide([sure, { digit: 1, confidence: 0.6 }, sure, { digit: null, confidence: 1 }], PIN_RULE)).toEqual({ rewrite: [1, 3] });
    const equal = { digit: 7, confidence: 0.96 };
    expect(decide([equal, equal, equal, equal], PIN_RULE)).toEqual({ rewrite: [2, 3] });
    expect(decide([sure, sure, sure, sure], PIN_RULE)).toEqual({ pin: "7777" });
  });
});

describe("judged", () => {
  it("names no digit where the verdict is none", () => {
    expect(judged([0.2, 0.3, 0.5], "not_a_digit")).toEqual({ digit: null, confidence: 0.5, verdict: "not_a_digit", alternatives: [] });
  });

  it("names of equals the lower digit first, and at most three others that are worth it", () => {
    const { digit, alternatives } = judged([0.3, 0.3, 0.2, 0.1, 0.091, 0.009], "unsure");
    expect([digit, ...alternatives.map((other) => other.digit)]).toEqual([0, 1, 2, 3]);
    expect(judged([0.991, 0.009], "digit").alternatives).toEqual([]);
  });
});
