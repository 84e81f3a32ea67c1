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

/** Images of the model's own data, drawn anew at each press, or images that are dropped. */
export function ImageChoice({ session, count, onChoose }: ImageChoiceProps) {
  const { use } = strings.value;
  const { images } = session.info;
  const drop = (upload: Upload) => {
    if (upload.kind === "images") onChoose(fitUpload(upload, session.info, count));
  };
  return (
    <div class="image-choice">
      {images === 0 ? (
        <p class="help">{use.noImages}</p>
      ) : (
        <button type="button" onClick={() => onChoose({ indices: someOf(images, count) })}>
          {use.others(count)}
        </button>
      )}
      <DropZone label={use.dropImages} accept="image/*,.npy" onUpload={drop} />
    </div>
  );
}

/** Different numbers below a limit. What is shown next is no part of any result. */
export function someOf(limit: number, count: number): number[] {
  const most = Math.min(count, limit);
  const found = new Set<number>();
  while (found.size < most) found.add(crypto.getRandomValues(new Uint32Array(1))[0] % limit);
  return [...found];
}
