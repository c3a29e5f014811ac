/** The desk: where pad and reader meet. It says what is to be shown, as one value, whenever that changes. */

import type { Problem, Server } from "./client";
import { extent, type Ink, isTooMuch } from "./ink";
import type { Finding } from "./number";
import { Pad } from "./pad";
import { Reader } from "./reader";

export type Answer = Finding | "too_much" | "refused";

export interface View {
  readonly strokes: number;
  readonly isDrawing: boolean;
  /** Whether the reading is of less ink than there is now: another is to come. */
  readonly isPartial: boolean;
  /** Whether the server can be reached. */
  readonly isThere: boolean;
  /** Null where nothing is drawn, or nothing is known yet. */
  readonly answer: Answer | null;
  /** Why it was refused, where it was. */
  readonly problem?: Problem;
  /** What the answer is of; of a picture there is none. */
  readonly ink: Ink;
  readonly source: "drawing" | "picture";
  /** Tells one drawing or picture from the next. */
  readonly subject: number;
}

export const START: View = { strokes: 0, isDrawing: false, isPartial: false, isThere: true, answer: null, ink: [], source: "drawing", subject: 0 };

let subjects = 0;

/** A number that no drawing and no picture has had. */
export function nextSubject(): number {
  subjects += 1;
  return subjects;
}

/** The first dot of a stroke says nothing: reading begins when the ink is this large, in sides of the pad, or at pen-up. */
const EXTENT_MIN = 0.08;

export class Desk {
  readonly #pad: Pad;
  readonly #reader: Reader;
  #view = START;

  constructor(
    canvas: HTMLCanvasElement,
    server: Server,
    private readonly show: (view: View) => void,
  ) {
    this.#pad = new Pad(canvas, {
      down: () => this.#change({}),
      move: () => extent(this.#pad.ink) >= EXTENT_MIN && this.read(),
      up: () => this.read(),
    });
    this.#reader = new Reader(server, {
      found: (answer, ink) => this.#change({ answer, ink }),
      refused: (_, problem) => this.#change({ answer: "refused", problem }),
      reached: (isThere) => this.#change({ isThere, answer: null }),
    });
  }

  set penWidth(width: number) {
    this.#pad.penWidth = width;
  }

  undo(): void {
    this.#pad.undo();
    this.#start();
  }

  clear(): void {
    this.#pad.clear();
    this.#start();
  }

  /** Read what is drawn; where nothing is, there is nothing to ask. */
  read(): void {
    const ink = this.#pad.ink;
    if (ink.length === 0) this.#change({ answer: null });
    else if (isTooMuch(ink)) this.#refuse();
    else {
      this.#reader.read(ink);
      this.#change({});
    }
  }

  close(): void {
    this.#reader.drop();
    this.#pad.close();
  }

  /** Ink was taken away: answers to what was there before come too late. */
  #start(): void {
    this.#reader.drop();
    this.read();
  }

  #refuse(): void {
    this.#reader.drop();
    this.#change({ answer: "too_much" });
  }

  #change(part: Partial<View>): void {
    const { ink, isDrawing } = this.#pad;
    const subject = ink.length > 0 && this.#view.strokes === 0 ? nextSubject() : this.#view.subject;
    const { answer, ink: read } = { ...this.#view, ...part };
    const isPartial = typeof answer === "object" && answer !== null && read !== ink;
    this.#view = { ...this.#view, ...part, strokes: ink.length, isDrawing, isPartial, subject };
    this.show(this.#view);
  }
}
