const en = {
  table: "What each metric says of each set",
  set: "set",
  sets: {
    none: "other real digits",
    noise: "noisy",
    blur: "blurred",
    copies: "copied from training",
    classes: "digits left out",
  },
  frechet: "Fréchet distance",
  precision: "precision",
  coverage: "coverage",
  copies: "copies",
  better: { low: "low is good", high: "high is good" },
  accuracy: "The judge's accuracy on its training digits",
  accuracyCurve: "accuracy",
};

const ko: typeof en = {
  table: "묶음마다 지표가 하는 말",
  set: "묶음",
  sets: {
    none: "다른 진짜 숫자",
    noise: "잡음을 섞음",
    blur: "흐리게 함",
    copies: "학습 데이터를 베낌",
    classes: "몇 숫자를 뺌",
  },
  frechet: "프레셰 거리",
  precision: "정밀도",
  coverage: "포괄도",
  copies: "베낀 비율",
  better: { low: "낮을수록 좋음", high: "높을수록 좋음" },
  accuracy: "학습한 숫자에 대한 심사자의 정확도",
  accuracyCurve: "정확도",
};

/** What the stage's pictures show. */
export const labels = { en, ko };
