/** What was read: the digit or the number, how sure the model is, its probabilities, and what it saw. */

import type { ComponentChildren } from "preact";
import type { Account, Place } from "./account";
import type { View } from "./desk";
import { type Explained, isExplainable } from "./explain/explain";
import { Glyph } from "./glyph";
import { Probabilities } from "./probabilities";
import type { Words } from "./language/page";

interface Props {
  view: View;
  account: Account;
  explained: Explained;
  /** Whether it is to be explained, and how to turn that. */
  isExplaining: boolean;
  explain: () => void;
  words: Words;
  /** What stands between the reading and its probabilities. */
  giving: ComponentChildren;
}

/** Digits of a number that stand in one row; more take another. */
const ROW_MAX = 8;

export function Result({ view, account, explained, isExplaining, explain, words, giving }: Props) {
  const finding = typeof view.answer === "object" ? view.answer : null;
  const isUnable = view.strokes > 0 && !view.isDrawing && finding !== null && !isExplainable(view);
  return (
    <section class="result" aria-label={words.result} data-state={account.state}>
      <div class="verdict">
        <div class="print">
          {account.places.length > 0 ? <Row key={account.places.length} places={account.places} words={words} /> : <Sign key={account.digits.length} digits={account.digits} words={words} />}
        </div>
        <div class="account">
          <h2>{account.head}</h2>
          {account.sure && <p class="confidence">{account.sure}</p>}
          {account.notes.map((note) => <p class="note" key={note}>{note}</p>)}
          {account.detail && <p class="note">{account.detail}</p>}
        </div>
      </div>
      {giving}
      <Probabilities finding={finding} isFinal={!view.isDrawing} words={words} />
      <div class="insight">
        <div class="insight-head">
          <h3>{words.glyph}</h3>
          <button type="button" class="explain" aria-pressed={isExplaining} title={words.explain.buttonNote} onClick={explain}>{words.explain.button}</button>
        </div>
        <Glyph
          glyph={finding?.reading.glyph ?? null}
          note={finding ? noteOf(view, words) : words.glyphEmpty}
          why={account.why}
          explained={explained}
          isUnable={isExplaining && isUnable}
          words={words}
        />
      </div>
    </section>
  );
}

function noteOf({ answer, source }: View, words: Words): string {
  if (source === "picture") return words.glyphOfPicture;
  return typeof answer === "object" && answer?.number ? words.glyphOfNumber : words.glyphNote;
}

/** The cell in which the answer is printed: a digit, two that it may be, or nothing. */
function Sign({ digits: [digit, other], words }: { digits: readonly number[]; words: Words }) {
  if (digit === undefined) return <p class="sign" aria-hidden="true" />;
  return (
    <p class="sign">
      <b class="digit">{digit}</b>
      {other !== undefined && <> {words.or} <b class="digit">{other}</b></>}
    </p>
  );
}

/** A row of cells: the digits of a number, with how sure each is beneath it. */
function Row({ places, words }: { places: readonly Place[]; words: Words }) {
  return (
    <ol class="sign row" style={{ "--count": Math.min(places.length, ROW_MAX) }}>
      {places.map(({ digit, share, isSure, other }, place) => (
        <li key={place} data-sure={isSure}>
          <b class="digit">{digit}</b> <span key={share}>{share}</span>
          {!isSure && <span class="doubt"> {words.orElse(other)}</span>}
        </li>
      ))}
    </ol>
  );
}
