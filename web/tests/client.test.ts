import { afterEach, expect, it, vi } from "vitest";
import { RefusedError, serverAt } from "../src/client";
import { itemOf, numberOf, readingOf, TOO_LARGE } from "./readings";

const INK = [[{ x: 0.5, y: 0.25, t: 0 }]];

/** A server that gives the same answer to everything, and keeps what it was sent. */
function serverThat(answer: () => Promise<Response>) {
  const requests: Request[] = [];
  vi.stubGlobal("fetch", (request: Request) => {
    requests.push(request);
    return answer();
  });
  return { server: serverAt("http://sutja.test/digits/"), requests };
}

const json = (status: number, body: unknown) => () => Promise.resolve(Response.json(body, { status }));

afterEach(() => void vi.unstubAllGlobals());

it("sends strokes to where the page came from, and asks for the glyph", async () => {
  const { server, requests } = serverThat(json(200, readingOf()));
  expect(await server.predict(INK)).toEqual(readingOf());
  expect(requests[0]?.url).toBe("http://sutja.test/digits/predict?glyph=true");
  expect(await requests[0]?.json()).toEqual({ strokes: [[[500, 250, 0]]] });
});

it("sends the same strokes to be read as a number", async () => {
  const number = numberOf(itemOf(4, { box: { left: 250, top: 500, width: 100, height: 200 } }));
  const { server, requests } = serverThat(json(200, number));
  const [item] = (await server.readNumber(INK)).items;
  expect(item).toEqual(itemOf(4, { box: { left: 0.25, top: 0.5, width: 0.1, height: 0.2 } }));
  expect(requests[0]?.url).toBe("http://sutja.test/digits/read");
  expect(await requests[0]?.json()).toEqual({ strokes: [[[500, 250, 0]]] });
});

it.each([400, 413, 422, 500])("takes status %i for a refusal: the server is there", async (status) => {
  await expect(serverThat(json(status, {})).server.predict(INK)).rejects.toBeInstanceOf(RefusedError);
});

it.each([
  ["a problem", json(413, TOO_LARGE), TOO_LARGE],
  ["no problem", () => Promise.resolve(new Response("<h1>Too large</h1>", { status: 413, statusText: "Too large" })), { status: 413, title: "Too large", detail: "" }],
  ["half of one", json(422, { title: 4, detail: null }), { status: 422, title: "", detail: "" }],
  ["null", json(400, null), { status: 400, title: "", detail: "" }],
])("tells why it was refused, where %s came", async (_, answer, problem) => {
  await expect(serverThat(answer).server.predict(INK)).rejects.toMatchObject({ problem });
});

it.each([502, 503, 504])("takes status %i for a server that is away", async (status) => {
  await expect(serverThat(json(status, {})).server.predict(INK)).rejects.not.toBeInstanceOf(RefusedError);
});

it.each([
  ["well", json(200, { status: "healthy" }), true],
  ["not ready", json(200, { status: "starting" }), false],
  ["not itself", json(503, {}), false],
  ["gone", () => Promise.reject(new TypeError("Failed to fetch")), false],
])("knows a server that is %s", async (_, answer, isHealthy) => {
  expect(await serverThat(answer).server.isHealthy()).toBe(isHealthy);
});
