import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { START, type View } from "../src/desk";
import { CONSENT_VERSION } from "../src/giving/consent";
import { Giver, type Offer } from "../src/giving/giver";
import { offerOf } from "../src/giving/giving";
import { receiptsOf } from "../src/giving/receipts";
import { type Fault, type Gift, GivingError, type GivingServer, givingServerAt } from "../src/giving/server";
import { givingWordsOf } from "../src/language/giving";
import { findingOf, itemOf, numberOf } from "./readings";

const OFFER: Offer = { strokes: [[[1, 2, 0], [3, 4, 5]]], read: 9 };
const OTHER: Offer = { strokes: [[[1, 2, 0], [30, 4, 5]]], read: 1 };

let kept: Map<string, string>;
let isForbidden = false;

beforeEach(() => {
  kept = new Map();
  isForbidden = false;
  vi.stubGlobal("localStorage", {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => {
      if (isForbidden) throw new DOMException("no", "SecurityError");
      kept.set(name, value);
    },
  });
});
afterEach(() => void vi.unstubAllGlobals());

/** A server that keeps what it is given, by key, and may be out of order. */
class Keeper implements GivingServer {
  fault: Fault | null = null;
  version = CONSENT_VERSION;
  hold: Promise<void> = Promise.resolve();
  /** Whether its next answer is lost on its way. */
  losesAnswer = false;
  asked: string[] = [];
  readonly gifts = new Map<string, Gift>();

  async terms() {
    this.asked.push("terms");
    await this.hold;
    if (this.fault && this.fault !== "refused") throw new GivingError(this.fault);
    return { consent_version: this.version, days: 365 };
  }

  async give(gift: Gift, key: string) {
    this.asked.push("give");
    await this.hold;
    if (this.fault) throw new GivingError(this.fault);
    this.gifts.set(key, gift);
    if (this.losesAnswer) throw new GivingError("away");
    return `receipt ${key}`;
  }

  async withdraw(receipt: string) {
    this.asked.push("withdraw");
    if (this.fault) throw new GivingError(this.fault);
    this.gifts.delete(receipt.replace("receipt ", ""));
  }
}

function opened(keeper = new Keeper()) {
  const seen: string[] = [];
  const giver = new Giver(keeper, ({ at }) => seen.push(at));
  giver.offer(OFFER);
  return { keeper, giver, seen };
}

async function agreed() {
  const parts = opened();
  await parts.giver.choose(7);
  await parts.giver.agree();
  return parts;
}

describe("a giver", () => {
  it("is asked once, before anything is sent, and from then on gives by one tap", async () => {
    const { giver, keeper } = opened();
    await giver.choose(7);
    expect(giver.progress).toMatchObject({ at: "asking", label: 7, terms: { days: 365 } });
    expect(keeper.asked).toEqual(["terms"]);
    await giver.agree();
    expect(giver.progress.at).toBe("given");
    expect([...keeper.gifts.values()]).toEqual([{ strokes: OFFER.strokes, read: 9, label: 7, consent: true, consent_version: CONSENT_VERSION }]);
    giver.offer(OTHER);
    await giver.choose(null);
    expect(keeper.gifts.size).toBe(2);
    expect(keeper.asked).toEqual(["terms", "give", "give"]);
  });

  it("who says no gives nothing, and is asked again", async () => {
    const { giver, keeper } = opened();
    await giver.choose(7);
    giver.decline();
    expect(giver.progress.at).toBe("start");
    await giver.choose(7);
    expect(giver.progress.at).toBe("asking");
    expect(keeper.gifts.size).toBe(0);
  });

  it("is asked again where the text has changed since", async () => {
    kept.set("sutja.consent", `${CONSENT_VERSION}0`);
    const { giver } = opened();
    await giver.choose(7);
    expect(giver.progress.at).toBe("asking");
  });

  it.each([
    ["has another text by now", (keeper: Keeper) => (keeper.version = "99"), "outdated"],
    ["is away", (keeper: Keeper) => (keeper.fault = "away"), "away"],
    ["keeps nothing", (keeper: Keeper) => (keeper.fault = "none"), "none"],
  ])("is told where the server %s, before consent is asked for", async (_, spoil, fault) => {
    const { giver, keeper } = opened();
    spoil(keeper);
    await giver.choose(7);
    expect(giver.progress).toMatchObject({ at: "failed", fault });
    expect(keeper.gifts.size).toBe(0);
  });

  it.each(["away", "quota", "refused"] as const)("is told of the fault %s, and can tap once more", async (fault) => {
    const { giver, keeper } = await agreed();
    giver.offer(OTHER);
    keeper.fault = fault;
    await giver.choose(1);
    expect(giver.progress).toMatchObject({ at: "failed", fault, label: 1 });
    keeper.fault = null;
    await giver.choose(1);
    expect(giver.progress.at).toBe("given");
  });

  it("learns from a refusal that the text has changed", async () => {
    const { giver, keeper } = await agreed();
    giver.offer(OTHER);
    keeper.fault = "refused";
    keeper.version = "99";
    await giver.choose(1);
    expect(giver.progress).toMatchObject({ fault: "outdated" });
  });

  it("gives nothing twice: neither by two quick taps nor where an answer was lost", async () => {
    const { giver, keeper } = await agreed();
    giver.offer(OTHER);
    await Promise.all([giver.choose(1), giver.choose(1), giver.choose(2)]);
    expect(keeper.gifts.size).toBe(2);
    giver.offer(OFFER);
    keeper.losesAnswer = true;
    await giver.choose(3);
    keeper.losesAnswer = false;
    await giver.choose(3);
    expect(keeper.gifts.size).toBe(3);
    expect(giver.receipts.list).toHaveLength(3);
  });

  it("undoes, and gives anew after that", async () => {
    const { giver, keeper } = await agreed();
    await giver.undo();
    expect(giver.progress.at).toBe("undone");
    expect([keeper.gifts.size, giver.receipts.list.length]).toEqual([0, 0]);
    await giver.choose(7);
    expect([keeper.gifts.size, giver.receipts.list.length]).toEqual([1, 1]);
  });

  it("keeps the receipt where undoing fails", async () => {
    const { giver, keeper } = await agreed();
    keeper.fault = "away";
    await giver.undo();
    expect(giver.progress.at).toBe("kept");
    expect(giver.receipts.list).toHaveLength(1);
    keeper.fault = null;
    await giver.undo();
    expect(giver.progress.at).toBe("undone");
  });

  it("says nothing of a drawing that is no longer there, but keeps its receipt", async () => {
    const { giver, keeper } = await agreed();
    giver.offer(OTHER);
    let finish: (() => void) | null = null;
    keeper.hold = new Promise((resolve) => {
      finish = resolve;
    });
    const given = giver.choose(1);
    giver.offer(null);
    (finish as (() => void) | null)?.();
    await given;
    expect(giver.progress.at).toBe("start");
    expect(giver.receipts.list).toHaveLength(2);
  });

  it("remembers receipts and consent for the next visit", async () => {
    await agreed();
    const { giver } = opened();
    expect(giver.receipts.list).toHaveLength(1);
    expect(giver.consent.isGiven).toBe(true);
    giver.consent.takeBack();
    expect(opened().giver.consent.isGiven).toBe(false);
  });

  it("gives and undoes where nothing may be kept", async () => {
    isForbidden = true;
    const { giver, keeper } = await agreed();
    giver.offer(OTHER);
    await giver.choose(1);
    expect(giver.receipts.list).toHaveLength(2);
    await giver.undo();
    expect([keeper.gifts.size, giver.receipts.list.length]).toEqual([1, 1]);
  });
});

