import { useCallback, useEffect, useState } from "preact/hooks";
import { CurvesPanel } from "../../page/lesson/curves-panel.js";
import type { StageProps } from "../../page/lesson/lesson.js";
import { RebuiltPanel } from "../../page/lesson/rebuilt-panel.js";
import { useAnswer } from "../../page/lesson/use-answer.js";
import { Panel } from "../../page/parts/panel.js";
import { PictureGrid } from "../../page/parts/picture-grid.js";
import type { Place } from "../../page/parts/place.js";
import { Surface } from "../../page/parts/surface.js";
import { local } from "../../page/strings/index.js";
import { CODES } from "./code-book.js";
import type { Control } from "./keys.js";
import { labels } from "./labels.js";

const CELL = 80;

/** The codes of a digit to change, what they decode to, and the reconstructions. */
export function Codes({ live }: Pick<StageProps<Control>, "live">) {
  const words = local(labels);
  const tokens = live.latest("tokens", "tokens")?.answer;
  const rebuilt = live.latest("rebuilt", "reconstruct")?.answer;
  /** Codes that the visitor has added to the digit's own, by place. */
  const [added, setAdded] = useState<readonly number[]>([]);
  const own = tokens && Array.from(tokens.values);
  const codes = own?.map((code, at) => (code + (added[at] ?? 0)) % CODES);
  const [rows, columns] = tokens?.grid ?? [4, 4];
  const key = codes?.join();
  const changed = useAnswer(live, "detokenise", codes && { count: 1, tokens: codes }, [
    key,
    rebuilt,
  ]);
  const paint = useCallback(
    (context: CanvasRenderingContext2D) => {
      key?.split(",").forEach((code, at) => {
        const [row, column] = [Math.floor(at / columns), at % columns];
        context.fillStyle = `hsl(${(360 * Number(code)) / CODES} 65% 45%)`;
        context.fillRect(column * CELL + 1, row * CELL + 1, CELL - 2, CELL - 2);
        context.fillStyle = "white";
        context.font = `600 ${CELL / 2.6}px system-ui`;
        context.textAlign = "center";
        context.textBaseline = "middle";
        context.fillText(code, (column + 0.5) * CELL, (row + 0.5) * CELL);
      });
    },
    [key, columns],
  );
  const change = ([x, y]: Place, begins: boolean) => {
    if (!begins) return;
    const at = Math.floor(y * rows) * columns + Math.floor(x * columns);
    setAdded((before) => {
      const next = Array.from({ length: rows * columns }, (_, place) => before[place] ?? 0);
      next[at]++;
      return next;
    });
  };
  useEffect(() => setAdded([]), [live]);
  return (
    <div class="panels">
      <Panel title={words.grid}>
        <Surface
          label={`${words.grid}. ${words.gridHelp}`}
          width={columns * CELL}
          height={rows * CELL}
          paint={paint}
          onPoint={change}
          moves={columns}
        />
        <p class="help">{words.gridHelp}</p>
        <p class="choices">
          <button type="button" onClick={() => setAdded([])}>
            {words.restore}
          </button>
        </p>
      </Panel>
      <Panel title={words.changed}>
        <PictureGrid pictures={changed} label={words.changed} expect={{ rows: 1, columns: 1 }} />
      </Panel>
      <RebuiltPanel title={words.rebuilt} rebuilt={rebuilt} />
      <CurvesPanel
        live={live}
        title={words.error}
        wide
        curves={[
          {
            label: words.error,
            metric: "train.reconstructionNats",
          },
        ]}
      />
    </div>
  );
}
