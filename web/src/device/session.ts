/** The thin edge to ONNX Runtime: an ONNX file becomes a `Model`. None of its names appear anywhere else. */

import { env, InferenceSession, Tensor } from "onnxruntime-web/wasm";
import { PREPARE } from "../twins/constants";
import type { Model } from "../twins/reader";

/** How many probabilities a model gives for a glyph; one from elsewhere may know no "no digit". */
const WIDTHS = new Set([10, 11]);
/** The model that ships with a server on no more rows at once: memory stays small, however many pieces an ink has. */
const BATCH = 64;

/** Load and warm a model. `wasm` is where the runtime's own file lies, or its bytes. Rejects where either will not do. */
export async function modelOf(onnx: Uint8Array, wasm: string | Uint8Array): Promise<Model> {
  env.wasm.numThreads = 1; // more would start from a file that bundling has done away with, and hang; one takes 0.5 ms
  if (typeof wasm === "string") env.wasm.wasmPaths = { wasm };
  else env.wasm.wasmBinary = wasm;
  const session = await InferenceSession.create(onnx, { executionProviders: ["wasm"], logSeverityLevel: 3 });
  const model: Model = (glyphs, count) => inBatches(session, glyphs, count);
  const [row] = await model(new Float32Array(PREPARE.SIDE_PX ** 2).fill(0.5), 1);
  if (!row || !WIDTHS.has(row.length)) throw new Error(`Expected 10 or 11 probabilities. Received ${row?.length}.`);
  return model;
}

async function inBatches(session: InferenceSession, glyphs: Float32Array, count: number): Promise<number[][]> {
  const size = PREPARE.SIDE_PX ** 2;
  const rows: number[][] = [];
  for (let start = 0; start < count; start += BATCH) {
    rows.push(...(await run(session, glyphs.slice(start * size, (start + BATCH) * size), Math.min(BATCH, count - start))));
  }
  return rows;
}

async function run(session: InferenceSession, glyphs: Float32Array, count: number): Promise<number[][]> {
  const [input = "", output = ""] = [session.inputNames[0], session.outputNames[0]];
  const found = await session.run({ [input]: new Tensor("float32", glyphs, [count, PREPARE.SIDE_PX, PREPARE.SIDE_PX, 1]) });
  const data = found[output]?.data as Float32Array;
  const width = data.length / count;
  return Array.from({ length: count }, (_, place) => [...data.subarray(place * width, (place + 1) * width)]);
}
