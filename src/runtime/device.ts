import { type Backend, staysOnDevice } from "./backend.js";
import { choicesFor } from "./choices.js";
import { type Engine, LocalEngine } from "./engine.js";
import { ProgramError } from "./errors.js";
import { planGroupModels } from "./group-models.js";
import { chooseDevice, openBackend } from "./host.js";
import type { Opened } from "./messages.js";
import { type ExecutionPlan, planForeign, planProgram } from "./plan.js";
import type { Device, DeviceOptions, Executable, State } from "./program.js";
import { RemoteEngine } from "./remote-engine.js";

/**
 * Opens a device. On Node, `auto` picks the fastest device by a short test; in a page it is the CPU.
 *
 * @throws DeviceError when the device or the native library is unavailable
 */
export async function openDevice(options: DeviceOptions = {}): Promise<Device> {
  const { device = "auto" } = options;
  if (device !== "auto") return openNamed(options);
  const { kind, why } = await chooseDevice(options.threads);
  const opened = await openNamed({ ...options, device: kind });
  const description = why === "" ? opened.description : `${opened.description}: ${why}`;
  return { ...opened, description };
}

async function openNamed(options: DeviceOptions): Promise<Device> {
  if (options.host === "inline") return deviceOn(await openBackend(options));
  const { engine, opened } = await RemoteEngine.open(options);
  return makeDevice(engine, opened);
}

/** A device that computes in the calling thread. */
export const deviceOn = (backend: Backend): Device => makeDevice(new LocalEngine(backend), backend);

function makeDevice(engine: Engine, { kind, threads, description, block }: Opened): Device {
  const choices = choicesFor({ kind, block });
  let handles = 0;
  /** The engine's ids for the states of this device. */
  const states = new WeakMap<State, number>();

  function handleOf(state: State): number {
    const handle = states.get(state);
    if (handle === undefined) throw new ProgramError("the state belongs to another device");
    return handle;
  }

  async function load(plan: ExecutionPlan): Promise<Executable> {
    const handle = handles++;
    await engine.load(handle, plan);
    return {
      async run({ state, feeds = {}, dims = {}, noise }) {
        return engine.run(handle, { state: state && handleOf(state), feeds, dims, noise });
      },
      release: () => engine.unload(handle),
    };
  }

  return {
    kind,
    threads,
    description,
    compile: async (program) => load(planProgram(program, choices)),
    load: async (model) => load(planForeign(model)),
    async allocate(groups, beside): Promise<State> {
      const handle = handles++;
      const besideHandle = beside && handleOf(beside);
      const models = groups
        .filter(({ dtype }) => staysOnDevice(kind, dtype))
        .map((group) => [group.name, planGroupModels(group)] as const);
      await engine.allocate(handle, groups, new Map(models), besideHandle);
      const state: State = {
        groups,
        read: (names) => engine.read(handle, names),
        write: (values) => engine.write(handle, values),
        release: () => engine.free(handle),
      };
      states.set(state, handle);
      return state;
    },
    close: () => engine.close(),
  };
}
