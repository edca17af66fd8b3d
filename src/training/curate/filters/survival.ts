import { defineFilter } from '../filter.ts'

export const survival = defineFilter({
  name: 'survival',
  needsGit: true,
  description:
    'At least this share of the lines of the session’s commits still stands in the repository that `--git` names: `survival:0.8`; 0.5 where no number is given',
  make(argument) {
    const least = argument === null ? 0.5 : Number(argument)
    if (!(least >= 0 && least <= 1) || argument === '') return null
    return (_, { survival, reverted }) => survival !== null && Number(survival.value) >= least && reverted?.value !== true
  },
})
