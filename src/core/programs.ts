import { type Scope, trace, type Variables } from "../nn/scope.js";
import { type Device, type Executable, inputsOf, type Program } from "../runtime/program.js";
import type { Tensor } from "../tensor/tensor.js";
import { bytesPerItem } from "./program-memory.js";

/** A compiled program, with facts from its graph. */
export interface ModelProgram extends Executable {
  /** Names of its inputs: feeds, state and noise. */
  readonly inputs: ReadonlySet<string>;
  /** Estimated bytes per additional item of the batch `B` while it runs. */
  bytesPerItem(): number;
}

/** Programs over the variables of one model, compiled on first use. */
export interface Programs {
  program(
    name: string,
    build: (scope: Scope) => Readonly<Record<string, Tensor>>,
  ): Promise<ModelProgram>;
  /** The same, for a program that updates state, too. */
  updating(name: string, build: (scope: Scope) => Program): Promise<ModelProgram>;
  /** Releases all of them. */
  release(): Promise<void>;
}

export function programsOn(device: Device, variables: Variables): Programs {
  const programs = new Map<string, Promise<ModelProgram>>();
  const updating: Programs["updating"] = (name, build) => {
    const known = programs.get(name);
    if (known !== undefined) return known;
    const compiled = compile(device, trace(variables, false, build).result);
    programs.set(name, compiled);
    return compiled;
  };
  return {
    program: (name, build) => updating(name, (scope) => ({ outputs: build(scope), updates: {} })),
    updating,
    async release() {
      for (const program of programs.values()) await (await program).release();
    },
  };
}

async function compile(device: Device, program: Program): Promise<ModelProgram> {
  const executable = await device.compile(program);
  let bytes: number | undefined;
  return {
    inputs: new Set(inputsOf(program).map(({ attributes }) => attributes.name)),
    bytesPerItem() {
      bytes ??= bytesPerItem(Object.values(program.outputs));
      return bytes;
    },
    run: (request) => executable.run(request),
    release: () => executable.release(),
  };
}
