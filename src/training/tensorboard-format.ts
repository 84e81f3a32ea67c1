/**
 * Encodes TensorBoard's event files field by field: two message types do not justify a protobuf
 * library with generated code.
 *
 * @source tensorflow/core/util/event.proto, tensorflow/core/framework/summary.proto,
 *   tensorflow/core/lib/io/record_writer.h
 */

/** A PNG file with its size and channels. */
export interface PngImage {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA */
  readonly channels: 1 | 2 | 3 | 4;
}

/** The content of an event. */
export type EventContent =
  | { readonly kind: "version" }
  | { readonly kind: "scalars"; readonly values: Readonly<Record<string, number>> }
  | { readonly kind: "image"; readonly tag: string; readonly image: PngImage }
  /** Invalidates this step and later ones in earlier files of the directory. */
  | { readonly kind: "restart" };

export interface TensorBoardEvent {
  /** Seconds since 1970. */
  readonly wallSeconds: number;
  readonly step: number;
  readonly content: EventContent;
}

/** Encodes an event as a record of an event file. */
export function encodeEvent({ wallSeconds, step, content }: TensorBoardEvent): Uint8Array {
  const what = contentField(content);
  return record(concat([double(1, wallSeconds), ...(step === 0 ? [] : [int(2, step)]), what]));
}

function contentField(content: EventContent): Uint8Array {
  switch (content.kind) {
    case "version":
      return text(3, "brain.Event:2");
    case "scalars": {
      const values = Object.entries(content.values).map(([tag, value]) =>
        message(1, [text(1, tag), float(2, value)]),
      );
      return message(5, values);
    }
    case "image": {
      const { png, width, height, channels } = content.image;
      const image = message(4, [int(1, height), int(2, width), int(3, channels), bytes(4, png)]);
      return message(5, [message(1, [text(1, content.tag), image])]);
    }
    case "restart":
      return message(7, [int(1, 1)]); // SessionLog with status START
  }
}

/** TFRecord framing: length, its checksum, data, its checksum. */
function record(data: Uint8Array): Uint8Array {
  const framed = new Uint8Array(data.length + 16);
  const view = new DataView(framed.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, masked(crc32c(framed.subarray(0, 8))), true);
  framed.set(data, 12);
  view.setUint32(12 + data.length, masked(crc32c(data)), true);
  return framed;
}

/** Checksums of data that contains checksums are weak, so the format rotates and shifts them. */
function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

/** CRC-32C (Castagnoli). @source RFC 3720, appendix B.4 */
export function crc32c(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = CRC_TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** Protobuf wire types: the encoding of the value after a field's key. */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

const key = (field: number, wire: number) => varint(field * 8 + wire);
const int = (field: number, value: number) => concat([key(field, VARINT), varint(value)]);
const text = (field: number, value: string) => bytes(field, new TextEncoder().encode(value));
const message = (field: number, parts: readonly Uint8Array[]) => bytes(field, concat(parts));

function bytes(field: number, value: Uint8Array): Uint8Array {
  return concat([key(field, LENGTH_DELIMITED), varint(value.length), value]);
}

function double(field: number, value: number): Uint8Array {
  return concat([key(field, FIXED64), new Uint8Array(Float64Array.of(value).buffer)]);
}

function float(field: number, value: number): Uint8Array {
  return concat([key(field, FIXED32), new Uint8Array(Float32Array.of(value).buffer)]);
}

/** @param value  a whole number from 0 to 2^53 */
function varint(value: number): Uint8Array {
  const groups: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) groups.push((rest % 128) + 128);
  return Uint8Array.of(...groups, rest);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}
