import { useState } from "preact/hooks";
import type { Upload } from "../../engine/upload.js";
import type { DroppedFile } from "../files/decode-images.js";
import { filesOfDrop, filesOfInput } from "../files/dropped-files.js";
import { FileProblem } from "../files/file-problem.js";
import { readUpload } from "../files/read-upload.js";
import { problemOf } from "../state/live.js";
import { strings } from "../strings/index.js";
import { Problem } from "./problem.js";

interface DropZoneProps {
  readonly label: string;
  /** What the file input accepts. */
  readonly accept: string;
  onUpload(upload: Upload): Promise<void> | void;
}

/** A place to drop files or folders on, which is a file input for keyboards and phones. */
export function DropZone({ label, accept, onUpload }: DropZoneProps) {
  const [problem, setProblem] = useState<string>();
  const [over, setOver] = useState(false);
  const [busy, setBusy] = useState(false);
  const { files: texts } = strings.value;
  const take = async (read: Promise<DroppedFile[]>) => {
    setBusy(true);
    setProblem(undefined);
    try {
      await onUpload(await readUpload(await read));
    } catch (error) {
      const isFile = error instanceof FileProblem;
      setProblem(isFile ? texts.problems[error.reason](error.subject) : problemOf(error));
    }
    setBusy(false);
  };
  return (
    <div class="drop-zone" data-over={over}>
      <label
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          if (event.dataTransfer !== null) take(filesOfDrop(event.dataTransfer));
        }}
      >
        <span>{busy ? strings.value.loading : label}</span>
        <input
          type="file"
          class="unseen"
          multiple
          accept={accept}
          onChange={(event) => {
            const { files } = event.currentTarget;
            if (files !== null && files.length > 0) take(Promise.resolve(filesOfInput(files)));
            event.currentTarget.value = "";
          }}
        />
      </label>
      {problem === undefined ? null : <Problem text={problem} />}
    </div>
  );
}
