const en = {
  samples: "New digits from N(0, I)",
  rebuilt: "Digits above their reconstructions",
  codes: "Codes of 300 digits, by class",
  terms: "The two terms, in nats",
  rebuilding: "rebuilding",
  saying: "KL",
};

const ko: typeof en = {
  samples: "N(0, I)에서 뽑은 새 숫자",
  rebuilt: "위는 원래 숫자, 아래는 복원한 숫자",
  codes: "숫자 300개의 코드, 색은 종류",
  terms: "두 항 (내트)",
  rebuilding: "복원",
  saying: "KL",
};

/** What the stage's pictures show. */
export const labels = { en, ko };
