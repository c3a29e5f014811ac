/** The models: which one reads, which wait, and how the learning goes. */

import { useCallback, useState } from "preact/hooks";
import { percent } from "../language/percent";
import type { ReviewWords } from "../language/review";
import type { Model, Models, Overview, Review, ReviewError } from "./api";
import { errorOf, useAsked } from "./asked";
import { Failure } from "./failure";
import { LogIn } from "./login";
import { ModelView } from "./model";
import { Table } from "./plot";
import { short, timeOf } from "./when";

/** What waits for the password, and what is said once it is done. */
interface Waiting {
  readonly work: () => Promise<void>;
  readonly said: string;
}

interface Props {
  review: Review;
  end: () => void;
  words: ReviewWords;
}

export function ModelsTab({ review, end, words }: Props) {
  const models = useAsked(useCallback(() => review.models(), [review]), end);
  const overview = useAsked(useCallback(() => review.overview(), [review]), end);
  const [shown, show] = useState<string | null>(null);
  const [error, setError] = useState<ReviewError | null>(null);
  const [done, setDone] = useState("");
  const [waiting, setWaiting] = useState<Waiting | null>(null);
  /** Do what changes something, and look at what came of it; returns whether it was done. */
  const act = useCallback(
    async (work: () => Promise<void>, said = ""): Promise<boolean> => {
      setError(null);
      setDone("");
      setWaiting(null);
      try {
        await work();
        setDone(said);
        return true;
      } catch (failure) {
        const found = errorOf(failure);
        if (found.asksPassword) setWaiting({ work, said });
        else if (found.status === 401) end();
        else setError(found);
        return false;
      } finally {
        models.again();
        overview.again();
      }
    },
    [models.again, overview.again, end],
  );
  const failure = models.error ?? overview.error;
  if (!models.answer || !overview.answer) {
    return failure ? <Failure error={failure} again={() => [models, overview].forEach(({ again }) => again())} words={words} /> : <p role="status">{words.loading}</p>;
  }
  const { generation } = models.answer;
  return (
    <>
      {(error ?? failure) && <Failure error={(error ?? failure) as ReviewError} words={words} />}
      <p role="status" class="done">{done}</p>
      {waiting && <LogIn review={review} why={words.logIn.again} enter={() => void act(waiting.work, waiting.said)} words={words} />}
      <Champion models={models.answer} rollBack={() => act(() => review.rollBack(generation, ""), words.models.rolledBack)} words={words} />
      <Learning overview={overview.answer} pause={() => act(() => review.pause(""))} unpause={() => act(() => review.unpause())} words={words} />
      <All models={models.answer.models} shown={shown} show={show} words={words} />
      {shown !== null && (
        <ModelView key={`${shown}-${generation}`} sha={shown} review={review} promote={(reason) => act(() => review.promote(shown, generation, reason), words.models.promoted)} end={end} words={words} />
      )}
      <Past models={models.answer} words={words} />
    </>
  );
}

function Champion({ models: { champion, since, generation, history }, rollBack, words }: { models: Models; rollBack: () => void; words: ReviewWords }) {
  const { models: said } = words;
  return (
    <section aria-labelledby="champion">
      <h2 id="champion">{said.champion} <code>{short(champion)}</code></h2>
      <p class="note">{said.since(timeOf(since, words), generation)}</p>
      {history.length > 1 && (
        <details class="asks">
          <summary>{said.rollBack}</summary>
          <p>{said.rollBackNote}</p>
          <button type="button" class="primary" onClick={rollBack}>{said.rollBack}</button>
        </details>
      )}
    </section>
  );
}

interface LearningProps {
  overview: Overview;
  pause: () => void;
  unpause: () => void;
  words: ReviewWords;
}

function Learning({ overview: { fresh, learn_new, paused, cycles }, pause, unpause, words }: LearningProps) {
  const { models: said } = words;
  return (
    <section aria-labelledby="learning">
      <h2 id="learning">{said.learning}</h2>
      <p>{said.fresh(fresh, learn_new)}</p>
      <p>{paused ? said.paused(paused.by, timeOf(paused.at, words)) : said.goes} {paused?.reason}</p>
      <p><button type="button" onClick={paused ? unpause : pause}>{paused ? said.unpause : said.pause}</button></p>
      <h3>{said.cycles}</h3>
      {cycles.length === 0 ? (
        <p class="note">{said.noCycles}</p>
      ) : (
        <Table names={[said.cycles, said.state, said.started, said.note]} rows={cycles.map(({ id, state, started, note }) => [id, state, timeOf(started, words), note])} />
      )}
    </section>
  );
}

interface AllProps {
  models: readonly Model[];
  shown: string | null;
  show: (sha: string) => void;
  words: ReviewWords;
}

function All({ models, shown, show, words }: AllProps) {
  const { models: said } = words;
  const rows = models.map((model) => [
    <button type="button" key={model.sha} class="sha" aria-label={said.show(short(model.sha))} aria-pressed={model.sha === shown} onClick={() => show(model.sha)}>{short(model.sha)}</button>,
    said.roles[model.role] ?? model.role,
    model.verdict ? (said.verdicts[model.verdict] ?? model.verdict) : said.noVerdict,
    model.network ?? said.damaged,
    Object.entries(model.scores ?? {}).map(([name, accuracy]) => `${name} ${percent(accuracy, words.language, 2)}`).join(", "),
    timeOf(model.added, words),
  ]);
  return (
    <section aria-labelledby="all">
      <h2 id="all">{said.all}</h2>
      <Table names={[said.model, said.role, said.verdict, said.network, said.accuracy, said.added]} rows={rows} />
    </section>
  );
}

function Past({ models: { history }, words }: { models: Models; words: ReviewWords }) {
  const { models: said } = words;
  return (
    <section aria-labelledby="past">
      <h2 id="past">{said.history}</h2>
      <ol class="past">
        {history.map(({ generation, sha, kind, by, reason, at }) => (
          <li key={generation}>
            <b>{generation}</b> {said.kinds[kind] ?? kind} <code>{short(sha)}</code>
            <span class="note">{said.decidedBy(by, timeOf(at, words))} {reason}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
