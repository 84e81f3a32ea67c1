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
export const tee = (local: number): Code => [0x22, ...unsigned(local)];
export const i32Const = (value: number): Code => [0x41, ...signed(value | 0)];
export const i32Add: Code = [0x6a];
export const i32Sub: Code = [0x6b];
export const branchIf = (depth: number): Code => [0x0d, depth];
export const loop = (...body: Code[]): Code => [0x03, VOID_BLOCK, ...body.flat(), ...END];
/** A vector instruction by its number. */
export const vector = (instruction: number, ...immediates: number[]): Code => [
  0xfd,
  ...unsigned(instruction),
  ...immediates,
];
/** A vector instruction on memory, whose address is a multiple of 2^alignment. */
export const vectorAt = (instruction: number, alignment: number, offset: number): Code =>
  vector(instruction, alignment, ...unsigned(offset));

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

/** A module of one function, which exports it and its memory of so many pages of 64 KiB. */
function moduleBytes(
  { name, parameters, numbers, vectors, body }: AssembledFunction,
  pages: number,
): Uint8Array<ArrayBuffer> {
  const code: Code = [2, numbers, I32, vectors, V128, ...body, ...END];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, parameters, ...Array<number>(parameters).fill(I32), 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, ...unsigned(pages)]),
    ...section(7, [2, ...text("memory"), 2, 0, ...text(name), 0, 0]),
    ...section(10, [1, ...unsigned(code.length), ...code]),
  ]);
}

/** The used part of the WebAssembly API. TypeScript declares it only together with the DOM. */
interface Engine {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
  ) => {
    readonly exports: Readonly<Record<string, unknown>>;
  };
}

/** An assembled function and the memory that it works on. */
export interface Assembled {
  readonly run: (...parameters: number[]) => void;
  readonly memory: ArrayBuffer;
}

/** Compiles a function; undefined where vectors are not supported. */
export function assemble(code: AssembledFunction, pages: number): Assembled | undefined {
  const { WebAssembly: engine } = globalThis as unknown as { WebAssembly?: Engine };
  const bytes = moduleBytes(code, pages);
  if (!engine?.validate(bytes)) return undefined;
  const { exports } = new engine.Instance(new engine.Module(bytes));
  return {
    run: exports[code.name] as Assembled["run"],
    memory: (exports.memory as { readonly buffer: ArrayBuffer }).buffer,
  };
}
