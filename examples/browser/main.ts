import { drawGrid, type Images, loadDataset, openDevice, sample, trainModel } from "figment";

const find = <E extends Element>(id: string) => document.querySelector<E>(`#${id}`)!;
const say = (id: string, text: string) => {
  find(id).textContent = text;
};

/** Draws grey images on the canvas, row by row. */
function show(images: Images): void {
  const { bytes, width, height } = drawGrid(images, { scale: 7, padding: 8 });
  const canvas = find<HTMLCanvasElement>("samples");
  Object.assign(canvas, { width, height });
  const picture = new ImageData(width, height);
  bytes.forEach((grey, pixel) => {
    picture.data.set([grey, grey, grey, 255], 4 * pixel);
  });
  canvas.getContext("2d")!.putImageData(picture, 0, 0);
}

const losses: number[] = [];

/** Draws the logarithm of the loss so far as a line that fills its box. */
function plot(loss: number): void {
  losses.push(Math.log(loss));
  const [least, most] = [Math.min(...losses), Math.max(...losses)];
  const points = losses.map((value, index) => {
    const x = (100 * index) / Math.max(1, losses.length - 1);
    return `${x},${(most - value) / (most - least || 1)}`;
  });
  find("loss").setAttribute("points", points.join(" "));
}

try {
  const device = await openDevice();
  say("device", device.description);
  const model = await trainModel({
    model: "vae",
    images: await loadDataset("digits"),
    device,
    training: { epochs: 200, learningRate: 0.002 },
    binarisation: { mode: "dynamic", seed: 0 },
    onProgress: ({ epoch, imagesPerSecond, metrics }) =>
      say(
        "status",
        `epoch ${epoch} of 200 · ${metrics.loss?.toFixed(1)} nats · ${Math.round(imagesPerSecond).toLocaleString("en")} images/s`,
      ),
    onMetrics: ({ split, metrics }) => split === "train" && plot(metrics.loss ?? 0),
    onSamples: ({ images }) => show(images),
  });
  let seed = 0;
  const again = find<HTMLButtonElement>("again");
  again.onclick = async () => show(await sample(model, { count: 64, seed: ++seed }));
  again.disabled = false;
} catch (error) {
  say("status", `${error}`);
}
