import { useEffect } from "preact/hooks";
import type { Live } from "../state/live.js";

/** Pauses a training while nobody sees the page, so that a forgotten tab burns nothing. */
export function usePauseInBackground(live: Live | undefined): void {
  useEffect(() => {
    let resumes = false;
    const change = () => {
      if (live === undefined) return;
      if (document.hidden && live.state.value.status === "running") {
        resumes = true;
        live.session.command({ do: "pause" });
      } else if (!document.hidden && resumes) {
        resumes = false;
        live.session.command({ do: "play" });
      }
    };
    document.addEventListener("visibilitychange", change);
    return () => document.removeEventListener("visibilitychange", change);
  }, [live]);
}
