import { useEffect, useRef, useState } from "preact/hooks";
import type { Asked, QuestionName, ReplyTo } from "../../engine/questions/index.js";
import type { Live } from "../state/live.js";

/**
 * The answer to a question that a picture asks by hand. It is asked again when `about` changes, but never
 * while an answer is under way: then the newest question waits.
 *
 * @param request  undefined for nothing to ask
 * @param about    everything that the answer depends on, such as the request and a step
 * @returns        the newest answer; undefined before the first
 */
export function useAnswer<N extends QuestionName>(
  { session }: Live,
  question: N,
  request: Asked<N> | undefined,
  about: readonly unknown[],
): ReplyTo<N> | undefined {
  const [answer, setAnswer] = useState<ReplyTo<N>>();
  const asking = useRef<Promise<void> | undefined>(undefined);
  const next = useRef<Asked<N> | undefined>(undefined);
  useEffect(() => {
    next.current = request;
    const askAll = async () => {
      while (next.current !== undefined) {
        const asked = next.current;
        next.current = undefined;
        setAnswer(await session.ask(question, asked));
      }
    };
    // A session that was closed meanwhile answers nobody.
    asking.current ??= askAll()
      .catch(() => undefined)
      .finally(() => {
        asking.current = undefined;
      });
  }, [session, question, ...about]);
  return answer;
}
