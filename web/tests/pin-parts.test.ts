import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FaultError } from "../src/device/fault";
import { configOf } from "../src/pin/config";
import { Gestures, HOLD_MS } from "../src/pin/gestures";
import { Host } from "../src/pin/host";
import { pinKeyOf } from "../src/pin/keys";
import { DeviceFirst, type PinReader, pinServerAt, UnreadableError, type Whereabouts } from "../src/pin/reader";
import { Vault } from "../src/pin/vault";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const RULE = { length: 4, sureFrom: 0.92 };
const ink = (x: number) => [[{ x, y: 0, t: 0 }, { x, y: 1, t: 9 }]];

const answering = (status: number, body: unknown) => {
  const fetched = vi.fn<(url: string, init: RequestInit) => Promise<Response>>(async () => Response.json(body, { status }));
  vi.stubGlobal("fetch", fetched);
  return [pinServerAt("http://sutja/", { predict: vi.fn() }, RULE), fetched] as const;
};

const key = (name: string, more = {}) => ({ key: name, code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, repeat: false, ...more });

const at = (pointerId: number, clientX = 100, pointerType = "touch") => ({ pointerId, pointerType, clientX, clientY: 100 });

const fingers = (waits = false) => {
  const heard: string[] = [];
  const hear = (name: string) => (taps?: number): void => void heard.push(taps ? `${name} ${taps}` : name);
  const gestures = new Gestures(
    { notDrawing: hear("notDrawing"), twoTap: hear("twoTap"), twoHold: hear("twoHold"), holding: hear("holding"), held: hear("held"), waitsForSecond: () => waits },
    () => Date.now(),
  );
  const tap = (): void => {
    for (const finger of [1, 2]) gestures.down(at(finger));
    for (const finger of [1, 2]) gestures.up(at(finger));
  };
  return { gestures, heard, tap };
};

const server = (read: PinReader["read"]): PinReader => ({ check: async () => null, read, readWide: vi.fn(), predict: vi.fn() });

describe("gestures", () => {
  it("take a tap of two fingers for one, and what was drawn meanwhile for nothing", () => {
    const { heard, tap } = fingers();
    tap();
    expect(heard).toEqual(["notDrawing", "twoTap 1"]);
  });

  it("wait for a second tap where that means something else", () => {
    const { heard, tap } = fingers(true);
    tap();
    tap();
    expect(heard.filter((name) => name !== "notDrawing")).toEqual(["twoTap 2"]);
    tap();
    vi.advanceTimersByTime(1_000);
    expect(heard.at(-1)).toBe("twoTap 1");
  });

  it("tell a hold of two fingers from a tap", () => {
    const { gestures, heard } = fingers();
    for (const finger of [1, 2]) expect(gestures.down(at(finger))).toBe(finger === 2);
    vi.advanceTimersByTime(800);
    for (const finger of [1, 2]) gestures.up(at(finger));
    expect(heard).toEqual(["notDrawing", "twoHold"]);
  });

  it("warn of a hold of one finger before it does something, and let go of it in time", () => {
    const { gestures, heard } = fingers();
    gestures.down(at(1));
    vi.advanceTimersByTime(HOLD_MS.warning);
    expect(heard).toEqual(["notDrawing", "holding"]);
    gestures.up(at(1));
    vi.advanceTimersByTime(5_000);
    expect(heard).toHaveLength(2);
    gestures.down(at(1));
    vi.advanceTimersByTime(HOLD_MS.all);
    expect(heard.at(-1)).toBe("held");
  });

  it("leave alone who draws, with another finger beside it or with a pen and a palm", () => {
    const { gestures, heard } = fingers();
    gestures.down(at(1));
    gestures.move(at(1, 300));
    expect(gestures.down(at(2))).toBe(true); // that finger does not draw
    vi.advanceTimersByTime(5_000);
    for (const finger of [1, 2]) gestures.up(at(finger));
    gestures.down(at(3, 100, "touch"));
    gestures.down(at(4, 100, "pen"));
    gestures.down(at(5, 100, "touch"));
    vi.advanceTimersByTime(5_000);
    for (const finger of [3, 4, 5]) gestures.up(at(finger));
    expect(heard).toEqual([]);
  });

  it("take three fingers for nothing", () => {
    const { gestures, heard } = fingers();
    for (const finger of [1, 2, 3]) gestures.down(at(finger));
    for (const finger of [1, 2, 3]) gestures.up(at(finger));
    vi.advanceTimersByTime(5_000);
    expect(heard).toEqual(["notDrawing"]);
  });
});

