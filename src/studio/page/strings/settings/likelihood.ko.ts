/** The descriptions of settings in Korean, by the English ones of the schemas: training, and models of likelihood and of codes. */
export const settings: Readonly<Record<string, string>> = {
  "number of values to round pixels to; 0 keeps the data's own":
    "픽셀 값을 반올림할 단계 수. 0이면 데이터의 단계를 그대로 씁니다",
  "pseudo-count of every outcome; 0 is maximum likelihood, 1 is Laplace's rule":
    "모든 결과에 더하는 가짜 개수. 0은 최대 우도, 1은 라플라스 규칙입니다",
  "passes over the training images": "학습 이미지를 몇 번 훑을지",
  "minutes of training, instead of epochs": "에포크 대신 학습할 시간(분)",
  "images per step": "한 단계에 쓰는 이미지 수",
  "minimum seconds between checkpoints, which are written ten times per epoch or after passes":
    "체크포인트 사이의 최소 시간(초). 에포크마다 열 번, 또는 훑을 때마다 씁니다",
  "epochs without a better validation after which training ends; for a fit by passes, a start":
    "검증이 나아지지 않은 채 이만큼 지나면 학습을 끝냅니다",
  "epochs between evaluations of samples against validation images; none by default":
    "뽑은 이미지를 검증 이미지와 비교할 간격(에포크). 기본은 하지 않음",
  "checkpoints to keep besides the best": "가장 좋은 것 말고 남겨 둘 체크포인트 수",
  "number of previous pixels that a pixel depends on": "한 픽셀이 의존하는 앞선 픽셀의 수",
  "order in which pixels are visited": "픽셀을 지나는 순서",
  "seed of the random ordering": "무작위 순서의 시드",
  "components, each a product of Bernoullis over all pixels":
    "성분의 수. 저마다 모든 픽셀에 대한 베르누이의 곱입니다",
  "pseudo-count of each value of a pixel, in every component":
    "모든 성분에서 픽셀의 값마다 더하는 가짜 개수",
  "EM has converged when a pass gains less, in nats per image":
    "한 번 훑어 얻는 이득이 이보다 작으면 EM이 수렴한 것으로 봅니다(이미지당 내트)",
  "number of starts, of which the best fit is kept": "시작 횟수. 가장 잘 맞은 것을 남깁니다",
  "full, one full for all components (tied), diagonal, or one variance per component":
    "공분산: 전체, 모든 성분이 함께 쓰는 하나(tied), 대각, 또는 성분마다 분산 하나",
  "added to every variance, so that constant pixels have one; points in the plane need less: 1e-6":
    "모든 분산에 더하는 값. 변하지 않는 픽셀에도 분산이 있게 합니다. 평면의 점에는 1e-6이면 됩니다",
  "learn p(image | class), for labelled images":
    "종류가 붙은 이미지에서 p(이미지 | 종류)를 배웁니다",
  "score p(image), or p(image | its class) (conditional only)":
    "p(이미지)와 p(이미지 | 종류) 가운데 무엇을 점수로 삼을지(conditional일 때만)",
  "score a bound on the probability of equally spaced pixel values, not a density":
    "밀도 대신 고르게 나뉜 픽셀 값의 확률의 한계를 점수로 삼습니다",
  "number of Gaussians (per class)": "가우시안의 수(종류마다)",
  "initial means: by k-means (seeded by k-means++), its seeds, images, or `means`":
    "처음 평균: k-평균(k-means++로 시작), 그 씨앗, 이미지, 또는 `means`",
  "initial means for init=given, component after component, row by row":
    "init=given일 때 처음 평균. 성분 순서대로, 줄마다",
  "hidden units, each 0 or 1; 0 for a machine of pixels alone":
    "0 또는 1인 은닉 유닛의 수. 0이면 픽셀만 있는 기계입니다",
  "connections between pixels": "픽셀 사이의 연결",
  "rows and columns between connected pixels at most (visibleVisible=local)":
    "이어진 픽셀 사이의 최대 행과 열(visibleVisible=local)",
  "connections between hidden units": "은닉 유닛 사이의 연결",
  "rows and columns of the grid of hidden units between connected ones at most (hiddenHidden=local)":
    "이어진 은닉 유닛 사이의 최대 행과 열(hiddenHidden=local)",
  "connections between pixels and hidden units": "픽셀과 은닉 유닛 사이의 연결",
  "rows and columns from a hidden unit's place to its pixels at most (visibleHidden=local)":
    "은닉 유닛의 자리에서 픽셀까지의 최대 행과 열(visibleHidden=local)",
  "objective: likelihood by enumeration (exact: up to 20 units), stochastic maximum likelihood (sml), pseudo-likelihood (pseudo: hidden=0)":
    "목적 함수: 모두 세어 구한 우도(exact, 유닛 20개까지), 확률적 최대 우도(sml), 유사 우도(pseudo, hidden=0)",
  "Gibbs steps of the chains per update (sml)": "갱신마다 사슬의 깁스 단계 수(sml)",
  "persistent chains (sml)": "이어지는 사슬의 수(sml)",
  "mean-field updates of more than 16 hidden units that are connected to each other":
    "서로 이어진 은닉 유닛이 16개를 넘을 때의 평균장 갱신 횟수",
  "learn weights between the units' deviations from their initial means":
    "처음 평균에서 벗어난 정도 사이의 가중치를 배웁니다",
  "λ of the penalty ½λ‖w‖² on the weights": "가중치에 대한 벌점 ½λ‖w‖²의 λ",
  "intermediate distributions of the annealed importance sampling of log Z":
    "log Z를 재는 담금질 중요도 표집의 중간 분포 수",
  "Gibbs steps per sample; the first half anneals":
    "이미지 하나를 뽑는 깁스 단계 수. 앞의 절반은 담금질입니다",
  "training steps, instead of epochs": "에포크 대신 학습 단계 수",
  "step size of the optimiser": "최적화가 한 번에 움직이는 크기",
  "update rule": "갱신 규칙",
  "decay of the means of gradients and squared gradients, for adam and adamw":
    "adam과 adamw에서 기울기와 그 제곱의 평균이 줄어드는 비율",
  "for sgd (0.9 by default) and rmsprop (0 by default)": "sgd(기본 0.9)와 rmsprop(기본 0)의 운동량",
  "weight decay; by default the rule's own": "가중치 감쇠. 기본은 규칙을 따릅니다",
  "learning rate over the updates: constant, cosine[:FINAL], step:EVERY[:FACTOR], warmup:UPDATES[+SCHEDULE]":
    "갱신에 따른 학습률: constant, cosine[:FINAL], step:EVERY[:FACTOR], warmup:UPDATES[+SCHEDULE]",
  "largest norm of the gradient; 0 for no clipping": "기울기 크기의 한계. 0이면 자르지 않습니다",
  "decay of averaged weights; 0 for no average": "평균 가중치의 감쇠. 0이면 평균을 내지 않습니다",
  "hidden units, each 0 or 1": "0 또는 1인 은닉 유닛의 수",
  "learn each class of labelled images, and draw images of a class":
    "종류가 붙은 이미지를 종류마다 배우고, 종류를 정해 뽑습니다",
  "distribution of a pixel given the hidden units": "은닉 유닛이 주어졌을 때 픽셀의 분포",
  "standard deviation of a pixel given the hidden units (gaussian only)":
    "은닉 유닛이 주어졌을 때 픽셀의 표준편차(gaussian일 때만)",
  "negative phase from persistent chains (pcd), or from the images (cd)":
    "음의 단계: 이어지는 사슬에서(pcd), 또는 이미지에서(cd)",
  "Gibbs steps of the negative phase per update": "갱신마다 음의 단계의 깁스 단계 수",
  "persistent chains (pcd only)": "이어지는 사슬의 수(pcd일 때만)",
  "λ of the penalty ½λ‖W‖² on the weights": "가중치에 대한 벌점 ½λ‖W‖²의 λ",
  "hidden states K": "은닉 상태의 수 K",
  "transitions: between all states, or from the first state on and never back":
    "전이: 모든 상태 사이, 또는 첫 상태에서 앞으로만",
  "furthest step to a later state (left-right only); 0 for any":
    "뒤 상태로 가장 멀리 건너뛰는 칸(left-right일 때만). 0이면 제한 없음",
  "the observation at each step: a row, a column, or one pixel in raster order":
    "단계마다 관측하는 것: 한 행, 한 열, 또는 차례대로 픽셀 하나",
  "distribution of a value given the state; auto is bernoulli for binary pixels, else gaussian":
    "상태가 주어졌을 때 값의 분포. auto는 흑백이면 bernoulli, 아니면 gaussian",
  "number of values to quantise pixels to (discrete only); 0 keeps the data's own":
    "픽셀을 나눌 단계 수(discrete일 때만). 0이면 데이터의 단계를 씁니다",
  "covariance of an observation given the state (gaussian only)":
    "상태가 주어졌을 때 관측의 공분산(gaussian일 때만)",
  "smallest variance in any direction (gaussian only)":
    "어느 방향으로든 가장 작은 분산(gaussian일 때만)",
  "pseudo-count added to every expected count of a discrete outcome":
    "이산 결과의 기대 개수마다 더하는 가짜 개수",
  "initial states: at clusters of observations, or around the overall mean":
    "처음 상태: 관측의 무리에, 또는 전체 평균 둘레에",
  "training ends when a pass gains less, in nats per image":
    "한 번 훑어 얻는 이득이 이보다 작으면 학습을 끝냅니다(이미지당 내트)",
  "features of an LSTM's state; the maps between layers have twice as many":
    "LSTM 상태의 특징 수. 층 사이의 지도는 그 두 배입니다",
  "LSTM layers, each added to its input": "LSTM 층의 수. 저마다 입력에 더해집니다",
  "rows and columns of the first layer's window; odd": "첫 층 창의 행과 열(홀수)",
  "feature maps between the last two layers": "마지막 두 층 사이의 특징 지도 수",
  "gives the network learned embeddings of each pixel's row and column":
    "픽셀의 행과 열을 배운 벡터로 신경망에 알려 줍니다",
  "distribution of a pixel: 0 or 1, a softmax over the levels, or a mixture of discretized logistics; auto is binary for binary images, else categorical":
    "픽셀의 분포: 0 또는 1, 단계에 대한 소프트맥스, 또는 이산 로지스틱의 혼합. auto는 흑백이면 binary, 아니면 categorical",
  "components of the mixture (logistic only)": "혼합의 성분 수(logistic일 때만)",
  "columns of the windows over a layer's input and over the states above; odd":
    "층의 입력과 위 상태를 보는 창의 열 수(홀수)",
  "two gated stacks, which see every earlier pixel, at three times the work of masked windows with rectifiers":
    "게이트가 있는 두 더미. 앞선 픽셀을 모두 보지만 일이 세 배입니다",
  "feature maps per layer; multiples of 16 are fastest":
    "층마다 특징 지도 수. 16의 배수가 가장 빠릅니다",
  "layers after the first": "첫 층 다음의 층 수",
  "rows and columns of the other windows; odd": "다른 창의 행과 열(홀수)",
  "adds a layer's input to its output": "층의 입력을 출력에 더합니다",
  "units of the hidden layer": "은닉층의 유닛 수",
  "of the hidden layer": "은닉층의 활성 함수",
  "in which pixels follow each other; random is drawn from orderingSeed":
    "픽셀이 이어지는 순서. random은 orderingSeed에서 뽑습니다",
  "decides a random ordering": "무작위 순서를 정합니다",
  "distribution of a pixel: 0 or 1, or a mixture of Gaussians; auto is binary for binary images, else mixture":
    "픽셀의 분포: 0 또는 1, 또는 가우시안의 혼합. auto는 흑백이면 binary, 아니면 mixture",
  "Gaussians of the mixture (mixture only)": "혼합의 가우시안 수(mixture일 때만)",
  "least standard deviation of a Gaussian, for pixels in [0, 1] (mixture only)":
    "가우시안의 최소 표준편차, 픽셀은 [0, 1](mixture일 때만)",
  "spread each of a pixel's levels uniformly over its share of [0, 1] (mixture only)":
    "픽셀의 단계마다 [0, 1]의 제 몫에 고르게 퍼뜨립니다(mixture일 때만)",
  "pixels whose hidden layers are computed at once; bounds memory, changes no result":
    "은닉층을 한꺼번에 계산할 픽셀 수. 메모리만 줄이고 결과는 같습니다",
  "features of a position": "한 자리의 특징 수",
  "transformer blocks": "트랜스포머 블록 수",
  "heads of attention, which must divide the features": "어텐션 헤드 수. 특징 수를 나누어야 합니다",
  "dropout rate of each branch": "가지마다 드롭아웃 비율",
  "symbol after symbol, with an exact likelihood, or any symbols given any others, which draws an image in few passes":
    "기호를 하나씩(정확한 우도), 또는 아무 기호나 다른 기호로부터(몇 번 만에 그림)",
  "rows and columns of pixels that are one symbol, or one number for both: of binary images 2 makes 16 symbols and a sequence a quarter as long, 2,4 makes 256 and an eighth; with a tokeniser it does nothing":
    "한 기호가 되는 픽셀의 행과 열(수 하나면 둘 다). 흑백에서 2면 기호가 16가지, 길이는 4분의 1, 2,4면 256가지, 8분의 1입니다. 토크나이저가 있으면 쓰이지 않습니다",
  "strided convolutions, dense layers, or one linear map, which spans what PCA does":
    "보폭 있는 합성곱, 완전연결층, 또는 선형 사상 하나(PCA와 같은 공간)",
  "channels of the convolutions, each of which halves the image (conv only)":
    "합성곱의 채널 수. 층마다 이미지가 반으로 줄어듭니다(conv일 때만)",
  "widths of the dense layers before the code, which the decoder mirrors":
    "코드 앞 완전연결층의 너비. 디코더는 거꾸로 따라갑니다",
  "activation between layers": "층 사이의 활성 함수",
  "between layers": "층 사이의 활성 함수",
  "length of the code: 2 to draw it, 32 for good copies of 28×28 pixels":
    "코드의 길이. 그려 보려면 2, 28×28 픽셀을 잘 베끼려면 32",
  "error of a pixel: squared, or cross-entropy with grey pixels as probabilities":
    "픽셀의 오차: 제곱, 또는 회색을 확률로 본 교차 엔트로피",
  "what samples decode: random codes, which make no generative model, or codes of a mixture of Gaussians that is fitted to the training codes when training ends":
    "뽑을 때 쓰는 코드: 무작위 코드(생성 모델이 되지 않음), 또는 학습이 끝난 뒤 맞춘 가우시안 혼합의 코드",
  "Gaussians of the prior (prior=gmm only)": "사전분포의 가우시안 수(prior=gmm일 때만)",
  "length of the code; may be longer than an image": "코드의 길이. 이미지보다 길어도 됩니다",
  "adds noise to pixels, sets them to 0, or sets them to 0 or 1":
    "픽셀에 잡음을 더하거나, 0으로 만들거나, 0 또는 1로 만듭니다",
  "standard deviation of gaussian noise, or the share of pixels that are replaced":
    "가우시안 잡음의 표준편차, 또는 바뀌는 픽셀의 비율",
  "trains layer by layer first, each to denoise what the one before it gives":
    "먼저 한 층씩, 앞 층이 준 것의 잡음을 없애도록 학습합니다",
  "share of the training that goes layer by layer (stacked only)":
    "한 층씩 학습하는 몫(stacked일 때만)",
  "share of a hidden layer's values that pre-training sets to 0 (stacked only)":
    "사전 학습에서 0으로 만드는 은닉층 값의 비율(stacked일 때만)",
  "number of units of the code": "코드의 유닛 수",
  "keeps each unit's mean activation near the target, or penalises the sum of all activations, or keeps the k largest of an image":
    "유닛의 평균 활성을 목표 가까이에 두거나, 활성의 합에 벌점을 주거나, 가장 큰 k개만 남깁니다",
  "mean activation of a unit (kl only)": "유닛의 평균 활성(kl일 때만)",
  "units of an image that are kept (top-k only)": "이미지마다 남기는 유닛 수(top-k일 때만)",
  "weight of the penalty (kl only)": "벌점의 무게(kl일 때만)",
  "weight of the penalty (l1 only)": "벌점의 무게(l1일 때만)",
  "dense layers, or strided convolutions": "완전연결층, 또는 보폭 있는 합성곱",
  "widths of the encoder's dense layers, which the decoder mirrors":
    "인코더 완전연결층의 너비. 디코더는 거꾸로 따라갑니다",
  "length of the code": "코드의 길이",
  "activation between layers; gated is h·σ(g)": "층 사이의 활성 함수. gated는 h·σ(g)",
  "distribution of a pixel given the code: bernoulli for binary pixels, discretized-logistic for the probability of grey levels, gaussian or logit-laplace for the density of real numbers":
    "코드가 주어졌을 때 픽셀의 분포: 흑백은 bernoulli, 회색 단계의 확률은 discretized-logistic, 실수의 밀도는 gaussian 또는 logit-laplace",
  "standard deviation of the gaussian likelihood; 0 learns one":
    "가우시안 우도의 표준편차. 0이면 배웁니다",
  "distribution of codes: standard normal, or a mixture of Gaussians that is fitted to codes of the training images when training ends":
    "코드의 분포: 표준정규, 또는 학습이 끝난 뒤 학습 이미지의 코드에 맞춘 가우시안 혼합",
  "weight of the KL term; 1 is the evidence lower bound": "KL 항의 무게. 1이면 증거 하한입니다",
  "steps over which beta rises from 0": "β가 0에서 올라가는 단계 수",
  "nats that each number of the code carries before the KL term counts them":
    "KL 항이 세기 전에 코드의 수마다 지닐 수 있는 내트",
  "codes an image that the objective weighs by importance; 1 is the evidence lower bound":
    "목적 함수가 중요도로 재는 이미지당 코드 수. 1이면 증거 하한입니다",
};
