const en = {
  samples: "New digits from N(0, I)",
  rebuilt: "Digits above their reconstructions",
  codes: "Codes of 300 digits, by class",
  cloud: "One digit's cloud: drag ε",
  cloudHelp:
    "The dots are codes that the encoder draws for the first digit; the dashed circle is N(0, I). The square is mean + spread · ε. Drag it, or use the arrow keys.",
  here: "z = mean + spread · ε, decoded",
  terms: "The two terms, in nats",
  rebuilding: "rebuilding",
  saying: "KL",
  sum: "sum",
};

const ko: typeof en = {
  samples: "N(0, I)에서 뽑은 새 숫자",
  rebuilt: "위는 원래 숫자, 아래는 복원한 숫자",
  codes: "숫자 300개의 코드, 색은 종류",
  cloud: "숫자 하나의 구름: ε을 끌어 보세요",
  cloudHelp:
    "점은 인코더가 첫 숫자에 대해 뽑은 코드이고, 점선 원은 N(0, I)입니다. 네모가 평균 + 퍼짐 · ε입니다. 끌거나 화살표 키로 움직이세요.",
  here: "z = 평균 + 퍼짐 · ε을 디코딩한 것",
  terms: "두 항 (내트)",
  rebuilding: "복원",
  saying: "KL",
  sum: "합",
};

/** What the stage's pictures show. */
export const labels = { en, ko };