describe("the vault", () => {
  it("has a PIN only where all places are known, and nothing after it was told to forget", () => {
    const vault = new Vault();
    vault.draw(0, ink(0));
    vault.type(1, "7");
    expect(vault.pin(2)).toBeNull();
    vault.settle("4");
    expect(vault.pin(2)).toBe("47");
    vault.forget([0]);
    expect([vault.pin(2), vault.drawn.inks]).toEqual([null, []]);
    vault.forget("all");
    expect(vault.digitAt(1)).toBeUndefined();
  });

  it("shows nothing to whoever writes it down", () => {
    const vault = new Vault();
    vault.type(0, "7");
    expect(JSON.stringify(vault)).toBe('{"wide":null}');
  });
});

describe("the reader", () => {
  const device = { load: async () => "", predict: vi.fn(), readNumber: vi.fn(), readWidePin: vi.fn(), readPin: async () => ({ pin: "4091" }) };
  const never = server(() => Promise.reject(new Error("nothing is to be sent")));

  it("sends nothing where the device can read", async () => {
    const seen: Whereabouts[] = [];
    const reader = new DeviceFirst(device, never, RULE, (where) => seen.push(where));
    expect(await reader.read([ink(0), ink(1), ink(2), ink(3)])).toEqual({ pin: "4091" });
    expect(seen).toEqual(["device"]);
  });

  it("asks the server where the device may not, having said so", async () => {
    const seen: Whereabouts[] = [];
    const read = vi.fn<PinReader["read"]>(async () => {
      expect(seen).toEqual(["server"]);
      return { pin: "1" };
    });
    const refused = { ...device, load: () => Promise.reject(new FaultError("policy", "no")) };
    const reader = new DeviceFirst(refused, server(read), RULE, (where) => seen.push(where));
    expect(await reader.check(ink(0))).toBeNull();
    expect(await reader.read([ink(0)])).toEqual({ pin: "1" });
  });

  it("asks the server where the device stops in the middle", async () => {
    const broken = { ...device, readPin: () => Promise.reject(new FaultError("failed", "no")) };
    const reader = new DeviceFirst(broken, server(async () => ({ pin: "12" })), RULE);
    expect(await reader.read([ink(0), ink(1)])).toEqual({ pin: "12" });
  });

  it("tells a network that is gone from drawings that nothing can read", async () => {
    const gone = new DeviceFirst({ ...device, load: () => Promise.reject(new FaultError("unreachable", "no")) }, server(() => Promise.reject(new TypeError("no"))), RULE);
    await expect(gone.read([ink(0)])).rejects.toBeInstanceOf(TypeError);
    const seen: Whereabouts[] = [];
    const none = new DeviceFirst({ ...device, load: () => Promise.reject(new FaultError("policy", "no")) }, server(() => Promise.reject(new UnreadableError("no"))), RULE, (where) => seen.push(where));
    await expect(none.read([ink(0)])).rejects.toBeInstanceOf(UnreadableError);
    expect(seen.at(-1)).toBe("none");
  });

  it("sends a drawing for each place, and learns the places among those that were drawn", async () => {
    const [reader, fetched] = answering(200, { rewrite: [1, 3] });
    expect(await reader.read([ink(0.1), ink(0.2)])).toEqual({ rewrite: [1] });
    const [url, init] = fetched.mock.calls[0] ?? [];
    expect([url, JSON.parse(String(init?.body)).inks.length]).toEqual(["http://sutja/pin", 4]);
    expect(await answering(200, { pin: "1212" })[0].read([ink(0.1), ink(0.2)])).toEqual({ pin: "12" });
  });

  it.each([[422, { rewrite: [0, 1, 2, 3] }], [413, { rewrite: [0, 1, 2, 3] }]])("asks all again after a %i", async (status, answer) => {
    expect(await answering(status, {})[0].read([ink(0), ink(0), ink(0), ink(0)])).toEqual(answer);
  });

  it("knows a server that cannot from one that is away", async () => {
    await expect(answering(404, {})[0].read([ink(0)])).rejects.toBeInstanceOf(UnreadableError);
    await expect(answering(503, {})[0].read([ink(0)])).rejects.not.toBeInstanceOf(UnreadableError);
  });
});

