/** The question whether one digit of this PIN may be kept to learn from: apart from all else, and not ticked. */

import type { Language } from "../language/language";
import { pinGivingWordsOf } from "../language/pin-giving";
import type { ViewProps } from "./parts";

interface Props extends Pick<ViewProps, "state" | "act"> {
  /** From 0; null where the operator wants none: then nobody is asked. */
  place: number | null;
  language: Language;
}

export function GiveQuestion({ state, place, language, act }: Props) {
  if (place === null || state.gives === "never" || state.phase === "practice") return null;
  const words = pinGivingWordsOf(language);
  return (
    <div class="give">
      <label class="choice">
        <input type="checkbox" checked={state.gives === "yes"} aria-describedby="give-note" onChange={() => act("give")} /> {words.question}
      </label>
      <p class="note" id="give-note">{words.note(place + 1)}</p>
    </div>
  );
}
