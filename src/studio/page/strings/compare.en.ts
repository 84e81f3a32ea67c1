/** The texts of Compare. */
export const compare = {
  heading: "Compare",
  lead: "Models side by side: pictures from the same seeds, and what they cost.",
  choose: "Choose two or more models.",
  evaluate: "Judge them",
  evaluateHelp:
    "Compares the samples with real images as figment compare does: quality with its floor, likelihood, copies of training images. This may take minutes.",
  busy: "Judging …",
  cancel: "Cancel",
  count: "Images of each set",
  model: "Model",
  floor: "floor: real images",
  parameters: "parameters",
  training: "training",
  seconds: (seconds: string) => `${seconds} s`,
  perImage: "an image",
  milliseconds: (time: string) => `${time} ms`,
  real: "real images",
  protocol: "Protocol",
  notHere:
    "Judging needs run directories and real images, which a page has not: figment studio does it on your machine.",
  onlyTrainings: "In this page you can compare the trainings of this page.",
};
