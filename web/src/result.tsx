/** What was read: the digit, how sure the model is, its ten probabilities, and what it saw. */

import type { Account } from "./account";
import type { View } from "./desk";
import { Glyph } from "./glyph";
import { Probabilities } from "./probabilities";
import type { Words } from "./words";

interface Props {
  view: View;
  account: Account;
  words: Words;
}

export function Result({ view, account, words }: Props) {
  const reading = typeof view.answer === "object" ? view.answer : null;
  return (
    <section class="result" aria-label={words.result} data-state={account.state}>
      <div class="verdict">
        <Sign digits={account.digits} words={words} />
        <div class="account">
          <h2>{account.head}</h2>
          {account.sure && <p class="confidence">{account.sure}</p>}
          {account.notes.map((note) => <p class="note" key={note}>{note}</p>)}
        </div>
      </div>
      <Probabilities reading={reading} isFinal={!view.isDrawing} words={words} />
      <Glyph glyph={reading?.glyph ?? null} words={words} />
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
