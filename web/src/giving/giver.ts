/** A giver at work: from a tap to the receipt and back. Knows neither page nor words; ink stays where it is, whatever happens. */

import { Consent, CONSENT_VERSION } from "./consent";
import { Receipts } from "./receipts";
import { type Fault, type Gift, GivingError, type GivingServer, type Terms } from "./server";

/** A digit, or null for none. */
export type Label = number | null;

/** A drawing that can be given: its strokes as they are sent, and what was read in them. */
export interface Offer {
  readonly strokes: Gift["strokes"];
  readonly read: Label;
}

export type Progress =
  | { readonly at: "start" | "undone" }
  | { readonly at: "asking"; readonly label: Label; readonly terms: Terms }
  | { readonly at: "sending"; readonly label: Label }
  | { readonly at: "given" | "deleting"; readonly label: Label; readonly receipt: string }
  | { readonly at: "failed"; readonly label: Label; readonly fault: Fault }
  /** It could not be deleted just now. */
  | { readonly at: "kept"; readonly label: Label; readonly receipt: string };

const START: Progress = { at: "start" };

export class Giver {
  #offer: Offer | null = null;
  #name = "";
  #progress: Progress = START;
  /** By drawing and label, so that a tap that is made again gives nothing twice. */
  readonly #keys = new Map<string, string>();

  constructor(
    private readonly server: GivingServer,
    private readonly listener: (progress: Progress) => void,
    readonly receipts: Receipts = new Receipts(),
    readonly consent: Consent = new Consent(),
  ) {}

  get progress(): Progress {
    return this.#progress;
  }

  /** What could be given now; of another drawing nothing is known yet. */
  offer(offer: Offer | null): void {
    const name = offer ? JSON.stringify(offer.strokes) : "";
    this.#offer = offer;
    if (name === this.#name) return;
    this.#name = name;
    this.#keys.clear();
    this.#show(START);
  }

  /** Give what is offered as a `label`. Without consent, it is asked for first. */
  async choose(label: Label): Promise<void> {
    if (!this.#offer || this.#isBusy) return;
    if (this.consent.isGiven) return this.#send(label);
    await this.#follow({ at: "sending", label }, async () => {
      const terms = await this.server.terms();
      if (terms.consent_version !== CONSENT_VERSION) throw new GivingError("outdated");
      return { at: "asking", label, terms };
    });
  }

  async agree(): Promise<void> {
    if (this.#progress.at !== "asking") return;
    this.consent.give();
    await this.#send(this.#progress.label);
  }

  decline(): void {
    if (this.#progress.at === "asking") this.#show(START);
  }

  /** Delete what was given just now. */
  async undo(): Promise<void> {
    if (this.#progress.at !== "given" && this.#progress.at !== "kept") return;
    const { label, receipt } = this.#progress;
    await this.#follow({ at: "deleting", label, receipt }, async () => {
      const isGone = await this.forget(receipt);
      if (isGone) this.#keys.clear(); // whoever gives it again gives it anew
      return isGone ? { at: "undone" } : { at: "kept", label, receipt };
    });
  }

  /** Delete what a receipt stands for. Returns whether that could be done. */
  async forget(receipt: string): Promise<boolean> {
    const isGone = await this.server.withdraw(receipt).then(
      () => true,
      () => false,
    );
    if (isGone) this.receipts.remove(receipt);
    return isGone;
  }

  get #isBusy(): boolean {
    return this.#progress.at === "sending" || this.#progress.at === "deleting";
  }

  async #send(label: Label): Promise<void> {
    const offer = this.#offer;
    if (!offer) return;
    const key = this.#keys.get(String(label)) ?? newKey();
    this.#keys.set(String(label), key);
    const gift: Gift = { ...offer, label, consent: true, consent_version: CONSENT_VERSION };
    await this.#follow({ at: "sending", label }, async () => {
      const receipt = await this.server.give(gift, key).catch((error: unknown) => this.#explained(error));
      this.receipts.add({ receipt, label, at: Date.now() });
      return { at: "given", label, receipt };
    });
  }

  /** A refusal may mean that the terms have changed since consent was given. */
  async #explained(error: unknown): Promise<never> {
    if (!(error instanceof GivingError) || error.fault !== "refused") throw error;
    const terms = await this.server.terms().catch(() => null);
    throw terms && terms.consent_version !== CONSENT_VERSION ? new GivingError("outdated") : error;
  }

  /** Show `meanwhile`, then what comes of it; nothing, where another drawing has come first. */
  async #follow(meanwhile: Progress & { readonly label: Label }, act: () => Promise<Progress>): Promise<void> {
    const name = this.#name;
    this.#show(meanwhile);
    const next = await act().catch((error: unknown): Progress => ({ at: "failed", label: meanwhile.label, fault: faultOf(error) }));
    if (name === this.#name) this.#show(next);
  }

  #show(progress: Progress): void {
    this.#progress = progress;
    this.listener(progress);
  }
}

function faultOf(error: unknown): Fault {
  return error instanceof GivingError ? error.fault : "refused";
}

/** 32 hexadecimal digits that nobody can guess; over plain http there is no `randomUUID`. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
