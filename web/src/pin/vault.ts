/** What is secret: inks and digits by their places, from 0. Nothing else holds them, nothing shows them, and `forget` leaves none. */

import type { Ink } from "../ink";

export class Vault {
  readonly #inks = new Map<number, Ink>();
  readonly #digits = new Map<number, string>();
  /** One drawing that holds all digits. */
  wide: Ink | null = null;

  /** Keep a drawing and, where it is known already, its digit. */
  draw(place: number, ink: Ink, digit?: string): void {
    this.#inks.set(place, ink);
    if (digit === undefined) this.#digits.delete(place);
    else this.#digits.set(place, digit);
  }

  type(place: number, digit: string): void {
    this.#inks.delete(place);
    this.#digits.set(place, digit);
  }

  /** The places that were drawn, in order, and their inks. */
  get drawn(): { readonly places: readonly number[]; readonly inks: readonly Ink[] } {
    const entries = [...this.#inks].toSorted(([one], [other]) => one - other);
    return { places: entries.map(([place]) => place), inks: entries.map(([, ink]) => ink) };
  }

  /** The digits of the places that were drawn, in order, are known. */
  settle(digits: string): void {
    for (const [at, place] of this.drawn.places.entries()) this.#digits.set(place, digits[at] ?? "");
  }

  inkAt(place: number): Ink | undefined {
    return this.#inks.get(place);
  }

  digitAt(place: number): string | undefined {
    return this.#digits.get(place);
  }

  /** All digits; null where one of them is not known. */
  pin(count: number): string | null {
    const digits = Array.from({ length: count }, (_, place) => this.#digits.get(place) ?? "");
    return digits.every((digit) => digit.length === 1) ? digits.join("") : null;
  }

  forget(places: readonly number[] | "all"): void {
    this.wide = null;
    for (const place of places === "all" ? [...this.#inks.keys(), ...this.#digits.keys()] : places) {
      this.#inks.delete(place);
      this.#digits.delete(place);
    }
  }
}