describe("what can be given", () => {
  const ink = [[{ x: 0.1, y: 0.25, t: 3 }]];
  const viewOf = (answer: View["answer"], part: Partial<View> = {}): View => ({ ...START, strokes: 1, answer, ink, ...part });

  it("is one digit, or what is none, with all of its ink", () => {
    expect(offerOf(viewOf(findingOf()))).toEqual({ strokes: [[[100, 250, 0]]], read: 7 });
    expect(offerOf(viewOf(findingOf({ verdict: "not_a_digit", digit: null })))).toMatchObject({ read: null });
  });

  it.each([
    ["nothing", viewOf(null)],
    ["a refusal", viewOf("refused")],
    ["an empty pad", viewOf(findingOf({ verdict: "empty", digit: null }))],
    ["half a digit", viewOf(findingOf(), { isDrawing: true })],
    ["a number", viewOf(findingOf({}, numberOf(itemOf(1), itemOf(2))))],
    ["a picture", viewOf(findingOf(), { source: "picture" })],
    ["an answer to less ink than there is", viewOf(findingOf(), { isPartial: true })],
  ])("is not %s", (_, view) => {
    expect(offerOf(view)).toBeNull();
  });
});

it.each([null, "", "{", "null", "3", "[null]", '["x"]', '[{"receipt":"","label":1,"at":1}]', '[{"receipt":"x","label":10,"at":1}]', '[{"receipt":"x","label":1,"at":1e300}]', '[{"receipt":7,"label":1,"at":1}]'])(
  "memory may hold %j, which is passed over",
  (text) => {
    expect(receiptsOf(text)).toEqual([]);
  },
);

/** Has the server answer so. */
function answering(status: number, body: unknown = {}): void {
  vi.stubGlobal("fetch", vi.fn(async () => (status === 204 ? new Response(null, { status }) : new Response(JSON.stringify(body), { status }))));
}

describe("the server", () => {
  it.each([[404, "none"], [501, "none"], [422, "refused"], [429, "quota"], [409, "away"], [503, "away"], [500, "away"], [502, "away"]])("by status %i tells of the fault %s", async (status, fault) => {
    answering(status);
    await expect(givingServerAt("http://sutja/").terms()).rejects.toMatchObject({ fault });
  });

  it("out of reach, or cut off, is away", async () => {
    vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("Failed to fetch")));
    await expect(givingServerAt("http://sutja/").withdraw("x")).rejects.toMatchObject({ fault: "away" });
    vi.stubGlobal("fetch", async () => new Response('{"rec', { status: 201 }));
    await expect(givingServerAt("http://sutja/").give({ strokes: [], label: 1, read: 1, consent: true, consent_version: CONSENT_VERSION }, "k")).rejects.toMatchObject({ fault: "away" });
  });

  it.each([204, 404])("by status %i says that what is deleted is gone", async (status) => {
    answering(status);
    await expect(givingServerAt("http://sutja/").withdraw("a/b")).resolves.toBeUndefined();
    expect(String((vi.mocked(fetch).mock.calls[0] ?? [])[0])).toBe("http://sutja/samples/a%2Fb");
  });
});

it("what is promised changes with the version alone", async () => {
  // Whoever changes what is promised raises CONSENT_VERSION, there and in gifts.py, and then writes the new sums here.
  const sums = await Promise.all(
    (["en", "ko"] as const).map(async (language) => {
      const { what, why, howLong, delete: deleted } = givingWordsOf(language).consent;
      const text = new TextEncoder().encode([what, why, howLong(365), deleted].join("\n"));
      return Buffer.from(await crypto.subtle.digest("SHA-256", text)).toString("hex").slice(0, 12);
    }),
  );
  expect([CONSENT_VERSION, ...sums]).toEqual(["1", "862babf50603", "887064a17f9a"]);
});
