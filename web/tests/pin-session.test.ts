import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Ink } from "../src/ink";
import { written } from "../src/language/spoken";
import type { Utterance } from "../src/language/phrase";
import { IDLE_MS } from "../src/pin/idleness";
import { BusyError, type PinReader, UnreadableError } from "../src/pin/reader";
import { Session, SLOW_MS } from "../src/pin/session";
import { doubtful, type PinAnswer } from "../src/twins/pin";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** An ink that stands for a digit: it lies there, and is as clear as it is high. */
function drawn(digit: number, clear = 1): Ink {
  return [[{ x: digit / 10, y: 0, t: 0 }, { x: digit / 10, y: clear, t: 1 }]];
}

/** Reads such inks by the rule that holds for all. */
function answerTo(inks: readonly Ink[]): PinAnswer {
  const rewrite = doubtful(inks.map((ink) => ink[0]?.[1]?.y ?? 0), 0.92);
  return rewrite.length > 0 ? { rewrite } : { pin: inks.map((ink) => Math.round(10 * (ink[0]?.[0]?.x ?? 0))).join("") };
}

const onDevice: PinReader = {
  check: async (ink) => answerTo([ink]),
  read: async (inks) => answerTo(inks),
  readWide: async () => ({ pin: "8642" }),
  predict: async () => ({ digit: 3, verdict: "digit", alternatives: [], hints: [] }) as never,
};
const atServer: PinReader = { ...onDevice, check: async () => null };

/** A server that takes its time. */
const slow = (ms: number): PinReader => ({
  ...atServer,
  read: (inks) => new Promise((resolve) => setTimeout(() => resolve(answerTo(inks)), ms)),
  readWide: () => new Promise((resolve) => setTimeout(() => resolve({ pin: "1234" }), ms)),
});

function opened(reader: PinReader, doesHand = true) {
  const [said, told, sounds]: [Utterance[], unknown[], string[]] = [[], [], []];
  const sound = (name: string) => (place?: number): void => void sounds.push(place === undefined ? name : `${name} ${place}`);
  const say = async (utterances: readonly Utterance[]): Promise<"off"> => (said.push(...utterances), "off");
  const session = new Session({
    length: 4,
    reader,
    speech: { tell: say, add: say, stop: () => undefined, load: async () => undefined },
    earcons: { penDown: sound("pen"), accepted: sound("accepted"), again: sound("again"), redone: sound("redone"), warning: sound("warning"), done: sound("done") },
    host: { tell: (message) => (told.push(message), doesHand) },
    show: () => undefined,
  });
  session.send({ kind: "open", way: "boxes" });
  const draw = async (...inks: Ink[]): Promise<void> => {
    for (const ink of inks) {
      session.draw(ink);
      await vi.advanceTimersByTimeAsync(1);
    }
  };
  const type = async (digits: string): Promise<void> => {
    for (const digit of digits) session.type(digit);
    await vi.advanceTimersByTimeAsync(1);
  };
  return { session, said, told, sounds, draw, type };
}

