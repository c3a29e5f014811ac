/**
 * Phrases and their slots, as types: the compiler holds both languages to the same phrases with the same slots, and whoever
 * says a phrase to its slots.
 */

import type { en } from "./spoken.en";

export type Phrase = keyof typeof en;

/** What may be filled in. `place` and `count` are 1 to 12, `entered` 0 to 12; numbers are 0 to 199; `digits` a row of figures. */
export interface Slot {
  digit: number;
  other: number;
  digits: string;
  place: number;
  count: number;
  entered: number;
  share: number;
  seconds: number;
}

type SlotsOf<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | SlotsOf<Rest> : never;

/** What has to be filled into a phrase. */
export type Values<P extends Phrase> = { readonly [Name in SlotsOf<(typeof en)[P]> & keyof Slot]: Slot[Name] };

/** The phrase, and its values where it has slots. */
export type Said<P extends Phrase> = SlotsOf<(typeof en)[P]> extends never ? readonly [phrase: P] : readonly [phrase: P, values: Values<P>];

/** Any phrase with its values, to be said later. */
export type Utterance = { [P in Phrase]: Said<P> }[Phrase];

type Same<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : false) : false;

/** The phrases of a table that English lacks, or that have other slots there. */
type Faults<Table> = {
  [P in keyof Table]: P extends Phrase ? (Table[P] extends string ? (Same<SlotsOf<Table[P]>, SlotsOf<(typeof en)[P]>> extends true ? never : P) : P) : P;
}[keyof Table];

/** A table of the phrases in another language. With a phrase missing, one too many, or of other slots it does not compile. */
export function translated<const Table extends Readonly<Record<Phrase, string>>>(table: Table & Sound<Table>): Table {
  return table;
}

/** Asks of a table with faults what it cannot have: so the compiler names them. */
type Sound<Table> = [Faults<Table>] extends [never] ? unknown : { readonly faults: Faults<Table> };

type Unknown = Exclude<{ [P in Phrase]: SlotsOf<(typeof en)[P]> }[Phrase], keyof Slot>;

/** Every slot is one that can be filled in: otherwise this is no type, and does not compile. */
export type AllSlotsAreKnown = Only<Unknown>;
type Only<Name extends never> = Name;
