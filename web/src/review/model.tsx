/** One model: its scores, how it was trained, what was decided about it, and the way to make it the champion. */

import { useCallback, useId, useState } from "preact/hooks";
import { percent } from "../language/percent";
import type { ReviewWords } from "../language/review";
import type { Decision, Model, Review } from "./api";
import { useAsked } from "./asked";
import { type Card, cardOf, reasonsOf } from "./card";
import { ChangesView } from "./changes";
import { Failure } from "./failure";
import { Lines, Table } from "./plot";
import { short, timeOf } from "./when";

const REASON_MIN = 10;

interface Props {
  sha: string;
  review: Review;
  promote: (reason: string) => void;
  end: () => void;
  words: ReviewWords;
}

export function ModelView({ sha, review, promote, end, words }: Props) {
  const { answer, error, again } = useAsked(useCallback(() => review.model(sha), [review, sha]), end);
  const { models: said } = words;
  if (error) return <Failure error={error} again={again} words={words} />;
  if (!answer) return <p role="status">{words.loading}</p>;
  const { model, decisions } = answer;
  const card = cardOf(answer.card);
  return (
    <section class="model" aria-labelledby="model">
      <h2 id="model">{said.model} <code>{short(sha)}</code></h2>
      {model.role !== "champion" && <Promotion model={model} promote={promote} words={words} />}
      <Scores title={said.scores} scores={card.scores} words={words} />
      <Scores title={said.slices} scores={card.slices} words={words} />
      <Course card={card} words={words} />
      <Decisions decisions={decisions} words={words} />
      {model.role !== "champion" && <ChangesView sha={sha} review={review} end={end} words={words} />}
    </section>
  );
}

/** With the gate by one press; against it, or without it, with a written reason. */
function Promotion({ model, promote, words }: { model: Model; promote: (reason: string) => void; words: ReviewWords }) {
  const { models: said } = words;
  const [reason, setReason] = useState("");
  const [isShort, setShort] = useState(false);
  const [field, complaint] = [useId(), useId()];
  const isFree = model.verdict === "promote";
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const isTooShort = !isFree && reason.trim().length < REASON_MIN;
    setShort(isTooShort);
    if (!isTooShort) promote(reason.trim());
  };
  return (
    <details class="asks">
      <summary>{said.promote}</summary>
      <form onSubmit={submit}>
        <p>{isFree ? said.promoteNote : said.againstNote}</p>
        <label for={field}>{said.reason}</label>
        <textarea id={field} rows={3} maxLength={1000} value={reason} required={!isFree} aria-invalid={isShort} aria-describedby={complaint} onInput={(event) => setReason(event.currentTarget.value)} />
        <p id={complaint} class="failure" role="alert">{isShort && said.reasonShort}</p>
        <button type="submit" class="primary">{said.promote}</button>
      </form>
    </details>
  );
}

function Scores({ title, scores, words }: { title: string; scores: Card["scores"]; words: ReviewWords }) {
  if (scores.length === 0) return null;
  const { models: said } = words;
  const share = (value: number | undefined): string => (value === undefined ? "" : percent(value, words.language, 2));
  return (
    <>
      <h3>{title}</h3>
      <Table names={[said.set, said.count, said.accuracy, said.accepted, said.acceptedError]} rows={scores.map(({ name, count, accuracy, accepted, accepted_error }) => [name, count?.toLocaleString(words.language) ?? "", share(accuracy), share(accepted), share(accepted_error)])} />
    </>
  );
}

function Course({ card: { history }, words }: { card: Card; words: ReviewWords }) {
  const { models: said } = words;
  const number = new Intl.NumberFormat(words.language, { maximumSignificantDigits: 5 });
  const groups = ["loss", "accuracy"].map((kind) => history.filter(({ name }) => name.endsWith(kind))).filter((group) => group.length > 0);
  return (
    <>
      <h3>{said.training}</h3>
      {groups.length === 0 && <p class="note">{said.noHistory}</p>}
      <div class="plots">
        {groups.map((series) => (
          <Lines key={series[0]?.name} title={series.map(({ name }) => name).join(", ")} series={series} place={said.epoch} asTable={said.asTable} number={(value) => number.format(value)} />
        ))}
      </div>
    </>
  );
}

function Decisions({ decisions, words }: { decisions: readonly Decision[]; words: ReviewWords }) {
  const { models: said } = words;
  return (
    <>
      <h3>{said.decisions}</h3>
      {decisions.length === 0 && <p class="note">{said.noDecisions}</p>}
      <ol class="decisions">
        {decisions.map((decision) => <Decided key={decision.id} decision={decision} words={words} />)}
      </ol>
    </>
  );
}

/** The gate's reasons, one by one; of an operator what was written. */
function Decided({ decision: { verdict, by, at, champion, reason, numbers }, words }: { decision: Decision; words: ReviewWords }) {
  const { models: said } = words;
  const reasons = reasonsOf(numbers);
  return (
    <li data-verdict={verdict}>
      <b>{said.verdicts[verdict] ?? verdict}</b> <span class="note">{said.decidedBy(by, timeOf(at, words))}, {said.beside(short(champion))}</span>
      {reasons.length === 0 && <p class="reason">{reason}</p>}
      <ul class="reasons" lang="en">
        {reasons.map(({ code, ruling, words: sentence }, place) => (
          <li key={`${code}-${place}`} data-ruling={ruling}>{sentence}</li>
        ))}
      </ul>
      <details>
        <summary>{said.numbers}</summary>
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what is longer than its place is moved by keys, too */}
        <pre tabIndex={0}>{JSON.stringify(numbers, null, 1)}</pre>
      </details>
    </li>
  );
}