describe("a session", () => {
  it.each([["on the device", onDevice], ["at the server", atServer]])("hands over, %s, what was drawn, and once", async (_, reader) => {
    const { session, told, draw } = opened(reader);
    await draw(drawn(4), drawn(0), drawn(9), drawn(1));
    session.send({ kind: "confirm" });
    session.send({ kind: "confirm" });
    expect(told).toEqual([{ sutja: "pin", pin: "4091" }]);
    expect(session.state.phase).toBe("done");
  });

  it("asks a digit that is not clear again at once, on the device, and keeps the others", async () => {
    const { session, told, draw, sounds } = opened(onDevice);
    await draw(drawn(4), drawn(0, 0.5));
    expect(session.state).toMatchObject({ at: 1, marks: ["entered", "again", "empty", "empty"] });
    expect(sounds.at(-1)).toBe("again");
    await draw(drawn(0), drawn(9), drawn(1));
    session.send({ kind: "confirm" });
    expect(told).toEqual([{ sutja: "pin", pin: "4091" }]);
  });

  it("asks that digit alone again, at the server, once all are there", async () => {
    const { session, told, draw } = opened(atServer);
    await draw(drawn(4), drawn(0), drawn(9, 0.5), drawn(1));
    expect(session.state).toMatchObject({ phase: "entering", at: 2 });
    await draw(drawn(7));
    session.send({ kind: "confirm" });
    expect(told).toEqual([{ sutja: "pin", pin: "4071" }]);
  });

  it("takes a PIN that is partly drawn and partly typed, in order", async () => {
    const { session, told, draw, type } = opened(onDevice);
    await type("0");
    await draw(drawn(4));
    await type("0");
    await draw(drawn(9));
    session.send({ kind: "confirm" });
    expect(told).toEqual([{ sutja: "pin", pin: "0409" }]);
  });

  it("takes a PIN by keys alone, and reads nothing", async () => {
    const read = vi.fn<PinReader["read"]>();
    const { session, told, type } = opened({ ...onDevice, read });
    await type("0");
    session.send({ kind: "redo", isInk: false });
    await type("12345");
    session.send({ kind: "confirm" });
    expect([told, read.mock.calls]).toEqual([[{ sutja: "pin", pin: "1234" }], []]);
  });

  it("says no digit that was not asked for", async () => {
    const { session, said, draw } = opened(onDevice);
    await draw(drawn(4), drawn(0));
    expect(said.map((utterance) => written("en", utterance)).join(" ")).not.toMatch(/[0-9]/);
    session.send({ kind: "speakDigits" });
    session.send({ kind: "speakDigits" });
    await draw(drawn(9));
    expect(said).toContainEqual(["accepted_aloud", { place: 3, count: 4, digits: "9" }]);
  });

  it("waits for a slow look at a digit before the next: none takes another's place", async () => {
    const hesitant: PinReader = { ...onDevice, check: (ink) => new Promise((resolve) => setTimeout(() => resolve(answerTo([ink])), 500 - 400 * (ink[0]?.[0]?.x ?? 0))) };
    const { session, told } = opened(hesitant);
    for (const digit of [1, 9, 2, 8]) session.draw(drawn(digit));
    await vi.advanceTimersByTimeAsync(3_000);
    session.send({ kind: "confirm" });
    expect(told).toEqual([{ sutja: "pin", pin: "1928" }]);
  });

  it("lets no late answer to a wide drawing into a PIN that somebody else enters", async () => {
    const { session, told, draw, type } = opened(slow(3_000));
    session.send({ kind: "open", way: "field" });
    await draw(drawn(9));
    session.send({ kind: "cancel" });
    session.send({ kind: "open", way: "keypad" });
    await type("56");
    await vi.advanceTimersByTimeAsync(4_000);
    await type("78");
    session.send({ kind: "confirm" });
    expect(told.at(-1)).toEqual({ sutja: "pin", pin: "5678" });
  });

  it("lets no late answer through after starting over", async () => {
    const { session, draw } = opened(slow(1_000));
    await draw(drawn(4), drawn(0), drawn(9), drawn(1));
    expect(session.state.phase).toBe("reading");
    session.send({ kind: "startOver" });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(session.state).toMatchObject({ phase: "entering", order: [] });
  });

  it("keeps drawings while the network is gone, and reads them once it is back", async () => {
    let isGone = true;
    const read: PinReader["read"] = async (inks) => {
      if (isGone) throw new TypeError("Failed to fetch");
      return answerTo(inks);
    };
    const { session, told, said, draw } = opened({ ...atServer, read });
    await draw(drawn(4), drawn(0), drawn(9), drawn(1));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(session.state).toMatchObject({ phase: "reading", fault: "network" });
    expect(said.filter(([phrase]) => phrase === "no_network")).toHaveLength(1);
    isGone = false;
    await vi.advanceTimersByTimeAsync(5_000);
    session.send({ kind: "confirm" });
    expect(told).toEqual([{ sutja: "pin", pin: "4091" }]);
  });

  it("keeps drawings while the server takes none, says so, and speaks of no connection", async () => {
    let isBusy = true;
    const read: PinReader["read"] = async (inks) => {
      if (isBusy) throw new BusyError("429");
      return answerTo(inks);
    };
    const { session, told, said, draw } = opened({ ...atServer, read });
    await draw(drawn(4), drawn(0), drawn(9), drawn(1));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(session.state).toMatchObject({ phase: "reading", fault: "busy", order: [0, 1, 2, 3] });
    isBusy = false;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(session.state.fault).toBeNull();
    session.send({ kind: "confirm" });
    expect(told).toEqual([{ sutja: "pin", pin: "4091" }]);
    expect(said.map(([phrase]) => phrase).filter((phrase) => ["busy", "no_network", "network_back"].includes(phrase))).toEqual(["busy"]);
  });

  it("keeps what was drawn for practice while the network is gone, too", async () => {
    let isGone = true;
    const predict: PinReader["predict"] = async (ink) => {
      if (isGone) throw new TypeError("Failed to fetch");
      return onDevice.predict(ink);
    };
    const { session, said, draw } = opened({ ...onDevice, predict });
    session.send({ kind: "practice" });
    await draw(drawn(3));
    expect(session.state).toMatchObject({ phase: "practice", fault: "network" });
    isGone = false;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(session.state).toMatchObject({ exercise: 1, fault: null });
    expect(said.filter(([phrase]) => phrase === "no_network" || phrase === "network_back" || phrase === "practice_right").map(([phrase]) => phrase)).toEqual(["no_network", "network_back", "practice_right"]);
  });

  it("asks no more for practice where nothing can read", async () => {
    const predict = vi.fn<PinReader["predict"]>(() => Promise.reject(new UnreadableError("no")));
    const { session, draw } = opened({ ...onDevice, predict });
    session.send({ kind: "practice" });
    await draw(drawn(3));
    await vi.advanceTimersByTimeAsync(20_000);
    expect([session.state.fault, predict.mock.calls.length]).toEqual(["model", 1]);
  });

  it("tells who waits for an answer that it is on its way, once, and nobody who does not", async () => {
    for (const [ms, count] of [[SLOW_MS - 1, 0], [5 * SLOW_MS, 1]] as const) {
      const { session, said, draw } = opened(slow(ms));
      await draw(drawn(4), drawn(0), drawn(9), drawn(1));
      await vi.advanceTimersByTimeAsync(ms);
      expect(said.filter(([phrase]) => phrase === "loading")).toHaveLength(count);
      expect(session.state.phase).toBe("full");
    }
  });

  it("gives keys where nothing can read", async () => {
    const { session, told, draw, type } = opened({ ...atServer, read: () => Promise.reject(new UnreadableError("no")) });
    await draw(drawn(4), drawn(0), drawn(9), drawn(1));
    expect(session.state).toMatchObject({ phase: "entering", hasKeypad: true, at: 0, fault: "model" });
    await type("4091");
    session.send({ kind: "confirm" });
    expect(told).toEqual([{ sutja: "pin", pin: "4091" }]);
  });

  it("does not lose a PIN that could not be handed over", async () => {
    const { session, told, type } = opened(onDevice, false);
    await type("4091");
    session.send({ kind: "confirm" });
    expect(session.state.phase).toBe("full");
    session.send({ kind: "confirm" });
    expect(told).toHaveLength(2);
  });

  it("clears all when nobody is there any more, after a warning that any touch answers", async () => {
    const { session, told, draw } = opened(onDevice);
    await draw(drawn(4));
    await vi.advanceTimersByTimeAsync(IDLE_MS);
    expect(session.state.isWarned).toBe(true);
    session.wake();
    expect(session.state).toMatchObject({ isWarned: false, order: [0] });
    await vi.advanceTimersByTimeAsync(IDLE_MS + 20_000);
    expect(session.state).toMatchObject({ phase: "ended", order: [] });
    expect(told).toEqual([{ sutja: "cancelled" }]);
  });

  it.each([
    ["is touched", (session: Session) => session.wake()],
    ["comes to the front", (session: Session) => session.look()],
  ])("clears all at once after a sleep that was longer, when the page %s", async (_, look) => {
    const { session, draw } = opened(onDevice);
    await draw(drawn(4));
    vi.setSystemTime(Date.now() + 79_000); // timers sleep as well
    look(session);
    expect(session.state).toMatchObject({ phase: "entering", order: [0] });
    vi.setSystemTime(Date.now() + 80_000);
    look(session);
    expect(session.state).toMatchObject({ phase: "ended", order: [] });
  });

  it("takes a wide drawing of all digits", async () => {
    const { session, told, draw } = opened(onDevice);
    session.send({ kind: "open", way: "field" });
    await draw(drawn(4));
    session.send({ kind: "confirm" });
    expect(told).toEqual([{ sutja: "pin", pin: "8642" }]);
  });

  it("keeps the clear pieces of a wide drawing, and asks for the others one by one", async () => {
    const pieces = [drawn(1), drawn(2, 0.1), drawn(3), drawn(4)];
    const { session, told, draw } = opened({ ...onDevice, readWide: async () => ({ rewrite: [1], inks: pieces }) });
    session.send({ kind: "open", way: "field" });
    await draw(drawn(9));
    expect(session.state).toMatchObject({ phase: "entering", at: 1, order: [0, 2, 3] });
    await draw(drawn(7));
    session.send({ kind: "confirm" });
    expect(told).toEqual([{ sutja: "pin", pin: "1734" }]);
  });
});
