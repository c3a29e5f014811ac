/** What the Python side makes of the shared inks, asked of it at each run, so that it is never out of date. */

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { Item, Reading } from "../src/client";
import type { PinAnswer } from "../src/twins/pin";
import type { Thresholds } from "../src/twins/verdict";

export type Wire = number[][][];

export interface Inks {
  readonly digits: readonly Wire[];
  readonly numbers: readonly Wire[];
  readonly pins: readonly (readonly Wire[])[];
}

export interface Answers {
  readonly card: { readonly sha256: string; readonly thresholds: Thresholds };
  /** `glyph` is base64 of 784 float32; `probabilities` are ten. */
  /** Of every 25th ink of one digit. */
  readonly explanations: readonly { readonly share: number; readonly least: number; readonly weights: number[][] }[];
  readonly digits: readonly (Omit<Reading, "probabilities" | "glyph"> & { readonly glyph: string; readonly probabilities: number[] })[];
  readonly numbers: readonly {
    readonly pieces: number[][];
    readonly priors: number[];
    readonly readings: readonly { readonly length: number | null; readonly digits: string; readonly items: Item[] }[];
  }[];
  /** Of the four inks of each PIN, and of each number as a PIN in one ink. */
  readonly pins: readonly PinAnswer[];
  readonly wide_pins: readonly PinAnswer[];
  readonly verdicts: { readonly thresholds: Thresholds; readonly rows: number[][]; readonly tempered: number[][]; readonly verdicts: string[] };
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PYTHONS = [process.env["PYTHON"], `${ROOT}.venv/bin/python`, `${ROOT}.venv/Scripts/python.exe`];
const WASM = new URL("../node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm", import.meta.url);

export const inks: Inks = JSON.parse(readFileSync(`${ROOT}tests/fixtures/twins/inks.json`, "utf8"));

/** The bytes of the model that ships, and of the runtime. */
export const shipped = (): Uint8Array => readFileSync(`${ROOT}src/sutja/shipped/model.onnx`);
export const runtime = (): Uint8Array => readFileSync(WASM);

/** Ask the Python for its answers. Throws where there is none with sutja: `make web` makes one. */
export function answers(): Answers {
  const python = PYTHONS.find((path) => path && existsSync(path));
  if (!python) throw new Error("Expected the Python that `make web` installs, or PYTHON to name one. Found none.");
  const asked = spawnSync(python, [`${ROOT}tools/fixtures.py`, "answers"], { encoding: "utf8", maxBuffer: 2 ** 28 });
  if (asked.status !== 0) throw new Error(`Expected tools/fixtures.py to answer. Received: ${asked.stderr}`);
  return JSON.parse(asked.stdout);
}
