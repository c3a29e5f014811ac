/**
 * The service worker: with it the page opens and reads without the server. A script of its own, which imports nothing.
 * The build puts in the lists of files and their common hash. The shell is fetched when the worker is installed, all
 * else (runtime, clips) when the page says so. The model is none of its business: `champion.ts` keeps that.
 */

declare const SUTJA_SHELL: readonly string[];
declare const SUTJA_REST: readonly string[];
declare const SUTJA_VERSION: string;

/** What TypeScript's DOM library does not know of the place in which this runs. */
interface Scope {
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  addEventListener(type: "install" | "activate" | "message", listener: (event: Lasting) => void): void;
  addEventListener(type: "fetch", listener: (event: Fetching) => void): void;
}

interface Lasting extends Event {
  readonly data?: unknown;
  waitUntil(work: Promise<unknown>): void;
}

interface Fetching extends Event {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

const scope = globalThis as unknown as Scope;

const PREFIX = "sutja-page-";
const NAME = PREFIX + SUTJA_VERSION;
/** Names in here change with what is inside. */
const HASHED = "assets/";
/** A server that takes longer to give the page is gone. */
const PATIENCE_MS = 4_000;
/** As is one that answers like this, or what stands before it. */
const AWAY_STATUS = 502;
/** What a server does not give here: the PIN page, until its operator says so (`doors/pins.py`). */
const FORBIDDEN_STATUS = 403;

const urlOf = (path: string): string => new URL(path, scope.registration.scope).href;
const isHashed = (url: string): boolean => url.startsWith(urlOf(HASHED));
const known = new Set([...SUTJA_SHELL, ...SUTJA_REST].map(urlOf));

scope.addEventListener("install", (event) => event.waitUntil(fill(SUTJA_SHELL)));
scope.addEventListener("message", (event) => event.data === "keep" && event.waitUntil(fill([...SUTJA_SHELL, ...SUTJA_REST])));
scope.addEventListener("activate", (event) => event.waitUntil(begin()));
scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(navigated(request, url));
  else if (known.has(url.origin + url.pathname)) event.respondWith(kept(url, request));
});

/** Put files into the cache of this version, unless they are there; none with a hash in its name is fetched twice. */
async function fill(paths: readonly string[]): Promise<void> {
  const cache = await caches.open(NAME);
  for (const url of paths.map(urlOf)) {
    if (await cache.match(url)) continue;
    const old = isHashed(url) ? await caches.match(url) : undefined;
    const answer = old ?? (await fetch(url, { cache: "no-cache" }));
    if (answer.ok) await cache.put(url, answer);
    else if (answer.status !== FORBIDDEN_STATUS) throw new Error(`Expected ${url}. Received status ${answer.status}.`);
  }
}

/** The pages of the version before have been closed: its files go, but for those that are in this one as well. */
async function begin(): Promise<void> {
  await inherit().catch(() => {}); // no room: they are fetched when they are needed
  for (const name of await caches.keys()) if (name.startsWith(PREFIX) && name !== NAME) await caches.delete(name);
  await scope.clients.claim();
}

async function inherit(): Promise<void> {
  const cache = await caches.open(NAME);
  for (const url of [...known].filter(isHashed)) {
    const old = (await cache.match(url)) ? undefined : await caches.match(url);
    if (old) await cache.put(url, old);
  }
}

/** A page comes from the server, so that it is the newest; without the server it is the one that was kept. */
async function navigated(request: Request, url: URL): Promise<Response> {
  const found = await pageAt(url.origin + url.pathname);
  if (!found) return fetch(request);
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(request, { signal: patience.signal });
    return answer.status >= AWAY_STATUS ? found : answer;
  } catch {
    return found;
  } finally {
    clearTimeout(timer); // what has begun to come may take its time
  }
}

async function pageAt(place: string): Promise<Response | undefined> {
  for (const name of [place, `${place}index.html`, `${place}.html`]) {
    const found = await caches.match(name);
    if (found) return found;
  }
  return undefined;
}

async function kept(url: URL, request: Request): Promise<Response> {
  return (await caches.match(url.origin + url.pathname)) ?? fetch(request);
}
