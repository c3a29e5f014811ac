import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { WholeServer } from "../src/client";
import { PictureDesk, type PictureView } from "../src/upload/desk";

interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly close: () => void;
}

let bitmaps: Bitmap[];
let shown: PictureView | null;

const file = (type = "image/png"): Blob => new Blob(["a picture"], { type });
const server = { readPicture: async () => ({ digits: "", items: [], model: "" }) } as unknown as WholeServer;
const desk = (): PictureDesk => new PictureDesk(server, (view) => (shown = view));
const closed = (): boolean[] => bitmaps.map(({ close }) => vi.mocked(close).mock.calls.length > 0);

beforeEach(() => {
  [bitmaps, shown] = [[], null];
  vi.stubGlobal("createImageBitmap", async ({ type }: Blob) => {
    if (type === "image/broken") throw new DOMException("no picture", "InvalidStateError");
    const bitmap = { width: 10, height: 10, close: vi.fn<() => void>() };
    bitmaps.push(bitmap);
    return bitmap;
  });
});
afterEach(() => void vi.unstubAllGlobals());

describe("a picture", () => {
  it("is let go of once another takes its place, and not before", async () => {
    const one = desk();
    await one.take(file());
    await one.again();
    expect(closed()).toEqual([false]);
    await one.take(file());
    expect([closed(), shown?.picture?.image]).toEqual([[true, false], bitmaps[1]]);
  });

  it("is let go of once a file takes its place that cannot be opened", async () => {
    const one = desk();
    await one.take(file());
    await one.take(file("image/broken"));
    expect([closed(), shown?.picture]).toEqual([[true], null]);
  });

  it("is let go of once it is put away, and where another came before it was opened", async () => {
    const one = desk();
    await Promise.all([one.take(file()), one.take(file())]);
    expect(closed()).toEqual([true, false]);
    one.close();
    expect([closed(), shown]).toEqual([[true, true], null]);
  });
});
