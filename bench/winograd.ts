import { parseArgs } from "node:util";
import { openDevice } from "../src/runtime/index.js";
import { stream } from "../src/runtime/random.js";
import { convolve2d } from "../src/tensor/ops/convolution.js";
import { add, mul, sub } from "../src/tensor/ops/elementwise.js";
import { matmul } from "../src/tensor/ops/linear.js";
import { concat, pad, reshape, sliceAxis, stack, transpose } from "../src/tensor/ops/rearrange.js";
import { sum } from "../src/tensor/ops/reduction.js";
import { input, type Tensor } from "../src/tensor/tensor.js";
import { interleave } from "./interleave.js";

const HELP = `npx tsx bench/winograd.ts [options]

Times a 3×3 convolution as ONNX Runtime computes it against Winograd's F(2×2, 3×3), which needs 16
multiplications where the plain sum needs 36 (Lavin & Gray 2015, arXiv:1509.09308, section 4.1).
"products" are Winograd's products alone, with operands already transformed: what would be left if
the transforms were free.

  --batch N    images (64)
  --side N     rows and columns (28)
  --threads N  (2)
`;

const { values } = parseArgs({
  options: {
    batch: { type: "string", default: "64" },
    side: { type: "string", default: "28" },
    threads: { type: "string", default: "2" },
    help: { type: "boolean", default: false },
  },
});

/** Positions of a transformed 4×4 tile. */
const POSITIONS = 16;
const WIDTHS = [16, 32, 64, 128];

interface Shape {
  readonly batch: number;
  readonly channels: number;
  readonly side: number;
}

if (values.help) process.stdout.write(HELP);
else await bench();

async function bench(): Promise<void> {
  const [batch, side, threads] = [values.batch, values.side, values.threads].map(Number);
  const device = await openDevice({ device: "cpu", threads, host: "inline" });
  console.log(`${device.description}; ${batch} images of ${side}×${side}; ms (ratio to plain)`);
  for (const channels of WIDTHS) {
    const shape = { batch, channels, side };
    const timed = [];
    const sums: number[] = [];
    for (const [outputs, feeds] of [plain(shape), winograd(shape), products(shape)]) {
      const executable = await device.compile({ outputs: { total: outputs }, updates: {} });
      const [total] = (await executable.run({ feeds })).total;
      sums.push(Number(total));
      timed.push({
        async time(count: number) {
          const times: number[] = [];
          for (let turn = 0; turn < count; turn++) {
            const start = performance.now();
            await executable.run({ feeds });
            times.push(performance.now() - start);
          }
          return times;
        },
      });
    }
    if (Math.abs(sums[0] - sums[1]) > 1e-3 * Math.abs(sums[0])) {
      throw new Error(`the two convolutions differ: ${sums[0]} and ${sums[1]}`);
    }
    const results = await interleave(timed, { blocks: 8, blockMs: 500 });
    const ms = results.map((result) => {
      if (result instanceof Error) throw result;
      return result.fastMs;
    });
    const cells = ["plain", "winograd", "products"].map(
      (name, index) => `${name} ${ms[index].toFixed(2)} (${(ms[index] / ms[0]).toFixed(2)})`,
    );
    console.log(`${String(channels).padStart(4)} channels: ${cells.join(", ")}`);
  }
  await device.close();
}

type Case = readonly [Tensor, Record<string, Float32Array>];

function random(name: string, length: number): Float32Array {
  const values = new Float32Array(length);
  stream(0, `bench/winograd/${name}`).uniform(values);
  return values;
}

function operands({ batch, channels, side }: Shape) {
  const [x, filters] = [
    input("x", [batch, channels, side, side]),
    input("filters", [channels, channels, 3, 3]),
  ];
  const feeds = {
    x: random("x", batch * channels * side * side),
    filters: random("filters", channels * channels * 9),
  };
  return { x, filters, feeds };
}

function plain(shape: Shape): Case {
  const { x, filters, feeds } = operands(shape);
  return [sum(convolve2d(x, filters, { padding: 1 })), feeds];
}

function winograd(shape: Shape): Case {
  const { batch, channels, side } = shape;
  const { x, filters, feeds } = operands(shape);
  const tiles = side / 2;
  const around = [0, 0, 1, 1].map((width) => [width, width] as const);
  const padded = pad(x, around);
  const byRow = inputTransform(padded, 2, tiles);
  const transformed = byRow.flatMap((row) => inputTransform(row, 3, tiles));
  const columns = batch * tiles * tiles;
  const v = stack(
    transformed.map((one) => reshape(transpose(one, [1, 0, 2, 3]), [channels, columns])),
  );
  const u = stack(filterTransform(filters, 2).flatMap((row) => filterTransform(row, 3)));
  const m = matmul(reshape(u, [POSITIONS, channels, channels]), v);
  const position = (row: number, column: number) =>
    sliceAxis(m, 0, { start: 4 * row + column, end: 4 * row + column + 1 });
  const halves = [0, 1, 2, 3].map((column) =>
    outputTransform([0, 1, 2, 3].map((row) => position(row, column))),
  );
  const [top, bottom] = [0, 1].map((row) => outputTransform(halves.map((half) => half[row])));
  return [sum(concat([...top, ...bottom], 0)), feeds];
}

/** Only the products, of operands that are fed. */
function products({ batch, channels, side }: Shape): Case {
  const columns = (batch * side * side) / 4;
  const u = input("u", [POSITIONS, channels, channels]);
  const v = input("v", [POSITIONS, channels, columns]);
  const feeds = {
    u: random("u", POSITIONS * channels * channels),
    v: random("v", POSITIONS * channels * columns),
  };
  return [sum(matmul(u, v)), feeds];
}

/** Bᵀd along an axis: four results from the strided slices of overlapping tiles of 4. */
function inputTransform(x: Tensor, axis: number, tiles: number): Tensor[] {
  const at = (start: number) => sliceAxis(x, axis, { start, end: start + 2 * tiles - 1, step: 2 });
  const [d0, d1, d2, d3] = [0, 1, 2, 3].map(at);
  return [sub(d0, d2), add(d1, d2), sub(d2, d1), sub(d1, d3)];
}

/** Gg along an axis. */
function filterTransform(filters: Tensor, axis: number): Tensor[] {
  const [g0, g1, g2] = [0, 1, 2].map((tap) =>
    sliceAxis(filters, axis, { start: tap, end: tap + 1 }),
  );
  const outer = add(g0, g2);
  return [g0, mul(add(outer, g1), 0.5), mul(sub(outer, g1), 0.5), g2];
}

/** Aᵀm: two results from four. */
function outputTransform([m0, m1, m2, m3]: readonly Tensor[]): Tensor[] {
  return [add(add(m0, m1), m2), sub(sub(m1, m2), m3)];
}
