/** Focus is never lost: where the element that has it goes away, what stands nearest to it gets it. */

const FOCUSABLE = "a[href], button, input, select, summary, [tabindex]";

/**
 * Watch over the focus within `root`; returns what ends that. Without this a keyboard, and a screen reader, would start again
 * at the top of the page. Who puts the focus elsewhere in time, as a dialog does that closes, is left alone.
 */
export function keepFocus(root: HTMLElement): () => void {
  const stop = new AbortController();
  /** The element that had the focus last, and what it stood in, innermost first. */
  let path: readonly Element[] = [];
  const note = ({ target }: FocusEvent): void => {
    path = target instanceof Element ? [target, ...ancestors(target, root)] : [];
  };
  const watch = new MutationObserver(() => {
    const [last, ...around] = path;
    if (!last || !isNowhere(document.activeElement, last) || isThere(last)) return;
    around.some((place) => place.isConnected && focusFirst(place));
  });
  root.addEventListener("focusin", note, { signal: stop.signal });
  // Whoever presses on what takes no focus has put it away.
  document.addEventListener("pointerdown", () => (path = []), { signal: stop.signal, capture: true });
  watch.observe(root, { childList: true, subtree: true, attributes: true });
  stop.signal.addEventListener("abort", () => watch.disconnect());
  return () => stop.abort();
}

function ancestors(element: Element, root: Element): Element[] {
  const { parentElement } = element;
  return element === root || !parentElement ? [] : [parentElement, ...ancestors(parentElement, root)];
}

/** Whether an element can have the focus. */
function isThere(element: Element): boolean {
  return element.isConnected && element.checkVisibility?.({ visibilityProperty: true }) !== false; // older browsers cannot tell
}

/** An element that is hidden keeps the focus for a moment, until the browser takes note. */
function isNowhere(active: Element | null, last: Element): boolean {
  return active === null || active === document.body || active === last;
}

function focusFirst(place: Element): boolean {
  const found = [...place.querySelectorAll<HTMLElement>(FOCUSABLE)].find(isThere);
  found?.focus({ preventScroll: true });
  return found !== undefined;
}
