/**
 * WebAssembly written out instruction by instruction, so that it can be read and reviewed, unlike a
 * compiled binary. Names follow the WebAssembly specification.
 */

/** Bytes of instructions. */
export type Code = readonly number[];

const unsigned = (value: number): number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
const signed = (value: number): number[] =>
  value >= -64 && value < 64 ? [value & 127] : [(value & 127) | 128, ...signed(value >> 7)];

const VOID_BLOCK = 0x40;
const I32 = 0x7f;
const V128 = 0x7b;
const END: Code = [0x0b];

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number): Code => [0x21, ...unsigned(local)];
const tee = (local: number): Code => [0x22, ...unsigned(local)];
export const i32Const = (value: number): Code => [0x41, ...signed(value | 0)];
export const i32Add: Code = [0x6a];
const i32Sub: Code = [0x6b];
const branchIf = (depth: number): Code => [0x0d, depth];
export const loop = (...body: Code[]): Code => [0x03, VOID_BLOCK, ...body.flat(), ...END];
/** Moves a pointer on by some bytes. */
export const advance = (pointer: number, bytes: number): Code =>
  [get(pointer), i32Const(bytes), i32Add, set(pointer)].flat();
/** Counts down, and begins the loop again until 0 is reached. */
export const repeat = (counter: number): Code =>
  [get(counter), i32Const(1), i32Sub, tee(counter), branchIf(0)].flat();
/** A vector instruction by its number. */
export const vector = (instruction: number, ...immediates: number[]): Code => [
  0xfd,
  ...unsigned(instruction),
  ...immediates,
];
/** A vector instruction on memory, whose address is a multiple of 2^alignment. */
export const vectorAt = (instruction: number, alignment: number, offset: number): Code =>
  vector(instruction, alignment, ...unsigned(offset));

/** Bytes of a page of memory. */
export const PAGE = 2 ** 16;

/** A function on whole numbers that returns nothing. */
export interface AssembledFunction {
  readonly name: string;
  readonly parameters: number;
  /** Whole numbers besides the parameters, numbered after them. */
  readonly numbers: number;
  /** Vectors, numbered last. */
  readonly vectors: number;
  readonly body: Code;
}

const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content];
const text = (name: string): Code => [name.length, ...[...name].map((c) => c.charCodeAt(0))];

const OUTSIDE = "outside";
const MEMORY = "memory";

/** A module of functions, which exports them, on an imported memory of so many pages of 64 KiB. */
function moduleBytes(functions: readonly AssembledFunction[], pages: number) {
  const vectorOf = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
  const types = functions.map(({ parameters }) => [
    0x60,
    ...unsigned(parameters),
    ...Array<number>(parameters).fill(I32),
    0,
  ]);
  const exported = functions.map(({ name }, at) => [...text(name), 0, ...unsigned(at)]);
  const codes = functions.map(({ numbers, vectors, body }) => {
    const code: Code = [2, ...unsigned(numbers), I32, ...unsigned(vectors), V128, ...body, ...END];
    return [...unsigned(code.length), ...code];
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vectorOf(types)),
    ...section(2, vectorOf([[...text(OUTSIDE), ...text(MEMORY), 2, 0, ...unsigned(pages)]])),
    ...section(3, vectorOf(functions.map((_, at) => unsigned(at)))),
    ...section(7, vectorOf(exported)),
    ...section(10, vectorOf(codes)),
  ]);
}

/** Memory that functions share, of a fixed size: its buffer is never replaced by a larger one. */
export interface SharedMemory {
  readonly buffer: ArrayBuffer;
}

/** The used part of the WebAssembly API. TypeScript declares it only together with the DOM. */
interface Engine {
  validate(bytes: Uint8Array): boolean;
  readonly Memory: new (size: {
    readonly initial: number;
    readonly maximum: number;
  }) => SharedMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, Readonly<Record<string, SharedMemory>>>>,
  ) => {
    readonly exports: Readonly<Record<string, unknown>>;
  };
}

const engine = () => (globalThis as unknown as { WebAssembly?: Engine }).WebAssembly;

/** @throws RangeError when there is not so much memory */
export function memoryOf(pages: number): SharedMemory {
  return new (engine()!.Memory)({ initial: pages, maximum: pages });
}

/** Functions by name, whose parameters are whole numbers such as addresses in their memory. */
export type Functions = Readonly<Record<string, (...parameters: number[]) => void>>;

/** Compiles functions that work on a memory; undefined where vectors are not supported. */
export function assembleOn(
  memory: SharedMemory,
  functions: readonly AssembledFunction[],
): Functions | undefined {
  const wasm = engine();
  const bytes = moduleBytes(functions, memory.buffer.byteLength / PAGE);
  if (!wasm?.validate(bytes)) return undefined;
  const { exports } = new wasm.Instance(new wasm.Module(bytes), {
    [OUTSIDE]: { [MEMORY]: memory },
  });
  return exports as Functions;
}

/** Assembled functions by name, and the memory that they work on. */
export interface Assembled {
  readonly functions: Functions;
  readonly memory: ArrayBuffer;
}

/** Compiles functions on a new memory; undefined where vectors are not supported. */
export function assemble(
  functions: readonly AssembledFunction[],
  pages: number,
): Assembled | undefined {
  if (engine() === undefined) return undefined;
  const memory = memoryOf(pages);
  const compiled = assembleOn(memory, functions);
  return compiled && { functions: compiled, memory: memory.buffer };
}
