import type { Pictures } from "../../engine/questions/question.js";
import { pairs } from "../parts/pairs.js";
import { Panel } from "../parts/panel.js";
import { PictureGrid } from "../parts/picture-grid.js";

interface RebuiltPanelProps {
  readonly title: string;
  /** What `reconstruct` answers, once it has. */
  readonly rebuilt: { readonly given: Pictures; readonly made: Pictures } | undefined;
}

/** Twelve pictures, and below each what the model makes of it. */
export function RebuiltPanel({ title, rebuilt }: RebuiltPanelProps) {
  return (
    <Panel title={title} wide>
      <PictureGrid
        pictures={rebuilt && pairs(rebuilt.given, rebuilt.made)}
        label={title}
        expect={{ rows: 2, columns: 12 }}
      />
    </Panel>
  );
}
