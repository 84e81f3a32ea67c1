import { type Figure, figures } from "../../data/shapes/figures.js";
import type { InkFigure } from "./figure.js";

/** Tilts to try, in radians; figures tilt by up to π/12. */
const TILTS = [-15, -10, -5, 0, 5, 10, 15].map((degrees) => (degrees * Math.PI) / 180);
/** Ink that differs, as a share of the ink: more fits no shape. */
const WORST = 0.5;

/** No shape of radius 1 reaches farther. */
const LARGEST = 1.2;

/** A shape of radius 1, without its place. */
interface Template {
  readonly name: string;
  readonly figure: Figure;
  readonly area: number;
  /** Height of its centre of mass, downwards; figures are symmetric from left to right. */
  readonly middle: number;
}

let measured: readonly Template[] | undefined;

/** The shapes, measured once they are asked for. */
function templates(): readonly Template[] {
  measured ??= Object.entries(figures).map(([name, figure]) => ({
    name,
    figure,
    ...massOf(figure),
  }));
  return measured;
}

/**
 * The shape whose drawing, as large as the ink and with the same centre of mass, differs least from it at
 * any tilt.
 *
 * @returns  undefined where none is like it
 */
export function shapeOf({ ink, height, width }: InkFigure): string | undefined {
  const mass = centreOfMass(ink, width);
  let best: { readonly name?: string; readonly difference: number } = { difference: WORST };
  for (const template of templates()) {
    for (const tilt of TILTS) {
      const drawn = drawing(template, tilt, mass);
      let sum = 0;
      for (let row = 0; row < height; row++)
        for (let column = 0; column < width; column++)
          sum += Math.abs(drawn(column + 0.5, row + 0.5) - ink[row * width + column]);
      const difference = sum / mass.amount;
      if (difference < best.difference) best = { name: template.name, difference };
    }
  }
  return best.name;
}

interface Mass {
  readonly amount: number;
  readonly x: number;
  readonly y: number;
}

/** Share of ink at a point, in pixels, of a template as large as a mass and around its centre. */
function drawing({ figure, area, middle }: Template, tilt: number, mass: Mass) {
  const radius = Math.sqrt(mass.amount / area);
  const [cos, sin] = [Math.cos(tilt) / radius, Math.sin(tilt) / radius];
  // The centre of mass lies below the figure's own centre, turned with it.
  const x = mass.x + middle * radius * Math.sin(tilt);
  const y = mass.y - middle * radius * Math.cos(tilt);
  const reach = LARGEST * radius + 1;
  return (atX: number, atY: number): number => {
    const [dx, dy] = [atX - x, atY - y];
    if (Math.max(Math.abs(dx), Math.abs(dy)) > reach) return 0;
    const outside = radius * figure(dx * cos + dy * sin, dy * cos - dx * sin);
    return Math.min(1, Math.max(0, 0.5 - outside));
  };
}

function centreOfMass(ink: Float32Array, width: number): Mass {
  let [amount, x, y] = [0, 0, 0];
  for (let at = 0; at < ink.length; at++) {
    amount += ink[at];
    x += ink[at] * ((at % width) + 0.5);
    y += ink[at] * (Math.floor(at / width) + 0.5);
  }
  return { amount, x: x / amount, y: y / amount };
}

/** Area and height of the centre of mass, by a sum over a fine grid. */
function massOf(figure: Figure): Pick<Template, "area" | "middle"> {
  const cells = 240;
  const side = (2 * LARGEST) / cells;
  const inside = new Float32Array(cells * cells).map((_, at) => {
    const [x, y] = [at % cells, Math.floor(at / cells)].map((n) => (n + 0.5) * side - LARGEST);
    return figure(x, y) < 0 ? 1 : 0;
  });
  const { amount, y } = centreOfMass(inside, cells);
  return { area: amount * side ** 2, middle: y * side - LARGEST };
}
