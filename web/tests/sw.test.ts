import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { LEISURE_MS, prepareForOffline } from "../src/device/offline";

const BASE = "https://sutja.test/";
const SHELL = ["index.html", "pin.html", "assets/page-1.js"];
const REST = ["assets/runtime-1.wasm", "clips/en/1.mp3"];

/** A store by the urls that were put into it. */
class Shelf {
  readonly held = new Map<string, string>();
  readonly match = async (url: string): Promise<Response | undefined> => (this.held.has(url) ? new Response(this.held.get(url)) : undefined);
  readonly put = async (url: string, answer: Response): Promise<void> => void this.held.set(url, await answer.text());
}

type Listener = (event: { data?: unknown; request?: Request; waitUntil: (work: Promise<unknown>) => void; respondWith: (answer: Promise<Response>) => void }) => void;

let shelves: Map<string, Shelf>;
let asked: string[];
/** What the server answers; it may throw, or never come to an end. */
let answers: (path: string, signal?: AbortSignal | null) => Promise<Response>;

/** A service worker of a version, of which events may be had. */
async function worker(version: string, shell = SHELL, rest = REST) {
  const listeners = new Map<string, Listener>();
  vi.resetModules();
  vi.stubGlobal("SUTJA_SHELL", shell);
  vi.stubGlobal("SUTJA_REST", rest);
  vi.stubGlobal("SUTJA_VERSION", version);
  vi.stubGlobal("addEventListener", (name: string, listener: Listener) => listeners.set(name, listener));
  // @ts-expect-error -- a script, and no module
  await import("../src/device/sw");
  const send = async (name: string, more: object = {}): Promise<Response | undefined> => {
    const works: Promise<unknown>[] = [];
    let answer: Promise<Response> | undefined;
    listeners.get(name)?.({ ...more, waitUntil: (work) => works.push(work), respondWith: (given) => (answer = given) });
    await Promise.all(works);
    return answer;
  };
  const go = (path: string) => send("fetch", { request: { url: BASE + path, method: "GET", mode: "navigate" } });
  return { install: () => send("install"), keep: () => send("message", { data: "keep" }), activate: () => send("activate"), go };
}

const textOf = async (answer: Promise<Response | undefined>): Promise<string | undefined> => (await answer)?.text();
const held = (version: string): string[] => [...(shelves.get(`sutja-page-${version}`)?.held.keys() ?? [])].map((url) => url.slice(BASE.length));

/** One that was installed and has kept all. */
async function settled() {
  const one = await worker("1");
  await one.install();
  await one.keep();
  return one;
}

