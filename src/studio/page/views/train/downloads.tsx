import { useState } from "preact/hooks";
import type { Session } from "../../../engine/engine.js";
import { Problem } from "../../parts/problem.js";
import { saveFile } from "../../parts/save-file.js";
import { problemOf } from "../../state/live.js";
import { strings } from "../../strings/index.js";

interface ExportedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The model as files: its weights at once, the ONNX graphs once they are made. */
export function Downloads({ session }: { readonly session: Session }) {
  const { train, loading } = strings.value;
  const [files, setFiles] = useState<readonly ExportedFile[]>([]);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const { model } = session.info;
  const ask = async (weightsOnly: boolean): Promise<readonly ExportedFile[]> => {
    setBusy(true);
    setProblem(undefined);
    try {
      return await session.ask("exported", { name: model, weightsOnly });
    } catch (error) {
      setProblem(problemOf(error));
      return [];
    } finally {
      setBusy(false);
    }
  };
  return (
    <div class="downloads">
      <div class="buttons">
        <button type="button" disabled={busy} onClick={async () => (await ask(true)).forEach(save)}>
          safetensors
        </button>
        <button type="button" disabled={busy} onClick={async () => setFiles(await ask(false))}>
          {busy ? loading : train.onnx}
        </button>
      </div>
      {problem === undefined ? null : <Problem text={problem} />}
      {files.length === 0 ? null : (
        <ul>
          {files.map((file) => (
            <li key={file.name}>
              <button type="button" class="plain" onClick={() => save(file)}>
                {file.name}
              </button>{" "}
              <span class="help">{Math.ceil(file.bytes.length / 1024)} KiB</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

const save = ({ name, bytes }: ExportedFile): void =>
  saveFile(new Blob([Uint8Array.from(bytes)], { type: "application/octet-stream" }), name);
