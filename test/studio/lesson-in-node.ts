import { ConfigError } from "../../src/core/errors.js";
import { loadDataset } from "../../src/data/index.js";
import { openDevice } from "../../src/runtime/index.js";
import type { Session } from "../../src/studio/engine/engine.js";
import type { SessionEvent } from "../../src/studio/engine/events.js";
import { pastEvents } from "../../src/studio/engine/past-events.js";
import type { AskedSpec } from "../../src/studio/engine/spec.js";
import { checkedSpec } from "../../src/studio/live/checked-spec.js";
import type { Environment } from "../../src/studio/live/environment.js";
import { trainingSession } from "../../src/studio/live/training-session.js";
import { uploads } from "../../src/studio/live/uploads.js";
import type { LessonPlan, Settings } from "../../src/studio/page/lesson/plan.js";
import { follow, type Live } from "../../src/studio/page/state/live.js";

/** A lesson at work without its page. */
export interface LessonInNode {
  readonly live: Live;
  readonly ask: Session["ask"];
  /** Waits until the training is over. */
  finished(): Promise<void>;
  /** Waits until the lesson says that its model has learned, and pauses there. */
  learned(): Promise<void>;
  close(): Promise<void>;
}

const absent = async (): Promise<never> => {
  throw new ConfigError("a lesson needs no such thing");
};

/**
 * Trains what a lesson trains, as its page does.
 *
 * @param changed  settings that differ from the lesson's first ones
 * @param watch    whether it is watched meanwhile as the page does, which takes its time
 * @param steps    training steps, in place of the lesson's own budget
 */
export async function openLesson<K extends string, P extends string>(
  plan: LessonPlan<K, P>,
  changed: Partial<Settings<K>> = {},
  { watch = false, steps }: { readonly watch?: boolean; readonly steps?: number } = {},
): Promise<LessonInNode> {
  const { controls }: { readonly controls: object } = plan;
  const settings = {
    ...initialSettings({ controls: controls as LessonPlan["controls"] }),
    ...changed,
  } as Settings<K>;
  const device = await openDevice({ host: "inline" });
  const received = uploads();
  const environment: Environment = {
    catalogue: absent,
    openRun: absent,
    upload: async (id, upload) => received.add(id, upload),
    device: async () => device,
    images: async (data, size) =>
      received.images(data, size) ?? loadDataset(data, size === undefined ? {} : { size }),
  };
  const upload = plan.upload?.(settings);
  const data = upload && { data: received.add("own", upload) };
  const asked = plan.training(settings);
  const { training: options = {} } = asked;
  const { epochs: _, ...others } = options;
  const spec: AskedSpec = {
    ...asked,
    ...data,
    ...(watch ? {} : { watch: [] }),
    ...(steps !== undefined && { training: { ...others, steps } }),
    kind: "training",
    paused: true,
  };
  const past = pastEvents();
  const listeners = new Set<(event: SessionEvent) => void>();
  const checked = checkedSpec(spec);
  if (checked.kind !== "training") throw new ConfigError("a lesson trains");
  const session = await trainingSession("lesson", checked, environment, (event) => {
    past.add(event);
    for (const listener of listeners) listener(event);
  }).catch(async (error) => {
    await device.close();
    throw error;
  });
  const live = follow({
    info: session.info,
    listen(listener) {
      for (const { event } of past.since(0)) listener(event);
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    command: (command) => session.command(command as Parameters<typeof session.command>[0]),
    ask: (name, request) => session.ask(name, request) as never,
    close() {},
  });
  const until = (reached: () => boolean) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        const { status, problem } = live.state.value;
        if (reached()) resolve();
        else if (status === "failed") reject(new Error(problem));
        else if (status === "finished") reject(new Error("it was never so"));
        else return;
        listeners.delete(look);
      };
      // After `follow`, which came first, has heard the same event.
      listeners.add(look);
      look();
    });
  const isFinished = () => live.state.value.status === "finished";
  session.command({ do: "play" });
  return {
    live,
    ask: live.session.ask,
    finished: () => until(isFinished),
    async learned() {
      await until(() => plan.learned(live));
      session.command({ do: "pause" });
    },
    async close() {
      live.close();
      await session.close();
      await device.close();
    },
  };
}

const initialSettings = ({ controls }: Pick<LessonPlan, "controls">): Settings =>
  Object.fromEntries(Object.entries(controls).map(([key, { initial }]) => [key, initial]));
