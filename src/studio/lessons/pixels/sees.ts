import { LAYERS, type Network } from "./networks.js";

/** A value that a network computes at a pixel: its kind, its layer, and the place. */
interface Node {
  readonly kind: "pixel" | "map" | "vertical" | "state";
  readonly layer: number;
  readonly row: number;
  readonly column: number;
}

/** What a value is computed from; places outside the image are dropped. */
type Sources = (node: Node) => readonly Node[];

const AROUND = [-1, 0, 1];

/** Values of a kind and a layer at places around a node. */
const around = (
  { row, column }: Node,
  kind: Node["kind"],
  layer: number,
  places: readonly (readonly [row: number, column: number])[],
): Node[] =>
  places.map(([down, right]) => ({ kind, layer, row: row + down, column: column + right }));

const ABOVE = AROUND.map((right) => [-1, right] as const);
/** The window of 3 × 3 without the pixel and all after it (mask A), and with the pixel (mask B). */
const MASK_A = [...ABOVE, [0, -1] as const];
const MASK_B = [...MASK_A, [0, 0] as const];
const OWN = [[0, 0] as const];
const LEFT = [[0, -1] as const];

/** What the last maps of each network are computed from, layer by layer, as its paper says. */
const SOURCES: Readonly<Record<Exclude<Network, "nade">, Sources>> = {
  pixelcnn: (node) =>
    node.layer === 0
      ? around(node, "pixel", 0, MASK_A)
      : around(node, "map", node.layer - 1, MASK_B),
  gated(node) {
    const { kind, layer } = node;
    if (kind === "vertical") {
      const rows = layer === 0 ? ABOVE : [...ABOVE, ...AROUND.map((right) => [0, right] as const)];
      return around(node, layer === 0 ? "pixel" : "vertical", Math.max(0, layer - 1), rows);
    }
    const left =
      layer === 0
        ? around(node, "pixel", 0, LEFT)
        : around(node, "map", layer - 1, [...LEFT, ...OWN]);
    return [...left, ...around(node, "vertical", layer, OWN)];
  },
  "row-lstm"(node) {
    if (node.kind === "map") return around(node, "pixel", 0, MASK_A);
    return [...around(node, "state", 0, ABOVE), ...around(node, "map", 0, [...LEFT, ...OWN])];
  },
};

/**
 * The pixels that the probability of a pixel may depend on.
 *
 * @param pixel  its number in raster order
 * @param side   rows and columns of the image
 * @source van den Oord et al. 2016, arXiv:1601.06759, figure 4; 2016, arXiv:1606.05328, figure 1
 */
export function seenBy(network: Network, pixel: number, side: number): Set<number> {
  if (network === "nade") return new Set(Array.from({ length: pixel }, (_, at) => at));
  const [row, column] = [Math.floor(pixel / side), pixel % side];
  const last: Node = {
    kind: network === "row-lstm" ? "state" : "map",
    layer: network === "row-lstm" ? 0 : LAYERS,
    row,
    column,
  };
  const seen = new Set<number>();
  const visited = new Set<string>();
  const open = [last];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const key = `${node.kind} ${node.layer} ${node.row} ${node.column}`;
    const inside = node.row >= 0 && node.column >= 0 && node.column < side;
    if (!inside || visited.has(key)) continue;
    visited.add(key);
    if (node.kind === "pixel") seen.add(node.row * side + node.column);
    else open.push(...SOURCES[network](node));
  }
  return seen;
}
