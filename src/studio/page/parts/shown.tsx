import type { Pictures } from "../../engine/questions/question.js";
import { PictureGrid } from "./picture-grid.js";
import { Scatter } from "./scatter.js";

interface ShownProps {
  readonly pictures: Pictures | undefined;
  readonly label: string;
  readonly expect?: { readonly rows: number; readonly columns: number };
}

/** Images of 1 by 2 pixels are points in the plane. */
export const isPlanar = ({ channels, height, width }: Omit<Pictures, "pixelsUnit" | "count">) =>
  channels === 1 && height === 1 && width === 2;

/** Pictures in rows, or, of a planar data set, points. */
export function Shown({ pictures, ...rest }: ShownProps) {
  if (pictures === undefined || !isPlanar(pictures)) {
    return <PictureGrid pictures={pictures} {...rest} />;
  }
  // The plane's window is [0, 1]², and a scatter's is around 0.
  const points = pictures.pixelsUnit.map((value) => 2 * value - 1);
  return <Scatter label={rest.label} points={points} dimensions={2} reach={1} />;
}