beforeEach(() => {
  [shelves, asked] = [new Map(), []];
  const open = async (name: string): Promise<Shelf> => shelves.get(name) ?? shelves.set(name, new Shelf()).get(name) ?? new Shelf();
  const match = async (url: string): Promise<Response | undefined> => {
    for (const shelf of shelves.values()) if (shelf.held.has(url)) return shelf.match(url);
    return undefined;
  };
  vi.stubGlobal("caches", { open, match, keys: async () => [...shelves.keys()], delete: async (name: string) => shelves.delete(name) });
  vi.stubGlobal("registration", { scope: BASE });
  vi.stubGlobal("clients", { claim: async () => undefined });
  answers = async (path) => new Response(`new ${path}`);
  vi.stubGlobal("fetch", (asking: string | Request, init?: RequestInit) => {
    const path = (typeof asking === "string" ? asking : asking.url).slice(BASE.length);
    asked.push(path);
    return answers(path, init?.signal);
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("what is kept", () => {
  it("is asked for once there is leisure, of a newer worker as well: with the older one its files go", async () => {
    const told: string[] = [];
    const named = (name: string) => ({ postMessage: (word: string) => told.push(`${name} ${word}`) });
    const registration = { installing: null, waiting: named("waiting"), active: named("active") };
    vi.stubGlobal("navigator", { serviceWorker: { register: async () => registration } });
    vi.stubGlobal("location", { search: "" });
    vi.useFakeTimers();
    const done = prepareForOffline({ keep: async () => void told.push("model") });
    await vi.advanceTimersByTimeAsync(LEISURE_MS - 1);
    expect(told).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await done;
    expect(told).toEqual(["waiting keep", "active keep", "model"]);
  });

  it("is the shell at first, and all else when the page says so", async () => {
    const one = await worker("1");
    await one.install();
    expect(held("1")).toEqual(SHELL);
    await one.keep();
    expect(held("1")).toEqual([...SHELL, ...REST]);
    expect(asked).toEqual([...SHELL, ...REST]);
  });

  it("leaves out the PIN page where the operator gives none, until there is one", async () => {
    answers = async (path) => new Response("", { status: path === "pin.html" ? 403 : 200 });
    const one = await settled();
    expect(held("1")).toEqual([...SHELL, ...REST].filter((path) => path !== "pin.html"));
    answers = async () => new Response("");
    await one.keep();
    expect(held("1")).toContain("pin.html");
  });

  it("is nothing new where a file is missing", async () => {
    answers = async (path) => new Response("", { status: path === "index.html" ? 404 : 200 });
    await expect((await worker("1")).install()).rejects.toThrow("Received status 404");
  });

  it("outlives an update where its name tells that it is the same, and goes where it does not", async () => {
    await settled();
    shelves.set("sutja-model", new Shelf());
    const two = await worker("2", ["index.html", "assets/page-2.js"]);
    await two.install();
    asked = [];
    await two.activate();
    expect([...shelves.keys()]).toEqual(["sutja-model", "sutja-page-2"]);
    expect([held("2"), asked]).toEqual([["index.html", "assets/page-2.js", "assets/runtime-1.wasm"], []]);
  });

  it("goes to an update all the same where there is no room for more", async () => {
    await settled();
    const two = await worker("2", ["index.html"]);
    await two.install();
    Object.assign(shelves.get("sutja-page-2") ?? {}, { put: () => Promise.reject(new DOMException("full", "QuotaExceededError")) });
    await two.activate();
    expect([...shelves.keys()]).toEqual(["sutja-page-2"]);
  });
});

describe("a page that is gone to", () => {
  it("is the server's, and the one that was kept where the server is gone", async () => {
    const one = await settled();
    answers = async (path) => new Response(`newest ${path}`);
    expect(await textOf(one.go("pin"))).toBe("newest pin");
    answers = () => Promise.reject(new TypeError("Failed to fetch"));
    expect([await textOf(one.go("pin")), await textOf(one.go(""))]).toEqual(["new pin.html", "new index.html"]);
    await expect(one.go("review")).rejects.toThrow("Failed to fetch");
  });

  it.each([502, 503, 504])("is the one that was kept where a proxy answers %i in place of the server", async (status) => {
    const one = await settled();
    answers = async () => new Response("Bad gateway", { status });
    expect(await textOf(one.go("pin"))).toBe("new pin.html");
    expect((await one.go("review"))?.status).toBe(status);
  });

  it("is not waited for longer than four seconds, unless none was kept", async () => {
    const one = await settled();
    answers = (path, signal) => new Promise((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason as Error));
      setTimeout(() => resolve(new Response(`late ${path}`)), 10_000);
    });
    vi.useFakeTimers();
    const [kept, late] = [textOf(one.go("pin")), textOf(one.go("review"))];
    await vi.advanceTimersByTimeAsync(4_000);
    expect(await kept).toBe("new pin.html");
    await vi.advanceTimersByTimeAsync(6_000);
    expect(await late).toBe("late review");
  });

  it("may take its time once it has begun to come", async () => {
    const one = await settled();
    let cut: AbortSignal | null | undefined;
    answers = async (path, signal) => {
      cut = signal;
      return new Response(`newest ${path}`);
    };
    vi.useFakeTimers();
    await one.go("pin");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(cut?.aborted).toBe(false);
  });
});
