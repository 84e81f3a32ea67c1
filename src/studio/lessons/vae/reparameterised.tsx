import { useCallback, useMemo, useState } from "preact/hooks";
import type { ReplyTo } from "../../engine/questions/index.js";
import { useAnswer } from "../../page/lesson/use-answer.js";
import { paletteOf } from "../../page/parts/palette.js";
import { Panel } from "../../page/parts/panel.js";
import { PictureGrid } from "../../page/parts/picture-grid.js";
import type { Place } from "../../page/parts/place.js";
import { Surface } from "../../page/parts/surface.js";
import type { Live } from "../../page/state/live.js";
import { formatNumber, local } from "../../page/strings/index.js";
import { labels } from "./labels.js";

const SIDE = 480;
/** Half the width of the window, in units of a code. */
const REACH = 3;
/** No ε that is dragged goes further from 0: hardly a draw does. */
const MOST = 3;
/** A spread below it is taken for it: an ε could not be told from the place. */
const LEAST_SPREAD = 1e-3;

/** The mean and the spread of each number of the draws of one code. */
function momentsOf({ count, length, values }: ReplyTo<"posterior">) {
  return Array.from({ length }, (_, unit) => {
    let [sum, squares] = [0, 0];
    for (let at = unit; at < values.length; at += length) {
      sum += values[at];
      squares += values[at] ** 2;
    }
    const mean = sum / count;
    return { mean, spread: Math.sqrt(Math.max(0, squares / count - mean ** 2)) };
  });
}

/** A place on the canvas as a code, and a code as a place. */
const onCode = ([x, y]: Place): [number, number] => [(2 * x - 1) * REACH, (1 - 2 * y) * REACH];
const onCanvas = (x: number, y: number): [number, number] => [
  ((x / REACH + 1) / 2) * SIDE,
  ((1 - y / REACH) / 2) * SIDE,
];

/** The cloud of a digit's codes, and the digit at mean + spread · ε for the ε that the visitor drags. */
export function Reparameterised({ live }: { readonly live: Live }) {
  const words = local(labels);
  const [eps, setEps] = useState<readonly number[]>([0, 0]);
  const cloud = live.latest("cloud", "posterior")?.answer;
  const moments = useMemo(() => cloud && momentsOf(cloud), [cloud]);
  const code = moments?.map(({ mean, spread }, unit) => mean + spread * (eps[unit] ?? 0));
  const here = useAnswer(
    live,
    "decode",
    code && { codes: Float32Array.from(code), length: code.length },
    [moments, eps],
  );
  const [right = 0, up = 0] = code ?? [];
  const drag = (place: Place) =>
    setEps(
      onCode(place).map((value, unit) => {
        const { mean = 0, spread = 1 } = moments?.[unit] ?? {};
        const dragged = (value - mean) / Math.max(LEAST_SPREAD, spread);
        return Math.min(MOST, Math.max(-MOST, dragged));
      }),
    );
  const paint = useCallback(
    (context: CanvasRenderingContext2D, canvas: HTMLCanvasElement) => {
      const [colour, other] = paletteOf(canvas);
      const style = getComputedStyle(canvas);
      context.strokeStyle = style.getPropertyValue("--ink-soft");
      context.setLineDash([6, 6]);
      context.lineWidth = 2;
      context.beginPath();
      context.arc(SIDE / 2, SIDE / 2, SIDE / 2 / REACH, 0, 2 * Math.PI);
      context.stroke();
      context.setLineDash([]);
      if (cloud === undefined) return;
      context.fillStyle = colour;
      context.globalAlpha = 0.5;
      for (let at = 0; at < cloud.values.length; at += cloud.length) {
        context.beginPath();
        context.arc(...onCanvas(cloud.values[at], cloud.values[at + 1]), 4, 0, 2 * Math.PI);
        context.fill();
      }
      context.globalAlpha = 1;
      context.strokeStyle = other;
      context.lineWidth = 5;
      const [left, top] = onCanvas(right, up);
      context.strokeRect(left - 9, top - 9, 18, 18);
    },
    [cloud, right, up],
  );
  return (
    <>
      <Panel title={words.cloud}>
        <Surface
          label={`${words.cloud}. ${words.cloudHelp}`}
          width={SIDE}
          height={SIDE}
          paint={paint}
          onPoint={drag}
          drags
          moves={20}
        />
        <p class="figures">
          <span>ε = ({eps.map((value) => formatNumber(value, 1)).join(", ")})</span>
        </p>
        <p class="help">{words.cloudHelp}</p>
      </Panel>
      <Panel title={words.here}>
        <PictureGrid pictures={here} label={words.here} expect={{ rows: 1, columns: 1 }} />
      </Panel>
    </>
  );
}
