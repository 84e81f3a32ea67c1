/**
 * Frees the memory of typed arrays immediately instead of at a later garbage collection.
 *
 * onnxruntime-node writes results into the given arrays and also returns a copy of each. A training
 * step copies the whole state this way, and the copies pile up until the garbage collector runs.
 */

/** Smaller buffers are left to the garbage collector. */
const LEAST_BYTES = 2 ** 17;

/**
 * The largest block that glibc's `malloc` adapts to. After a block of this size has been freed, `malloc`
 * retains up to twice as much freed memory for later requests. The copies of each step then reuse
 * mapped pages; faulting new ones in would cost milliseconds per step.
 */
const LESSON_BYTES = 2 ** 25 - 2 ** 13;

/**
 * A closed port: buffers transferred to it are freed. Closing takes a moment, and buffers that arrive
 * before that are kept, so the port is created when the module loads.
 */
const bin = new MessageChannel().port1;
bin.close();

let taught = false;

/** Frees these buffers; arrays that view them become empty. */
export function discard(buffers: readonly ArrayBufferLike[]): void {
  const large = buffers.filter(
    (buffer): buffer is ArrayBuffer =>
      buffer instanceof ArrayBuffer && buffer.byteLength >= LEAST_BYTES,
  );
  if (large.length === 0) return;
  if (!taught) large.push(new ArrayBuffer(LESSON_BYTES));
  taught = true;
  bin.postMessage(undefined, large);
}
