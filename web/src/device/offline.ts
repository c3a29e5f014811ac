/**
 * A day without a server: registers the service worker, and has all that reading takes fetched while nobody waits for
 * anything. Where the page came over plain http from another machine, browsers have no service worker, and nothing is kept.
 */

import { pause } from "../waiting";
import type { Device } from "./device";

/** After the page has opened; a first digit is drawn and read by then. */
export const LEISURE_MS = 6_000;
/** `?offline=no` in the address does away with all that was kept. */
const PARAMETER = "offline";
const PREFIX = "sutja-";

/** Never rejects: what cannot be kept is fetched when it is needed. */
export async function prepareForOffline(device: Pick<Device, "keep">): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  try {
    if (new URLSearchParams(location.search).get(PARAMETER) === "no") await forget();
    else await keepAll(await navigator.serviceWorker.register("./sw.js"), device);
  } catch {
    // forbidden, or no room
  }
}

async function keepAll(registration: ServiceWorkerRegistration, device: Pick<Device, "keep">): Promise<void> {
  if (wantsLittle()) return;
  await pause(LEISURE_MS);
  // The newer one as well: when it takes over, the files of the older one go.
  for (const worker of [registration.installing, registration.waiting, registration.active]) {
    // eslint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
    worker?.postMessage("keep");
  }
  await device.keep();
}

async function forget(): Promise<void> {
  const registrations = await navigator.serviceWorker.getRegistrations();
  await Promise.all(registrations.map((registration) => registration.unregister()));
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  await Promise.all(names.map((name) => caches.delete(name)));
}

/** Whether someone has told the browser to save data. */
function wantsLittle(): boolean {
  return (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
}
