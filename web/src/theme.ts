/** What canvases, which know no style sheet, must know of it: its colours, and when they change. */

const THEMES = ["(prefers-color-scheme: dark)", "(forced-colors: active)"];

/** Call `listener` when light turns dark, or the system takes over the colours, or back; returns what ends that. */
export function onThemeChange(listener: () => void): () => void {
  const queries = THEMES.map((query) => matchMedia(query));
  for (const query of queries) query.addEventListener("change", listener);
  return () => {
    for (const query of queries) query.removeEventListener("change", listener);
  };
}

/** The value of a custom property of the page, such as `--accent`. */
export function token(name: `--${string}`): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export function prefersStill(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
