import { elementCount, isStatic, type Shape, sameShape } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { Lowering } from "../rule.js";

/** Images as [.., h, rows, w, columns]: each pixel of h × w stands for a tile of rows × columns. */
interface Tiles {
  readonly rows: number;
  readonly width: number;
  readonly columns: number;
}

/** With wider images, a product costs more than ONNX Runtime's own operators. */
const WIDEST = 64;

/** The tiles of a shape whose last dimensions are h, rows, w and columns; undefined if there are none. */
function tilesOf(shape: Shape): Tiles | undefined {
  const last = shape.slice(-4);
  if (shape.length < 5 || !isStatic(last)) return undefined;
  const [, rows, width, columns] = last;
  const tiled = rows > 1 && columns > 1 && elementCount(last) > 0 && width <= WIDEST;
  return tiled ? { rows, width, columns } : undefined;
}

/** A tile matrix: [width, rows · width · columns], `weight` where a pixel of a row is in a column's tile. */
function tileMatrix({ rows, width, columns }: Tiles, weight: number, { graph }: Lowering): string {
  const wide = rows * width * columns;
  return graph.shared(`tiles ${rows} ${width} ${columns} of ${weight}`, () => {
    const values = new Float32Array(width * wide);
    for (let pixel = 0; pixel < width; pixel++) {
      for (let row = 0; row < rows; row++) {
        const first = (pixel * rows + row) * width * columns + pixel * columns;
        values.fill(weight, first, first + columns);
      }
    }
    return graph.literal("float32", [width, wide], values);
  });
}

/**
 * Repeats each pixel over its tile by a product with a matrix of zeros and ones; undefined for what is no
 * such repetition. `Expand` takes several times as long, as it copies pixel by pixel.
 */
export function repeatOverTiles(
  { inputs: [x], shape, dtype }: Tensor<"broadcastTo">,
  value: string,
  lowering: Lowering,
): string | undefined {
  const tiles = dtype === "float32" ? tilesOf(shape) : undefined;
  if (lowering.mode !== "session" || tiles === undefined) return undefined;
  const rank = shape.length;
  const pixels = shape.map((dim, axis) => (axis === rank - 3 || axis === rank - 1 ? 1 : dim));
  if (!sameShape(x.shape, pixels)) return undefined;
  const { graph, dims } = lowering;
  const lines = graph.emit("Reshape", [value, graph.int64s([-1, tiles.width])]);
  const tiled = graph.emit("MatMul", [lines, tileMatrix(tiles, 1, lowering)]);
  return graph.emit("Reshape", [tiled, dims.shape(shape)]);
}

/** Sums or averages tiles, as the transpose of {@link repeatOverTiles}; undefined for any other reduction. */
export function reduceTiles(
  { op, inputs: [x], shape, dtype, attributes: { axes } }: Tensor<"sum" | "mean">,
  value: string,
  lowering: Lowering,
): string | undefined {
  const tiles = dtype === "float32" ? tilesOf(x.shape) : undefined;
  if (tiles === undefined) return undefined;
  const rank = x.shape.length;
  if (!sameShape(axes, [rank - 3, rank - 1])) return undefined;
  const { graph, dims } = lowering;
  const { rows, width, columns } = tiles;
  const weight = op === "sum" ? 1 : 1 / (rows * columns);
  const lines = graph.emit("Reshape", [value, graph.int64s([-1, rows * width * columns])]);
  const reduced = graph.emit("Gemm", [lines, tileMatrix(tiles, weight, lowering)], { transB: 1 });
  return graph.emit("Reshape", [reduced, dims.shape(shape)]);
}
