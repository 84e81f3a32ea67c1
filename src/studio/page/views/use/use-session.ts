import { useEffect, useState } from "preact/hooks";
import type { Session } from "../../../engine/engine.js";
import { engine, place } from "../../state/engine.js";
import { problemOf } from "../../state/live.js";
import { trainings } from "../../state/trainings.js";

/** The session of a run: that of a training that goes on, else one that opens the run. */
export function useSession(run: string | undefined): {
  readonly session: Session | undefined;
  readonly problem: string | undefined;
} {
  const [session, setSession] = useState<Session>();
  const [problem, setProblem] = useState<string>();
  const where = place.value;
  useEffect(() => {
    setSession(undefined);
    setProblem(undefined);
    if (run === undefined) return;
    const training = trainings.peek().find((live) => live.session.info.id === run);
    if (training !== undefined) {
      setSession(training.session);
      return;
    }
    let left = false;
    let opened: Session | undefined;
    const open = async () => {
      const sessions = await engine().sessions();
      const found = sessions.some(({ id }) => id === run)
        ? await engine().join(run)
        : await engine().open({ kind: "opening", run });
      const own = !sessions.some(({ id }) => id === run);
      if (left) {
        if (own) found.close();
        return;
      }
      opened = own ? found : undefined;
      setSession(found);
    };
    open().catch((error) => {
      if (!left) setProblem(problemOf(error));
    });
    return () => {
      left = true;
      opened?.close();
    };
  }, [run, where]);
  return { session, problem };
}
