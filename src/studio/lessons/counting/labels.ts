const en = {
  samples: "Draws from the counts",
  digits: "Digits that were counted",
  draws: "One image in the making: each column is a draw, its dot the number u",
  drawsHelp:
    "Each column is [0, 1), cut where black ends and white begins. The dot u falls on one side. Point at a column to stop there; with the keyboard, use the arrow keys.",
  soFar: "The image so far",
  draw: (number: string, total: string) => `draw ${number} of ${total}`,
  given: "given",
  white: "p(white)",
  isWhite: "white",
  isBlack: "black",
  cells: (count: string) => `${count} possible images, laid end to end; u picks one`,
  other: "Another image",
  nats: "Nats per image",
  train: "images that were counted",
  held: "images held out",
  tries: "Your tries: nats by order N",
  order: "order N",
  triesHelp: "Move N: each order that you try becomes a point of a chart here.",
};

const ko: typeof en = {
  samples: "센 것에서 뽑은 그림",
  digits: "세어 본 숫자들",
  draws: "그림 하나가 만들어지는 과정: 열마다 뽑기 한 번, 점이 수 u",
  drawsHelp:
    "열 하나가 [0, 1)이고, 검정이 끝나고 흰색이 시작되는 곳에서 나뉩니다. 점 u는 둘 중 한쪽에 떨어집니다. 열을 짚으면 거기서 멈춥니다. 키보드에서는 화살표를 쓰세요.",
  soFar: "여기까지 그린 그림",
  draw: (number: string, total: string) => `뽑기 ${total}번 중 ${number}번째`,
  given: "주어진 값",
  white: "p(흰색)",
  isWhite: "흰색",
  isBlack: "검정",
  cells: (count: string) => `가능한 그림 ${count}장을 이어 놓고 u가 하나를 고릅니다`,
  other: "다른 그림",
  nats: "이미지 한 장의 내트",
  train: "세어 본 이미지",
  held: "남겨 둔 이미지",
  tries: "해 본 것들: 차수 N에 따른 내트",
  order: "차수 N",
  triesHelp: "N을 움직여 보세요. 해 본 차수마다 여기 차트에 점이 하나씩 생깁니다.",
};

/** What the stage's pictures show. */
export const labels = { en, ko };
