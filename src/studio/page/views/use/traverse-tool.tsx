import { useEffect, useState } from "preact/hooks";
import { PictureGrid } from "../../parts/picture-grid.js";
import { problemOf } from "../../state/live.js";
import { strings } from "../../strings/index.js";
import { nextOf } from "./image-choice.js";
import { Tool, type ToolOfSession } from "./tool.js";
import { useAnswer } from "./use-answer.js";

/** Most numbers of a code that get a slider. */
const MOST_SLIDERS = 24;

/** A slider for each number of the code, and the image that it makes. */
export function TraverseTool({ session }: ToolOfSession) {
  const { use } = strings.value;
  const { codes, images, questions } = session.info;
  const { answer, busy, problem, ask } = useAnswer(session, "decode");
  const [code, setCode] = useState<Float32Array>(() => new Float32Array(codes.length));
  const [refusal, setRefusal] = useState<string>();
  const [turn, setTurn] = useState(0);
  // Whoever asks stays the same.
  useEffect(() => {
    ask({ codes: code, length: codes.length });
  }, [code]);
  const fromImage = async () => {
    try {
      const found = await session.ask("encode", { images: { indices: nextOf(images, 1, turn) } });
      setCode(found.values);
      setTurn(turn + 1);
    } catch (error) {
      setRefusal(problemOf(error));
    }
  };
  return (
    <Tool
      title={use.traverse.title}
      help={use.traverse.help}
      problem={problem ?? refusal}
      busy={busy}
    >
      <div class="buttons">
        <button type="button" onClick={() => setCode(new Float32Array(codes.length))}>
          {use.middle}
        </button>
        {images > 0 && questions.includes("encode") ? (
          <button type="button" onClick={fromImage}>
            {use.codeOfImage}
          </button>
        ) : null}
      </div>
      <div class="traverse">
        <div class="sliders">
          {Array.from(code.slice(0, MOST_SLIDERS), (value, unit) => (
            // The numbers of a code have no names but their places.
            <label key={`z${unit + 1}`}>
              <span class="label">z{unit + 1}</span> <output>{value.toFixed(2)}</output>
              <input
                type="range"
                min={-codes.range}
                max={codes.range}
                step={0.05}
                value={value}
                onInput={(event) => {
                  const { valueAsNumber } = event.currentTarget;
                  setCode(code.map((old, at) => (at === unit ? valueAsNumber : old)));
                }}
              />
            </label>
          ))}
        </div>
        <PictureGrid
          pictures={answer}
          label={use.traverse.title}
          expect={{ rows: 1, columns: 1 }}
        />
      </div>
    </Tool>
  );
}
