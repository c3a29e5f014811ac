/** The bars: probabilities, drawn by Chart.js, of which only the parts for bars are taken. */

import { BarController, BarElement, CategoryScale, Chart, LinearScale, type Plugin, type ScriptableContext } from "chart.js";
import type { Column } from "./columns";
import { onThemeChange, prefersStill, token } from "./theme";

Chart.register(BarController, BarElement, CategoryScale, LinearScale);

/** There are so many bars at least, the last of them without a name or colour: two are no wider than ten. */
const BARS_MIN = 10;
/** How long the bars move at pen-up; while someone draws, they jump. */
const MOVE_MS = 150;
/** Smaller shares than this have no number above their bar. */
const NAMED_MIN = 0.01;
/** In px. Where many digits are sure their numbers are as small as stand side by side, and none where that is too small. */
const NAME_SIZE = { most: 13, least: 9, shareOfRoom: 0.3 };

export class Bars {
  readonly #chart: Chart<"bar">;
  readonly #unwatch: () => void;
  #columns: readonly Column[] = [];

  /** `share` writes a probability for people. */
  constructor(canvas: HTMLCanvasElement, share: (probability: number) => string) {
    const isWinner = (place: number): boolean => this.#columns[place]?.isWinner ?? false;
    const colour = (place: number): string => (place < this.#columns.length ? token(isWinner(place) ? "--accent" : "--bar") : "transparent");
    this.#chart = new Chart(canvas, {
      type: "bar",
      data: { labels: [], datasets: [bars(colour)] },
      options: options(isWinner),
      plugins: [named(isWinner, share)],
    });
    this.#unwatch = onThemeChange(() => this.#chart.update("none"));
  }

  /** Show `columns` in their order; winners are set apart, where there are any. */
  show(columns: readonly Column[], isFinal: boolean): void {
    const [dataset] = this.#chart.data.datasets;
    if (!dataset) return;
    const count = Math.max(BARS_MIN, columns.length);
    this.#columns = columns;
    this.#chart.data.labels = Array.from({ length: count }, (_, place) => columns[place]?.name ?? "");
    dataset.data = Array.from({ length: count }, (_, place) => columns[place]?.share ?? 0);
    this.#chart.update(isFinal && !prefersStill() ? "default" : "none");
  }

  close(): void {
    this.#unwatch();
    this.#chart.destroy();
  }
}

type IsWinner = (place: number) => boolean;

function bars(colour: (place: number) => string) {
  return {
    data: [] as number[],
    backgroundColor: ({ dataIndex }: ScriptableContext<"bar">) => colour(dataIndex),
    borderRadius: 3,
    animations: { numbers: { properties: ["y"] } }, // bars grow and shrink; they never fly in from the side
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
      const elements = chart.getDatasetMeta(0).data;
      const isCrowded = elements.filter((_, place) => isWinner(place)).length > 1;
      const room = (chart.chartArea.width / elements.length) * NAME_SIZE.shareOfRoom;
      const size = isCrowded ? Math.min(NAME_SIZE.most, room) : NAME_SIZE.most;
      if (size < NAME_SIZE.least) return;
      ctx.textAlign = "center";
      elements.forEach(({ x, y }, place) => {
        const probability = Number(chart.data.datasets[0]?.data[place]);
        if (probability < NAMED_MIN) return;
        ctx.font = `${isWinner(place) ? `700 ${size}px` : `400 ${Math.min(size, 11)}px`} ${token("--sans")}`;
        ctx.fillStyle = token(isWinner(place) ? "--accent" : "--quiet");
        ctx.fillText(share(probability), x, y - 7);
      });
    },
  };
}