describe("keys", () => {
  it.each([
    ["7", {}, { digit: "7" }],
    ["Backspace", {}, "redo"],
    ["Escape", {}, "startOver"],
    [" ", {}, "repeat"],
    ["Enter", {}, "confirm"],
    ["7", { ctrlKey: true }, null],
    ["7", { repeat: true }, null],
    ["a", {}, null],
    ["٧", {}, null],
    ["F5", {}, null],
  ])("mean by %s %j %j", (name, more, meaning) => {
    vi.stubGlobal("Element", Object);
    expect(pinKeyOf(key(name, more), null)).toEqual(meaning);
  });
});

describe("what the server writes into the page", () => {
  it.each([
    [{ pinLength: "6", pinSureFrom: "0.99", pinOrigin: "https://shop.example" }, "?way=eyes-free", { rule: { length: 6, sureFrom: 0.99 }, origin: "https://shop.example", way: "eyes_free" }],
    [{}, "", { rule: RULE, origin: "", way: null }],
    [{ pinLength: "many", pinSureFrom: "2" }, "?way=constructor", { rule: RULE, origin: "", way: null }],
  ])("is taken from %j%s", (data, search, config) => {
    expect(configOf(data, search)).toMatchObject(config);
  });
});

describe("the host", () => {
  it("is told at the one origin, and nobody is where there is none", () => {
    const target = { postMessage: vi.fn(), closed: false };
    expect(new Host("https://shop.example", target).tell({ sutja: "pin", pin: "4091" })).toBe(true);
    expect(target.postMessage.mock.calls).toEqual([[{ sutja: "pin", pin: "4091" }, "https://shop.example"]]);
    expect(new Host("", target).tell({ sutja: "pin", pin: "4091" })).toBe(true);
    expect(target.postMessage).toHaveBeenCalledOnce();
    const strict = { postMessage: () => { throw new SyntaxError("no origin"); }, closed: false };
    expect(new Host("shop", strict).tell({ sutja: "cancelled" })).toBe(false);
  });

  it("is told nothing once its window is closed, which takes every message and hears none", () => {
    const closed = { postMessage: vi.fn(), closed: true };
    expect(new Host("https://shop.example", closed).tell({ sutja: "pin", pin: "4091" })).toBe(false);
    expect(closed.postMessage).not.toHaveBeenCalled();
  });

  it("is listened to only where it is the one", () => {
    const page = new EventTarget();
    vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
    vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
    const [target, heard] = [{ postMessage: vi.fn(), closed: false }, vi.fn()];
    const end = new Host("https://shop.example", target).onRefused(heard);
    const say = (origin: string, source: unknown, data: unknown): void => void page.dispatchEvent(Object.assign(new Event("message"), { origin, source, data }));
    say("https://other.example", target, { sutja: "refused" });
    say("https://shop.example", {}, { sutja: "refused" });
    say("https://shop.example", target, null);
    expect(heard).not.toHaveBeenCalled();
    say("https://shop.example", target, { sutja: "refused" });
    expect(heard).toHaveBeenCalledOnce();
    end();
    say("https://shop.example", target, { sutja: "refused" });
    expect(heard).toHaveBeenCalledOnce();
  });
});
