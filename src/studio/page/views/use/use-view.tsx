import { useEffect, useState } from "preact/hooks";
import { DropZone } from "../../parts/drop-zone.js";
import { Problem } from "../../parts/problem.js";
import { address, go } from "../../state/address.js";
import { catalogue, engine, loadCatalogue, place } from "../../state/engine.js";
import { problemOf } from "../../state/live.js";
import { strings } from "../../strings/index.js";
import { Downloads } from "../train/downloads.js";
import { RunList } from "./run-list.js";
import { tools } from "./tools.js";
import { useSession } from "./use-session.js";

/** What a trained model, or one in training, can do. */
export function UseView() {
  const { use, loading } = strings.value;
  const { run } = address.value;
  const where = place.value;
  const [refusal, setRefusal] = useState<string>();
  useEffect(() => {
    loadCatalogue().catch((error) => setRefusal(problemOf(error)));
  }, [where]);
  const { session, problem } = useSession(run);
  return (
    <div class="use">
      <header>
        <h1>{use.heading}</h1>
        <p class="lead">{use.lead}</p>
      </header>
      <div class="columns">
        <aside class="card" aria-label={use.runs}>
          <RunList runs={catalogue.value?.runs ?? []} chosen={run} />
          <DropZone
            label={use.drop}
            accept=".safetensors"
            onUpload={async (upload) => {
              go({ view: "use", run: await engine().upload(upload) });
            }}
          />
        </aside>
        <div class="tools">
          {[refusal, problem].map((text) =>
            text === undefined ? null : <Problem key={text} text={text} />,
          )}
          {run === undefined ? <p class="waiting">{use.choose}</p> : null}
          {run !== undefined && session === undefined && problem === undefined ? (
            <p class="waiting">{loading}</p>
          ) : null}
          {session === undefined ? null : (
            <>
              {tools
                .filter(({ question }) => session.info.questions.includes(question))
                .map(({ question, Tool }) => (
                  <Tool key={`${session.info.id} ${question}`} session={session} />
                ))}
              <section class="card tool" aria-label={use.files}>
                <h2>{use.files}</h2>
                <Downloads session={session} />
              </section>
            </>
          )}
        </div>
      </div>
    </div>
  );
}
