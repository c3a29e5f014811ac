/** One person at the PIN page: runs the machine, holds what is secret, and does what follows: reading, speaking, handing over. */

import { type Ink, isTooMuch } from "../ink";
import { type Language, LANGUAGES } from "../language/language";
import type { Utterance } from "../language/phrase";
import type { Earcons } from "../speech/earcons";
import type { Speech } from "../speech/say";
import { backoffs, pause } from "../waiting";
import type { PinGiver } from "./giver";
import type { Host } from "./host";
import { Idleness } from "./idleness";
import { outcomeOf } from "./lesson";
import { BusyError, type PinReader, UnreadableError } from "./reader";
import { begin, type Effect, type Event, exerciseOf, type Fault, isOpen, type State } from "./state";
import { step } from "./step";
import { Vault } from "./vault";

export interface SessionParts {
  readonly length: number;
  readonly reader: PinReader;
  readonly speech: Pick<Speech, "tell" | "add" | "stop" | "load">;
  readonly earcons: Pick<Earcons, "penDown" | "accepted" | "again" | "redone" | "warning" | "done">;
  readonly host: Pick<Host, "tell">;
  readonly show: (state: State) => void;
  /** To whom a digit may be given to learn from; null where the operator wants none. */
  readonly giver?: PinGiver | null;
}

/** Who waits longer than this is told so. */
export const SLOW_MS = 2_000;

export class Session {
  #state: State;
  /** Goes on whenever what is under way is of no use any more. */
  #turn = 0;
  #queue: Promise<void> = Promise.resolve();
  readonly #vault = new Vault();
  readonly #idleness = new Idleness((kind) => this.send({ kind }));

  constructor(private readonly parts: SessionParts) {
    this.#state = begin(parts.length, Boolean(parts.giver));
  }

  get state(): State {
    return this.#state;
  }

  send(event: Event): void {
    const [state, effects] = step(this.#state, event);
    this.#state = state;
    this.parts.show(state);
    for (const effect of effects) this.#do(effect);
    this.#idleness.watch(isOpen(state) || state.phase === "practice");
  }

  /** Somebody is there: a touch, a key or a press, whatever it means. */
  wake(): void {
    this.#idleness.wake();
    if (this.#state.isWarned) this.send({ kind: "goOn" });
  }

  /** The page has come to the front, perhaps after a sleep. */
  look(): void {
    this.#idleness.look();
  }

  /** The pen has touched: nobody is spoken over. */
  penDown(): void {
    this.parts.speech.stop();
    this.parts.earcons.penDown();
  }

  /** A drawing is done. Where none is wanted it means nothing. */
  draw(ink: Ink): void {
    const { phase, way, order } = this.#state;
    if (phase === "practice") void this.#practise(ink);
    else if (phase !== "entering") return;
    else if (isTooMuch(ink)) this.send({ kind: "unclear" });
    else if (way === "field" && order.length === 0) {
      this.#vault.wide = ink;
      this.send({ kind: "enteredWide" });
    } else this.#inTurn((turn) => this.#enter(ink, turn));
  }

  /** A digit, "0" to "9". */
  type(digit: string): void {
    this.#inTurn(() => {
      const { phase, at } = this.#state;
      if (phase !== "entering" || at === null) return;
      this.#vault.type(at, digit);
      this.send({ kind: "entered", how: "typed" });
    });
  }

