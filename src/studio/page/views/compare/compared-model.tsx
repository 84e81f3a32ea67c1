import { useEffect, useState } from "preact/hooks";
import type { Pictures } from "../../../engine/questions/question.js";
import { Problem } from "../../parts/problem.js";
import { isPlanar, Shown } from "../../parts/shown.js";
import { problemOf } from "../../state/live.js";
import { formatNumber, strings } from "../../strings/index.js";
import { useSession } from "../use/use-session.js";

const COUNT = 25;
const POINTS = 256;

/** One of the models that are compared: its pictures, and how large it is. */
export function ComparedModel({ run }: { readonly run: string }) {
  const { train, loading } = strings.value;
  const { session, problem } = useSession(run);
  const [pictures, setPictures] = useState<Pictures>();
  const [refusal, setRefusal] = useState<string>();
  useEffect(() => {
    if (session === undefined) return;
    session
      .ask("pictures", { count: isPlanar(session.info) ? POINTS : COUNT })
      .then(setPictures, (error) => {
        setRefusal(problemOf(error));
      });
  }, [session]);
  const wrong = problem ?? refusal;
  return (
    <section class="card" aria-label={run}>
      <h2>{session?.info.kept ?? run}</h2>
      {session === undefined ? (
        <p class="help">{loading}</p>
      ) : (
        <p class="help">
          {session.info.model} · {train.facts(formatNumber(session.info.parameters))}
        </p>
      )}
      {wrong === undefined ? (
        <Shown pictures={pictures} label={run} expect={{ rows: 5, columns: 5 }} />
      ) : (
        <Problem text={wrong} />
      )}
    </section>
  );
}
