import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RefusedError } from "../src/client";
import { type Fault, FaultError } from "../src/device/fault";
import type { Ink } from "../src/ink";
import { BusyError, DeviceFirst, type PinReader, pinServerAt, READY_MS, UnreadableError, type Whereabouts } from "../src/pin/reader";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const RULE = { length: 4, sureFrom: 0.92 };
const at = (left: number): Ink[number] => [{ x: left, y: 0, t: 0 }, { x: left + 0.05, y: 1, t: 9 }];
const WIDE: Ink = [at(0), at(0.3), at(0.6), at(0.9)];
const PIECES = WIDE.map((stroke) => [stroke]);

/** A device that may read, and then reads 4091; its numbers have a box around each stroke. */
const device = (load: () => Promise<string> = async () => "") => ({
  load,
  predict: vi.fn(),
  readPin: async () => ({ pin: "4091" }),
  readWidePin: async () => ({ rewrite: [2] }),
  readNumber: async () => ({ items: WIDE.map(([first]) => ({ box: { left: first?.x ?? 0, top: 0, width: 0.05, height: 1 } })) }) as never,
});
const server: PinReader = { check: async () => null, read: async () => ({ pin: "5555" }), readWide: vi.fn(), predict: vi.fn() };

function opened(load?: () => Promise<string>, parts = {}) {
  const seen: Whereabouts[] = [];
  return { seen, reader: new DeviceFirst({ ...device(load), ...parts }, server, RULE, (where) => seen.push(where)) };
}

/** The server, which gives one answer to all that it is asked. */
function answering(answer: object): PinReader {
  vi.stubGlobal("fetch", async () => Response.json(answer));
  return pinServerAt("http://sutja/", { predict: vi.fn() }, RULE);
}

const refused = (status: number): RefusedError => new RefusedError({ status, title: "", detail: "" });

describe("a device that is not ready", () => {
  it.each(["policy", "damaged", "outdated", "failed", "unreachable"] as const)("leaves it to the server where it is %s, and says so first", async (fault: Fault) => {
    const { reader, seen } = opened(() => Promise.reject(new FaultError(fault, "no")));
    expect(await reader.read([WIDE])).toEqual({ pin: "5555" });
    expect(seen.at(-1)).toBe("server");
  });

  it("is waited for while it loads, and nothing is sent meanwhile", async () => {
    const { reader, seen } = opened(() => new Promise((resolve) => setTimeout(() => resolve(""), READY_MS - 1_000)));
    const answer = reader.read([WIDE]);
    await vi.advanceTimersByTimeAsync(READY_MS - 1_000);
    expect([await answer, seen]).toEqual([{ pin: "4091" }, ["device"]]);
  });

  it("is waited for no longer than that: a download that stands still holds nobody up", async () => {
    const { reader, seen } = opened(() => new Promise(() => undefined));
    const answer = reader.read([WIDE]);
    await vi.advanceTimersByTimeAsync(READY_MS);
    expect([await answer, seen]).toEqual([{ pin: "5555" }, ["server"]]);
  });

  it("leaves it to the server as long as its model cannot be fetched, and that is told once, before anything is sent", async () => {
    const { reader, seen } = opened(() => Promise.reject(new FaultError("unreachable", "no")));
    await reader.load();
    expect(seen).toEqual(["server"]);
    for (let time = 0; time < 3; time += 1) {
      expect(await reader.read([WIDE])).toEqual({ pin: "5555" });
      await vi.advanceTimersByTimeAsync(10_000);
    }
    expect(seen).toEqual(["server"]);
  });

  it("is tried again where the network was gone, and reads from then on", async () => {
    let isGone = true;
    const { reader, seen } = opened(() => (isGone ? Promise.reject(new FaultError("unreachable", "no")) : Promise.resolve("")));
    await reader.load();
    isGone = false;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(seen).toEqual(["server", "device"]);
    expect(await reader.read([WIDE])).toEqual({ pin: "4091" });
  });
});

describe("a wide drawing of which one digit is doubtful", () => {
  it("is cut up on the device, so that this one alone is asked again", async () => {
    expect(await opened().reader.readWide(WIDE)).toEqual({ rewrite: [2], inks: PIECES });
  });

  it("is asked again as a whole where a stroke belongs to no digit", async () => {
    const stray = [...WIDE, at(0.45)];
    expect(await opened().reader.readWide(stray)).toEqual({ rewrite: [0, 1, 2, 3] });
  });

  it("is cut up for the server, too", async () => {
    expect(await answering({ rewrite: [2] }).readWide(WIDE)).toEqual({ rewrite: [2], inks: PIECES });
  });

  it("is asked again as a whole where the server saw another count, or digits touch", async () => {
    expect(await answering({ rewrite: [0, 1, 2, 3] }).readWide(WIDE)).toEqual({ rewrite: [0, 1, 2, 3] });
    expect(await answering({ rewrite: [2] }).readWide([...WIDE, at(0.32)])).toEqual({ rewrite: [2], inks: [[WIDE[0]], [WIDE[1], at(0.32)], [WIDE[2]], [WIDE[3]]] });
    expect(await answering({ rewrite: [2] }).readWide(WIDE.slice(1))).toEqual({ rewrite: [0, 1, 2, 3] });
  });
});

describe("a server that lets nobody in just now", () => {
  it.each([401, 403, 429])("answers %i, and nobody is told to write anything again: it was not looked at", async (status) => {
    vi.stubGlobal("fetch", async () => Response.json({}, { status }));
    const busy = pinServerAt("http://sutja/", { predict: () => Promise.reject(refused(status)) }, RULE);
    await expect(busy.read([WIDE])).rejects.toBeInstanceOf(BusyError);
    await expect(busy.predict(WIDE)).rejects.toBeInstanceOf(BusyError);
  });

  it("is another one than a server that cannot read", async () => {
    await expect(pinServerAt("http://sutja/", { predict: () => Promise.reject(refused(404)) }, RULE).predict(WIDE)).rejects.toBeInstanceOf(UnreadableError);
  });
});
