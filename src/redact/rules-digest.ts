/** Of the code and the patterns by which secrets and persons are found, whatever is changed in them: `npm run docs` writes it. */
export const RULES_DIGEST = '9f3271a8c6fbb003666d0ef9fdddcde9'
