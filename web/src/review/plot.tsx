/** Plots as plain SVG, each with its numbers as a table: what a picture shows nobody has to see. */

import type { ComponentChildren } from "preact";

const WIDTH = 320;
const HEIGHT = 120;
const MARGIN = 6;

export interface Series {
  readonly name: string;
  readonly values: readonly number[];
}

interface LinesProps {
  title: string;
  series: readonly Series[];
  /** What the numbers are called by: the name of the first column of the table. */
  place: string;
  asTable: string;
  number: (value: number) => string;
}

/** Lines over equal steps, such as epochs; each has its own dashes and its name at the right. */
export function Lines({ title, series, place, asTable, number }: LinesProps) {
  const all = series.flatMap(({ values }) => values);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const steps = Math.max(...series.map(({ values }) => values.length));
  const x = (step: number): number => MARGIN + (steps > 1 ? (step / (steps - 1)) * (WIDTH - 2 * MARGIN) : 0);
  const y = (value: number): number => HEIGHT - MARGIN - (high > low ? ((value - low) / (high - low)) * (HEIGHT - 2 * MARGIN) : 0);
  return (
    <Figure title={title} asTable={asTable} table={<Table names={[place, ...series.map(({ name }) => name)]} rows={Array.from({ length: steps }, (_, step) => [String(step + 1), ...series.map(({ values }) => (values[step] === undefined ? "" : number(values[step])))])} />}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${title}: ${series.map(({ name, values }) => `${name} ${number(values[0] ?? 0)} – ${number(values.at(-1) ?? 0)}`).join(", ")}`}>
        {series.map(({ name, values }, kind) => (
          <polyline key={name} class={`line line-${kind % 3}`} points={values.map((value, step) => `${x(step).toFixed(1)},${y(value).toFixed(1)}`).join(" ")} />
        ))}
      </svg>
      <p class="legend-of">{series.map(({ name }, kind) => <span key={name} class={`key-of line-${kind % 3}`}>{name}</span>)}</p>
    </Figure>
  );
}

interface PairsProps {
  title: string;
  /** The names of the bins. */
  bins: readonly string[];
  bin: string;
  first: Series;
  second: Series;
  asTable: string;
  number: (value: number) => string;
}

/** Two bars for each bin, side by side: the first pale, the second dark. */
export function Pairs({ title, bins, bin, first, second, asTable, number }: PairsProps) {
  const most = Math.max(...first.values, ...second.values, 1e-9);
  const step = (WIDTH - 2 * MARGIN) / Math.max(1, bins.length);
  const height = (value: number): number => (value / most) * (HEIGHT - 2 * MARGIN);
  const bar = (value: number, place: number, side: number) => (
    <rect key={`${place}-${side}`} class={`bar-${side}`} x={MARGIN + place * step + side * step * 0.42} y={HEIGHT - MARGIN - height(value)} width={step * 0.4} height={Math.max(0.5, height(value))} />
  );
  return (
    <Figure title={title} asTable={asTable} table={<Table names={[bin, first.name, second.name]} rows={bins.map((name, place) => [name, number(first.values[place] ?? 0), number(second.values[place] ?? 0)])} />}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${title}: ${first.name}, ${second.name}`}>
        {bins.flatMap((_, place) => [bar(first.values[place] ?? 0, place, 0), bar(second.values[place] ?? 0, place, 1)])}
      </svg>
      <p class="legend-of">
        <span class="key-of bar-0">{first.name}</span>
        <span class="key-of bar-1">{second.name}</span>
      </p>
    </Figure>
  );
}

interface FigureProps {
  title: string;
  asTable: string;
  table: ComponentChildren;
  children: ComponentChildren;
}

function Figure({ title, asTable, table, children }: FigureProps) {
  return (
    <figure class="plot">
      <figcaption>{title}</figcaption>
      {children}
      <details>
        <summary>{asTable}</summary>
        {table}
      </details>
    </figure>
  );
}

/** The first cell of a row names it. */
export function Table({ names, rows }: { names: readonly string[]; rows: readonly (readonly ComponentChildren[])[] }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what is wider than its place is moved by keys, too
    <div class="scrolls" role="region" aria-label={names.join(", ")} tabIndex={0}>
      <table>
        <thead>
          <tr>{names.map((name) => <th scope="col" key={name}>{name}</th>)}</tr>
        </thead>
        <tbody>
          {rows.map(([head, ...cells], place) => (
            <tr key={place}>
              <th scope="row">{head}</th>
              {cells.map((cell, column) => <td key={column}>{cell}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
