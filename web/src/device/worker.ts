/** The module worker that reads: loads the champion and the runtime when it is told to, and answers one question after another. */

import wasm from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";
import { TwinReader } from "../twins/reader";
import { champion } from "./champion";
import { type Fault, FaultError } from "./fault";
import type { Answer, Asked, Found } from "./questions";

/** The smallest module there is: whether WebAssembly may run here. */
const EMPTY_MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

let reader: { readonly name: string; readonly twin: TwinReader } | null = null;

addEventListener("message", ({ data }: MessageEvent<Asked>) => {
  void answerTo(data).then((answer) => postMessage(answer));
});

async function answerTo(asked: Asked): Promise<Answer> {
  try {
    return { id: asked.id, found: await found(asked) };
  } catch (error) {
    const fault: Fault = error instanceof FaultError ? error.fault : "failed";
    return { id: asked.id, fault, message: String(error) };
  }
}

async function found({ question }: Asked): Promise<Found> {
  switch (question.ask) {
    case "keep":
      return (await champion(question.base)).card.sha256;
    case "load":
      return load(question.base);
    case "digit":
      return ready().read(question.paths);
    case "number":
      return ready().readNumber(question.paths);
    case "explain":
      return ready().explain(question.paths);
    case "pin":
      return ready().readPin(question.inks, question.rule);
    case "wide_pin":
      return ready().readWidePin(question.paths, question.rule);
  }
}

function ready(): TwinReader {
  if (!reader) throw new FaultError("failed", "Expected a model to be loaded first. Received a question.");
  return reader.twin;
}

/** Have the champion read from now on. Loads nothing where it does already. */
async function load(base: string): Promise<string> {
  await WebAssembly.compile(EMPTY_MODULE).catch((error: unknown) => {
    throw new FaultError("policy", String(error));
  });
  const { card, onnx } = await champion(base);
  if (reader?.name === card.sha256) return reader.name;
  const { modelOf } = await import("./session").catch(missing);
  const bytes = await fetch(wasm).catch(missing);
  if (!bytes.ok) missing(bytes.status);
  const model = await modelOf(onnx, new Uint8Array(await bytes.arrayBuffer().catch(missing)));
  reader = { name: card.sha256, twin: new TwinReader(model, card.thresholds, card.sha256) };
  return reader.name;
}

function missing(reason: unknown): never {
  throw new FaultError("unreachable", `Expected the runtime. Received: ${String(reason)}.`);
}
