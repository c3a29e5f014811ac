/** What the browser keeps for the next visit, where it may: settings and, unless that is switched off, the history of readings. */

const PREFIX = "sutja.";

/** What was kept under a name; null where nothing was, or where the browser will not say. */
export function recall(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null; // forbidden by a setting of the browser or of the frame
  }
}

/** Keep `value` under a name. Returns whether that could be done: storage may be full or forbidden. */
export function remember(name: string, value: string): boolean {
  try {
    localStorage.setItem(PREFIX + name, value);
    return true;
  } catch {
    return false;
  }
}
