import { useCallback, useMemo, useState } from "preact/hooks";
import { paletteOf } from "../../page/parts/palette.js";
import { Surface } from "../../page/parts/surface.js";
import { formatNumber, local } from "../../page/strings/index.js";
import { cellAt, paintCells, SIDE } from "../completion/cells.js";
import { labels } from "./labels.js";
import type { Network } from "./networks.js";
import { seenBy } from "./sees.js";

/** The pixels that the pixel at which the visitor points may depend on. */
export function Sight({ network }: { readonly network: Network }) {
  const words = local(labels);
  const [pixel, setPixel] = useState(Math.floor(SIDE * (SIDE / 2 + 0.5)));
  const seen = useMemo(() => seenBy(network, pixel, SIDE), [network, pixel]);
  const paint = useCallback(
    (context: CanvasRenderingContext2D, canvas: HTMLCanvasElement) => {
      const style = getComputedStyle(canvas);
      const [colour] = paletteOf(canvas);
      const [ink, pale] = ["--ink", "--line"].map((name) => style.getPropertyValue(name));
      paintCells(context, (at) => (at === pixel ? ink : seen.has(at) ? colour : pale));
    },
    [pixel, seen],
  );
  return (
    <>
      <Surface
        label={`${words.sees}. ${words.seesHelp}`}
        width={SIDE * 40}
        height={SIDE * 40}
        paint={paint}
        onPoint={(place) => setPixel(cellAt(place))}
        drags
        moves={SIDE}
      />
      <p class="figures">
        <b>{words.seen(formatNumber(seen.size), formatNumber(pixel))}</b>
      </p>
      <p class="help">{words.seesHelp}</p>
    </>
  );
}
