/** What an explanation says, in words: where the ink lies that decided, and what the colours mean. */

import type { Explanation } from "../client";
import type { Words } from "../language/page";
import { percent } from "../language/percent";
import { hasOpponents, regionOf } from "./weights";

export function textOfExplanation({ weights, digit, share, least }: Explanation, { explain: words, language }: Words): string {
  const region = regionOf(weights);
  if (!region) return words.nowhere(digit);
  return words.where(words.places[region.row]?.[region.column] ?? "", digit, percent(share, language), percent(least, language));
}

export function Legend({ explanation, words }: { explanation: Explanation; words: Words }) {
  return (
    <>
      <p>{textOfExplanation(explanation, words)}</p>
      <p class="legend">
        <span data-weight="decided">{words.explain.decided}</span>
        {hasOpponents(explanation.weights) && <span data-weight="against"> {words.explain.against}</span>}
      </p>
    </>
  );
}
