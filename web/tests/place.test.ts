import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Reading, RefusedError, type Server } from "../src/client";
import { Device, PATIENCE_MS } from "../src/device/device";
import { type Fault, FaultError } from "../src/device/fault";
import { FRESH_MS, type Place, ReadingPlace, RETRY_MS, STAND_IN_MS } from "../src/device/place";
import type { Answer, Asked } from "../src/device/questions";
import { deviceWordsOf } from "../src/language/device";
import { numberOf, readingOf } from "./readings";

const INK = [[{ x: 0.2, y: 0.2, t: 0 }, { x: 0.4, y: 0.8, t: 9 }]];

/** A server and a device that may be out of order, and a note of who was asked. */
class Stage {
  readonly asked: string[] = [];
  readonly states: string[] = [];
  serverFails: Error | null = null;
  deviceFails: Fault | null = null;
  readFails: Fault | null = null;
  hold: Promise<void> = Promise.resolve();

  readonly server: Server = {
    predict: () => this.#answer("server", this.serverFails, readingOf({ model: "server" })),
    readNumber: () => this.#answer("server", this.serverFails, numberOf()),
    isHealthy: async () => this.serverFails === null,
  };

  readonly device = {
    load: async () => {
      this.asked.push("load");
      await this.hold;
      if (this.deviceFails) throw new FaultError(this.deviceFails, "");
      return "";
    },
    predict: () => this.#answer("device", this.readFails && new FaultError(this.readFails, ""), readingOf({ model: "device" })),
    readNumber: () => this.#answer("device", this.readFails && new FaultError(this.readFails, ""), numberOf()),
  };

  readonly place = new ReadingPlace(this.server, this.device, ({ state }: Place) => this.states.push(state));

  async #answer<T>(who: string, error: Error | null, found: T): Promise<T> {
    this.asked.push(who);
    if (error) throw error;
    return found;
  }

  readonly who = async (): Promise<string> => (await this.place.predict(INK)).model;
}

const settled = () => vi.advanceTimersByTimeAsync(0);

describe("ReadingPlace", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    const kept = new Map<string, string>();
    vi.stubGlobal("localStorage", { getItem: (name: string) => kept.get(name) ?? null, setItem: (name: string, value: string) => void kept.set(name, value) });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("is the server until the device is chosen, and asks nothing of the device", async () => {
    const stage = new Stage();
    expect(await stage.who()).toBe("server");
    expect(stage.asked).toEqual(["server"]);
  });

  it("is the device once that is ready; until then the server", async () => {
    const stage = new Stage();
    stage.hold = new Promise((resolve) => setTimeout(resolve, 50));
    stage.place.choose(true);
    expect(await stage.who()).toBe("server");
    expect(stage.states).toEqual(["server", "loading"]);
    await vi.advanceTimersByTimeAsync(50);
    expect(await stage.who()).toBe("device");
    expect((await stage.place.readNumber(INK)).items).toEqual([]);
    expect(stage.asked).toEqual(["load", "server", "device", "device"]);
  });

  it("is remembered, both ways", async () => {
    new Stage().place.choose(true);
    const next = new Stage();
    await settled();
    expect(await next.who()).toBe("device");
    next.place.choose(false);
    expect(await new Stage().who()).toBe("server");
  });

  it.each(["policy", "damaged", "outdated", "failed", "unreachable"] as const)("is the server where the device fails with %s, and says so", async (fault) => {
    const stage = new Stage();
    stage.deviceFails = fault;
    stage.place.choose(true);
    await settled();
    expect(stage.place.place).toEqual({ isChosen: true, state: fault });
    expect(await stage.who()).toBe("server");
    for (const language of ["en", "ko"] as const) expect(deviceWordsOf(language).notes[fault]?.every((text) => text.length > 5)).toBe(true);
  });

  it("is the server from the reading on at which the device breaks", async () => {
    const stage = new Stage();
    stage.place.choose(true);
    await settled();
    stage.readFails = "failed";
    expect(await stage.who()).toBe("server");
    expect(await stage.who()).toBe("server");
    expect(stage.place.place.state).toBe("failed");
    expect(stage.asked).toEqual(["load", "device", "server", "server"]);
  });

  it("tries the device again once the server is back, if what was missing may be there now", async () => {
    const stage = new Stage();
    stage.deviceFails = "unreachable";
    stage.place.choose(true);
    await settled();
    stage.deviceFails = null;
    expect(await stage.who()).toBe("server");
    await settled();
    expect(await stage.who()).toBe("device");
  });

  it("lets the device stand in for a server that is gone, and the server read once it is back", async () => {
    const stage = new Stage();
    stage.serverFails = new TypeError("Failed to fetch");
    expect(await stage.who()).toBe("device");
    expect(await stage.place.isHealthy()).toBe(true);
    expect(await stage.who()).toBe("device");
    expect(stage.asked).toEqual(["server", "load", "device", "device"]);
    expect(stage.states).toEqual(["standing_in"]);
    stage.serverFails = null;
    await vi.advanceTimersByTimeAsync(RETRY_MS + 1);
    expect(await stage.who()).toBe("server");
    expect(stage.place.place.state).toBe("server");
  });

  it("says that there is no reading where both are gone: the ink waits", async () => {
    const stage = new Stage();
    stage.serverFails = new TypeError("Failed to fetch");
    stage.deviceFails = "unreachable";
    await expect(stage.who()).rejects.toThrow("Failed to fetch");
    expect(await stage.place.isHealthy()).toBe(false);
    stage.deviceFails = null;
    stage.readFails = "failed";
    await expect(stage.who()).rejects.toThrow("Failed to fetch");
  });

  it("says so soon where both hang", async () => {
    const stage = new Stage();
    stage.serverFails = new DOMException("timed out", "TimeoutError");
    stage.hold = new Promise(() => {});
    const rejection = expect(stage.who()).rejects.toThrow("timed out");
    await vi.advanceTimersByTimeAsync(STAND_IN_MS);
    await rejection;
  });

  it("takes a refusal for an answer", async () => {
    const stage = new Stage();
    stage.serverFails = new RefusedError({ status: 422, title: "", detail: "" });
    await expect(stage.who()).rejects.toBeInstanceOf(RefusedError);
    expect(stage.asked).toEqual(["server"]);
  });

  it("looks for a newer champion now and then, and reads on with the one it has", async () => {
    const stage = new Stage();
    stage.place.choose(true);
    await settled();
    await vi.advanceTimersByTimeAsync(FRESH_MS);
    stage.deviceFails = "unreachable";
    expect([await stage.who(), await stage.who()]).toEqual(["device", "device"]);
    expect(stage.asked).toEqual(["load", "load", "device", "device"]);
  });
});

