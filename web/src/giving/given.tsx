/** What was given from this browser, to be deleted at the server one by one or all at once. */

import { useState } from "preact/hooks";
import { type GivingWords, givingWordsOf } from "../language/giving";
import type { Language } from "../language/language";
import type { Giver } from "./giver";
import type { Receipt } from "./receipts";

/** Receipts that are listed; all of them can be deleted. */
const SHOWN_MAX = 24;

interface Props {
  giver: Giver;
  receipts: readonly Receipt[];
  language: Language;
}

export function Given({ giver, receipts, language }: Props) {
  const words = givingWordsOf(language);
  const [told, tell] = useState("");
  const forget = async (gone: readonly Receipt[]): Promise<void> => {
    let isGone = true;
    for (const { receipt } of gone) isGone = (await giver.forget(receipt)) && isGone;
    tell(isGone ? words.receipts.deleted : words.receipts.failed);
  };
  const takeBack = (): void => {
    giver.consent.takeBack();
    void forget(receipts);
  };
  if (receipts.length === 0 && !told) return null;
  return (
    <section class="given" aria-label={words.receipts.title(receipts.length)}>
      <h3>{words.receipts.title(receipts.length)}</h3>
      <p class="note">{words.receipts.note}</p>
      {receipts.length > 0 && <button type="button" onClick={takeBack}>{words.receipts.takeBack}</button>}
      <p class="note" aria-live="polite">{told}</p>
      <ol class="entries">
        {receipts.slice(0, SHOWN_MAX).map((receipt) => <Row key={receipt.receipt} receipt={receipt} forget={() => void forget([receipt])} words={words} language={language} />)}
      </ol>
    </section>
  );
}

function Row({ receipt: { label, at }, forget, words, language }: { receipt: Receipt; forget: () => void; words: GivingWords; language: Language }) {
  const time = new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "short" }).format(at);
  return (
    <li tabIndex={-1}>
      <b>{label ?? words.noDigit}</b>
      <time dateTime={new Date(at).toISOString()}>{time}</time>
      <button type="button" aria-label={words.receipts.remove(label, time)} onClick={forget}>×</button>
    </li>
  );
}
