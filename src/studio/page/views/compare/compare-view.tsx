import { useEffect, useState } from "preact/hooks";
import { Problem } from "../../parts/problem.js";
import { address, go } from "../../state/address.js";
import { catalogue, loadCatalogue, place } from "../../state/engine.js";
import { problemOf } from "../../state/live.js";
import { trainings } from "../../state/trainings.js";
import { strings } from "../../strings/index.js";
import { ComparedModel } from "./compared-model.js";
import { Judgement } from "./judgement.js";

const SEPARATOR = "~";

/** Models side by side. The address keeps which. */
export function CompareView() {
  const { compare } = strings.value;
  const where = place.value;
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    loadCatalogue().catch((error) => setProblem(problemOf(error)));
  }, [where]);
  const chosen = (address.value.run ?? "").split(SEPARATOR).filter((ref) => ref !== "");
  const runs = catalogue.value?.runs ?? [];
  const candidates = [
    ...trainings.value.map(({ session: { info } }) => ({
      ref: info.id,
      title: info.kept ?? `${info.model} · ${info.data}`,
    })),
    ...runs.map(({ ref }) => ({ ref, title: ref })),
  ];
  const toggle = (ref: string) => {
    const next = chosen.includes(ref) ? chosen.filter((one) => one !== ref) : [...chosen, ref];
    go({ run: next.length === 0 ? undefined : next.join(SEPARATOR) }, { replace: true });
  };
  const kept = chosen.filter((ref) => runs.some((run) => run.ref === ref));
  return (
    <div class="compare">
      <header>
        <h1>{compare.heading}</h1>
        <p class="lead">{compare.lead}</p>
        {where !== "server" ? <p class="help">{compare.onlyTrainings}</p> : null}
      </header>
      {problem === undefined ? null : <Problem text={problem} />}
      <fieldset class="card candidates">
        <legend class="unseen">{compare.choose}</legend>
        {candidates.length === 0 ? <p class="help">{strings.value.train.none}</p> : null}
        {candidates.map(({ ref, title }) => (
          <label key={ref}>
            <input type="checkbox" checked={chosen.includes(ref)} onChange={() => toggle(ref)} />{" "}
            {title}
          </label>
        ))}
      </fieldset>
      {chosen.length < 2 ? <p class="waiting">{compare.choose}</p> : null}
      <div class="side-by-side">
        {chosen.map((ref) => (
          <ComparedModel key={ref} run={ref} />
        ))}
      </div>
      {where === "server" ? (
        kept.length >= 2 ? (
          <Judgement key={kept.join(SEPARATOR)} runs={kept} />
        ) : null
      ) : (
        <p class="help">{compare.notHere}</p>
      )}
    </div>
  );
}
