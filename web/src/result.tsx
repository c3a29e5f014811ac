/** What was read: the digit or the number, how sure the model is, its probabilities, and what it saw. */

import type { Account, Place } from "./account";
import type { View } from "./desk";
import { Glyph } from "./glyph";
import { Probabilities } from "./probabilities";
import type { Words } from "./words";

interface Props {
  view: View;
  account: Account;
  words: Words;
}

/** Digits of a number that stand in one row; more take another. */
const ROW_MAX = 8;

export function Result({ view, account, words }: Props) {
  const finding = typeof view.answer === "object" ? view.answer : null;
  return (
    <section class="result" aria-label={words.result} data-state={account.state}>
      <div class="verdict">
        {account.places.length > 0 ? <Row places={account.places} words={words} /> : <Sign digits={account.digits} words={words} />}
        <div class="account">
          <h2>{account.head}</h2>
          {account.sure && <p class="confidence">{account.sure}</p>}
          {account.notes.map((note) => <p class="note" key={note}>{note}</p>)}
        </div>
      </div>
      <Probabilities finding={finding} isFinal={!view.isDrawing} words={words} />
      <Glyph glyph={finding?.reading.glyph ?? null} note={finding?.number ? words.glyphOfNumber : words.glyphNote} words={words} />
    </section>
  );
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
          <b class="digit">{digit}</b> <span>{share}</span>
          {!isSure && <span class="doubt"> {words.orElse(other)}</span>}
        </li>
      ))}
    </ol>
  );
}
