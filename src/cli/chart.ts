import { extname } from "node:path";
import type { TopLevelSpec } from "vega-lite";
import { UsageError } from "./errors.js";
import { FONT, loadSharpWithFont } from "./font.js";
import { writeOutput } from "./output-file.js";

const FORMATS = [".png", ".svg"];

/** @throws UsageError when a path does not end in .png or .svg */
export function requireChart(path: string): void {
  if (FORMATS.includes(extname(path).toLowerCase())) return;
  throw new UsageError(`${path}: write charts to a .png or a .svg`);
}

/** Pixels of a .png per unit of the chart. */
const SCALE = 2;

/** Renders a Vega-Lite specification into a .png or .svg file. */
export async function saveChart(path: string, specification: TopLevelSpec): Promise<void> {
  await writeOutput(path, await renderChart(specification, extname(path).toLowerCase() === ".svg"));
}

/** Renders a Vega-Lite specification as PNG or as SVG. */
export async function renderChart(
  specification: TopLevelSpec,
  asSvg = false,
): Promise<Uint8Array | string> {
  const [{ compile }, { parse, View }] = await Promise.all([import("vega-lite"), import("vega")]);
  const { spec } = compile({ ...specification, config: { font: FONT, ...specification.config } });
  const view = new View(parse(spec), { renderer: "none" });
  const svg = await view.toSVG();
  view.finalize();
  if (asSvg) return svg;
  const sharp = await loadSharpWithFont();
  return sharp(Buffer.from(svg), { density: 72 * SCALE })
    .png()
    .toBuffer();
}
