// The registry. One line per filter; nothing else belongs here.
export { answers } from './filters/answers.ts'
export { endsOnAnswer } from './filters/ends-on-answer.ts'
export { errorRate } from './filters/error-rate.ts'
export { finished } from './filters/finished.ts'
export { noLoop } from './filters/no-loop.ts'
export { recovered } from './filters/recovered.ts'
export { testsPassed } from './filters/tests-passed.ts'
