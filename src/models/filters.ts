/**
 * The weights of each unit as an image. A weight of 0 is mid-grey; lighter pixels excite the unit and
 * darker ones inhibit it. Each image is scaled to the full range, so weak units are visible.
 *
 * @param weight  [V, units] row-major
 * @returns       [units, V] in [0, 1], the units with the largest weights first
 */
export function filterImages(weight: ArrayLike<number>, units: number): Float32Array {
  const visible = weight.length / units;
  const column = (unit: number) =>
    Float64Array.from({ length: visible }, (_, pixel) => weight[pixel * units + unit]);
  const filters = Array.from({ length: units }, (_, unit) => column(unit)).map((values) => ({
    values,
    norm: Math.hypot(...values),
    largest: values.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
  }));
  filters.sort((a, b) => b.norm - a.norm);
  const pictures = new Float32Array(units * visible);
  filters.forEach(({ values, largest }, place) => {
    const scale = largest > 0 ? 0.5 / largest : 0;
    pictures.set(
      values.map((value) => 0.5 + scale * value),
      place * visible,
    );
  });
  return pictures;
}