/** A worker that answers as it is told to, or not at all. */
class Hands {
  readonly heard: Asked[] = [];
  isDismissed = false;
  #listeners = new Map<string, (event: Event) => void>();
  answer: ((asked: Asked) => Answer) | null = null;

  readonly postMessage = (asked: Asked): void => {
    this.heard.push(structuredClone(asked));
    const answer = this.answer?.(asked);
    if (answer) this.#listeners.get("message")?.(new MessageEvent("message", { data: answer }));
  };

  readonly addEventListener = (kind: string, listener: (event: Event) => void): void => void this.#listeners.set(kind, listener);
  readonly terminate = (): void => void (this.isDismissed = true);
  readonly fail = (): void => this.#listeners.get("error")?.(new Event("error"));
}

function deviceWith(): { device: Device; all: Hands[] } {
  const all: Hands[] = [];
  const device = new Device("http://sutja.test/", () => {
    all.push(new Hands());
    return all.at(-1) as unknown as Worker;
  });
  return { device, all };
}

describe("Device", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("sends the worker what the server would get, and gives boxes in sides of the pad", async () => {
    const { device, all } = deviceWith();
    void device.load();
    const box = { left: 200, top: 200, width: 100, height: 600 };
    const [hands] = all;
    if (hands) hands.answer = ({ id }) => ({ id, found: numberOf({ digit: 1, confidence: 1, verdict: "digit", alternatives: [], box }) });
    const number = await device.readNumber(INK);
    expect(number.items[0]?.box).toEqual({ left: 0.2, top: 0.2, width: 0.1, height: 0.6 });
    expect(hands?.heard[1]?.question).toEqual({ ask: "number", paths: [[{ x: 200, y: 200, t: 0 }, { x: 400, y: 800, t: 9 }]] });
    expect(all).toHaveLength(1);
  });

  it("rejects with the worker's fault", async () => {
    const { device, all } = deviceWith();
    const answered = device.load();
    all[0]?.fail();
    await expect(answered).rejects.toMatchObject({ fault: "failed" });
    const refused = device.keep();
    expect(all, "another worker is started").toHaveLength(2);
    const [, hands] = all;
    if (hands) hands.answer = ({ id }) => ({ id, fault: "policy", message: "" });
    await expect(device.load()).rejects.toMatchObject({ fault: "policy" });
    device.close();
    await expect(refused).rejects.toMatchObject({ fault: "failed" });
  });

  it("gives a worker up that does not answer", async () => {
    const { device, all } = deviceWith();
    const late: Promise<Reading> = device.predict(INK);
    const rejection = expect(late).rejects.toMatchObject({ fault: "failed" });
    await vi.advanceTimersByTimeAsync(PATIENCE_MS);
    await rejection;
    expect(all[0]?.isDismissed).toBe(true);
  });
});
