import { useState } from "preact/hooks";
import type { Session } from "../../../engine/engine.js";
import type { Asked, QuestionName, ReplyTo } from "../../../engine/questions/index.js";
import { problemOf } from "../../state/live.js";

/** A question, its newest answer, and how it goes. */
export interface Asking<N extends QuestionName> {
  readonly answer: ReplyTo<N> | undefined;
  readonly busy: boolean;
  readonly problem: string | undefined;
  ask(request: Asked<N>): Promise<void>;
}

/** Asks a model; while it thinks, the newest of further questions waits and the others are dropped. */
export function useAnswer<N extends QuestionName>(session: Session, name: N): Asking<N> {
  const [answer, setAnswer] = useState<ReplyTo<N>>();
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [line] = useState<{ waiting: Asked<N> | undefined; busy: boolean }>({
    waiting: undefined,
    busy: false,
  });
  const ask = async (request: Asked<N>) => {
    line.waiting = request;
    if (line.busy) return;
    line.busy = true;
    setBusy(true);
    while (line.waiting !== undefined) {
      const next: Asked<N> = line.waiting;
      line.waiting = undefined;
      try {
        const found = await session.ask(name, next);
        setAnswer(() => found);
        setProblem(undefined);
      } catch (error) {
        setProblem(problemOf(error));
      }
    }
    line.busy = false;
    setBusy(false);
  };
  return { answer, busy, problem, ask };
}
