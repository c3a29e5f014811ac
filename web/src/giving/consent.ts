/** Consent: to which text it was given on this device. Asked once for each version of the text. */

import { recall, remember } from "../memory";

/** The version of the text in language/giving.ts, as the server knows it (src/sutja/service/gifts.py). */
export const CONSENT_VERSION = "1";

const NAME = "consent";

export class Consent {
  /** Where nothing may be kept, it holds until the page is closed. */
  #version = recall(NAME);

  get isGiven(): boolean {
    return this.#version === CONSENT_VERSION;
  }

  give(): void {
    this.#version = CONSENT_VERSION;
    remember(NAME, CONSENT_VERSION);
  }

  takeBack(): void {
    this.#version = null;
    remember(NAME, "");
  }
}
