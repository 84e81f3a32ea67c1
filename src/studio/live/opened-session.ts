import type { Subject } from "../engine/questions/question.js";
import { desk } from "./desk.js";
import type { Environment } from "./environment.js";
import type { LiveSession } from "./live-session.js";
import { sessionInfo } from "./session-info.js";

/** A session with a trained model, which only answers questions. */
export async function openedSession(
  id: string,
  run: string,
  environment: Environment,
): Promise<LiveSession> {
  const { model, images, data } = await environment.openRun(run);
  const subject: Subject = { model, images };
  const questions = desk();
  let serving = Promise.resolve();
  return {
    info: sessionInfo(model, { id, data, kept: null, images: images?.count ?? 0, notes: [] }),
    command() {},
    ask(name, request) {
      const answer = questions.ask(name, request);
      serving = serving.then(() => questions.serve(async () => subject));
      return answer;
    },
    async close() {
      await serving;
      await model.release();
    },
  };
}
