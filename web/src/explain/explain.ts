/** Which ink decided, on demand: asked for once a reading has settled, and again when there is another. */

import { useEffect, useState } from "preact/hooks";
import type { Explanation, WholeServer } from "../client";
import type { View } from "../desk";

/** `failed`: the server is away, or does not explain. */
export type Explained = Explanation | "asked" | "failed" | null;

const SETTLED_MS = 250;

/** Whether there is a single digit, or no digit, to explain. */
export function isExplainable({ answer, isDrawing, isPartial, source }: View): boolean {
  return source === "drawing" && !isDrawing && !isPartial && typeof answer === "object" && answer !== null && answer.number === null && answer.reading.verdict !== "empty";
}

/**
 * The explanation of what `view` shows while it is on; null while it is off or there is nothing to explain. `explainer` is the
 * server or this device: whichever reads, so that no ink goes where it did not go before.
 */
export function useExplanation(explainer: Pick<WholeServer, "explain">, view: View, isOn: boolean): Explained {
  const [explained, show] = useState<Explained>(null);
  const isWanted = isOn && isExplainable(view);
  useEffect(() => {
    if (!isWanted) return undefined;
    let isNewest = true;
    const shown = (found: Explained): void => void (isNewest && show(found));
    show("asked");
    const timer = setTimeout(() => explainer.explain(view.ink).then(shown, () => shown("failed")), SETTLED_MS);
    return () => {
      isNewest = false;
      clearTimeout(timer);
    };
  }, [explainer, isWanted, view.answer]);
  return isWanted ? explained : null;
}
