/** What became of an exercise: whether the digit that was asked for was read, or what else, and what may help. */

import type { Reading } from "../client";
import type { Utterance } from "../language/phrase";
import { PHRASES } from "../language/spoken";
import type { Outcome } from "./state";

export function outcomeOf({ digit: found, verdict, alternatives, hints: codes }: Pick<Reading, "digit" | "verdict" | "alternatives" | "hints">, digit: number): Outcome {
  const hints = codes.flatMap((code) => hintOf(code));
  if (found === null || (verdict !== "digit" && verdict !== "unsure")) return { kind: "none", hints };
  if (verdict === "digit") return found === digit ? { kind: "right", digit } : { kind: "other", digit, other: found };
  const other = alternatives[0]?.digit;
  return other === undefined ? { kind: "none", hints } : { kind: "unsure", digit: found, other, hints };
}

/** A newer server may know more. */
function hintOf(code: string): Utterance[] {
  const phrase = PHRASES.find((each): each is Extract<typeof each, `hint_${string}`> => each === `hint_${code}`);
  return phrase ? [[phrase]] : [];
}
