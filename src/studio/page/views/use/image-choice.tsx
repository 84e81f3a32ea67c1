import { useState } from "preact/hooks";
import type { Session } from "../../../engine/engine.js";
import type { Asked } from "../../../engine/questions/index.js";
import type { Upload } from "../../../engine/upload.js";
import { DropZone } from "../../parts/drop-zone.js";
import { strings } from "../../strings/index.js";
import { fitUpload } from "./fit-upload.js";

/** Images that a tool works on. */
export type Given = Asked<"reconstruct">["images"];

interface ImageChoiceProps {
  readonly session: Session;
  /** How many to take. */
  readonly count: number;
  onChoose(given: Given): void;
}

/** Images of the model's own data, others at each press, or images that are dropped. */
export function ImageChoice({ session, count, onChoose }: ImageChoiceProps) {
  const { use } = strings.value;
  const { images } = session.info;
  const [turn, setTurn] = useState(0);
  const drop = (upload: Upload) => {
    if (upload.kind === "images") onChoose(fitUpload(upload, session.info, count));
  };
  return (
    <div class="image-choice">
      {images === 0 ? (
        <p class="help">{use.noImages}</p>
      ) : (
        <button
          type="button"
          onClick={() => {
            onChoose({ indices: nextOf(images, count, turn) });
            setTurn(turn + 1);
          }}
        >
          {use.others(count)}
        </button>
      )}
      <DropZone label={use.dropImages} accept="image/*,.npy" onUpload={drop} />
    </div>
  );
}

/** The next images of a data set at each turn, from its first on. */
export const nextOf = (images: number, count: number, turn: number): number[] =>
  Array.from({ length: Math.min(count, images) }, (_, at) => (turn * count + at) % images);
