/** The bars: ten probabilities, drawn by Chart.js, of which only the parts for bars are taken. */

import { BarController, BarElement, CategoryScale, Chart, LinearScale, type Plugin, type ScriptableContext } from "chart.js";
import { onThemeChange, prefersStill, token } from "./theme";

Chart.register(BarController, BarElement, CategoryScale, LinearScale);

const DIGITS = Array.from({ length: 10 }, (_, digit) => String(digit));
/** How long the bars move at pen-up; while someone draws, they jump. */
const MOVE_MS = 150;
/** Smaller shares than this have no number above their bar. */
const NAMED_MIN = 0.01;

export class Bars {
  readonly #chart: Chart<"bar">;
  readonly #unwatch: () => void;
  #winner: number | null = null;

  /** `share` writes a probability for people. */
  constructor(canvas: HTMLCanvasElement, share: (probability: number) => string) {
    const isWinner = (digit: number): boolean => digit === this.#winner;
    this.#chart = new Chart(canvas, {
      type: "bar",
      data: { labels: DIGITS, datasets: [bars(isWinner)] },
      options: options(isWinner),
      plugins: [named(isWinner, share)],
    });
    this.#unwatch = onThemeChange(() => this.#chart.update("none"));
  }

  /** Show `probabilities` in the order of the digits; `winner` is set apart, where there is one. */
  show(probabilities: readonly number[], winner: number | null, isFinal: boolean): void {
    const [dataset] = this.#chart.data.datasets;
    if (!dataset) return;
    this.#winner = winner;
    dataset.data = [...probabilities];
    this.#chart.update(isFinal && !prefersStill() ? "default" : "none");
  }

  close(): void {
    this.#unwatch();
    this.#chart.destroy();
  }
}

type IsWinner = (digit: number) => boolean;

function bars(isWinner: IsWinner) {
  return {
    data: DIGITS.map(() => 0),
    backgroundColor: ({ dataIndex }: ScriptableContext<"bar">) => token(isWinner(dataIndex) ? "--accent" : "--bar"),
    borderRadius: 3,
    minBarLength: 2,
    barPercentage: 0.72,
    categoryPercentage: 1,
  };
}

function options(isWinner: IsWinner) {
  const font = ({ index }: { index: number }) => ({ family: token("--sans"), size: 15, weight: isWinner(index) ? 700 : 400 });
  const color = ({ index }: { index: number }) => token(isWinner(index) ? "--accent" : "--quiet");
  return {
    animation: { duration: MOVE_MS },
    events: [],
    responsive: true,
    maintainAspectRatio: false,
    layout: { padding: { top: 22 } }, // room for the numbers above the bars
    scales: {
      x: { border: { display: false }, grid: { display: false }, ticks: { font, color, autoSkip: false, maxRotation: 0 } },
      y: { display: false, min: 0, max: 1 },
    },
  };
}

/** Numbers above the bars; the winner's is bold, as is its digit below: it is known by more than its colour. */
function named(isWinner: IsWinner, share: (probability: number) => string): Plugin<"bar"> {
  return {
    id: "named",
    afterDatasetsDraw(chart) {
      const { ctx } = chart;
      ctx.textAlign = "center";
      chart.getDatasetMeta(0).data.forEach(({ x, y }, digit) => {
        const probability = Number(chart.data.datasets[0]?.data[digit]);
        if (probability < NAMED_MIN) return;
        ctx.font = `${isWinner(digit) ? "700 13px" : "400 11px"} ${token("--sans")}`;
        ctx.fillStyle = token(isWinner(digit) ? "--accent" : "--quiet");
        ctx.fillText(share(probability), x, y - 7);
      });
    },
  };
}
