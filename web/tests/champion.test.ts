import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CACHE, champion } from "../src/device/champion";
import { FaultError } from "../src/device/fault";
import { sha256 } from "../src/device/sha256";

const BASE = "http://sutja.test/page/";
const OLD = new TextEncoder().encode("the model of yesterday");
const NEW = new TextEncoder().encode("the model of today");

const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const cardOf = (bytes: Uint8Array, part = {}) => ({
  sha256: hashOf(bytes),
  prepare: 2,
  thresholds: { unsure_below: 0.9, no_digit_from: 0.8, temperature: 1 },
  ...part,
});

/** A store that holds what it is given, in order; `room` is how many entries it takes. */
class Shelf {
  readonly held = new Map<string, Uint8Array>();
  room = Infinity;

  readonly match = async (name: string): Promise<Response | undefined> => {
    const bytes = this.held.get(name);
    return bytes && new Response(bytes.slice());
  };

  readonly put = async (name: string, response: Response): Promise<void> => {
    if (this.held.size >= this.room) throw new DOMException("full", "QuotaExceededError");
    this.held.set(name, new Uint8Array(await response.arrayBuffer()));
  };

  readonly keys = async () => [...this.held.keys()].map((url) => ({ url }));
  readonly delete = async ({ url }: { url: string }): Promise<boolean> => this.held.delete(url);
}

/** What the server gives: a card and a model, which may be another's; null where it is out of reach. */
let served: { card: unknown; model: Uint8Array | null } | null;
let shelf: Shelf;
let asked: string[];

function serve(bytes: Uint8Array): void {
  served = { card: cardOf(bytes), model: bytes };
}

beforeEach(() => {
  [shelf, asked] = [new Shelf(), []];
  vi.stubGlobal("caches", { open: async (name: string) => (name === CACHE ? shelf : undefined) });
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(url.slice(BASE.length));
    if (!served || (url.endsWith("model") && !served.model)) throw new TypeError("Failed to fetch");
    return url.endsWith("card") ? Response.json(served.card) : new Response(served.model?.slice());
  });
  serve(OLD);
});
afterEach(() => void vi.unstubAllGlobals());

const faultOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "none",
    (error: unknown) => (error instanceof FaultError ? error.fault : String(error)),
  );

describe("sha256", () => {
  it.each([0, 1, 55, 56, 63, 64, 65, 119, 1_000, 300_001])("is that of everyone else, for %d bytes", (size) => {
    const bytes = Uint8Array.from({ length: size }, (_, place) => (place * 7_919) % 256);
    expect(sha256(bytes)).toBe(hashOf(bytes));
  });
});

describe("champion", () => {
  it("comes from the server, and is sent but once", async () => {
    expect((await champion(BASE)).onnx).toEqual(OLD);
    expect((await champion(BASE)).onnx).toEqual(OLD);
    expect(asked).toEqual(["model/card", "model", "model/card"]);
  });

  it("is the one that was kept where the server is gone", async () => {
    await champion(BASE);
    served = null;
    const { card, onnx } = await champion(BASE);
    expect([card, onnx]).toEqual([cardOf(OLD), OLD]);
  });

  it("is the newer one as soon as there is one, and the older is forgotten", async () => {
    await champion(BASE);
    serve(NEW);
    expect((await champion(BASE)).onnx).toEqual(NEW);
    expect(shelf.held.size).toBe(2);
    served = null;
    expect((await champion(BASE)).onnx).toEqual(NEW);
  });

  it("stays the older one, whole, where only the newer card arrives", async () => {
    await champion(BASE);
    served = { card: cardOf(NEW), model: null };
    const { card, onnx } = await champion(BASE);
    expect([card, onnx]).toEqual([cardOf(OLD), OLD]);
  });

  it("is asked for again where another was promoted between card and model, and then refused", async () => {
    served = { card: cardOf(OLD), model: NEW };
    expect(await faultOf(champion(BASE))).toBe("damaged");
    expect(asked).toEqual(["model/card", "model", "model/card", "model"]);
    expect(shelf.held.size).toBe(0);
  });

  it("is refused where half of it arrives", async () => {
    served = { card: cardOf(OLD), model: OLD.slice(0, 5) };
    expect(await faultOf(champion(BASE))).toBe("damaged");
  });

  it("is fetched again where what was kept is damaged", async () => {
    await champion(BASE);
    for (const [name, bytes] of shelf.held) if (name.includes("sha256=")) bytes[3] = 0;
    expect((await champion(BASE)).onnx).toEqual(OLD);
    served = null;
    for (const [name, bytes] of shelf.held) if (name.includes("sha256=")) bytes[3] = 0;
    expect(await faultOf(champion(BASE))).toBe("unreachable");
  });

  it.each([null, [], {}, "card", { sha256: 5 }, cardOf(OLD, { thresholds: null }), cardOf(OLD, { thresholds: { unsure_below: "0.9" } })])(
    "is refused with the card %j",
    async (card) => {
      served = { card, model: OLD };
      expect(await faultOf(champion(BASE))).toBe("damaged");
    },
  );

  it("is refused where it is for another version of prepare", async () => {
    served = { card: cardOf(OLD, { prepare: 3 }), model: OLD };
    expect(await faultOf(champion(BASE))).toBe("outdated");
  });

  it("reads all the same where there is no room, or no store at all", async () => {
    shelf.room = 1;
    expect((await champion(BASE)).onnx).toEqual(OLD);
    vi.stubGlobal("caches", undefined);
    expect((await champion(BASE)).onnx).toEqual(OLD);
    vi.stubGlobal("caches", { open: () => Promise.reject(new DOMException("forbidden", "SecurityError")) });
    expect((await champion(BASE)).onnx).toEqual(OLD);
    served = null;
    expect(await faultOf(champion(BASE))).toBe("unreachable");
  });
});
