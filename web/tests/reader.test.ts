import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Reading, RefusedError, type Server } from "../src/client";
import type { Ink } from "../src/ink";
import { INTERVAL_MS, Reader } from "../src/reader";
import { BACKOFF_MS } from "../src/waiting";
import { readingOf, TOO_LARGE } from "./readings";

const inkOf = (strokes: number): Ink => Array.from({ length: strokes }, () => [{ x: 0, y: 0, t: 0 }]);

/** A server that answers when it is told to, and a listener that writes down what it hears. */
class Stage implements Server {
  readonly heard: string[] = [];
  readonly asked: number[] = [];
  health = [true];
  #answer: { resolve: (reading: Reading) => void; reject: (error: Error) => void } | null = null;
  readonly reader = new Reader(this, {
    found: (_, ink) => this.heard.push(`read ${ink.length}`),
    refused: (ink, { status }) => this.heard.push(`refused ${ink.length}: ${status}`),
    reached: (isThere) => this.heard.push(isThere ? "back" : "gone"),
  });

  predict(ink: Ink): Promise<Reading> {
    expect(this.#answer, "one request at most is under way").toBeNull();
    this.asked.push(ink.length);
    return new Promise((resolve, reject) => {
      this.#answer = { resolve, reject };
    });
  }

  readNumber(): never {
    throw new Error("Expected no number in what reads as a digit.");
  }

  isHealthy(): Promise<boolean> {
    return Promise.resolve(this.health.shift() ?? true);
  }

  async answer(error?: Error, pauseMs = INTERVAL_MS): Promise<void> {
    const answer = this.#answer;
    this.#answer = null;
    if (error) answer?.reject(error);
    else answer?.resolve(readingOf());
    await vi.advanceTimersByTimeAsync(pauseMs);
  }
}

describe("Reader", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("asks for the newest ink only, one request at a time", async () => {
    const stage = new Stage();
    for (const strokes of [1, 2, 3]) stage.reader.read(inkOf(strokes));
    expect(stage.asked).toEqual([1]);
    await stage.answer();
    await stage.answer();
    expect(stage.asked).toEqual([1, 3]);
    expect(stage.heard).toEqual(["read 1", "read 3"]);
  });

  it("leaves time from one request to the next, however fast the answers come", async () => {
    const stage = new Stage();
    stage.reader.read(inkOf(1));
    stage.reader.read(inkOf(2));
    await stage.answer(undefined, INTERVAL_MS - 1);
    expect(stage.asked).toEqual([1]);
    await vi.advanceTimersByTimeAsync(1);
    expect(stage.asked).toEqual([1, 2]);
  });

  it("lets no answer through to what was dropped", async () => {
    const stage = new Stage();
    stage.reader.read(inkOf(1));
    stage.reader.drop();
    await stage.answer();
    expect(stage.heard).toEqual([]);
  });

  it("says that the server is gone, looks for it ever less often, and asks again for the newest ink", async () => {
    const stage = new Stage();
    stage.health = [false, false, true];
    stage.reader.read(inkOf(1));
    await stage.answer(new TypeError("Failed to fetch"));
    stage.reader.read(inkOf(2));
    expect(stage.heard).toEqual(["gone"]);
    await vi.advanceTimersByTimeAsync(7 * BACKOFF_MS.first - INTERVAL_MS - 1);
    expect(stage.heard).toEqual(["gone"]);
    await vi.advanceTimersByTimeAsync(1);
    await stage.answer();
    expect(stage.heard).toEqual(["gone", "back", "read 2"]);
  });

  it("asks again for the same ink where there is none newer, and for none where it was dropped", async () => {
    const [kept, dropped] = [new Stage(), new Stage()];
    for (const stage of [kept, dropped]) {
      stage.reader.read(inkOf(1));
      await stage.answer(new TypeError("Failed to fetch"));
    }
    dropped.reader.drop();
    await vi.advanceTimersByTimeAsync(BACKOFF_MS.first);
    expect([kept.asked, dropped.asked]).toEqual([[1, 1], [1]]);
  });

  it("tells a refusal from a server that is gone", async () => {
    const stage = new Stage();
    stage.reader.read(inkOf(1));
    await stage.answer(new RefusedError(TOO_LARGE));
    expect(stage.heard).toEqual(["refused 1: 413"]);
  });
});