  /** One digit after the other, however long each is looked at; none any more once something was taken back or asked again. */
  #inTurn(act: (turn: number) => Promise<void> | void): void {
    const turn = this.#turn;
    this.#queue = this.#queue.then(() => (turn === this.#turn ? act(turn) : undefined));
  }

  async #enter(ink: Ink, turn: number): Promise<void> {
    const answer = await this.parts.reader.check(ink);
    const { phase, at } = this.#state;
    if (turn !== this.#turn || phase !== "entering" || at === null) return;
    if (answer && "rewrite" in answer) return this.send({ kind: "unclear" });
    this.#vault.draw(at, ink, answer?.pin);
    this.send({ kind: "entered", how: "drawn" });
  }

  async #practise(ink: Ink): Promise<void> {
    const digit = exerciseOf(this.#state.exercise);
    const reading = await this.#answerTo(() => this.parts.reader.predict(ink));
    if (reading) this.send({ kind: "practiced", outcome: outcomeOf(reading, digit) });
  }

  #do(effect: Effect): void {
    const { speech, earcons, host } = this.parts;
    switch (effect.do) {
      case "tell":
      case "add":
        return void speech[effect.do](effect.said);
      case "offer":
        return this.#offer(effect.said);
      case "tellEntered":
        return void speech.tell([this.#entered(effect.place)]);
      case "sound":
        return earcons[effect.sound]();
      case "soundAccepted":
        return earcons.accepted(effect.place + 1);
      case "forget":
        this.#turn += 1;
        return this.#vault.forget(effect.places);
      case "read":
        return void this.#read();
      case "readWide":
        return void this.#readWide();
      case "hand":
        return this.#hand();
      case "leave":
        return void host.tell({ sutja: "cancelled" });
    }
  }

  /** In each language, so that everyone understands one of them. */
  #offer(said: readonly Utterance[]): void {
    const { speech } = this.parts;
    const offer = (language: Language, place: number): void => void speech[place === 0 ? "tell" : "add"](said, language);
    LANGUAGES.forEach(offer);
  }

  /** The place that was filled and, where that was agreed to, its digit. */
  #entered(place: number): Utterance {
    const digits = this.#state.speaksDigits === "yes" ? this.#vault.digitAt(place) : undefined;
    const values = { place: place + 1, count: this.#state.marks.length };
    return digits === undefined ? ["accepted", values] : ["accepted_aloud", { ...values, digits }];
  }

  async #read(): Promise<void> {
    const { places, inks } = this.#vault.drawn;
    const answer = inks.length > 0 ? await this.#answerTo(() => this.parts.reader.read(inks)) : { pin: "" };
    if (!answer) return;
    if ("pin" in answer) this.#vault.settle(answer.pin);
    this.send({ kind: "read", rewrite: "pin" in answer ? [] : answer.rewrite.flatMap((place) => places[place] ?? []) });
  }

  async #readWide(): Promise<void> {
    const { wide } = this.#vault;
    const answer = wide && (await this.#answerTo(() => this.parts.reader.readWide(wide)));
    if (!answer) return;
    if ("pin" in answer) [...answer.pin].forEach((digit, place) => this.#vault.type(place, digit));
    else answer.inks?.forEach((ink, place) => this.#vault.draw(place, ink));
    this.send({ kind: "read", rewrite: "pin" in answer ? [] : answer.rewrite });
  }

  /** Ask until there is an answer; null where there never will be one, or something else has come first. Drawings stay meanwhile. */
  async #answerTo<Answer>(ask: () => Promise<Answer>): Promise<Answer | null> {
    const [turn, waits] = [(this.#turn += 1), backoffs()];
    while (turn === this.#turn) {
      const { answer = null, fault = null } = await this.#patiently(turn, settled(ask()));
      if (turn !== this.#turn) break;
      this.send(fault ? { kind: "faulty", fault } : { kind: "mended" });
      if (!fault || fault === "model") return answer;
      await pause(waits.next().value);
    }
    return null;
  }

  /** Tell someone who has to wait for an answer that it is on its way. */
  #patiently<Value>(turn: number, answer: Promise<Value>): Promise<Value> {
    const timer = setTimeout(() => turn === this.#turn && this.send({ kind: "slow" }), SLOW_MS);
    return answer.finally(() => clearTimeout(timer));
  }

  #hand(): void {
    const pin = this.#vault.pin(this.#state.marks.length);
    const isHanded = pin !== null && this.parts.host.tell({ sutja: "pin", pin });
    if (isHanded && this.#state.gives === "yes") this.#give();
    this.send({ kind: isHanded ? "handed" : "notHanded" });
  }

  /** One digit, at the place that is the same for everybody, if it was drawn. */
  #give(): void {
    const { giver } = this.parts;
    if (!giver) return;
    const [ink, digit] = [this.#vault.inkAt(giver.place), this.#vault.digitAt(giver.place)];
    if (ink && digit) giver.give(ink, digit);
  }
}

/** The answer or, in its place, why there is none. */
function settled<Answer>(asked: Promise<Answer>): Promise<{ readonly answer?: Answer; readonly fault?: Fault }> {
  return asked.then(
    (answer) => ({ answer }),
    (error: unknown) => ({ fault: error instanceof UnreadableError ? "model" : error instanceof BusyError ? "busy" : "network" }),
  );
}
