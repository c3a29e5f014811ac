/** Below a reading: whether it was right and, if not, what it was. One tap gives the drawing. */

import { useEffect, useMemo, useState } from "preact/hooks";
import type { View } from "../desk";
import { isExplainable } from "../explain/explain";
import { toWire } from "../ink";
import { type GivingWords, givingWordsOf } from "../language/giving";
import type { Language } from "../language/language";
import { ConsentDialog } from "./dialog";
import { Giver, type Label, type Offer, type Progress } from "./giver";
import { type Receipt, Receipts } from "./receipts";
import { givingServerAt } from "./server";

const LABELS: readonly Label[] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, null];

export interface Giving {
  readonly giver: Giver;
  readonly progress: Progress;
  readonly offer: Offer | null;
  readonly receipts: readonly Receipt[];
}

/** Giving to the server at `base` what `view` shows. */
export function useGiving(view: View, base: string): Giving {
  const [progress, show] = useState<Progress>({ at: "start" });
  const [receipts, list] = useState<readonly Receipt[] | null>(null);
  const giver = useMemo(() => new Giver(givingServerAt(base), show, new Receipts(list)), [base]);
  const offer = useMemo(() => offerOf(view), [view.answer, view.ink, view.isDrawing, view.isPartial, view.source]);
  useEffect(() => giver.offer(offer), [giver, offer]);
  useEffect(() => {
    const look = (): void => giver.receipts.look();
    addEventListener("storage", look);
    return () => removeEventListener("storage", look);
  }, [giver]);
  return { giver, progress, offer, receipts: receipts ?? giver.receipts.list };
}

/** One digit, or what is none, once the pen is lifted and all of the ink was read. */
export function offerOf(view: View): Offer | null {
  const { answer, ink } = view;
  if (!isExplainable(view) || typeof answer !== "object" || answer === null) return null;
  return { strokes: toWire(ink), read: answer.reading.verdict === "not_a_digit" ? null : answer.reading.digit };
}

interface Props {
  giving: Giving;
  /** Whether this device reads, and not the server that is given to. */
  isOnDevice: boolean;
  language: Language;
}

export function GivingPanel({ giving: { giver, progress, offer }, isOnDevice, language }: Props) {
  const words = givingWordsOf(language);
  const isOver = ["given", "deleting", "kept"].includes(progress.at);
  return (
    <div class="giving" role="group" aria-label={words.title} data-shown={offer !== null} data-at={progress.at}>
      <div class="choices-to-give" data-shown={offer !== null && !isOver}>
        <Choices offer={offer} choose={(label) => void giver.choose(label)} words={words} />
      </div>
      <div class="after-giving" data-shown={offer !== null && isOver}>
        <button type="button" onClick={() => void giver.undo()}>{words.undo}</button>
      </div>
      <p class="note" aria-live={progress.at === "start" ? "off" : "polite"}>{offer && noteOf(progress, isOnDevice, words)}</p>
      {progress.at === "asking" && (
        <ConsentDialog terms={progress.terms} isOnDevice={isOnDevice} agree={() => void giver.agree()} decline={() => giver.decline()} words={words} />
      )}
    </div>
  );
}

function Choices({ offer, choose, words }: { offer: Offer | null; choose: (label: Label) => void; words: GivingWords }) {
  const read = offer?.read ?? null;
  return (
    <>
      <button type="button" class="right" aria-label={words.rightOf(read)} onClick={() => choose(read)}>{words.right}</button>
      <span aria-hidden="true">{words.wrong}</span>
      {LABELS.map((label) => (
        <button type="button" key={label} class={label === null ? "no-digit" : ""} aria-label={words.wrongOf(label)} aria-disabled={label === read} onClick={() => label !== read && choose(label)}>
          {label ?? words.noDigit}
        </button>
      ))}
    </>
  );
}

function noteOf(progress: Progress, isOnDevice: boolean, words: GivingWords): string {
  if (progress.at === "given") return words.given(progress.label);
  if (progress.at === "failed") return words.faults[progress.fault];
  if (progress.at === "start" || progress.at === "asking") return isOnDevice ? words.noteOnDevice : words.note;
  return words[progress.at];
}
