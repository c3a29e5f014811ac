/** What comes in: whether it has changed, and how much of it there is. */

import { useCallback, useState } from "preact/hooks";
import { percent } from "../language/percent";
import type { ReviewWords } from "../language/review";
import type { Count, DriftEntry, DriftReport, KindDrift, Overview, Review } from "./api";
import { useAsked } from "./asked";
import { Failure } from "./failure";
import { Pairs, Table } from "./plot";

const DAYS = [1, 7, 30];

interface Props {
  review: Review;
  end: () => void;
  words: ReviewWords;
}

export function Drift({ review, end, words }: Props) {
  const [days, setDays] = useState(7);
  const report = useAsked(useCallback(() => review.drift(days), [review, days]), end);
  const overview = useAsked(useCallback(() => review.overview(), [review]), end);
  const error = report.error ?? overview.error;
  const { drift: said } = words;
  return (
    <>
      {error && <Failure error={error} again={() => [report, overview].forEach(({ again }) => again())} words={words} />}
      <section aria-labelledby="drift">
        <h2 id="drift">{said.heading}</h2>
        <label class="days">
          {said.days}{" "}
          <select value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}>
            {DAYS.map((each) => <option key={each} value={each}>{said.lastDays(each)}</option>)}
          </select>
        </label>
        {report.answer ? <Report report={report.answer} words={words} /> : !error && <p role="status">{words.loading}</p>}
      </section>
      {overview.answer && <Gathered overview={overview.answer} words={words} />}
    </>
  );
}

function Report({ report, words }: { report: DriftReport; words: ReviewWords }) {
  const { drift: said } = words;
  const share = ({ corrected, count }: { corrected: number; count: number }): string => percent(count ? corrected / count : 0, words.language);
  return (
    <>
      <p class={report.is_alarming ? "alarm" : "calm"} role="status">{report.is_alarming ? said.alarm : said.calm}</p>
      <p class="note">{said.psiNote(report.psi_alarm.toLocaleString(words.language))}</p>
      {report.kinds.map((kind) => <Kind key={kind.kind} drift={kind} countMin={report.count_min} words={words} />)}
      <h3>{said.corrections}</h3>
      <p>
        {said.corrected(share(report.now), report.now.count)}; {said.correctedBefore(share(report.before), report.before.count)}.
        {" "}<b class={report.corrections_alarm ? "alarm" : ""}>{report.corrections_alarm ? said.risen : said.notRisen}</b>
      </p>
    </>
  );
}

function Kind({ drift, countMin, words }: { drift: KindDrift; countMin: number; words: ReviewWords }) {
  const { drift: said } = words;
  const { kind, count, reference, from_training: training, from_before: before } = drift;
  const earlier = new Map(before?.map((each) => [each.feature, each]));
  const rows = training ?? before ?? [];
  const written = (entry: DriftEntry | undefined) =>
    entry && <span class={entry.is_alarming ? "alarm" : ""}>{entry.psi.toLocaleString(words.language, { maximumFractionDigits: 3 })}{entry.is_alarming && ` · ${said.isAlarming}`}</span>;
  return (
    <>
      <h3>{said.kinds[kind] ?? kind}</h3>
      <p class="note">
        {count < countMin ? said.few(count, countMin) : said.enough(count)}{" "}
        {training === null ? said.noReference : reference && reference !== kind && said.other(said.kinds[reference] ?? reference)}
      </p>
      {rows.length > 0 && (
        <>
          <Table names={[said.feature, said.fromTraining, said.fromBefore]} rows={rows.map((entry) => [said.features[entry.feature] ?? entry.feature, training ? written(entry) : "", written(earlier.get(entry.feature))])} />
          <details>
            <summary>{said.bins}</summary>
            <div class="plots">{rows.map((entry) => <Bins key={entry.feature} entry={entry} words={words} />)}</div>
          </details>
        </>
      )}
    </>
  );
}

function Bins({ entry: { feature, edges, expected, found }, words }: { entry: DriftEntry; words: ReviewWords }) {
  const { drift: said } = words;
  const number = (value: number): string => value.toLocaleString(words.language, { maximumSignificantDigits: 3 });
  const named = expected.map((_, place) => (place === 0 ? `< ${number(edges[0] ?? 0)}` : place === edges.length ? `≥ ${number(edges.at(-1) ?? 0)}` : `${number(edges[place - 1] ?? 0)} – ${number(edges[place] ?? 0)}`));
  return (
    <Pairs title={said.features[feature] ?? feature} bins={named} bin={said.bin} first={{ name: said.expected, values: expected }} second={{ name: said.found, values: found }} asTable={words.models.asTable} number={(value) => percent(value, words.language)} />
  );
}

function Gathered({ overview: { days, labels, sources, others, sayers, warnings }, words }: { overview: Overview; words: ReviewWords }) {
  const { drift: said } = words;
  const nameOf = (name: string): string => (name === "None" ? said.noDigit : name === "giver" ? said.givers : name);
  const tables: readonly (readonly [string, readonly Count[]])[] = [
    [said.byDay, days.toReversed()],
    [said.byLabel, labels],
    [said.bySource, others ? [...sources, { ...others, name: said.others(others.sources) }] : sources],
    [said.bySayer, sayers],
  ];
  return (
    <section aria-labelledby="gathered">
      <h2 id="gathered">{said.gathered}</h2>
      {days.length === 0 && <p class="note">{said.nothing}</p>}
      {days.length > 0 && tables.map(([title, counts]) => (
        <div key={title}>
          <h3>{title}</h3>
          <Table names={[title, said.count, said.agreed]} rows={counts.map(({ name, count, read, agreed }) => [nameOf(name), count.toLocaleString(words.language), read > 0 ? percent(agreed / read, words.language) : "–"])} />
        </div>
      ))}
      {warnings.length > 0 && <h3>{said.warnings}</h3>}
      {warnings.map((warning) => <p key={warning} lang="en">{warning}</p>)}
    </section>
  );
}
