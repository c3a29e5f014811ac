/** What the page asks the worker, and what comes back. */

import type { Explanation, NumberReading, Reading } from "../client";
import type { Paths } from "../twins/ink";
import type { PinAnswer, PinRule } from "../twins/pin";
import type { Fault } from "./fault";

/** `base` is where the page lies. `keep` only fetches the champion, for a day without a server; `load` gets ready to read. */
export type Question =
  | { readonly ask: "keep" | "load"; readonly base: string }
  | { readonly ask: "digit" | "number" | "explain"; readonly paths: Paths }
  | { readonly ask: "pin"; readonly inks: readonly Paths[]; readonly rule: PinRule }
  | { readonly ask: "wide_pin"; readonly paths: Paths; readonly rule: PinRule };

export interface Asked {
  readonly id: number;
  readonly question: Question;
}

/** A reading, or the name of the champion. */
export type Found = Reading | Explanation | NumberReading | PinAnswer | string;

export type Answer =
  | { readonly id: number; readonly found: Found }
  | { readonly id: number; readonly fault: Fault; readonly message: string };
