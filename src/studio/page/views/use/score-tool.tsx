import { useState } from "preact/hooks";
import type { Pictures } from "../../../engine/questions/question.js";
import { Histogram } from "../../parts/histogram.js";
import { PictureGrid } from "../../parts/picture-grid.js";
import { problemOf } from "../../state/live.js";
import { formatFigure, strings } from "../../strings/index.js";
import { type Given, ImageChoice } from "./image-choice.js";
import { Tool, type ToolOfSession } from "./tool.js";
import { useAnswer } from "./use-answer.js";

const COUNT = 64;
const SHOWN = 10;

/** How improbable the model finds images; the strangest of them first. */
export function ScoreTool({ session }: ToolOfSession) {
  const { use } = strings.value;
  const { answer, busy, problem, ask } = useAnswer(session, "score");
  const [given, setGiven] = useState<Pictures>();
  const [usual, setUsual] = useState<Float64Array>();
  const [refusal, setRefusal] = useState<string>();
  const score = async (images: Given) => {
    try {
      setGiven(await session.ask("given", { images }));
      await ask({ images });
      // What images of the data score, to compare with.
      if ("pixelsUnit" in images && usual === undefined && session.info.images > 0) {
        const indices = Array.from({ length: Math.min(COUNT, session.info.images) }, (_, at) => at);
        setUsual((await session.ask("score", { images: { indices } })).perImage);
      }
    } catch (error) {
      setRefusal(problemOf(error));
    }
  };
  return (
    <Tool title={use.score.title} help={use.score.help} problem={problem ?? refusal} busy={busy}>
      <ImageChoice session={session} count={COUNT} onChoose={score} />
      {answer === undefined || given === undefined ? null : (
        <>
          <p>
            <b>
              {formatFigure(answer.nats)} {use.nats}
            </b>
            {" · "}
            {formatFigure(answer.rate.value)} {answer.rate.unit} · {use.kinds[answer.kind]}
          </p>
          <Histogram
            label={use.score.title}
            series={[
              { label: use.these, values: answer.perImage },
              ...(usual === undefined ? [] : [{ label: use.ofData, values: usual }]),
            ]}
          />
          <h3>{use.strangest}</h3>
          <PictureGrid
            pictures={strangest(given, answer.perImage)}
            label={use.strangest}
            columns={SHOWN}
          />
          <dl class="protocol" lang="en">
            {Object.entries(answer.protocol).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </Tool>
  );
}

/** The images with the highest scores, highest first. */
function strangest(pictures: Pictures, nats: Float64Array): Pictures {
  const size = pictures.pixelsUnit.length / pictures.count;
  const order = [...nats.keys()].sort((a, b) => nats[b] - nats[a]).slice(0, SHOWN);
  const pixelsUnit = new Float32Array(order.length * size);
  order.forEach((image, at) => {
    pixelsUnit.set(pictures.pixelsUnit.subarray(image * size, (image + 1) * size), at * size);
  });
  return { ...pictures, count: order.length, pixelsUnit };
}
