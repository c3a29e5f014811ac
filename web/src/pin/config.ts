/** What the server writes into the page: the length of a PIN, how sure it has to be, and who gets it. */

import { PIN_RULE, type PinRule } from "../twins/pin";
import type { Way } from "./state";

export interface Config {
  readonly rule: PinRule;
  /** "" for nobody. */
  readonly origin: string;
  /** The place, from 0, whose digit may be given to learn from; null where none may. */
  readonly samples: number | null;
  /** The way in which the page opens; null where someone is to choose. */
  readonly way: Way | null;
}

/** By their names in the address. */
const WAYS = new Map<string, Way>([["boxes", "boxes"], ["field", "field"], ["eyes-free", "eyes_free"], ["keypad", "keypad"]]);

export function configOf(data: Readonly<Record<string, string | undefined>>, search: string): Config {
  const [length, sureFrom] = [Number(data.pinLength), Number(data.pinSureFrom)];
  return {
    rule: {
      length: Number.isInteger(length) && length >= 1 ? length : PIN_RULE.length,
      sureFrom: sureFrom >= 0.5 && sureFrom < 1 ? sureFrom : PIN_RULE.sureFrom,
    },
    origin: data.pinOrigin ?? "",
    samples: /^\d+$/.test(data.pinSamples ?? "") ? Number(data.pinSamples) : null,
    way: WAYS.get(new URLSearchParams(search).get("way") ?? "") ?? null,
  };
}
