/**
 * Frees memory of typed arrays at once instead of at some later garbage collection.
 *
 * onnxruntime-node writes results where it is told to, and returns a copy of each besides. At every step
 * of a training that is the whole state, and the copies pile up until the collector runs.
 */

/** Smaller buffers are left to the garbage collector. */
const LEAST_BYTES = 2 ** 17;

/**
 * The largest block that glibc's `malloc` learns from. Once one of this size is freed, it keeps what is
 * freed up to twice as much for the next request, so that the copies of each step land in pages that
 * are there already: faulting them in again would cost some milliseconds a step.
 */
const LESSON_BYTES = 2 ** 25 - 2 ** 13;

/**
 * A closed port: what is transferred to it is gone. It takes a moment to close, and what comes in the
 * meantime stays: so it is made long before it is needed.
 */
const bin = new MessageChannel().port1;
bin.close();

let taught = false;

/** Frees these buffers; arrays that view them are empty from then on. */
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
