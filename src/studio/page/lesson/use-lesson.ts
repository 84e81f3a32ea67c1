import { useEffect, useRef, useState } from "preact/hooks";
import { lessonEngine } from "../state/engine.js";
import { follow, type Live, problemOf } from "../state/live.js";
import type { Lesson } from "./lesson.js";
import type { Settings } from "./plan.js";
import { type Speed, setSpeed } from "./player.js";

interface OpenLesson {
  readonly live: Live | undefined;
  readonly problem: string | undefined;
  /** Starts again from the same seed. */
  reset(): void;
}

/** Keeps a session open that trains what the lesson's settings say; another setting starts another. */
export function useLesson(
  lesson: Lesson,
  settings: Settings,
  { seed, speed }: { readonly seed: number; readonly speed: Speed },
): OpenLesson {
  const [live, setLive] = useState<Live>();
  const [problem, setProblem] = useState<string>();
  const [round, setRound] = useState(0);
  // Something moves at once, unless the visitor would rather it did not.
  const running = useRef(!matchMedia("(prefers-reduced-motion: reduce)").matches);
  const restarting = Object.entries(settings).filter(([key]) => !lesson.controls[key]?.live);
  const terms = JSON.stringify([lesson.id, restarting, seed, round]);
  const { watch = [] } = lesson.training(settings);
  const watched = JSON.stringify(watch);
  const asked = useRef(watched);

  // `terms` stands for all that matters.
  useEffect(() => {
    let opened: Live | undefined;
    let left = false;
    const paused = !running.current;
    setProblem(undefined);
    asked.current = watched;
    const begin = async () => {
      const { open, upload } = lessonEngine();
      const own = lesson.upload?.(settings);
      const data = own && { data: await upload(own) };
      const spec = {
        ...lesson.training(settings),
        ...data,
        kind: "training",
        seed,
        paused,
      } as const;
      const session = await open(spec);
      if (left) return session.close();
      opened = follow(session);
      setSpeed(opened, speed);
      setLive(opened);
    };
    begin().catch((error) => {
      if (!left) setProblem(problemOf(error));
    });
    return () => {
      left = true;
      running.current = goesOn(opened, running.current);
      opened?.close();
      setLive(undefined);
    };
  }, [terms]);

  // A setting that takes effect at once changes what is watched, and nothing else.
  useEffect(() => {
    if (asked.current !== watched) live?.session.command({ do: "watch", watch });
    asked.current = watched;
  }, [live, watched]);

  return { live, problem, reset: () => setRound(round + 1) };
}

/** Whether what follows a session starts by itself, as that one was going on. */
function goesOn(left: Live | undefined, before: boolean): boolean {
  const status = left?.state.peek().status ?? "opening";
  return status === "opening" ? before : status === "running";
}
