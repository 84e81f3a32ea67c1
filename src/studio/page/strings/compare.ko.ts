import type { compare as en } from "./compare.en.js";

export const compare: typeof en = {
  heading: "비교하기",
  lead: "모델을 나란히 놓습니다. 같은 시드에서 나온 그림과 그 비용을 봅니다.",
  choose: "모델을 둘 이상 고르세요.",
  evaluate: "평가하기",
  evaluateHelp:
    "figment compare처럼 뽑은 이미지를 진짜 이미지와 비교합니다. 바닥값이 있는 품질, 우도, 학습 이미지를 베낀 정도를 잽니다. 몇 분이 걸릴 수 있습니다.",
  busy: "평가하는 중 …",
  cancel: "그만두기",
  count: "집합마다 이미지 수",
  model: "모델",
  floor: "바닥값: 진짜 이미지",
  parameters: "매개변수",
  training: "학습",
  seconds: (seconds) => `${seconds}초`,
  perImage: "이미지 한 장",
  milliseconds: (time) => `${time}밀리초`,
  real: "진짜 이미지",
  protocol: "측정 방법",
  notHere:
    "평가하려면 실행 폴더와 진짜 이미지가 필요한데 페이지에는 없습니다. figment studio를 쓰면 내 컴퓨터에서 할 수 있습니다.",
  onlyTrainings: "이 페이지에서는 이 페이지의 학습을 비교할 수 있습니다.",
};
