import { useCallback, useMemo, useState } from "preact/hooks";
import type { Pictures } from "../../engine/questions/question.js";
import { useAnswer } from "../../page/lesson/use-answer.js";
import { Panel } from "../../page/parts/panel.js";
import { PictureGrid } from "../../page/parts/picture-grid.js";
import { Surface } from "../../page/parts/surface.js";
import type { Live } from "../../page/state/live.js";
import { local } from "../../page/strings/index.js";
import { cellAt, paintCells, SIDE } from "./cells.js";
import { GIVEN } from "./given.js";
import { labels } from "./labels.js";

/** Completions of each digit. */
const WAYS = 5;
const PIXELS = SIDE ** 2;

const lowerHalf = (): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: PIXELS }, (_, pixel) => Number(pixel < PIXELS / 2));
const upperHalf = () => lowerHalf().map((known) => 1 - known);

interface CompletionProps {
  readonly live: Live;
  /** The digits as the model learns them. */
  readonly digits: Pictures | undefined;
  /** Something that changes when the model has. */
  readonly step: number | undefined;
}

/** Digits of which the visitor hides a part, and ways to go on. */
export function Completion({ live, digits, step }: CompletionProps) {
  const words = local(labels);
  const [known, setKnown] = useState(lowerHalf);
  const hides = known.includes(0);
  const made = useAnswer(
    live,
    "complete",
    hides && step !== undefined
      ? { images: { indices: GIVEN }, known, repeats: WAYS, seed: 1 }
      : undefined,
    [known, step],
  );
  const rows = useMemo(() => digits && rowsOf(digits, known, made), [digits, known, made]);
  const paint = useCallback(
    (context: CanvasRenderingContext2D, canvas: HTMLCanvasElement) => {
      const style = getComputedStyle(canvas);
      const [hidden, shown] = ["--series-1", "--line"].map((name) => style.getPropertyValue(name));
      paintCells(context, (pixel) => (known[pixel] === 1 ? shown : hidden));
    },
    [known],
  );
  const hide = (pixel: number) =>
    setKnown((before) => before.map((value, at) => (at === pixel ? 0 : value)));
  return (
    <Panel title={words.title} wide>
      <div class="beside">
        <div class="mask">
          <h3>{words.mask}</h3>
          <Surface
            label={`${words.mask}. ${words.maskHelp}`}
            width={SIDE * 40}
            height={SIDE * 40}
            paint={paint}
            onPoint={(place) => hide(cellAt(place))}
            moves={SIDE}
          />
          <p class="choices">
            <button type="button" onClick={() => setKnown(lowerHalf())}>
              {words.hideLower}
            </button>
            <button type="button" onClick={() => setKnown(upperHalf())}>
              {words.hideUpper}
            </button>
            <button type="button" onClick={() => setKnown(new Uint8Array(PIXELS).fill(1))}>
              {words.showAll}
            </button>
          </p>
          <p class="help">{words.maskHelp}</p>
        </div>
        <div>
          <h3>{words.completions}</h3>
          <PictureGrid
            pictures={rows}
            label={words.completions}
            expect={{ rows: GIVEN.length, columns: WAYS + 1 }}
          />
        </div>
      </div>
    </Panel>
  );
}

/** A row for each digit: what is given, with grey where it is hidden, then the completions. */
function rowsOf(digits: Pictures, known: Uint8Array, made: Pictures | undefined): Pictures {
  const columns = WAYS + 1;
  const pixelsUnit = new Float32Array(GIVEN.length * columns * PIXELS);
  GIVEN.forEach((_, row) => {
    const given = digits.pixelsUnit.subarray(row * PIXELS, (row + 1) * PIXELS);
    const start = row * columns * PIXELS;
    pixelsUnit.set(
      given.map((value, pixel) => (known[pixel] === 1 ? value : 0.5)),
      start,
    );
    const ways = made?.pixelsUnit.subarray(row * WAYS * PIXELS, (row + 1) * WAYS * PIXELS);
    if (ways !== undefined) pixelsUnit.set(ways, start + PIXELS);
  });
  return { ...digits, count: GIVEN.length * columns, columns, pixelsUnit };
}
