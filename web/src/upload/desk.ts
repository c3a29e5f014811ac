/** The desk for a picture: has it read, and says what is to be shown as the pad's desk does. The newest picture wins. */

import { type NumberReading, RefusedError, type WholeServer } from "../client";
import { nextSubject, START, type View } from "../desk";
import { untilThere } from "../reader";
import { type Picture, pictureOf } from "./picture";

export interface PictureView {
  /** Null where a file could not be opened: then there is only something to say. */
  readonly picture: Picture | null;
  readonly view: View;
}

/** A picture is read as a number: there is no reading of all of it as one digit. */
const NO_READING = { digit: null, confidence: 0, probabilities: {}, verdict: "empty", alternatives: [], hints: [], model: "" } as const;

export class PictureDesk {
  #shown: PictureView | null = null;
  #turn = 0;

  constructor(
    private readonly server: WholeServer,
    private readonly show: (shown: PictureView | null) => void,
  ) {}

  /** Open a file and read it. Never rejects: what goes wrong is shown. */
  async take(file: Blob): Promise<void> {
    const turn = this.#begin();
    try {
      const picture = await pictureOf(file);
      if (turn !== this.#turn) return picture.image.close();
      this.#show({ picture, view: blankView() });
      await this.#read(picture, turn);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      if (turn === this.#turn) this.#show({ picture: null, view: { ...blankView(), answer: "refused", problem: error.problem } });
    }
  }

  /** Read the picture once more. */
  async again(): Promise<void> {
    if (this.#shown?.picture) await this.#read(this.#shown.picture, this.#begin());
  }

  /** Put the picture away. */
  close(): void {
    this.#begin();
    this.#show(null);
  }

  /** Answers to what was asked before come too late. */
  #begin(): number {
    this.#turn += 1;
    return this.#turn;
  }

  async #read(picture: Picture, turn: number): Promise<void> {
    const isWanted = (): boolean => turn === this.#turn;
    while (isWanted()) {
      try {
        const number = await this.server.readPicture(picture.body);
        return isWanted() ? this.#change({ answer: { reading: NO_READING as never, number: inShares(number, picture) }, isThere: true }) : undefined;
      } catch (error) {
        if (!isWanted()) return undefined;
        if (error instanceof RefusedError) return this.#change({ answer: "refused", problem: error.problem, isThere: true });
        this.#change({ answer: null, isThere: false });
        await untilThere(this.server, isWanted);
      }
    }
    return undefined;
  }

  #change(part: Partial<View>): void {
    if (this.#shown) this.#show({ ...this.#shown, view: { ...this.#shown.view, ...part } });
  }

  #show(shown: PictureView | null): void {
    const before = this.#shown?.picture;
    this.#shown = shown;
    this.show(shown);
    if (before !== shown?.picture) before?.image.close(); // it has megabytes, and is no more than pixels: nothing else frees it soon
  }
}

function blankView(): View {
  return { ...START, strokes: 1, source: "picture", subject: nextSubject() };
}

/** The number with its boxes in shares of the picture's sides. */
function inShares(number: NumberReading, { image: { width, height } }: Picture): NumberReading {
  const items = number.items.map(({ box, ...item }) => ({
    ...item,
    box: { left: box.left / width, top: box.top / height, width: box.width / width, height: box.height / height },
  }));
  return { ...number, items };
}
